"""Expressions to Python statements and a name for the value. Whatever is rare is left to the closure of the node."""

from __future__ import annotations

from collections.abc import Callable

from bumps.interp import nodes
from bumps.interp.compile_base import constant
from bumps.interp.compile_expressions import RELATIONS, has_side_effect, outermost_globals
from bumps.interp.generate_arithmetic import bare
from bumps.interp.generate_base import Kind, Val
from bumps.interp.generate_texts import TextGenerator
from bumps.interp.values import Value, is_canonic, to_key, to_text

OPERATIONS = {"]": "follows", "]]": "sorts_after"}
"""The functions of runtime.py that do what has no short path."""

SELECT_COUNT_MAX = 12
"""A longer $SELECT would nest too deeply."""

NUMERIC = (Kind.INT, Kind.NUMBER)


class ExpressionGenerator(TextGenerator):
    """Generates what has a value."""

    def value(self, node: nodes.Expression) -> Val:
        """Write what evaluates an expression, and return its value."""
        kind = node.__class__
        if kind is nodes.Local:
            return self.local_value(node)  # type: ignore[arg-type]
        fixed = constant(node)
        if fixed is not None:
            return self.literal(fixed)
        generate = _VALUES.get(kind)
        return self.by_closure(node) if generate is None else generate(self, node)

    def _group(self, node: nodes.Group) -> Val:
        return self.value(node.expression)

    def _unary(self, node: nodes.Unary) -> Val:
        if node.operator == "'":
            return self.truth(f"not {self.test(node.operand)}")
        if node.operator == "-":
            return self.arithmetic(node)
        operand = self.value(node.operand)
        self.mark(node)
        if operand.kind in NUMERIC:
            return operand
        a = operand.atom
        return self.into_temp(f"{a} if {a}.__class__ is int else plus({a})", Kind.NUMBER)

    def truth(self, condition: str) -> Val:
        """Write a condition as a value."""
        return self.into_temp(f"1 if {condition} else 0", Kind.INT, (0, 1))

    # Operators

    def _binary(self, node: nodes.Binary) -> Val:
        if node.operator in RELATIONS:
            return self.truth(self.test(node))
        return self.concatenation(node) if node.operator == "_" else self.arithmetic(node)

    # Tests

    def test(self, node: nodes.Expression) -> str:
        """Write what a condition needs, and return it as an expression of Python that is evaluated at once."""
        if isinstance(node, nodes.Group):
            return self.test(node.expression)
        if isinstance(node, nodes.Unary) and node.operator == "'":
            return f"not {self.test(node.operand)}"
        if isinstance(node, nodes.Binary) and node.operator in RELATIONS:
            relation = self._logical(node) if node.operator in "&!" else self._relation(node)
            return f"not {relation}" if node.negated else relation
        if isinstance(node, nodes.Match):
            return self._match(node)
        value = self.value(node)
        self.mark(node)
        a = value.atom
        if value.kind in NUMERIC:
            return a  # Python's truth of a number is that of M
        return f"({a} if {a}.__class__ is int else to_bool({a}))"

    def _relation(self, node: nodes.Binary) -> str:
        operator = node.operator
        if operator in "=<>" and self.has_scales(node):
            return f"({self.scaled_value(node, 0).atom} == {0 if node.negated else 1})"
        left, right = self.value(node.left), self.value(node.right)
        self.mark(node)
        if operator == "=":
            for one, other in ((left, right), (right, left)):
                if other.literal is not None:
                    return self._equals_literal(one, other.literal)
        a, b = left.atom, right.atom
        if operator == "=":
            if (left.kind is right.kind and left.kind is Kind.TEXT) or (left.kind in NUMERIC and right.kind in NUMERIC):
                return f"({a} == {b})"
            return f"({a} == {b} if {a}.__class__ is {b}.__class__ else equals({a}, {b}) == 1)"
        if operator in "<>":
            tests = [f"{each.atom}.__class__ is int" for each in (left, right) if each.kind not in NUMERIC]
            if not tests:
                return f"({a} {operator} {b})"
            return (
                f"({a} {operator} {b} if {' and '.join(tests)} else {_number_of(left)} {operator} {_number_of(right)})"
            )
        if operator == "[":
            whole, part = self.text_of(left), self.text_of(right)
            return f"({part} in {whole})"
        return f"({OPERATIONS[operator]}({a}, {b}) == 1)"

    def _equals_literal(self, left: Val, fixed: Value) -> str:
        text = to_text(fixed)
        a = left.atom
        if left.literal is not None:
            return f"({to_text(left.literal)!r} == {text!r})"
        if left.kind is Kind.TEXT or not is_canonic(text):
            return f"({a} == {text!r})"  # no number has such a text
        if to_key(text).__class__ is int:
            # An int can only equal itself or its text.
            return f"({a} == {text})" if left.kind in NUMERIC else f"({a} in {{{text}, {text!r}}})"
        return f"(({a} if {a}.__class__ is str else to_text({a})) == {text!r})"

    def _logical(self, node: nodes.Binary) -> str:
        name = self.temp()
        stop = node.operator == "!"
        self.put(f"{name} = {bare(self.test(node.left))}")
        if has_side_effect(node.right):
            other = self.temp()
            self.put(f"{other} = {bare(self.test(node.right))}")
            self.put(f"{name} = {name} {'or' if stop else 'and'} {other}")
            return name
        self.put(f"if {'not ' if stop else ''}{name}:")
        with self.indented():
            self.put(f"{name} = {bare(self.test(node.right))}")
        touched = list(outermost_globals(node.right))
        if touched:
            # A skipped operand's references still move the naked indicator.
            self.mark(node)
            self.put("else:")
            with self.indented():
                if all(map(self.is_near, touched)):
                    for each in touched:
                        self.touched(each)
                else:
                    self.put(f"{self.of_node('touches', node.right)}()")
        return name

    def _match(self, node: nodes.Match) -> str:
        if not isinstance(node.pattern, nodes.Pattern):
            return f"({self.by_closure(node).atom} == 1)"
        left = self.value(node.left)
        self.mark(node)
        return f"({self.of_node('pattern', node)}({left.atom}) == {0 if node.negated else 1})"

    def _match_value(self, node: nodes.Match) -> Val:
        return self.truth(self.test(node))

    def _select(self, node: nodes.Select) -> Val:
        if len(node.pairs) > SELECT_COUNT_MAX:
            return self.by_closure(node)
        before = self.known.all()
        selected = self._selected(node)
        self.known.keep_only(before)
        return selected

    def _selected(self, node: nodes.Select) -> Val:
        name = self.temp()
        kinds = []
        depth = self.depth
        for condition, value in node.pairs:
            fixed = constant(condition)
            self.put(f"if {'True' if fixed == 1 else bare(self.test(condition))}:")
            with self.indented():
                found = self.value(value)
                self.put(f"{name} = {found.atom}")
                kinds.append(found.kind)
            self.put("else:")
            self.depth += 1
        self.mark(node)
        self.put_last('raise merror("SELECTFALSE")')
        self.depth = depth
        return Val(name, kinds[0] if len(set(kinds)) == 1 else Kind.ANY)

    def _special(self, node: nodes.Special) -> Val:
        inside = _SPECIALS.get(node.name)
        if inside is None:
            self.mark(node)
            return self.into_temp(f"{self.extern('special', node.name)}()", Kind.ANY)
        word, what = inside
        self.mark(node)
        return self.into_temp(f"{self.extern(word)}.{what}", Kind.INT)

    def _source_line(self, node: nodes.Text) -> Val:
        """Write $TEXT."""
        entry = node.entry
        m = self.extern("m")
        if isinstance(entry.label, nodes.Indirection) and entry.offset is None and entry.routine is None:
            whole = self.text_of(self.value(entry.label.expression))
            self.mark(node)
            self.known.forget()
            return self.into_temp(f"{self.extern('indirection')}.text({whole})", Kind.TEXT)
        label = self._entry_name(entry.label)
        distance = "1" if entry.label is None and entry.routine is not None else "0"
        if entry.offset is not None:
            value = self.value(entry.offset)
            self.mark(entry.offset)
            distance = self.integer(value)
        routine = "None" if entry.routine is None else self._entry_name(entry.routine)
        self.mark(node)
        return self.into_temp(f"{m}.source_text({label}, {distance}, {routine})", Kind.TEXT)

    def _entry_name(self, part: nodes.Name | nodes.Indirection | None) -> str:
        """Return the name that is in an entry reference."""
        if isinstance(part, nodes.Indirection):
            return self.text_of(self.value(part.expression))
        return repr("" if part is None else part.name)

    def integer(self, value: Val) -> str:
        """Return a name or literal for the integer of a value."""
        if value.literal.__class__ is int or value.kind is Kind.INT:
            return value.atom
        return self.into_temp(f"to_integer({value.atom})", Kind.INT).atom

    def extrinsic_value(self, node: nodes.Extrinsic) -> Val:
        """Write a call of a function, and return its value."""
        raise AssertionError("generate_calls.py has it")

    def _extrinsic(self, node: nodes.Extrinsic) -> Val:
        value = self.extrinsic_value(node)
        self.known.forget()
        return value


def _number_of(value: Val) -> str:
    """Return the number of a value."""
    return value.atom if value.kind in NUMERIC else f"to_number({value.atom})"


_VALUES: dict[type[nodes.Node], Callable[..., Val]] = {
    nodes.Global: ExpressionGenerator.global_value,
    nodes.Indirection: ExpressionGenerator.indirect_value,
    nodes.Naked: ExpressionGenerator.global_value,
    nodes.Special: ExpressionGenerator._special,
    nodes.Text: ExpressionGenerator._source_line,
    nodes.Group: ExpressionGenerator._group,
    nodes.Unary: ExpressionGenerator._unary,
    nodes.Binary: ExpressionGenerator._binary,
    nodes.Match: ExpressionGenerator._match_value,
    nodes.Select: ExpressionGenerator._select,
    nodes.Function: ExpressionGenerator.function_value,
    nodes.Extrinsic: ExpressionGenerator._extrinsic,
}
"""What generates the value of a node; all else is left to its closure."""

_SPECIALS = {
    "TEST": ("m", "test"),
    "X": ("device", "current.x"),
    "Y": ("device", "current.y"),
}
"""Special variables that are an int: whose, and where it is."""
