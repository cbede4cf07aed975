"""ZWRITE: variables in order, one a line, as GT.M writes them; and which ones an argument selects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    from bumps.interp.compile_arguments import ArgumentCompiler
    from bumps.interp.machine import Machine

Select = Callable[[Value], bool]


class Selection:
    """Which nodes are written: a test for each of the first subscripts, and whether deeper ones are."""

    def __init__(self, tests: Sequence[Select], *, is_whole: bool) -> None:
        self.tests = tests
        self.is_whole = is_whole
        """True if nodes below the last test are written, too: `A`, `A(1,*)`."""

    def takes(self, subscripts: Sequence[Value]) -> bool:
        """Return whether a node with these subscripts is written."""
        count = len(self.tests)
        if len(subscripts) < count or (len(subscripts) > count and not self.is_whole):
            return False
        return all(test(key) for test, key in zip(self.tests, subscripts, strict=False))


class Zwrites:
    """ZWRITE of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def compile(
        self, compiler: ArgumentCompiler, argument: nodes.ZwriteVariable | nodes.Special | nodes.Indirection
    ) -> Act:
        """Return a closure for one argument."""
        if isinstance(argument, nodes.Special):
            get = compiler.value(argument)
            name = argument.name
            return lambda: self._line(f"${name}", get())
        if isinstance(argument, nodes.Indirection):
            reference = compiler.reference(argument)
            return lambda: self.write(reference(), Selection((), is_whole=True))
        make = self._selection(compiler, argument.subscripts)
        if isinstance(argument.name, nodes.Pattern):
            matcher = patterns.compile_pattern(argument.name, self.machine.charset)
            names_of = self._global_names if argument.is_global else self.machine.defined_locals

            def write_matching() -> None:
                selection = make()
                for name in list(names_of()):
                    if matcher.matches(name):
                        self.write(self._whole(name, is_global=argument.is_global), selection, is_named=False)

            return write_matching
        if argument.name is None:
            return self._naked(compiler, argument)
        name = argument.name.name
        is_global = argument.is_global
        is_plain = not argument.subscripts
        environment = [compiler.value(part) for part in argument.environment]

        def write() -> None:
            if environment:
                self.machine.check_environment([get() for get in environment])
            self.write(self._whole(name, is_global=is_global), make(), is_plain=is_plain)

        return write

    def _naked(self, compiler: ArgumentCompiler, argument: nodes.ZwriteVariable) -> Act:
        """Return a closure for `ZWRITE ^(...)`: the subscripts select below the naked indicator."""
        make = self._selection(compiler, argument.subscripts)
        machine = self.machine

        def write() -> None:
            selection = make()
            parent = machine.naked_parent()
            above = len(parent.subscripts())
            for subscripts, value in list(nodes_of(parent)):
                if selection.takes(subscripts[above:]):
                    self._line(names.format_name(f"^{parent.name}", subscripts, machine.charset), value)

        return write

    def write_locals(self) -> None:
        """Write all locals."""
        for name in list(self.machine.defined_locals()):
            self.write(self._whole(name, is_global=False), Selection((), is_whole=True))

    def write(
        self, variable: Reference, selection: Selection, *, is_plain: bool = False, is_named: bool = True
    ) -> None:
        """Write the selected nodes; M6 or M7 if a variable that was named is not there at all."""
        charset = self.machine.charset
        name = f"^{variable.name}" if variable.is_global else variable.name
        above = len(variable.subscripts())
        found = False
        for subscripts, value in list(nodes_of(variable)):
            found = True
            if selection.takes(subscripts[above:]):
                self._line(names.format_name(name, subscripts, charset), value)
        if not found and is_named and (is_plain or variable.is_global or not selection.tests):
            if isinstance(variable, LocalReference):
                raise undefined(variable.name, variable.keys)
            raise merror("GVUNDEF", variable.text())

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

    def _selection(self, compiler: ArgumentCompiler, subscripts: Sequence[nodes.Node]) -> Callable[[], Selection]:
        """Return a closure that evaluates the subscripts of an argument to a selection."""
        is_whole = not subscripts or isinstance(subscripts[-1], nodes.SubscriptRest)
        makers = [self._test(compiler, each) for each in subscripts if not isinstance(each, nodes.SubscriptRest)]
        return lambda: Selection([make() for make in makers], is_whole=is_whole)

    def _test(self, compiler: ArgumentCompiler, node: nodes.Node) -> Callable[[], Select]:
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

    def _pattern_test(self, compiler: ArgumentCompiler, node: nodes.SubscriptPattern) -> Callable[[], Select]:
        if isinstance(node.pattern, nodes.Pattern):
            matcher = patterns.compile_pattern(node.pattern, self.machine.charset)
            return lambda: lambda key: matcher.matches(key) == 1
        text = compiler.texts(node.pattern.expression)

        def make_pattern() -> Select:
            found = self.machine.indirection.pattern(text())
            return lambda key: found.matches(key) == 1

        return make_pattern
