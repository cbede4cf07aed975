"""The grammar of M expressions: literals, variables, functions, operators, patterns, indirection.

The hot rules are functions written by hand (`Rule`); all choose by the next
character. What each may be is GT.M's answer wherever it has one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_DOWN, Context, Decimal
from typing import Any

from bumps.interp.elements import Dispatch, Element, Fast, Rule, Token
from bumps.interp.keywords import FUNCTIONS, NAME, SPECIALS, STRUCTURED
from bumps.interp.nodes import (
    Binary,
    ByReference,
    Entry,
    External,
    Extrinsic,
    Function,
    Global,
    Group,
    Indirection,
    Local,
    Match,
    Naked,
    Name,
    Number,
    Pattern,
    PatternAtom,
    Select,
    Special,
    Ssvn,
    String,
    Text,
    Unary,
)
from bumps.limits import ACTUAL_COUNT_MAX, M_SUBSCRIPT_COUNT_MAX

LETTERS = "%ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"

Result = tuple[int, Any]


# -------------------------------------------------------------------------------------------------------- literals

_match_string = re.compile(r'"([^"\n]*(?:""[^"\n]*)*)"(?!")').match
_match_number = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(E[+-]?[0-9]+)?").match
_CONTEXT = Context(prec=18, rounding=ROUND_DOWN, Emax=10**9, Emin=-(10**9), traps=[])
_LIMIT = Decimal("1E47")
_TINY = Decimal("1E-43")
_small_numbers: dict[str, int | Decimal] = {str(number): number for number in range(1000)}


def _string(text: str, at: int) -> Result:
    found = _match_string(text, at)
    if found is None:
        return ~text.index("\n", at), "SPOREOL"
    value = found[1]
    end = found.end()
    if '""' in value:
        value = value.replace('""', '"')
    return end, String(at, end, value)


def number_value(text: str) -> int | Decimal | None:
    """Return the value of a numeric literal, cut to 18 digits; None if it is 1E47 or more."""
    digits, _, exponent = text.partition("E")
    if exponent and len(exponent.lstrip("+-").lstrip("0")) > 6:
        if not digits.strip("0."):
            return 0
        return 0 if exponent[0] == "-" else None
    value = _CONTEXT.create_decimal(text)
    size = value.copy_abs()  # abs() rounds to Python's own context, which ends at 1E999999
    if size >= _LIMIT:
        return None
    if size < _TINY:
        return 0
    if size < 10**18 and value == value.to_integral_value():
        return int(value)
    return value


def _number(text: str, at: int) -> Result:
    found = _match_number(text, at)
    if found is None:
        return ~at, "EXPR"
    end = found.end()
    value: int | Decimal | None = _small_numbers.get(found[0])
    if value is None:
        value = number_value(found[0])
        if value is None:
            return ~at, "NUMOFLOW"
    return end, Number(at, end, value)


# ------------------------------------------------------------------------------------------------------- variables

_match_variable = re.compile(NAME + r"(\(?)").match
_match_name = re.compile(NAME).match


def _subscripts(text: str, at: int) -> Result:
    """Parse expressions and the closing parenthesis, from behind the opening one."""
    values = []
    while True:
        at, value = _expression(text, at)
        if at < 0:
            return at, value
        values.append(value)
        character = text[at]
        if character == ",":
            at += 1
        elif character == ")":
            if len(values) > M_SUBSCRIPT_COUNT_MAX:
                return ~(values[M_SUBSCRIPT_COUNT_MAX].start - 1), "MAXNRSUBSCRIPTS"
            return at + 1, values
        else:
            return ~at, "RPARENMISSING"


def _local(text: str, at: int) -> Result:
    found = _match_variable(text, at)
    assert found is not None, "the dispatch saw the first letter"
    end = found.end()
    if not found[2]:
        return end, Local(at, end, found[1], ())
    end, subscripts = _subscripts(text, end)
    if end < 0:
        return end, subscripts
    return end, Local(at, end, found[1], subscripts)


def _environment(text: str, at: int) -> Result:
    """Parse `|e|`, of any expression, or `["e","f"]`, of atoms."""
    closer = "|" if text[at] == "|" else "]"
    at, first = (_expression if closer == "|" else _atom)(text, at + 1)
    if at < 0:
        return at, first
    values = [first]
    if closer == "]" and text[at] == ",":
        at, second = _atom(text, at + 1)
        if at < 0:
            return at, second
        values.append(second)
    if text[at] != closer:
        return ~at, "EXTGBLDEL"
    return at + 1, values


def _global(text: str, at: int) -> Result:
    found = _match_variable(text, at + 1)
    if found is not None:
        end = found.end()
        if not found[2]:
            return end, Global(at, end, (), found[1], ())
        end, subscripts = _subscripts(text, end)
        if end < 0:
            return end, subscripts
        return end, Global(at, end, (), found[1], subscripts)
    character = text[at + 1]
    if character == "(":
        end, subscripts = _subscripts(text, at + 2)
        return (end, subscripts) if end < 0 else (end, Naked(at, end, subscripts))
    if character in "|[":
        end, environment = _environment(text, at + 1)
        if end < 0:
            return end, environment
        found = _match_variable(text, end)
        if found is None:
            return ~end, "GVNAKEDEXTNM" if text[end] == "(" else "GBLNAME"
        end = found.end()
        subscripts = ()
        if found[2]:
            end, subscripts = _subscripts(text, end)
            if end < 0:
                return end, subscripts
        return end, Global(at, end, environment, found[1], subscripts)
    if character == "$":
        return _ssvn(text, at)
    return ~(at + 1), "GBLNAME"


def _ssvn(text: str, at: int) -> Result:
    end = at + 2
    environment: Any = ()
    if text[end] in "|[":
        end, environment = _environment(text, end)
        if end < 0:
            return end, environment
    found = _match_variable(text, end)
    name = found and STRUCTURED.get(found[1].upper())
    if not found or not name:
        return ~(at + 1), "GBLNAME"
    end = found.end()
    subscripts: Any = ()
    if found[2]:
        end, subscripts = _subscripts(text, end)
        if end < 0:
            return end, subscripts
    return end, Ssvn(at, end, environment, name, subscripts)


def _indirection(text: str, at: int) -> Result:
    end, expression = _atom(text, at + 1)
    if end < 0:
        return end, expression
    if text[end] != "@":
        return end, Indirection(at, end, expression, ())
    if text[end + 1] != "(":
        return ~(end + 1), "LPARENMISSING"
    end, subscripts = _subscripts(text, end + 2)
    if end < 0:
        return end, subscripts
    return end, Indirection(at, end, expression, (subscripts,))


# ----------------------------------------------------------------------------------------------- functions and `$x`

_match_dollar = re.compile(r"([%A-Za-z][A-Za-z0-9]*)(\(?)").match


def _dollar(text: str, at: int) -> Result:
    found = _match_dollar(text, at + 1)
    if found is None:
        character = text[at + 1]
        if character == "$":
            return _extrinsic(text, at)
        if character == "&":
            return _external(text, at)
        return ~(at + 1), "FCNSVNEXPECTED"
    name = found[1]
    if not found[2]:
        end = found.end()
        special = SPECIALS.get(name) or SPECIALS.get(name.upper())
        if special is None:
            return ~(at + 1), "INVSVN"
        return end, Special(at, end, special)
    function = FUNCTIONS.get(name) or FUNCTIONS.get(name.upper())
    if function is None:
        return ~(at + 1), "INVFCN"
    canonic, count_min, count_max, kind = function
    if kind == "e":
        end, arguments = _expression(text, found.end())
        if end < 0:
            return end, arguments
        arguments = [arguments]
        while text[end] == ",":
            end, value = _expression(text, end + 1)
            if end < 0:
                return end, value
            arguments.append(value)
        if text[end] != ")" or not count_min <= len(arguments) <= count_max:
            return _count_failure(text, arguments, end, count_min, count_max)
        end += 1
        return end, Function(at, end, canonic, arguments)
    if kind == "s":
        return _select(text, at, found.end())
    if kind == "t":
        return _text(text, at, found.end())
    return function_call(text, at, found.end(), canonic, count_min, count_max, kind)


def _count_failure(text: str, arguments: list[Any], end: int, count_min: int, count_max: int) -> Result:
    """Say what is wrong behind the arguments of a function: a missing one, one too many, or no parenthesis."""
    if len(arguments) > count_max:
        return ~(arguments[count_max].start - 1), "RPARENMISSING"
    return ~end, "COMMA" if len(arguments) < count_min else "RPARENMISSING"


def function_call(text: str, start: int, at: int, name: str, count_min: int, count_max: int, kind: str) -> Result:
    """Parse the arguments where the first is a variable (kind v), may be omitted (o), or may all be missing (n)."""
    arguments: list[Any] = []
    if kind == "n" and text[at] == ")":
        return at + 1, Function(start, at + 1, name, arguments)
    while True:
        if kind == "v" and not arguments:
            at, value = _variable(text, at)
        elif kind == "o" and arguments and text[at] in ",)":
            value = None
        else:
            at, value = _expression(text, at)
        if at < 0:
            return at, value
        arguments.append(value)
        if text[at] == "," and len(arguments) < count_max:
            at += 1
        elif text[at] == ")" and len(arguments) >= count_min:
            return at + 1, Function(start, at + 1, name, arguments)
        else:
            return ~at, "COMMA" if len(arguments) < count_min else "RPARENMISSING"


def _select(text: str, start: int, at: int) -> Result:
    pairs = []
    while True:
        at, condition = _expression(text, at)
        if at < 0:
            return at, condition
        if text[at] != ":":
            return ~at, "COLON"
        at, value = _expression(text, at + 1)
        if at < 0:
            return at, value
        pairs.append((condition, value))
        if text[at] == ",":
            at += 1
        elif text[at] == ")":
            return at + 1, Select(start, at + 1, pairs)
        else:
            return ~at, "RPARENMISSING"


def _text(text: str, start: int, at: int) -> Result:
    character = text[at]
    if character not in _ENTRY_START:
        return ~at, "TEXTARG"
    at, entry = _entry(text, at)
    if at < 0:
        return at, entry
    if text[at] != ")":
        return ~at, "RPARENMISSING"
    return at + 1, Text(start, at + 1, entry)


# ------------------------------------------------------------------------------------------------- entry references

_ENTRY_START = frozenset(LETTERS + DIGITS + "@^+")
_match_label = re.compile(NAME + r"|([0-9]+)").match


def _label(text: str, at: int) -> Result:
    """Parse a label: a name, digits, or an indirection."""
    found = _match_label(text, at)
    if found is not None:
        end = found.end()
        return end, Name(at, end, found[1] or found[2])
    if text[at] == "@":
        return _indirection(text, at)
    return ~at, "LABELEXPECTED"


def _routine(text: str, at: int) -> Result:
    """Parse the name of a routine, or an indirection."""
    found = _match_name(text, at)
    if found is not None:
        end = found.end()
        return end, Name(at, end, found[1])
    if text[at] == "@":
        return _indirection(text, at)
    return ~at, "RTNNAME"


def _entry_parts(text: str, at: int, has_offset: bool) -> Result:
    start = at
    label: Any = None
    offset: Any = None
    environment: Any = ()
    routine: Any = None
    character = text[at]
    if character != "^" and (character != "+" or not has_offset):
        at, label = _label(text, at)
        if at < 0:
            return at, label
        character = text[at]
    if character == "+" and has_offset:
        at, offset = _expression(text, at + 1)
        if at < 0:
            return at, offset
        character = text[at]
    if character == "^":
        at += 1
        if text[at] in "|[":
            at, environment = _environment(text, at)
            if at < 0:
                return at, environment
        at, routine = _routine(text, at)
        if at < 0:
            return at, routine
    return at, Entry(start, at, label, offset, environment, routine)


def _entry(text: str, at: int) -> Result:
    return _entry_parts(text, at, True)


def _actuals(text: str, at: int) -> Result:
    """Parse actuals up to the closing parenthesis, from behind the opening one."""
    if text[at] == ")":
        return at + 1, []
    values: list[Any] = []
    while True:
        if len(values) == ACTUAL_COUNT_MAX:
            return ~at, "MAXACTARG"
        character = text[at]
        if character in ",)":
            value = None
        elif character == "." and text[at + 1] not in DIGITS:
            at, value = _by_reference(text, at)
        else:
            at, value = _expression(text, at)
        if at < 0:
            return at, value
        values.append(value)
        character = text[at]
        if character == ",":
            at += 1
        elif character == ")":
            return at + 1, values
        else:
            return ~at, "COMMAORRPAREXP"


def _by_reference(text: str, at: int) -> Result:
    start = at
    at += 1
    if text[at] == "@":
        at, variable = _indirection(text, at)
        if at < 0:
            return at, variable
        return at, ByReference(start, at, variable)
    found = _match_name(text, at)
    if found is None:
        return ~at, "NAMEEXPECTED"
    end = found.end()
    return end, ByReference(start, end, Local(at, end, found[1], ()))


def _extrinsic(text: str, at: int) -> Result:
    end, entry = _entry_parts(text, at + 2, False)
    if end < 0:
        return end, entry
    if text[end] != "(":
        return end, Extrinsic(at, end, entry, None)
    end, actuals = _actuals(text, end + 1)
    if end < 0:
        return end, actuals
    return end, Extrinsic(at, end, entry, actuals)


def _external(text: str, at: int) -> Result:
    """Parse `$&package.name(actuals)`, or the same without `$` as DO has it."""
    end = at + (2 if text[at] == "$" else 1)
    found = _match_name(text, end)
    if found is None:
        return ~end, "RTNNAME"
    package = None
    name = Name(end, found.end(), found[1])
    end = name.end
    if text[end] == ".":
        found = _match_name(text, end + 1)
        if found is None:
            return ~(end + 1), "RTNNAME"
        package = name
        name = Name(end + 1, found.end(), found[1])
        end = name.end
    if text[end] != "(":
        return end, External(at, end, package, name, None)
    end, actuals = _actuals(text, end + 1)
    if end < 0:
        return end, actuals
    return end, External(at, end, package, name, actuals)


# -------------------------------------------------------------------------------------------------------- patterns

_match_count = re.compile(r"([0-9]*)(\.?)([0-9]*)").match
_match_codes = re.compile(r"[A-Xa-x]+").match
_COUNT_MAX = 1 << 31


def _pattern(text: str, at: int) -> Result:
    """Parse the atoms of a pattern; `?` is behind us."""
    start = at
    atoms: list[PatternAtom] = []
    while True:
        begin = at
        found = _match_count(text, at)
        assert found is not None, "it matches the empty string"
        at = found.end()
        low, dot, high = found.groups()
        if not low and not dot:
            if atoms:
                return at, Pattern(start, at, atoms)
            return ~at, "PATCODE"
        least = min(int(low[-10:]) if len(low) < 11 else _COUNT_MAX, _COUNT_MAX) if low else 0
        most: int | None = least
        if dot:
            most = (min(int(high[-10:]) if len(high) < 11 else _COUNT_MAX, _COUNT_MAX)) if high else None
        if most is not None and most < least:
            return ~at, "PATUPPERLIM"
        codes = ""
        literal: str | None = None
        alternatives: list[Any] = []
        character = text[at]
        if character == '"':
            at, string = _string(text, at)
            if at < 0:
                return at, "PATLIT"
            literal = string.value
        elif character == "(":
            at, alternatives = _alternatives(text, at + 1)
            if at < 0:
                return at, alternatives
        else:
            run = _match_codes(text, at)
            if run is None:
                return ~at, "PATCLASS"
            codes = run[0].upper()
            at = run.end()
        atoms.append(PatternAtom(begin, at, least, most, codes, literal, alternatives))


def _alternatives(text: str, at: int) -> Result:
    values = []
    while True:
        at, value = _pattern(text, at)
        if at < 0:
            return at, value
        values.append(value)
        if text[at] == ",":
            at += 1
        elif text[at] == ")":
            return at + 1, values
        else:
            return ~at, "COMMAORRPAREXP" if text[at] == "\n" else "PATCODE"


# ------------------------------------------------------------------------------------------- atoms and operators


def _no_expression(text: str, at: int) -> Result:
    return ~at, "EXPR"


def _no_variable(text: str, at: int) -> Result:
    return ~at, "VAREXPECTED"


def _group(text: str, at: int) -> Result:
    end, inner = _expression(text, at + 1)
    if end < 0:
        return end, inner
    if text[end] != ")":
        return ~end, "RPARENMISSING"
    return end + 1, Group(at, end + 1, inner)


def _unary(text: str, at: int) -> Result:
    end, operand = _atom(text, at + 1)
    if end < 0:
        return end, operand
    return end, Unary(at, end, text[at], operand)


_ATOMS: Mapping[str, Fast] = (
    dict.fromkeys(LETTERS, _local)
    | dict.fromkeys(DIGITS + ".", _number)
    | dict.fromkeys("+-'", _unary)
    | {'"': _string, "$": _dollar, "^": _global, "@": _indirection, "(": _group}
)
_VARIABLES: Mapping[str, Fast] = dict.fromkeys(LETTERS, _local) | {"^": _global, "@": _indirection}

_SIMPLE = frozenset("+-/\\#_=[&!")
"""Binary operators that no other begins with."""
_COMPLEX = frozenset("*]<>'?")
_match_operator = re.compile(r"('?)(\*\*|\]\]|[<>]=|[*\]<>?=\[&!])").match
_NOT_NEGATED = frozenset(("*", "**", "<=", ">="))


def _atom(text: str, at: int) -> Result:
    return _ATOMS.get(text[at], _no_expression)(text, at)


def _variable(text: str, at: int) -> Result:
    return _VARIABLES.get(text[at], _no_variable)(text, at)


def _expression(text: str, at: int) -> Result:
    start = at
    at, left = _ATOMS.get(text[at], _no_expression)(text, at)
    while at >= 0:
        operator = text[at]
        if operator in _SIMPLE:
            begin = at + 1
            negated = False
        elif operator in _COMPLEX:
            found = _match_operator(text, at)
            if found is None:
                return at, left
            negated = found[1] == "'"
            operator = found[2]
            begin = found.end()
            if operator == "?":
                at, left = _match(text, start, begin, left, negated)
                continue
            if negated and operator in _NOT_NEGATED:
                if len(operator) == 1 or operator == "**":
                    return at, left
                operator, begin = operator[0], begin - 1
            elif operator == "<=":
                operator, negated = ">", True
            elif operator == ">=":
                operator, negated = "<", True
        else:
            return at, left
        at, right = _ATOMS.get(text[begin], _no_expression)(text, begin)
        if at < 0:
            return at, "RHMISSING" if right == "EXPR" and ~at == begin else right
        left = Binary(start, at, left, operator, negated, right)
    return at, left


def _match(text: str, start: int, at: int, left: Any, negated: bool) -> Result:
    """Parse what is behind the `?` of a pattern match."""
    at, pattern = _indirection(text, at) if text[at] == "@" else _pattern(text, at)
    if at < 0:
        return at, pattern
    return at, Match(start, at, left, negated, pattern)


# ------------------------------------------------------------------------------------------------ the same, as elements


def is_plain_indirection(value: Any) -> bool:
    """Return whether a parsed argument is nothing but `@x`, which means the whole argument."""
    return value.__class__ is Indirection and not value.subscripts


expression = Rule("expression", _expression)
atom = Rule("expression atom", _atom)
variable = Rule("variable", _variable)
string = Rule("string", _string)
number = Rule("number", _number)
indirection = Rule("indirection", _indirection)
label = Rule("label", _label)
entry = Rule("entry reference", _entry)
actuals = Rule("actuals", _actuals)
external = Rule("external", _external)
pattern = Rule("pattern", _pattern)
environment = Rule("environment", _environment)


def _local_name(start: int, end: int, found: re.Match[str]) -> Local:
    return Local(start, end, found[1], ())


plain_local = Token("local name", NAME, _local_name, "VAREXPECTED")
"""A local without subscripts, as NEW has it."""
name_or_indirection: Element = Dispatch("name", {LETTERS: plain_local, "@": indirection}, "VAREXPECTED")
