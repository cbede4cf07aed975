"""What `bumps profile` prints of a profile: tables, JSON, and the time line that browsers and Perfetto show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from bumps.interp.profile import Findings, LabelCost, LineCost
from bumps.tools.messages import one_line
from bumps.tools.parameters import counted

Cost = TypeVar("Cost", LabelCost, LineCost)

NAME_SIZE_MAX = 40
LINE_SIZE_MAX = 60
"""So much of a name, and of the text of a line, is in a table."""


def labels_of(profile: Findings, by: str) -> list[LabelCost]:
    """Return the labels, those first that took most themselves."""
    return _ranked(profile.labels(), by)


def lines_of(profile: Findings, by: str) -> list[LineCost]:
    """Return the lines that have begun, those first that took most."""
    return _ranked([line for line in profile.lines if line.count], by)


def _ranked(costs: list[Cost], by: str) -> list[Cost]:
    """Return labels or lines, those first that took most: `by` is `time` or `steps`."""
    return sorted(costs, key=lambda each: (-each.nanoseconds if by == "time" else 0, -each.steps, -each.nanoseconds))


def tables(profile: Findings, top: int, by: str) -> Iterator[str]:
    """Yield the lines of a report for a person: the first labels and lines."""
    labels, lines = labels_of(profile, by), lines_of(profile, by)
    whole_time, whole_steps = max(profile.nanoseconds, 1), max(profile.steps, 1)
    yield (
        f"{counted(profile.steps, 'step')} in {whole_time / 1e9:,.3f} s, "
        f"{counted(len(labels), 'label')}, {counted(len(lines), 'line')}; most {by} first"
    )
    yield ""
    head = f"{'self s':>10} {'%':>5} {'total s':>10} {'self steps':>13} {'%':>5} {'total steps':>13}"
    yield f"{head} {'entered':>9}  label"
    for label in labels[:top]:
        yield (
            f"{_seconds(label.nanoseconds)} {_part(label.nanoseconds, whole_time)} {_seconds(label.total_nanoseconds)}"
            f" {label.steps:>13,} {_part(label.steps, whole_steps)} {label.total_steps:>13,} {label.entry_count:>9,}"
            f"  {one_line(label.name)[:NAME_SIZE_MAX]}"
        )
    yield from _rest(len(labels), top)
    yield ""
    yield f"{'s':>10} {'%':>5} {'steps':>13} {'%':>5} {'times':>9}  line"
    for line in lines[:top]:
        text = one_line(line.text.replace("\t", " ").strip())
        yield (
            f"{_seconds(line.nanoseconds)} {_part(line.nanoseconds, whole_time)} {line.steps:>13,}"
            f" {_part(line.steps, whole_steps)} {line.count:>9,}  {line.place:<20}  {text[:LINE_SIZE_MAX]}"
        )
    yield from _rest(len(lines), top)


def _seconds(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e9:>10,.6f}"


def _part(part: int, whole: int) -> str:
    return f"{100 * part / whole:>5.1f}"


def _rest(count: int, top: int) -> Iterator[str]:
    if count > top:
        yield f"and {count - top:,} more: --top {count}"


def facts(profile: Findings, by: str) -> dict[str, Any]:
    """Return all of a profile as an object for JSON; docs/cli.md lists the keys."""
    return {
        "steps": profile.steps,
        "seconds": profile.nanoseconds / 1e9,
        "labels": [
            {
                "label": label.name,
                "entered": label.entry_count,
                "self_s": label.nanoseconds / 1e9,
                "total_s": label.total_nanoseconds / 1e9,
                "self_steps": label.steps,
                "total_steps": label.total_steps,
            }
            for label in labels_of(profile, by)
        ],
        "lines": [
            {
                "place": line.place,
                "line": line.text,
                "times": line.count,
                "seconds": line.nanoseconds / 1e9,
                "steps": line.steps,
            }
            for line in lines_of(profile, by)
        ],
    }


def chrome(profile: Findings, process_id: int) -> dict[str, Any]:
    """Return the single stays in labels in the form of Chrome's tracing, for Perfetto: microseconds."""
    events: list[dict[str, Any]] = [
        {"name": "process_name", "ph": "M", "pid": process_id, "tid": 1, "args": {"name": "bumps"}}
    ]
    for each in sorted(profile.slices, key=lambda each: (each.begin, -each.end)):
        events.append(
            {
                "name": each.name,
                "cat": "M",
                "ph": "X",
                "pid": process_id,
                "tid": 1,
                "ts": each.begin / 1000,
                "dur": (each.end - each.begin) / 1000,
            }
        )
    return {"traceEvents": events, "displayTimeUnit": "ms", "otherData": {"complete": profile.has_all_slices}}
