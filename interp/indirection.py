"""Code in strings: XECUTE and every kind of indirection, each text compiled once.

A cache that is full is dropped whole: keeping the order of use would cost what it saves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from bumps.errors import MError
from bumps.interp import nodes, patterns
from bumps.interp.codes import merror
from bumps.interp.compile_base import Get, Refer, Test
from bumps.interp.frames import Code, Label, Run, quit_now
from bumps.interp.keywords import NAME, SPACE
from bumps.interp.references import LocalReference, Reference, canonic_reference
from bumps.interp.templates import Template, opened, shape_of
from bumps.interp.weights import weight
from bumps.limits import FRAME_COUNT_MAX, INDIRECTION_SIZE_MAX

if TYPE_CHECKING:
    from bumps.interp.calls import Callee
    from bumps.interp.compile_commands import Compiler
    from bumps.interp.machine import Machine

CACHE_COUNT_MAX = 20_000
SHAPED = frozenset(["IF", "SET", "name"])
"""The kinds of texts that may differ in their literals only."""

BLANK = "".join(SPACE)
"""What a text may hold that holds nothing."""

BARE = frozenset(["KILL", "LOCK", "NEW", "QUIT", "TROLLBACK", "ZDEALLOCATE", "ZGOTO", "ZPRINT", "ZSHOW", "ZWRITE"])
"""Commands that do what they do without arguments if a text for these holds nothing."""
BARE_IF_EMPTY = frozenset(["QUIT", "TROLLBACK", "ZGOTO", "ZPRINT", "ZWRITE"])
"""Those that do so for the empty text, too."""
IDLE = frozenset(["DO"])
"""Commands that do nothing if a text for their arguments holds nothing."""
IDLE_IF_EMPTY = frozenset(["HANG", "WRITE", "XECUTE", "ZSHOW"])
"""Those that do nothing for the empty text."""

DEPTH_MAX = 2 * FRAME_COUNT_MAX
"""Each frame of M may stand in an indirection, and that one in another."""

_LOCAL = re.compile(NAME)

Cached = TypeVar("Cached")
Result = TypeVar("Result")


class Indirection:
    """The texts of one machine that were code."""

    def __init__(self, machine: Machine, compiler: Compiler) -> None:
        self.machine = machine
        self.compiler = compiler
        self._references: dict[str, Reference] = {}
        self._variables: dict[str, Refer] = {}
        self._codes: dict[str, Code] = {}
        self.callees: dict[str, Callee] = {}
        """What does XECUTE of texts, as far as `callee` has been asked."""
        self._arguments: dict[tuple[str, str], Run] = {}
        self._patterns: dict[str, patterns.Matcher] = {}
        self._conditions: dict[str, Test] = {}
        self._entries: dict[str, Callable[[], Label]] = {}
        self._texts: dict[str, Get] = {}
        self._templates: dict[tuple[str, str], Template[Any] | None] = {}
        """By kind and shape; None for a shape of which one text was met, or which cannot have one."""
        self._depth = 0
        """How many indirections are in the middle of being evaluated, one in the other."""

    def nested(self, run: Callable[[], Result]) -> Result:
        """Call what an indirection stands for; STACKCRIT if it holds an indirection that holds one, without end."""
        if self._depth >= DEPTH_MAX:
            raise merror("STACKCRIT")
        self._depth += 1
        try:
            return run()
        finally:
            self._depth -= 1

    def code(self, text: str) -> Code:
        """Return the code of a text of XECUTE; raises the error of a text that does not parse."""
        code = self._codes.get(text)
        if code is None:
            line = _grammar().parse_code(_fitting(text))
            if line.bad is not None:
                error = merror(line.bad.code)
                error.details["text"] = (text, line.bad.column + 1)
                raise error
            code = Code(None, [self.machine.routine_compiler.text(line), quit_now])
            self.machine.tiers.warm_text(line, code)
            _keep(self._codes, text, code)
        return code

    def callee(self, text: str) -> Callee:
        """Return what does XECUTE of a text; errors as `code`."""
        callee = self.callees.get(text)
        if callee is None:
            code = self.code(text)
            direct = None if self.machine.tiers.shows_frames else code.direct
            callee = _keep(self.callees, text, direct or self.machine.calls.text(code))
        return callee

    def reference(self, text: object) -> Reference:
        """Return the variable that a text names, its subscripts evaluated now."""
        found = self._references.get(text)  # type: ignore[call-overload]
        if found is not None:
            return found  # type: ignore[no-any-return]
        source = text if isinstance(text, str) else self.machine.text_of(text)
        maker = self._variables.get(source)
        if maker is not None:
            return self.nested(maker)
        canonic = canonic_reference(self.machine, _fitting(source))
        if canonic is not None:
            return _keep(self._references, source, canonic)

        def compile_reference(tree: Any) -> Refer:
            return self._paid(tree, self.compiler.reference(tree))

        maker = self._of_shape("name", source, lambda: _grammar().parse_name(source), compile_reference)
        # What ends in a space is not kept: `named` must not find it.
        return self.nested(maker if source[-1] in SPACE else _keep(self._variables, source, maker))

    def base(self, text: object) -> Reference:
        """Return the variable that a text names which gets more subscripts.

        For GT.M they are part of the text, so the error of a text that names none is that of both together.
        """
        found = self.named(text)
        if found is not None:
            return found
        source = self.machine.text_of(text)
        if not source:
            raise merror("VAREXPECTED")
        if source[0] == "@":
            _good(_grammar().parse_name(source))
        tree = _good(_grammar().parse_name(joined(source, "1")))
        if isinstance(tree, nodes.Indirection) and not _has_subscripts(source):
            inner = self.compiler.value(tree.expression)
            return self.nested(lambda: self.base(inner()))
        return self.reference(source)

    def named(self, text: object) -> Reference | None:
        """Return the variable that a text names which gets more subscripts, or None if it does not name one itself.

        The name of a name, `@x`, and one that ends in a space are none; nor is one that may have a comment, since a
        space may stand before that.
        """
        found = self._references.get(text)  # type: ignore[call-overload]
        if found is not None:
            return found  # type: ignore[no-any-return]
        source = text if isinstance(text, str) else self.machine.text_of(text)
        if source[-1:] in SPACE or source[:1] == "@" or ";" in source:
            return None
        if source not in self._variables and canonic_reference(self.machine, source) is None:
            if isinstance(_grammar().parse_name(source), nodes.Bad):
                return None
        return self.reference(source)

    def remember(self, text: str, reference: Reference) -> None:
        """Keep a reference whose name was just made: it is likely to come back as `@text`."""
        _keep(self._references, text, reference)

    def local_name(self, text: str, *, is_actual: bool = False) -> str:
        """Return the name of a local without subscripts that a text holds; M39 if it is none.

        In a list of names nothing may stand behind the name; behind that of an actual, `.@x`, a space may, and all
        else is INDEXTRACHARS.
        """
        extra = "INDEXTRACHARS" if is_actual else "VAREXPECTED"
        if text[:1] == "@":
            try:
                found = self.reference(text)
            except MError as error:
                if error.name == "INDEXTRACHARS":
                    raise merror(extra) from None
                raise
            if not isinstance(found, LocalReference) or found.keys:
                raise merror(extra if isinstance(found, LocalReference) else "VAREXPECTED")
            return found.name
        name = _LOCAL.match(text)
        if name is None:
            raise merror("VAREXPECTED")
        rest = text[name.end() :]
        if rest and not (is_actual and rest.lstrip(BLANK)[:1] in ("", ";")):
            raise merror(extra)
        return name[1]

    def arguments(self, keyword: str, text: str) -> Run:
        """Return the closure of a command with the arguments in a text."""
        run = self._arguments.get((keyword, text))
        if run is None:
            if _is_blank(text):
                if keyword in (IDLE if text else IDLE_IF_EMPTY):
                    return _nothing
                if keyword in (BARE if text else BARE_IF_EMPTY):
                    return _keep(self._arguments, (keyword, text), self.compiler.arguments(keyword, ()))
            _fitting(text)

            def compile_arguments(tree: Any) -> Run:
                return self.compiler.arguments(keyword, tree)

            run = self._of_shape(keyword, text, lambda: _grammar().parse_argument(keyword, text), compile_arguments)
            _keep(self._arguments, (keyword, text), run)
        return run

    def condition(self, text: str) -> bool:
        """Return the truth of the arguments of IF in a text: all of them, from the left; $TEST if it holds nothing."""
        test = self._conditions.get(text)
        if test is None:
            if _is_blank(text):
                return self.machine.test == 1
            _fitting(text)

            def compile_condition(tree: Any) -> Test:
                return self._paid(tree, self._each([self.compiler.condition(argument) for argument in tree]))

            test = self._of_shape("IF", text, lambda: _grammar().parse_argument("IF", text), compile_condition)
            _keep(self._conditions, text, test)
        return self.nested(test)

    def _of_shape(
        self, kind: str, text: str, parse: Callable[[], Any], compile_tree: Callable[[Any], Callable[[], Result]]
    ) -> Callable[[], Result]:
        """Return the closure of a text: of its shape if another text had that, else its own."""
        shape = shape_of(text) if kind in SHAPED else None
        key = kind, "" if shape is None else shape.text
        template = None if shape is None else self._templates.get(key)
        if shape is not None and template is not None:
            return template.of(shape.values)
        tree = _good(parse())
        self.compiler.source = text
        if shape is not None and key in self._templates:
            shared = opened(tree, shape.starts)
            if shared is not None:
                template = Template()
                self.compiler.given = template.given
                template.run = compile_tree(shared)
                _keep(self._templates, key, template)
                return template.of(shape.values)
        elif shape is not None:
            _keep(self._templates, key, None)
        return compile_tree(tree)

    def _each(self, tests: list[Test]) -> Test:
        """Return what asks all tests from the left; those behind one that is true find $TEST set by it."""
        machine = self.machine

        def test() -> bool:
            for each in tests:
                if not each():
                    return False
                machine.test = 1
            return True

        return test

    def transaction(self, text: str) -> nodes.TransactionArgument | None:
        """Return the argument of TSTART in a text."""
        tree = _good(_grammar().parse_argument("TSTART", _fitting(text)))
        argument = tree[0] if tree else None
        if isinstance(argument, nodes.ArgumentIndirection):
            inner = self.compiler.texts(argument.expression)
            return self.nested(lambda: self.transaction(inner()))
        assert argument is None or isinstance(argument, nodes.TransactionArgument)
        return argument

    def entry(self, text: str) -> Label:
        """Return the label that an entry reference in a text names."""
        find = self._entries.get(text)
        if not text:
            return self.machine.current_image().entry("", 0)  # of `$$@""`
        if find is None:
            label = self.machine.library.plain_entry(text)
            if label is not None:  # that of most Runs: nothing to parse, nothing to evaluate, nothing to pay
                return label
            tree = _good(_grammar().parse_entry(_fitting(text)))
            find = _keep(self._entries, text, self._paid(tree, self.compiler.target(tree)))
        return self.nested(find)

    def text(self, text: str) -> str:
        """Return $TEXT of an entry reference in a text."""
        get = self._texts.get(text)
        if get is None:
            if not text.strip(BLANK):
                raise merror("TEXTARG")
            entry = _good(_grammar().parse_entry(_fitting(text)))
            tree = nodes.Text(0, len(text), entry)
            get = _keep(self._texts, text, self._paid(tree, self.compiler.value(tree)))
        return str(self.nested(get))

    def pattern(self, text: str) -> patterns.Matcher:
        """Return the matcher of a pattern in a text."""
        matcher = self._patterns.get(text)
        if matcher is None:
            tree = _good(_grammar().parse_pattern(_fitting(text)))
            matcher = _keep(
                self._patterns, text, patterns.compile_pattern(tree, self.machine.charset, self.machine.meter.spend)
            )
        return matcher

    def _paid(self, tree: object, run: Callable[[], Result]) -> Callable[[], Result]:
        """Return what pays for the tree of a text, if that has something to evaluate, and then runs it."""
        cost = weight(tree)
        if not cost:
            return run
        site = self.machine.meter.site(cost)

        def paying() -> Result:
            next(site)
            return run()

        return paying


def _grammar() -> ModuleType:
    """Return the grammar: its library takes a tenth of a second, and many a Run has no text to parse."""
    from bumps.interp import grammar

    return grammar


def joined(text: str, subscripts: str) -> str:
    """Return the text of an indirection with the text of further subscripts behind it, as GT.M joins them.

    `subscripts` has no parentheses. What ends in one goes on in it, whatever it is: `A(1)`, `$P(A,B)`.
    """
    text = _without_comment(text)
    if not text:
        raise merror("VAREXPECTED")
    if text[0] == "@" and not _has_subscripts(text):
        return f"{text}@({subscripts})"
    return f"{text[:-1]},{subscripts})" if text[-1:] == ")" else f"{text}({subscripts})"


def _without_comment(text: str) -> str:
    """Return a text up to the first `;` that is not in quotes."""
    at = 0
    for index, part in enumerate(text.split('"')):
        if index % 2 == 0 and ";" in part:
            return text[: at + part.index(";")]
        at += len(part) + 1
    return text


def _has_subscripts(text: str) -> bool:
    """Return whether a text is an indirection with subscripts, `@x@(1)`."""
    tree = _grammar().parse_name(text)
    return isinstance(tree, nodes.Indirection) and bool(tree.subscripts)


def _is_blank(text: str) -> bool:
    """Return whether a text holds nothing but blanks and a comment."""
    return text.lstrip(BLANK)[:1] in ("", ";")


def _fitting(text: str) -> str:
    """Return a text, or raise INDRMAXLEN if it is too long for one that is code."""
    if len(text) > INDIRECTION_SIZE_MAX:
        raise merror("INDRMAXLEN", INDIRECTION_SIZE_MAX)
    return text


def _good(tree: Any) -> Any:
    """Return a tree, or raise the error of one that does not parse."""
    if isinstance(tree, nodes.Bad):
        raise merror(tree.code)
    return tree


def _keep(cache: dict[Any, Cached], key: object, value: Cached) -> Cached:
    """Put a value in a cache, and return it."""
    if len(cache) >= CACHE_COUNT_MAX:
        cache.clear()
    cache[key] = value
    return value


def _nothing() -> None:
    """Do nothing: `D @" "`, `H @""`, `W @""`."""
