"""One page of HTML with the figures of torture: no script, no other file, pictures drawn as SVG.

It is made from what the commands print with `--json`, so that every figure can be had again.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Figures = Mapping[str, Any]
"""One object that a command has printed."""

BAR_HEIGHT, LABEL_WIDTH, BAR_WIDTH, VALUE_WIDTH = 18, 300, 420, 110
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2em; border-bottom: 1px solid #ccc; }
table { border-collapse: collapse; } td, th { padding: .2em .8em .2em 0; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.4 ui-monospace, monospace; background: #f4f4f4; } pre { padding: .6em; overflow-x: auto; }
svg text { font: 12px system-ui, sans-serif; fill: #222; } .bar { fill: #3b6ea5; } .bad { fill: #b3261e; }
.sound { color: #1b6e3c; font-weight: 600; } .broken { color: #b3261e; font-weight: 600; }
"""


class Bar(NamedTuple):
    """One line of a picture."""

    label: str
    value: float
    text: str
    """What stands behind the bar."""
    bad: bool = False


def page(*, title: str, run: Figures | None, enumeration: Figures | None, gate: Figures | None) -> str:
    """Return the page; a part that is None is left out."""
    parts = [f"<h1>{html.escape(title)}</h1>"]
    if run is not None:
        parts.append(_run(run))
    if enumeration is not None:
        parts.append(_enumeration(enumeration))
    if gate is not None:
        parts.append(_gate(gate))
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def bars(rows: Iterable[Bar], *, logarithmic: bool = False, what: str) -> str:
    """Return a picture with a bar for each row; `what` says in words what is seen."""
    rows = list(rows)
    top = max((_extent(row.value, logarithmic) for row in rows), default=0.0) or 1.0
    height = BAR_HEIGHT * len(rows)
    width = LABEL_WIDTH + BAR_WIDTH + VALUE_WIDTH
    drawn = []
    for index, row in enumerate(rows):
        y = index * BAR_HEIGHT
        long = BAR_WIDTH * _extent(row.value, logarithmic) / top
        kind = "bad" if row.bad else "bar"
        drawn.append(
            f'<text x="{LABEL_WIDTH - 8}" y="{y + 13}" text-anchor="end">{html.escape(row.label)}</text>'
            f'<rect class="{kind}" x="{LABEL_WIDTH}" y="{y + 3}" width="{long:.1f}" height="12"/>'
            f'<text x="{LABEL_WIDTH + long + 6:.1f}" y="{y + 13}">{html.escape(row.text)}</text>'
        )
    label = html.escape(what, quote=True)
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'
    )


def _extent(value: float, logarithmic: bool) -> float:
    """Return how far a bar goes: by its logarithm every value above a thousandth can be seen."""
    return math.log10(max(value, 0.001) * 1000 + 1) if logarithmic else value


def _run(run: Figures) -> str:
    command = f"bumps torture run --states {run['unique']} --seed {run['seed']}"
    counts: dict[str, int] = run["counts"]
    points: dict[str, int] = run["points"]
    rate = run["unique"] / run["cpu_s"] if run["cpu_s"] else 0
    return "\n".join(
        (
            "<h2>Power cuts in histories of many lives</h2>",
            _verdict(run["violations"]),
            _table(
                ("different states recovered and checked", f"{run['unique']:,}"),
                ("states of recoveries that were cut themselves", f"{run['nested']:,}"),
                ("lives", f"{run['lives']:,}"),
                ("CPU-seconds", f"{run['cpu_s']:,.0f}"),
                ("different states in a CPU-second", f"{rate:,.0f}"),
            ),
            f"<p><code>{html.escape(command)}</code></p>",
            "<h3>States by the operation behind which the power was cut</h3>",
            bars(
                (Bar(name, count, f"{count:,}") for name, count in _by_size(points)), what="states by point of the cut"
            ),
            "<h3>What the run has met</h3>",
            bars(
                (Bar(name, count, f"{count:,}", not count) for name, count in sorted(counts.items())),
                logarithmic=True,
                what="how often each event was met, on a logarithmic scale",
            ),
        )
    )


def _enumeration(figures: Figures) -> str:
    counts: dict[str, int] = figures["counts"]
    return "\n".join(
        (
            "<h2>Every state of a small workload</h2>",
            _verdict(figures["violations"]),
            _table(
                ("states", f"{figures['states']:,}"),
                ("of them different", f"{figures['unique']:,}"),
                ("points", f"{counts.get('points', 0):,}"),
                ("most states at one point", f"{counts.get('most states at a point', 0):,}"),
                ("points with too many to try them all", f"{counts.get('points sampled', 0):,}"),
                ("CPU-seconds", f"{figures['cpu_s']:,.1f}"),
            ),
            f"<p><code>bumps torture exhaust --seed {figures['seed']}</code></p>",
        )
    )


def _gate(figures: Figures) -> str:
    verdicts: Sequence[Figures] = sorted(figures["mutants"], key=lambda each: float(each["cpu_s"]))
    rows = (
        Bar(
            each["name"] + ("" if each["status"] == "caught" else f" ({each['status']})"),
            each["cpu_s"],
            f"{each['cpu_s']:.2f} s",
            each["status"] == "survived",
        )
        for each in verdicts
    )
    caught = [float(each["cpu_s"]) for each in verdicts if each["status"] == "caught"]
    median = sorted(caught)[len(caught) // 2] if caught else 0.0
    reasons = "".join(
        f"<tr><td><code>{html.escape(each['name'])}</code></td><td>{html.escape(each['status'])}</td>"
        f"<td>{html.escape(each['by'])}</td></tr>"
        for each in figures["mutants"]
    )
    return "\n".join(
        (
            "<h2>Seeded bugs</h2>",
            "<p>The engine with one line of it broken must be noticed, or nothing that is said above proves much.</p>",
            _table(
                ("caught", f"{figures['caught']:,}"),
                ("survived", f"{figures['survived']:,}"),
                ("equivalent, with an argument", f"{figures['equivalent']:,}"),
                ("median CPU-seconds until one is caught", f"{median:.2f}"),
            ),
            "<p><code>bumps torture mutants</code></p>",
            "<h3>Mutants by the time until they are caught</h3>",
            bars(rows, logarithmic=True, what="mutants by CPU-seconds until they are caught, on a logarithmic scale"),
            f"<h3>What each breaks</h3><table>{reasons}</table>",
        )
    )


def _verdict(violations: Sequence[str]) -> str:
    if not violations:
        return '<p class="sound">No promise was broken.</p>'
    shown = "\n".join(html.escape(each) for each in violations)
    return f'<p class="broken">{len(violations):,} promises were broken.</p><pre>{shown}</pre>'


def _table(*rows: tuple[str, str]) -> str:
    lines = (
        f'<tr><td>{html.escape(name)}</td><td class="number">{html.escape(value)}</td></tr>' for name, value in rows
    )
    return f"<table>{''.join(lines)}</table>"


def _by_size(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: -item[1])
