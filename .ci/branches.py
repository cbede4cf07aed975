"""Say how many branches of the engine and of the language the tests take; exit 1 if either is below its share.

    python .ci/branches.py build/coverage/all.json 97 95

The first share is that of `btree`, `wal`, `recovery` and the modules of `bumps` together, the second that of `interp`;
lines and branches alike: a branch is a jump from a line that ends in one of several places, as coverage counts them.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

ENGINE = ("btree", "wal", "recovery", "bumps")
LANGUAGE = "interp"


def main(report: str, engine_min: float, language_min: float) -> int:
    """Print the table; return the exit status."""
    counts: dict[str, Counter[str]] = {folder: Counter() for folder in (*ENGINE, LANGUAGE)}
    for name, file in json.loads(Path(report).read_text(encoding="utf-8"))["files"].items():
        folder, _, rest = name.partition("/")
        if folder in counts and "/" not in rest:
            counts[folder].update({key: value for key, value in file["summary"].items() if isinstance(value, int)})
    counts["engine"] = sum([counts[folder] for folder in ENGINE], Counter())
    least = {"engine": engine_min, LANGUAGE: language_min}
    status = 0
    for folder, count in counts.items():
        if not count["num_branches"]:
            print(f"{folder}: nothing was measured", file=sys.stderr)
            return 1
        branches = 100 * count["covered_branches"] / count["num_branches"]
        lines = 100 * count["covered_lines"] / count["num_statements"]
        print(f"{folder:10} branches {branches:6.2f} %  lines {lines:6.2f} %")
        if min(branches, lines) < least.get(folder, 0):
            print(f"{folder}: branches and lines must be covered by {least[folder]:g} % at least", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))
