"""The grammar of the arguments of the standard commands."""

from __future__ import annotations

import re
from typing import Any

from bumps.interp import nodes
from bumps.interp.elements import (
    Dispatch,
    Element,
    Enclosed,
    Fast,
    Listed,
    Optional,
    Rule,
    Sequence,
)
from bumps.interp.grammar_expressions import (
    LETTERS,
    Result,
    actuals,
    atom,
    entry,
    expression,
    external,
    function_call,
    indirection,
    is_plain_indirection,
    name_or_indirection,
    plain_local,
    variable,
)
from bumps.interp.keywords import (
    DEVICE_PARAMETERS,
    FUNCTIONS,
    JOB_PARAMETERS,
    LINE_END,
    NEWABLE_SPECIALS,
    SETTABLE_FUNCTIONS,
    SETTABLE_SPECIALS,
    SPECIALS,
    ParameterFact,
    parameter_fact,
)
from bumps.interp.nodes import ArgumentIndirection

_expression = expression.fast
_variable = variable.fast
_entry = entry.fast
_actuals = actuals.fast


def indirect(end: int, value: Any) -> Result:
    """Return an argument, or what stands for arguments if it is nothing but `@x`."""
    if is_plain_indirection(value):
        return end, ArgumentIndirection(value.start, end, value.expression, None)
    return end, value


def argument(element: Element) -> Rule:
    """Make `@x` alone an ArgumentIndirection, where it is an argument that `element` parses."""
    parse = element.fast

    def fast(text: str, at: int) -> Result:
        if text[at] != "@":
            return parse(text, at)
        end, value = parse(text, at)
        return (end, value) if end < 0 else indirect(end, value)

    return Rule(f"argument: {element}", fast)


def argument_condition(text: str, at: int) -> Result:
    """Parse `:condition` of an argument, if there is one."""
    if text[at] != ":":
        return at, None
    return _expression(text, at + 1)


values = Listed(argument(expression))
"""Expressions: of IF, HANG, BREAK ..."""


# ------------------------------------------------------------------------------------------------------------ SET

match_dollar = re.compile(r"\$([%A-Za-z][A-Za-z0-9]*)(\(?)").match


def parse_alias(text: str, at: int) -> Result:
    """Parse `*A` or `*A(1)`, GT.M's alias."""
    end, target = _variable(text, at + 1)
    return (end, target) if end < 0 else (end, nodes.Alias(at, end, target))


def _dollar_target(text: str, at: int) -> Result:
    found = match_dollar(text, at)
    if found is None:
        return ~(at + 1), "VAREXPECTED"
    name = found[1].upper()
    if not found[2]:
        special = SPECIALS.get(name)
        if special is None:
            return ~(at + 1), "INVSVN"
        if special not in SETTABLE_SPECIALS:
            return ~(at + 1), "SVNOSET"
        return found.end(), nodes.Special(at, found.end(), special)
    function = FUNCTIONS.get(name)
    settable = SETTABLE_FUNCTIONS.get(function.name) if function else None
    if settable is None:
        return ~(at + 1), "VAREXPECTED" if function else "INVFCN"
    return function_call(text, at, found.end(), *settable)


target = Dispatch(
    "target of SET", {LETTERS + "^@": variable, "$": Rule("$ target", _dollar_target), "*": Rule("alias", parse_alias)},
    "VAREXPECTED",
)  # fmt: skip
target_list = Enclosed("(", Listed(target), ")")


def _assignment(text: str, at: int) -> Result:
    start = at
    grouped = text[at] == "("
    at, found = target_list.fast(text, at) if grouped else target.fast(text, at)
    if at < 0:
        return at, found
    if text[at] != "=":
        if is_plain_indirection(found):
            return indirect(at, found)
        return ~at, "EQUAL"
    if text[at + 1] == "*" and found.__class__ is nodes.Alias:
        at, value = parse_alias(text, at + 1)
    else:
        at, value = _expression(text, at + 1)
    if at < 0:
        return at, value
    return at, nodes.Assignment(start, at, grouped, found if grouped else (found,), value)


assignment = Rule("assignment", _assignment)


# ------------------------------------------------------------------------------------------------- KILL, NEW, MERGE

alias = Rule("alias", parse_alias)
exclusive = Sequence("names in parentheses", nodes.Exclusive, Enclosed("(", Listed(name_or_indirection), ")"))
kill_argument = Dispatch("argument of KILL", {"(": exclusive, "*": alias}, "VAREXPECTED", otherwise=argument(variable))


