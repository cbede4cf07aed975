"""interp/symbols.py: an array keeps M's order, whatever is set and killed, and $QUERY walks every node once."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bumps.interp.numbers import collation
from bumps.interp.symbols import Arr, Key, fresh

KEYS = st.sampled_from(["", -3, 0, 1, 2, 10, Decimal("1.5"), Decimal("-.5"), "A", "a", "b", "01"])
PATHS = st.lists(KEYS, min_size=1, max_size=3).map(tuple)
STEPS = st.lists(st.tuples(st.sampled_from(["set", "set", "set", "kill", "kill_node", "walk"]), PATHS), max_size=30)
Model = dict[tuple[Key, ...], int]


def in_order(model: Model) -> list[tuple[Key, ...]]:
    return sorted(model, key=lambda path: [collation(key) for key in path])


@settings(max_examples=150)
@given(STEPS)
def test_an_array_is_a_sorted_dict_of_paths(steps: list[tuple[str, tuple[Key, ...]]]) -> None:
    cell = fresh()
    model: Model = {}
    for number, (step, path) in enumerate(steps):
        if step == "set":
            cell.set(path, number)
            model[path] = number
        elif step == "kill":
            cell.kill(path)
            model = {each: value for each, value in model.items() if each[: len(path)] != path}
        elif step == "kill_node":
            cell.kill_node(path)
            model.pop(path, None)
        else:
            walk = cell.query(())
            assert walk == (in_order(model)[0] if model else None)
        data = (path in model) + 10 * any(each[: len(path)] == path and each != path for each in model)
        assert cell.data_of(path) == data

    assert list(cell.nodes()) == [(path, model[path]) for path in in_order(model)]
    assert cell.data == (10 if model else 0)


@settings(max_examples=100)
@given(st.sets(PATHS, max_size=12), PATHS)
def test_query_goes_both_ways_from_anywhere(paths: set[tuple[Key, ...]], start: tuple[Key, ...]) -> None:
    cell = fresh()
    for path in paths:
        cell.set(path, 1)
    ordered = in_order(dict.fromkeys(paths, 1))
    rank = [collation(key) for key in start]
    after = [path for path in ordered if [collation(key) for key in path] > rank]
    before = [path for path in ordered if [collation(key) for key in path] < rank]

    assert cell.query(start) == (after[0] if after else None)
    assert cell.query(start, reverse=True) == (before[-1] if before else None)


@settings(max_examples=100)
@given(st.lists(st.tuples(st.booleans(), KEYS), max_size=30), KEYS)
def test_order_goes_both_ways_while_keys_come_and_go(steps: list[tuple[bool, Key]], start: Key) -> None:
    arr = Arr()
    keys: set[Key] = set()
    for is_set, key in steps:
        if is_set:
            arr.vals[key] = 1
            keys.add(key)
        elif key in keys:
            arr.remove(key)
            keys.discard(key)
        ordered = sorted(keys - {""}, key=collation)
        after = [each for each in ordered if collation(each) > collation(start)]
        before = [each for each in ordered if start == "" or collation(each) < collation(start)]
        assert arr.next(start) == (after[0] if after else None)
        assert arr.previous(start) == (before[-1] if before else None)


def test_a_killed_last_node_takes_its_empty_levels_with_it() -> None:
    cell = fresh()
    cell.set((1, 2, 3), "x")

    cell.kill((1, 2, 3))

    assert cell.a is None
