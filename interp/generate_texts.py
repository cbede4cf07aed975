"""Texts in generated code: `_`, and the functions of values.

What is known when code is generated is not asked at run time: bounds, marks and tables that are literals. A short
path is taken where it can be seen that nothing is paid and nothing is wrong; all else is done by functions.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bumps.interp import nodes
from bumps.interp.bodies import facts_of
from bumps.interp.byte_functions import FUNCTIONS as BYTE_FUNCTIONS
from bumps.interp.compile_base import constant
from bumps.interp.compile_functions import LONG, PURE
from bumps.interp.costs import SIZE
from bumps.interp.functions import CODE_POINT_END, character, translation
from bumps.interp.generate_arithmetic import DEPTH_MAX, ArithmeticGenerator, bare
from bumps.interp.generate_base import INT_SPAN, Kind, Val
from bumps.interp.generate_references import OF_VARIABLES
from bumps.interp.values import to_text
from bumps.limits import STRING_SIZE_MAX

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

OF_VALUES = frozenset(PURE) | {"CHAR", "QLENGTH", "QSUBSCRIPT", "RANDOM", "ZCONVERT", "ZWIDTH"}
"""The functions whose arguments are values, and which a machine has ready."""

RESULTS = dict.fromkeys(["ASCII", "FIND", "LENGTH", "ZASCII", "ZFIND", "ZLENGTH", "RANDOM"], Kind.INT) | dict.fromkeys(
    ["CHAR", "EXTRACT", "FNUMBER", "JUSTIFY", "REVERSE", "TRANSLATE", "ZCHAR", "ZEXTRACT", "ZJUSTIFY", "ZTRANSLATE"],
    Kind.TEXT,
)

CONVERT_COUNT_MAX = 2
"""$ZCONVERT of more arguments is not built."""

COUNT_END = 1 << 62
"""What Python takes for a count is less."""

REPLACED_COUNT_MAX = 4
"""To replace so many characters one by one takes less time than `str.translate`."""

CODES = (-1, CODE_POINT_END - 1)
SIZES = (0, STRING_SIZE_MAX)
COUNTS = (1, STRING_SIZE_MAX + 1)
"""Between which $ASCII, $LENGTH and a count of pieces are."""


class TextGenerator(ArithmeticGenerator):
    """Generates texts."""

    def text_of(self, value: Val) -> str:
        """Return a name or literal for the text of a value."""
        in_line = self.text_in_line(value)
        if value.literal is not None or value.kind is Kind.TEXT:
            return in_line
        text = self.into_temp(bare(in_line), Kind.TEXT).atom
        if value.atom in self.held:
            self.held.append(text)
        return text

    @staticmethod
    def text_in_line(value: Val) -> str:
        """Return what has the text of a value, to be evaluated once."""
        a = value.atom
        if value.literal is not None:
            return repr(to_text(value.literal))
        if value.kind is Kind.TEXT:
            return a
        return f"str({a})" if value.kind is Kind.INT else f"({a} if {a}.__class__ is str else to_text({a}))"

    def paid(self, text: Val) -> Val:
        """Write that a text pays by its size, as it does in closures."""
        self.put(f"if len({text.atom}) >= {SIZE}: {self.extern('paid')}({text.atom})")
        return text

    # Concatenation

    def concatenation(self, node: nodes.Binary) -> Val:
        """Write what joins texts, and return the result.

        What follows the first operand and is a literal or a local is joined in one step, unless that makes a long
        text, or one of them has to be looked at: then it is done operator by operator, as M has it.
        """
        joined: list[nodes.Binary] = []
        first: nodes.Expression = node
        while isinstance(first, nodes.Binary) and first.operator == "_" and len(joined) < DEPTH_MAX:
            joined.append(first)
            first = first.left
            if not self._is_at_hand(joined[-1].right):
                break
        joined.reverse()
        left = self._operand(first) if self._is_at_hand(joined[0].right) else (self._joined_value(first), None)
        rights = [self._operand(each.right) for each in joined]
        self.mark(node)
        name = self.temp()
        parts = [left, *rights]
        tests = dict.fromkeys([test for value, _ in parts if (test := _joinable(value))])
        tests[f"len({name} := {_joined([value for value, _ in parts])}) < {SIZE}"] = None
        self.put(f"if not ({' and '.join(tests)}):")
        with self.indented():
            self._find(left)
            before = left[0].atom
            for binary, right in zip(joined, rights, strict=True):
                self._find(right)
                self.mark(binary)
                after = name if binary is node else self.temp()
                self.put(f"{after} = {self.extern('join')}({before}, {right[0].atom})")
                before = after
        for value, local in parts:
            if local is not None:
                self.known.learn(local.name, value)
        return Val(name, Kind.TEXT)

    def _is_at_hand(self, node: nodes.Expression) -> bool:
        """Return whether to evaluate an operand has no effect, and no error but that it is undefined."""
        return constant(node) is not None or (
            isinstance(node, nodes.Local) and not node.subscripts and node.name not in self.grown
        )

    def _operand(self, node: nodes.Expression) -> tuple[Val, nodes.Local | None]:
        """Write what evaluates or reads an operand: return its value, and the local that may be undefined."""
        if isinstance(node, nodes.Local) and self._is_at_hand(node):
            known = self.known_value(node.name)
            return (known, None) if known is not None else (self.read(node.name), node)
        return self._joined_value(node), None

    def _joined_value(self, node: nodes.Expression) -> Val:
        """Write what evaluates an operand, and return it; a literal as a text."""
        value = self.value(node)
        return value if value.literal is None else self.literal(to_text(value.literal))

    def _find(self, operand: tuple[Val, nodes.Local | None]) -> None:
        """Write what finds that an operand is undefined."""
        value, local = operand
        if local is not None:
            self.mark(local)
            self.checked(local.name, value.atom)

    # Functions

    def function_value(self, node: nodes.Function) -> Val:
        """Write what evaluates a function, and return its value."""
        of_variable = OF_VARIABLES.get(node.name)
        if of_variable is not None:
            return of_variable(self, node)
        if self.charset != "m" and node.name in BYTE_FUNCTIONS:
            return self.by_closure(node)
        if node.name == "LENGTH" and len(node.arguments) == 1:
            return self._length(node)
        if node.name in ("PIECE", "ZPIECE"):
            return self._piece(node)
        if node.name not in OF_VALUES or (node.name == "ZCONVERT" and len(node.arguments) > CONVERT_COUNT_MAX):
            return self.by_closure(node)
        values = [Val("None", Kind.ANY) if each is None else self.value(each) for each in node.arguments]
        self.mark(node)
        short = _SHORT.get(node.name)
        result = None if short is None else short(self, values)
        if result is not None:
            return result
        kind = RESULTS.get(node.name, Kind.ANY)
        called = IN_RUNTIME.get(node.name) or self.extern("function", node.name)
        result = self.into_temp(f"{called}({', '.join([each.atom for each in values])})", kind)
        return self.paid(result) if node.name in LONG else result

    def _length(self, node: nodes.Function) -> Val:
        argument = node.arguments[0]
        assert argument is not None, "the grammar refuses it"
        if isinstance(argument, nodes.Local) and not argument.subscripts and self.known_value(argument.name) is None:
            # It is not held meanwhile: a text that grows in place is nobody else's.
            variable, name = self.variable(argument.name), self.temp()
            self.put(f"if {variable}.__class__ is str: {name} = len({variable})")
            self.put("else:")
            with self.indented():
                value = self.value(argument)
                self.mark(node)
                self.put(f"{name} = len({bare(self.text_in_line(value))})")
            return Val(name, Kind.INT, span=SIZES)
        value = self.value(argument)
        self.mark(node)
        return self.into_temp(f"len({bare(self.text_in_line(value))})", Kind.INT, SIZES)

    def _piece_count(self, values: Sequence[Val]) -> Val | None:
        mark = values[-1].literal
        if mark.__class__ is not str or not mark:
            return None
        return self.into_temp(f"{self.text_in_line(values[0])}.count({mark!r}) + 1", Kind.INT, COUNTS)

    def _ascii(self, values: Sequence[Val]) -> Val | None:
        position = values[1].literal if len(values) > 1 else 1
        if position is None:
            return self._ascii_at(self.text_of(values[0]), values[1])
        if position.__class__ is not int or not 1 <= position <= STRING_SIZE_MAX:
            return None
        text = self.text_of(values[0])
        has = text if position == 1 else f"len({text}) >= {position}"
        return self.into_temp(f"ord({text}[{int(position) - 1}]) if {has} else -1", Kind.INT, CODES)

    def _ascii_at(self, text: str, position: Val) -> Val:
        """Write $ASCII at a place that is most often an int."""
        at = position.atom
        has = (
            f"{at} <= len({text})" if position.kind is Kind.INT and position.span[0] > 0 else f"0 < {at} <= len({text})"
        )
        code = f"ord({text}[{at} - 1]) if {has} else -1"
        if position.kind is not Kind.INT:
            code = f"({code}) if {at}.__class__ is int else ascii_code({text}, {at})"
        return self.into_temp(code, Kind.INT, CODES)

    def _char(self, values: Sequence[Val]) -> Val | None:
        end = 256 if self.charset == "m" else 0xD800
        tests = []
        for each in dict.fromkeys(values):
            low, high = each.span if each.kind is Kind.INT else INT_SPAN
            if each.literal is not None and not (each.kind is Kind.INT and 0 <= low <= high < end):
                return None
            if each.kind is not Kind.INT:
                tests.append(f"{each.atom}.__class__ is int")
            if low < 0 or high >= end:
                tests.append(f"0 <= {each.atom} < {end}")
        codes = [each.literal for each in values if each.literal is not None]
        if len(codes) == len(values):
            return self.literal(character(*codes, charset=self.charset)) if codes else None
        fast = " + ".join([f"chr({each.atom})" for each in values])
        slow = f"{self.extern('function', 'CHAR')}({', '.join([each.atom for each in values])})"
        return self.into_temp(f"{fast} if {' and '.join(tests)} else {slow}" if tests else fast, Kind.TEXT)

    def _find_from(self, values: Sequence[Val]) -> Val | None:
        wanted = values[1].literal
        start = values[2].literal if len(values) > 2 else 1
        if wanted is None or not to_text(wanted) or start.__class__ is not int or start != 1:
            return None
        mark = to_text(wanted)
        found = self.temp()
        text = f"{self.text_in_line(values[0])}.find({mark!r})"
        return self.into_temp(
            f"{found} + {len(mark) + 1} if ({found} := {text}) >= 0 else 0", Kind.INT, (0, STRING_SIZE_MAX + 1)
        )

    def _translate(self, values: Sequence[Val]) -> Val | None:
        literals = [each.literal for each in values[1:]]
        texts = [to_text(literal) for literal in literals if literal is not None]
        if not texts or len(texts) < len(literals):
            return None
        old, new = texts[0], texts[1] if len(texts) > 1 else ""
        text = self.text_in_line(values[0])
        if not old:
            return None
        table = translation(old, new)
        if len(table) <= REPLACED_COUNT_MAX and not any(
            ord(made) in list(table)[index + 1 :] for index, made in enumerate(table.values()) if made
        ):
            replaced = "".join([f".replace({chr(code)!r}, {made!r})" for code, made in table.items()])
            return self.paid(self.into_temp(text + replaced, Kind.TEXT))
        return self.paid(self.into_temp(f"{text}.translate({self.extern('table', old, new)})", Kind.TEXT))

    def _justify(self, values: Sequence[Val]) -> Val | None:
        size = values[1].literal
        if len(values) > 2 or size.__class__ is not int or not 0 <= size <= STRING_SIZE_MAX:
            return None
        return self.paid(self.into_temp(f"{self.text_in_line(values[0])}.rjust({size})", Kind.TEXT))

    def _extract(self, values: Sequence[Val]) -> Val | None:
        if len(values) == 1:
            return self.into_temp(f"{self.text_in_line(values[0])}[:1]", Kind.TEXT)
        text = self.text_of(values[0])
        first, last = values[1], values[-1]
        a, b = first.atom, last.atom
        slow = f"extract({', '.join([text, *[each.atom for each in values[1:]]])})"
        tests = []
        for each in dict.fromkeys((first, last)):
            if each.literal is None:
                if each.kind is not Kind.INT:
                    tests.append(f"{each.atom}.__class__ is int")
                if each.kind is not Kind.INT or each.span[0] < 1:
                    tests.append(f"{each.atom} > 0")
            elif each.literal.__class__ is not int or each.literal < 1:
                return self.paid(self.into_temp(slow, Kind.TEXT))
        start = str(int(first.literal) - 1) if first.literal is not None else f"{a} - 1"
        fast = f"{text}[{start}:{b}]"
        found = self.into_temp(f"{fast} if {' and '.join(tests)} else {slow}" if tests else fast, Kind.TEXT)
        is_short = last.literal.__class__ is int and last.literal < SIZE
        return found if is_short or first is last else self.paid(found)

    # Pieces

    def _piece(self, node: nodes.Function) -> Val:
        values = [self.value(each) for each in node.arguments if each is not None]
        self.mark(node)
        if len(values) == 4:
            return self.paid(self.into_temp(f"pieces({', '.join([each.atom for each in values])})", Kind.TEXT))
        mark = values[1].literal
        which = self.literal(1) if len(values) == 2 else values[2]
        index, (low, high) = which.literal, which.span
        if mark.__class__ is not str or not mark or which.kind is not Kind.INT or low < 1 or high >= COUNT_END:
            return self.paid(self.into_temp(f"piece({', '.join([each.atom for each in values])})", Kind.TEXT))
        if not isinstance(index, int):
            parts = self.into_temp(f"{self.text_in_line(values[0])}.split({mark!r}, {which.atom})", Kind.ANY).atom
            has = f"len({parts}) >= {which.atom}"
            return self.paid(self.into_temp(f"{parts}[{which.atom} - 1] if {has} else ''", Kind.TEXT))
        local = node.arguments[0]
        if isinstance(local, nodes.Local) and not local.subscripts and local.name not in self.grown:
            # What grows in place must not be held.
            most = self._most_pieces().get((local.name, mark), 0)
            if index <= most and values[0].literal is None:
                return self._kept_piece(local.name, self.text_of(values[0]), mark, index, most)
        if index == 1:
            return self.paid(self.into_temp(f"{self.text_in_line(values[0])}.partition({mark!r})[0]", Kind.TEXT))
        parts = self.into_temp(f"{self.text_in_line(values[0])}.split({mark!r}, {index})", Kind.ANY).atom
        return self.paid(self.into_temp(f"{parts}[{index - 1}] if len({parts}) >= {index} else ''", Kind.TEXT))

    def _kept_piece(self, name: str, text: str, mark: str, index: int, most: int) -> Val:
        """Write $PIECE of a local of which several are taken: it is taken apart once, as long as it is the same."""
        whole, parts = self.extern("kept", "text", name, mark), self.extern("kept", "pieces", name, mark)
        self.put(f"if {text} is not {whole}: {whole} = {text}; {parts} = {text}.split({mark!r}, {most})")
        has = f" if len({parts}) >= {index} else ''" if index > 1 else ""
        return self.paid(self.into_temp(f"{parts}[{index - 1}]{has}", Kind.TEXT))

    def around(self) -> tuple[int, Sequence[nodes.Line]]:
        """Return the lines from the label above to the next one, and the index of the first."""
        raise AssertionError("generate_calls.py has it")

    def _most_pieces(self) -> dict[tuple[str, str], int]:
        """Return of which locals several pieces are taken in the lines around, by which marks, and the last piece."""
        first, lines = self.around()
        if first not in self.pieces:
            found: dict[tuple[str, str], list[int]] = {}
            for line in lines:
                for name, mark, index in facts_of(line).pieces:
                    found.setdefault((name, mark), []).append(index)
            self.pieces[first] = {at: max(indexes) for at, indexes in found.items() if len(indexes) > 1}
        return self.pieces[first]


_SHORT: dict[str, Callable[[TextGenerator, Sequence[Val]], Val | None]] = {
    "ASCII": TextGenerator._ascii,
    "CHAR": TextGenerator._char,
    "EXTRACT": TextGenerator._extract,
    "FIND": TextGenerator._find_from,
    "JUSTIFY": TextGenerator._justify,
    "LENGTH": TextGenerator._piece_count,
    "TRANSLATE": TextGenerator._translate,
}
"""What generates a function in line; None, and nothing is written, if it is to be called."""


def _joinable(value: Val) -> str:
    """Return what must be so for a value to be joined as Python writes it; nothing for what is a text or an int."""
    if value.kind in (Kind.TEXT, Kind.INT):
        return ""
    if value.kind is Kind.NUMBER:
        return f"{value.atom}.__class__ is int"
    return f"({value.atom}.__class__ is str or {value.atom}.__class__ is int)"


def _joined(values: Sequence[Val]) -> str:
    """Return texts and ints, one behind the other, as an expression of Python."""
    if all(value.kind is Kind.TEXT for value in values):
        return f"({' + '.join([value.atom for value in values])})"
    written = []
    for value in values:
        if value.literal is None:
            written.append(f"{{{value.atom}}}")
        else:
            text = to_text(value.literal).encode("unicode_escape").decode("ascii")
            written.append(text.replace("{", "{{").replace("}", "}}").replace("'", "\\'"))
    return f"f'{''.join(written)}'"
