"""M programs as work: transactions, $INCREMENT, KILL of subtrees, MERGE, long values, what is rolled back.

A program is made together with the changes that it must make, by rules of its own: what M does
is compared with them in every crash state. One program is one commit, or none.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from bumps.torture.model import Change, Content, Subscripts

NAMES = ("A", "B")
LONG_COUNTS = (150, 400, 900, 3000)
ROLLED_BACK = 0.1
"""How many programs end with TROLLBACK: nothing of them may ever appear."""
NESTED = 0.2
"""How many have an inner transaction that is rolled back."""


class Program(NamedTuple):
    """A program of M, and what it changes."""

    text: str
    """A routine: one command to a line."""
    changes: tuple[Change, ...]


Act = Callable[[random.Random, Content, str], tuple[str, list[Change]]]
"""Returns a line, and what it changes, given the content before it and the name of a global."""


def make(rng: random.Random, content: Content) -> Program:
    """Return a program for a store with this content."""
    lines = ["TSTART " + rng.choice(("()", "*", "():SERIAL"))]
    changes: list[Change] = []
    for _ in range(rng.randint(1, 5)):
        if rng.random() < NESTED:
            inner, _ = rng.choice(ACTS)(rng, content, rng.choice(NAMES))
            lines += ["TSTART", inner, "TROLLBACK -1"]
        line, made = rng.choice(ACTS)(rng, content, rng.choice(NAMES))
        lines.append(line)
        changes += made
        content = content.after(made)
    if rng.random() < ROLLED_BACK:
        lines.append("TROLLBACK")
        changes = []
    else:
        lines.append("TCOMMIT")
    return Program("".join(f" {line}\n" for line in [*lines, "QUIT"]), tuple(changes))


def _set(rng: random.Random, content: Content, name: str) -> tuple[str, list[Change]]:
    where = _where(rng)
    value = f"value {rng.randrange(10**6)}"
    return f'SET {_reference(name, where)}="{value}"', [Change("set", name, where, value.encode())]


def _long(rng: random.Random, content: Content, name: str) -> tuple[str, list[Change]]:
    where = ("LONG", str(rng.randrange(6)))
    count = rng.choice(LONG_COUNTS)
    letter = rng.choice("xyz")
    line = f'SET {_reference(name, where)}=$TRANSLATE($JUSTIFY("",{count})," ","{letter}")'
    return line, [Change("set", name, where, letter.encode() * count)]


def _increment(rng: random.Random, content: Content, name: str) -> tuple[str, list[Change]]:
    by = rng.choice((1, 1, 5))
    number = int(content.nodes.get((name, ("COUNT",)), b"0")) + by
    line = f'SET I=$INCREMENT(^{name}("COUNT"),{by}),^{name}("LOG",I)="entry "_I'
    return line, [
        Change("set", name, ("COUNT",), b"%d" % number),
        Change("set", name, ("LOG", str(number)), b"entry %d" % number),
    ]


def _kill(rng: random.Random, content: Content, name: str) -> tuple[str, list[Change]]:
    where: Subscripts = rng.choice(((), ("LOG",), ("LONG",), _where(rng)[:1], _where(rng)))
    return f"KILL {_reference(name, where)}", [Change("kill", name, where)]


def _kill_node(rng: random.Random, content: Content, name: str) -> tuple[str, list[Change]]:
    where = _where(rng)
    return f"ZKILL {_reference(name, where)}", [Change("kill_node", name, where)]


def _merge(rng: random.Random, content: Content, name: str) -> tuple[str, list[Change]]:
    below = "LOG" if rng.random() < 0.5 else str(rng.randrange(10))
    copied = [(node[1], value) for node, value in content.nodes.items() if node[0] == name and node[1][:1] == (below,)]
    changes = [Change("set", "C", ("COPY", *subscripts[1:]), value) for subscripts, value in copied]
    return f'MERGE ^C("COPY")={_reference(name, (below,))}', changes


def _loop(rng: random.Random, content: Content, name: str) -> tuple[str, list[Change]]:
    first, count = rng.randrange(50), rng.randint(3, 12)
    line = f'FOR I={first}:1:{first + count - 1} SET ^{name}(I,"x")=I*2'
    return line, [Change("set", name, (str(each), "x"), b"%d" % (2 * each)) for each in range(first, first + count)]


ACTS: tuple[Act, ...] = (_set, _set, _long, _increment, _increment, _kill, _kill_node, _merge, _loop)


def _where(rng: random.Random) -> Subscripts:
    """Return the subscripts of some node: few distinct ones, so that programs meet what others made."""
    first = rng.choice((str(rng.randrange(20)), rng.choice(("-1", ".5", "007", "NAME"))))
    return (first,) if rng.random() < 0.6 else (first, str(rng.randrange(5)))


def _reference(name: str, where: Subscripts) -> str:
    quoted = ",".join(f'"{each}"' for each in where)
    return f"^{name}({quoted})" if where else f"^{name}"
