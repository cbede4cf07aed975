"""Seeded work: what a life of a store consists of, in flavours that each have caught what no other did.

A flavour says how often each kind of step comes, and how a commit is made up. The
next step depends on the content (KILL needs something to kill, an increment reads),
so that steps are made one at a time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import NamedTuple

from bumps.torture import programs
from bumps.torture.model import Change, Content, Node, Subscripts

NAMES = ("A", "B", "PATIENT", "%Z9")
_TEXTS = ("NAME", "", "é", "a\x00b", "007", "-0", "1E3", "z" * 30, "\x01\x02")
_NUMBERS = ("0", "1", "-1", ".5", "-12.5", "100", "99", "10", "9", "123456789012345678", "1234567890123456789")

STEPS_BESIDE = (1, 1, 1, 2, 3, 6)
"""How many steps a checkpoint takes between two things that are done beside it."""
Make = Callable[[random.Random, Content], list[Change]]


class Step(NamedTuple):
    """One thing to do with a store."""

    kind: str
    """commit, program, set_one, flush, checkpoint, compact, reopen, kill (SIGKILL between calls), idle;
    begin (a checkpoint that goes on beside what comes next), advance (let it take some steps)."""
    changes: tuple[Change, ...] = ()
    text: str = ""
    """Of a program; how many steps of a checkpoint."""


class Flavour(NamedTuple):
    """How a kind of work is made up."""

    name: str
    steps: Mapping[str, int]
    """Kind of step -> weight."""
    make: Make
    """Makes the changes of one commit."""

    def beside(self) -> Flavour:
        """Return the same work with checkpoints that are written step by step meanwhile."""
        total = sum(self.steps.values())
        steps = {**self.steps, "begin": max(1, total // 6), "advance": total}
        return Flavour(f"{self.name}, checkpoints beside", steps, self.make)


def subscripts(rng: random.Random) -> Subscripts:
    """Return the subscripts of some node: few distinct ones, of all the kinds that collate differently."""
    count = rng.choice((0, 1, 1, 1, 2, 2, 3))
    return tuple(
        rng.choice((str(rng.randrange(20)), str(rng.randrange(20)), rng.choice(_NUMBERS), rng.choice(_TEXTS)))
        for _ in range(count)
    )


def mixed(rng: random.Random, content: Content) -> list[Change]:
    """Set mostly, and now and then kill a node, a subtree or a global."""
    changes = []
    for _ in range(rng.randint(1, 6)):
        name = rng.choice(NAMES)
        kind = rng.choices(("set", "kill", "kill_node"), (8, 1, 1))[0]
        where = subscripts(rng)
        if kind != "set" and content.nodes and rng.random() < 0.8:
            name, where = _some(rng, content)
            where = where[: rng.randint(min(1, len(where)), len(where))] if kind == "kill" else where
        changes.append(Change(kind, name, where, rng.randbytes(rng.randrange(40)) if kind == "set" else b""))
    return changes


def equal(rng: random.Random, content: Content) -> list[Change]:
    """Set records of equal size, one to three in a commit: stale frames line up with new ones."""
    return [
        Change("set", "A", (str(rng.randrange(10, 60)),), b"%08d" % rng.randrange(10**8))
        for _ in range(rng.randint(1, 3))
    ]


def purge(rng: random.Random, content: Content) -> list[Change]:
    """Fill a global, kill most of it or all of it, fill it again: pages are freed and used again, roots go."""
    name = rng.choice(NAMES[:2])
    there = sorted(node[1] for node in content.nodes if node[0] == name)
    if len(there) > 60:
        how = rng.random()
        if how < 0.3:
            return [Change("kill", name, ())]
        if how < 0.6:
            kept = rng.randrange(len(there) - 1)
            return [Change("kill_node", name, each) for each in there[:kept] + there[kept + 2 :]]
        low = rng.randrange(80)
        return [Change("kill", name, (str(each),)) for each in range(low, low + 60)]
    first = rng.randrange(100)
    return [Change("set", name, (str(first + each), "x"), rng.randbytes(30)) for each in range(rng.randint(10, 50))]


def big(rng: random.Random, content: Content) -> list[Change]:
    """Set values that go to overflow pages, overwritten by small ones and killed."""
    where = (str(rng.randrange(12)),)
    kind = rng.choices(("set", "kill"), (5, 1))[0]
    size = rng.choice((0, 20, 140, 160, 400, 900, 3000))
    return [Change(kind, rng.choice(NAMES[:2]), where, rng.randbytes(size) if kind == "set" else b"")]


def storm(rng: random.Random, content: Content) -> list[Change]:
    """Set many new keys in one commit, ascending or in any order: splits at every level."""
    name = rng.choice(NAMES[:3])
    count = rng.randint(20, 80)
    if rng.random() < 0.2:
        return [Change("kill", name, ())]
    if rng.random() < 0.5:
        first = rng.randrange(1000)
        return [Change("set", name, (str(first + each),), rng.randbytes(12)) for each in range(count)]
    return [
        Change("set", name, (rng.choice("abc") * rng.randint(1, 40), str(rng.randrange(500))), b"")
        for _ in range(count)
    ]


def increment(rng: random.Random, content: Content) -> list[Change]:
    """Set counters that depend on what was read, together with a record of the new number."""
    name = rng.choice(NAMES[:2])
    count = int(content.nodes.get((name, ("COUNT",)), b"0")) + 1
    return [
        Change("set", name, ("COUNT",), b"%d" % count),
        Change("set", name, ("LOG", str(count)), b"entry %d" % count),
    ]


def holes(rng: random.Random, content: Content) -> list[Change]:
    """Fill globals, with values of all sizes, and kill most of them: what is left lies all over the file."""
    if len(content.nodes) > 100:
        name, where = _some(rng, content)
        return [Change("kill", name, where[:1])] + [
            Change("kill_node", each, path) for each, path in content.nodes if each != name and rng.random() < 0.6
        ]
    first = rng.randrange(100)
    name = rng.choice(NAMES[:2])
    return [
        Change("set", name, (str(first + each // 8), str(each)), rng.randbytes(rng.choice((5, 30, 30, 60, 700))))
        for each in range(rng.randint(10, 40))
    ]


def steady(rng: random.Random, content: Content) -> list[Change]:
    """Set few nodes again and again, in one size, some of them in overflow pages: files stop growing."""
    return [
        Change("set", "A", (str(rng.randrange(4)),), rng.randbytes(8)),
        Change("set", "A", ("BIG", str(rng.randrange(3))), rng.randbytes(900)),
    ][: rng.randint(1, 2)]


STEADY = Flavour("steady", {"commit": 8, "checkpoint": 8, "kill": 1}, steady)
COMPACT = Flavour("compact", {"commit": 10, "checkpoint": 2, "compact": 3, "reopen": 1, "kill": 1}, holes)
"""Not among the flavours that campaigns draw, whose seeds are kept: it has a stage of its own."""
FLAVOURS = (
    Flavour("mixed", {"commit": 20, "checkpoint": 3, "reopen": 1, "kill": 1, "set_one": 4, "flush": 1}, mixed),
    Flavour("equal", {"commit": 20, "checkpoint": 1, "reopen": 1, "kill": 2, "set_one": 2, "flush": 1}, equal),
    Flavour("purge", {"commit": 12, "checkpoint": 5, "reopen": 1, "kill": 1}, purge),
    Flavour("big", {"commit": 15, "checkpoint": 4, "reopen": 1, "kill": 1, "set_one": 3, "flush": 1}, big),
    Flavour("storm", {"commit": 8, "checkpoint": 4, "reopen": 1, "kill": 1}, storm),
    Flavour("increment", {"commit": 20, "checkpoint": 2, "reopen": 1, "kill": 1}, increment),
    STEADY,
    Flavour("idle", {"commit": 4, "idle": 4, "checkpoint": 2, "set_one": 4}, mixed),
    Flavour("loops", {"commit": 4, "checkpoint": 1, "reopen": 4, "kill": 3, "set_one": 1}, equal),
    Flavour("M", {"program": 20, "checkpoint": 3, "reopen": 1, "kill": 1}, mixed),
    Flavour("M beside", {"program": 8, "commit": 8, "checkpoint": 2, "set_one": 4, "reopen": 1, "kill": 1}, mixed),
    Flavour("group", {"set_one": 20, "flush": 3, "commit": 3, "checkpoint": 1, "reopen": 1, "kill": 1}, mixed),
)


def next_step(flavour: Flavour, rng: random.Random, content: Content) -> Step:
    """Return the next thing to do in this flavour."""
    kind = rng.choices(list(flavour.steps), list(flavour.steps.values()))[0]
    if kind == "program":
        program = programs.make(rng, content)
        return Step(kind, program.changes, program.text)
    if kind == "commit":
        return Step(kind, tuple(flavour.make(rng, content)))
    if kind == "advance":
        return Step(kind, text=str(rng.choice(STEPS_BESIDE)))
    if kind == "set_one":
        changes = [change for change in flavour.make(rng, content) if change.kind == "set"]
        return Step(kind, tuple(changes[:1])) if changes else Step("flush")
    return Step(kind)


def _some(rng: random.Random, content: Content) -> Node:
    nodes = list(content.nodes)
    return nodes[rng.randrange(len(nodes))]
