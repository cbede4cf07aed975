"""The grammar of the arguments of Z-commands, and of those that are all alike: `a:b:c`."""

from __future__ import annotations

import re
from typing import Any

from bumps.interp import nodes
from bumps.interp.elements import (
    Element,
    Rule,
)
from bumps.interp.grammar_arguments import argument_condition, indirect, is_whole, match_dollar
from bumps.interp.grammar_expressions import (
    Result,
    atom,
    entry,
    environment,
    expression,
    indirection,
    is_plain_indirection,
    pattern,
    variable,
)
from bumps.interp.keywords import (
    NAME,
    SPECIALS,
)
from bumps.interp.nodes import ArgumentIndirection

_expression = expression.fast
_entry = entry.fast
_variable = variable.fast


# -------------------------------------------------------------------------------------------- generic and Z-commands


def fields(count_max: int, later: Element = expression, *, may_omit: bool = False) -> Rule:
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
            return indirect(at, found[0])
        return at, nodes.Fields(start, at, found)

    return Rule("fields", fast)


_match_step = re.compile(r"[A-Za-z]+").match
_STEPS = {"INTO": "INTO", "I": "INTO", "IN": "INTO", "OVER": "OVER", "OV": "OVER", "OUTOF": "OUTOF", "OU": "OUTOF"}


def step(text: str, at: int) -> Result:
    """Parse `INTO:action` of ZSTEP: Fields of a String and the action."""
    found = _match_step(text, at)
    if found is None:
        return ~at, "ZSTEPARG"
    word = _STEPS.get(found[0].upper())
    if word is None:
        return ~at, "INVZSTEP"
    end = found.end()
    end, action = argument_condition(text, end)
    if end < 0:
        return end, action
    first = nodes.String(at, found.end(), word)
    return end, nodes.Fields(at, end, [first] if action is None else [first, action])


def zgoto(text: str, at: int) -> Result:
    """Parse `level` or `level:entry` of ZGOTO."""
    start = at
    at, level = _expression(text, at)
    if at < 0:
        return at, level
    if text[at] != ":":
        if is_plain_indirection(level):
            return indirect(at, level)
        return at, nodes.EntryFields(start, at, "", level, None, None, ())
    at, found = _entry(text, at + 1)
    if at < 0:
        return at, found
    return at, nodes.EntryFields(start, at, "", level, found, None, ())


def zbreak(text: str, at: int) -> Result:
    """Parse `entry:action:count`, `-entry` or `-*` of ZBREAK."""
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
    if not sign and not parts and is_whole(found):
        return at, ArgumentIndirection(start, at, found.label.expression, None)
    return at, nodes.EntryFields(start, at, sign, None, found, None, parts)


def zprint(text: str, at: int) -> Result:
    """Parse `entry` or `entry:entry` of ZPRINT."""
    start = at
    last: Any = None
    at, found = _entry(text, at)
    if at < 0:
        return at, found
    if text[at] == ":":
        first = at + 1
        at, last = _entry(text, first)
        if at < 0:
            return at, last
        if last.routine is not None:
            return ~text.index("^", first), "SPOREOL"
    elif is_whole(found):
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


def zwrite(text: str, at: int) -> Result:
    """Parse an argument of ZWRITE."""
    start = at
    character = text[at]
    if character == "@":
        end, value = indirection.fast(text, at)
        if end >= 0:
            return indirect(end, value)
        end, value = atom.fast(text, at + 1)
        if end < 0 or text[end : end + 2] != "@(":
            return end, value
        end, found = _zwrite_subscripts(text, end + 2)
        if end < 0:
            return end, found
        return end, nodes.Indirection(start, end, value, (found,))
    if character == "$":
        found = match_dollar(text, at)
        if found is None:
            return ~(at + 1), "SVNEXPECTED"
        special = SPECIALS.get(found[1].upper())
        if special is None:
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
