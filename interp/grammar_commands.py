"""The grammar of M commands: keywords, postconditionals, and which arguments each takes."""

from __future__ import annotations

import re
from typing import NamedTuple

from bumps.interp import nodes
from bumps.interp.elements import (
    Dispatch,
    Element,
    Fast,
    Listed,
    Rule,
)
from bumps.interp.grammar_arguments import (
    argument,
    assignment,
    break_value,
    call,
    code,
    device,
    formats,
    job,
    jump,
    kill_argument,
    locks,
    merge,
    new_argument,
    quit_value,
    ranges,
    read_value,
    transaction,
    values,
    write_value,
)
from bumps.interp.grammar_expressions import (
    LETTERS,
    Result,
    expression,
    indirection,
    variable,
)
from bumps.interp.grammar_zcommands import fields, step, zbreak, zgoto, zprint, zwrite
from bumps.interp.keywords import (
    COMMANDS,
    LINE_END,
    MANY,
    SPACE,
)

_expression = expression.fast


class Shape(NamedTuple):
    """How a command looks: its node class, its arguments (a parser of the list; None: it takes none), and more."""

    make: type[nodes.Command]
    arguments: Fast | None
    is_bare: bool = False
    """True if it may stand without arguments."""
    has_condition: bool = True
    name: str = ""
    """Given to the constructor of Zcommand and Vendor."""


def _list(fast: Fast | Element) -> Fast:
    """Return the parser of a list of arguments."""
    element = Rule("argument", fast) if not isinstance(fast, Element) else fast
    return Listed(element).fast


_SHAPES: dict[str, Shape] = {
    "BREAK": Shape(nodes.Break, _list(break_value), is_bare=True),
    "CLOSE": Shape(nodes.Close, _list(device("C", 1))),
    "DO": Shape(nodes.Do, _list(call), is_bare=True),
    "ELSE": Shape(nodes.Else, None, is_bare=True, has_condition=False),
    "FOR": Shape(nodes.For, ranges.fast, is_bare=True, has_condition=False),
    "GOTO": Shape(nodes.Goto, _list(jump)),
    "HALT": Shape(nodes.Halt, None, is_bare=True),
    "HANG": Shape(nodes.Hang, values.fast),
    "IF": Shape(nodes.If, values.fast, is_bare=True, has_condition=False),
    "JOB": Shape(nodes.Job, _list(job)),
    "KILL": Shape(nodes.Kill, _list(kill_argument), is_bare=True),
    "LOCK": Shape(nodes.Lock, _list(locks("+-", True)), is_bare=True),
    "MERGE": Shape(nodes.Merge, _list(merge)),
    "NEW": Shape(nodes.New, _list(new_argument), is_bare=True),
    "OPEN": Shape(nodes.Open, _list(device("O", 3))),
    "QUIT": Shape(nodes.Quit, quit_value, is_bare=True),
    "READ": Shape(nodes.Read, formats(read_value)),
    "SET": Shape(nodes.Set, _list(assignment)),
    "TCOMMIT": Shape(nodes.Tcommit, None, is_bare=True),
    "TRESTART": Shape(nodes.Trestart, None, is_bare=True),
    "TROLLBACK": Shape(nodes.Trollback, values.fast, is_bare=True),
    "TSTART": Shape(nodes.Tstart, _list(transaction), is_bare=True),
    "USE": Shape(nodes.Use, _list(device("U", 1))),
    "VIEW": Shape(nodes.View, _list(fields(MANY))),
    "WRITE": Shape(nodes.Write, formats(write_value)),
    "XECUTE": Shape(nodes.Xecute, _list(code)),
    "ZALLOCATE": Shape(nodes.Zallocate, _list(locks("", True))),
    "ZDEALLOCATE": Shape(nodes.Zdeallocate, _list(locks("", False)), is_bare=True),
    "ZBREAK": Shape(nodes.Zbreak, _list(zbreak)),
    "ZGOTO": Shape(nodes.Zgoto, _list(zgoto), is_bare=True),
    "ZPRINT": Shape(nodes.Zprint, _list(zprint), is_bare=True),
    "ZKILL": Shape(nodes.Zkill, _list(argument(variable))),
    "ZWITHDRAW": Shape(nodes.Zkill, _list(argument(variable))),
    "ZWRITE": Shape(nodes.Zwrite, _list(zwrite), is_bare=True),
} | {
    name: Shape(nodes.Zcommand, arguments, is_bare, True, name)
    for name, arguments, is_bare in (
        ("ZATTACH", _list(fields(1)), True),
        ("ZCOMPILE", _list(fields(1)), False),
        ("ZCONTINUE", None, True),
        ("ZEDIT", _list(fields(2)), True),
        ("ZHALT", _list(fields(1)), True),
        ("ZHELP", _list(fields(2)), True),
        ("ZLINK", _list(fields(2)), True),
        ("ZMESSAGE", _list(fields(MANY)), False),
        ("ZRUPDATE", _list(fields(1)), False),
        ("ZSHOW", _list(fields(2, variable)), True),
        ("ZSTEP", _list(step), True),
        ("ZSYSTEM", _list(fields(1)), True),
        ("ZTCOMMIT", _list(fields(1)), True),
        ("ZTRIGGER", _list(argument(Dispatch("global", {"^": variable, "@": indirection}, "GBLEXPECTED"))), False),
        ("ZTSTART", None, True),
    )
}

