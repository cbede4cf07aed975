"""torture/serial.py: a history is refused if, and only if, no order of its transactions explains it."""

from __future__ import annotations

import itertools
import random

import pytest

from bumps.torture.serial import Done, violation


def done(name: str, began: int, ended: int, reads: dict[str, list[str]], *appends: str) -> Done:
    return Done(name, began, ended, reads, appends)


@pytest.mark.parametrize(
    ("history", "lists", "what"),
    [
        ([done("a", 1, 4, {"x": []}, "y"), done("b", 2, 3, {"y": []}, "x")], {"x": ["b"], "y": ["a"]}, "each come"),
        ([done("a", 1, 2, {}, "x")], {"x": []}, "lost"),
        ([done("a", 1, 2, {}, "x")], {"x": ["a", "a"]}, "twice"),
        ([done("a", 1, 2, {}, "x")], {"x": ["a", "b"]}, "nobody"),
        ([done("a", 1, 2, {}, "x"), done("b", 3, 4, {"x": ["b"]}, "x")], {"x": ["a", "b"]}, "never was"),
        ([done("a", 1, 2, {}, "x"), done("b", 3, 4, {"x": []})], {"x": ["a"]}, "before the other"),
        ([done("a", 1, 2, {}, "x"), done("b", 3, 4, {}, "x")], {"x": ["b", "a"]}, "before the other"),
        ([done("a", 1, 4, {}, "x", "y"), done("b", 2, 3, {"x": ["a"], "y": []})], {"x": ["a"], "y": ["a"]}, "before"),
        ([done("a", 1, 4, {}, "x"), done("b", 2, 3, {"x": []}), done("c", 5, 6, {"x": ["a"]})], {"x": ["a"]}, None),
        ([done("a", 1, 4, {}, "x"), done("b", 2, 3, {}, "x")], {"x": ["b", "a"]}, None),
        ([], {}, None),
    ],
)  # fmt: skip
def test_what_no_order_explains_is_refused(history: list[Done], lists: dict[str, list[str]], what: str | None) -> None:
    found = violation(history, lists)
    assert (found is None) if what is None else (found is not None and what in found)


def explains(order: tuple[Done, ...]) -> bool:
    """Say whether doing the transactions in this order tells each what it was told, and keeps to the clock."""
    lists: dict[str, list[str]] = {"x": [], "y": []}
    for number, each in enumerate(order):
        if any(each.began > later.ended for later in order[number + 1 :]):
            return False
        if any(lists[key] != seen for key, seen in each.reads.items()):
            return False
        for key in each.appends:
            lists[key].append(each.name)
    return True


def test_it_agrees_with_trying_every_order() -> None:
    generator = random.Random(7)
    verdicts = []
    for _ in range(400):
        ticks = generator.sample(range(100), 8)
        order = [generator.sample("abcd", 4) for _ in range(2)]
        appends = {name: generator.choice([("x",), ("y",), ("x", "y"), ()]) for name in "abcd"}
        lists = {key: [name for name in order[at] if key in appends[name]] for at, key in enumerate("xy")}
        history = []
        for at, name in enumerate("abcd"):
            reads = {}
            for key in generator.sample("xy", generator.randrange(3)):
                seen = lists[key][: lists[key].index(name)] if key in appends[name] else lists[key]
                reads[key] = seen if key in appends[name] else seen[: generator.randrange(len(seen) + 1)]
            began, ended = sorted(ticks[2 * at : 2 * at + 2])
            history.append(done(name, began, ended, reads, *appends[name]))
        right = any(
            explains(each) and all([one.name for one in each if key in one.appends] == lists[key] for key in lists)
            for each in itertools.permutations(history)
        )
        assert (violation(history, lists) is None) == right
        verdicts.append(right)
    assert 50 < sum(verdicts) < 350
