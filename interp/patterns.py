"""Pattern match `?`: compiled once, then matched in time linear in the text, whatever the pattern.

A set of positions in the text is one int: bit i stands for "i characters are matched so far". An atom maps
the set of positions before it to the set behind it. For a class of characters that may repeat without end
one addition walks all runs at once: with M the mask of the characters of the class, and S the positions
where the class goes on, the carries of S + M run to the end of each run.

    P1. Bit n of a set, n the size of the text, is the end; no set has a higher bit.
    P2. `_runs` finds where `count` units follow each other by doubling, so a count costs its logarithm.

There is no backtracking, so no pattern takes exponential time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from bumps.errors import MError
from bumps.interp.codes import merror
from bumps.interp.costs import SIZE
from bumps.interp.values import Value, to_text

Positions = int
Step = Callable[[str, Positions], Positions]
Spend = Callable[[int], None]
"""Pays so many steps (meter.py)."""


class AtomLike(Protocol):
    """What is read of an atom of the syntax tree (nodes.PatternAtom)."""

    @property
    def low(self) -> int:
        """The least count."""

    @property
    def high(self) -> int | None:
        """The greatest count, None without end."""

    @property
    def codes(self) -> str:
        """Pattern codes in capitals, or an empty string."""

    @property
    def text(self) -> str | None:
        """The literal, or None."""

    @property
    def alternatives(self) -> Sequence[PatternLike]:
        """The patterns of an alternation, or nothing."""


class PatternLike(Protocol):
    """What is read of a pattern of the syntax tree (nodes.Pattern)."""

    @property
    def atoms(self) -> Sequence[AtomLike]:
        """The atoms, in order."""


class Matcher(NamedTuple):
    """A compiled pattern."""

    step: Step
    size_min: int
    """A shorter text does not match."""
    regex: re.Pattern[str] | None
    """The same as a regular expression, where that cannot backtrack much; for bytes, or for ASCII."""
    is_bytes: bool
    atom_count: int
    spend: Spend

    def matches(self, value: Value) -> int:
        """Return 1 if the whole text matches, else 0."""
        text = value if isinstance(value, str) else to_text(value)
        if len(text) >= SIZE:
            self.spend(len(text) // SIZE * self.atom_count)
        if self.regex is not None and (self.is_bytes or text.isascii()):
            return 1 if self.regex.fullmatch(text) is not None else 0
        if len(text) < self.size_min:
            return 0
        return self.step(text, 1) >> len(text) & 1


def pay_nothing(count: int) -> None:
    """Let a match cost nothing: there is no Run that it is part of."""


def compile_pattern(pattern: PatternLike, charset: str = "utf-8", spend: Spend = pay_nothing) -> Matcher:
    """Return the matcher of a pattern; raises M10 if an upper count is below its lower, PATNOTFOUND for a code.

    `spend` is paid for long subjects, and for each repetition of an alternation.
    """
    steps = [_atom(atom, charset, spend) for atom in pattern.atoms]
    size_min = sum(atom.low * _size_min(atom) for atom in pattern.atoms)
    regex = _regex(pattern.atoms, charset)
    return Matcher(_sequence(steps), size_min, regex, charset == "m", len(pattern.atoms), spend)


def compile_late(pattern: PatternLike, charset: str, spend: Spend) -> Matcher:
    """Return the matcher of a pattern in a program: one that cannot be meant raises when it is asked, not before."""
    try:
        return compile_pattern(pattern, charset, spend)
    except MError as error:
        name, message = error.name, error.message

        def fail(text: str, at: Positions) -> Positions:
            error = merror(name)
            error.message = message
            raise error

        return Matcher(fail, 0, None, charset == "m", 1, spend)


# ------------------------------------------------------------------------------------------- classes of characters


def _ranges(*pairs: tuple[int, int]) -> frozenset[int]:
    return frozenset(code for first, last in pairs for code in range(first, last + 1))


BYTES: dict[str, frozenset[int]] = {
    "C": _ranges((0, 31), (127, 159), (255, 255)),
    "L": _ranges((97, 122), (170, 170), (186, 186), (223, 239), (241, 253)),
    "U": _ranges((65, 90), (192, 207), (209, 221)),
    "N": _ranges((48, 57)),
    "P": _ranges(
        (32, 47), (58, 64), (91, 96), (123, 126), (160, 169), (171, 185), (187, 191),
        (208, 208), (222, 222), (240, 240), (254, 254),
    ),
    "E": _ranges((0, 255)),
}  # fmt: skip
BYTES["A"] = BYTES["L"] | BYTES["U"]
"""Measured on GT.M in byte mode (LANGUAGE 1.1)."""


def _is_in_unicode(character: str, code: str) -> bool:
    """Return whether a character outside ASCII has the pattern code; what is neither letter nor control is P."""
    if code == "L":
        return character.islower() or (character.isalpha() and not character.isupper())
    if code == "U":
        return character.isupper()
    if code == "A":
        return character.isalpha()
    is_control = unicodedata.category(character).startswith("C")
    return is_control if code == "C" else code == "P" and not is_control and not character.isalpha()


class _Class(dict[int, str]):
    """Code point -> "1" if it has one of the pattern codes, else "0": the table of `str.translate`."""

    def __init__(self, codes: str, charset: str) -> None:
        super().__init__()
        self.codes = codes
        end = 256 if charset == "m" else 128
        members: frozenset[int] = frozenset().union(*(BYTES[code] for code in codes))
        self.update({code: "1" if code in members else "0" for code in range(end)})
        edges = [code for code in range(end + 1) if (code in members and code < end) != (code - 1 in members)]
        ranges = [f"\\x{first:02x}-\\x{behind - 1:02x}" for first, behind in zip(edges[::2], edges[1::2])]
        self.regex = f"[{''.join(ranges)}]"
        """The class as a regular expression, for characters of the table as it is made."""
        self.last: tuple[str, int] = ("", 0)
        """A text and its mask."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        found = "1" if "E" in self.codes or any(_is_in_unicode(character, each) for each in self.codes) else "0"
        self[code] = found
        return found

    def mask(self, text: str) -> int:
        """Return the int whose bit i tells whether character i is in the class.

        The last one is kept: an alternation that repeats asks for the same text again and again.
        """
        last = self.last
        if last[0] is not text:
            last = self.last = (text, int("0" + text.translate(self)[::-1], 2))
        return last[1]


