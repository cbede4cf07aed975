"""A flame graph: which labels called which, as wide as the time that was spent there. One SVG that needs nothing else.

The outermost labels are at the bottom, what they call stands on them. A click on a label shows it as wide as the
picture; one on the lowest shows all. Colours follow the reader's light or dark mode.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from bumps.interp.profile import Node
from bumps.tools.messages import one_line

WIDTH = 1200
MARGIN = 10
HEAD = 44
HEIGHT = 18
"""Of one level."""

DEPTH_MAX = 120
"""What is called deeper than this is part of what calls it."""

SHOWN_WIDTH_MIN = 0.2
"""A narrower label is left out."""

CHARACTER_WIDTH = 7
HUES = ("#e8590c", "#f08c00", "#e67700", "#d9480f", "#f76707", "#e03131", "#fab005", "#c92a2a")

STYLE = """
text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #24292f; pointer-events: none }
.title { font: 600 15px system-ui, "Segoe UI", Helvetica, Arial, sans-serif }
.soft { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #57606a }
.paper { fill: #ffffff }
.bar { cursor: pointer; stroke: #ffffff; stroke-width: .5 }
.bar:hover { stroke: #24292f; stroke-width: 1.5 }
.bar + text { fill: #1b1000 }
@media (prefers-color-scheme: dark) {
  .title { fill: #e6edf3 } .soft { fill: #9aa4af } .paper { fill: #0d1117 } .bar { stroke: #0d1117 }
  .bar:hover { stroke: #e6edf3 }
}
"""

SCRIPT = """
const bars = [...document.querySelectorAll("g.label")].map(g => ({g, rect: g.children[1], text: g.children[2],
  x: +g.dataset.x, w: +g.dataset.w, level: +g.dataset.level, name: g.dataset.name}));
function show(whole) {
  for (const bar of bars) {
    const above = bar.level >= whole.level && bar.x >= whole.x - 1e-9 && bar.x + bar.w <= whole.x + whole.w + 1e-9;
    const below = bar.level < whole.level && bar.x <= whole.x + 1e-9 && bar.x + bar.w >= whole.x + whole.w - 1e-9;
    bar.g.style.display = above || below ? "" : "none";
    const x = below ? 0 : (bar.x - whole.x) / whole.w, w = below ? 1 : bar.w / whole.w;
    bar.rect.setAttribute("x", MARGIN + x * SPAN); bar.rect.setAttribute("width", w * SPAN);
    bar.rect.style.opacity = below ? .5 : 1;
    const room = Math.floor((w * SPAN - 6) / CHARACTER);
    bar.text.setAttribute("x", MARGIN + x * SPAN + 3);
    bar.text.textContent = room < 3 ? "" : bar.name.length <= room ? bar.name : bar.name.slice(0, room - 1) + "\\u2026";
  }
}
for (const bar of bars) bar.g.addEventListener("click", () => show(bar));
"""


class Bar(NamedTuple):
    """One label on its callers."""

    name: str
    level: int
    """0 for the whole."""
    left: float
    width: float
    """As parts of the whole."""
    own: int
    total: int
    """Nanoseconds."""
    steps: int
    """With what it calls."""


def bars(root: Node) -> list[Bar]:
    """Return what is drawn, callers before what they call."""
    totals = _totals(root)
    whole = totals[id(root)][0] - root.nanoseconds or 1
    found = [Bar("all", 0, 0.0, 1.0, 0, whole, totals[id(root)][1] - root.steps)]
    left: list[tuple[Node, int, float]] = [(root, 0, 0.0)]
    while left:
        node, level, at = left.pop()
        if level >= DEPTH_MAX:
            continue
        for each in node.calls.values():
            total, steps = totals[id(each)]
            width = total / whole
            if width * (WIDTH - 2 * MARGIN) >= SHOWN_WIDTH_MIN:
                found.append(Bar(each.name, level + 1, at, width, each.nanoseconds, total, steps))
                left.append((each, level + 1, at))
            at += width
    return found


def _totals(root: Node) -> dict[int, tuple[int, int]]:
    """Return time and steps of each node with all that it calls, by its id."""
    order: list[Node] = []
    left = [root]
    while left:
        node = left.pop()
        order.append(node)
        left.extend(node.calls.values())
    totals: dict[int, tuple[int, int]] = {}
    for node in reversed(order):
        below = [totals[id(each)] for each in node.calls.values()]
        totals[id(node)] = (
            node.nanoseconds + sum([each[0] for each in below]),
            node.steps + sum([each[1] for each in below]),
        )
    return totals


def flame(root: Node, title: str) -> str:
    """Return the flame graph of a profile as SVG. A text of XECUTE may have what XML has no way to write."""
    drawn = [bar._replace(name=one_line(bar.name)) for bar in bars(root)]
    height = HEAD + (max(bar.level for bar in drawn) + 1) * HEIGHT + MARGIN
    return "".join(_lines(drawn, one_line(title), height))


def _lines(drawn: list[Bar], title: str, height: int) -> Iterator[str]:
    span = WIDTH - 2 * MARGIN
    whole = drawn[0].total
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">\n'
    yield f"<style>{STYLE}</style>\n"
    yield f'<rect class="paper" width="{WIDTH}" height="{height}"/>\n'
    yield f'<text class="title" x="{MARGIN}" y="20">{escape(title)}</text>\n'
    facts = f"{whole / 1e9:,.3f} s, {drawn[0].steps:,} steps"
    yield f'<text class="soft" x="{MARGIN}" y="37">{facts}; click on a label to see it as wide as the picture</text>\n'
    for bar in drawn:
        x, width = MARGIN + bar.left * span, bar.width * span
        y = height - MARGIN - (bar.level + 1) * HEIGHT
        room = int((width - 6) // CHARACTER_WIDTH)
        shown = "" if room < 3 else bar.name if len(bar.name) <= room else f"{bar.name[: room - 1]}…"
        part = f"{100 * bar.total / whole:.1f} %"
        tip = f"{bar.name}: {bar.total / 1e9:,.6f} s ({part}), {bar.own / 1e9:,.6f} s itself, {bar.steps:,} steps"
        colour = "#adb5bd" if bar.level == 0 else HUES[crc32(bar.name.encode()) % len(HUES)]
        yield (
            f'<g class="label" data-x="{bar.left:.9f}" data-w="{bar.width:.9f}" data-level="{bar.level}"'
            f" data-name={quoteattr(bar.name)}><title>{escape(tip)}</title>"
            f'<rect class="bar" x="{x:.2f}" y="{y}" width="{width:.2f}" height="{HEIGHT - 1}" rx="1" fill="{colour}"/>'
            f'<text x="{x + 3:.2f}" y="{y + 13}">{escape(shown)}</text></g>\n'
        )
    script = SCRIPT.replace("MARGIN", str(MARGIN)).replace("SPAN", str(span)).replace("CHARACTER", str(CHARACTER_WIDTH))
    yield f"<script><![CDATA[{script}]]></script>\n</svg>\n"
