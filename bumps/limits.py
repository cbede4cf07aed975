"""Every limit of bumps, by name, with its reason. A test stands at each.

Sizes are in bytes unless the name says otherwise. Limits of the M language come
from GT.M's, so that a program that fits there fits here.
"""

from __future__ import annotations

# Pages and keys (STORAGE 2)
PAGE_SIZE_DEFAULT = 8192
PAGE_SIZES = (512, 1024, 4096, 8192, 16384, 32768, 65536)
"""512 and 1,024 put both meta slots in one physical sector of a 4K disk: for tests only."""
PAGE_COUNT_MAX = 2**32 - 2
COUNTER_MAX = 2**63 - 1
"""LSNs, epochs, generations, counts of nodes and offsets in files: nothing that counts gets there, and what
is read from a disk can still be counted up."""
TREE_NUMBER_MAX = 2**32 - 1
"""Globals that were ever made in a database: each has a number that no other gets, in 32 bits."""
KEY_SIZE_MAX = 2048
"""With `key_size_max(page_size)`: a page must hold three cells, or a branch would not branch."""
VALUE_SIZE_MAX = 64 * 1024 * 1024
"""GT.M's limit is 1 MiB; scanned documents are larger."""
FRAME_SIZE_MAX = 256 * 1024 * 1024
"""One commit is one frame, and a frame is checked as a whole before it is used."""
GLOBAL_NAME_SIZE_MAX = 31
SUBSCRIPT_COUNT_MAX = 63
LINE_SIZE_MAX = 8 * VALUE_SIZE_MAX
"""Of a file to load: the largest value, at worst each of its bytes as `"a"_$C(10)_`."""

# Leaves and branches in memory
LEAF_CELL_COUNT_MAX = 256
LEAF_RUN_COUNT_MAX = 1024
"""In a leaf of ascending keys, which takes as many as fill a page: it is sorted already."""
BRANCH_CHILD_COUNT_MAX = 512
CACHE_SIZE_DEFAULT = 256 * 1024 * 1024
CACHE_CHARGE_PER_NODE = 120
"""What a dict leaf takes beyond the raw bytes of a node, measured (STORAGE 11.3)."""

# Journal
SEGMENT_SIZE_MIN = 1024 * 1024
SEGMENT_SIZE_MAX = 64 * 1024 * 1024
JOURNAL_ALIGNMENT = 4096
"""Rule R2: no byte that was acknowledged shares a sector with a later write."""
SECTOR_SIZE = 512
CHECKPOINT_JOURNAL_SIZE = 256 * 1024 * 1024
"""Bounds the time that recovery takes."""
GROUP_COUNT_MAX = 1000
GROUP_SIZE_MAX = 64 * 1024
GROUP_DELAY_MS = 2

# Transactions
TRANSACTION_LEVEL_MAX = 126

# The M language (LANGUAGE 1.5)
STRING_SIZE_MAX = 1048576
SOURCE_LINE_SIZE_MAX = 32767
INDIRECTION_SIZE_MAX = 8192
"""Of a text that XECUTE or an indirection runs: so much is parsed in a few milliseconds, and 20,000 are kept."""
CODE_CACHE_SIZE_MAX = 512 * 1024 * 1024
"""Bytes of generated code on disk (interp/code_cache.py): some 50 MB of M."""
M_SUBSCRIPT_COUNT_MAX = 31
ACTUAL_COUNT_MAX = 32
BLOCK_DEPTH_MAX = 31
FRAME_COUNT_MAX = 20000
NAME_SIZE_MAX = 31
EXPRESSION_DEPTH_MAX = 100
"""Parentheses, indirections and prefix operators inside each other: the parser and the compiler recurse."""
OPERATOR_COUNT_MAX = 1000
"""Binary operators of one expression: its tree is as deep."""


def key_size_max(page_size: int) -> int:
    """Return the largest encoded key, in bytes, that a database with this page size takes."""
    return min(KEY_SIZE_MAX, (page_size - 64) // 3)


def inline_size_max(page_size: int) -> int:
    """Return the largest key + value, in bytes, that stays in a leaf; more goes to overflow pages."""
    return (page_size - 64) // 3