_classes: dict[tuple[str, str], _Class] = {}


def _class(codes: str, charset: str) -> _Class:
    """Return the class of these codes; one for each set of codes is kept."""
    key = ("".join(sorted(set(codes))), charset)
    if key not in _classes:
        for code in key[0]:
            if code not in BYTES:
                raise merror("PATNOTFOUND", code)
        _classes[key] = _Class(*key)
    return _classes[key]


# ---------------------------------------------------------------------------------------------------------- atoms


def _atom(atom: AtomLike, charset: str, spend: Spend) -> Step:
    """Return the step of one atom."""
    low, high = atom.low, atom.high
    if high is not None and high < low:
        raise merror("PATUPPERLIM")
    if atom.text is not None:
        return _literal(atom.text, low, high) if atom.text else _stay
    if atom.alternatives:
        choices = [_sequence([_atom(each, charset, spend) for each in pattern.atoms]) for pattern in atom.alternatives]
        return _repeat(_either(choices), low, high, spend)
    return _run(_class(atom.codes, charset), low, high)


def _size_min(atom: AtomLike) -> int:
    """Return how many characters one repetition takes at least."""
    if atom.text is not None:
        return len(atom.text)
    if atom.alternatives:
        return min(sum(each.low * _size_min(each) for each in pattern.atoms) for pattern in atom.alternatives)
    return 1


def _regex(atoms: Sequence[AtomLike], charset: str) -> re.Pattern[str] | None:
    """Return the pattern as a regular expression if at most one atom has a range of counts, else None.

    Python takes longer to compile one of many atoms than the steps take to match.
    """
    if (
        len(atoms) > _REGEX_ATOM_COUNT_MAX
        or any(atom.alternatives for atom in atoms)
        or sum(atom.low != atom.high for atom in atoms) > 1
    ):
        return None
    parts: list[str] = []
    for atom in atoms:
        if atom.low > _REGEX_COUNT_MAX or (atom.high or 0) > _REGEX_COUNT_MAX:
            return None
        unit = f"(?:{re.escape(atom.text)})" if atom.text is not None else _class(atom.codes, charset).regex
        parts.append(f"{unit}{{{atom.low},{'' if atom.high is None else atom.high}}}")
    return re.compile("".join(parts))


