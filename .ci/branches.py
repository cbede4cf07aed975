"""Say how many branches of the storage engine the tests take, folder by folder; exit 1 if it is below a share.

    python .ci/branches.py build/coverage/all.json 97

Of `btree`, `wal`, `recovery` and the modules of `bumps` together, lines and branches alike: a branch is a jump
from a line that ends in one of several places, as coverage counts them.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

FOLDERS = ("btree", "wal", "recovery", "bumps")


def main(report: str, share_min: float) -> int:
    """Print the table; return the exit status."""
    counts: dict[str, Counter[str]] = {folder: Counter() for folder in FOLDERS}
    for name, file in json.loads(Path(report).read_text(encoding="utf-8"))["files"].items():
        folder, _, rest = name.partition("/")
        if folder in counts and "/" not in rest:
            counts[folder].update({key: value for key, value in file["summary"].items() if isinstance(value, int)})
    counts["together"] = sum(counts.values(), Counter())
    low = False
    for folder, count in counts.items():
        if not count["num_branches"]:
            print(f"{folder}: nothing was measured", file=sys.stderr)
            return 1
        branches = 100 * count["covered_branches"] / count["num_branches"]
        lines = 100 * count["covered_lines"] / count["num_statements"]
        print(f"{folder:10} branches {branches:6.2f} %  lines {lines:6.2f} %")
        low = low or (folder == "together" and min(branches, lines) < share_min)
    if low:
        print(f"the engine's branches and lines must be covered by {share_min:g} % at least", file=sys.stderr)
    return int(low)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
