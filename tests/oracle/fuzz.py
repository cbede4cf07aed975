"""Inputs that are nearly M: each is parsed and compiled, its tree gives it back; nothing raises, nothing takes long.

    python -m tests.oracle.fuzz [--count 1000000] [--seed N] [--first INDEX] [--json]

An input is made of real lines (tests/cases) that were spliced, cut, doubled, exchanged, nested, lengthened or filled
with noise. It is a routine, a line, a text of XECUTE, or a text of indirection: arguments of a command, an
expression, a variable, an entry, a pattern. It depends on tests/cases, the seed and its index alone: `--first INDEX
--count 1` makes a finding again. Unlike its neighbours this needs no GT.M: tables and cases compare what a bad line is.

It is a finding if an input raises, if its tree does not give its source back, if an error is no code or lies outside
of it, or if parsing, compiling and giving back take more than a second of CPU time together. The exit status is 1 if
there are findings. The slowest input is part of the report.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import json
import random
import re
import signal
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from bumps.errors import MError
from bumps.globals import Globals
from bumps.interp import grammar, lossless, nodes, patterns
from bumps.interp.codes import CODES
from bumps.interp.compile_commands import name_of
from bumps.interp.frames import Code
from bumps.interp.machine import PYTHON_FRAME_COUNT_MAX, Machine
from bumps.interp.routines import Image
from bumps.interp.source import Source, read
from bumps.limits import FRAME_COUNT_MAX
from tests.interp_cases import Texts, all_chunks

SECONDS_MAX = 1.0
"""CPU time that one input may take."""
STOP_SECONDS = 20.0
"""An input that takes so long is stopped: it may have no end."""
SIZE_MAX = 33_000
"""A little more than the longest line that can be used."""
FINDING_COUNT_MAX = 100
"""More are counted, but not kept."""
SHOWN_SIZE = 160
LONG_RATIO = 0.01
"""So many changes are made much larger than a person would."""
CHARSETS = ("m", "utf-8")
PROGRESS_COUNT = 100_000

KINDS = {"line": 30, "code": 15, "routine": 10, "argument": 20, "expression": 10, "name": 5, "entry": 5, "pattern": 5}
"""What an input is, and how often."""

OPERATORS = (
    "+",
    "-",
    "*",
    "/",
    "\\",
    "#",
    "**",
    "_",
    "=",
    "<",
    ">",
    "[",
    "]",
    "]]",
    "&",
    "!",
    "'=",
    "']]",
    "'&",
    ",",
    ":",
)
OPENERS = (
    *(("(", ")"), ("$$F(", ")"), ("A(", ")"), ("^A(", ")"), ("^(", ")"), ("^[", "]A"), ("^|", "|A"), ("@", "")),
    *(("-", ""), ("'", ""), ("+-", ""), ("$S(1:", ")"), ("$P(", ",1)"), ("$$F(.", ")"), ("A?1(", ")"), ("A?@", "")),
    *(("^$G(", ")"), ("$&F(", ")"), ('"', '"'), (".", ""), ("S ", ""), ("F  ", ""), ("I 1 ", ""), ("D  ", "")),
    *(("X ", ""), ("$T(@", ")"), ("@A@(", ")")),
)
BYTES = "\x00\x01\t\n\r\x0b\x1c\x7f\x80\x85\xa0\xff" + "".join(map(chr, range(32, 127)))
CHARACTERS = BYTES + "\u0130\u20ac\u2028\u0660\u00b2\udcff\ufeff\U0001f600"

FOLDED = str.maketrans(string.ascii_letters, string.ascii_letters.swapcase())

_pieces = re.compile(r'"[^"\n]*"?|[%A-Za-z][A-Za-z0-9]*|[0-9.]+|.', re.DOTALL).findall


class Input(NamedTuple):
    """What is parsed and compiled."""

    kind: str
    """One of KINDS."""
    keyword: str
    """Of a text of arguments: the command."""
    charset: str
    text: str


@dataclass
class Finding:
    """An input with which something is wrong, or the slowest."""

    index: int
    kind: str
    keyword: str
    charset: str
    what: str
    seconds: float
    text: str

    def __str__(self) -> str:
        """Return the lines that a person reads."""
        shown = repr(self.text[:SHOWN_SIZE]) + ("..." if len(self.text) > SHOWN_SIZE else "")
        kind = f"{self.kind} {self.keyword}".rstrip()
        return (
            f"{self.what}: input {self.index}, {kind}, {len(self.text):,} characters, {self.seconds:.3f} s\n  {shown}"
        )


@dataclass
class Report:
    """What a run found."""

    seed: int
    first: int
    count: int
    characters: int = 0
    good: int = 0
    """Inputs without any error of syntax."""
    finding_count: int = 0
    seconds: float = 0.0
    """CPU time of parsing, compiling and giving back, without the making of the inputs."""
    kinds: dict[str, int] = field(default_factory=dict)
    slowest: Finding | None = None
    findings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the lines that a person reads."""
        lines = [
            *map(str, self.findings),
            f"seed {self.seed}: {self.count:,} inputs, {self.characters:,} characters, {self.good:,} without an error; "
            f"{self.finding_count:,} findings, {self.seconds:.1f} s of CPU time",
        ]
        return "\n".join([*lines, *([str(self.slowest)] if self.slowest else [])])


