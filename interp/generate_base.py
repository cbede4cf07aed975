"""What all parts of the generator share: the text that is written, temporaries, and what comes from outside.

A generator turns lines of a routine into the text of one Python function. Each statement of it does one
step, so that the order is M's, strictly from left to right, and so that a line of Python is one place of M.

What a value is known to be saves tests at run time (`Kind`). Names in generated code:

    m, cells, ...  what the machine gives; default arguments, as are the x0, x1, ... (`Extern`)
    c_A, p_A       the cell of local A, of %A, fetched at the start of the function if it is used often
    t1, t2, ...    temporaries of one command
    v1, v2, ...    what lives longer: loops
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from bumps.interp import nodes
from bumps.interp.generate_known import Known
from bumps.interp.lines import BEGINNING_END, COLUMN_END
from bumps.interp.symbols import Key
from bumps.interp.values import to_key


class Kind(Enum):
    """What is known of a value when code is generated."""

    INT = "int"
    NUMBER = "number"
    TEXT = "text"
    ANY = "any"


INT_SPAN = (-(10**47), 10**47)
"""What is known of an int of which nothing is known."""


class Val(NamedTuple):
    """A value in generated code: a name or literal of Python that can be read at any time, and often."""

    atom: str
    kind: Kind
    literal: str | int | Decimal | None = None
    span: tuple[int, int] = INT_SPAN
    """Between which it is if it is an int, both inclusive."""


Extern = tuple[str | int, ...]
"""What a generated function is given when it is bound to a machine (tiers.py): a word, and what the word needs."""

FETCH_COUNT_MIN = 3
"""A cell that is used at least so often is fetched once, at the start of the function."""

LOOP_FACTOR = 10
"""So many uses one use in a loop counts for."""

OWN_VALUES = frozenset(["n_", "r_"])
"""How names of Python begin that hold values in a late call (generate_late.py)."""

NEVER = 1 << 30
"""A depth that nothing has."""

DEPTH_MAX = 60
"""So deep generated code is nested at most; Python allows 100 levels of indentation."""


class Lift:
    """The locals that are names of Python in the loop that is written now."""

    def __init__(self, scales: Mapping[str, int], assumed: Mapping[str, Val]) -> None:
        self.has_functions = False
        """Whether a local may be set in the midst of an expression."""
        self.names: dict[str, str] = {}
        """The names of Python, by local."""
        self.scales = scales
        """The locals that are held in units with so many decimals (scales.py)."""
        self.stored: set[str] = set()
        """Those that are assigned."""
        self.cells: set[str] = set()
        """The locals whose cells are used."""
        self.conditions: dict[str, None] = {}
        """What must be so when the loop begins."""
        self.assumed = assumed
        """What locals are throughout the loop, if they are so when it begins (assumptions.py)."""
        self.relied: dict[str, Val] = {}
        """What of that something was written by."""
        self.is_wrong = False
        """Whether something is stored that is not as it was assumed to be."""

    def check(self, name: str, value: Val | None) -> None:
        """Take that a local gets a value; None if nothing is known of it."""
        assumed = self.assumed.get(name)
        if assumed is not None:
            low, high = INT_SPAN if value is None else value.span
            is_within = assumed.kind is not Kind.INT or assumed.span[0] <= low <= high <= assumed.span[1]
            self.is_wrong |= value is None or value.kind is not assumed.kind or not is_within


class TooDeep(Exception):
    """Generated code would be nested too deeply: the closure has to do it."""


class NotQuiet(Exception):
    """A body cannot be written where its call stands: it is called."""


class GeneratorBase:
    """Writes one function."""

    def __init__(self, charset: str) -> None:
        self.charset = charset
        self.text: list[str] = []
        self.marks: list[int] = []
        self.depth = 1
        self.region_depth = 2
        """What is written so deep is reached whenever what stands behind it is."""
        self.number = 0
        """The index of the M line that is generated now."""
        self.column = 1
        self.beginning = 0
        """What of M begins with the next line that is written (lines.py)."""
        self.externs: dict[Extern, str] = {}
        self.uses: Counter[str] = Counter()
        self.grown: set[str] = set()
        """Locals that are made longer in place: nothing else may hold their text then."""
        self.held: list[str] = []
        """Temporaries that hold the text of such a local until the command ends."""
        self.growing: dict[str, str] = {}
        """The names of Python that hold such texts while they are made longer."""
        self.temp_base = 0
        """So many temporaries are of commands around."""
        self.known = Known()
        self.lift: Lift | None = None
        """The locals that are names of Python, in a loop; None where none are (generate_lifted.py)."""
        self.pieces: dict[int, dict[tuple[str, str], int]] = {}
        """For the lines from a label on, by the index of the first: pieces that are wanted (generate_texts.py)."""
        self._temp_count = 0
        self._name_count = 0
        self.dead_depth = NEVER
        """What would be written so deep, or deeper, is never reached."""

    # Text

    def put(self, text: str) -> None:
        """Write a line; nothing if it could never be reached."""
        depth = self.depth
        if depth >= self.dead_depth:
            self.beginning = 0
            return
        self.dead_depth = NEVER
        mark = (self.number * COLUMN_END + self.column) * BEGINNING_END
        if self.beginning:
            mark += self.beginning
            if text.startswith(("for ", "while ")):  # what loops is reached more than once
                self.text.append(" " * depth + "pass")
                self.marks.append(mark)
                mark -= self.beginning
            self.beginning = 0
        self.text.append(" " * depth + text)
        self.marks.append(mark)

    def put_last(self, text: str) -> None:
        """Write a line behind which nothing is reached: `return`, `break`, `continue`, `raise`."""
        if self.depth < self.dead_depth:
            self.put(text)
            self.dead_depth = self.depth

    @property
    def is_dead(self) -> bool:
        """Whether what would be written now is never reached."""
        return self.depth >= self.dead_depth

    def close(self) -> None:
        """End what is written one level deeper: Python wants a statement there, and what begins a line of its own."""
        if self.beginning or self.text[-1][-1] == ":":
            self.put("pass")

    def mark(self, node: nodes.Node) -> None:
        """Let what is written from now on be of this node."""
        self.column = node.start + 1

    def indented(self) -> Indented:
        """Write one level deeper."""
        return Indented(self)

    def temp(self) -> str:
        """Return a name that is free until the command ends."""
        self._temp_count += 1
        return f"t{self._temp_count}"

    def name(self) -> str:
        """Return a name that is used nowhere else in the function."""
        self._name_count += 1
        return f"v{self._name_count}"

    def end_command(self) -> None:
        """Give the temporaries back."""
        for name in self.held:
            self.put(f"{name} = None")
        self.held.clear()
        self.known.forget()
        self._temp_count = self.temp_base

    def temps(self) -> int:
        """Return how many temporaries are not free."""
        return self._temp_count

    def set_temps(self, count: int) -> None:
        """Give those back that were taken since there were so many."""
        self._temp_count = count

    def into_temp(self, text: str, kind: Kind, span: tuple[int, int] = INT_SPAN) -> Val:
        """Write an assignment to a new temporary; `span` is between which an int is."""
        name = self.temp()
        self.put(f"{name} = {text}")
        return Val(name, kind, None, span)

    def known_value(self, name: str) -> Val | None:
        """Return the value of a plain local if nothing has to be written for that."""
        held = self.value_of(name)
        if held is not None:
            fact = self.fact(name, held)
            is_lasting = held[:2] not in OWN_VALUES if self.lift is None else not self.lift.has_functions
            if fact is not None and is_lasting:
                return fact
            if not self.is_lifted(held):
                return Val(held, Kind.ANY)
        return self.known.get(name)

    def fact(self, name: str, held: str) -> Val | None:
        """Return what is known of a plain local that is a name of Python."""
        fact = self.known.fact(held)
        if fact is not None or self.lift is None or name not in self.lift.assumed:
            return fact
        self.lift.relied[name] = self.lift.assumed[name]
        return self.lift.assumed[name]._replace(atom=held)

    def read(self, name: str) -> Val:
        """Write what reads a plain local, which is None if it is undefined."""
        held = self.value_of(name)
        if held is None:
            return self.into_temp(f"{self.cell(name)}.v", Kind.ANY)
        if not self.is_lifted(held):
            return Val(held, Kind.ANY)
        fact = self.fact(name, held)
        return self.into_temp(held, Kind.ANY) if fact is None else self.into_temp(held, fact.kind, fact.span)

    def defined(self, name: str) -> Val:
        """Write what reads a plain local, and finds that it is undefined: one line, for there are many of them."""
        held = self.value_of(name)
        if held is not None and not self.is_lifted(held):
            return Val(held, Kind.ANY)
        fact = None if held is None else self.known.fact(held)
        found = held or f"{self.cell(name)}.v"
        atom = self.temp()
        self.put(f"if ({atom} := {found}) is None: {atom} = {self.extern('missing')}({name!r})")
        return Val(atom, Kind.ANY) if fact is None else Val(atom, fact.kind, span=fact.span)

    def fresh(self, name: str) -> str:
        """Write what reads a plain local into a name that may be assigned; NotQuiet for one that is always defined."""
        return self.into_temp(self.variable(name), Kind.ANY).atom

    def variable(self, name: str) -> str:
        """Return what has the value of a plain local, or None, and can be assigned; NotQuiet as `fresh`."""
        held = self.value_of(name)
        return held if held is not None and self.is_lifted(held) else f"{self.cell(name)}.v"

    def is_lifted(self, held: str) -> bool:
        """Return whether a name of Python stands for a local in a loop, or a late call: only that may be undefined."""
        return (self.lift is not None and held in self.lift.names.values()) or held[:2] in OWN_VALUES

    def checked(self, name: str, atom: str) -> None:
        """Write what finds that a plain local is undefined, now that its value is wanted."""
        held = self.value_of(name)
        if held is None or self.is_lifted(held):
            self.put(f"if {atom} is None: {atom} = {self.extern('missing')}({name!r})")

    def value(self, node: nodes.Expression) -> Val:
        """Write what evaluates an expression, and return its value."""
        raise AssertionError("generate_expressions.py has it")

    def by_closure(self, node: nodes.Expression, kind: Kind = Kind.ANY) -> Val:
        """Leave an expression to its closure."""
        self.mark(node)
        return self.into_temp(f"{self.of_node('value', node)}()", kind)

    def check_closure(self, node: nodes.Node) -> None:
        """Raise NotQuiet if somebody who knows only the symbol table would look for what is not there."""

    def check_reference(self, node: nodes.Local) -> None:
        """Do that for a reference to a local whose subscripts are evaluated."""

    # What comes from outside

    def extern(self, *what: str | int) -> str:
        """Return the name of something that the machine or the routine gives."""
        name = self.externs.get(what)
        if name is None:
            name = self.externs[what] = str(what[0]) if len(what) == 1 else f"x{len(self.externs)}"
        return name

    def of_node(self, word: str, node: nodes.Node) -> str:
        """Return the name of what the closure compiler makes of a node, which is called now."""
        self.known.forget()
        return self.extern(word, self.number, node.start, node.end, type(node).__name__)

    def literal(self, value: str | int | Decimal) -> Val:
        """Return a constant."""
        if value.__class__ is str:
            return Val(repr(value), Kind.TEXT, value)
        if isinstance(value, int):
            return Val(str(value) if value >= 0 else f"({value})", Kind.INT, value, (value, value))
        return Val(self.extern("number", str(value)), Kind.NUMBER, value)

    def literal_key(self, value: str | int | Decimal) -> str:
        """Return a constant as a subscript."""
        key: Key = to_key(value)
        return self.extern("number", str(key)) if isinstance(key, Decimal) else repr(key)

    # Locals

    def cell(self, name: str) -> str:
        """Return what gives the cell of a local: a name, or a look-up if it is rarely used."""
        if self.uses[name] >= FETCH_COUNT_MIN:
            return self.fetched(name)
        self.extern("name", name)
        return f"{self.extern('cells')}[{name!r}]"

    def value_of(self, name: str) -> str | None:
        """Return the name of Python that holds the value of a local itself; None if its cell does."""
        return None

    def table_of(self, name: str) -> str:
        """Return what has the cell of a local under its name."""
        return self.extern("cells")

    def fetched(self, name: str) -> str:
        """Return the Python name of a cell that was fetched."""
        return f"p_{name[1:]}" if name.startswith("%") else f"c_{name}"

    def fetched_names(self) -> list[str]:
        """Return the locals whose cells are fetched at the start."""
        return [name for name, count in self.uses.items() if count >= FETCH_COUNT_MIN]

    def fetch_all(self) -> None:
        """Fetch all cells anew: other ones may stand under their names."""
        for name in self.fetched_names():
            self.put(f"{self.fetched(name)} = {self.extern('cells')}[{name!r}]")


class Indented:
    """A context in which a generator writes one level deeper; what is learnt there of locals is unknown behind it."""

    __slots__ = ("_before", "_generator")

    def __init__(self, generator: GeneratorBase) -> None:
        self._generator = generator

    def __enter__(self) -> None:
        """Begin it."""
        generator = self._generator
        if generator.depth >= DEPTH_MAX:
            raise TooDeep
        generator.depth += 1
        self._before = generator.known.all()

    def __exit__(self, kind: object, *_: object) -> None:
        """End it; who has got an error begins anew from where he was."""
        if kind is None:
            self._generator.depth -= 1
            self._generator.known.keep_only(self._before)
