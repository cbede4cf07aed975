"""Subscripts of globals as the codes that keys are made of: a memo of M's values in front of bumps/keys.py."""

from __future__ import annotations

from functools import cache

from bumps.interp.values import Value
from bumps.keys import KeyCodec

COUNT_MAX = 50_000
SIZE_MAX = 64


class SubscriptCodes(dict[Value, bytes]):
    """Value -> its code as a subscript, with the 00 that ends it; `codes[value]` takes any value of M.

    Numbers that are equal are one key of a dict, and have one code; no text is equal to a number. Shared by all
    machines of a charset, and so by threads: each step on it is atomic. Errors are those of `KeyCodec.encode_one`.
    """

    def __init__(self, charset: str) -> None:
        """Make an empty memo; `of` returns the one that all share."""
        super().__init__()
        self._encode = KeyCodec.of(charset).encode_one

    @staticmethod
    @cache
    def of(charset: str) -> SubscriptCodes:
        """Return the memo of `utf-8` or `m`."""
        return SubscriptCodes(charset)

    def __missing__(self, value: Value) -> bytes:
        code = self._encode(value)
        if len(code) <= SIZE_MAX:
            if len(self) >= COUNT_MAX:
                self.clear()
            self[value] = code
        return code