# ------------------------------------------------------------------------------------------------ how inputs are made


@functools.cache
def corpus() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return real texts by their kind, each with its keyword: all that stands in tests/cases, and its parts."""
    found: dict[str, set[tuple[str, str]]] = {kind: set() for kind in KINDS}
    for chunk in all_chunks():
        for text in chunk.source.split("\n"):
            line = grammar.parse_line(text)
            found["line"].add(("", text))
            if line.commands:
                found["code"].add(("", text[line.commands[0].start :]))
            for node in line.walk():
                if isinstance(node, nodes.Command) and node.arguments and node.end < line.end:
                    first = min(child.start for child in node.children() if child is not node.condition)
                    found["argument"].add((name_of(node), text[first : node.end]))
                elif isinstance(node, nodes.Expression):
                    found["expression"].add(("", text[node.start : node.end]))
                if isinstance(node, nodes.Local | nodes.Global | nodes.Naked | nodes.Ssvn | nodes.Indirection):
                    found["name"].add(("", text[node.start : node.end]))
                elif isinstance(node, nodes.Entry):
                    found["entry"].add(("", text[node.start : node.end]))
                elif isinstance(node, nodes.Pattern):
                    found["pattern"].add(("", text[node.start : node.end]))
    found["routine"] = found["line"]
    return {kind: tuple(sorted(texts)) for kind, texts in found.items()}


class Maker:
    """Makes the inputs of a seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.corpus = corpus()
        self.random = random.Random()
        self.changes: tuple[Callable[[str, str, str], str], ...] = (
            self._splice, self._delete, self._double, self._exchange, self._replace, self._noise, self._nest,
            self._chain, self._unclose, self._cut, self._space, self._fold, self._number, self._name,
        )  # fmt: skip

    def input(self, index: int) -> Input:
        """Return the input of an index."""
        self.random.seed(self.seed << 40 | index)
        (kind,) = self.random.choices(tuple(KINDS), tuple(KINDS.values()))
        charset = self.random.choice(CHARSETS)
        keyword, text = self.random.choice(self.corpus[kind])
        if kind == "routine":
            text = self._routine(text, charset)
        elif kind == "argument" and self.random.random() < 0.1:
            keyword = self.random.choice(self.corpus[kind])[0]
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            other = self.random.choice(self.corpus[kind])[1]
            text = self.random.choice(self.changes)(text, other, charset)[:SIZE_MAX]
        return Input(kind, keyword, charset, text)

    def _routine(self, text: str, charset: str) -> str:
        """Return lines from the corpus, in blocks or not, some of them changed."""
        lines = [text]
        depth = 0
        for _ in range(self.random.randint(1, 12)):
            line = self.random.choice(self.corpus["line"])[1]
            depth = max(0, depth + self.random.choice((-1, 0, 0, 0, 1)))
            if depth and line[:1] == " ":
                line = " " + ". " * depth + line.lstrip(" ")
            if self.random.random() < 0.2:
                line = self.random.choice(self.changes)(line, text, charset)
            lines.append(line)
        return self.random.choice(("\n", "\n", "\n", "\r\n", "\r")).join(lines) + self.random.choice(("", "\n"))

    def _count(self, usual: int, large: int) -> int:
        """Return how often something is repeated: seldom very often."""
        return self.random.randint(1, large if self.random.random() < LONG_RATIO else usual)

    def _at(self, text: Sequence[str]) -> int:
        return self.random.randint(0, len(text))

    def _splice(self, text: str, other: str, charset: str) -> str:
        return text[: self._at(text)] + other[self._at(other) :]

    def _delete(self, text: str, other: str, charset: str) -> str:
        pieces = _pieces(text)
        at = self._at(pieces)
        return "".join(pieces[:at] + pieces[at + self.random.randint(1, 3) :])

    def _double(self, text: str, other: str, charset: str) -> str:
        pieces = _pieces(text)
        at = self._at(pieces)
        end = at + self.random.randint(1, 6)
        return "".join(pieces[:at] + pieces[at:end] * self._count(3, 3_000) + pieces[at:])

    def _exchange(self, text: str, other: str, charset: str) -> str:
        pieces = _pieces(text)
        if not pieces:
            return text
        left, right = self.random.randrange(len(pieces)), self.random.randrange(len(pieces))
        pieces[left], pieces[right] = pieces[right], pieces[left]
        return "".join(pieces)

    def _replace(self, text: str, other: str, charset: str) -> str:
        pieces, others = _pieces(text), _pieces(other)
        if pieces and others:
            pieces[self.random.randrange(len(pieces))] = self.random.choice(others)
        return "".join(pieces)

    def _noise(self, text: str, other: str, charset: str) -> str:
        at = self._at(text)
        noise = self.random.choices(BYTES if charset == "m" else CHARACTERS, k=self._count(3, 1_000))
        return text[:at] + "".join(noise) + text[at + self.random.choice((0, 1)) :]

    def _nest(self, text: str, other: str, charset: str) -> str:
        opener, closer = self.random.choice(OPENERS)
        count = self._count(3, 8_000) if self.random.random() < 0.9 else self.random.randint(95, 105)
        at = self._at(text)
        end = self.random.randint(at, len(text))
        closed = max(0, count - self.random.choice((0, 0, 0, 1)))
        return text[:at] + opener * count + (text[at:end] or "1") + closer * closed + text[end:]

    def _chain(self, text: str, other: str, charset: str) -> str:
        at = self._at(text)
        link = self.random.choice(OPERATORS) + self.random.choice(
            ("1", "A", "^A(1)", '"a"', "-A", "B(1)", "", other[:8])
        )
        count = self._count(4, 8_000) if self.random.random() < 0.98 else self.random.randint(995, 1_005)
        return text[:at] + link * count + text[at:]

    def _unclose(self, text: str, other: str, charset: str) -> str:
        places = [at for at, character in enumerate(text) if character in '"()']
        if not places:
            return text + self.random.choice('"()')
        at = self.random.choice(places)
        return text[:at] + text[at + 1 :]

    def _cut(self, text: str, other: str, charset: str) -> str:
        return text[: self._at(text)]

    def _space(self, text: str, other: str, charset: str) -> str:
        at = self._at(text)
        return text[:at] + self.random.choice((" ", "\t", " \t", "\xa0", ";")) * self._count(3, SIZE_MAX) + text[at:]

    def _fold(self, text: str, other: str, charset: str) -> str:
        return text.translate(FOLDED)

    def _number(self, text: str, other: str, charset: str) -> str:
        at = self._at(text)
        digits = self.random.choice("0159") * self._count(25, SIZE_MAX)
        return text[:at] + self.random.choice(("", ".", "-", "1E", "1E-", ".0")) + digits + text[at:]

    def _name(self, text: str, other: str, charset: str) -> str:
        at = self._at(text)
        return text[:at] + self.random.choice(("A", "%", "z9", "$Z", "^%")) * self._count(20, SIZE_MAX // 2) + text[at:]


# ------------------------------------------------------------------------------------------- what is done with an input


def _no_globals() -> Globals:
    raise AssertionError("what is compiled is not run")


class Trial:
    """Parses and compiles inputs of one charset. A method returns whether the input has no error of syntax."""

    def __init__(self, charset: str) -> None:
        self.charset = charset
        self.machine = Machine(
            globals_factory=_no_globals, input=io.BytesIO(), output=io.BytesIO(), loader=Texts({}), charset=charset
        )
        self.compiler = self.machine.routine_compiler

    def run(self, input: Input) -> bool:
        """Parse and compile; raises AssertionError with what is wrong, or what should not be raised."""
        text = input.text
        match input.kind:
            case "routine":
                encoding = "latin-1" if self.charset == "m" else "utf-8"
                return self._routine(read(text.encode(encoding, "surrogateescape"), name="R", charset=self.charset))
            case "line":
                line = grammar.parse_line(text)
                self._gives_back([line], (text,))
                self._compile(Source("R", (text,), "latin-1", ()), nodes.Routine("R", [line], {}, []))
                return line.bad is None
            case "code":
                line = grammar.parse_code(text)
                self._gives_back([line], (text,))
                self.compiler.text(line)
                return line.bad is None
            case "argument":
                arguments = grammar.parse_argument(input.keyword, text)
                if is_good := self._is_good(arguments, text):
                    self._arguments(input.keyword, arguments)  # type: ignore[arg-type]
            case "expression":
                expression = grammar.parse_expression(text)
                if is_good := self._is_good(expression, text):
                    self.compiler.value(expression)  # type: ignore[arg-type]
                    self.compiler.test(expression)  # type: ignore[arg-type]
            case "name":
                name = grammar.parse_name(text)
                if is_good := self._is_good(name, text):
                    self.compiler.reference(name)  # type: ignore[arg-type]
            case "entry":
                entry = grammar.parse_entry(text)
                if is_good := self._is_good(entry, text):
                    self.compiler.target(entry)  # type: ignore[arg-type]
                    self.compiler.value(nodes.Text(0, len(text), entry))  # type: ignore[arg-type]
            case _:
                pattern = grammar.parse_pattern(text)
                if is_good := self._is_good(pattern, text):
                    with contextlib.suppress(MError):  # such as 2.1N: an error where `?@` is evaluated
                        patterns.compile_pattern(pattern, self.charset)  # type: ignore[arg-type]
        return is_good

    def _arguments(self, keyword: str, arguments: Sequence[Any]) -> None:
        if keyword == "IF":
            for each in arguments:
                self.compiler.condition(each)
        else:
            self.compiler.arguments(keyword, arguments)

    def _routine(self, source: Source) -> bool:
        tree = grammar.parse_routine(source)
        for found in tree.diagnostics:
            assert found.code in CODES or found.code in ("CHARSET", "NAMETOOLONG"), f"no code: {found}"
            size = len(source.lines[found.line - 1]) + 1
            assert 1 <= found.column <= size or found.code == "LSEXPECTED", f"outside of its line: {found}"
        self._gives_back(tree.lines, source.lines)
        self._compile(source, tree)
        return not tree.diagnostics

    def _compile(self, source: Source, tree: nodes.Routine) -> None:
        image = Image("R", "R.m", source, self.compiler.machine)
        for number, line in enumerate(tree.lines):
            code: Code
            code, index = image.position(number)
            if line.commands or line.bad:
                self.compiler.line(image, number, code, index)
            image.block_below(number)

    def _is_good(self, tree: Any, text: str) -> bool:
        """Return whether there is a tree; it gives back the text, or says where it is bad."""
        parts = tree if isinstance(tree, list) else [tree]
        if isinstance(tree, nodes.Bad):
            assert tree.code in CODES, f"no code: {tree.code}"
            assert 0 <= tree.column <= len(text), f"outside of the text: {tree.column}"
        self._gives_back([nodes.Line(0, len(text), text, None, None, 0, parts, None, None)], (text,))
        return not isinstance(tree, nodes.Bad)

    def _gives_back(self, lines: Sequence[nodes.Line], texts: tuple[str, ...]) -> None:
        for line in lines:
            if line.bad is not None:
                assert line.bad.code in CODES, f"no code: {line.bad.code}"
                assert line.bad.start <= line.bad.column <= line.end, f"outside of its part: {line.bad.column}"
        for wrong in lossless.roundtrip(nodes.Routine("R", list(lines), {}, []), texts):
            raise AssertionError(wrong[:SHOWN_SIZE])


class NoEnd(BaseException):
    """An input took STOP_SECONDS. Nothing that is tested catches it."""


@contextlib.contextmanager
def _stopping() -> Iterator[None]:
    """Raise NoEnd in the main thread when the timer that each input sets runs out; give it all frames of a Run."""

    def stop(*arguments: object) -> None:
        raise NoEnd

    before = signal.signal(signal.SIGVTALRM, stop)
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, FRAME_COUNT_MAX * PYTHON_FRAME_COUNT_MAX))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        sys.setrecursionlimit(depth)


