"""What torture found: violations with what repeats them, and the figures of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bumps.torture.case import Case
from bumps.torture.oracle import Violation


@dataclass(frozen=True, slots=True)
class Failure:
    """A violation and where it is: `case` is enough to see it again."""

    case: Case
    life: int
    index: int
    vector: tuple[int, ...]
    """Empty if the store broke while it was driven, not at a crash state."""
    story: str
    violation: Violation

    def __str__(self) -> str:
        """Return one line that says how to see it again."""
        where = f"seed {self.case.seed}, life {self.life}, operation {self.index} of its trace"
        if self.vector:
            where += f", choices {','.join(map(str, self.vector))}"
        return f"{self.violation}\n    {where}; {self.story}\n    {self.case.command}"


@dataclass
class Report:
    """What a run did and found. Its campaigns are those of the seeds from `seed` on, without a gap."""

    seed: int = 0
    campaigns: int = 0
    lives: int = 0
    states: int = 0
    unique: int = 0
    """Different states that were checked. Campaigns share none but the disk without a file, which is not counted."""
    cpu_s: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    """The "sometimes" counters: how often something happened that a long run must meet."""
    points: Counter[str] = field(default_factory=Counter)
    """Unique states by the operation behind which the power was cut."""
    nested: int = 0
    """States of recoveries' own traces, duplicates not counted; they are not in `unique`."""
    failures: list[Failure] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            "seed": self.seed,
            "campaigns": self.campaigns,
            "lives": self.lives,
            "states": self.states,
            "unique": self.unique,
            "nested": self.nested,
            "cpu_s": round(self.cpu_s, 2),
            "violations": [str(failure) for failure in self.failures],
            "counts": dict(sorted(self.counts.items())),
            "points": dict(sorted(self.points.items())),
        }

    @classmethod
    def from_dict(cls, figures: Mapping[str, Any]) -> Report:
        """Return the run that `as_dict` made this of; ValueError if it found violations, whose cases are gone."""
        if figures["violations"]:
            raise ValueError(f"{len(figures['violations'])} promises were broken")
        report = cls(int(figures["seed"]))
        for name in ("campaigns", "lives", "states", "unique", "nested"):
            setattr(report, name, int(figures[name]))
        report.cpu_s = float(figures["cpu_s"])
        report.counts.update(figures["counts"])
        report.points.update(figures["points"])
        return report

    def merge(self, other: Report) -> None:
        """Add the figures of another run."""
        self.campaigns += other.campaigns
        self.lives += other.lives
        self.states += other.states
        self.unique += other.unique
        self.nested += other.nested
        self.cpu_s += other.cpu_s
        self.counts += other.counts
        self.points += other.points
        self.failures += other.failures
