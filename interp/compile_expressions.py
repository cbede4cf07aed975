"""Expressions to closures. Integers, the most frequent operands, are computed in line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bumps.errors import MError
from bumps.interp import nodes, numbers, patterns
from bumps.interp.codes import merror
from bumps.interp.compile_base import Get, Test, constant
from bumps.interp.compile_calls import CallCompiler
from bumps.interp.costs import SIZE
from bumps.interp.numbers import EXACT_END
from bumps.interp.symbols import Value
from bumps.interp.values import INT_END, NEGATIVE_END, to_bool, to_integer, to_number, to_text

Operation = Callable[[Value, Value], Value]

OPERATIONS: dict[str, Operation] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
    "\\": numbers.divide_integer,
    "#": numbers.modulo,
    "**": numbers.power,
    "_": numbers.concatenate,
    "=": numbers.equals,
    "<": numbers.less,
    ">": numbers.greater,
    "[": numbers.contains,
    "]": numbers.follows,
    "]]": numbers.sorts_after,
}

RELATIONS = frozenset(("=", "<", ">", "[", "]", "]]", "&", "!"))


class ExpressionCompiler(CallCompiler):
    """Compiles what has a value."""

    def value(self, node: nodes.Expression) -> Get:
        """Return a closure that gives the value of an expression."""
        if isinstance(node, nodes.Special):
            # Every use of a special variable shares its closure, so that knows no column.
            return self.machine.specials.getter(node.name)
        return self.located(self._value(node), node)

    def _value(self, node: nodes.Expression) -> Get:
        if isinstance(node, nodes.Local | nodes.Global | nodes.Naked):
            return self.variable(node)
        if isinstance(node, nodes.String | nodes.Number):
            return self._literal(node)
        if isinstance(node, nodes.Binary):
            return self._binary(node)
        if isinstance(node, nodes.Group):
            return self.value(node.expression)
        if isinstance(node, nodes.Function):
            return self.function(node)
        if isinstance(node, nodes.Unary):
            return self._unary(node)
        if isinstance(node, nodes.Extrinsic):
            return self.extrinsic(node)
        if isinstance(node, nodes.Match):
            test = self.test(node)
            return lambda: 1 if test() else 0
        if isinstance(node, nodes.Select):
            return self._select(node)
        if isinstance(node, nodes.Text):
            return self.source_line(node)
        if isinstance(node, nodes.External):
            return self.external(node)
        if isinstance(node, nodes.Given):
            return self._given(node)
        return self.variable(node)

    def function(self, node: nodes.Function) -> Get:
        """Return a closure that calls an intrinsic function."""
        raise AssertionError("compile_functions.py has it")

    def _given(self, node: nodes.Given) -> Get:
        given, index = self.given, node.index
        return lambda: given[index]

    def _literal(self, node: nodes.String | nodes.Number) -> Get:
        value = node.value
        return lambda: value

    # Operators

    def _unary(self, node: nodes.Unary) -> Get:
        if node.operator == "'":
            test = self.test(node.operand)
            return lambda: 0 if test() else 1
        get = self.value(node.operand)
        return (lambda: numbers.negate(get())) if node.operator == "-" else (lambda: numbers.plus(get()))

    def _binary(self, node: nodes.Binary) -> Get:
        operator = node.operator
        if operator in RELATIONS:
            test = self.test(node)
            return lambda: 1 if test() else 0
        if operator in ("+", "-") and (in_line := self._add_in_line(node)) is not None:
            return in_line
        left = self.value(node.left)
        right = self.value(node.right)
        if operator == "+":
            return self._add(left, right)
        if operator == "-":

            def subtract() -> Value:
                a = left()
                b = right()
                if a.__class__ is int and b.__class__ is int:
                    result = a - b
                    if NEGATIVE_END < result < INT_END:
                        return result
                return numbers.subtract(a, b)

            return subtract
        if operator == "*":

            def multiply() -> Value:
                a = left()
                b = right()
                if a.__class__ is int and b.__class__ is int:
                    result = a * b
                    if NEGATIVE_END < result < INT_END:
                        return result
                return numbers.multiply(a, b)

            return multiply
        if operator == "_":
            long = self.machine.meter.sized(numbers.concatenate)

            def concatenate() -> Value:
                a = left()
                b = right()
                if a.__class__ is str and b.__class__ is str and len(a) + len(b) < SIZE:
                    return a + b
                return long(a, b)

            return concatenate
        if operator in ("#", "\\"):
            return self._divide(operator == "#", left, right)
        operation = OPERATIONS[operator]

        def operate() -> Value:
            a = left()
            return operation(a, right())

        return operate

    def _divide(self, wants_rest: bool, left: Get, right: Get) -> Get:
        r"""Return a closure for `#` or `\`."""
        slow = numbers.modulo if wants_rest else numbers.divide_integer

        def divide() -> Value:
            a = left()
            b = right()
            if a.__class__ is int and b.__class__ is int and b > 0 and 0 <= a < EXACT_END:
                return a % b if wants_rest else a // b
            return slow(a, b)

        return divide

    def _add_in_line(self, node: nodes.Binary) -> Get | None:
        """Return a closure for a sum that can be had with fewer calls, or None: plain locals are read in line."""
        addend = constant(node.right)
        if addend.__class__ is int:
            return self._add_amount(node, addend)
        return self._add_locals(node) if node.operator == "+" else None

    def _add_amount(self, node: nodes.Binary, addend: Value) -> Get:
        """Return a closure for something plus or minus an int."""
        slow = OPERATIONS[node.operator]
        left = self.value(node.left)
        amount = to_integer(addend) if node.operator == "+" else -to_integer(addend)
        name = self.plain(node.left)
        if name is None:

            def add_amount() -> Value:
                a = left()
                if a.__class__ is int:
                    result = a + amount
                    if NEGATIVE_END < result < INT_END:
                        return result
                return slow(a, addend)

            return add_amount
        cells = self.machine.cells

        def add_to_local() -> Value:
            a = cells[name].v
            if a.__class__ is int:
                result = a + amount
                if NEGATIVE_END < result < INT_END:
                    return result
            return slow(left(), addend)

        return add_to_local

    def _add_locals(self, node: nodes.Binary) -> Get | None:
        """Return a closure for a sum of two plain locals, which are read in line."""
        name, other = self.plain(node.left), self.plain(node.right)
        if name is None or other is None:
            return None
        cells = self.machine.cells
        left, right = self.value(node.left), self.value(node.right)

        def add_locals() -> Value:
            a = cells[name].v
            b = cells[other].v
            if a.__class__ is int and b.__class__ is int:
                result = a + b
                if NEGATIVE_END < result < INT_END:
                    return result
            a = left()
            return numbers.add(a, right())

        return add_locals

    def plain(self, node: nodes.Expression) -> str | None:
        """Return the name of a local without subscripts, which is in the symbol table then; None for all else."""
        if isinstance(node, nodes.Local) and not node.subscripts:
            return self.machine.locals.name_cell(node.name)
        return None

    def _compare_locals(self, node: nodes.Binary) -> Test | None:
        """Return a closure that compares a plain local with another or an int literal by `<` or `>`, read in line."""
        name = self.plain(node.left)
        if name is None:
            return None
        cells = self.machine.cells
        left = self.value(node.left)
        less = node.operator == "<"
        literal = constant(node.right)
        if literal.__class__ is int:
            bound = to_integer(literal)
            if less:

                def less_than() -> bool:
                    a = cells[name].v
                    return a < bound if a.__class__ is int else to_number(left()) < bound

                return less_than

            def greater_than() -> bool:
                a = cells[name].v
                return a > bound if a.__class__ is int else to_number(left()) > bound

            return greater_than
        other = self.plain(node.right)
        if other is None:
            return None
        right = self.value(node.right)

        def compare() -> bool:
            a = cells[name].v
            b = cells[other].v
            if a.__class__ is int and b.__class__ is int:
                return a < b if less else a > b
            a = left()
            b = right()
            return to_number(a) < to_number(b) if less else to_number(a) > to_number(b)

        return compare

    def _add(self, left: Get, right: Get) -> Get:
        def add() -> Value:
            a = left()
            b = right()
            if a.__class__ is int and b.__class__ is int:
                result = a + b
                if NEGATIVE_END < result < INT_END:
                    return result
            return numbers.add(a, b)

        return add

    def test(self, node: nodes.Expression) -> Test:
        """Return a closure that gives the truth of an expression as Python has it."""
        return self.located(self._test(node), node)

    def _test(self, node: nodes.Expression) -> Test:
        if isinstance(node, nodes.Group):
            return self.test(node.expression)
        if isinstance(node, nodes.Binary) and node.operator in RELATIONS:
            test = self._relation(node)
            if node.negated:
                return lambda: not test()
            return test
        if isinstance(node, nodes.Unary) and node.operator == "'":
            inner = self.test(node.operand)
            return lambda: not inner()
        if isinstance(node, nodes.Match):
            return self._match(node)
        get = self.value(node)

        def truth() -> bool:
            value = get()
            if value.__class__ is int:
                return value != 0
            return to_bool(value)

        return truth

    def _relation(self, node: nodes.Binary) -> Test:
        operator = node.operator
        if operator in "&!":
            return self._logical(node)
        if operator in "<>" and (in_line := self._compare_locals(node)) is not None:
            return in_line
        left = self.value(node.left)
        right = self.value(node.right)
        if operator == "=":
            return self._equal(node, left, right)
        if operator == "<":

            def less() -> bool:
                a = left()
                b = right()
                if a.__class__ is int and b.__class__ is int:
                    return a < b
                return to_number(a) < to_number(b)

            return less
        if operator == ">":

            def greater() -> bool:
                a = left()
                b = right()
                if a.__class__ is int and b.__class__ is int:
                    return a > b
                return to_number(a) > to_number(b)

            return greater
        if operator == "[":

            def contains() -> bool:
                a = left()
                b = right()
                return (b if b.__class__ is str else to_text(b)) in (a if a.__class__ is str else to_text(a))

            return contains
        operation = OPERATIONS[operator]

        def relate() -> bool:
            a = left()
            return operation(a, right()) == 1

        return relate

    def _equal(self, node: nodes.Binary, left: Get, right: Get) -> Test:
        literal = constant(node.right)
        if literal is not None:
            text = to_text(literal)
            if literal.__class__ is int or text == "":
                # An int can only equal itself or its text; the empty text only itself.
                equals = frozenset((literal, text))

                def equal_constant() -> bool:
                    return left() in equals

                return equal_constant

            def equal_text() -> bool:
                a = left()
                return (a if a.__class__ is str else to_text(a)) == text

            return equal_text

        def equal() -> bool:
            a = left()
            b = right()
            if a.__class__ is b.__class__:
                return a == b
            return numbers.equals(a, b) == 1

        return equal

    def _logical(self, node: nodes.Binary) -> Test:
        """Return a closure for `&` or `!`: the right operand is always evaluated if it could have a side effect."""
        left = self.test(node.left)
        right = self.test(node.right)
        if not has_side_effect(node.right):
            touches = self.touches(node.right)
            if node.operator == "&":
                if touches is None:
                    return lambda: left() and right()
                return _logical_touching(left, right, touches, stop=False)
            if touches is None:
                return lambda: left() or right()
            return _logical_touching(left, right, touches, stop=True)
        if node.operator == "&":

            def both() -> bool:
                a = left()
                b = right()
                return a and b

            return both

        def either() -> bool:
            a = left()
            b = right()
            return a or b

        return either

    def touches(self, node: nodes.Expression) -> Callable[[], None] | None:
        """Return what a skipped operand still does: its global references move the naked indicator."""
        machine = self.machine
        places = [self.place_of(each) for each in outermost_globals(node)]
        if not places:
            return None

        def touch() -> None:
            for place in places:
                machine.naked = place()

        return touch

    def _match(self, node: nodes.Match) -> Test:
        text = self.value(node.left)
        wanted = 0 if node.negated else 1
        if isinstance(node.pattern, nodes.Pattern):
            matches = self.matcher(node.pattern)
            return lambda: matches(text()) == wanted
        pattern = self.texts(node.pattern.expression)
        machine = self.machine

        def match_indirect() -> bool:
            subject = text()
            return machine.indirection.pattern(pattern()).matches(subject) == wanted

        return match_indirect

    def matcher(self, pattern: nodes.Pattern) -> Callable[[Value], int]:
        """Return what matches a value with a pattern. One that cannot be meant is an error when it is reached."""
        try:
            return patterns.compile_pattern(pattern, self.machine.charset, self.machine.meter.spend).matches
        except MError as error:
            return _bad_pattern(error.name, error.message)

    def _select(self, node: nodes.Select) -> Get:
        pairs = [(self.test(condition), self.value(value)) for condition, value in node.pairs]

        def select() -> Value:
            for condition, value in pairs:
                if condition():
                    return value()
            raise merror("SELECTFALSE")

        return select


def _bad_pattern(name: str, message: str) -> Callable[[Value], int]:
    def fail(_subject: Value) -> int:
        error = merror(name)
        error.message = message
        raise error

    return fail


def _logical_touching(left: Test, right: Test, touch: Callable[[], None], *, stop: bool) -> Test:
    """Return a closure that skips `right` when `left` is `stop`, but for its global references."""

    def logical() -> bool:
        if left() is stop:
            touch()
            return stop
        return right()

    return logical


def outermost_globals(node: nodes.Node) -> Iterator[nodes.Global | nodes.Naked]:
    """Yield the global references in an expression, in source order, but those in the subscripts of others.

    What $NAME names is not referred to, only what is in its subscripts.
    """
    if isinstance(node, nodes.Global | nodes.Naked):
        yield node
        return
    is_name = isinstance(node, nodes.Function) and node.name == "NAME"
    for index, child in enumerate(node.children()):
        for each in child.children() if is_name and index == 0 else (child,):
            yield from outermost_globals(each)


def has_side_effect(node: nodes.Expression) -> bool:
    """Return whether GT.M takes an expression for one that may change something: then `&` and `!` never skip it.

    It counts $SELECT, whatever is in it (measured).
    """
    for each in node.walk():
        if isinstance(each, nodes.Extrinsic | nodes.External | nodes.Indirection | nodes.Select):
            return True
        if isinstance(each, nodes.Function) and each.name in ("INCREMENT", "ZINCREMENT"):
            return True
    return False
