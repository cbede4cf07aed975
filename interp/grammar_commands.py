"""The grammar of M commands: keywords, postconditionals, and the arguments of each command."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from bumps.interp import nodes
from bumps.interp.elements import (
    LINE_END,
    SPACE,
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
    NAME,
    Result,
    actuals,
    atom,
    entry,
    environment,
    expression,
    external,
    function_call,
    indirection,
    is_plain_indirection,
    name_or_indirection,
    pattern,
    plain_local,
    variable,
)
from bumps.interp.keywords import (
    COMMANDS,
    DEVICE_PARAMETERS,
    FUNCTIONS,
    JOB_PARAMETERS,
    MANY,
    NEWABLE_SPECIALS,
    SETTABLE_FUNCTIONS,
    SETTABLE_SPECIALS,
    SPECIALS,
    ParameterFact,
)
from bumps.interp.nodes import ArgumentIndirection

_expression = expression.fast
_variable = variable.fast
_entry = entry.fast
_actuals = actuals.fast


def _indirect(end: int, value: Any) -> Result:
    """Return an argument, or what stands for arguments if it is nothing but `@x`."""
    if is_plain_indirection(value):
        return end, ArgumentIndirection(value.start, end, value.expression, None)
    return end, value


def _argument(element: Element) -> Rule:
    """Make `@x` alone an ArgumentIndirection, where it is an argument that `element` parses."""
    parse = element.fast

    def fast(text: str, at: int) -> Result:
        if text[at] != "@":
            return parse(text, at)
        end, value = parse(text, at)
        return (end, value) if end < 0 else _indirect(end, value)

    return Rule(f"argument: {element}", fast)


def _condition(text: str, at: int) -> Result:
    """Parse `:condition` of an argument, if there is one."""
    if text[at] != ":":
        return at, None
    return _expression(text, at + 1)


values = Listed(_argument(expression))
"""Expressions: of IF, HANG, BREAK ..."""


# ------------------------------------------------------------------------------------------------------------ SET

_match_dollar = re.compile(r"\$([%A-Za-z][A-Za-z0-9]*)(\(?)").match


def _alias(text: str, at: int) -> Result:
    """Parse `*A` or `*A(1)`, GT.M's alias."""
    end, target = _variable(text, at + 1)
    return (end, target) if end < 0 else (end, nodes.Alias(at, end, target))


def _dollar_target(text: str, at: int) -> Result:
    found = _match_dollar(text, at)
    if found is None:
        return ~at, "VAREXPECTED"
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
    "target of SET", {LETTERS + "^@": variable, "$": Rule("$ target", _dollar_target), "*": Rule("alias", _alias)},
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
            return _indirect(at, found)
        return ~at, "EQUAL"
    if text[at + 1] == "*" and found.__class__ is nodes.Alias:
        at, value = _alias(text, at + 1)
    else:
        at, value = _expression(text, at + 1)
    if at < 0:
        return at, value
    return at, nodes.Assignment(start, at, grouped, found if grouped else (found,), value)


assignment = Rule("assignment", _assignment)


# ------------------------------------------------------------------------------------------------- KILL, NEW, MERGE

alias = Rule("alias", _alias)
exclusive = Sequence("names in parentheses", nodes.Exclusive, Enclosed("(", Listed(name_or_indirection), ")"))
kill_argument = Dispatch("argument of KILL", {"(": exclusive, "*": alias}, "VAREXPECTED", otherwise=_argument(variable))


def _new_special(text: str, at: int) -> Result:
    found = _match_dollar(text, at)
    if found is None or found[2]:
        return ~at, "VAREXPECTED"
    special = SPECIALS.get(found[1].upper())
    if special is None:
        return ~(at + 1), "INVSVN"
    if special not in NEWABLE_SPECIALS:
        return ~(at + 1), "SVNONEW"
    return found.end(), nodes.Special(at, found.end(), special)


new_argument = Dispatch(
    "argument of NEW",
    {LETTERS: plain_local, "@": _argument(indirection), "(": exclusive, "$": Rule("special", _new_special)},
    "VAREXPECTED",
)


def _merge(text: str, at: int) -> Result:
    end, found = _variable(text, at)
    if end < 0:
        return end, found
    if text[end] != "=":
        return _indirect(end, found) if is_plain_indirection(found) else (~end, "EQUAL")
    end, source = _variable(text, end + 1)
    if end < 0:
        return end, source
    return end, nodes.MergeArgument(at, end, found, source)


