"""The pages of docs/ that are made from what the code says of itself: commands, features, formats, costs, metrics.

`make docs` writes them, and a test compares: no option, no byte and no metric is ever missing there.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

import bumps
from bumps.tools.features import features_page
from bumps.tools.lazy import LazyGroup
from bumps.tools.main import bumps as command_group

MARK = "<!-- What follows is made by `make docs`. -->\n"
"""Above it a page is written by hand."""
TORTURE_KEYS = (
    "`seed`, `campaigns`, `lives`, `states`, `unique` (different ones), `nested` (states of recoveries that were cut), "
    "`cpu_s`, `violations` (a text for each broken promise), `counts` (how often what was met), `points` (different "
    "states by the operation behind which the power was cut)."
)
KEYS = {
    "bumps run": (
        "An M error on standard error: `error` (`M9`), `name`, `number`, `message`, `routine`, `label`, "
        "`offset`, `file`, `line`, `column`, `stack` (the callers, innermost first). A program that went over a limit: "
        "`name` `RUNLIMIT`, `limit` (`steps`, `seconds`, `memory`, `depth`), `bound`, `steps`, `place`, `message`. "
        "`--trace=json`, for each line: `place`, `line` (its text), `depth`, `steps`, `changed` (since the line "
        "before: a list of `name`, `value`, and `size` of a value that was cut), `more` (changes not listed); "
        "`place` is null at the end."
    ),
    "bumps profile": (
        "On standard error: `steps`, `seconds`; `labels`, a list of `label`, `entered` (how often its first line "
        "began), `self_s`, `total_s`, `self_steps`, `total_steps`; `lines`, a list of `place`, `line`, `times`, "
        "`seconds`, `steps`."
    ),
    "bumps db create": "`path`, `charset`, `page_size`.",
    "bumps db load": (
        "`nodes`, `bytes` (keys and values), `globals`, `seconds`, `bad_lines`, `stored`, `digest` (of the "
        "whole database; not with `--dry-run`)."
    ),
    "bumps db verify": "One object per problem: `file`, `page`, `offset`, `what`.",
    "bumps db compact": (
        "`bytes_before`, `bytes_after` (of `data` and `double-write`), `pages_before`, `pages_after`, `moved` (pages), "
        "`journal_bytes`, `seconds`."
    ),
    "bumps db replay": (
        "`lsn` (of the last commit that was applied), `commits`, `nodes`, `torn_bytes` (behind the last commit), "
        "`digest`, `seconds`."
    ),
    "bumps db recover": (
        "`checkpoint_lsn`, `lsn`, `clean`, `set_used` (a sealed checkpoint was brought home), `frames_applied`, "
        "`frames_adopted` (copied, for nothing proved them durable), `bytes_applied`, `bytes_cut`, `notes`; with "
        "`--timeline` also `timeline`: `name`, `lsn`, `time_us`, `time`, `what` of each phase. With `--salvage`: "
        "`nodes`, `digest`, `charset`, `checkpoint_lsn`, `last_lsn`, `commits`, `used_pages`, `gaps` and `notes` "
        "(what could not be read; that in `notes` cost nothing: `kind`, `place`, `what`). With `--accept-loss`: "
        "`damage`, `checkpoint_lsn`, `last_lsn` (the last that is kept), `gone`, `readable` and `history_gone` (pairs "
        "of LSNs), `base_lsn`, `directory`, `moved`, `done`."
    ),
    "bumps db stat": (
        "`path`, `charset`, `page_size`, `lsn`, `durable_lsn`, `checkpoint_lsn`, `base_lsn`, `generation`, `epoch`, "
        "`pages`, `bytes`, `journal_bytes`, `nodes`, `globals` (nodes of each, by name), `database_id`; `digest` with "
        "`--digest`; `levels` with `--levels`: `node`, `nodes`, `bytes` of each, behind those below it;"
        " `sample` with `--sample`: of each global `nodes`, `pages_read`, `pages` (its leaves, estimated), `fill`,"
        " `exact`, `levels` (as above, with `nodes_error` and `bytes_error`); `metrics` with"
        " `--metrics`: `name`, `kind`, `help`, `samples` of each, a sample with `name`, `labels`, `value`."
    ),
    "bumps parse": "One object per diagnostic: `file`, `line`, `column`, `code`, `message`, `warning`, `source`.",
    "bumps compile": (
        "One object per routine: `file`, `routine`, `bytes`, `regions` (labels, and blocks that do not stand in "
        "their place), `compiled` (what was not in the cache), `closures` (those that Python has no room for), "
        "`diagnostics` (each as bumps parse has it)."
    ),
    "bumps doctor": "One object per line: `status` (`ok`, `warn`, `fail`), `what`, `found`, `action`.",
    "bumps explain": "One object per error: `code`, `name`, `number`, `meaning`, `cause`, `action`.",
    "bumps demo": (
        "`kept` (whether every promise was), `kills`, `acknowledged`, `patients`, `lost`, `partial`, "
        "`problems`, `digest`, `replayed_digest`, `transactions_per_s`, `slowest_open_s`, `seconds`."
    ),
    "bumps torture run": TORTURE_KEYS,
    "bumps torture replay": TORTURE_KEYS,
    "bumps torture exhaust": TORTURE_KEYS,
    "bumps torture mutants": (
        "`mutants` (a list: `name`, `group`, `status`: `caught`, `survived` or `equivalent`, `by`: the promise that "
        "it broke, `case`: what replays it in the mutated engine, `cpu_s`), and how many: `caught`, `survived`, "
        "`equivalent`."
    ),
    "bumps torture shrink": "`case`, `breaks`, `lives` and `events` (how many), `path`; `breaks` is null if it holds.",
    "bumps torture record": (
        "`seed`, `recordings`, `operations`, `commits`, `states`, `unique` (different ones), `violations`, `counts` "
        "(runs of each kind), `cpu_s`."
    ),
    "bumps torture rot": (
        "`seed`, `bits`, `size` (bytes that verify must check), `pages`, `tried` and `found` (how many, by kind of "
        "damage), `missed`, `false_alarms`, `read` (damaged databases that were also opened and read), `violations`, "
        "`cpu_s`."
    ),
    "bumps torture mutate": (
        "`seed`, `mutations`, `violations` (a text for each broken promise), `counts` (how many verify reported, and "
        "what each look at them raised), `cpu_s`."
    ),
    "bumps torture report": "`path`, `violations`, `survived` (how many).",
    "bumps bench start": (
        "`routines`, `bytes`, megabytes of source per CPU-second: `compile_mb_per_s`, `load_mb_per_s` (median; "
        "with `_max` too); milliseconds of an empty Python, of `bumps run` from the cache and without: "
        "`python_wall_ms`, "
        "`hot_wall_ms`, `cold_wall_ms` (median, and each with `_min`), `python_cpu_ms`, `hot_cpu_ms`, `cold_cpu_ms`."
    ),
    "bumps bench parse": (
        "`routines`, `bytes`, and megabytes of source per CPU-second: `mb_per_s` (median), `mb_per_s_min`, "
        "`mb_per_s_max`."
    ),
    "bumps bench worst": "`runs`, and `works`: `name`, `ms` (median of CPU time), `ms_max` (what it may take).",
    "bumps bench db": (
        "`machine`, `versions`, `notes`, `skipped` (stores that are not here, and why), and `rows`: for each `work` "
        "(and `label`, where it has several sizes) `figures` by store and metric and `ratios` of bumps to each other "
        "store, each with `median`, `min` and `max`; `rounds`, `counts`, `date`, `command`, `seconds`, `load`. `goals`:"
        " `floor`, `ambitious`, `reached`, `holds`, `ambition_reached`."
        " With `--list`: `suites`, `stores`, `missing`."
    ),
    "bumps bench interp": (
        "As `bumps bench db`: `machine`, `versions`, `skipped`, and `rows`, one for each kernel: `work`, `group`, "
        "`title`, `counts`, `figures` (by system: `cpu_s`), `ratios` (by system: `cpu_s`, GT.M's time / its own), "
        "`same` (whether all printed the same). `means`: `title`, `system`, `value`, `least`, `count`, `whole`, "
        "`floor`, `ambitious`. With `--list`: `name`, `group`, `count`, `floor`, `ambitious`, `title` of each."
    ),
    "bumps bench report": "What `bumps bench db --json` and `bumps bench interp --json` print.",
}
"""What `--json` prints, by command."""


def commands(parent: click.Context | None = None) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield path, command and context of each command, groups before what is in them."""
    if parent is None:
        parent = click.Context(command_group, info_name="bumps")
    group = parent.command
    assert isinstance(group, LazyGroup)
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=parent)
        yield context.command_path, command, context
        if isinstance(command, LazyGroup):
            yield from commands(context)


