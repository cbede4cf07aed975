"""bumps bench interp: M programs on bumps and on GT.M, in turns, in CPU time.

How it is measured: bench_interp_measure.py; what: bench_interp_works.py and the routines of kernels/.

Exit status: 0 it was measured, 1 a result was not the same on all systems, 2 it could not be measured.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bumps.tools import parameters

if TYPE_CHECKING:
    from bumps.tools.bench_interp_works import Kernel

ROUNDS = 5


@click.command("interp", short_help="M programs, beside GT.M")
@click.option("--only", multiple=True, metavar="NAME", help="Only this kernel or group (repeatable).")
@click.option(
    "--tier", "tiers", multiple=True, metavar="TIER", help="Run bumps in this tier, as bumps run --tier (repeatable)."
)
@click.option("--list", "as_list", is_flag=True, help="List kernels and groups; measure nothing.")
@click.option(
    "--rounds", type=click.IntRange(1), default=ROUNDS, show_default=True, help="How often each system has its turn."
)
@click.option(
    "--scale",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    show_default=True,
    metavar="X",
    help="Multiply all counts by this.",
)
@click.option(
    "--gtm/--no-gtm", "with_gtm", default=True, help="Whether GT.M takes part.  [default: where it is installed]"
)
@click.option(
    "--vista",
    metavar="DIR",
    envvar="BUMPS_VISTA",
    show_envvar=True,
    help="A checkout of VistA-M, for XREF; without it that is left out.",
)
@click.option(
    "--save", metavar="FILE", help="Keep the result in this file, in the place of what it holds of the same kernels."
)
@parameters.json_option
def bench_interp(
    only: Sequence[str],
    tiers: Sequence[str],
    as_list: bool,
    rounds: int,
    scale: float,
    with_gtm: bool,
    vista: str | None,
    save: str | None,
    as_json: bool,
) -> None:
    """Run kernels and programs of M on bumps and, where it is installed, on GT.M, and compare their CPU time.

    Each run is a process of its own; the time of the same kernel with nothing to do is taken off. A ratio is GT.M's
    time / that of bumps. What is printed must be the same on both. With --save, a kernel that has lost a fifth of the
    ratio that FILE held is named on standard error.

    Exit status: 0 it was measured, 1 a result was not the same on all systems, 2 it could not be measured.

    \b
    bumps bench interp
    bumps bench interp --list
    bumps bench interp --only fib,globals --rounds 3
    bumps bench interp --only sum --scale 0.01 --rounds 1 --json
    """
    from bumps.errors import UsageError
    from bumps.tools import bench_interp_measure, bench_interp_report, bench_measure
    from bumps.tools.bench_db import command_line
    from bumps.tools.bench_interp_works import VISTA, chosen, vista_folders
    from bumps.tools.bench_report import machine_line, versions_line

    kernels = chosen(only)
    for tier in tiers:
        if tier not in known_tiers():
            raise UsageError(f"{tier!r}: bumps run has no such tier", hint="bumps run --help shows those it has")
    if as_list:
        found = [listing(kernel) for kernel in kernels]
        if as_json:
            parameters.print_json(found)
        else:
            click.echo("\n".join(list_lines(found)))
        return
    old: list[dict[str, Any]] = []
    if save is not None:  # what cannot be kept should be said before it is measured
        parameters.must_be_writable(save)
        if Path(save).exists():
            old = bench_interp_report.rows_of(bench_measure.load(save))
    missing: dict[str, str] = {}
    sources: list[Path] = []
    if any(kernel.group == VISTA for kernel in kernels):
        if vista:
            sources = vista_folders(Path(vista).absolute())
        else:
            missing = {kernel.name: "no --vista and no BUMPS_VISTA" for kernel in kernels if kernel.group == VISTA}
            kernels = [kernel for kernel in kernels if kernel.group != VISTA]
    with tempfile.TemporaryDirectory(prefix="bumps-bench-") as folder:
        routines = [Path(folder) / f"vista{index}" for index in range(len(sources))]
        for link, source in zip(routines, sources):
            link.symlink_to(source)  # a path of GT.M has no spaces
        systems, versions, skipped = bench_interp_measure.systems(
            Path(folder), routines, with_gtm=with_gtm, tiers=tiers
        )
        skipped |= missing
        result = bench_interp_measure.measure(
            kernels,
            systems,
            rounds=rounds,
            scale=scale,
            command=command_line(),
            versions=versions,
            skipped=skipped,
            after_kernel=(lambda result: bench_measure.save(save, result)) if save else (lambda _: None),
        )
    if as_json:
        parameters.print_json(bench_interp_measure.to_json(result))
    else:
        click.echo(machine_line(result))
        click.echo(versions_line(result))
        for name, why in skipped.items():
            click.echo(f"{name}: {why}")
        click.echo("\n".join(bench_interp_report.text(bench_interp_report.rows_of(result))))
    for name, system, now, before in bench_interp_measure.slower(old, result["rows"]):
        click.echo(f"{name} is slower on {system} than what {save} had: {now:.3f} of GT.M, {before:.3f} then", err=True)
    raise SystemExit(0 if all(row["same"] for row in result["rows"]) else 1)


def known_tiers() -> Sequence[str]:
    """Return what `bumps run --tier` takes; nothing if it has no such option."""
    from bumps.tools.run import run

    types = [option.type for option in run.params if option.name == "tier"]
    return [choice for kind in types if isinstance(kind, click.Choice) for choice in kind.choices]


def listing(kernel: Kernel) -> dict[str, Any]:
    """Return a kernel as `--list --json` prints it."""
    return {**asdict(kernel), "title": kernel.title}


def list_lines(found: Sequence[dict[str, Any]]) -> list[str]:
    """Return what a person reads of the list."""
    from bumps.tools.bench_interp_works import GROUPS

    lines = []
    for group in dict.fromkeys(each["group"] for each in found):
        lines.append(f"{group}: {GROUPS[group]}")
        lines += [
            f"  {each['name']:<9} {each['count']:>9,}  {each['title']}" for each in found if each["group"] == group
        ]
    return lines
