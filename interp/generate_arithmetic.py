"""Arithmetic in generated code: one expression of Python where all operands are ints, functions of numbers.py else.

A tree of operators is generated as a whole: its operands are read first, then one condition decides

    t1 = c_A.v
    t2 = c_B.v
    if not (t1.__class__ is int and t2.__class__ is int and (t3 := t1 * 3 + t2).bit_length() < 60):
        ...the same by functions, an operator at a time, as M has it: A that is undefined is found here, too

which is right since nothing of the condition can be seen by a program: a read of a local has no effect, and ints
below 1E18 have no errors. So the operands of a tree are locals and literals, but for the leftmost one, which is
evaluated before the others are read; an operator with anything else on its right begins a tree of its own.

Of each int of a tree it is known between which bounds it is. Where it may have more than 18 digits it is looked at,
but not before it must be: if `x+c` has few enough, `x` had not too many, and so it is with `x*3`.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from bumps.interp import nodes
from bumps.interp.compile_base import constant
from bumps.interp.compile_variables import is_plain
from bumps.interp.generate_base import INT_SPAN, Kind, Val
from bumps.interp.generate_references import ReferenceGenerator
from bumps.interp.numbers import EXACT_END, SMALL_END, scaled
from bumps.interp.scales import decimals_of, reciprocal
from bumps.interp.values import INT_END

FUNCTIONS = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "\\": "divide_integer",
    "#": "modulo",
    "**": "power",
    "=": "equals",
    "<": "less",
    ">": "greater",
}
"""The functions of runtime.py that do what is not done in line."""

RELATIONS = frozenset("=<>")
"""They are part of a tree if they compare what is simple; `=` of anything else compares texts."""

IN_LINE = frozenset("+-*\\#=<>")

BIT_COUNT_END = 60
"""An int of fewer bits is smaller than 1E18 (values.py, V2)."""

EXACT_BIT_COUNT_END = 57
"""An int of fewer bits is a dividend of which `#` has no digits to drop (numbers.py, `EXACT_END`)."""

SLACK_END = INT_END - (1 << (BIT_COUNT_END - 1))
"""So much less than 1E18 is an int of few enough bits."""

assert 1 << (EXACT_BIT_COUNT_END - 1) < EXACT_END

DEPTH_MAX = 12
"""A deeper tree is generated in parts."""


@dataclass(slots=True)
class Leaf:
    """An operand: a value that was evaluated, or a local that was read and may be undefined."""

    value: Val
    node: nodes.Local | None = None
    scale: int = 0
    """An int is a number of units with so many decimals (scales.py)."""


@dataclass(slots=True)
class Op:
    """An operator with its operands; a unary one has the right one only."""

    node: nodes.Binary | nodes.Unary
    left: Tree | None
    right: Tree


Tree = Leaf | Op


@dataclass(slots=True)
class Fast:
    """An int as an expression of Python."""

    text: str
    low: int
    high: int
    slack: int | None = None
    """None: it is between its bounds. Else it is an M number only if it, or it and so much more, has few bits."""
    scale: int = 0
    """It is a number of units with so many decimals."""

    @property
    def bound(self) -> int:
        """Return how large it can be, whatever its sign."""
        return max(abs(self.low), abs(self.high))


class NotInLine(Exception):
    """A tree has an operand that is no int, or may be none."""


def is_simple(node: nodes.Expression, apart: Set[str], depth: int = 0) -> bool:
    """Return whether an expression consists of ints and locals: to read them has no effect and no error.

    `apart` are locals that cannot be read like others.
    """
    fixed = constant(node)
    if fixed is not None:
        return fixed.__class__ is int
    if isinstance(node, nodes.Group):
        return is_simple(node.expression, apart, depth)
    if depth >= DEPTH_MAX:
        return False
    if isinstance(node, nodes.Unary):
        return is_simple(node.operand, apart, depth + 1)
    if isinstance(node, nodes.Binary) and node.operator in IN_LINE:
        return is_simple(node.left, apart, depth + 1) and is_simple(node.right, apart, depth + 1)
    return isinstance(node, nodes.Local) and not node.subscripts and is_plain(node) and node.name not in apart


class ArithmeticGenerator(ReferenceGenerator):
    """Generates numbers."""

    def arithmetic(self, node: nodes.Binary | nodes.Unary) -> Val:
        """Write what evaluates an operator of numbers, and return its value."""
        tree = self._tree(node, 0)
        return tree.value if isinstance(tree, Leaf) else self._whole(tree)

    def _tree(self, node: nodes.Expression, depth: int) -> Tree:
        """Return an expression as a tree. Its leftmost operand is evaluated by what is written; others are read."""
        if isinstance(node, nodes.Group):
            return self._tree(node.expression, depth)
        if depth < DEPTH_MAX:
            if isinstance(node, nodes.Unary) and constant(node) is None:
                return self._fitting(Op(node, None, self._tree(node.operand, depth + 1)))
            if isinstance(node, nodes.Binary) and node.operator in FUNCTIONS:
                if node.operator not in RELATIONS or is_simple(node, self._apart, depth):
                    return self._operation(node, depth)
        if isinstance(node, nodes.Local) and is_simple(node, self._apart):
            known = self.known_value(node.name)
            if known is not None:
                return Leaf(known)
            self.mark(node)
            return Leaf(self.read(node.name), node)
        return Leaf(self.value(node))

    def scaled_value(self, node: nodes.Expression, scale: int) -> Val:
        """Write what evaluates an expression that has a scale, and return what is held of it at this one."""
        fixed = constant(node)
        if fixed is None:
            tree = self._scaled_tree(node)
            assert isinstance(tree, Op), "a local alone has no scale"
            return self._whole(tree, scale)
        assert not isinstance(fixed, str), "a text has no scale"
        units = scaled(fixed, scale)
        if isinstance(units, int):
            return Val(f"({units})", Kind.INT, span=(units, units))
        return self.into_temp(f"scaled({self.literal(fixed).atom}, {scale})", Kind.NUMBER)

    def _scaled_tree(self, node: nodes.Expression) -> Tree:
        """Return an expression that has a scale as a tree: it consists of locals and literals."""
        fixed = constant(node)
        if fixed is not None:
            return Leaf(self.literal(fixed))
        if isinstance(node, nodes.Group):
            return self._scaled_tree(node.expression)
        if isinstance(node, nodes.Unary):
            return Op(node, None, self._scaled_tree(node.operand))
        if isinstance(node, nodes.Binary):
            return Op(node, self._scaled_tree(node.left), self._scaled_tree(node.right))
        assert isinstance(node, nodes.Local), "only such expressions have a scale"
        scale = self.scale_of(node.name)
        known = self.known_value(node.name)
        if known is not None:
            return Leaf(known, scale=scale)
        self.mark(node)
        return Leaf(self.read(node.name), node, scale)

    def scale_of(self, name: str) -> int:
        """Return the scale of a plain local; 0 if it has none."""
        return 0 if self.lift is None else self.lift.scales.get(name, 0)

    def has_scales(self, node: nodes.Expression) -> bool:
        """Return whether there is a local with a scale in an expression."""
        return (
            self.lift is not None
            and bool(self.lift.scales)
            and any(
                isinstance(each, nodes.Local) and not each.subscripts and each.name in self.lift.scales
                for each in node.walk()
            )
        )

    @property
    def _apart(self) -> Set[str]:
        """The locals of whose texts no second name may be made, and those that are held in units."""
        return self.grown if self.lift is None or not self.lift.scales else self.grown | set(self.lift.scales)

    def _operation(self, node: nodes.Binary, depth: int) -> Tree:
        if is_simple(node.right, self._apart) and node.operator in IN_LINE:
            left = self._tree(node.left, depth + 1)
            if not isinstance(left, Leaf) or left.value.kind is not Kind.TEXT:
                return self._fitting(Op(node, left, self._tree(node.right, depth + 1)))
        else:
            left = Leaf(self.value(node.left))
        # Both are evaluated one after the other, and so are the operators.
        return Leaf(self._whole(Op(node, left, Leaf(self.value(node.right)))))

    def _fitting(self, tree: Op) -> Tree:
        """Return a tree, or its value if it has an operand that is no int anyway."""
        return tree if all(_may_be_int(each) for each in (tree.left, tree.right)) else Leaf(self._whole(tree))

    # A whole tree

    def _whole(self, tree: Op, scale: int | None = None) -> Val:
        """Write what evaluates a tree, and return its value; with a scale, of operands that have scales, too."""
        value = self._computed(tree, scale)
        for leaf in _leaves(tree):
            if leaf.node is not None:
                self.known.learn(leaf.node.name, leaf.value)
        return value

    def _computed(self, tree: Op, scale: int | None) -> Val:
        has_unread = any(leaf.node is not None for leaf in _leaves(tree))
        writing = _Writing(self, has_unread=has_unread, is_scaled=scale is not None)
        name = self.temp()
        self.mark(tree.node)
        try:
            fast = writing.fast(tree)
            if scale:
                fast = writing.at_scale(fast, scale)
        except NotInLine:
            self._slow_at(tree, name, scale)
            return Val(name, Kind.NUMBER)
        tests = [*writing.classes, *writing.tests]
        if fast.slack is not None:
            tests.append(f"({name} := {bare(fast.text)}).bit_length() < {BIT_COUNT_END}")
            self.put(f"if not ({' and '.join(tests)}):")
        elif not tests:
            self.put(f"{name} = {bare(fast.text)}")
            return Val(name, Kind.INT, span=(fast.low, fast.high))
        else:
            self.put(f"if {' and '.join(tests)}: {name} = {bare(fast.text)}")
            self.put("else:")
        with self.indented():
            self._slow_at(tree, name, scale)
        return Val(name, Kind.NUMBER, span=_span_of_int(tree, fast))

    def _slow_at(self, tree: Op, name: str, scale: int | None) -> None:
        """Write a tree by functions into `name`, which is held at a scale."""
        self._slow(tree, name, is_rare=scale is not None)
        if scale:
            self.put(f"{name} = scaled({name}, {scale})")

    def _slow(self, tree: Tree, name: str = "", *, is_rare: bool) -> str:
        """Write a tree by functions, operator by operator; return what has its value, `name` if there is one."""
        if isinstance(tree, Leaf):
            atom = tree.value.atom
            if tree.node is not None:
                self.mark(tree.node)
                self.checked(tree.node.name, atom)
            return f"unscaled({atom}, {tree.scale})" if tree.scale else atom
        left = "" if tree.left is None else self._slow(tree.left, is_rare=is_rare)
        right = self._slow(tree.right, is_rare=is_rare)
        name = name or self.temp()
        self.mark(tree.node)
        if isinstance(tree.node, nodes.Unary):
            text = {"-": f"negate({right})", "+": f"plus({right})", "'": f"0 if to_bool({right}) else 1"}
            self.put(f"{name} = {text[tree.node.operator]}")
        else:
            call = f"{FUNCTIONS[tree.node.operator]}({left}, {right})"
            in_line = "" if self.lift is None or is_rare else self._of_decimals(tree, left, right)
            if not in_line:
                self.put(f"{name} = {'1 - ' if tree.node.negated else ''}{call}")
                return name
            self.put(f"try: {name} = {in_line} else {call}")
            self.put(f"except ArithmeticError: {name} = {call}")
        return name

    def _of_decimals(self, tree: Op, left: str, right: str) -> str:
        """Return what computes in line with what may well be decimals, and the condition that they are.

        It is what numbers.py does where nothing is wrong; nothing is returned where there is no such thing.
        """
        operator = tree.node.operator
        if operator not in ("+", "-", "*", "/"):
            return ""
        if operator == "/" and isinstance(tree.left, Leaf) and tree.left.value.kind is Kind.INT:
            return self._quotient_of_ints(tree.left.value, _number(tree.right))
        tests, names, signs = [], [], []
        for operand, atom in ((tree.left, left), (tree.right, right)):
            number = _number(operand)
            if number is None:
                if isinstance(operand, Leaf) and operand.value.kind in (Kind.INT, Kind.TEXT):
                    return ""
                tests.append(f"{atom}.__class__ is Decimal")
                names.append(atom)
                signs.append(f"{atom}.is_signed()")
            elif isinstance(number, Decimal) or (number and operator == "/"):
                names.append(self.extern("number", str(number)))
                signs.append(str(number < 0))
            else:
                return ""
        if operator in "+-":
            # If they are of one sign, nothing has to be dropped of the smaller one.
            tests.append(f"{signs[0]} is {'' if operator == '+' else 'not '}{signs[1]}")
        if not tests:
            return ""  # two literals
        zero = " or 0" if operator == "/" else ""
        return f"{names[0]} {operator} {names[1]}{zero} if {' and '.join(tests)}"

    def _quotient_of_ints(self, left: Val, right: int | Decimal | None) -> str:
        """Do that for the quotient of an int and a literal."""
        if not isinstance(right, int) or not right:
            return ""
        low, high = left.span
        decimal = f"SMALL[{left.atom}]" if -SMALL_END < low <= high < SMALL_END else f"Decimal({left.atom})"
        divisor = self.extern("number", str(right))
        return f"{decimal} / {divisor} if {left.atom} % ({right})"


def _number(tree: Tree | None) -> int | Decimal | None:
    """Return the number that an operand is, if it is a literal."""
    literal = tree.value.literal if isinstance(tree, Leaf) else None
    return None if isinstance(literal, str) else literal


def _span_of_int(tree: Op, fast: Fast) -> tuple[int, int]:
    """Return between which the value of a tree is if it is an int, however it was computed: known of remainders."""
    is_rest = isinstance(tree.node, nodes.Binary) and tree.node.operator == "#"
    return (fast.low, fast.high) if is_rest and isinstance(tree.right, Leaf) and tree.right.value.literal else INT_SPAN


def _operands(tree: Op) -> list[Leaf]:
    """Return those operands of an operator that are no operators."""
    return [each for each in (tree.left, tree.right) if isinstance(each, Leaf)]


def _leaves(tree: Tree | None) -> Iterator[Leaf]:
    """Yield the operands of a tree, from left to right."""
    if isinstance(tree, Leaf):
        yield tree
    elif tree is not None:
        yield from _leaves(tree.left)
        yield from _leaves(tree.right)


def _may_be_int(tree: Tree | None) -> bool:
    """Return whether an operand can be an int at all."""
    return not isinstance(tree, Leaf) or tree.value.literal is None or tree.value.literal.__class__ is int


class _Writing:
    """One tree on its way to Python."""

    def __init__(self, generator: ArithmeticGenerator, *, has_unread: bool, is_scaled: bool) -> None:
        """`has_unread` says whether an operand may be undefined; `is_scaled` whether there may be decimals."""
        self.generator = generator
        self.has_unread = has_unread
        self.is_scaled = is_scaled
        self.classes: dict[str, None] = {}
        """What must be so of the operands; in order."""
        self.tests: list[str] = []
        """What must be so of results."""

    def fast(self, tree: Tree) -> Fast:
        """Return what Python has to compute if all tests hold; NotInLine if that is never so."""
        if isinstance(tree, Leaf):
            return self._leaf(tree)
        node = tree.node
        if tree.left is None:
            right = self.fast(tree.right)
            if node.operator == "'":
                return Fast(f"(0 if {self._sure(right).text} else 1)", 0, 1)
            if node.operator == "+":
                return right
            return Fast(f"(-{right.text})", -right.high, -right.low, right.slack, right.scale)
        assert isinstance(node, nodes.Binary), "it has two operands"
        if node.operator == "=" and Kind.TEXT in [each.value.kind for each in _operands(tree)]:
            raise NotInLine  # texts are compared
        left = self.fast(tree.left)
        if node.operator == "/":
            return self._part(left, tree.right)
        right = self.fast(tree.right)
        if node.operator == "*":
            return replace(self._product(left, right), scale=left.scale + right.scale)
        scale = max(left.scale, right.scale)
        left, right = self.at_scale(left, scale), self.at_scale(right, scale)
        if node.operator in "=<>":
            text = f"{self._sure(left).text} {'==' if node.operator == '=' else node.operator} {self._sure(right).text}"
            return Fast(f"({'0 if ' + text + ' else 1' if node.negated else '1 if ' + text + ' else 0'})", 0, 1)
        if node.operator == "#":
            return self._rest(left, self._sure(right))
        if node.operator == "\\":
            return self._quotient(self._sure(left), self._sure(right))
        if node.operator in "+-":
            return replace(self._sum(node.operator, left, right), scale=scale)
        raise NotInLine

    def at_scale(self, fast: Fast, scale: int) -> Fast:
        """Return a number in smaller units."""
        if fast.scale == scale:
            return fast
        factor = 10 ** (scale - fast.scale)
        return replace(self._product(fast, _literal(factor)), scale=scale)

    def _part(self, left: Fast, divisor: Tree) -> Fast:
        """Return a quotient by a literal, if there are decimals for it."""
        quotient = reciprocal(divisor.value.literal) if self.is_scaled and isinstance(divisor, Leaf) else None
        if quotient is None:
            raise NotInLine
        factor, scale = quotient
        return replace(self._product(left, _literal(factor)), scale=left.scale + scale)

    def _leaf(self, leaf: Leaf) -> Fast:
        value = leaf.value
        literal = value.literal
        if literal is not None:
            if literal.__class__ is int:
                return Fast(value.atom, literal, literal)
            if not isinstance(literal, Decimal) or not self.is_scaled or abs(literal) >= INT_END:
                raise NotInLine
            scale = decimals_of(literal)
            number = int(literal.scaleb(scale))
            return replace(_literal(number), scale=scale)
        if value.kind is Kind.INT:
            low, high = value.span
            return Fast(value.atom, low, high, scale=leaf.scale)
        if value.kind is Kind.TEXT:
            if self.has_unread:
                raise NotInLine  # that its number is out of range is no error before all operands are there
            name = self.generator.temp()
            self.classes[f"({name} := NUMBERS[{value.atom}]).__class__ is int"] = None
            return Fast(name, 1 - INT_END, INT_END - 1)
        self.classes[f"{value.atom}.__class__ is int"] = None
        low, high = value.span
        return Fast(value.atom, max(low, 1 - INT_END), min(high, INT_END - 1), scale=leaf.scale)

    def _sure(self, fast: Fast) -> Fast:
        """Return an int that is a number of M, having looked if need be."""
        if fast.slack is None:
            return fast
        return self._looked_at(fast, BIT_COUNT_END)

    def _tested(self, fast: Fast, test: str) -> str:
        """Demand something of an int, and return its name: it gets one if it has none, to be computed once."""
        if fast.text.isidentifier():
            self.tests.append(f"{fast.text}{test}")
            return fast.text
        name = self.generator.temp()
        self.tests.append(f"({name} := {bare(fast.text)}){test}")
        return name

    def _looked_at(self, fast: Fast, bit_count_end: int) -> Fast:
        name = self._tested(fast, f".bit_length() < {bit_count_end}")
        end = 1 << (bit_count_end - 1)
        return Fast(name, max(fast.low, -end), min(fast.high, end))

    def _sum(self, operator: str, left: Fast, right: Fast) -> Fast:
        if left.slack is not None and right.slack is not None:
            right = self._sure(right)
        left, right = [
            self._sure(one) if one.slack is not None and one.slack + other.bound >= SLACK_END else one
            for one, other in ((left, right), (right, left))
        ]
        low, high = (
            (left.low + right.low, left.high + right.high)
            if operator == "+"
            else (left.low - right.high, left.high - right.low)
        )
        text = f"({left.text} {operator} {right.text})"
        if left.slack is not None:
            return Fast(text, low, high, left.slack + right.bound)
        if right.slack is not None:
            return Fast(text, low, high, right.slack + left.bound)
        return _within(text, low, high)

    def _product(self, left: Fast, right: Fast) -> Fast:
        left, right = [
            self._sure(one) if other.low != other.high or other.low == 0 else one
            for one, other in ((left, right), (right, left))
        ]
        corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
        slacks = [each.slack for each in (left, right) if each.slack is not None]
        text = f"({left.text} * {right.text})"
        if slacks:
            return Fast(text, min(corners), max(corners), max(slacks))
        return _within(text, min(corners), max(corners))

    def _rest(self, left: Fast, right: Fast) -> Fast:
        if right.high <= 0 or (right.low == right.high and right.high >= EXACT_END):
            raise NotInLine
        if left.slack is not None or left.bound >= EXACT_END:
            left = self._looked_at(left, EXACT_BIT_COUNT_END)
        if right.low <= 0:
            self.tests.append(f"{right.text} > 0")
        if right.bound >= EXACT_END and left.low < 0:
            self.tests.append(f"{left.text} >= 0")
        return Fast(f"({left.text} % {right.text})", 0, right.high - 1)

    def _quotient(self, left: Fast, right: Fast) -> Fast:
        if right.high <= 0 or left.high < 0:
            raise NotInLine
        if right.low <= 0:
            self.tests.append(f"{right.text} > 0")
        if left.low < 0:
            left = Fast(self._tested(left, " >= 0"), 0, left.high)
        return _within(f"({left.text} // {right.text})", 0, left.high // max(right.low, 1))


def bare(text: str) -> str:
    """Return an expression without parentheses around it: it begins with one only if that ends with it.

    To read a pair takes Python's parser as long as to read an assignment.
    """
    return text[1:-1] if text[0] == "(" else text


def _literal(number: int) -> Fast:
    return Fast(str(number) if number >= 0 else f"({number})", number, number)


def _within(text: str, low: int, high: int) -> Fast:
    """Return an int that has to be looked at if its bounds are too far apart."""
    return Fast(text, low, high, None if low > -INT_END and high < INT_END else 0)


assert INT_SPAN[1] >= INT_END, "an int of which nothing is known has to be looked at"
