"""Prove that the pages of `data` are sound: one problem a line, and on after each.

It only reads, through its own eyes: nothing comes from a cache, and no check stands in for
another. What it says of the meta slots is in recovery/verify.py.

    V1. Every page from 2 to the page count is read and checked on its own, whoever uses it.
    V2. Every page belongs to exactly one of: tree, dead tree, overflow chain, freelist, free.
        This is said only if all branches could be read: below one that is broken nobody
        knows what belongs to whom.
    V3. A free page has an image (btree/freelist.py, F3), of a generation before the one that freed it.
    V4. What lies behind the page count is not looked at: a checkpoint that was given up may
        have left it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise

from bumps import limits
from bumps.btree import directory, freelist, overflow
from bumps.btree.body import decode_branch, decode_leaf
from bumps.btree.meta import Meta
from bumps.btree.node import BOTTOM, END, Branch, Chain, Leaf
from bumps.btree.page import (
    BRANCH,
    DIRECTORY_TREE,
    HEADER_SIZE,
    LEAF,
    OVERFLOW,
    PAGE_FIRST,
    Page,
    Reference,
    parse,
)
from bumps.btree.pager import Pager
from bumps.errors import BumpsError, CorruptionError, StorageError
from bumps.files import File
from bumps.keys import KeyCodec
from bumps.problem import Problem

UNOWNED, TREE, DEAD, CHAIN, LIST, FREE = range(6)
OWNERS = ("nothing", "a tree", "a dead tree", "an overflow chain", "the freelist's own pages", "the free pages")


def problems(data: File, meta: Meta, overrides: Mapping[int, bytes] | None = None) -> Iterator[Problem]:
    """Yield everything that is wrong with the pages of the state that `meta` names.

    Pages in `overrides` hide those in the file: a sealed set that is not home yet.
    """
    return _Verifier(data, meta, overrides or {}).run()


class _Verifier:
    def __init__(self, data: File, meta: Meta, overrides: Mapping[int, bytes]) -> None:
        self.data = data
        self.meta = meta
        self.page_size = meta.page_size
        # The slot may say anything: memory is for pages that are there.
        there = max(data.size() // meta.page_size, max(overrides, default=0) + 1)
        self.page_count = min(meta.page_count, there)
        self.pager = Pager(data, meta.page_size, self.page_count, overrides=overrides)
        self.codec = KeyCodec.of(meta.charset)
        self.owners = bytearray(self.page_count)
        self.bad: set[int] = set()
        """Pages that are not sound on their own, each reported once."""
        self.complete = True
        """Whether all that names pages could be read (V2)."""
        self.node_count = 0
        self.tree_count = 0
        """The highest number that a tree ever got: the directory says it before it names one."""
        self.names_of_trees: dict[int, bytes] = {}

    def problem(self, page: int, what: str) -> Problem:
        return Problem("data", page, None, what)

    def said(self, error: StorageError, page: int) -> Problem:
        """Return an error as a problem, without the place with which its message begins."""
        place = int(error.details.get("page", page))
        return self.problem(place, error.message.removeprefix(f"data: page {place}: "))

    def run(self) -> Iterator[Problem]:
        yield from self.check_pages()
        yield from self.check_trees()
        yield from self.check_freelist()
        if self.complete:
            for page in range(PAGE_FIRST, self.page_count):
                if self.owners[page] == UNOWNED:
                    yield self.problem(page, "belongs to nothing: it is lost")

    # Each page on its own

    def check_pages(self) -> Iterator[Problem]:
        """Check every page without asking who uses it (V1)."""
        if self.page_count < self.meta.page_count:
            what = f"{self.page_count} pages in the file, the meta slot says {self.meta.page_count}"
            yield Problem("data", None, None, what)
        for number in range(PAGE_FIRST, self.page_count):
            try:
                image = self.pager.image(number)
                page = parse(image, self.page_size, number)
            except StorageError as error:
                self.bad.add(number)
                yield self.said(error, number)
                continue
            for what in self.header(page, image):
                yield self.problem(number, what)

    def header(self, page: Page, image: bytes) -> Iterator[str]:
        """Yield what is wrong with a page whose checksum is right."""
        if page.generation > self.meta.generation:
            yield f"generation {page.generation}, the newest checkpoint is {self.meta.generation}"
        if page.lsn > self.meta.lsn:
            yield f"LSN {page.lsn}, the newest checkpoint has {self.meta.lsn}"
        if (page.level > 0) != (page.kind == BRANCH):
            yield f"kind {page.kind} of level {page.level}"
        if page.kind == OVERFLOW and page.cell_count != 1:
            yield f"{page.cell_count} cells in an overflow page"
        if any(image[HEADER_SIZE + len(page.body) :]):
            yield "not zero behind its body"

    def claim(self, page: int, owner: int) -> str:
        """Note who owns a page (V2); return what is wrong with that, or nothing."""
        if not PAGE_FIRST <= page < self.page_count:
            self.complete = False
            return f"is named by {OWNERS[owner]}, and there are {self.page_count} pages"
        before = self.owners[page]
        if before != UNOWNED:
            return f"belongs to {OWNERS[before]} and to {OWNERS[owner]}"
        self.owners[page] = owner
        return ""

    def named(self, number: int, checksum: int) -> Iterator[Problem | Page]:
        """Yield the page that a reference names, or what is wrong with it."""
        if number in self.bad:
            return
        page = parse(self.pager.image(number), self.page_size, number)
        if page.checksum == checksum:
            yield page
        else:
            yield self.problem(
                number, f"checksum is {page.checksum:08x}, the reference to it says {checksum:08x}: stale"
            )

    # Trees

    def check_trees(self) -> Iterator[Problem]:
        """Walk the directory, and from it every tree."""
        root = self.meta.directory
        if root is not None:
            level = 0
            if PAGE_FIRST <= root.page < self.page_count and root.page not in self.bad:
                level = parse(self.pager.image(root.page), self.page_size, root.page).level
            yield from self.walk(root, DIRECTORY_TREE, level, TREE)
        if self.node_count != self.meta.node_count and self.complete:
            what = f"{self.node_count} nodes in all globals, the meta slot says {self.meta.node_count}"
            yield Problem("data", None, None, what)

    def walk(
        self, reference: Reference, tree: int, level: int, owner: int, low: bytes = BOTTOM, high: bytes = END
    ) -> Iterator[Problem]:
        """Check the subtree below a reference, whose keys lie in low <= key < high."""
        number = reference.page
        if wrong := self.claim(number, owner):
            yield self.problem(number, wrong)
            return
        page: Page | None = None
        for found in self.named(number, reference.checksum):
            if isinstance(found, Page):
                page = found
            else:
                yield found
        if page is None:
            self.complete = False
            return
        if page.tree != tree:
            yield self.problem(number, f"belongs to tree {page.tree}, its parent to tree {tree}")
        if page.kind != (BRANCH if level else LEAF) or page.level != level:
            self.complete = False
            yield self.problem(number, f"kind {page.kind} of level {page.level}, its parent says level {level}")
            return
        try:
            node: Leaf | Branch
            if level:
                node = decode_branch(page, self.page_count)
            else:
                node = decode_leaf(page, self.page_size, self.page_count)
        except CorruptionError as error:
            self.complete = False
            yield self.said(error, number)
            return
        if isinstance(node, Leaf):
            yield from self.check_leaf(node, reference, tree, owner, low, high)
        else:
            yield from self.check_branch(node, reference, tree, owner, low, high)

    def check_branch(
        self, branch: Branch, reference: Reference, tree: int, owner: int, low: bytes, high: bytes
    ) -> Iterator[Problem]:
        """Check a branch and all below it."""
        number = reference.page
        children = [child for child in branch.children if isinstance(child, Reference)]
        yield from self.check_sums(
            reference, sum(child.node_count for child in children), any(child.has_overflow for child in children)
        )
        bounds = [low, *branch.separators, high]
        for below, above in pairwise(bounds):
            if below >= above:
                yield self.problem(number, f"separator {below!r} is not below {above!r}")
        for index, child in enumerate(children):
            yield from self.walk(child, tree, branch.level - 1, owner, bounds[index], bounds[index + 1])

    def check_leaf(
        self, leaf: Leaf, reference: Reference, tree: int, owner: int, low: bytes, high: bytes
    ) -> Iterator[Problem]:
        """Check a leaf, its overflow chains, and what it means if it is of the directory."""
        number = reference.page
        yield from self.check_sums(reference, len(leaf.cells), bool(leaf.chains))
        keys = leaf.sort()
        if not keys:
            yield self.problem(number, "a leaf without cells")
        elif keys[0] < low or keys[-1] >= high:
            yield self.problem(number, f"keys {keys[0]!r} to {keys[-1]!r}, its parent says {low!r} to {high!r}")
        if max(map(len, keys), default=0) > limits.key_size_max(self.page_size):
            yield self.problem(number, f"a key of {max(map(len, keys))} bytes")
        for chain in leaf.chains.values():
            yield from self.check_chain(chain, tree)
        if tree == DIRECTORY_TREE:
            for key, value in leaf.cells.items():
                yield from self.check_entry(number, key, value)
            return
        for key in keys:
            try:
                self.codec.decode(key)
            except BumpsError as error:
                yield self.problem(number, f"key {key!r} is not canonic: {error.message}")

    def check_sums(self, reference: Reference, node_count: int, has_overflow: bool) -> Iterator[Problem]:
        """Check what a reference says of the content of its page."""
        if reference.node_count != node_count:
            yield self.problem(reference.page, f"{node_count} nodes, its parent says {reference.node_count}")
        if reference.has_overflow != has_overflow:
            yield self.problem(
                reference.page, f"overflow cells: {has_overflow}, its parent says {reference.has_overflow}"
            )

    def check_chain(self, chain: Chain, tree: int) -> Iterator[Problem]:
        """Check the pages of an overflow value, and the value."""
        sound = True
        for page in range(chain.page, chain.page + overflow.page_count(chain.size, self.page_size)):
            if wrong := self.claim(page, CHAIN):
                yield self.problem(page, wrong)
                sound = False
            sound = sound and page not in self.bad
        if sound:
            try:
                self.pager.value(chain, tree)
            except CorruptionError as error:
                yield self.said(error, chain.page)

    def check_entry(self, number: int, key: bytes, value: object) -> Iterator[Problem]:
        """Check a cell of the directory, and the tree that it names."""
        what = f"directory: {key!r}"
        try:
            if not isinstance(value, bytes):
                raise ValueError("its value is outside")
            if key == directory.TREES:
                (self.tree_count,) = directory.COUNT.unpack(value)
                return
            entry = directory.decode(value, self.page_count)
        except (ValueError, struct.error) as error:
            self.complete = False
            yield self.problem(number, f"{what}: {error}")
            return
        if directory.is_dead(key):
            yield from self.walk(entry.root, entry.number, entry.level, DEAD)
            return
        if not directory.is_name(key):
            yield self.problem(number, f"{what} is not the name of a global")
        if self.names_of_trees.setdefault(entry.number, key) != key:
            yield self.problem(number, f"{what} has the same tree as {self.names_of_trees[entry.number]!r}")
        if entry.number > self.tree_count:
            yield self.problem(number, f"{what} has tree {entry.number}, and the last tree was {self.tree_count}")
        self.node_count += entry.root.node_count
        yield from self.walk(entry.root, entry.number, entry.level, TREE)

    # Free pages

    def check_freelist(self) -> Iterator[Problem]:
        """Check the list, and the pages that it says are free."""
        number, checksum = self.meta.freelist or (0, 0)
        end = PAGE_FIRST
        while number:
            if wrong := self.claim(number, LIST):
                self.complete = False
                yield self.problem(number, wrong)
                return
            page: Page | None = None
            for found in self.named(number, checksum):
                if isinstance(found, Page):
                    page = found
                else:
                    yield found
            try:
                if page is None:
                    self.complete = False
                    return
                runs, number, checksum = freelist.decode(page, self.page_count, self.meta.generation)
            except CorruptionError as error:
                self.complete = False
                yield self.said(error, number)
                return
            if runs and runs[0].page < end:
                yield self.problem(page.number, f"{runs[0]} begins before page {end}, the end of the run before it")
            for run in runs:
                end = run.end
                yield from self.check_run(run)

    def check_run(self, run: freelist.Run) -> Iterator[Problem]:
        """Check free pages: nobody else owns them, and their last image is there (V3)."""
        for number in range(run.page, run.end):
            if wrong := self.claim(number, FREE):
                yield self.problem(number, wrong)
            elif number not in self.bad:
                page = parse(self.pager.image(number), self.page_size, number)
                if page.generation >= run.generation:
                    what = f"is free since generation {run.generation}, its image is of generation {page.generation}"
                    yield self.problem(number, what)