# ------------------------------------------------------------------------------------------- DO, GOTO, JOB, XECUTE


def _is_whole(found: Any) -> bool:
    """Return whether an entry reference is nothing but `@x`."""
    return is_plain_indirection(found.label) and found.routine is None and found.offset is None


def _call(text: str, at: int) -> Result:
    start = at
    if text[at] == "&":
        at, value = external.fast(text, at)
        if at < 0:
            return at, value
        at, condition = _condition(text, at)
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
    if arguments is None and _is_whole(found):
        return at, ArgumentIndirection(start, at, found.label.expression, condition)
    return at, nodes.Call(start, at, found, arguments, condition)


def _jump(text: str, at: int) -> Result:
    start = at
    at, found = _entry(text, at)
    if at < 0:
        return at, found
    at, condition = _condition(text, at)
    if at < 0:
        return at, condition
    if _is_whole(found):
        return at, ArgumentIndirection(start, at, found.label.expression, condition)
    return at, nodes.Jump(start, at, found, condition)


def _code(text: str, at: int) -> Result:
    start = at
    at, found = _expression(text, at)
    if at < 0:
        return at, found
    at, condition = _condition(text, at)
    if at < 0:
        return at, condition
    if is_plain_indirection(found):
        return at, ArgumentIndirection(start, at, found.expression, condition)
    return at, nodes.Code(start, at, found, condition)


def _parameter(table: dict[str, ParameterFact], command: str, unknown: str) -> Rule:
    """Return the element for one parameter of a device or process, `NAME` or `NAME=value`."""
    match = re.compile(r"[A-Za-z_]+").match

    def fast(text: str, at: int) -> Result:
        found = match(text, at)
        fact = table.get(found[0].upper()) if found else None
        if not found or not fact:
            return ~at, unknown
        name, commands, has_value = fact
        if command not in commands:
            return ~at, "DEVPARINAP"
        end = found.end()
        if not has_value:
            return end, nodes.Parameter(at, end, name, None)
        if text[end] != "=":
            return ~end, unknown.replace("UNK", "VALREQ")
        end, value = _expression(text, end + 1)
        if end < 0:
            return end, value
        return end, nodes.Parameter(at, end, name, value)

    return Rule("parameter", fast)


def _parameters(element: Element) -> Element:
    """Return the element for one parameter, or several in parentheses."""
    several = Enclosed("(", Listed(element, ":"), ")")
    one = element.fast

    def fast(text: str, at: int) -> Result:
        if text[at] == "(":
            return several.fast(text, at)
        end, value = one(text, at)
        return end, value if end < 0 else [value]

    return Rule("parameters", fast)


job_parameters = _parameters(_parameter(JOB_PARAMETERS, "J", "JOBPARUNK"))


def _job(text: str, at: int) -> Result:
    start = at
    at, found = _entry(text, at)
    if at < 0:
        return at, found
    arguments: Any = None
    parameters: Any = None
    timeout: Any = None
    if text[at] == "(":
        if found.offset is not None:
            return ~at, "ACTOFFSET"
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
    elif arguments is None and _is_whole(found):
        return at, ArgumentIndirection(start, at, found.label.expression, None)
    return at, nodes.JobArgument(start, at, found, arguments, parameters, timeout)


# ------------------------------------------------------------------------------------------------------------ FOR

range_ = Sequence("range", nodes.Range, expression, Optional(":", expression), Optional(":", expression))
ranges = Listed(range_)


# ---------------------------------------------------------------------------------------------------- WRITE and READ

_match_control = re.compile(r"/([%A-Za-z][A-Za-z0-9]*)(\(?)").match
_control_arguments = Listed(expression)


def _control(text: str, at: int) -> Result:
    found = _match_control(text, at)
    if found is None:
        return ~(at + 1), "RWFORMAT"
    end = found.end()
    arguments: Any = ()
    if found[2]:
        end, arguments = _control_arguments.fast(text, end)
        if end < 0:
            return end, arguments
        if text[end] != ")":
            return ~end, "RPARENMISSING"
        end += 1
    return end, nodes.Control(at, end, found[1].upper(), arguments)


