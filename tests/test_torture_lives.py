"""torture/lives.py: what was allowed to be on the disk stays allowed until a recovery has ended without it."""

from __future__ import annotations

import pytest

from bumps.torture import script
from bumps.torture.oracle import Violation
from bumps.torture.script import Event, Script, ScriptedLife
from bumps.torture.simdisk import Ack, Begin, Fork
from bumps.torture.states import Profile

EACH_SECOND_FRAME_CHECKPOINTS = {
    "page_size": 512,
    "cache_size": 32768,
    "segment_size_min": 8192,
    "segment_size_max": 8192,
    "alignment": 4096,
    "checkpoint_journal_size": 8192,
    "keep": "checkpoint",
}
IN_LIMBO: tuple[Event, ...] = (
    ("open",),
    ("commit", (("set", "A", ("1",), b"one"),)),
    ("commit", (("set", "A", ("2",), b"two"),)),
    ("kill",),
    ("fault", ("sync", 3, "EIO", 1, "revert"), ("checkpoint",)),
)
"""A sync that fails and shows the old bytes again: frames of unknown outcome may come back until the next promise."""


def broken_at_marks(*events: Event) -> list[Violation]:
    """Live, and cut the power behind each mark, when all that was written has reached the disk."""
    life = ScriptedLife(1, 0, events)
    made = Script(EACH_SECOND_FRAME_CHECKPOINTS, Profile("posix", True), (life,), "I2")
    ended = script.drive(made)
    assert ended.broken is None
    medium = script.medium_of(made.profile, ended)
    found = []
    for operation in ended.trace:
        medium.apply(operation)
        if isinstance(operation, (Begin, Ack, Fork)):
            space = medium.space()
            found.append(script.look(made, ended, space.state(space.full)))
    assert len(found) > len(events)
    return [violation for violation in found if violation is not None]


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(
            ("fault", ("create", 2, "memory", 1, "keep"), ("set_one", (("set", "A", ("3",), b"three"),))),
            id="of a commit after an error",
        ),
        pytest.param(
            ("fault", ("pwrite", 4, "short", 1, "keep"), ("commit", (("set", "A", ("3",), b"three"),))),
            id="cut short behind a commit",
        ),
    ],
)
def test_a_commit_that_ends_a_limbo_does_not_take_back_the_mark_of_its_checkpoint(last: Event) -> None:
    assert broken_at_marks(*IN_LIMBO, last) == []
