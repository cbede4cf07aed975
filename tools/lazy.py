"""A click group that knows its commands by name and imports one when it is called.

`bumps run` must not pay for `bumps bench`, so a table says where each command is and what
its line in the help is; a test keeps the table and the commands in step.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import click


class Lazy(NamedTuple):
    """Where a command is, and its line in the list of commands."""

    target: str
    """`module:attribute`, the module below `bumps.tools`."""
    help: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def __init__(self, *arguments: Any, table: Mapping[str, Lazy], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.table = table

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names in the order of the table: what is needed first comes first."""
        return list(self.table)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import the command of that name; None if there is none."""
        entry = self.table.get(name)
        if entry is None:
            return None
        module, attribute = entry.target.split(":")
        command = getattr(importlib.import_module(f"bumps.tools.{module}"), attribute)
        assert isinstance(command, click.Command), entry.target
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        name = arguments[0]
        if name not in self.table and not name.startswith("-"):
            if name == "help":
                raise UnknownCommandError(name, [], context)
            import difflib  # not before somebody erred

            close = difflib.get_close_matches(name, self.table, n=3, cutoff=0.5)
            raise UnknownCommandError(name, [*self._below(context, name), *close][:3], context)
        return super().resolve_command(context, arguments)

    def _below(self, context: click.Context, name: str) -> list[str]:
        """Return the commands of that name in the groups of this one: `bumps verify` is `bumps db verify`."""
        groups = [(each, self.get_command(context, each)) for each in self.table]
        return [f"{each} {name}" for each, group in groups if isinstance(group, LazyGroup) and name in group.table]

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, so that help imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.table.items()])


class UnknownCommandError(click.UsageError):
    """There is no command of that name. `possibilities` are those that look like it."""

    def __init__(self, name: str, possibilities: list[str], context: click.Context) -> None:
        super().__init__(f"no such command: {name}", context)
        self.possibilities = possibilities
