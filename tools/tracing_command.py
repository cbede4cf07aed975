"""The option `--trace`, whose value may be left out: `--trace` and `--trace=json`."""

from __future__ import annotations

from collections.abc import Sequence

import click

TEXT, JSON = "text", "json"
FORMS: Sequence[str] = (TEXT, JSON)
OPTION = "--trace"


class TracingCommand(click.Command):
    """A command whose option `--trace` needs no value: click would take the next word for it."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Write `--trace` out as `--trace=text`, in front of what is for the program."""
        with_value = {
            name
            for parameter in self.params
            if isinstance(parameter, click.Option) and not parameter.is_flag
            for name in (*parameter.opts, *parameter.secondary_opts)
        }
        whole = list(arguments)
        at = 0
        while at < len(whole) and whole[at].startswith("-") and whole[at] not in ("-", "--"):
            if whole[at] == OPTION:
                whole[at] = f"{OPTION}={TEXT}"
            elif whole[at] in with_value:
                at += 1
            at += 1
        return super().parse_args(context, whole)
