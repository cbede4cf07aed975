"""The gate: every seeded bug must be caught, or its equivalence argued in equivalent.md.

There is no switch in the engine: `mutant.py` patches it, `catalogue.py` says where. Each mutant
runs in a process of its own; one that does not fit the engine, or whose patched code never ran,
is an error, and so is a violation of the engine without a mutant.

The case that caught a mutant last is tried first (`catches.py`): that costs a second where the
search costs a minute. If it catches no longer, the search begins again.
"""

from __future__ import annotations

import concurrent.futures
import gc
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.context import BaseContext

from bumps.torture import stages
from bumps.torture.case import CAMPAIGN, ROT, SNAPSHOTS, STAGES, parse
from bumps.torture.catalogue import EQUIVALENT, MUTANTS
from bumps.torture.catches import CATCHES
from bumps.torture.mutant import Mutant, MutantError, armed, rewrite
from bumps.torture.results import Failure

__all__ = ["EQUIVALENT", "MUTANTS", "Mutant", "MutantError", "Verdict", "armed", "gate", "judge", "rewrite"]

QUICK_STATES = 1_500
"""Crash states of the campaigns that come before the other stages: most mutants are caught in them."""

EQUIVALENT_STAGES = (ROT, SNAPSHOTS)
"""What the whole gate does with a mutant that has its argument: searching takes minutes, and finds nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant."""

    name: str
    group: str
    status: str
    """caught, survived, or equivalent."""
    by: str
    """The violation, and the command that shows it in the mutated engine."""
    case: str
    """What caught it; empty if nothing did."""
    cpu_s: float

    def as_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "name": self.name,
            "group": self.group,
            "status": self.status,
            "by": self.by,
            "case": self.case,
            "cpu_s": round(self.cpu_s, 2),
        }


def judge(mutant: Mutant, *, campaign_states: int = stages.CAMPAIGN_STATES, chosen: Sequence[str] = STAGES) -> Verdict:
    """Run the case that caught it last, then these stages, on the mutated engine until one finds a violation."""
    began = time.process_time()
    with armed(mutant) as ran:
        failure = _first_failure(mutant.name, campaign_states, chosen)
        if failure is not None:
            by = f"{failure.case.stage}: {failure.violation}"[:200]
            return Verdict(mutant.name, mutant.group, "caught", by, str(failure.case), time.process_time() - began)
        if len(ran) < len(mutant.patches):
            raise MutantError(f"{mutant.name}: only {ran} of its targets ran")
    status = "equivalent" if mutant.name in EQUIVALENT else "survived"
    return Verdict(mutant.name, mutant.group, status, "", "", time.process_time() - began)


def _first_failure(name: str, campaign_states: int, chosen: Sequence[str]) -> Failure | None:
    if name in CATCHES:
        failures = stages.replay(parse(CATCHES[name])).failures
        if failures:
            return failures[0]
    for stage, states_count in ((CAMPAIGN, QUICK_STATES), *((stage, campaign_states) for stage in chosen)):
        failure = stages.first_failure(stage, states_count)
        if failure is not None:
            return failure
    return None


def gate(names: Sequence[str] | None = None, *, jobs: int = 1) -> Iterator[Verdict]:
    """Judge mutants, all if none are named, each in a process of its own; yield verdicts as they come.

    Raises MutantError for one that does not fit the engine, or if the clean engine does not pass the
    same: all stages, or what caught those that are named.
    """
    chosen = list(MUTANTS if names is None else names)
    cases: list[str] = []
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=_copies(), max_tasks_per_child=1) as pool:
        # What takes longest comes first.
        clean = pool.submit(clean_failure) if names is None else None
        waiting = [
            pool.submit(judge_by_name, name, names is not None)
            for name in sorted(chosen, key=lambda name: name in CATCHES)
        ]
        try:
            for done in concurrent.futures.as_completed(waiting):
                verdict = done.result()
                cases.append(verdict.case)
                yield verdict
        finally:
            for each in waiting:
                each.cancel()
        same = pool.submit(failure_of_cases, list(dict.fromkeys(filter(None, cases))))
        found = (clean.result() if clean is not None else "") or same.result()
        if found:
            raise MutantError(f"the engine without a mutant fails: {found}")


def _copies() -> BaseContext:
    """Return how processes begin: as copies of one that has only imported this, which costs more than most mutants."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def failure_of_cases(cases: Sequence[str]) -> str:
    """Do again what caught mutants, on the engine as it is; return what fails, or nothing."""
    _collect_rarely()
    for case in cases:
        failures = stages.replay(parse(case)).failures
        if failures:
            return str(failures[0])
    return ""


def clean_failure() -> str:
    """Run all stages on the engine as it is; return what fails, or nothing."""
    _collect_rarely()
    for stage in STAGES:
        failure = stages.first_failure(stage, stages.CAMPAIGN_STATES)
        if failure is not None:
            return str(failure)
    return ""


def judge_by_name(name: str, is_named: bool) -> Verdict:
    """Judge one mutant of the catalogue; one that is argued to be equivalent in all stages only if it was named."""
    _collect_rarely()
    return judge(MUTANTS[name], chosen=STAGES if is_named or name not in EQUIVALENT else EQUIVALENT_STAGES)


def _collect_rarely() -> None:
    """Spare a process that is short a tenth of its time: little of what it makes is cyclic."""
    gc.freeze()
    gc.set_threshold(100_000)
