"""References in generated code: variables that an indirection names, and those that a command takes as a whole.

A reference (references.py) is made where closures make one: the subscripts are evaluated then, and a global is only
touched when it is used.
"""

from __future__ import annotations

from bumps.interp import nodes
from bumps.interp.generate_base import Kind, Val
from bumps.interp.generate_globals import Spot
from bumps.interp.generate_variables import VariableGenerator
from bumps.limits import M_SUBSCRIPT_COUNT_MAX


class ReferenceGenerator(VariableGenerator):
    """Generates what makes and uses references."""

    def indirect(self, node: nodes.Indirection) -> str:
        """Write what evaluates a name indirection, `@x` or `@x@(1)`, and return the name of the reference."""
        text = self.value(node.expression)
        self.mark(node)
        find = f"{self.extern('indirection')}.{'base' if node.subscripts else 'reference'}"
        found = self.into_temp(f"{find}({text.atom})", Kind.ANY).atom
        self.known.forget()
        if node.subscripts:
            keys = [self.value(each).atom for group in node.subscripts for each in group]
            self.mark(node)
            self.put(f"{found} = {found}.below(({', '.join(keys)},))")
        return found

    def is_referable(self, node: nodes.Node) -> bool:
        """Return whether `reference` knows how to refer to a variable."""
        if isinstance(node, nodes.Local):
            return len(node.subscripts) <= M_SUBSCRIPT_COUNT_MAX
        return isinstance(node, nodes.Indirection) or self.is_near(node)

    def reference(self, node: nodes.Expression, *, is_searched: bool = False) -> str:
        """Write what refers to a variable that `is_referable`, and return the name of the reference.

        `is_searched` says that a local is looked for (compile_variables.py, `searched`).
        """
        if isinstance(node, nodes.Indirection):
            return self.indirect(node)
        m = self.extern("m")
        if isinstance(node, nodes.Local):
            self.check_reference(node)
            keys = self.searched(node) if is_searched else [self.key(each) for each in node.subscripts]
            self.mark(node)
            self.extern("name", node.name)
            whole = f"({', '.join(keys)},)" if keys else "()"
            return self.into_temp(f"LocalReference({m}, {node.name!r}, {whole})", Kind.ANY).atom
        assert isinstance(node, nodes.Global | nodes.Naked), "it is referable"
        spot = self.where(node)
        if spot.name:
            return self.into_temp(f"GlobalReference({m}, {spot.indicator})", Kind.ANY).atom
        return self.into_temp(f"NakedReference({m}, {spot.prefix}, {spot.code})", Kind.ANY).atom

    def indirect_value(self, node: nodes.Indirection) -> Val:
        """Write what reads the variable that an indirection names, and return its value."""
        reference = self.indirect(node)
        value = self.into_temp(f"{reference}.get()", Kind.ANY)
        self.put(f"if {value.atom} is None: {value.atom} = {reference}.value()")
        return value

    # Functions of a variable

    def get_function(self, node: nodes.Function) -> Val:
        """Write $GET."""
        variable = node.arguments[0]
        if not isinstance(variable, nodes.Indirection):
            return self.get_of_variable(node)
        reference = self.indirect(variable)
        self.mark(node)
        return self.defaulted(node, self.into_temp(f"{reference}.get()", Kind.ANY).atom)

    def data_function(self, node: nodes.Function) -> Val:
        """Write $DATA."""
        variable = node.arguments[0]
        if not isinstance(variable, nodes.Indirection):
            return self.data_of_variable(node)
        return self._asked(node, variable, "data()", Kind.INT)

    def order_function(self, node: nodes.Function) -> Val:
        """Write $ORDER."""
        variable = node.arguments[0]
        way = self.way(node)
        if not isinstance(variable, nodes.Indirection) or way is None:
            return self.order_of_variable(node)
        return self._asked(node, variable, f"order(reverse={way < 0})", Kind.ANY)

    def query_function(self, node: nodes.Function) -> Val:
        """Write $QUERY."""
        variable = node.arguments[0]
        way = self.way(node)
        if variable is None or way is None or not self.is_referable(variable):
            return self.by_closure(node)
        if way < 0:
            self.check_closure(variable)  # it comes to the variable itself
        return self._asked(node, variable, f"query(reverse={way < 0})", Kind.TEXT)

    def name_function(self, node: nodes.Function) -> Val:
        """Write $NAME."""
        variable = node.arguments[0]
        if variable is None or len(node.arguments) > 1 or not self.is_referable(variable):
            return self.by_closure(node)
        reference = self.reference(variable)
        self.mark(node)
        return self.into_temp(f"{reference}.text()", Kind.TEXT)

    def increment_function(self, node: nodes.Function) -> Val:
        """Write $INCREMENT."""
        variable, *amount = node.arguments
        if variable is None or isinstance(variable, nodes.Indirection) or not self.is_referable(variable):
            return self.by_closure(node)
        is_global = isinstance(variable, nodes.Global | nodes.Naked)
        place = self.where(variable) if is_global else self.reference(variable)  # type: ignore[arg-type]
        by = self.value(amount[0]).atom if amount and amount[0] is not None else "1"
        self.mark(node)
        m = self.extern("m")
        if isinstance(place, Spot):
            return self.into_temp(f"{m}.increment_at({self.touch(place).place}, {by})", Kind.ANY)
        self.known.forget()
        return self.into_temp(f"{m}.increment({place}, {by})", Kind.ANY)

    def _asked(self, node: nodes.Function, variable: nodes.Expression, call: str, kind: Kind) -> Val:
        """Write what asks a reference to a variable that is looked for."""
        reference = self.reference(variable, is_searched=True)
        self.mark(node)
        return self.into_temp(f"{reference}.{call}", kind)


OF_VARIABLES = {
    "DATA": ReferenceGenerator.data_function,
    "GET": ReferenceGenerator.get_function,
    "INCREMENT": ReferenceGenerator.increment_function,
    "NAME": ReferenceGenerator.name_function,
    "ORDER": ReferenceGenerator.order_function,
    "QUERY": ReferenceGenerator.query_function,
    "ZDATA": ReferenceGenerator.data_function,
    "ZINCREMENT": ReferenceGenerator.increment_function,
}
"""What generates a function whose first argument is a variable."""