_BY_SPELLING = {spelling: _SHAPES[full] for spelling, full in COMMANDS.items()}
_vendor_arguments = _list(fields(MANY, may_omit=True))

_match_keyword = re.compile(r"[A-Za-z][A-Za-z0-9]*").match


def _command(text: str, at: int) -> Result:
    """Parse one command, up to its last argument."""
    found = _match_keyword(text, at)
    if found is None:
        return ~at, "CMD"
    word = found[0]
    shape = _BY_SPELLING.get(word)
    if shape is None:
        word = word.upper()
        shape = _BY_SPELLING.get(word)
        if shape is None:
            if word[0] != "Z" or len(word) == 1:
                return ~at, "INVCMD"
            shape = Shape(nodes.Vendor, _vendor_arguments, True, True, word)
    make, arguments, is_bare, has_condition, name = shape
    end = found.end()
    condition = None
    character = text[end]
    if character == ":":
        if not has_condition:
            return ~end, "SPOREOL"
        end, condition = _expression(text, end + 1)
        if end < 0:
            return end, condition
        character = text[end]
    if character in SPACE:
        following = text[end + 1]
        if following not in LINE_END or (not is_bare and make is not nodes.Hang):
            # An argument begins here, or nothing that can.
            if arguments is None:
                return ~(end + 1), "SPOREOL"
            if make is nodes.For:
                return _for(text, at, end + 1)
            end, values = arguments(text, end + 1)
            if end < 0:
                return end, values
            if name:
                return end, make(at, end, condition, values, name)  # type: ignore[call-arg]
            return end, make(at, end, condition, values)
        if following not in SPACE and make is nodes.For:
            return ~(end + 1), "VAREXPECTED"
    elif character not in "\n;" or make is nodes.For:
        return ~end, "SPOREOL"
    if make is nodes.Hang and len(word) == 1:
        make = nodes.Halt
    elif not is_bare:
        return ~end, "SPOREOL"
    if make is nodes.For:
        return end, nodes.For(at, end, None, (), None)
    if name:
        return end, make(at, end, condition, (), name)  # type: ignore[call-arg]
    return end, make(at, end, condition, ())


_for_variable = Dispatch("control variable", {LETTERS + "@": variable}, "VAREXPECTED").fast


def _for(text: str, start: int, at: int) -> Result:
    at, control = _for_variable(text, at)
    if at < 0:
        return at, control
    if text[at] != "=":
        return ~at, "EQUAL"
    at, found = ranges.fast(text, at + 1)
    if at < 0:
        return at, found
    return at, nodes.For(start, at, None, found, control)


command = Rule("command", _command)

ARGUMENTS: dict[str, Fast] = {
    full: shape.arguments for full, shape in _SHAPES.items() if shape.arguments is not None and full != "FOR"
}
"""The parser of the list of arguments of each command that may have `@x` as an argument."""
