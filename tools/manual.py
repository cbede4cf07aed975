"""The page docs/cli.md, made from the commands themselves: `make docs` writes it.

A test compares the page with what this module makes, so that no option is ever missing in it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from bumps.tools.lazy import LazyGroup
from bumps.tools.main import bumps

WIDTH = 110
HEAD = """\
# The command line

This page is made from the commands themselves by `make docs`.

- `bumps NOUN VERB`, or a verb that stands alone. `bumps` alone prints what a newcomer needs; `python -m bumps` is the
  same program.
- Results go to standard output, everything else (progress, hints, errors) to standard error. No command ever asks a
  question. `-` is standard input or output.
- An error is one line, `bumps: what, where, what was found`, and at most one hint; `bumps --debug COMMAND` adds the
  traceback, and so does `BUMPS_DEBUG=1`.
- An option beats an environment variable, and that beats the default.

| exit status | means |
|---|---|
| 0 | done, or the answer is yes |
| 1 | the answer is no: problems found, differences, bad lines; of `bumps run`: an M error that nothing trapped |
| 2 | it cannot be done: wrong use, unreadable input, no such thing |
| n | `bumps run`: what the program says by ZHALT n |
| 130, 143 | interrupted by Ctrl-C, by SIGTERM; what was acknowledged is durable |

| variable | is the default of |
|---|---|
| `BUMPS_DB` | `--db` |
| `BUMPS_ROUTINES` | `--routines` |
| `BUMPS_CHARSET` | `--charset` |
| `BUMPS_DURABILITY` | `--durability` |
| `BUMPS_PROMPT` | the prompt of `bumps shell` |
| `BUMPS_SYSID` | the second piece of `$SYSTEM` |
| `BUMPS_DEBUG` | `--debug` |
| `NO_COLOR` | no colour, on a terminal too |
"""

KEYS = {
    "bumps run": (
        "An M error on standard error: `error` (`M9`), `name`, `number`, `message`, `routine`, `label`, "
        "`offset`, `file`, `line`, `column`, `stack` (the callers, innermost first)."
    ),
    "bumps db create": "`path`, `charset`, `page_size`.",
    "bumps db load": (
        "`nodes`, `bytes` (keys and values), `globals`, `seconds`, `bad_lines`, `stored`, `digest` (of the "
        "whole database; not with `--dry-run`)."
    ),
    "bumps db verify": "One object per problem: `file`, `page`, `offset`, `what`.",
    "bumps db replay": (
        "`lsn` (of the last commit that was applied), `commits`, `nodes`, `torn_bytes` (behind the last commit), "
        "`digest`, `seconds`."
    ),
    "bumps db stat": (
        "`lsn`, `durable_lsn`, `checkpoint_lsn`, `pages`, `bytes`, `page_size`, `charset`, `globals` (nodes "
        "of each, by name), and more that may change; `digest` with `--digest`."
    ),
    "bumps parse": "One object per diagnostic: `file`, `line`, `column`, `code`, `message`, `warning`, `source`.",
    "bumps doctor": "One object per line: `status` (`ok`, `warn`, `fail`), `what`, `found`, `action`.",
    "bumps explain": "One object per error: `code`, `name`, `number`, `meaning`, `cause`, `action`.",
    "bumps demo": (
        "`kept` (whether every promise was), `kills`, `acknowledged`, `patients`, `lost`, `partial`, "
        "`problems`, `digest`, `replayed_digest`, `transactions_per_s`, `slowest_open_s`, `seconds`."
    ),
    "bumps bench db": (
        "`unit`, versions, machine, `keys`, `batch`, `pairs`, and `results`: for each `level` and `work` the "
        "`median`, `minimum` and `maximum` of `bumps` and `sqlite3`, their `ratio`, and operations per second"
        " of wall time."
    ),
}
"""What `--json` prints, by command."""


def commands(group: click.Group = bumps, path: str = "bumps") -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield path, command and context of each command, groups before what is in them."""
    context = click.Context(group, info_name=path)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context, max_content_width=WIDTH, terminal_width=WIDTH)
        yield f"{path} {name}", command, inner
        if isinstance(command, LazyGroup):
            yield from commands(command, f"{path} {name}")


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for path, command, context in commands():
        if isinstance(command, LazyGroup):
            parts.append(f"## {path}\n\n{command.get_short_help_str(limit=200).capitalize()}.\n")
            continue
        context.info_name = path.removeprefix("bumps ").split()[-1]
        parts.append(f"{'##' if path.count(' ') == 1 else '###'} {path}\n\n```text\n{command.get_help(context)}\n```\n")
        if path in KEYS:
            parts.append(f"`--json`: {KEYS[path]}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