def fuzz(seed: int, first: int, count: int, *, say: Callable[[str], None] = lambda text: None) -> Report:
    """Try `count` inputs of a seed, from an index on; `say` gets a line now and then."""
    report = Report(seed, first, count)
    maker = Maker(seed)
    trials = {charset: Trial(charset) for charset in CHARSETS}
    kinds: Counter[str] = Counter()
    with _stopping():
        for index in range(first, first + count):
            made = maker.input(index)
            kinds[made.kind] += 1
            report.characters += len(made.text)
            what = ""
            signal.setitimer(signal.ITIMER_VIRTUAL, STOP_SECONDS)
            begin = time.thread_time()
            try:
                report.good += trials[made.charset].run(made)
            except NoEnd:
                what = "no end"
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
            seconds = time.thread_time() - begin
            report.seconds += seconds
            slowest = 0.0 if report.slowest is None else report.slowest.seconds
            if not what and seconds > SECONDS_MAX:
                what = "too slow"
            if what or seconds > slowest:
                found = Finding(index, made.kind, made.keyword, made.charset, what or "the slowest", seconds, made.text)
                if seconds > slowest:
                    report.slowest = found
                if what:
                    report.finding_count += 1
                    report.findings += [found] if len(report.findings) < FINDING_COUNT_MAX else []
            if (index - first + 1) % PROGRESS_COUNT == 0:
                say(f"{index - first + 1:,} inputs, {report.finding_count:,} findings, {report.seconds:.0f} s")
    report.kinds = dict(sorted(kinds.items()))
    return report


def main(arguments: Sequence[str]) -> int:
    """Try, print, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.oracle.fuzz", description="Parse and compile what is nearly M."
    )
    parser.add_argument("--count", type=int, default=1_000_000, help="how many inputs (1,000,000)")
    parser.add_argument("--seed", type=int, default=None, help="of the inputs; by default the time")
    parser.add_argument("--first", type=int, default=0, help="the index of the first input (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    seed = time.time_ns() // 1_000_000 % 10**9 if options.seed is None else options.seed
    report = fuzz(seed, options.first, options.count, say=lambda text: print(text, file=sys.stderr, flush=True))
    print(json.dumps(asdict(report)) if options.json else report)
    return 1 if report.finding_count else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