def _formats(element: Fast) -> Fast:
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


def _write_value(text: str, at: int) -> Result:
    if text[at] == "*":
        end, value = _expression(text, at + 1)
        return (end, value) if end < 0 else (end, nodes.Character(at, end, value))
    end, value = _expression(text, at)
    return (end, value) if end < 0 else _indirect(end, value)


def _read_value(text: str, at: int) -> Result:
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
        return _indirect(at, found)
    return at, nodes.Input(start, at, single, found, count, timeout)


# ------------------------------------------------------------------------------------------------ LOCK and devices

_lock_name = Dispatch("name of LOCK", {LETTERS + "^@": variable}, "LKNAMEXPECTED")
_lock_names = Enclosed("(", Listed(_lock_name), ")")


def _locks(signs: str, has_timeout: bool) -> Rule:
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
            return _indirect(at, found)
        return at, nodes.LockArgument(start, at, sign, grouped, found if grouped else (found,), timeout)

    return Rule("argument of LOCK", fast)


def _device(command: str, part_count: int) -> Rule:
    """Return the element for an argument of OPEN (three parts behind the device), USE, CLOSE (one)."""
    parameters_of = _parameters(_parameter(DEVICE_PARAMETERS, command, "DEVPARUNK"))

    def fast(text: str, at: int) -> Result:
        start = at
        at, device = _expression(text, at)
        if at < 0:
            return at, device
        if text[at] != ":":
            if is_plain_indirection(device):
                return _indirect(at, device)
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


_transaction_parameters = _parameters(Rule("parameter of TSTART", _transaction_parameter))


def _transaction(text: str, at: int) -> Result:
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
            return _indirect(at, name)
        names = (name,)
    parameters: Any = ()
    if text[at] == ":":
        at, parameters = _transaction_parameters.fast(text, at + 1)
        if at < 0:
            return at, parameters
    return at, nodes.TransactionArgument(start, at, character != ":", every, names, parameters)


# -------------------------------------------------------------------------------------------- generic and Z-commands


def _fields(count_max: int, later: Element = expression, *, may_omit: bool = False) -> Rule:
    """Return the element for `a:b:c`, at most `count_max` parts, `later` all but the first."""

    def fast(text: str, at: int) -> Result:
        start = at
        found: list[Any] = []
        parse = _expression
        while True:
            if may_omit and text[at] in ":, \t\n;":
                value = None
            else:
                at, value = parse(text, at)
                if at < 0:
                    return at, value
            found.append(value)
            if text[at] != ":" or len(found) == count_max:
                break
            at += 1
            parse = later.fast
        if len(found) == 1 and is_plain_indirection(found[0]):
            return _indirect(at, found[0])
        return at, nodes.Fields(start, at, found)

    return Rule("fields", fast)


_match_step = re.compile(r"[A-Za-z]+").match
_STEPS = {"INTO": "INTO", "I": "INTO", "IN": "INTO", "OVER": "OVER", "OV": "OVER", "OUTOF": "OUTOF", "OU": "OUTOF"}


def _step(text: str, at: int) -> Result:
    """Parse `INTO:action` of ZSTEP: Fields of a String and the action."""
    found = _match_step(text, at)
    if found is None:
        return ~at, "ZSTEPARG"
    word = _STEPS.get(found[0].upper())
    if word is None:
        return ~at, "INVZSTEP"
    end = found.end()
    end, action = _condition(text, end)
    if end < 0:
        return end, action
    first = nodes.String(at, found.end(), word)
    return end, nodes.Fields(at, end, [first] if action is None else [first, action])


def _zgoto(text: str, at: int) -> Result:
    start = at
    at, level = _expression(text, at)
    if at < 0:
        return at, level
    if text[at] != ":":
        if is_plain_indirection(level):
            return _indirect(at, level)
        return at, nodes.EntryFields(start, at, "", level, None, None, ())
    at, found = _entry(text, at + 1)
    if at < 0:
        return at, found
    return at, nodes.EntryFields(start, at, "", level, found, None, ())


