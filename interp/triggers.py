"""ZTRIGGER and $ZTRIGGER in a database that has no triggers, and can have none.

What needs no trigger does what GT.M does where none is defined; what would define one is refused by name.
"""

from __future__ import annotations

from bumps.interp.codes import merror, unbuilt
from bumps.interp.symbols import Value
from bumps.interp.values import to_text


def ztrigger(action: Value, argument: Value = "", *rest: Value) -> Value:
    """Return $ZTRIGGER: 1 for SELECT, which finds none, and for an ITEM or FILE that says nothing.

    Raises ZTRIGINVACT for another action, UNBUILT for whatever would change a trigger.
    """
    word = to_text(action).upper()
    if word and "SELECT".startswith(word):
        return 1
    if not word or not ("ITEM".startswith(word) or "FILE".startswith(word)):
        raise merror("ZTRIGINVACT", 1)
    text = to_text(argument).strip()
    if not text or ("ITEM".startswith(word) and text[0] == ";"):
        return 1
    error = unbuilt("triggers: $ZTRIGGER can define none")
    error.hint = "let the program call what the trigger would do where it sets the global"
    raise error
