"""What a piece of M costs, in steps: a property of its text, the same in every tier, on every machine.

The costs are in `costs.json` beside this file, by what there is in the tree:

    commands     each of its arguments, or the command itself without arguments
    functions    each intrinsic function, by its full name
    operators    binary ones, negated or not; `unary` the others; `match` is `?`
    specials     special variables; `structured` are those with `^$`
    local        a local variable; `subscript` each of its subscripts, and each of a global's
    global       a global, or a naked reference
    indirection  an `@`, without what its text costs
    extrinsic    a `$$`, without what it calls; `external` a `$&`
    turn         each turn of a FOR, before the commands behind that
    region       the least that a region pays: a cycle of GOTOs pays in each round
    bad          the place of a bad line where that raises its error
    vendor       a command of other vendors, which raises as well
    size         so many characters of a result, or of the subject of a pattern, cost one step more

What a line weighs by it: weights.py. Who pays when: meter.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

PATH = Path(__file__).with_name("costs.json")
COSTS: Final[dict[str, Any]] = json.loads(PATH.read_bytes())

TURN: Final[int] = COSTS["turn"]
REGION: Final[int] = COSTS["region"]
SIZE: Final[int] = COSTS["size"]
COMMANDS: Final[dict[str, int]] = COSTS["commands"]
FUNCTIONS: Final[dict[str, int]] = COSTS["functions"]
OPERATORS: Final[dict[str, int]] = COSTS["operators"]
UNARY: Final[dict[str, int]] = COSTS["unary"]
SPECIALS: Final[dict[str, int]] = COSTS["specials"]
STRUCTURED: Final[dict[str, int]] = COSTS["structured"]

assert SIZE & SIZE - 1 == 0, "what gets longer asks by the bits of its sizes whether a multiple lies between"
assert TURN >= 1 and REGION >= 1 and COMMANDS["GOTO"] >= 1, "what can run for ever pays for it"