_REGEX_COUNT_MAX = 65535
_REGEX_ATOM_COUNT_MAX = 100


def _sequence(steps: list[Step]) -> Step:
    """Return one step after the other."""
    if len(steps) == 1:
        return steps[0]

    def step(text: str, positions: Positions) -> Positions:
        for each in steps:
            positions = each(text, positions)
            if not positions:
                return 0
        return positions

    return step


def _either(steps: list[Step]) -> Step:
    """Return the union of the steps."""

    def step(text: str, positions: Positions) -> Positions:
        found = 0
        for each in steps:
            found |= each(text, positions)
        return found

    return step


def _stay(text: str, positions: Positions) -> Positions:
    """Match nothing: the empty literal, any number of times."""
    return positions


def _literal(wanted: str, low: int, high: int | None) -> Step:
    """Return the step over a text, low to high times."""
    width = len(wanted)

    def step(text: str, positions: Positions) -> Positions:
        if low == high == 1 and positions & positions - 1 == 0:
            at = positions.bit_length() - 1
            return positions << width if text.startswith(wanted, at) else 0
        most = len(text) // width
        if low > most:
            return 0
        mask = _occurrences(text, wanted)
        positions = _advance(positions, mask, low, width)
        return _spread(positions, mask, (most if high is None else min(high, most)) - low, width)

    return step


def _occurrences(text: str, wanted: str) -> int:
    """Return the int whose bit i tells whether `wanted` stands at i. The last one of each `wanted` is kept, too."""
    last = _literals.get(wanted)
    if last is None or last[0] is not text:
        if len(_literals) >= LITERAL_COUNT_MAX:
            _literals.clear()
        last = _literals[wanted] = (text, _occurrences_in(text, wanted))
    return last[1]


LITERAL_COUNT_MAX = 64
_literals: dict[str, tuple[str, int]] = {}


def _occurrences_in(text: str, wanted: str) -> int:
    bits = bytearray(b"0") * len(text)
    at = text.find(wanted)
    while at >= 0:
        bits[-1 - at] = ord("1")
        at = text.find(wanted, at + 1)
    return int(b"0" + bits, 2)


def _run(kind: _Class, low: int, high: int | None) -> Step:
    """Return the step over characters of a class."""

    def step(text: str, positions: Positions) -> Positions:
        mask = kind.mask(text)
        size = len(text)
        if low > size:
            return 0
        positions = _advance(positions, mask, low)
        if high is None:
            going = positions & mask
            return positions | ((going + mask) ^ mask) | going
        return _spread(positions, mask, min(high, size) - low)

    return step


def _advance(positions: Positions, mask: int, count: int, width: int = 1) -> Positions:
    """Return the positions behind exactly `count` units of the mask, each `width` characters."""
    return (positions & _runs(mask, count, width)) << count * width if count else positions


def _spread(positions: Positions, mask: int, count: int, width: int = 1) -> Positions:
    """Return the positions behind 0 to `count` units of the mask, in log(count) steps."""
    reached, done = positions, 0
    while done < count:
        more = min(done + 1, count - done)
        starts = _runs(mask, more, width)
        if not starts:
            return _spread(reached, mask, more - 1, width)
        reached |= (reached & starts) << more * width
        done += more
    return reached


def _runs(mask: int, count: int, width: int) -> int:
    """Return where at least `count` units of the mask follow each other."""
    starts, have = mask, 1
    while have < count and starts:
        more = min(have, count - have)
        starts &= starts >> more * width
        have += more
    return starts


def _repeat(once: Step, low: int, high: int | None, spend: Spend) -> Step:
    """Return `once`, low to high times. More often than there are characters changes nothing but empty steps do not."""

    def step(text: str, positions: Positions) -> Positions:
        cost = 1 + len(text) // SIZE
        for _ in range(low):
            spend(cost)
            behind = once(text, positions)
            if behind == positions:
                break
            positions = behind
            if not positions:
                return 0
        reached, fresh = positions, positions
        count = 0
        while fresh and (high is None or count < high - low):
            spend(cost)
            fresh = once(text, fresh) & ~reached
            reached |= fresh
            count += 1
        return reached

    return step
