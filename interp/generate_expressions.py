"""Expressions to Python statements and a name for the value. Whatever is rare is left to the closure of the node."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bumps.interp import nodes
from bumps.interp.byte_functions import FUNCTIONS as BYTE_FUNCTIONS
from bumps.interp.compile_base import constant
from bumps.interp.compile_expressions import RELATIONS, has_side_effect, outermost_globals
from bumps.interp.compile_functions import LONG, PURE
from bumps.interp.costs import SIZE
from bumps.interp.generate_arithmetic import ArithmeticGenerator
from bumps.interp.generate_base import Kind, Val
from bumps.interp.generate_variables import OF_VARIABLES
from bumps.interp.values import Value, is_canonic, to_key, to_text

OPERATIONS = {"[": "contains", "]": "follows", "]]": "sorts_after"}
"""The functions of runtime.py that do what has no short path."""

IN_RUNTIME = {
    "ASCII": "ascii_code",
    "EXTRACT": "extract",
    "FIND": "find",
    "FNUMBER": "fnumber",
    "JUSTIFY": "justify",
    "LENGTH": "length",
    "REVERSE": "reverse",
    "TRANSLATE": "translate",
}
"""The functions of values that runtime.py has under a name of its own."""

OF_VALUES = frozenset(PURE) | {"CHAR", "RANDOM", "ZCONVERT", "ZWIDTH"}
"""The functions whose arguments are values, and which a machine has ready."""

RESULTS = dict.fromkeys(["ASCII", "FIND", "LENGTH", "ZASCII", "ZFIND", "ZLENGTH", "RANDOM"], Kind.INT) | dict.fromkeys(
    ["CHAR", "EXTRACT", "FNUMBER", "JUSTIFY", "REVERSE", "TRANSLATE", "ZCHAR", "ZEXTRACT", "ZJUSTIFY", "ZTRANSLATE"],
    Kind.TEXT,
)

SELECT_COUNT_MAX = 12
"""A longer $SELECT would nest too deeply."""

CONVERT_COUNT_MAX = 2
"""$ZCONVERT of more arguments is not built."""

NUMERIC = (Kind.INT, Kind.NUMBER)


class ExpressionGenerator(ArithmeticGenerator):
    """Generates what has a value."""

    def value(self, node: nodes.Expression) -> Val:
        """Write what evaluates an expression, and return its value."""
        fixed = constant(node)
        if fixed is not None:
            return self.literal(fixed)
        generate = _VALUES.get(type(node))
        return self.by_closure(node) if generate is None else generate(self, node)

    def text_of(self, value: Val) -> str:
        """Return a name or literal for the text of a value."""
        if value.literal is not None:
            return repr(to_text(value.literal))
        if value.kind is Kind.TEXT:
            return value.atom
        if value.kind is Kind.INT:
            return self.into_temp(f"str({value.atom})", Kind.TEXT).atom
        a = value.atom
        text = self.into_temp(f"{a} if {a}.__class__ is str else to_text({a})", Kind.TEXT).atom
        if a in self.held:
            self.held.append(text)
        return text

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
        return self._concatenate(node) if node.operator == "_" else self.arithmetic(node)

    @staticmethod
    def _ints(*values: Val) -> list[str]:
        """Return the tests that these are ints."""
        return [f"{value.atom}.__class__ is int" for value in values if value.kind is not Kind.INT]

    def _concatenate(self, node: nodes.Binary) -> Val:
        left = self.value(node.left)
        right = self.value(node.right)
        self.mark(node)
        left, right = [each if each.literal is None else self.literal(to_text(each.literal)) for each in (left, right)]
        a, b = left.atom, right.atom
        texts = [f"{each.atom}.__class__ is str" for each in (left, right) if each.kind is not Kind.TEXT]
        name = self.temp()
        slow = f"concatenate({a}, {b})"
        self.put(f"{name} = {a} + {b}" + (f" if {' and '.join(texts)} else {slow}" if texts else ""))
        self.put(f"if len({name}) >= {SIZE}: {self.extern('check')}({name})")
        return Val(name, Kind.TEXT)

    def paid(self, text: Val) -> Val:
        """Write that a text pays by its size, as it does in closures."""
        self.put(f"if len({text.atom}) >= {SIZE}: {self.extern('paid')}({text.atom})")
        return text

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
        return f"({a} != 0 if {a}.__class__ is int else to_bool({a}))"

    def _relation(self, node: nodes.Binary) -> str:
        operator = node.operator
        left = self.value(node.left)
        fixed = constant(node.right) if operator == "=" else None
        if fixed is not None:
            self.mark(node)
            return self._equals_literal(left, fixed)
        right = self.value(node.right)
        self.mark(node)
        a, b = left.atom, right.atom
        if operator == "=":
            if (left.kind is right.kind and left.kind is Kind.TEXT) or (left.kind in NUMERIC and right.kind in NUMERIC):
                return f"({a} == {b})"
            return f"({a} == {b} if {a}.__class__ is {b}.__class__ else equals({a}, {b}) == 1)"
        if operator in "<>":
            tests = [f"{each.atom}.__class__ is int" for each in (left, right) if each.kind not in NUMERIC]
            if not tests:
                return f"({a} {operator} {b})"
            return f"({a} {operator} {b} if {' and '.join(tests)} else to_number({a}) {operator} to_number({b}))"
        if operator == "[":
            whole, part = self.text_of(left), self.text_of(right)
            return f"({part} in {whole})"
        return f"({OPERATIONS[operator]}({a}, {b}) == 1)"

    def _equals_literal(self, left: Val, fixed: Value) -> str:
        text = to_text(fixed)
        a = left.atom
        if left.kind is Kind.TEXT or not is_canonic(text):
            return f"({a} == {text!r})"  # no number has such a text
        if to_key(text).__class__ is int:
            # An int can only equal itself or its text.
            return f"({a} == {text})" if left.kind in NUMERIC else f"({a} in {{{text}, {text!r}}})"
        return f"(({a} if {a}.__class__ is str else to_text({a})) == {text!r})"

    def _logical(self, node: nodes.Binary) -> str:
        name = self.temp()
        stop = node.operator == "!"
        self.put(f"{name} = {self.test(node.left)}")
        if has_side_effect(node.right):
            other = self.temp()
            self.put(f"{other} = {self.test(node.right)}")
            self.put(f"{name} = {name} {'or' if stop else 'and'} {other}")
            return name
        self.put(f"if {'not ' if stop else ''}{name}:")
        with self.indented():
            self.put(f"{name} = {self.test(node.right)}")
        touched = list(outermost_globals(node.right))
        if touched:
            # A skipped operand's references still move the naked indicator.
            self.mark(node)
            self.put("else:")
            with self.indented():
                if all(map(self.is_near, touched)):
                    for each in touched:
                        self.touched(each, node)
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
        with self.known.branch():
            return self._selected(node)

    def _selected(self, node: nodes.Select) -> Val:
        name = self.temp()
        kinds = []
        depth = self.depth
        for condition, value in node.pairs:
            fixed = constant(condition)
            self.put(f"if {'True' if fixed == 1 else self.test(condition)}:")
            with self.indented():
                found = self.value(value)
                self.put(f"{name} = {found.atom}")
                kinds.append(found.kind)
            self.put("else:")
            self.depth += 1
        self.mark(node)
        self.put('raise merror("SELECTFALSE")')
        self.depth = depth
        return Val(name, kinds[0] if len(set(kinds)) == 1 else Kind.ANY)

    def _special(self, node: nodes.Special) -> Val:
        inside = _SPECIALS.get(node.name)
        if inside is None:
            return self.by_closure(node)
        word, what = inside
        self.mark(node)
        return self.into_temp(f"{self.extern(word)}.{what}", Kind.INT)

    def integer(self, value: Val) -> str:
        """Return a name or literal for the integer of a value."""
        if value.literal.__class__ is int or value.kind is Kind.INT:
            return value.atom
        return self.into_temp(f"to_integer({value.atom})", Kind.INT).atom

    # Functions

    def _function(self, node: nodes.Function) -> Val:
        of_variable = OF_VARIABLES.get(node.name)
        if of_variable is not None:
            return of_variable(self, node)
        if self.charset != "m" and node.name in BYTE_FUNCTIONS:
            return self.by_closure(node)
        if node.name in ("PIECE", "ZPIECE"):
            return self._piece(node)
        if node.name not in OF_VALUES or (node.name == "ZCONVERT" and len(node.arguments) > CONVERT_COUNT_MAX):
            return self.by_closure(node)
        values = [Val("None", Kind.ANY) if each is None else self.value(each) for each in node.arguments]
        self.mark(node)
        kind = RESULTS.get(node.name, Kind.ANY)
        if node.name == "LENGTH" and len(values) == 1:
            return self.into_temp(f"len({self.text_of(values[0])})", Kind.INT)
        if node.name == "EXTRACT" and len(values) > 1:
            return self._extract(values)
        called = IN_RUNTIME.get(node.name) or self.extern("function", node.name)
        result = self.into_temp(f"{called}({', '.join([each.atom for each in values])})", kind)
        return self.paid(result) if (node.name in LONG and len(values) > 1) or node.name == "REVERSE" else result

    def _extract(self, values: Sequence[Val]) -> Val:
        text = self.text_of(values[0])
        first, last = values[1], values[-1]
        a, b = first.atom, last.atom
        slow = f"extract({', '.join([text, *[each.atom for each in values[1:]]])})"
        tests = self._ints(*dict.fromkeys((first, last)))
        for each in dict.fromkeys((first, last)):
            if each.literal is None:
                tests.append(f"{each.atom} > 0")
            elif each.literal.__class__ is not int or each.literal < 1:
                return self.paid(self.into_temp(slow, Kind.TEXT))
        start = str(int(first.literal) - 1) if first.literal is not None else f"{a} - 1"
        fast = f"{text}[{start}:{b}]"
        found = self.into_temp(f"{fast} if {' and '.join(tests)} else {slow}" if tests else fast, Kind.TEXT)
        is_short = last.literal.__class__ is int and last.literal < SIZE
        return found if is_short or first is last else self.paid(found)

    def _piece(self, node: nodes.Function) -> Val:
        values = [self.value(each) for each in node.arguments if each is not None]
        self.mark(node)
        if len(values) == 4:
            return self.paid(self.into_temp(f"pieces({', '.join([each.atom for each in values])})", Kind.TEXT))
        mark = values[1].literal
        index = 1 if len(values) == 2 else values[2].literal
        if mark.__class__ is not str or not mark or index.__class__ is not int or index < 1:
            return self.paid(self.into_temp(f"piece({', '.join([each.atom for each in values])})", Kind.TEXT))
        text = self.text_of(values[0])
        if index == 1:
            return self.paid(self.into_temp(f"{text}.partition({mark!r})[0]", Kind.TEXT))
        parts = self.into_temp(f"{text}.split({mark!r}, {index})", Kind.ANY).atom
        return self.paid(self.into_temp(f"{parts}[{int(index) - 1}] if len({parts}) >= {index} else ''", Kind.TEXT))

    def extrinsic_value(self, node: nodes.Extrinsic) -> Val:
        """Write a call of a function, and return its value."""
        raise AssertionError("generate_calls.py has it")

    def _extrinsic(self, node: nodes.Extrinsic) -> Val:
        value = self.extrinsic_value(node)
        self.known.forget()
        return value


_VALUES: dict[type[nodes.Node], Callable[..., Val]] = {
    nodes.Local: ExpressionGenerator.local_value,
    nodes.Global: ExpressionGenerator.global_value,
    nodes.Naked: ExpressionGenerator.global_value,
    nodes.Special: ExpressionGenerator._special,
    nodes.Group: ExpressionGenerator._group,
    nodes.Unary: ExpressionGenerator._unary,
    nodes.Binary: ExpressionGenerator._binary,
    nodes.Match: ExpressionGenerator._match_value,
    nodes.Select: ExpressionGenerator._select,
    nodes.Function: ExpressionGenerator._function,
    nodes.Extrinsic: ExpressionGenerator._extrinsic,
}
"""What generates the value of a node; all else is left to its closure."""

_SPECIALS = {
    "TEST": ("m", "test"),
    "X": ("device", "current.x"),
    "Y": ("device", "current.y"),
}
"""Special variables that are an int: whose, and where it is."""
