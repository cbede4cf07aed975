"""Keys: M collation as bytes. The tree compares bytes; this file alone knows M.

A key is the codes of its subscripts, joined. The name of the global is not in it.
The key of the node without subscripts is empty.

    SUBSCRIPT  CODE
    empty      10 00
    negative   70 - n, integer digits, fraction digits, both in nines' complement, 7E 00
    zero       78 00
    positive   80 + n, integer digits, fraction digits, 00       n = count of integer digits, 0..47
    string     C0, bytes, 00       in them  00 -> 01 01   01 -> 01 02   FE -> FE 01   FF -> FE 02

Codes are in hex; 80 + n and 70 - n are one byte. Digits are ASCII. The bytes of a string are
UTF-8, in a database of charset `m` one byte for each character.

A number is a subscript in canonic form: `0`, or an optional `-` and digits without a
leading zero, without a trailing zero after the point, without an exponent, with at
most 18 significant digits (zeros at either end do not count), 47 integer digits and
42 zeros after the point. All other text is a string: `007`, `-0`, `1E3`.

Invariants

    K1. Keys compare as M collates: a node before its descendants; in a level the empty
        string, numbers by value, strings bytewise.
    K2. 00 ends a code and occurs nowhere else; so a key has as many as subscripts, and
        no key but that of a descendant starts with the key of a node.
    K3. FF occurs nowhere; so the descendants of key k, and k, are the range [k, k + FF).
    K4. Every subscript has one code, and every code one subscript: decoding refuses
        what encoding would not have made.

Examples:

    7           81 37 00
    -12.5       6e 38 37 34 7e 00
    .05         80 30 35 00
    100         83 31 30 30 00
    "007"       c0 30 30 37 00
    "é"         c0 c3 a9 00
    1,"",0      81 31 00 10 00 78 00

Why K1 holds: the count of digits orders magnitudes, digits compare as text, and 00 ends
before any digit. Negatives mirror this, and 7E ends after any digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from itertools import islice, repeat
from typing import TypeVar

from bumps import limits
from bumps.errors import CorruptionError, LimitError, UsageError

Subscript = str | bytes | int | Decimal
Asked = TypeVar("Asked", str, bytes)
Answer = TypeVar("Answer", str, bytes)

CHARSETS = {"utf-8": "utf-8", "m": "latin-1"}
"""Each charset of a database, and Python's name of its encoding. In `m` a character is a byte."""

END = b"\0"
TAG_EMPTY, TAG_NEGATIVE, TAG_ZERO, TAG_POSITIVE, TAG_STRING = 0x10, 0x70, 0x78, 0x80, 0xC0
EMPTY = b"%c\0" % TAG_EMPTY
ZERO = b"%c\0" % TAG_ZERO
NUMBERS_FIRST = b"\x11"
"""Above the empty subscript, below all others."""
NEGATIVE_END = b"\x7e"
"""Above every digit, so that of two negatives with the same first digits the longer comes first."""

SIGNIFICANT_COUNT_MAX = 18
INTEGER_COUNT_MAX = 47
FRACTION_ZERO_COUNT_MAX = 42
DIGIT_COUNT_MAX = limits.KEY_SIZE_MAX
"""No number of more digits is written out: it would not fit a key, and 1E999999999 not the memory."""

MEMO_COUNT_MAX = 50_000
"""A full memo takes nothing new: where more subscripts than this come in turn, dropping and filling costs twice
what making a code does."""
MEMO_MISS_COUNT_MAX = 8 * MEMO_COUNT_MAX
"""After so many misses a full memo is dropped whole, to learn what is in use now."""
MEMO_SIZE_MAX = 256
"""Longer subscripts are rare, and would make the memo's size in bytes a surprise."""

