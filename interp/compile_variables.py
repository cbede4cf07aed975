"""Variables to closures: reading, writing, killing; subscripts, naked references, indirection.

The order that a program can see is: subscripts from left to right, then (SET) the value, then the naked
indicator is set and the variable is used. So a global's subscripts and its use are two steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bumps.interp import nodes
from bumps.interp.codes import merror, own_error
from bumps.interp.compile_base import Act, CompilerBase, Get, Refer, constant, is_fixed
from bumps.interp.references import GlobalReference, LocalReference, NakedReference, Reference
from bumps.interp.structured import StructuredReference
from bumps.interp.symbols import Arr, Key, Value
from bumps.interp.values import KEYS, to_key, to_text
from bumps.limits import M_SUBSCRIPT_COUNT_MAX

Where = Callable[[], tuple[str, bytes | None, bytes]]
"""A closure that evaluates subscripts and returns what becomes the naked indicator: name, parent's key, code."""


class VariableCompiler(CompilerBase):
    """Compiles what reads and writes variables."""

    def key(self, node: nodes.Expression) -> Callable[[], Key]:
        """Return a closure that gives a subscript of a local as a key."""
        literal = constant(node)
        if literal is not None:
            fixed = to_key(literal)
            return lambda: fixed
        if isinstance(node, nodes.Local) and not node.subscripts:
            cells = self.machine.cells
            name = self.machine.locals.name_cell(node.name)
            missing = self.machine.views.missing

            def key_of_local() -> Key:
                value = cells[name].v
                if value.__class__ is int:
                    return value
                if value.__class__ is str:
                    return KEYS[value]
                if value is None:
                    return to_key(missing(name, ()))
                return to_key(value)

            return self.located(key_of_local, node)
        get = self.value(node)

        def key() -> Key:
            value = get()
            if value.__class__ is int:
                return value
            return to_key(value)

        return self.located(key, node)

    def keys(self, subscripts: Sequence[nodes.Expression]) -> Callable[[], tuple[Key, ...]]:
        """Return a closure that gives all subscripts of a local as keys."""
        return all_of([self.key(node) for node in subscripts])

    def searched(self, variable: nodes.Local) -> list[Callable[[], Key]]:
        """Return closures like `key` of the subscripts of a local that is looked for: $DATA, $GET, $ORDER, KILL.

        There an undefined variable as a subscript is an error only if there is a level to look for it in: measured
        on GT.M, and VistA has programs that never had another answer.
        """
        gets: list[Callable[[], Key]] = []
        for count, node in enumerate(variable.subscripts):
            before = variable.subscripts[:count]
            if is_plain(node) and all(is_plain(each) or is_fixed(each) for each in before):
                gets.append(self._lenient_key(node, variable.name, gets[:]))  # type: ignore[arg-type]
            else:
                gets.append(self.key(node))
        return gets

    def _lenient_key(self, node: nodes.Local, variable: str, before: Sequence[Callable[[], Key]]) -> Callable[[], Key]:
        cells = self.machine.cells
        name = self.machine.locals.name_cell(node.name)
        variable = self.machine.locals.name_cell(variable)
        strict = self.key(node)

        def lenient_key() -> Key:
            value = cells[name].v
            if value.__class__ is int:
                return value
            if value.__class__ is str:
                return KEYS[value]
            if value is None and cells[variable].level((*[get() for get in before], "")) is None:
                return ""
            return strict()

        return lenient_key

    def searched_reference(self, node: nodes.Expression) -> Refer:
        """Return a closure like `reference` of a variable that is looked for (`searched`)."""
        if not isinstance(node, nodes.Local) or not node.subscripts:
            return self.reference(node)
        machine = self.machine
        name = machine.locals.name_cell(node.name)
        keys = all_of(self.searched(node))
        return self.located(lambda: LocalReference(machine, name, keys()), node)

    # Globals

    def where(self, node: nodes.Global) -> Where:
        """Return a closure that evaluates the subscripts of a global. It does not set the naked indicator."""
        return self.located(self._where(node), node)

    def _where(self, node: nodes.Global) -> Where:
        name = node.name
        if node.environment:
            return self._where_in_environment(node)
        if not node.subscripts:
            unsubscripted = (name, None, b"")
            return lambda: unsubscripted
        if len(node.subscripts) > M_SUBSCRIPT_COUNT_MAX:
            return lambda: self._too_many()  # a function of its own, which `located` may give a column
        codec, codes = self.machine.codec, self.machine.codes
        literals = [constant(subscript) for subscript in node.subscripts]
        *leading, last_literal = literals
        if all(literal is not None for literal in literals):
            fixed = (name, codec.encode([x for x in leading if x is not None]), codes[last_literal])  # type: ignore[index]
            return lambda: fixed
        last = self.value(node.subscripts[-1])
        if all(literal is not None for literal in leading):
            prefix = codec.encode([x for x in leading if x is not None])
            return lambda: (name, prefix, codes[last()])
        gets = [self.value(subscript) for subscript in node.subscripts[:-1]]
        if len(gets) == 1:
            (only,) = gets

            def where_two() -> tuple[str, bytes, bytes]:
                first, second = only(), last()
                return name, codes[first], codes[second]

            return where_two

        def where() -> tuple[str, bytes, bytes]:
            values = [get() for get in gets]
            value = last()
            return name, b"".join([codes[each] for each in values]), codes[value]

        return where

    @staticmethod
    def _too_many() -> tuple[str, bytes | None, bytes]:
        """Stand for a reference with too many subscripts: it is an error when it is reached."""
        raise merror("MAXNRSUBSCRIPTS")

    def _where_in_environment(self, node: nodes.Global) -> Where:
        environment = [self.value(part) for part in node.environment]
        inner = self.where(nodes.Global(node.start, node.end, (), node.name, node.subscripts))
        machine = self.machine

        def where() -> tuple[str, bytes | None, bytes]:
            machine.check_environment([get() for get in environment])
            return inner()

        return where

    def codes(self, node: nodes.Naked) -> Callable[[], tuple[bytes, bytes]]:
        """Return a closure that evaluates the subscripts of a naked reference: all but the last, and the last."""
        codes = self.machine.codes
        *leading, last = [self.value(subscript) for subscript in node.subscripts]
        if not leading:
            return lambda: (b"", codes[last()])

        def codes_of() -> tuple[bytes, bytes]:
            values = [get() for get in leading]
            value = last()
            return b"".join([codes[each] for each in values]), codes[value]

        return codes_of

    def naked_where(self, node: nodes.Naked) -> Where:
        """Return a closure like `where` of a naked reference."""
        machine = self.machine
        codes = self.codes(node)

        def where() -> tuple[str, bytes | None, bytes]:
            leading, last = codes()
            return machine.naked_at(leading, last)

        return self.located(where, node)

    def place_of(self, node: nodes.Global | nodes.Naked) -> Where:
        """Return the closure that evaluates the subscripts of either kind of global."""
        return self.naked_where(node) if isinstance(node, nodes.Naked) else self.where(node)

    # References

    def reference(self, node: nodes.Expression) -> Refer:
        """Return a closure that evaluates the subscripts of a variable and gives the reference."""
        return self.located(self._reference(node), node)

    def _reference(self, node: nodes.Expression) -> Refer:
        machine = self.machine
        if isinstance(node, nodes.Local):
            name = machine.locals.name_cell(node.name)
            if not node.subscripts:
                whole = LocalReference(machine, name, ())
                return lambda: whole
            keys = self.keys(node.subscripts)
            return lambda: LocalReference(machine, name, keys())
        if isinstance(node, nodes.Global):
            where = self.where(node)
            return lambda: GlobalReference(machine, *where())
        if isinstance(node, nodes.Naked):
            codes = self.codes(node)
            return lambda: NakedReference(machine, *codes())
        if isinstance(node, nodes.Indirection):
            return self.indirect(node)
        if isinstance(node, nodes.Ssvn):
            return self._structured(node)

        def fail() -> Reference:
            raise merror("VAREXPECTED")

        return fail

    def _structured(self, node: nodes.Ssvn) -> Refer:
        """Return a closure for a structured system variable."""
        machine = self.machine
        name = node.name
        gets = [self.value(subscript) for subscript in node.subscripts]
        environment = [self.value(part) for part in node.environment]

        def structured() -> Reference:
            if environment and to_text(environment[0]()) not in ("", machine.database_name):
                raise own_error("SSVNENVIRONMENT", f"^|...|${name}: there is no such environment")
            return StructuredReference(machine, name, tuple([to_key(get()) for get in gets]))

        return structured

    def indirect(self, node: nodes.Indirection) -> Refer:
        """Return a closure for name indirection: `@x`, `@x@(1)`."""
        machine = self.machine
        text = self.value(node.expression)
        if not node.subscripts:
            return lambda: machine.indirection.reference(text())
        if len(node.subscripts) == 1 and len(node.subscripts[0]) == 1:
            only = self.value(node.subscripts[0][0])
            return lambda: machine.indirection.base(text()).below((only(),))
        groups = [[self.value(subscript) for subscript in group] for group in node.subscripts]

        def reference() -> Reference:
            found = machine.indirection.base(text())
            return found.below([get() for group in groups for get in group])

        return reference

    def named_by(self, node: nodes.Indirection) -> Callable[[Value], Reference]:
        """Return what gives the variable of an indirection whose text is evaluated already."""
        indirection = self.machine.indirection
        if not node.subscripts:
            return indirection.reference
        gets = [self.value(subscript) for group in node.subscripts for subscript in group]
        return lambda text: indirection.base(text).below([get() for get in gets])

    # Reading

    def variable(self, node: nodes.Expression) -> Get:
        """Return a closure that gives the value of a variable, or raises M6, M7."""
        if isinstance(node, nodes.Local):
            return self._local(node)
        if isinstance(node, nodes.Global | nodes.Naked):
            return self._global(node)
        reference = self.reference(node)

        def get() -> Value:
            found = reference()
            value = found.get()
            if value is None:
                return found.value()
            return value

        return get

    def _local(self, node: nodes.Local) -> Get:
        cells = self.machine.cells
        name = self.machine.locals.name_cell(node.name)
        missing = self.machine.views.missing
        if not node.subscripts:

            def get() -> Value:
                value = cells[name].v
                if value is None:
                    return missing(name, ())
                return value

            return get
        if len(node.subscripts) == 1:
            key = self.key(node.subscripts[0])

            def get_one() -> Value:
                wanted = key()
                arr = cells[name].a
                if arr is not None:
                    value = arr.vals.get(wanted)
                    if value is not None:
                        return value
                return missing(name, (wanted,))

            return get_one
        keys = self.keys(node.subscripts)

        def get_many() -> Value:
            wanted = keys()
            arr = cells[name].a
            for key in wanted[:-1]:
                if arr is None:
                    break
                arr = arr.kids.get(key)
            if arr is not None:
                value = arr.vals.get(wanted[-1])
                if value is not None:
                    return value
            return missing(name, wanted)

        return get_many

    def _global(self, node: nodes.Global | nodes.Naked) -> Get:
        machine = self.machine
        where = self.place_of(node)

        def get() -> Value:
            machine.naked = at = where()
            name, prefix, code = at
            value = machine.store.get(name, code if prefix is None else prefix + code)
            if value is None:
                return machine.views.missing_global(GlobalReference(machine, *at))
            return machine.decode(value)

        return get

    def optional(self, node: nodes.Expression) -> Callable[[], Value | None]:
        """Return a closure that gives the value of a variable, or None: what $GET asks."""
        machine = self.machine
        if isinstance(node, nodes.Local):
            cells = machine.cells
            name = machine.locals.name_cell(node.name)
            if not node.subscripts:
                return lambda: cells[name].v
            keys = all_of(self.searched(node))
            return lambda: cells[name].get(keys())
        if isinstance(node, nodes.Global | nodes.Naked):
            where = self.place_of(node)

            def get() -> Value | None:
                machine.naked = (name, prefix, code) = where()
                value = machine.store.get(name, code if prefix is None else prefix + code)
                return None if value is None else machine.decode(value)

            return get
        reference = self.reference(node)
        return lambda: reference().get()

    # Writing

    def assign(self, node: nodes.Expression, value: Get) -> Act:
        """Return a closure that evaluates subscripts, then the value, and stores it."""
        machine = self.machine
        if isinstance(node, nodes.Local):
            return self._assign_local(node, value)
        if isinstance(node, nodes.Global):
            where = self.where(node)

            def set_global() -> None:
                at = where()
                stored = machine.encode(value())
                machine.naked = at
                name, prefix, code = at
                machine.store.set(name, code if prefix is None else prefix + code, stored)

            return set_global
        if isinstance(node, nodes.Naked):
            codes = self.codes(node)

            def set_naked() -> None:
                leading, last = codes()
                stored = machine.encode(value())
                machine.naked = (name, prefix, code) = machine.naked_at(leading, last)
                assert prefix is not None, "a naked reference has subscripts"
                machine.store.set(name, prefix + code, stored)

            return set_naked
        reference = self.reference(node)

        def set_reference() -> None:
            target = reference()
            target.set(value())

        return set_reference

    def _assign_local(self, node: nodes.Local, value: Get) -> Act:
        cells = self.machine.cells
        name = self.machine.locals.name_cell(node.name)
        if not node.subscripts:

            def set_scalar() -> None:
                # The value may NEW or KILL this very name, so the cell is looked up after it.
                result = value()
                cells[name].v = result

            return set_scalar
        if len(node.subscripts) == 1:
            key = self.key(node.subscripts[0])

            def set_one() -> None:
                at = key()
                result = value()
                cell = cells[name]
                arr = cell.a
                if arr is None:
                    arr = cell.a = Arr()
                arr.vals[at] = result

            return set_one
        keys = self.keys(node.subscripts)
        if len(node.subscripts) > M_SUBSCRIPT_COUNT_MAX:
            reference = self.reference(node)
            return lambda: reference().set(value())

        def set_many() -> None:
            path = keys()
            result = value()
            cell = cells[name]
            arr = cell.a
            if arr is None:
                arr = cell.a = Arr()
            for key in path[:-1]:
                below = arr.kids.get(key)
                arr = below if below is not None else arr.child(key)
            arr.vals[path[-1]] = result

        return set_many

    def kill(self, node: nodes.Expression, *, node_only: bool = False) -> Act:
        """Return a closure that kills a variable, or the value of its node only."""
        machine = self.machine
        if isinstance(node, nodes.Local) and not node.subscripts and not node_only:
            cells = machine.cells
            name = machine.locals.name_cell(node.name)

            def kill_local() -> None:
                cell = cells[name]
                cell.v = None
                cell.a = None

            return kill_local
        reference = self.searched_reference(node)
        if node_only:
            return lambda: reference().kill_node()
        return lambda: reference().kill()


def is_plain(node: nodes.Expression) -> bool:
    """Return whether this is a local without subscripts."""
    return isinstance(node, nodes.Local) and not node.subscripts


def all_of(gets: Sequence[Callable[[], Key]]) -> Callable[[], tuple[Key, ...]]:
    """Return a closure that calls all of them."""
    if len(gets) == 1:
        (only,) = gets
        return lambda: (only(),)
    if len(gets) == 2:
        first, second = gets
        return lambda: (first(), second())
    return lambda: tuple([get() for get in gets])