def cli_page() -> str:
    """Return what is made of docs/cli.md: every command, with its text, its examples and its options.

    Not by click's own formatter, whose layout changes from release to release.
    """
    parts = []
    for path, command, context in commands():
        if isinstance(command, LazyGroup):
            parts.append(f"## {path}\n\n{command.get_short_help_str(limit=200).capitalize()}.\n")
            continue
        text, _, examples = inspect.cleandoc(command.help or "").partition("\b\n")
        usage = " ".join([path, *command.collect_usage_pieces(context)])
        rows = [_row(option) for option in command.params if isinstance(option, click.Option)]
        parts.append(f"{'##' if path.count(' ') == 1 else '###'} {path}\n\n    {usage}\n")
        parts.append(text.strip() + "\n")
        parts.append(f"```sh\n{examples.strip()}\n```\n")
        if rows:
            parts.append("\n".join(["| option | |", "|---|---|", *rows]) + "\n")
        if path in KEYS:
            parts.append(f"`--json`: {KEYS[path]}\n")
    return "\n".join(parts)


def _row(option: click.Option) -> str:
    """Return the line of the table that says what an option is."""
    value = ""
    if not option.is_flag:
        choices = option.type.choices if isinstance(option.type, click.Choice) else ()
        value = f" {option.metavar or '|'.join(map(str, choices)) or 'N'}"
    text = option.help or ""
    if option.show_default:
        text += f" [default: {option.default}]"
    if option.envvar:
        text += f" [variable: {option.envvar}]"
    escaped = f"`{', '.join(option.opts)}{value}` | {text}".replace("|", "\\|").replace("` \\| ", "` | ")
    return f"| {escaped} |"


