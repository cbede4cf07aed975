"""Intrinsic functions to closures: those that take a variable, and a table of those that take values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bumps.interp import bits, byte_functions, functions, nodes
from bumps.interp.codes import merror, message, unbuilt
from bumps.interp.compile_base import Get, Refer, constant
from bumps.interp.compile_expressions import ExpressionCompiler
from bumps.interp.compile_variables import all_of
from bumps.interp.costs import SIZE
from bumps.interp.references import GlobalReference
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text

PURE: dict[str, Callable[..., Value]] = {
    "ASCII": functions.ascii_code,
    "EXTRACT": functions.extract,
    "FIND": functions.find,
    "FNUMBER": functions.fnumber,
    "JUSTIFY": functions.justify,
    "LENGTH": functions.length,
    "REVERSE": functions.reverse,
    "TRANSLATE": functions.translate,
    "ZASCII": functions.ascii_code,
    "ZBITAND": bits.conjoin,
    "ZBITCOUNT": bits.ones_of,
    "ZBITFIND": bits.find,
    "ZBITGET": bits.get,
    "ZBITLEN": bits.count_of,
    "ZBITNOT": bits.invert,
    "ZBITOR": bits.unite,
    "ZBITSET": bits.put,
    "ZBITSTR": bits.make,
    "ZBITXOR": bits.differ,
    "ZCHAR": functions.byte_character,
    "ZEXTRACT": functions.extract,
    "ZFIND": functions.find,
    "ZJUSTIFY": functions.justify,
    "ZLENGTH": functions.length,
    "ZSUBSTR": functions.substring,
    "ZTRANSLATE": functions.translate,
}
"""Functions of their arguments alone."""

LONG = frozenset(
    """EXTRACT FNUMBER JUSTIFY REVERSE TRANSLATE VIEW ZBITAND ZBITNOT ZBITOR ZBITSET ZBITSTR ZBITXOR ZCONVERT ZEXTRACT
    ZJUSTIFY ZSUBSTR ZTRANSLATE ZWRITE""".split()  # noqa: SIM905 - a table reads better
)
"""Functions whose result may be long, so that they pay by its size."""


class FunctionCompiler(ExpressionCompiler):
    """Compiles intrinsic functions."""

    def function(self, node: nodes.Function) -> Get:
        """Return a closure that calls an intrinsic function."""
        if self.machine.charset != "m" and (of_bytes := byte_functions.FUNCTIONS.get(node.name)) is not None:
            return self._call(node, self.machine.meter.sized(of_bytes))
        by_name = _VARIABLE_FUNCTIONS.get(node.name)
        if by_name is not None:
            return by_name(self, node)
        if node.name in ("PIECE", "ZPIECE"):
            return self._piece(node)
        if node.name == "EXTRACT" or node.name == "ZEXTRACT":
            return self._extract(node)
        if node.name == "LENGTH" and len(node.arguments) == 1:
            text = self.texts(self.required(node, 0))
            return lambda: len(text())
        pure = PURE.get(node.name) or self.machine.functions.get(node.name)
        if pure is None:
            what = f"${node.name}"

            def reach() -> Value:
                raise unbuilt(what)

            return reach
        return self._call_long(node, pure) if node.name in LONG else self._call(node, pure)

    def has_function(self, name: str) -> bool:
        """Return whether an intrinsic function is built."""
        others = ("EXTRACT", "PIECE", "SELECT", "TEXT", "ZEXTRACT", "ZPIECE")  # with closures of their own
        return name in _VARIABLE_FUNCTIONS or name in PURE or name in self.machine.functions or name in others

    def required(self, node: nodes.Function, index: int) -> nodes.Expression:
        """Return an argument that the grammar has made sure of."""
        argument = node.arguments[index]
        assert argument is not None, "the grammar refuses an omitted argument here"
        return argument

    def _call(self, node: nodes.Function, pure: Callable[..., Value]) -> Get:
        """Return a closure that calls a function of values."""
        gets: list[Callable[[], Any]] = [
            (lambda: None) if argument is None else self.value(argument) for argument in node.arguments
        ]
        if len(gets) == 1:
            (only,) = gets

            def call_one() -> Value:
                a = only()
                return pure(a)

            return call_one
        if len(gets) == 2:
            first, second = gets

            def call_two() -> Value:
                a = first()
                b = second()
                return pure(a, b)

            return call_two

        def call() -> Value:
            values = [get() for get in gets]
            return pure(*values)

        return call

    def _call_long(self, node: nodes.Function, pure: Callable[..., Value]) -> Get:
        """Return a closure that calls a function of values, and pays for its result by its size."""
        if len(node.arguments) != 2:
            return self._call(node, self.machine.meter.sized(pure))
        first, second = [self.value(self.required(node, index)) for index in range(2)]
        pay = self.machine.meter.paid

        def call_two() -> Value:
            a = first()
            found = pure(a, second())
            return found if found.__class__ is not str or len(found) < SIZE else pay(found)

        return call_two

    def _piece(self, node: nodes.Function) -> Get:
        gets = [self.value(self.required(node, index)) for index in range(len(node.arguments))]
        paid = self.machine.meter.sized
        if len(gets) == 4:
            text, mark, first, last = gets
            pieces = paid(functions.pieces)
            return lambda: pieces(text(), mark(), first(), last())
        text = gets[0]
        pay = self.machine.meter.paid
        literal = constant(node.arguments[1])
        index = 1 if len(gets) == 2 else constant(node.arguments[2])
        if literal.__class__ is str and literal and index == 1 and index.__class__ is int:

            def first_piece() -> Value:
                value = text()
                found = (value if value.__class__ is str else to_text(value)).partition(literal)[0]
                return found if len(found) < SIZE else pay(found)

            return first_piece
        if literal.__class__ is str and literal and index.__class__ is int and index > 1:
            position = index - 1

            def nth_piece() -> Value:
                value = text()
                parts = (value if value.__class__ is str else to_text(value)).split(literal, index)
                found = parts[position] if len(parts) > position else ""
                return found if len(found) < SIZE else pay(found)

            return nth_piece
        piece = paid(functions.piece)
        if len(gets) == 2:
            return lambda: piece(text(), gets[1]())
        mark, number = gets[1], gets[2]
        return lambda: piece(text(), mark(), number())

    def _extract(self, node: nodes.Function) -> Get:
        gets = [self.value(self.required(node, index)) for index in range(len(node.arguments))]
        if len(gets) == 1:
            text = gets[0]
            return lambda: functions.extract(text())
        if len(gets) == 2:
            text, first = gets
            return lambda: functions.extract(text(), first())
        text, first, last = gets
        pay = self.machine.meter.paid

        def extract() -> Value:
            found = functions.extract(text(), first(), last())
            return found if len(found) < SIZE else pay(found)

        return extract

    # Functions of a variable

    def _get(self, node: nodes.Function) -> Get:
        variable = self.required(node, 0)
        optional = self.optional(variable)
        if len(node.arguments) == 1:

            def get() -> Value:
                value = optional()
                return "" if value is None else value

            return get
        default = self.value(self.required(node, 1))

        def get_or() -> Value:
            # The default is evaluated even if it is not needed, after the variable was read: measured on GT.M.
            value = optional()
            other = default()
            return other if value is None else value

        return get_or

    def _data(self, node: nodes.Function) -> Get:
        variable = self.required(node, 0)
        machine = self.machine
        if isinstance(variable, nodes.Local):
            cells = machine.cells
            name = machine.locals.name_cell(variable.name)
            if not variable.subscripts:
                return lambda: cells[name].data
            keys = all_of(self.searched(variable))
            return lambda: cells[name].data_of(keys())
        if isinstance(variable, nodes.Global | nodes.Naked):
            where = self.place_of(variable)

            def data() -> Value:
                machine.naked = (name, prefix, code) = where()
                return machine.store.data(name, code if prefix is None else prefix + code)

            return data
        reference = self.reference(variable)
        return lambda: reference().data()

    def _order(self, node: nodes.Function) -> Get:
        variable = self.required(node, 0)
        direction = None if len(node.arguments) == 1 else self.value(self.required(node, 1))
        literal = 1 if direction is None else constant(node.arguments[1])
        if isinstance(variable, nodes.Local) and variable.subscripts and literal in (1, -1):
            return self._order_local(variable, reverse=literal == -1)
        reference = self._settled(variable) if isinstance(variable, nodes.Naked) else self.reference(variable)
        if direction is None or literal == 1:
            return lambda: reference().order(reverse=False)

        machine = self.machine

        def order() -> Value:
            found = reference()
            if isinstance(found, GlobalReference):
                found.touch()
            reverse = is_backwards(direction())
            naked = machine.naked
            result = found.order(reverse=reverse)
            machine.naked = naked  # the direction was evaluated last: measured on GT.M
            return result

        return order

    def _settled(self, node: nodes.Naked) -> Refer:
        """Return a closure like `reference` that finds at once what a naked reference is of."""
        machine = self.machine
        where = self.place_of(node)
        return lambda: GlobalReference(machine, *where())

    def _order_local(self, variable: nodes.Local, *, reverse: bool) -> Get:
        cells = self.machine.cells
        name = self.machine.locals.name_cell(variable.name)
        keys = self.keys(variable.subscripts) if reverse else all_of(self.searched(variable))
        if len(variable.subscripts) == 1 and not reverse:
            (only,) = self.searched(variable)

            def next_key() -> Value:
                key = only()
                arr = cells[name].a
                if arr is None:
                    return ""
                found = arr.next(key)
                return "" if found is None else found

            return next_key

        def order() -> Value:
            wanted = keys()
            arr = cells[name].level(wanted)
            if arr is None:
                return ""
            found = arr.previous(wanted[-1]) if reverse else arr.next(wanted[-1])
            return "" if found is None else found

        return order

    def _next(self, node: nodes.Function) -> Get:
        """Return a closure for $NEXT: $ORDER with -1 for both ends."""
        variable = self.required(node, 0)
        reference = self.searched_reference(variable)

        def following() -> Value:
            found = reference()
            subscripts = found.subscripts()
            if not subscripts:
                raise merror("LVORDERARG")
            if to_text(subscripts[-1]) == "-1":
                parent = self.machine.parent(found)
                found = parent.below(("",))
            result = found.order(reverse=False)
            return -1 if result == "" else result

        return following

    def _previous(self, node: nodes.Function) -> Get:
        reference = self.searched_reference(self.required(node, 0))
        return lambda: reference().order(reverse=True)

    def _query(self, node: nodes.Function) -> Get:
        reference = self.searched_reference(self.required(node, 0))
        if len(node.arguments) == 1:
            return lambda: reference().query(reverse=False)
        direction = self.value(self.required(node, 1))

        def query() -> Value:
            found = reference()
            return found.query(reverse=is_backwards(direction()))

        return query

    def _name(self, node: nodes.Function) -> Get:
        reference = self.reference(self.required(node, 0))
        if len(node.arguments) == 1:
            return lambda: reference().text()
        depth = self.integer(self.required(node, 1))
        is_settled = isinstance(node.arguments[0], nodes.Indirection)

        def name() -> Value:
            found = reference()
            if is_settled:
                found.subscripts()  # a naked reference in a text is settled before the depth is evaluated
            count = depth()
            if count < 0:
                raise merror("FNNAMENEG")
            return self.machine.upper(found, count).text()

        return name

    def _increment(self, node: nodes.Function) -> Get:
        reference = self.reference(self.required(node, 0))
        machine = self.machine
        amount = (lambda: 1) if len(node.arguments) == 1 else self.value(self.required(node, 1))

        def increment() -> Value:
            found = reference()
            by = amount()
            return machine.increment(found, by)

        variable = self.required(node, 0)
        if not isinstance(variable, nodes.Indirection):
            return increment
        text = self.value(variable.expression)
        named = self.named_by(variable)

        def increment_indirect() -> Value:
            source = text()
            by = amount()  # only now GT.M looks at what the text is
            return machine.increment(named(source), by)

        return increment_indirect

    def _random(self, node: nodes.Function) -> Get:
        chance = self.machine.world.random
        return self._call(node, lambda limit: functions.random(limit, chance.randrange))

    def _character(self, node: nodes.Function) -> Get:
        return self._call(node, partial(functions.character, charset=self.machine.charset))

    def _convert(self, node: nodes.Function) -> Get:
        if len(node.arguments) == 3:

            def reach() -> Value:
                raise unbuilt("$ZCONVERT between character sets")

            return reach
        convert = partial(functions.convert, charset=self.machine.charset)
        return self._call(node, self.machine.meter.sized(convert))

    def _width(self, node: nodes.Function) -> Get:
        return self._call(node, partial(functions.width, charset=self.machine.charset))

    def _message(self, node: nodes.Function) -> Get:
        return self._call(node, lambda number: message(to_integer(number)))


_VARIABLE_FUNCTIONS: dict[str, Callable[[FunctionCompiler, nodes.Function], Get]] = {
    "CHAR": FunctionCompiler._character,
    "DATA": FunctionCompiler._data,
    "GET": FunctionCompiler._get,
    "INCREMENT": FunctionCompiler._increment,
    "NAME": FunctionCompiler._name,
    "NEXT": FunctionCompiler._next,
    "ORDER": FunctionCompiler._order,
    "QUERY": FunctionCompiler._query,
    "RANDOM": FunctionCompiler._random,
    "ZCONVERT": FunctionCompiler._convert,
    "ZDATA": FunctionCompiler._data,
    "ZINCREMENT": FunctionCompiler._increment,
    "ZMESSAGE": FunctionCompiler._message,
    "ZPREVIOUS": FunctionCompiler._previous,
    "ZWIDTH": FunctionCompiler._width,
}
"""Functions that take a variable, or something of the machine."""

SETTABLE: dict[str, Callable[..., str | None]] = {
    "PIECE": functions.set_piece,
    "ZPIECE": functions.set_piece,
    "EXTRACT": functions.set_extract,
    "ZEXTRACT": functions.set_extract,
}
"""What SET may have on its left: returns the new value, or None if nothing changes."""


def setter_arguments(name: str, values: Sequence[Value]) -> tuple[Value, ...]:
    """Return the arguments behind the target with the omitted ones: `first` is 1, `last` is `first`."""
    if name in ("PIECE", "ZPIECE"):
        mark, *rest = values
        first = rest[0] if rest else 1
        return mark, first, rest[1] if len(rest) > 1 else first
    first = values[0] if values else 1
    return first, values[1] if len(values) > 1 else first


def is_backwards(direction: Value) -> bool:
    """Return whether the direction of $ORDER or $QUERY is -1. No other text than these two is one, `01` neither."""
    way = to_text(direction)
    if way not in ("1", "-1"):
        raise merror("ORDER2")
    return way == "-1"
