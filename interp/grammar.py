"""The grammar of M: lines, routines, and the strings that are code.

`parse_routine` and `parse_line` never raise: a line that does not parse is kept
up to its last good command, and the rest is one Bad node. The others parse the
text of an XECUTE or an indirection and return a Bad node if it is none.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from typing import Any

from bumps.interp.codes import CODES
from bumps.interp.elements import Fast
from bumps.interp.grammar_commands import ARGUMENTS, command
from bumps.interp.grammar_expressions import Result, entry, expression, pattern, variable
from bumps.interp.keywords import LINE_END, SPACE
from bumps.interp.nodes import (
    Argument,
    Bad,
    Command,
    Comment,
    Do,
    Entry,
    Expression,
    Line,
    Name,
    Pattern,
    Routine,
    Vendor,
)
from bumps.interp.source import Diagnostic, Source
from bumps.limits import BLOCK_DEPTH_MAX, EXPRESSION_DEPTH_MAX, NAME_SIZE_MAX, OPERATOR_COUNT_MAX, SOURCE_LINE_SIZE_MAX

_match_head = re.compile(r"(?:([%A-Za-z][A-Za-z0-9]*)|([0-9]+))?(\(?)").match
_match_formal = re.compile(r"([%A-Za-z][A-Za-z0-9]{0,30})[A-Za-z0-9]*").match
_match_dots = re.compile(r"[ \t]*((?:\.[ \t]*)*)").match
_skip_space = re.compile(r"[ \t]*").match
_command = command.fast


def parse_line(text: str) -> Line:
    """Return the tree of one line of a routine, without its line end."""
    return _parse_line(text, has_label=True)


def parse_code(text: str) -> Line:
    """Return the tree of a string of commands, as XECUTE has it; `bad` is set if it does not parse."""
    return _parse_line(text, has_label=False)


def _parse_line(source: str, *, has_label: bool) -> Line:
    text = source + "\n"
    at = depth = 0
    label = None
    formals = None
    if has_label:
        if text[0] not in SPACE:
            found = _match_head(text)
            assert found is not None, "it matches the empty string"
            word = found[1] or found[2]
            at = found.end()
            if word:
                label = Name(0, len(word), word[:NAME_SIZE_MAX] if found[1] else word)
            if found[3] and word:
                at, formals = _formals(text, at)
                if at < 0:
                    return _with_bad(source, label, None, 0, [], formals, ~at, len(word))
            elif found[3]:
                at -= 1
            elif text[at] == ":" and word:
                at += 1  # as GT.M takes it
            if text[at] not in LINE_END:
                return _with_bad(source, label, formals, 0, [], "LSEXPECTED", at, at)
        dots = _match_dots(text, at)
        assert dots is not None, "it matches the empty string"
        depth = dots[1].count(".")
        if depth and formals is not None:
            return _with_bad(source, label, formals, 0, [], "NESTFORMP", at, at)
        at = dots.end()
        if len(source) > SOURCE_LINE_SIZE_MAX:
            return _with_bad(source, label, formals, depth, [], "LSEXPECTED", max(at, SOURCE_LINE_SIZE_MAX), at)
    else:
        at = _skip_space(text).end()  # type: ignore[union-attr]
    commands: list[Any] = []
    comment = None
    if len(text) > EXPRESSION_DEPTH_MAX and (deep := _too_deep(text)) >= 0:
        return _with_bad(source, label, formals, depth, commands, "STACKCRIT", deep, at)
    while True:
        character = text[at]
        if character == "\n":
            if at < len(source):
                code = "SPOREOL" if commands and text[at - 1] not in SPACE else "CMD"
                return _with_bad(source, label, formals, depth, commands, code, at, at)
            break
        if character == ";":
            comment = Comment(at, len(source))
            break
        end, value = _command(text, at)
        if end < 0:
            return _with_bad(source, label, formals, depth, commands, value, ~end, at)
        character = text[end]
        if character not in LINE_END:
            return _with_bad(source, label, formals, depth, commands, "SPOREOL", end, at)
        commands.append(value)
        at = end
        if character == " ":
            at += 1
            if text[at] in SPACE:
                at = _skip_space(text, at).end()  # type: ignore[union-attr]
        elif character == "\t":
            at = _skip_space(text, at).end()  # type: ignore[union-attr]
    return Line(0, len(source), source, label, formals, depth, commands, None, comment)


def _with_bad(
    source: str, label: Name | None, formals: Any, depth: int, commands: list[Any], code: str, column: int, start: int
) -> Line:
    """Return a line whose rest, from `start`, is bad."""
    bad = Bad(start, len(source), code, column, source[start:])
    return Line(0, len(source), source, label, formals, depth, commands, bad, None)


def _formals(text: str, at: int) -> Result:
    """Parse formals up to the closing parenthesis, from behind the opening one."""
    names: list[Name] = []
    if text[at] == ")":
        return at + 1, names
    while True:
        found = _match_formal(text, at)
        if found is None:
            return ~at, "NAMEEXPECTED"
        if any(name.name == found[1] for name in names):
            return ~at, "MULTFORMPARM"
        end = found.end()
        if any(found[1] == name.name for name in names):
            return ~at, "MULTFORMPARM"
        names.append(Name(at, end, found[1]))
        if text[end] == ")":
            return end + 1, names
        if text[end] != ",":
            return ~end, "COMMAORRPAREXP"
        at = end + 1
        if text[at] == ")":
            return at + 1, names


def _too_deep(text: str) -> int:
    """Return the column where an expression goes beyond its limits, or -1: recursion must end somewhere."""
    if sum(map(text.count, "(@+-'|[")) <= EXPRESSION_DEPTH_MAX and len(text) <= OPERATOR_COUNT_MAX:
        return -1
    outer: list[tuple[int, str]] = []  # the depth in front of each parenthesis or `^[` that is open, and what closes it
    depth = 0
    run = 0  # prefix operators in front of the next operand
    operator_count = 0  # in this argument
    in_string = False
    previous = " "
    for at, character in enumerate(text):
        if character == '"':
            in_string = not in_string
        elif in_string:
            pass
        elif character == ";":
            break
        elif character == "(" or (character == "[" and previous in "^$"):
            outer.append((depth, ")" if character == "(" else "]"))
            depth += run + 1
            run = 0
        elif character == ")" or (character == "]" and outer and outer[-1][1] == "]"):
            depth = outer.pop()[0] if outer else 0
            run = 0
        elif character in " ,:":
            run = operator_count = 0
        elif character == "|" and previous in "^$":
            run += 1
        elif character in "@+-'":
            run = 1 if previous.isalnum() or previous in ')"' else run + 1
            operator_count += 1
        elif character in "_*/\\#=<>[]&!?":
            operator_count += 1
        if depth + run > EXPRESSION_DEPTH_MAX or operator_count > OPERATOR_COUNT_MAX:
            return at
        previous = character
    return -1


# ------------------------------------------------------------------------------------------- code in strings


def _whole(parse: Fast, source: str) -> Any:
    """Return what `parse` makes of the whole string, but for spaces and a comment at its end, or a Bad node."""
    text = source + "\n"
    if len(text) > EXPRESSION_DEPTH_MAX and (deep := _too_deep(text)) >= 0:
        return Bad(0, len(source), "STACKCRIT", deep, source)
    end, value = parse(text, 0)
    if end < 0:
        return Bad(0, len(source), value, ~end, source)
    rest = source[end:].lstrip(" \t")
    if rest and rest[0] != ";":
        return Bad(0, len(source), "INDEXTRACHARS", end, source)
    return value


ARGUMENTLESS = frozenset(("DO", "IF", "KILL", "LOCK", "NEW"))
"""Commands that an indirection may hold arguments of, and that have a meaning without."""


def parse_argument(keyword: str, text: str) -> list[Argument | Expression] | Bad:
    """Return the arguments in the value of `@x` as an argument of a command; `keyword` is its full name, `SET`.

    FOR has none, and a command without arguments has none; for these, it is always Bad.
    """
    parse = ARGUMENTS.get(keyword)
    if parse is None:
        return Bad(0, len(text), "SPOREOL", 0, text)
    if text[:1] in (" ", "\t") and keyword in ARGUMENTLESS:
        # GT.M takes the space for the end of a command without arguments.
        return Bad(0, len(text), "INDEXTRACHARS", 1, text)
    found: list[Argument | Expression] | Bad = _whole(parse, text)
    return found


def parse_expression(text: str) -> Expression | Bad:
    """Return the tree of an expression."""
    found: Expression | Bad = _whole(expression.fast, text)
    return found


def parse_name(text: str) -> Expression | Bad:
    """Return the variable that the value of `@x` names: Local, Global, Naked, Ssvn, or Indirection."""
    found: Expression | Bad = _whole(variable.fast, text)
    return found


def parse_entry(text: str) -> Entry | Bad:
    """Return the entry reference in the value of `@x`: of DO, GOTO, `$TEXT(@x)`; without actuals."""
    found: Entry | Bad = _whole(entry.fast, text)
    return found


def parse_pattern(text: str) -> Pattern | Bad:
    """Return the pattern in the value of `?@x`."""
    found: Pattern | Bad = _whole(pattern.fast, text)
    return found


# -------------------------------------------------------------------------------------------------------- routines


def parse_routine(source: Source) -> Routine:
    """Return the tree of a routine with its labels and diagnostics. Never raises.

    The garbage collector rests meanwhile: a tree has no cycles, and collecting while it
    grows takes more time than parsing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        lines = [_parse_line(text, has_label=True) for text in source.lines]
    finally:
        if was_enabled:
            gc.enable()
    labels: dict[str, int] = {}
    diagnostics = list(source.diagnostics)
    for index, line in enumerate(lines):
        if line.label is not None:
            if labels.setdefault(line.label.name, index) != index:
                diagnostics.append(_diagnostic(index, 0, "MULTLAB"))
            if line.label.end > NAME_SIZE_MAX and not line.text[0].isdigit():
                what = f"only {NAME_SIZE_MAX} characters of a name count"
                diagnostics.append(Diagnostic(index + 1, NAME_SIZE_MAX + 1, "NAMETOOLONG", what, is_warning=True))
    diagnostics.extend(_command_diagnostics(lines))
    diagnostics.sort()
    return Routine(source.name, lines, labels, diagnostics)


