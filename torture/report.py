"""One page of HTML with the figures of torture: no script, no other file, pictures drawn as SVG.

It is made from what the commands print with `--json`, so that every figure can be had again.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bumps.torture import peers

Figures = Mapping[str, Any]
"""One object that a command has printed."""

BAR_HEIGHT, LABEL_WIDTH, BAR_WIDTH, VALUE_WIDTH = 18, 300, 420, 110
STYLE = """
:root { color-scheme: light dark; --page: #fdfdfc; --card: #f3f3ef; --text: #23221f; --faint: #6b6a64; --line: #d9d8d1;
  --bar: #3b6ea5; --good: #1b6e3c; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --page: #191917; --card: #242421; --text: #e9e8e3; --faint: #a3a199;
  --line: #3a3935; --bar: #7aa7d9; --good: #6cc48d; --bad: #f2857c; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 56em; margin: 2em auto; padding: 0 1em; color: var(--text);
  background: var(--page); }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.2em; border-bottom: 1px solid var(--line); padding-bottom: .2em; }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: .6em 0; }
td, th { padding: .25em 1.2em .25em 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--faint); } tr.ours td { font-weight: 600; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.4 ui-monospace, monospace; background: var(--card); border-radius: 3px; }
code { padding: .1em .3em; } pre { padding: .6em; overflow-x: auto; } .faint { color: var(--faint); }
.tiles { display: flex; flex-wrap: wrap; gap: .8em; margin: 1em 0; }
.tile { background: var(--card); border-radius: 6px; padding: .7em 1em; min-width: 9em; }
.tile b { display: block; font-size: 1.5em; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile span { color: var(--faint); font-size: .9em; }
svg { max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--text); }
.bar { fill: var(--bar); } .bad { fill: var(--bad); }
.sound { color: var(--good); font-weight: 600; } .broken { color: var(--bad); font-weight: 600; }
"""


class Parts(NamedTuple):
    """What goes into the page, each as its command has printed it; None is left out."""

    run: Figures | None = None
    enumeration: Figures | None = None
    gate: Figures | None = None
    rot: Figures | None = None
    mutations: Figures | None = None
    recorded: Figures | None = None
    kills: Figures | None = None

    @property
    def broken(self) -> int:
        """Return how many promises were broken in all of them."""
        lists = (self.run, self.enumeration, self.rot, self.mutations, self.recorded)
        broken = sum(len(each["violations"]) for each in lists if each is not None)
        if self.rot is not None:
            broken += self.rot["missed"] + self.rot["false_alarms"]
        if self.kills is not None:
            broken += sum(self.kills[name] for name in ("lost", "partial", "strange", "problems"))
        return broken


class Bar(NamedTuple):
    """One line of a picture."""

    label: str
    value: float
    text: str
    """What stands behind the bar."""
    bad: bool = False


def page(*, title: str, parts: Parts) -> str:
    """Return the page."""
    writers = (
        (parts.run, _run),
        (parts.enumeration, _enumeration),
        (parts.gate, _gate),
        (parts.rot, _rot),
        (parts.mutations, _mutations),
        (parts.recorded, _recorded),
        (parts.kills, _kills),
    )
    tables = peers.tables(parts.kills, parts.recorded, parts.rot)
    sections = [f"<h1>{html.escape(title)}</h1>", _summary(parts), *([_peers(tables)] if tables else [])]
    sections += [write(figures) for figures, write in writers if figures is not None]
    body = "\n".join(sections)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _summary(parts: Parts) -> str:
    """Return the verdict and the figures that matter most."""
    survived = parts.gate["survived"] if parts.gate is not None else 0
    sound = not parts.broken and not survived
    text = "No promise was broken." if sound else f"{parts.broken:,} promises broken, {survived:,} mutants survived."
    tiles = []
    if parts.run is not None:
        tiles += [(f"{parts.run['unique']:,}", "crash states"), (f"{parts.run['lives']:,}", "lives")]
    if parts.gate is not None:
        killable = parts.gate["caught"] + parts.gate["survived"]
        tiles.append((f"{parts.gate['caught']:,} of {killable:,}", "seeded bugs caught"))
    if parts.rot is not None:
        share = 100 * sum(parts.rot["found"].values()) / sum(_damaged(parts.rot).values())
        tiles.append((f"{share:,.0f} %", "of later damage found"))
    if parts.mutations is not None:
        tiles.append((f"{parts.mutations['mutations']:,}", "forged databases"))
    if parts.kills is not None:
        tiles.append((f"{parts.kills['kills']:,}", "real SIGKILLs"))
    shown = "".join(f'<div class="tile"><b>{value}</b><span>{name}</span></div>' for value, name in tiles)
    return f'<p class="{"sound" if sound else "broken"}">{text}</p>\n<div class="tiles">{shown}</div>'


def _damaged(rot: Figures) -> dict[str, int]:
    return {what: count for what, count in rot["tried"].items() if what != "unchecked"}


def _peers(tables: Sequence[peers.Table]) -> str:
    parts = [
        "<h2>Others under the same tests</h2>",
        '<p class="faint">The others were sampled, not exhausted: one writer, short runs. A SIGKILL cannot lose'
        " what the kernel has cached, so the first table says nothing of power cuts.</p>",
    ]
    for table in tables:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in table.columns)
        rows = "".join(
            f"<tr{' class=ours' if number == 0 else ''}>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>"
            for number, row in enumerate(table.rows)
        )
        parts.append(f'<h3>{html.escape(table.title)}</h3><div class="wide"><table><tr>{head}</tr>{rows}</table></div>')
    return "\n".join(parts)


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


def _rot(figures: Figures) -> str:
    names = {
        "bit": "a flipped bit",
        "pair": "a page in the place of another",
        "zeroed": "a zeroed page",
        "stale": "a stale page",
    }
    rows = [
        (f"{names[what]}: found", f"{figures['found'].get(what, 0):,} of {count:,}")
        for what, count in _damaged(figures).items()
    ]
    return "\n".join(
        (
            "<h2>Every byte and every page damaged</h2>",
            _verdict(figures["violations"]),
            f"<p>One closed database of {figures['size']:,} checked bytes in {figures['pages']:,} pages; one damage at"
            " a time.</p>",
            _table(
                *rows,
                ("false alarms", f"{figures['false_alarms']:,}"),
                ("unchecked by design, flipped: content right", f"{figures['tried'].get('unchecked', 0):,}"),
                ("damaged databases opened and read", f"{figures['read']:,}"),
                ("CPU-seconds", f"{figures['cpu_s']:,.0f}"),
            ),
            f"<p><code>bumps torture rot --bits {figures['bits']} --seed {figures['seed']}</code></p>",
        )
    )


def _mutations(figures: Figures) -> str:
    counts: dict[str, int] = figures["counts"]
    return "\n".join(
        (
            "<h2>Forged databases</h2>",
            _verdict(figures["violations"]),
            _table(
                ("mutated databases", f"{figures['mutations']:,}"),
                ("of them with every checksum made right again", f"{counts['checksums made right']:,}"),
                ("reported by verify", f"{counts['reported']:,}"),
                ("passed verify, with legal content", f"{counts['not reported']:,}"),
                ("CPU-seconds", f"{figures['cpu_s']:,.0f}"),
            ),
            f"<p><code>bumps torture mutate --count {figures['mutations']} --seed {figures['seed']}</code></p>",
        )
    )


def _recorded(figures: Figures) -> str:
    return "\n".join(
        (
            "<h2>Power cuts of real runs</h2>",
            _verdict(figures["violations"]),
            _table(
                ("runs of real threads and of M programs", f"{figures['recordings']:,}"),
                ("commits", f"{figures['commits']:,}"),
                ("operations on real files", f"{figures['operations']:,}"),
                ("different states recovered and checked", f"{figures['unique']:,}"),
                ("CPU-seconds", f"{figures['cpu_s']:,.0f}"),
            ),
            f"<p><code>bumps torture record --runs {figures['recordings']} --seed {figures['seed']}</code></p>",
        )
    )


def _kills(figures: Figures) -> str:
    kinds = ", ".join(f"{count:,} of {kind}" for kind, count in figures["kinds"].items())
    lost = [f"{name}: {figures[name]}" for name in ("lost", "partial", "strange", "problems") if figures[name]]
    return "\n".join(
        (
            "<h2>Real processes killed</h2>",
            _verdict(lost),
            _table(
                ("SIGKILLs", f"{figures['kills']:,} ({kinds})"),
                ("acknowledged transactions", f"{figures['acknowledged']:,}"),
                ("of them lost, partial", f"{figures['lost']:,}, {figures['partial']:,}"),
                ("open afterwards, without a command: median", f"{figures['median_open_s'] * 1000:,.0f} ms"),
                ("the slowest of them", f"{figures['slowest_open_s'] * 1000:,.0f} ms"),
            ),
            f"<p><code>python -m bumps.tools.sigkill --kills {figures['kills']} --seed {figures['seed']}</code></p>",
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