FORMATS = {
    "Segments": "bumps.wal.segment",
    "Frames": "bumps.wal.frame",
    "Columns": "bumps.columns",
    "Keys": "bumps.keys",
    "Pages": "bumps.btree.page",
    "Leaves and branches": "bumps.btree.body",
    "Overflow": "bumps.btree.overflow",
    "The directory": "bumps.btree.directory",
    "Freelist": "bumps.btree.freelist",
    "Meta slots": "bumps.btree.meta",
    "Double-write": "bumps.recovery.double_write",
    "Digest": "bumps.digest",
    "Records of runs": "bumps.interp.records",
}
"""Title -> the module that owns the format."""


def format_page() -> str:
    """Return what is made of docs/format.md: what each file that owns a format says of it."""
    parts = []
    for title, name in FORMATS.items():
        module = importlib.import_module(name)
        file = name.removeprefix("bumps.").replace(".", "/") if name.count(".") > 1 else name.replace(".", "/")
        parts.append(f"## {title}\n\nOwned by [{file}.py](../{file}.py).\n\n```text\n{inspect.getdoc(module)}\n```\n")
    return "\n".join(parts)


def metrics_page() -> str:
    """Return what is made of docs/metrics.md: a line for each metric."""
    from bumps.metrics import MEASURES, Source

    with TemporaryDirectory() as folder, bumps.open(f"{folder}/any.bumps") as database:
        source = Source(database.engine, database.engine.counters, database.engine.gauges)
        rows = []
        for measure in MEASURES:
            label = f"`{measure.label}`: {', '.join(sorted(measure.read(source)))}" if measure.label else ""
            rows.append(f"| `{measure.name}` | {measure.kind} | {label} | {measure.help} |")
    return "\n".join(["| name | kind | label | what |", "|---|---|---|---|", *rows]) + "\n"


def costs_page() -> str:
    """Return what is made of docs/limits-of-a-run.md: the table of costs, all that cost the same on one line."""
    from bumps.interp.costs import COSTS

    titles = {
        "commands": ("Commands", "for each argument", ""),
        "functions": ("Functions", "", "$"),
        "operators": ("Operators", "binary, negated or not", ""),
        "unary": ("Operators", "unary", ""),
        "specials": ("Special variables", "", "$"),
        "structured": ("Structured variables", "", "^$"),
    }
    words = {
        "turn": "a turn of a FOR",
        "region": "the least of a region",
        "bad": "the end of a line that does not parse",
        "vendor": "a command of other vendors",
        "local": "a local variable",
        "subscript": "a subscript",
        "global": "a global, a naked reference",
        "indirection": "an indirection",
        "match": "a pattern match",
        "extrinsic": "`$$`, beside what it calls",
        "external": "`$&`",
    }
    rows = [f"| {words[name]} | {COSTS[name]} |" for name in words]
    for name, (title, what, mark) in titles.items():
        by_cost: dict[int, list[str]] = {}
        for word, cost in COSTS[name].items():
            by_cost.setdefault(cost, []).append(f"`{mark}{word}`")
        for cost, found in sorted(by_cost.items()):
            rows.append(f"| {title}{f' ({what})' if what else ''}: {' '.join(found)} | {cost} |")
    head = "## The table of costs\n\nIt is [interp/costs.json](../interp/costs.json).\n\n| what | steps |\n|---|---|\n"
    return head + "\n".join(rows) + "\n"


PAGES = {
    "cli.md": cli_page,
    "features.md": features_page,
    "format.md": format_page,
    "limits-of-a-run.md": costs_page,
    "metrics.md": metrics_page,
}


def whole(path: Path) -> str:
    """Return a page as it should be: what is written by hand, the mark, and what is made."""
    by_hand, mark, _ = path.read_text(encoding="utf-8").partition(MARK)
    assert mark, f"{path} has no mark"
    return f"{by_hand}{mark}\n{PAGES[path.name]()}"


def main(folder: str) -> None:
    """Make the pages in a folder anew."""
    for name in PAGES:
        path = Path(folder, name)
        path.write_text(whole(path), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
