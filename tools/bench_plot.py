"""A plot of a result of `bumps bench db`: one bar per work and store, its rate beside sqlite3's, as SVG.

The scale is logarithmic, so that twice as fast and half as fast are equally long; 1x is sqlite3. The file needs
nothing else: no fonts, no scripts, and its colours follow the reader's light or dark mode.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from bumps.tools.bench_stores import NAMES
from bumps.tools.bench_works import SUITES, Suite

BASE = "sqlite3"
WALL = ("put-single", "threads-put", "threads-get")
"""Works whose wall time is shown: they wait for the disk, or share the time of several threads."""
WIDTH = 920
LABEL_WIDTH = 310
RIGHT = 64
HEAD = 92
BAR = 11
STEP = 13
GAP = 12
TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
COLOURS = {
    "bumps": ("#d9480f", "#ff8c42"),
    "sqlite3-256m": ("#5c7a99", "#7f9fbf"),
    "lmdb": ("#0b8a8f", "#2bb5ba"),
    "leveldb": ("#5b8c2a", "#86bf4f"),
    "zodb": ("#7a5bb5", "#a98de0"),
    "bplustree": ("#96703f", "#c29a66"),
}
STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f }
.title { font-size: 16px; font-weight: 600 }
.soft { fill: #57606a }
.value { font-size: 10px; fill: #57606a }
.strong { font-weight: 600; fill: #24292f }
.paper { fill: #ffffff }
.grid { stroke: #d8dee4 }
.one { stroke: #57606a; stroke-width: 1.5 }
"""
DARK = """
text { fill: #e6edf3 }
.soft, .value { fill: #9aa4af }
.strong { fill: #e6edf3 }
.paper { fill: #0d1117 }
.grid { stroke: #30363d }
.one { stroke: #9aa4af }
"""


class Bar(NamedTuple):
    """One bar: how much faster than sqlite3 a store is."""

    store: str
    ratio: float


class Group(NamedTuple):
    """The bars of one work."""

    title: str
    bars: list[Bar]


def groups(result: dict[str, Any]) -> Iterator[Group]:
    """Yield the works that sqlite3 did too, in the order of the catalogue."""
    rows = {row["work"]: row for row in result["rows"]}
    for suite in SUITES:
        for work in suite.works:
            row = rows.get(work)
            metric = "wall" if work in WALL else "cpu"
            if row is None or metric not in row["figures"].get(BASE, {}):
                continue
            base = row["figures"][BASE][metric]["median"]
            bars = []
            for store in NAMES:
                if store == BASE or metric not in row["figures"].get(store, {}):
                    continue
                ratio = row["figures"][store][metric]["median"] / base
                if store == "bumps":
                    ratio = row["ratios"][BASE][metric]["median"]
                bars.append(Bar(store, ratio))
            yield Group(_title(suite, work), bars)


def _title(suite: Suite, work: str) -> str:
    """Return a work in few words."""
    words = suite.works[work].partition(", durable")[0].replace("each a durable commit", "one per commit")
    if suite.name == "tuple":
        words = f"{words.replace(' subscripts', '')}, subscripts"
    return f"{words}, wall time" if work in WALL else words


def svg(result: dict[str, Any]) -> str:
    """Return the plot as a document."""
    shown = list(groups(result))
    ratios = [bar.ratio for group in shown for bar in group.bars] or [1.0]
    low, high = min(0.5, *ratios), max(2.0, *ratios)
    low = max(tick for tick in (TICKS[0], *TICKS) if tick <= max(low, TICKS[0]))
    high = min(tick for tick in (TICKS[-1], *TICKS) if tick >= min(high, TICKS[-1]))
    left, right = LABEL_WIDTH, WIDTH - RIGHT

    def x(ratio: float) -> float:
        share = math.log(min(max(ratio, low), high) / low) / math.log(high / low)
        return round(left + share * (right - left), 1)

    body: list[str] = []
    y = float(HEAD)
    for group in shown:
        height = len(group.bars) * STEP
        body.append(_text(LABEL_WIDTH - 14, y + height / 2 + 4, group.title, anchor="end"))
        for bar in group.bars:
            begin, end = sorted((x(1), x(bar.ratio)))
            faster = bar.ratio >= 1
            body.append(
                f'<rect class="{bar.store}" x="{begin}" y="{y}" width="{max(end - begin, 1):.1f}" height="{BAR}">'
                f"<title>{escape(group.title)}: {bar.store} {_times(bar.ratio)}</title></rect>"
            )
            kind = "value strong" if bar.store == "bumps" else "value"
            place = end + 4 if faster else begin - 4
            body.append(_text(place, y + BAR - 2, _times(bar.ratio), kind, "start" if faster else "end"))
            y += STEP
        y += GAP
    bottom = y - GAP / 2
    grid = [
        f'<line class="{"one" if tick == 1 else "grid"}" x1="{x(tick)}" x2="{x(tick)}" y1="{HEAD - 8}" y2="{bottom}"/>'
        + _text(x(tick), HEAD - 14, f"{tick:g}x", "soft", "middle")
        for tick in TICKS
        if low <= tick <= high
    ]
    versions = result["versions"]
    stores = [store for store in NAMES if any(bar.store == store for group in shown for bar in group.bars)]
    head = [
        _text(14, 24, f"Rates beside sqlite3 {versions.get(BASE, '')}: 1x, longer to the right is faster", "title"),
    ]
    place = 14
    for store in stores:
        label = f"{store} {versions.get(store, '').partition(' (')[0]}".strip()
        head.append(f'<rect class="{store}" x="{place}" y="{40}" width="11" height="11" rx="2"/>')
        head.append(_text(place + 16, 50, label, "strong" if store == "bumps" else "soft"))
        place += 36 + round((7.4 if store == "bumps" else 6.6) * len(label))
    foot = f"Operations per CPU-second where nothing else is said. {_machine(result)}"
    height = round(bottom + 34)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            ' role="img" aria-labelledby="plot-title">',
            '<title id="plot-title">bumps and other stores: rates beside sqlite3</title>',
            f"<style>{_style()}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
            *head,
            *grid,
            *body,
            _text(14, bottom + 22, foot, "soft"),
            "</svg>\n",
        ]
    )


def _style() -> str:
    light = "".join(f".{store} {{ fill: {colours[0]} }}\n" for store, colours in COLOURS.items())
    dark = "".join(f".{store} {{ fill: {colours[1]} }}\n" for store, colours in COLOURS.items())
    return f"{STYLE}{light}@media (prefers-color-scheme: dark) {{{DARK}{dark}}}\n"


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    """Return a line of text."""
    attributes = f' class="{kind}"' if kind else ""
    attributes += f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{round(x, 1)}" y="{round(y, 1)}"{attributes}>{escape(text)}</text>'


def _times(ratio: float) -> str:
    return f"{ratio:.2g}x" if ratio < 0.1 else f"{ratio:.0f}x" if ratio >= 10 else f"{ratio:.2f}x"


def _machine(result: dict[str, Any]) -> str:
    machine = result["machine"]
    dates = sorted({row["date"] for row in result["rows"]})
    return f"{machine['processor']}, {machine['cores']} cores, Python {result['versions']['python']}, {dates[-1]}."
