"""bumps bench report: tables and plot of a result that `bumps bench db --save` or `bumps bench interp --save` has kept.

Exit status: 0 it was printed or written, 2 it could not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bumps.errors import UsageError
from bumps.tools import bench_interp_report, bench_plot, parameters
from bumps.tools.bench_goals import Verdict, verdicts
from bumps.tools.bench_interp_measure import SUITE as INTERP
from bumps.tools.bench_interp_measure import to_json
from bumps.tools.bench_measure import load
from bumps.tools.bench_stores import NAMES
from bumps.tools.bench_works import METRICS, SUITES, WORKS

BEGIN = "<!-- made by bumps bench report: begin -->"
END = "<!-- made by bumps bench report: end -->"
Figure = dict[str, float]


@click.command("report", short_help="tables and a plot of a saved measurement")
@click.argument("file", metavar="FILE")
@click.option("--page", metavar="PAGE", help="Put the tables as Markdown between the marks in this page.")
@click.option("--svg", metavar="SVG", help="Write the plot to this file.")
@click.option("--goals", "only_goals", is_flag=True, help="Only floors, ambitions and what was reached.")
@parameters.json_option
def bench_report(file: str, page: str | None, svg: str | None, only_goals: bool, as_json: bool) -> None:
    """Print what FILE holds, which bumps bench db or interp wrote with --save; or put it into a page of documentation.

    Exit status: 0 it was printed or written, 2 it could not be.

    \b
    bumps bench report bench.json
    bumps bench report bench.json --goals
    bumps bench report bench.json --page docs/performance.md --svg docs/performance.svg
    """
    result = load(file)
    if svg is not None:
        Path(svg).write_text(bench_plot.svg(result), encoding="utf-8")
    if page is not None:
        path = Path(page)
        path.write_text(page_with(path.read_text(encoding="utf-8"), result, page), encoding="utf-8")
    if as_json:
        parameters.print_json({**to_json(result), "goals": goals_json(result)})
    elif only_goals:
        click.echo("\n".join(goal_lines(result)))
    elif page is None and svg is None:
        click.echo("\n".join(text(result)))


def page_with(page: str, result: dict[str, Any], name: str = "the page") -> str:
    """Return a page with the tables between its marks; UsageError if it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise UsageError(f"{name}: no place for the tables", hint=f"it needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{markdown(result)}\n{END}{after}"


def goals_json(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the goals as `--json` prints them."""
    return [
        {
            "goal": verdict.title,
            "work": verdict.goal.work,
            "metric": verdict.goal.metric,
            "versus": verdict.goal.versus,
            "floor": verdict.goal.floor,
            "ambitious": verdict.goal.ambitious,
            "reached": verdict.reached,
            "holds": verdict.holds,
            "ambition_reached": verdict.ambition,
            "gate": verdict.goal.gate,
        }
        for verdict in verdicts(result["rows"])
    ]


# Text


def text(result: dict[str, Any]) -> list[str]:
    """Return what a person reads: machine, each work with each store, goals, the language."""
    lines = [machine_line(result), versions_line(result)]
    lines += [f"{store}: {why}" for store, why in result["skipped"].items()]
    suite = None
    for row in ordered(result):
        if row["suite"] != suite:
            suite = row["suite"]
            lines += ["", next(each.title for each in SUITES if each.name == suite).upper()]
        lines += ["", *_row_lines(row)]
    notes = [f"{store}: {note}" for store, note in result["notes"].items()]
    goals = goal_lines(result)
    language = bench_interp_report.text(bench_interp_report.rows_of(result))
    return [*lines, *([""] + notes if notes else []), *([""] + goals if goals else []), *language]


def _row_lines(row: dict[str, Any]) -> Iterator[str]:
    label = f", {row['label']}" if row["label"] else ""
    count = max(row["counts"].values())
    rounds = parameters.counted(row["rounds"], "round")
    yield f"{row['work']}{label}: {row['title']} ({count:,} of them, {rounds}, load {row['load']:.1f})"
    for store in NAMES:
        metrics = row["figures"].get(store)
        if metrics is None:
            continue
        if "cpu" not in metrics or row["suite"] not in ("bytes", "tuple", "single", "threads"):
            for metric, figure in metrics.items():
                name = f"{METRICS[metric].title}:"
                yield f"  {store if len(row['counts']) > 1 else '':<13}{name:<48} {_figure(metric, figure)}"
            continue
        line = f"  {store:<13}{_figure('cpu', metrics['cpu']):<42}{_value('wall', metrics['wall']['median']):>14} wall"
        ratio = row["ratios"].get(store)
        if ratio:
            line += f"   bumps is at {_ratio(ratio['cpu'])}, wall {ratio['wall']['median']:.2f}x"
        yield line.rstrip()


def goal_lines(result: dict[str, Any]) -> list[str]:
    """Return the table of goals."""
    found = verdicts(result["rows"])
    if not found:
        return []
    note = ["The goals are for other numbers of nodes than those that were chosen."] if _is_scaled(result) else []
    rows = [("goal", "floor", "ambitious", "reached", "floor holds"), *map(_goal_cells, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        f"{row[0]:<{widths[0]}}" + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:]))
        for row in rows
    ]
    return [line.rstrip() for line in lines] + note


def _is_scaled(result: dict[str, Any]) -> bool:
    """Return whether any work was done with a count or batch that was asked for, not its own."""
    return any(row["scaled"] for row in ordered(result))


def _goal_cells(verdict: Verdict) -> tuple[str, str, str, str, str]:
    goal = verdict.goal
    title = f"{verdict.title}{f' / {goal.versus}' if goal.versus else ''}"
    holds = {True: "yes", False: "NO" if goal.gate else "no (reported)", None: ""}[verdict.holds]
    if verdict.ambition:
        holds = f"{holds}, ambition too".removeprefix(", ")
    bounds = [_bound(verdict, bound) for bound in (goal.floor, goal.ambitious, verdict.reached)]
    return title, bounds[0], bounds[1], bounds[2], holds


def _bound(verdict: Verdict, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}x" if verdict.goal.versus else _value(verdict.goal.metric, value)


def ordered(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of stores in the order of the catalogue; those of works that it no longer has come last."""
    order = list(WORKS)
    rows = [row for row in result["rows"] if row["suite"] != INTERP]
    return sorted(rows, key=lambda row: order.index(row["work"]) if row["work"] in order else len(order))


def machine_line(result: dict[str, Any]) -> str:
    """Return what was measured on what."""
    machine = result["machine"]
    memory = f", {machine['memory_gb']} GB" if "memory_gb" in machine else ""
    return (
        f"{machine['processor']}, {machine['cores']} cores{memory}, {machine['system']},"
        f" {machine['implementation'].split()[0]} {result['versions']['python']}"
    )


def versions_line(result: dict[str, Any]) -> str:
    """Return the versions of the stores."""
    return ", ".join(f"{name} {version}" for name, version in result["versions"].items() if name != "python")


def _figure(metric: str, figure: Figure) -> str:
    """Return median, least and greatest."""
    value = _value(metric, figure["median"])
    if figure["min"] == figure["max"]:
        return value
    return f"{value} ({_value(metric, figure['min'], False)} - {_value(metric, figure['max'], False)})"


def _value(metric: str, value: float, with_unit: bool = True) -> str:
    """Return a figure as a person reads it."""
    unit = METRICS[metric].unit
    if unit == "bytes" and abs(value) >= 1000:
        return parameters.size_text(round(value))
    number = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    if not unit or not with_unit:
        return number
    return f"{number}{unit}" if unit.startswith("/") else f"{number} {unit}"


def _ratio(figure: Figure) -> str:
    median = f"{figure['median']:.2f}x"
    return median if figure["min"] == figure["max"] else f"{median} ({figure['min']:.2f} - {figure['max']:.2f})"


# Markdown


def markdown(result: dict[str, Any]) -> str:
    """Return the tables of docs/performance.md."""
    rows = ordered(result)
    dates = sorted({row["date"] for row in result["rows"]})
    parts = [
        f"Measured {' to '.join(dict.fromkeys((dates[0], dates[-1])))} on: {machine_line(result)}.\n"
        f"Versions: {versions_line(result)}.",
    ]
    parts += [f"Not measured: {store}, {why}." for store, why in result["skipped"].items()]
    for suite in SUITES:
        members = [row for row in rows if row["suite"] == suite.name]
        if members:
            parts += [f"### {suite.title[0].upper()}{suite.title[1:]}", _facts(members)]
            parts += list(_tables(members))
    if result["notes"]:
        parts.append("\n".join(f"- {store}: {note}." for store, note in result["notes"].items()))
    if found := verdicts(rows):
        parts += ["### Goals", _goal_table(found)]
    parts += bench_interp_report.markdown(bench_interp_report.rows_of(result))
    return "\n".join(f"\n{part}" for part in parts) + "\n"


def _facts(rows: list[dict[str, Any]]) -> str:
    row = rows[0]
    count = max(max(row["counts"].values()) for row in rows)
    loads = max(row["load"] for row in rows)
    rounds = parameters.counted(row["rounds"], "round")
    return (
        f"`{row['command']}`, {count:,} operations, {rounds}; {row['seconds'] / 60:.1f} min,"
        f" load before it {loads:.1f}."
    )


def _tables(rows: list[dict[str, Any]]) -> Iterator[str]:
    compared = [row for row in rows if "cpu" in row["figures"].get("bumps", {}) and len(row["counts"]) > 1]
    if compared:
        stores = [store for store in NAMES if any(store in row["figures"] for row in compared)]
        yield _table(
            ["work", *stores],
            [[row["title"], *(_compared_cell(row, store) for store in stores)] for row in compared],
        )
        yield (
            "Operations per CPU-second, medians; behind the stroke per second of wall time. Below those of another"
            " store: how many times as fast bumps is, in CPU time (least and greatest of the rounds)."
        )
    others = [row for row in rows if row not in compared]
    several = [row for row in others if len(row["counts"]) > 1]
    if several:
        stores = [store for store in NAMES if any(store in row["figures"] for row in several)]
        yield _table(
            ["work", "figure", *stores],
            [
                [row["title"], METRICS[metric].title, *(_cell(row, store, metric) for store in stores)]
                for row in several
                for metric in row["figures"]["bumps"]
            ],
        )
    alone = [
        [_title(row), METRICS[metric].title, _value(metric, figure["median"]), _range(metric, figure)]
        for row in others
        if row not in several
        for metrics in row["figures"].values()
        for metric, figure in metrics.items()
    ]
    if alone:
        yield _table(["work", "figure", "median", "least - greatest"], alone)


def _title(row: dict[str, Any]) -> str:
    return f"{row['title']}, {row['label']}" if row["label"] else str(row["title"])


def _cell(row: dict[str, Any], store: str, metric: str) -> str:
    """Return a figure that is no rate, and how many times that of the other store it is."""
    figure = row["figures"].get(store, {}).get(metric)
    if figure is None:
        return ""
    cell = _value(metric, figure["median"])
    ratio = row["ratios"].get(store, {}).get(metric)
    return f"**{cell}**" if store == "bumps" else f"{cell}<br>{_ratio(ratio)}" if ratio else cell


def _compared_cell(row: dict[str, Any], store: str) -> str:
    metrics = row["figures"].get(store)
    if not metrics:
        return ""
    cell = f"{_value('cpu', metrics['cpu']['median'], False)} \\| {_value('wall', metrics['wall']['median'], False)}"
    if store == "bumps":
        return f"**{cell}**"
    ratio = row["ratios"][store]["cpu"]
    return f"{cell}<br>{_ratio(ratio)}"


def _range(metric: str, figure: Figure) -> str:
    if figure["min"] == figure["max"]:
        return ""
    return f"{_value(metric, figure['min'], False)} - {_value(metric, figure['max'], False)}"


def _goal_table(found: list[Verdict]) -> str:
    return _table(
        ["goal", "floor", "ambitious", "reached", "floor holds"], [list(_goal_cells(verdict)) for verdict in found]
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
