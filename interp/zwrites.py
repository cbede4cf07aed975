"""ZWRITE: variables in order, one a line, as GT.M writes them; and which ones an argument selects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bumps.interp import names, nodes, patterns
from bumps.interp.codes import merror
from bumps.interp.compile_base import Act
from bumps.interp.numbers import collation
from bumps.interp.references import LocalReference, Reference, undefined
from bumps.interp.references import nodes as nodes_of
from bumps.interp.symbols import Value
from bumps.interp.values import to_text

if TYPE_CHECKING:
    from bumps.interp.compile_devices import DeviceCompiler
    from bumps.interp.machine import Machine

Select = Callable[[Value], bool]


class Selection:
    """Which nodes are written: a test for each of the first subscripts, and whether deeper ones are."""

    def __init__(
        self, tests: Sequence[Select], *, is_whole: bool, is_exact: bool = False, optional_count: int = 0
    ) -> None:
        self.tests = tests
        self.is_whole = is_whole
        """True if nodes below the last test are written, too: `A`, `A(1,*)`."""
        self.is_exact = is_exact
        """True if all subscripts are values: `A(1,2)` must be there."""
        self.optional_count = optional_count
        """So many of the last subscripts may be missing: one in `A(1,:)`, which takes `A(1)`, too."""

    def takes(self, subscripts: Sequence[Value]) -> bool:
        """Return whether a node with these subscripts is written."""
        count = len(self.tests)
        if len(subscripts) < count - self.optional_count or (len(subscripts) > count and not self.is_whole):
            return False
        return all(test(key) for test, key in zip(self.tests, subscripts, strict=False))


EVERYTHING = Selection((), is_whole=True)


class Zwrites:
    """ZWRITE of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def compile(
        self, compiler: DeviceCompiler, argument: nodes.ZwriteVariable | nodes.Special | nodes.Indirection
    ) -> Act:
        """Return a closure for one argument."""
        if isinstance(argument, nodes.Special):
            get = compiler.value(argument)
            name = argument.name
            return lambda: self._line(f"${name}", get())
        if isinstance(argument, nodes.Indirection):
            reference = compiler.reference(argument)
            texts = compiler.texts(argument.expression)
            has_subscripts = bool(argument.subscripts)

            def write_indirect() -> None:
                text = reference().text() if has_subscripts else texts()
                self.machine.indirection.nested(self.machine.indirection.arguments("ZWRITE", text))

            return write_indirect
        make = self._selection(compiler, argument.subscripts)
        if isinstance(argument.name, nodes.Pattern):
            matcher = patterns.compile_late(argument.name, self.machine.charset, self.machine.meter.spend)

            def write_matching() -> None:
                selection = make()
                if not argument.is_global:
                    self._write_lines(self.local_lines(selection, lambda name: matcher.matches(name) == 1))
                    return
                for name in list(self._global_names()):
                    if matcher.matches(name):
                        self.write(self._whole(name, is_global=True), selection, is_named=False)

            return write_matching
        if argument.name is None:
            return self._naked(compiler, argument)
        name = argument.name.name
        is_global = argument.is_global
        environment = [compiler.value(part) for part in argument.environment]

        def write() -> None:
            if environment:
                self.machine.check_environment([get() for get in environment])
            self.write(self._whole(name, is_global=is_global), make())

        return write

    def _naked(self, compiler: DeviceCompiler, argument: nodes.ZwriteVariable) -> Act:
        """Return a closure for `ZWRITE ^(...)`: the subscripts select below the naked indicator."""
        make = self._selection(compiler, argument.subscripts)
        machine = self.machine

        def write() -> None:
            selection = make()
            parent = machine.naked_parent()
            above = len(parent.subscripts())
            for subscripts, value in self._nodes(parent):
                if selection.takes(subscripts[above:]):
                    self._line(names.format_name(f"^{parent.name}", subscripts, machine.charset), value)

        return write

    def write_locals(self) -> None:
        """Write all locals."""
        self._write_lines(self.local_lines())

    def _write_lines(self, lines: Iterator[str]) -> None:
        device = self.machine.device.current
        for line in list(lines):
            device.write(line)
            device.new_line()

    def local_lines(
        self, selection: Selection = EVERYTHING, takes: Callable[[str], bool] = lambda name: True
    ) -> Iterator[str]:
        """Yield the lines of all locals whose names are taken: another name of one before is `*B=A`."""
        machine = self.machine
        first_names: dict[int, str] = {}
        visible = machine.locals.name_counts(with_hidden=False)
        shared = {cell for cell, count in machine.locals.name_counts(with_hidden=True).items() if count > 1}
        for name in sorted(machine.cells):
            cell = machine.cells[name]
            if not takes(name) or (not cell.data and visible[id(cell)] < 2):
                continue
            first = first_names.setdefault(id(cell), name)
            if first != name:
                yield f"*{name}={first}"
                continue
            variable = LocalReference(machine, name, ())
            for subscripts, value in list(machine.meter.each(nodes_of(variable))):
                if selection.takes(subscripts):
                    yield self._text(name, subscripts, value, is_shared=not subscripts and id(cell) in shared)

    def write(self, variable: Reference, selection: Selection, *, is_named: bool = True) -> None:
        """Write the selected nodes; M6 or M7 if a variable that was named is not there at all."""
        name = f"^{variable.name}" if variable.is_global else variable.name
        above = len(variable.subscripts())
        found = False
        for subscripts, value in self._nodes(variable):
            taken = selection.takes(subscripts[above:])
            found = found or taken or not selection.is_exact
            if taken:
                is_shared = not subscripts and not variable.is_global and self._is_shared(variable.name)
                self._write_lines(iter((self._text(name, subscripts, value, is_shared=is_shared),)))
        if not found and is_named:
            if isinstance(variable, LocalReference):
                raise undefined(variable.name, variable.keys)
            raise merror("GVUNDEF", variable.text())

    def _nodes(self, variable: Reference) -> list[tuple[tuple[Value, ...], Value]]:
        """Return all nodes of a variable. The naked indicator stays where it was."""
        naked = self.machine.naked
        found = list(self.machine.meter.each(nodes_of(variable)))
        self.machine.naked = naked
        return found

    def _is_shared(self, name: str) -> bool:
        return self.machine.locals.name_counts(with_hidden=True)[id(self.machine.locals.cell(name))] > 1

    def _text(self, name: str, subscripts: Sequence[Value], value: Value, *, is_shared: bool) -> str:
        """Return the line of a node; the head of a local that has another name, too, has a mark behind it."""
        charset = self.machine.charset
        node = names.format_name(name, subscripts, charset)
        return f"{node}={names.format_value(value, charset)}{' ;*' if is_shared else ''}"

    def _line(self, name: str, value: Value) -> None:
        device = self.machine.device.current
        device.write(f"{name}={names.format_value(value, self.machine.charset)}")
        device.new_line()

    def _whole(self, name: str, *, is_global: bool) -> Reference:
        return self.machine.whole_global(name) if is_global else LocalReference(self.machine, name, ())

    def _global_names(self) -> list[str]:
        found = []
        name = self.machine.store.order_name("")
        while name is not None:
            found.append(name)
            name = self.machine.store.order_name(name)
        return found

    def _selection(self, compiler: DeviceCompiler, subscripts: Sequence[nodes.Node]) -> Callable[[], Selection]:
        """Return a closure that evaluates the subscripts of an argument to a selection."""
        if subscripts and _is_empty(subscripts[-1]):
            subscripts = subscripts[:-1]  # `A()` is `A`, `A(1,)` is `A(1)`
        is_whole = not subscripts or isinstance(subscripts[-1], nodes.SubscriptRest)
        is_exact = bool(subscripts) and all(isinstance(each, nodes.Expression) for each in subscripts)
        optional_count = 0
        for each in reversed(subscripts[1:]):
            if not isinstance(each, nodes.SubscriptRange) or each.low is not None or each.high is not None:
                break
            optional_count += 1
        makers = [self._test(compiler, each) for each in subscripts if not isinstance(each, nodes.SubscriptRest)]
        return lambda: Selection(
            [make() for make in makers], is_whole=is_whole, is_exact=is_exact, optional_count=optional_count
        )

    def _test(self, compiler: DeviceCompiler, node: nodes.Node) -> Callable[[], Select]:
        if isinstance(node, nodes.SubscriptPattern):
            return self._pattern_test(compiler, node)
        if isinstance(node, nodes.SubscriptRange):
            low = None if node.low is None else compiler.value(node.low)
            high = None if node.high is None else compiler.value(node.high)

            def make_range() -> Select:
                first = None if low is None else collation(low())
                last = None if high is None else collation(high())
                return lambda key: (
                    (first is None or collation(key) >= first) and (last is None or collation(key) <= last)
                )

            return make_range
        assert isinstance(node, nodes.Expression)
        get = compiler.value(node)

        def make_equal() -> Select:
            wanted = to_text(get())
            return lambda key: to_text(key) == wanted

        return make_equal

    def _pattern_test(self, compiler: DeviceCompiler, node: nodes.SubscriptPattern) -> Callable[[], Select]:
        if isinstance(node.pattern, nodes.Pattern):
            matcher = patterns.compile_late(node.pattern, self.machine.charset, self.machine.meter.spend)
            return lambda: lambda key: matcher.matches(key) == 1
        text = compiler.texts(node.pattern.expression)

        def make_pattern() -> Select:
            found = self.machine.indirection.pattern(text())
            return lambda key: found.matches(key) == 1

        return make_pattern


def _is_empty(subscript: nodes.Node) -> bool:
    """Return whether nothing stands where a subscript of ZWRITE may stand."""
    return isinstance(subscript, nodes.SubscriptRange) and subscript.start == subscript.end