def _new_special(text: str, at: int) -> Result:
    found = match_dollar(text, at)
    if found is None:
        return ~(at + 1), "SVNEXPECTED"
    special = SPECIALS.get(found[1].upper())
    if special is None:
        return ~(at + 1), "INVSVN"
    if special not in NEWABLE_SPECIALS:
        return ~(at + 1), "SVNONEW"
    return found.end(1), nodes.Special(at, found.end(1), special)


new_argument = Dispatch(
    "argument of NEW",
    {LETTERS: plain_local, "@": argument(indirection), "(": exclusive, "$": Rule("special", _new_special)},
    "VAREXPECTED",
)


def merge(text: str, at: int) -> Result:
    """Parse `target=source` of MERGE."""
    end, found = _variable(text, at)
    if end < 0:
        return end, found
    if text[end] != "=":
        return indirect(end, found) if is_plain_indirection(found) else (~end, "EQUAL")
    end, source = _variable(text, end + 1)
    if end < 0:
        return end, source
    return end, nodes.MergeArgument(at, end, found, source)


# ------------------------------------------------------------------------------------------- DO, GOTO, JOB, XECUTE


def is_whole(found: Any) -> bool:
    """Return whether an entry reference is nothing but `@x`."""
    return is_plain_indirection(found.label) and found.routine is None and found.offset is None


def call(text: str, at: int) -> Result:
    """Parse an argument of DO."""
    start = at
    if text[at] == "&":
        at, value = external.fast(text, at)
        if at < 0:
            return at, value
        at, condition = argument_condition(text, at)
        if at < 0:
            return at, condition
        return at, nodes.ExternalCall(start, at, value, condition)
    at, found = _entry(text, at)
    if at < 0:
        return at, found
    arguments = None
    if text[at] == "(":
        if found.offset is not None:
            return ~at, "ACTOFFSET"
        at, arguments = _actuals(text, at + 1)
        if at < 0:
            return at, arguments
    condition = None
    if text[at] == ":":
        at, condition = _expression(text, at + 1)
        if at < 0:
            return at, condition
    if arguments is None and is_whole(found):
        return at, ArgumentIndirection(start, at, found.label.expression, condition)
    return at, nodes.Call(start, at, found, arguments, condition)


def jump(text: str, at: int) -> Result:
    """Parse an argument of GOTO."""
    start = at
    at, found = _entry(text, at)
    if at < 0:
        return at, found
    at, condition = argument_condition(text, at)
    if at < 0:
        return at, condition
    if is_whole(found):
        return at, ArgumentIndirection(start, at, found.label.expression, condition)
    return at, nodes.Jump(start, at, found, condition)


def code(text: str, at: int) -> Result:
    """Parse an argument of XECUTE."""
    start = at
    at, found = _expression(text, at)
    if at < 0:
        return at, found
    at, condition = argument_condition(text, at)
    if at < 0:
        return at, condition
    if is_plain_indirection(found):
        return at, ArgumentIndirection(start, at, found.expression, condition)
    return at, nodes.Code(start, at, found, condition)


def _parameter(table: dict[str, ParameterFact], command: str, unknown: str) -> Rule:
    """Return the element for one parameter of a device or process, `NAME` or `NAME=value`."""
    match = re.compile(r"[A-Za-z][A-Za-z0-9_]*").match

    def fast(text: str, at: int) -> Result:
        found = match(text, at)
        fact = parameter_fact(table, found[0].upper()) if found else None
        if not found or not fact:
            return ~at, unknown
        name, commands, has_value = fact
        if command not in commands:
            return ~at, "DEVPARINAP"
        end = found.end()
        if not has_value:
            if text[end] == "=" and unknown == "JOBPARUNK":
                return ~end, "JOBPARNOVAL"
            return end, nodes.Parameter(at, end, name, None)
        if text[end] != "=":
            return ~end, unknown.replace("UNK", "VALREQ")
        end, value = _expression(text, end + 1)
        if end < 0:
            return end, value
        return end, nodes.Parameter(at, end, name, value)

    return Rule("parameter", fast)


def parameters(element: Element) -> Element:
    """Return the element for one parameter, or several in parentheses."""
    several = Enclosed("(", Listed(element, ":"), ")")
    one = element.fast

    def fast(text: str, at: int) -> Result:
        if text[at] == "(":
            return several.fast(text, at)
        end, value = one(text, at)
        return end, value if end < 0 else [value]

    return Rule("parameters", fast)


job_parameters = parameters(_parameter(JOB_PARAMETERS, "J", "JOBPARUNK"))