def _diagnostic(index: int, column: int, code: str, *, is_warning: bool = False) -> Diagnostic:
    return Diagnostic(index + 1, column + 1, code, CODES[code].text, is_warning)


def _command_diagnostics(lines: list[Line]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the commands of lines.

    A line that is deeper than the line before it allows is never reached, and nothing else is
    said of it; an argumentless DO may have no block below it; other vendors' commands raise
    when they are reached (of ZINVCMD, which does just that, GT.M says nothing). Behind a bad
    line any depth may be meant.
    """
    reach = 0
    waiting: Command | None = None  # the last argumentless DO of the line before
    for index, line in enumerate(lines):
        if waiting is not None and line.depth < reach:
            yield _diagnostic(index - 1, waiting.start, "DONOBLOCK", is_warning=True)
        waiting = None
        if line.depth > reach or line.depth > BLOCK_DEPTH_MAX:
            yield _diagnostic(index, _code_column(line), "BLKTOODEEP", is_warning=True)
            continue
        reach = line.depth
        for command_ in line.commands:
            if command_.__class__ is Do and not command_.arguments:
                waiting = command_
            elif isinstance(command_, Vendor) and not "ZINVCMD".startswith(command_.name):
                yield _diagnostic(index, command_.start, "INVCMD")
        if waiting is not None:
            reach += 1
        if line.bad is not None:
            if line.end <= SOURCE_LINE_SIZE_MAX:  # else source.py has said it
                yield _diagnostic(index, line.bad.column, line.bad.code)
            reach = BLOCK_DEPTH_MAX
            waiting = None
    if waiting is not None:
        yield _diagnostic(len(lines) - 1, waiting.start, "DONOBLOCK", is_warning=True)


def _code_column(line: Line) -> int:
    """Return the column behind the dots."""
    if line.commands:
        return line.commands[0].start
    if line.bad is not None:
        return line.bad.start
    return line.comment.start if line.comment is not None else line.end