def _zbreak(text: str, at: int) -> Result:
    start = at
    sign = ""
    if text[at] == "-":
        sign = "-"
        at += 1
        if text[at] == "*":
            return at + 1, nodes.EntryFields(start, at + 1, sign, None, None, None, ())
    at, found = _entry(text, at)
    if at < 0:
        return at, found
    parts: list[Any] = []
    while text[at] == ":" and len(parts) < 2:
        at += 1
        if text[at] == ":" and not parts:
            parts.append(None)
            continue
        at, value = _expression(text, at)
        if at < 0:
            return at, value
        parts.append(value)
    if not sign and not parts and _is_whole(found):
        return at, ArgumentIndirection(start, at, found.label.expression, None)
    return at, nodes.EntryFields(start, at, sign, None, found, None, parts)


def _zprint(text: str, at: int) -> Result:
    start = at
    last: Any = None
    at, found = _entry(text, at)
    if at < 0:
        return at, found
    if text[at] == ":":
        at, last = _entry(text, at + 1)
        if at < 0:
            return at, last
    elif _is_whole(found):
        return at, ArgumentIndirection(start, at, found.label.expression, None)
    return at, nodes.EntryFields(start, at, "", None, found, last, ())


_match_zwrite_name = re.compile(NAME).match


def _zwrite_subscript(text: str, at: int) -> Result:
    start = at
    character = text[at]
    if character == "*":
        return at + 1, nodes.SubscriptRest(at, at + 1)
    if character == "?":
        at, found = pattern.fast(text, at + 1)
        if at >= 0 and text[at] == ":":
            return ~at, "ZWRSPONE"
        return (at, found) if at < 0 else (at, nodes.SubscriptPattern(start, at, found))
    low = high = None
    if character not in ":,)":
        at, low = _expression(text, at)
        if at < 0 or text[at] != ":":
            return at, low
    if text[at] == ":":
        at += 1
        if text[at] not in ",)":
            at, high = _expression(text, at)
            if at < 0:
                return at, high
    return at, nodes.SubscriptRange(start, at, low, high)


def _zwrite_subscripts(text: str, at: int) -> Result:
    found: list[Any] = []
    while True:
        at, value = _zwrite_subscript(text, at)
        if at < 0:
            return at, value
        found.append(value)
        if text[at] == ")":
            return at + 1, found
        if text[at] != "," or value.__class__ is nodes.SubscriptRest:
            return ~at, "RPARENMISSING"
        at += 1


def _zwrite(text: str, at: int) -> Result:
    start = at
    character = text[at]
    if character == "@":
        end, value = indirection.fast(text, at)
        if end >= 0:
            return _indirect(end, value)
        end, value = atom.fast(text, at + 1)
        if end < 0 or text[end : end + 2] != "@(":
            return end, value
        end, found = _zwrite_subscripts(text, end + 2)
        if end < 0:
            return end, found
        return end, nodes.Indirection(start, end, value, (found,))
    if character == "$":
        found = _match_dollar(text, at)
        special = SPECIALS.get(found[1].upper()) if found else None
        if not found or special is None:
            return ~(at + 1), "INVSVN"
        if found[2]:
            return ~(found.end() - 1), "SVNEXPECTED"
        return found.end(), nodes.Special(at, found.end(), special)
    is_global = character == "^"
    name: Any = None
    where: Any = ()
    if is_global:
        at += 1
        if text[at] in "|[":
            at, where = environment.fast(text, at)
            if at < 0:
                return at, where
    if text[at] == "?":
        at, name = pattern.fast(text, at + 1)
        if at < 0:
            return at, name
    else:
        found = _match_zwrite_name(text, at)
        if found is not None:
            name = nodes.Name(at, found.end(), found[1])
            at = found.end()
        elif not (is_global and text[at] == "(" and not where):
            return ~at, "VAREXPECTED"
    subscripts: Any = ()
    if text[at] == "(":
        at, subscripts = _zwrite_subscripts(text, at + 1)
        if at < 0:
            return at, subscripts
    return at, nodes.ZwriteVariable(start, at, is_global, where, name, subscripts)


def _break_value(text: str, at: int) -> Result:
    end, value = _code(text, at)
    if end >= 0 and value.__class__ is nodes.Code and value.condition is None:
        return end, value.expression
    return end, value


def _quit_value(text: str, at: int) -> Result:
    end, value = _alias(text, at) if text[at] == "*" else _expression(text, at)
    if end < 0:
        return end, value
    if text[end] == ",":
        return ~end, "QUITARGLST"
    end, value = _indirect(end, value)
    return end, [value]