def job(text: str, at: int) -> Result:
    """Parse an argument of JOB; actuals by reference are refused."""
    start = at
    at, found = _entry(text, at)
    if at < 0:
        return at, found
    arguments: Any = None
    parameters: Any = None
    timeout: Any = None
    if text[at] == "(":
        at, arguments = _actuals(text, at + 1)
        if at < 0:
            return at, arguments
        for actual in arguments:
            if actual.__class__ is nodes.ByReference:
                return ~actual.start, "JOBACTREF"
    if text[at] == ":":
        at += 1
        if text[at] != ":":
            at, parameters = job_parameters.fast(text, at)
            if at < 0:
                return at, parameters
        if text[at] == ":":
            at, timeout = _expression(text, at + 1)
            if at < 0:
                return at, timeout
    elif arguments is None and is_whole(found):
        return at, ArgumentIndirection(start, at, found.label.expression, None)
    return at, nodes.JobArgument(start, at, found, arguments, parameters, timeout)


# ------------------------------------------------------------------------------------------------------------ FOR

range_ = Sequence("range", nodes.Range, expression, Optional(":", expression), Optional(":", expression))
ranges = Listed(range_)


# ---------------------------------------------------------------------------------------------------- WRITE and READ

_match_control = re.compile(r"/([%A-Za-z][A-Za-z0-9]*)(\(?)").match


def _control(text: str, at: int) -> Result:
    found = _match_control(text, at)
    if found is None:
        return ~(at + 1), "CTLMNEXPECTED"
    end = found.end()
    arguments: Any = ()
    if found[2]:
        if text[end] == ")":
            return ~end, "EXPR"
        end, arguments = _actuals(text, end)
        if end < 0:
            return end, arguments
    return end, nodes.Control(at, end, found[1].upper(), arguments)


def formats(element: Fast) -> Fast:
    """Return the parser of a list of formats and what `element` parses; `!` and `#` need no comma before `!#?`."""

    def fast(text: str, at: int) -> Result:
        found: list[Any] = []
        while True:
            character = text[at]
            if character == "!" or character == "#":
                make = nodes.NewLine if character == "!" else nodes.FormFeed
                found.append(make(at, at + 1))
                at += 1
                if text[at] in "!#?":
                    continue
            else:
                if character == "?":
                    start = at
                    at, value = _expression(text, at + 1)
                    if at >= 0:
                        value = nodes.Tab(start, at, value)
                elif character == "/":
                    at, value = _control(text, at)
                else:
                    at, value = element(text, at)
                if at < 0:
                    return at, value
                found.append(value)
            if text[at] != ",":
                return at, found
            at += 1
            if text[at] in LINE_END:
                return ~at, "EXPR"

    return fast


def write_value(text: str, at: int) -> Result:
    """Parse what WRITE takes beside formats: an expression, or `*code`."""
    if text[at] == "*":
        end, value = _expression(text, at + 1)
        return (end, value) if end < 0 else (end, nodes.Character(at, end, value))
    end, value = _expression(text, at)
    return (end, value) if end < 0 else indirect(end, value)


def read_value(text: str, at: int) -> Result:
    """Parse what READ takes beside formats: a prompt, or a variable."""
    start = at
    character = text[at]
    if character == '"':
        return atom.fast(text, at)
    single = character == "*"
    if single:
        at += 1
        character = text[at]
    if character not in LETTERS and character not in "^@":
        return ~at, "VAREXPECTED" if single else "RWARG"
    at, found = _variable(text, at)
    if at < 0:
        return at, found
    count = timeout = None
    if text[at] == "#":
        if single:
            return ~at, "RWARG"
        at, count = _expression(text, at + 1)
        if at < 0:
            return at, count
    if text[at] == ":":
        at, timeout = _expression(text, at + 1)
        if at < 0:
            return at, timeout
    if not single and count is None and timeout is None and is_plain_indirection(found):
        return indirect(at, found)
    return at, nodes.Input(start, at, single, found, count, timeout)


# ------------------------------------------------------------------------------------------------ LOCK and devices


_LOCKABLE = LETTERS + "|["
"""What may follow the circumflex of a global in LOCK."""


def _lock_global(text: str, at: int) -> Result:
    """Parse a global that LOCK can name: no naked reference, no structured system variable."""
    if text[at + 1] not in _LOCKABLE:
        return ~(at + 1), "LKNAMEXPECTED"
    return variable.fast(text, at)


