"""Calls to closures: actuals, extrinsics, and what an entry reference names; $TEXT reads an entry, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bumps.errors import MError
from bumps.interp import nodes
from bumps.interp.calls import BY_REFERENCE, OMITTED, VALUE, Callee
from bumps.interp.codes import merror, unbuilt
from bumps.interp.compile_base import Get, constant
from bumps.interp.compile_variables import VariableCompiler, is_plain
from bumps.interp.frames import Label
from bumps.interp.symbols import Cell, Value
from bumps.interp.values import to_integer

if TYPE_CHECKING:
    from bumps.interp.routines import Image

Actual = Callable[[], "Value | Cell"]


def shape_of(arguments: Sequence[nodes.Expression | nodes.ByReference | None] | None) -> str | None:
    """Return the shape of a call with these actuals (calls.py)."""
    if arguments is None:
        return None
    return "".join(
        [
            OMITTED if each is None else BY_REFERENCE if isinstance(each, nodes.ByReference) else VALUE
            for each in arguments
        ]
    )


class CallCompiler(VariableCompiler):
    """Compiles actuals and entry references, and what they are used for in an expression."""

    def actual(self, node: nodes.Expression | nodes.ByReference) -> Actual:
        """Return a closure for one actual: a value, or the cell of a `.A`."""
        machine = self.machine
        if isinstance(node, nodes.ByReference):
            variable = node.variable
            if isinstance(variable, nodes.Local):
                cells = machine.cells
                name = machine.locals.name_cell(variable.name)
                return lambda: cells[name]
            text = self.texts(variable.expression)
            return self.located(
                lambda: machine.locals.cell(machine.indirection.local_name(text(), is_actual=True)), node
            )
        return self.value(node)

    def actuals(
        self, arguments: Sequence[nodes.Expression | nodes.ByReference | None]
    ) -> Callable[[], list[Value | Cell]]:
        """Return a closure that evaluates actuals from left to right, but for what is omitted."""
        gets = [self.actual(node) for node in arguments if node is not None]
        if not gets:
            return list
        if len(gets) == 2:
            first, second = gets
            return lambda: [first(), second()]
        return lambda: [get() for get in gets]

    def late_undefined(self, call: nodes.Call | nodes.Extrinsic) -> Callable[[MError], bool]:
        """Return a closure that tells whether an error is that of an actual which is an undefined local and no more.

        The error of a label or routine that is not there comes before that, but for a label of the routine itself:
        measured on GT.M.
        """
        cells = self.machine.cells
        name_cell = self.machine.locals.name_cell
        entry = call.entry
        is_own = self.image is not None and entry.routine is None and isinstance(entry.label, nodes.Name)
        actuals = () if is_own else call.arguments or ()
        plain = [name_cell(actual.name) for actual in actuals if isinstance(actual, nodes.Local) and is_plain(actual)]
        return lambda error: error.name == "UNDEF" and any(cells[name].v is None for name in plain)

    def extrinsic(self, node: nodes.Extrinsic) -> Get:
        """Return a closure for `$$label^routine(actuals)`."""
        calls = self.machine.calls
        shape = shape_of(node.arguments)
        label = self.own_label(node.entry)
        if label is not None:
            return self._with_actuals(calls.function(label, shape), node.arguments)
        actuals = self.actuals(node.arguments or ())
        is_late = self.late_undefined(node)
        resolved = self.resolver(node.entry)

        def call() -> Value:
            find = resolved()
            try:
                values = actuals()
            except MError as error:
                if is_late(error):
                    find()
                raise
            value: Value = calls.function(find(), shape)(*values)
            return value

        return call

    def _with_actuals(
        self, callee: Callee, arguments: Sequence[nodes.Expression | nodes.ByReference | None] | None
    ) -> Callee:
        """Return a closure that evaluates the actuals of a call and makes it."""
        given = [each for each in arguments or () if each is not None]
        if not given:
            return lambda: callee()  # a function of its own, which `located` may give a column
        if len(given) == 1:
            only = self.actual(given[0])
            return lambda: callee(only())
        actuals = self.actuals(given)
        return lambda: callee(*actuals())

    def own_label(self, entry: nodes.Entry) -> Label | None:
        """Return the label of the routine itself that an entry reference names, if that is plain and there."""
        label, offset = entry.label, entry.offset
        if self.image is None or entry.routine is not None or entry.environment or not isinstance(label, nodes.Name):
            return None
        if offset is None:
            return self.image.labels.get(label.name)
        distance = constant(offset)
        if distance.__class__ is not int or label.name not in self.image.labels:
            return None
        try:
            return self.image.entry(label.name, to_integer(distance))
        except MError:
            return None

    def target(self, entry: nodes.Entry, missing: str = "LABELUNKNOWN") -> Callable[[], Label]:
        """Return a closure that finds what an entry reference names: a label of a linked routine.

        `missing` is the error of a plain label that the routine itself does not have.
        """
        own = self.own_label(entry)
        if own is not None:
            return lambda: own
        label, routine = entry.label, entry.routine
        if (
            isinstance(label, nodes.Name | None)
            and isinstance(routine, nodes.Name | None)
            and entry.offset is None
            and not entry.environment
        ):
            label_name = "" if label is None else label.name
            if routine is not None:
                fixed = self.machine.calls.finder(label_name, routine.name)
            elif label is not None and self.image is not None:
                fixed = self._unknown_label(label_name, self.image, missing)
            else:
                fixed = self.machine.calls.finder(label_name, None)
            return self.located(fixed, entry)
        resolved = self._resolver(entry)
        return self.located(lambda: resolved()(), entry)

    def resolver(self, entry: nodes.Entry) -> Callable[[], Callable[[], Label]]:
        """Return a closure that evaluates the indirections of an entry reference, and returns what finds the label.

        Between the two a call evaluates its actuals.
        """
        if isinstance(entry.label, nodes.Name | None) and isinstance(entry.routine, nodes.Name | None):
            target = self.target(entry)
            return lambda: target
        return self.located(self._resolver(entry), entry)

    def _resolver(self, entry: nodes.Entry) -> Callable[[], Callable[[], Label]]:
        machine = self.machine
        label, routine = entry.label, entry.routine
        if entry.environment:

            def reach() -> Callable[[], Label]:
                raise unbuilt("an environment in an entry reference")

            return reach
        label_name = self._entry_name(label)
        routine_name = self._entry_name(routine)
        offset = None if entry.offset is None else self.integer(entry.offset)
        if isinstance(label, nodes.Indirection) and offset is None and routine is None:
            whole = self.texts(label.expression)

            def resolve_whole() -> Callable[[], Label]:
                text = whole()
                return lambda: machine.indirection.entry(text)

            return resolve_whole

        def resolve() -> Callable[[], Label]:
            name = label_name()
            distance = None if offset is None else offset()
            image_name = None if routine is None else routine_name()

            def find() -> Label:
                image = machine.current_image(name) if image_name is None else machine.library.image(image_name)
                return image.label(name) if distance is None and name else image.entry(name, distance or 0)

            return find

        return resolve

    @staticmethod
    def _unknown_label(label: str, image: Image, code: str) -> Callable[[], Label]:
        """Return a closure for a label that the routine itself does not have."""

        def fail() -> Label:
            error = merror(code)
            error.details["missing_label"] = (label, image)
            raise error

        return fail

    def entry_parts(
        self, entry: nodes.Entry
    ) -> tuple[Callable[[], str], Callable[[], int | None], Callable[[], str | None]]:
        """Return closures for the label, the offset and the routine of an entry reference; None for a missing part."""
        offset = None if entry.offset is None else self.integer(entry.offset)
        return (
            self._entry_name(entry.label),
            (lambda: None) if offset is None else offset,
            (lambda: None) if entry.routine is None else self._entry_name(entry.routine),
        )

    def _entry_name(self, part: nodes.Name | nodes.Indirection | None) -> Callable[[], str]:
        if part is None:
            return lambda: ""
        if isinstance(part, nodes.Name):
            name = part.name
            return lambda: name
        return self.texts(part.expression)

    def source_line(self, node: nodes.Text) -> Get:
        """Return a closure for $TEXT, which gives the empty text for whatever is not there."""
        machine = self.machine
        entry = node.entry
        label, routine = entry.label, entry.routine
        if isinstance(label, nodes.Indirection) and entry.offset is None and routine is None:
            whole = self.texts(label.expression)
            return lambda: machine.indirection.text(whole())
        label_name = self._entry_name(label)
        routine_name = None if routine is None else self._entry_name(routine)
        offset = None if entry.offset is None else self.integer(entry.offset)

        def text() -> Value:
            name = label_name()
            distance = 0 if offset is None else offset()
            return machine.source_text(name, distance, None if routine_name is None else routine_name())

        if label is None and offset is None and routine_name is not None:
            # `$T(^X)` is the first line of X.
            return lambda: machine.source_text("", 1, routine_name())
        return text

    def external(self, node: nodes.External) -> Get:
        """Return a closure for `$&package.name(actuals)`: an error when it is reached."""
        name = f"{node.package.name + '.' if node.package else ''}{node.name.name}"

        def reach() -> Value:
            error = unbuilt(f"$&{name}, a foreign function: none can be registered")
            error.hint = "a program of the system can be had by OPEN of a PIPE"
            raise error

        return reach
