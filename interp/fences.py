"""ZTSTART and ZTCOMMIT: GT.M's fences in its journal, which say to a recovery what belongs together.

A recovery of bumps has every commit, in order, so a fence means nothing to it: it is counted, and what GT.M refuses is
refused.
"""

from __future__ import annotations

from bumps.interp.codes import merror

FENCE_COUNT_MAX = 255


class Fences:
    """The fences of one machine."""

    def __init__(self) -> None:
        self.count = 0

    def begin(self, transaction_level: int) -> None:
        """Do ZTSTART: TPMIXUP in a transaction, TRANSNEST beyond the limit."""
        if transaction_level:
            raise merror("TPMIXUP", "A fenced logical", "an M")
        if self.count == FENCE_COUNT_MAX:
            raise merror("TRANSNEST")
        self.count += 1

    def end(self, count: int) -> None:
        """Do ZTCOMMIT of so many fences, 0: of all; TRANSNOSTART if there are not so many, TRANSMINUS below 0."""
        if count < 0:
            raise merror("TRANSMINUS")
        if not self.count or count > self.count:
            raise merror("TRANSNOSTART")
        self.count -= count or self.count

    def check_none(self) -> None:
        """Refuse TSTART between ZTSTART and ZTCOMMIT: TPMIXUP."""
        if self.count:
            raise merror("TPMIXUP", "An M", "a fenced logical")
