"""Which case caught each mutant last: the gate tries it first.

`bumps torture mutants --remember` writes `catches.json`, in a source tree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

PATH = Path(__file__).with_name("catches.json")


def load() -> dict[str, str]:
    """Return name of a mutant -> its case; nothing if the file did not come along."""
    try:
        text = PATH.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    found: dict[str, str] = json.loads(text)
    return found


def remember(catches: Mapping[str, str]) -> None:
    """Write what caught these mutants; those that are not named keep theirs."""
    text = json.dumps({**load(), **catches}, indent=1, sort_keys=True)
    PATH.write_text(text + "\n", encoding="utf-8")


CATCHES: Mapping[str, str] = load()
