"""The name of a global: what may be one. Names come without `^` everywhere below the public face."""

from __future__ import annotations

import re
from functools import lru_cache

from bumps import limits
from bumps.errors import LimitError, UsageError

_NAME = re.compile(r"[%A-Za-z][A-Za-z0-9]*", re.ASCII)
_MEMO_COUNT_MAX = 10_000
_SHOWN_COUNT_MAX = 60


@lru_cache(_MEMO_COUNT_MAX)
def check_name(name: str) -> str:
    """Return the name of a global, or raise UsageError for what is none, LimitError for one that is too long."""
    if _NAME.fullmatch(name) is None:
        shown = name if name.isprintable() else ascii(name)[1:-1]
        shown = shown if len(shown) <= _SHOWN_COUNT_MAX else f"{shown[:_SHOWN_COUNT_MAX]}..."
        raise UsageError(f"^{shown}: not a name of a global", hint="a letter or %, then letters and digits")
    if len(name) > limits.GLOBAL_NAME_SIZE_MAX:
        raise LimitError(f"^{name[:_SHOWN_COUNT_MAX]}: a name has at most {limits.GLOBAL_NAME_SIZE_MAX} characters")
    return name
