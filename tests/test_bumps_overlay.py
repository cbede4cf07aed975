"""bumps/overlay.py: the changes of a transaction, in order whenever somebody asks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bumps.batch import KILL, KILL_NODE, SET
from bumps.overlay import Overlay

CODES = st.sampled_from([b"\xc0A\0", b"\xc0B\0", b"\x811\0", b"\x812\0", b"\x10\0"])
KEYS = st.lists(CODES, max_size=3).map(b"".join)
STEPS = st.one_of(
    st.tuples(st.just("set"), KEYS, st.binary(max_size=2)),
    st.tuples(st.just("set"), KEYS, st.none()),
    st.tuples(st.just("kill"), KEYS, st.none()),
    st.tuples(st.sampled_from(["mark", "back", "order"]), st.just(b""), st.none()),
)
State = tuple[dict[bytes, bytes | None], set[bytes]]


@given(st.lists(STEPS, max_size=60))
def test_changes_are_those_of_a_plain_model_and_roll_back_to_each_mark(
    steps: list[tuple[str, bytes, bytes | None]],
) -> None:
    overlay = Overlay()
    values: dict[bytes, bytes | None] = {}
    killed: list[bytes] = []
    marks: list[tuple[int, dict[bytes, bytes | None], list[bytes]]] = []
    for step, key, value in steps:
        if step == "set":
            overlay.set("X", key, value)
            values[key] = value
        elif step == "kill":
            overlay.kill("X", key)
            values = {each: value for each, value in values.items() if not each.startswith(key)}
            killed = [*killed, key]
        elif step == "mark":
            marks.append((overlay.mark(), values.copy(), killed.copy()))
        elif step == "back" and marks:
            mark, values, killed = marks.pop()
            overlay.roll_back(mark)
        changes = overlay.of("X")
        if changes is None:
            assert not values and not killed
            continue
        assert changes.values == values
        assert all(
            (changes.killed_root(key + b"\xc0Z\0") is not None) == any(map(key.startswith, killed)) for key in values
        )
        if step == "order":
            assert changes.ordered() == sorted(values)
    batches = overlay.batches()
    live = [(key, value) for key, value in sorted(values.items()) if value is not None]
    dead = [key for key, value in sorted(values.items()) if value is None]
    if not batches:
        assert not live and not dead and not killed
        return
    (batch,) = batches
    kill_count = batch.kinds.count(KILL)
    assert batch.kinds == bytes([KILL] * kill_count + [KILL_NODE] * len(dead) + [SET] * len(live))
    assert batch.keys[kill_count:] == dead + [key for key, _ in live]
    assert batch.values == [value for _, value in live]
