"""What a person reads of `bumps bench interp`: lines of text, and the section of docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bumps.tools import parameters
from bumps.tools.bench_interp_measure import GTM, SUITE, means
from bumps.tools.bench_interp_works import GROUPS, NAMES
from bumps.tools.bench_measure import Result

Figure = dict[str, float]


def rows_of(result: Result) -> list[Result]:
    """Return the rows of this suite in the order of the catalogue; those of kernels that are no more come last."""
    order = list(NAMES)
    rows = [row for row in result["rows"] if row["suite"] == SUITE]
    return sorted(rows, key=lambda row: order.index(row["work"]) if row["work"] in order else len(order))


def text(rows: Sequence[Result]) -> Iterator[str]:
    """Yield load, a table for each group, and the means."""
    if not rows:
        return
    loads = [row["load"] for row in rows]
    yield f"load {min(loads):.1f} to {max(loads):.1f}"
    for group, members in _groups(rows):
        table = list(_table(members))
        yield from ("", GROUPS[group].upper(), *_aligned(table))
    lines = list(_means(rows))
    if len(lines) > 1:
        yield from ("", *_aligned(lines))
    if different := [row["work"] for row in rows if not row["same"]]:
        yield from ("", f"NOT THE SAME RESULT on all systems: {', '.join(different)}")


def markdown(rows: Sequence[Result]) -> list[str]:
    """Return the parts of the section, none if nothing of it was measured."""
    if not rows:
        return []
    loads = [row["load"] for row in rows]
    parts = [
        "### The language, beside GT.M",
        f"`{rows[0]['command']}`, {parameters.counted(rows[0]['rounds'], 'round')};"
        f" {sum(row['seconds'] for row in rows) / 60:.1f} min, load {min(loads):.1f} to {max(loads):.1f}."
        " CPU seconds of a process less those of the same one with nothing to do, medians. A ratio is GT.M's time /"
        " that of bumps, the median of the rounds, with the least and the greatest: 1 is as fast as GT.M. Neither"
        " promises anything for a power cut here: GT.M has no journal, and bumps runs with `--durability none`. GT.M is"
        " faster with integers below a million than with others; LOOP, GOTO and SUM go beyond.",
    ]
    for group, members in _groups(rows):
        parts += [f"{GROUPS[group][0].upper()}{GROUPS[group][1:]}:", _markdown_table(list(_table(members)))]
    lines = list(_means(rows))
    if len(lines) > 1:
        parts.append(_markdown_table(lines))
    if different := [row["work"] for row in rows if not row["same"]]:
        parts.append(f"Not the same result on all systems: {', '.join(different)}.")
    return parts


def _groups(rows: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    for group in GROUPS:
        members = [row for row in rows if row["group"] == group]
        if members:
            yield group, members


def _table(rows: Sequence[Result]) -> Iterator[list[str]]:
    systems = list(dict.fromkeys(system for row in rows for system in row["figures"]))
    compared = [system for system in systems if system != GTM and GTM in systems]
    yield [
        "kernel",
        "what",
        "count",
        *(f"{system}, s" for system in systems),
        *(_ratio_head(each) for each in compared),
        "floor",
    ]
    for row in rows:
        kernel = NAMES.get(row["work"])
        floor = f"{kernel.floor:g}" if kernel is not None and kernel.floor is not None else ""
        yield [
            row["work"] + ("" if row["same"] else " (NOT THE SAME)"),
            row["title"],
            f"{max(row['counts'].values()):,}",
            *(
                f"{row['figures'][system]['cpu_s']['median']:.3f}" if system in row["figures"] else ""
                for system in systems
            ),
            *(_ratio(row["ratios"].get(system)) for system in compared),
            floor,
        ]


def _ratio_head(system: str) -> str:
    return f"GT.M / {system}"


def _ratio(ratio: dict[str, Figure] | None) -> str:
    if ratio is None:
        return "too short"
    figure = ratio["cpu_s"]
    return f"{figure['median']:.2f} ({figure['min']:.2f} - {figure['max']:.2f})"


def _means(rows: Sequence[Result]) -> Iterator[list[str]]:
    yield ["geometric mean of", "of GT.M's speed", "the least", "floor", "ambitious", "floor holds"]
    found = means(rows)
    several = len({mean.system for mean in found}) > 1
    for mean in found:
        holds = "" if mean.floor is None else "yes" if mean.value >= mean.floor else "NO"
        yield [
            f"{mean.title} ({mean.count}{f' of {mean.whole}' if mean.count < mean.whole else ''})"
            + (f", {mean.system}" if several else ""),
            f"{mean.value:.3f}",
            f"{mean.least:.3f}",
            "" if mean.floor is None else f"{mean.floor:g}",
            "" if mean.ambitious is None else f"{mean.ambitious:g}",
            holds,
        ]


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table whose columns are as wide as they need; figures stand to the right."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        cells = [
            cell.ljust(width) if column == 0 or table[0][column] == "what" else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ]
        yield "  ".join(cells).rstrip()


def _markdown_table(table: Sequence[Sequence[str]]) -> str:
    head, *rows = table
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
