"""Were the transactions strictly serialisable (I20)? Proved from what each was told, knowing nothing of the engine.

Transactions append their names to lists and read lists. A list at the end says who came before whom:

    who appended to a list earlier comes before who appended to it later
    who appended what was read comes before the reader, and the reader before who appended next
    who was over before another one began comes before it

If no transaction comes before itself, an order exists that explains all that was seen. A history may be
checked in pieces: cut it where no transaction is open, and begin each piece with empty lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

Lists = Mapping[str, Sequence[str]]


class Done(NamedTuple):
    """A transaction that was acknowledged."""

    name: str
    began: int
    """Tick of a clock that all share; no tick is there twice."""
    ended: int
    reads: Lists
    """The lists that it was told, without what it appended itself."""
    appends: Sequence[str]
    """The lists that it appended its name to."""


def violation(done: Sequence[Done], lists: Lists) -> str | None:
    """Return why no order of `done` explains the history, None if one does; `lists` are as they were at the end."""
    asked = {(each.name, key) for each in done for key in each.appends}
    found = [(name, key) for key, names in lists.items() for name in names]
    if len(set(found)) != len(found):
        return "an append is there twice"
    if asked != set(found):
        lost, phantom = sorted(asked - set(found)), sorted(set(found) - asked)
        return f"appends that were acknowledged are lost: {lost[:5]}" if lost else f"nobody appended {phantom[:5]}"
    after: dict[str, set[str]] = {each.name: set() for each in done}
    for names in lists.values():
        for first, second in pairwise(names):
            after[first].add(second)
    for each in done:
        for key, seen in each.reads.items():
            there = lists.get(key, ())
            if list(there[: len(seen)]) != list(seen):
                return f"{each.name} read of {key} what never was: {seen[-3:]}"
            if seen and seen[-1] != each.name:
                after[seen[-1]].add(each.name)
            following = [name for name in there[len(seen) : len(seen) + 2] if name != each.name]
            if following:
                after[each.name].add(following[0])
    _add_time(done, after)
    return _cycle(after)


def _add_time(done: Sequence[Done], after: dict[str, set[str]]) -> None:
    """Add who was over before whom, by a chain of moments: an edge for each pair would be too many."""
    ends = sorted((each.ended, each.name) for each in done)
    moments = [f"at {tick}" for tick, _ in ends]
    for number, (_, name) in enumerate(ends):
        after[name].add(moments[number])
        after[moments[number]] = set(moments[number + 1 : number + 2])
    passed = 0
    for each in sorted(done, key=lambda each: each.began):
        while passed < len(ends) and ends[passed][0] < each.began:
            passed += 1
        if passed:
            after[moments[passed - 1]].add(each.name)


def _cycle(after: Mapping[str, set[str]]) -> str | None:
    """Return two that each come before the other, if there are any."""
    is_done: dict[str, bool] = {}
    for root in after:
        if root in is_done:
            continue
        is_done[root] = False
        stack: list[tuple[str, Iterator[str]]] = [(root, iter(after[root]))]
        while stack:
            here, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                is_done[here] = True
                stack.pop()
            elif following not in is_done:
                is_done[following] = False
                stack.append((following, iter(after[following])))
            elif not is_done[following]:
                return f"{here} and {following} each come before the other"
    return None
