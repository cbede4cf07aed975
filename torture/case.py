"""A case: one thing that the harness does, written so that a line of text repeats it exactly.

    7                                        the campaign of seed 7
    rot:3                                    the sweep of seed 3
    snapshots:5                              snapshots and transactions of seed 5
    continuations:9                          every stop of a checkpoint, seed 9
    continuations:9:sync,4,EIO,1,revert,24   one of them
    beside:9                                 every stop of a checkpoint with commits between its steps, seed 9
    compaction:7                             the campaign of seed 7 in which databases are compacted
    readers:5                                the campaign of seed 5 with snapshots and transactions beside it
    exhaust:0:4                              every state of four steps, seed 0
    mutate:0:17                              one mutation of the databases of seed 0
    faults:200                               every failing call, seed 200
    faults:200:pwrite,3,EIO,0,keep,10,6      one of them

Behind the seed stand kind and number of the call that fails, how, how often (0 is for ever), what becomes of
a sync that fails (`faultdisk.EFFECTS`), and how much is done and looked at.
"""

from __future__ import annotations

from typing import NamedTuple

from bumps.torture.faultdisk import EFFECTS, Fault

CAMPAIGN, FAULTS, CONTINUATIONS, ROT, EXHAUST = "campaign", "faults", "continuations", "rot", "exhaust"
MUTATE, SNAPSHOTS, READERS, COMPACTION, BESIDE = "mutate", "snapshots", "readers", "compaction", "beside"
STAGES = (ROT, SNAPSHOTS, READERS, FAULTS, CONTINUATIONS, BESIDE, COMPACTION, CAMPAIGN)
"""Those that the gate runs, the cheapest first."""
_SIZE_COUNTS = {FAULTS: 2, CONTINUATIONS: 1, BESIDE: 1}
"""How many numbers follow a fault."""


class Case(NamedTuple):
    """What to do again."""

    stage: str
    seed: int
    fault: Fault | None = None
    """None: all of them."""
    sizes: tuple[int, ...] = ()
    """Steps of an enumeration; number of a mutation; of a failing call steps, and states checked; of a continuation
    states at a point."""

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        text = str(self.seed) if self.stage == CAMPAIGN else f"{self.stage}:{self.seed}"
        if self.fault is None:
            return ":".join([text, *map(str, self.sizes)])
        fields = (*self.fault, *self.sizes)
        return f"{text}:{','.join(map(str, fields))}"

    @property
    def command(self) -> str:
        """Return what to type to see it again."""
        return f"bumps torture replay {self}"


def parse(text: str) -> Case:
    """Return the case that a text names; ValueError if it names none."""
    stage, *rest = text.split(":") if ":" in text else (CAMPAIGN, text)
    if stage not in (*STAGES, EXHAUST, MUTATE) or not 1 <= len(rest) <= 2 or not _is_count(rest[0]):
        words = ", ".join(f"{word}:SEED" for word in sorted({*STAGES, EXHAUST, MUTATE} - {CAMPAIGN}))
        raise ValueError(f"{text!r} is no case: give the seed of a campaign, or one of {words}")
    seed = int(rest[0])
    if len(rest) == 1:
        return Case(stage, seed)
    if stage in (EXHAUST, MUTATE) and _is_count(rest[1]):
        return Case(stage, seed, None, (int(rest[1]),))
    fields = rest[1].split(",")
    size_count = _SIZE_COUNTS.get(stage, 0)
    numbers = [fields[index] for index in (1, 3, *range(5, len(fields)))] if len(fields) >= 5 else []
    if not size_count or len(fields) != 5 + size_count or not all(map(_is_count, numbers)):
        what = f"KIND,NTH,HOW,TIMES,{'|'.join(EFFECTS)} and {size_count} more" if size_count else "nothing"
        raise ValueError(f"{text!r} is no case: behind the seed stands {what}")
    if fields[4] not in EFFECTS:
        raise ValueError(f"{text!r} is no case: a sync that fails does {', '.join(EFFECTS)}, not {fields[4]}")
    fault = Fault(fields[0], int(fields[1]), fields[2], int(fields[3]), fields[4])
    return Case(stage, seed, fault, tuple(map(int, fields[5:])))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit()