_lock_name = Dispatch(
    "name of LOCK", {LETTERS + "@": variable, "^": Rule("global of LOCK", _lock_global)}, "LKNAMEXPECTED"
)
_lock_names = Enclosed("(", Listed(_lock_name), ")")


def locks(signs: str, has_timeout: bool) -> Rule:
    """Return the element for an argument of LOCK or its relatives."""

    def fast(text: str, at: int) -> Result:
        start = at
        sign = ""
        if text[at] in signs:
            sign = text[at]
            at += 1
        grouped = text[at] == "("
        at, found = (_lock_names if grouped else _lock_name).fast(text, at)
        if at < 0:
            return at, found
        timeout = None
        if text[at] == ":" and has_timeout:
            at, timeout = _expression(text, at + 1)
            if at < 0:
                return at, timeout
        elif not sign and is_plain_indirection(found):
            return indirect(at, found)
        return at, nodes.LockArgument(start, at, sign, grouped, found if grouped else (found,), timeout)

    return Rule("argument of LOCK", fast)


def device(command: str, part_count: int) -> Rule:
    """Return the element for an argument of OPEN (three parts behind the device), USE, CLOSE (one)."""
    parameters_of = parameters(_parameter(DEVICE_PARAMETERS, command, "DEVPARUNK"))

    def fast(text: str, at: int) -> Result:
        start = at
        at, device = _expression(text, at)
        if at < 0:
            return at, device
        if text[at] != ":":
            if is_plain_indirection(device):
                return indirect(at, device)
            return at, nodes.DeviceArgument(start, at, device, None, None, None)
        parameters: Any = None
        timeout: Any = None
        space: Any = None
        at += 1
        if text[at] != ":" or part_count == 1:
            at, parameters = parameters_of.fast(text, at)
            if at < 0:
                return at, parameters
        if text[at] == ":" and part_count > 1:
            at += 1
            if text[at] != ":":
                at, timeout = _expression(text, at)
                if at < 0:
                    return at, timeout
            if text[at] == ":":
                at, space = _expression(text, at + 1)
                if at < 0:
                    return at, space
        return at, nodes.DeviceArgument(start, at, device, parameters, timeout, space)

    return Rule(f"argument of {command}", fast)


# ------------------------------------------------------------------------------------------------------------ TSTART

_restart_names = Listed(name_or_indirection)
_match_serial = re.compile(r"(SERIAL|S)|(?:TRANSACTIONID|T)(=)", re.IGNORECASE).match


def _transaction_parameter(text: str, at: int) -> Result:
    found = _match_serial(text, at)
    if found is None:
        return ~at, "TSTRTPARM"
    end = found.end()
    if found[1]:
        return end, nodes.Parameter(at, end, "SERIAL", None)
    end, value = _expression(text, end)
    if end < 0:
        return end, value
    return end, nodes.Parameter(at, end, "TRANSACTIONID", value)


_transaction_parameters = parameters(Rule("parameter of TSTART", _transaction_parameter))


def transaction(text: str, at: int) -> Result:
    """Parse an argument of TSTART."""
    start = at
    character = text[at]
    every = character == "*"
    names: Any = ()
    if every:
        at += 1
    elif character == "(" and text[at + 1] == ")":
        at += 2
    elif character == "(":
        at, names = _restart_names.fast(text, at + 1)
        if at < 0:
            return at, names
        if text[at] != ")":
            return ~at, "RPARENMISSING"
        at += 1
    elif character != ":":
        at, name = name_or_indirection.fast(text, at)
        if at < 0:
            return at, name
        if is_plain_indirection(name) and text[at] != ":":
            return indirect(at, name)
        names = (name,)
    parameters: Any = ()
    if text[at] == ":":
        at, parameters = _transaction_parameters.fast(text, at + 1)
        if at < 0:
            return at, parameters
    return at, nodes.TransactionArgument(start, at, character != ":", every, names, parameters)


# ---------------------------------------------------------------------------------------------------- BREAK, QUIT


def break_value(text: str, at: int) -> Result:
    """Parse an argument of BREAK: Code only if it has a condition."""
    end, value = code(text, at)
    if end >= 0 and value.__class__ is nodes.Code and value.condition is None:
        return end, value.expression
    return end, value


def quit_value(text: str, at: int) -> Result:
    """Parse the only argument of QUIT, as a list."""
    end, value = parse_alias(text, at) if text[at] == "*" else _expression(text, at)
    if end < 0:
        return end, value
    if text[end] == ",":
        return ~end, "QUITARGLST"
    end, value = indirect(end, value)
    return end, [value]