_HEADS = [b"%c" % (TAG_POSITIVE + count) for count in range(INTEGER_COUNT_MAX + 1)]
_INTS = [head + b"%d\0" for head in _HEADS]
"""How to write the code of a positive int, by its count of digits."""
_INT_END = 10**SIGNIFICANT_COUNT_MAX
_TABLE_COUNT = 10_000
_TABLE_DIGIT_COUNT = 4
_TABLE_INT_END = _TABLE_COUNT**2
"""Ints below it are written with two tables: half of what formatting one takes."""
_COMPLEMENT = bytes.maketrans(b"0123456789", b"9876543210")
_NUMBER = re.compile(r"(-?)(?:([1-9][0-9]*)(?:\.([0-9]*[1-9]))?|\.([0-9]*[1-9]))")
_NUMBER_PREFIX = re.compile(r"-?[0-9]*\.?[0-9]*")
"""What a number may begin with."""
_NUMBER_STARTS = frozenset("-.123456789")
_PLAIN_STARTS_NOT = frozenset(["", *"-.0123456789"])
"""Text that begins with none of these, and is ASCII without controls, is a string as it stands."""
_RESERVED = re.compile(rb"[\x00\x01\xfe\xff]")
_ESCAPES = {b"\x00": b"\x01\x01", b"\x01": b"\x01\x02", b"\xfe": b"\xfe\x01", b"\xff": b"\xfe\x02"}
_ESCAPED = re.compile(rb"[\x01\xfe][\x01\x02]")
_UNESCAPES = {escape: byte for byte, escape in _ESCAPES.items()}


_SMALL: list[bytes] = []
"""The codes of the ints below 10,000."""
_STARTS: list[bytes] = []
"""How the code of an int begins, by the int without its last 4 digits."""
_ENDS: list[bytes] = []
"""How it ends, by its last 4 digits."""


def _fill_tables() -> None:
    """Fill the three tables, which takes some milliseconds: at the first int, not at the start of each program."""
    halves = [b"%02d" % number for number in range(100)]
    ends = [left + right for left in halves for right in [half + END for half in halves]]
    codes, starts = [ZERO], [b""]
    for count in range(1, _TABLE_DIGIT_COUNT + 1):
        head, longer = _HEADS[count], _HEADS[count + _TABLE_DIGIT_COUNT]
        for end in ends[10 ** (count - 1) : 10**count]:
            codes.append(head + end[-count - 1 :])
            starts.append(longer + end[-count - 1 : -1])
    _STARTS[:], _ENDS[:] = starts, ends
    _SMALL[:] = codes  # the last: it is asked first, and another thread may ask now