# ------------------------------------------------------------------------------------------------- the command itself


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
    "BREAK": Shape(nodes.Break, _list(_break_value), is_bare=True),
    "CLOSE": Shape(nodes.Close, _list(_device("C", 1))),
    "DO": Shape(nodes.Do, _list(_call), is_bare=True),
    "ELSE": Shape(nodes.Else, None, is_bare=True, has_condition=False),
    "FOR": Shape(nodes.For, ranges.fast, is_bare=True, has_condition=False),
    "GOTO": Shape(nodes.Goto, _list(_jump)),
    "HALT": Shape(nodes.Halt, None, is_bare=True),
    "HANG": Shape(nodes.Hang, values.fast),
    "IF": Shape(nodes.If, values.fast, is_bare=True, has_condition=False),
    "JOB": Shape(nodes.Job, _list(_job)),
    "KILL": Shape(nodes.Kill, _list(kill_argument), is_bare=True),
    "LOCK": Shape(nodes.Lock, _list(_locks("+-", True)), is_bare=True),
    "MERGE": Shape(nodes.Merge, _list(_merge)),
    "NEW": Shape(nodes.New, _list(new_argument), is_bare=True),
    "OPEN": Shape(nodes.Open, _list(_device("O", 3))),
    "QUIT": Shape(nodes.Quit, _quit_value, is_bare=True),
    "READ": Shape(nodes.Read, _formats(_read_value)),
    "SET": Shape(nodes.Set, _list(assignment)),
    "TCOMMIT": Shape(nodes.Tcommit, None, is_bare=True),
    "TRESTART": Shape(nodes.Trestart, None, is_bare=True),
    "TROLLBACK": Shape(nodes.Trollback, values.fast, is_bare=True),
    "TSTART": Shape(nodes.Tstart, _list(_transaction), is_bare=True),
    "USE": Shape(nodes.Use, _list(_device("U", 1))),
    "VIEW": Shape(nodes.View, _list(_fields(MANY))),
    "WRITE": Shape(nodes.Write, _formats(_write_value)),
    "XECUTE": Shape(nodes.Xecute, _list(_code)),
    "ZALLOCATE": Shape(nodes.Zallocate, _list(_locks("", True))),
    "ZDEALLOCATE": Shape(nodes.Zdeallocate, _list(_locks("", False)), is_bare=True),
    "ZBREAK": Shape(nodes.Zbreak, _list(_zbreak)),
    "ZGOTO": Shape(nodes.Zgoto, _list(_zgoto), is_bare=True),
    "ZPRINT": Shape(nodes.Zprint, _list(_zprint), is_bare=True),
    "ZKILL": Shape(nodes.Zkill, _list(_argument(variable))),
    "ZWITHDRAW": Shape(nodes.Zkill, _list(_argument(variable))),
    "ZWRITE": Shape(nodes.Zwrite, _list(_zwrite), is_bare=True),
} | {
    name: Shape(nodes.Zcommand, arguments, is_bare, True, name)
    for name, arguments, is_bare in (
        ("ZATTACH", _list(_fields(1)), True),
        ("ZCOMPILE", _list(_fields(1)), False),
        ("ZCONTINUE", None, True),
        ("ZEDIT", _list(_fields(2)), True),
        ("ZHALT", _list(_fields(1)), True),
        ("ZHELP", _list(_fields(2)), True),
        ("ZLINK", _list(_fields(2)), True),
        ("ZMESSAGE", _list(_fields(MANY)), False),
        ("ZRUPDATE", _list(_fields(1)), False),
        ("ZSHOW", _list(_fields(2, variable)), True),
        ("ZSTEP", _list(_step), True),
        ("ZSYSTEM", _list(_fields(1)), True),
        ("ZTCOMMIT", _list(_fields(1)), True),
        ("ZTRIGGER", _list(_argument(Dispatch("global", {"^": variable}, "GBLEXPECTED"))), False),
        ("ZTSTART", None, True),
    )
}

_BY_SPELLING = {spelling: _SHAPES[full] for spelling, full in COMMANDS.items()}
_vendor_arguments = _list(_fields(MANY, may_omit=True))

_match_keyword = re.compile(r"[A-Za-z]+").match


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
        if following == ";" and make is nodes.For:
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