class KeyCodec:
    """Subscripts to keys and back, in one charset, with a memo. Get one by `KeyCodec.of`.

    Shared by threads: the memo is three dicts, and each step on them is atomic.
    """

    __slots__ = ("_codes", "_ones", "_texts", "charset", "decode_value", "encoding")

    def __init__(self, charset: str) -> None:
        """Make a codec with an empty memo of its own; `of` returns the one that all share."""
        if charset not in CHARSETS:
            raise UsageError(f"charset {charset!r}: it is utf-8 or m")
        self.charset = charset
        self.encoding = CHARSETS[charset]
        self.decode_value: Callable[[bytes], str | bytes] = bytes.decode if charset == "utf-8" else bytes
        """How a Python program gets a value that is stored: as `str`, in charset `m` as `bytes`."""
        self._codes = _Codes(self.encoding)
        self._texts = _Texts(self.encoding)
        self._ones = _Ones(self.encoding, self._codes)

    @staticmethod
    @cache
    def of(charset: str) -> KeyCodec:
        """Return the codec of `utf-8` or `m`."""
        return KeyCodec(charset)

    def encode(self, subscripts: Sequence[Subscript]) -> bytes:
        """Return the key of `subscripts`.

        Raises LimitError for more than 63 of them, UsageError for one that is no subscript.
        """
        parts = []
        codes = self._codes
        try:
            for subscript in subscripts:
                if type(subscript) is int and 0 <= subscript < _TABLE_INT_END:  # inline: a call would double the cost
                    if subscript < _TABLE_COUNT:
                        parts.append(_SMALL[subscript])
                    else:
                        parts.append(_STARTS[subscript // _TABLE_COUNT])
                        parts.append(_ENDS[subscript % _TABLE_COUNT])
                else:
                    parts.append(codes[subscript])  # type: ignore[index]  # _Codes takes every Subscript
        except IndexError:
            _fill_tables()
            return self.encode(subscripts)
        except TypeError as error:  # not hashable
            raise UsageError(f"a subscript is a str, bytes, int or Decimal: {error}") from None
        if len(subscripts) > limits.SUBSCRIPT_COUNT_MAX:
            raise LimitError(f"{len(subscripts)} subscripts: at most {limits.SUBSCRIPT_COUNT_MAX}")
        return b"".join(parts)

    def encode_one(self, subscript: Subscript) -> bytes:
        """Return the code of `subscript`, with the 00 that ends it; errors as `encode`."""
        if type(subscript) is str:
            return self._codes[subscript]
        if type(subscript) is int:
            return encode_int(subscript)
        if type(subscript) is bytes:
            try:
                return self._codes[subscript.decode(self.encoding)]
            except UnicodeDecodeError:
                pass  # the error is raised below
        return self.encode((subscript,))

    def decode(self, key: bytes) -> tuple[str, ...]:
        """Return the subscripts of `key`, as M has them; raise CorruptionError if it is not a key (K4)."""
        codes = key.split(END)
        if codes.pop():
            raise CorruptionError(f"key {key.hex(' ')}: its last subscript has no end")
        return tuple(map(self._texts.__getitem__, codes))

    def decodes(self, keys: Sequence[bytes]) -> bool:
        """Say whether `decode` takes each of these keys: for many it is three times faster than asking one by one."""
        try:
            for code in self._codes_of(keys):
                self._texts[code]
        except CorruptionError:
            return False
        return True

    def decode_all(self, keys: Sequence[bytes], *head: str) -> list[tuple[str, ...]]:
        """Return the subscripts of many keys, each behind `head`, in a third of the time; errors as `decode`."""
        texts = map(self._texts.__getitem__, self._codes_of(keys))
        counts = list(map(bytes.count, keys, repeat(END)))
        if len(set(counts)) == 1:
            return list(zip(*map(repeat, head), *[texts] * counts[0])) if counts[0] else [head] * len(counts)
        return [(*head, *islice(texts, count)) for count in counts]

    @staticmethod
    def _codes_of(keys: Sequence[bytes]) -> list[bytes]:
        """Return the codes of many keys in one list, each without its 00."""
        for key in keys:
            if key[-1:] > END:
                raise CorruptionError(f"key {key.hex(' ')}: its last subscript has no end")
        codes = b"".join(keys).split(END)
        codes.pop()
        return codes

    def decode_one(self, code: bytes) -> str:
        """Return the subscript of `code`, which has its 00; raise CorruptionError if it is not a code (K4)."""
        return self._ones[code]

    def prefix_range(self, prefix: str | bytes | int | Decimal) -> tuple[str, bytes, bytes, bool]:
        """Return the text of `prefix`, and where the codes of subscripts that begin with it are: low <= code < high.

        The last item says that others may be there as well. Numbers collate by value, so those that begin
        with the same digits are not neighbours; strings are.
        """
        text = prefix.decode(self.encoding) if isinstance(prefix, bytes) else prefix
        text = text if isinstance(text, str) else number_text(text)
        if not text:
            return text, EMPTY, b"\xff", False
        low = _string_code(text, self.encoding)
        is_number = _NUMBER_PREFIX.fullmatch(text) is not None
        return text, NUMBERS_FIRST if is_number else low, low + b"\xff", is_number

    @staticmethod
    def split(key: bytes) -> list[bytes]:
        """Return the codes of the subscripts of `key`, each with its 00."""
        return [code + END for code in key.split(END)[:-1]]


class _Memo(dict[Asked, Answer]):
    """Answers that were given before, of one charset, and few enough of them."""

    __slots__ = ("encoding", "miss_count")

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self.encoding = encoding
        self.miss_count = 0
        """Since it is full."""

    def keep(self, asked: Asked, answer: Answer) -> None:
        """Take a pair in, if there is room."""
        if len(self) < MEMO_COUNT_MAX:
            if len(answer) <= MEMO_SIZE_MAX:
                self[asked] = answer
        elif self.miss_count < MEMO_MISS_COUNT_MAX:
            self.miss_count += 1
        else:
            self.miss_count = 0
            self.clear()


class _Codes(_Memo[str, bytes]):
    """The memo of codes. Looking up any subscript returns its code.

    Only `str` is kept. For `1`, `True`, `1.0` and `Decimal(1)` are one key to a dict, but
    two of them are no subscripts at all.
    """

    __slots__ = ()

    def __missing__(self, subscript: Subscript) -> bytes:
        if type(subscript) is str:
            code = encode_text(subscript, self.encoding)
            self.keep(subscript, code)
            return code
        if type(subscript) is int:
            return encode_int(subscript)
        if isinstance(subscript, str):
            return self[str.__str__(subscript)]  # not str(): an Enum has its name there
        if isinstance(subscript, bytes):
            try:
                return self[subscript.decode(self.encoding)]
            except UnicodeDecodeError:
                raise UsageError(f"subscript {subscript!r}: these bytes are not {self.encoding}") from None
        return self[number_text(subscript)]


class _Texts(_Memo[bytes, str]):
    """The memo of subscripts by their codes without 00."""

    __slots__ = ()

    def __missing__(self, code: bytes) -> str:
        digits = code[1:]
        # As in decode_code: most of those that no memo has met are positive ints, and two calls cost more than this.
        if digits.isdigit() and code[0] - TAG_POSITIVE == len(digits) <= SIGNIFICANT_COUNT_MAX and digits[0] != 0x30:
            text = digits.decode()
            if len(self) < MEMO_COUNT_MAX:
                self[code] = text
                return text
            if self.miss_count < MEMO_MISS_COUNT_MAX:
                self.miss_count += 1
                return text
        else:
            text = decode_code(code, self.encoding)
        self.keep(code, text)
        return text


class _Ones(_Memo[bytes, str]):
    """The memo of subscripts by their whole codes; what it learns, it tells the memo of codes.

    For `$ORDER` and whoever walks so: what one gets, one goes on to use as a subscript.
    """

    __slots__ = ("codes",)

    def __init__(self, encoding: str, codes: _Codes) -> None:
        super().__init__(encoding)
        self.codes = codes

    def __missing__(self, code: bytes) -> str:
        if code.find(END) != len(code) - 1:
            raise CorruptionError(f"code {code.hex(' ')}: 00 is not its end")
        digits = code[1:-1]
        if digits.isdigit() and code[0] - TAG_POSITIVE == len(digits) <= SIGNIFICANT_COUNT_MAX and digits[0] != 0x30:
            text = digits.decode()  # as in _Texts
        else:
            text = decode_code(code[:-1], self.encoding)
        self.keep(code, text)
        self.codes.keep(text, code)
        return text


def is_canonic(text: str) -> bool:
    """Return whether `text` is a number in canonic form, so that M collates it as one."""
    return text == "0" or (text[:1] in _NUMBER_STARTS and _canonic_match(text) is not None)


def number_text(number: object) -> str:
    """Return how M writes an int or a Decimal: no exponent, no leading or trailing zero.

    Raises UsageError for what is no number of M (float, bool, None, NaN, infinity), LimitError
    for one that would take more than 2,048 digits.
    """
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        hint = "write it as a str or a Decimal: a float would not be what was written" if type(number) is float else ""
        raise UsageError(f"{number!r} is no subscript and no number of M: {type(number).__name__}", hint=hint)
    if isinstance(number, int):
        if number.bit_length() > DIGIT_COUNT_MAX * 10 // 3:
            raise LimitError(f"an int of {number.bit_length()} bits: at most {DIGIT_COUNT_MAX} digits are written out")
        return str(int(number))
    if not number.is_finite():
        raise UsageError(f"{number} is no number of M")
    if not number:
        return "0"
    if abs(number.adjusted()) + len(number.as_tuple().digits) > DIGIT_COUNT_MAX:
        raise LimitError(f"a Decimal of the magnitude 1E{number.adjusted()}: at most {DIGIT_COUNT_MAX} digits")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def encode_int(number: int) -> bytes:
    """Return the code of an int: a number, or a string of digits if M has no such number."""
    if 0 < number < _INT_END:
        return _INTS[len(str(number))] % number
    if -_INT_END < number < 0:
        digits = b"%d" % -number
        return b"%c" % (TAG_NEGATIVE - len(digits)) + digits.translate(_COMPLEMENT) + NEGATIVE_END + END
    return encode_text(number_text(number), "ascii")


def encode_text(text: str, encoding: str) -> bytes:
    """Return the code of a subscript that is text; raise UsageError if the charset has not its characters."""
    first = text[:1]
    if first not in _PLAIN_STARTS_NOT and text.isascii() and text.isprintable():
        return b"\xc0%b\0" % text.encode()
    if first in _NUMBER_STARTS:
        if len(text) <= SIGNIFICANT_COUNT_MAX and text.isascii() and text.isdigit():
            return _HEADS[len(text)] + text.encode() + END
        match = _canonic_match(text)
        if match is not None:
            return _encode_number(match)
    elif not text:
        return EMPTY
    elif text == "0":
        return ZERO
    return _string_code(text, encoding) + END


def _string_code(text: str, encoding: str) -> bytes:
    """Return the code of a string without the 00 that ends it."""
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise UsageError(
            f"subscript {text!r}: character U+{ord(character):04X} is not in the charset ({encoding})"
        ) from None
    if _RESERVED.search(data):
        data = _RESERVED.sub(lambda match: _ESCAPES[match[0]], data)
    return b"\xc0" + data


def decode_code(code: bytes, encoding: str) -> str:
    """Return the subscript of a code without its 00; raise CorruptionError if no subscript has it (K4)."""
    tag = code[0] if code else 0
    digits = code[1:]
    count = tag - TAG_POSITIVE
    if count == len(digits) <= SIGNIFICANT_COUNT_MAX and digits.isdigit() and digits[0] != 0x30:
        return digits.decode()
    text = None
    if tag == TAG_STRING and digits.isascii():
        text = digits.decode()
        if text.isprintable() and text[:1] not in _PLAIN_STARTS_NOT:
            return text
    try:
        if tag == TAG_STRING:
            text = _unescape(digits).decode(encoding)
        elif tag in (TAG_EMPTY, TAG_ZERO) and not digits:
            text = "" if tag == TAG_EMPTY else "0"
        elif 0 <= count <= INTEGER_COUNT_MAX:
            text = _number(digits, count)
        elif 0 <= TAG_NEGATIVE - tag <= INTEGER_COUNT_MAX:
            text = "-" + _number(digits[:-1].translate(_COMPLEMENT), TAG_NEGATIVE - tag)
    except UnicodeDecodeError:
        text = None
    if text is None or encode_text(text, encoding) != code + END:
        raise CorruptionError(f"{code.hex(' ')} is not the code of a subscript")
    return text


def _canonic_match(text: str) -> re.Match[str] | None:
    """Return the parts of a canonic number that is not 0: sign, integer, its fraction, fraction alone."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    _, integer, fraction, small = match.groups()
    if small is not None:
        significant = small.lstrip("0")
        is_in_range = len(small) - len(significant) <= FRACTION_ZERO_COUNT_MAX
    else:
        significant = integer + fraction if fraction else integer.rstrip("0")
        is_in_range = len(integer) <= INTEGER_COUNT_MAX
    return match if is_in_range and len(significant) <= SIGNIFICANT_COUNT_MAX else None


def _encode_number(match: re.Match[str]) -> bytes:
    """Return the code of the canonic number that was matched."""
    sign, integer, fraction, small = match.groups("")
    digits = (integer + fraction + small).encode()
    if sign:
        return b"%c" % (TAG_NEGATIVE - len(integer)) + digits.translate(_COMPLEMENT) + NEGATIVE_END + END
    return _HEADS[len(integer)] + digits + END


def _number(digits: bytes, integer_count: int) -> str:
    """Return the text of a positive number from its digits."""
    text = digits.decode("ascii")
    return f"{text[:integer_count]}.{text[integer_count:]}" if len(text) > integer_count else text


def _unescape(data: bytes) -> bytes:
    """Return the bytes of a string subscript as they were before their escapes."""
    if _RESERVED.search(data):
        return _ESCAPED.sub(lambda match: _UNESCAPES[match[0]], data)
    return data
