"""Routines: found along a path, parsed at first use, and linked: labels, offsets, blocks.

`%X` lives in `_X.m`. Lines are compiled when they are reached for the first time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bumps.errors import MError
from bumps.interp import source
from bumps.interp.codes import merror
from bumps.interp.frames import Code, Goto, Label, Outcome, Place, Run, quit_now
from bumps.interp.lines import as_line
from bumps.interp.outline import outline_of

if TYPE_CHECKING:
    from bumps.interp import nodes
    from bumps.interp.code_cache import CodeCache, Entry
    from bumps.interp.machine import Machine

_PLAIN_ENTRY = re.compile(r"([%A-Za-z][A-Za-z0-9]{0,30})?\^([%A-Za-z][A-Za-z0-9]{0,30})")

NEAR_COUNT_MAX = 3
SHOWN_LABEL_COUNT_MAX = 8
"""So many names a hint offers."""


class Found(NamedTuple):
    """The source of a routine, and the name of its file for messages."""

    data: bytes
    file: str


class Loader(Protocol):
    """Where routines come from."""

    def find(self, name: str) -> Found | None:
        """Return the source of the routine, or None if there is none."""

    def names(self) -> Sequence[str]:
        """Return the names of all routines that can be found."""

    def advice(self, name: str) -> str:
        """Return where a routine that is not there was looked for, and what may have been meant."""


class Folders:
    """Routines in folders, searched in order."""

    def __init__(self, path: Sequence[str]) -> None:
        self.path = tuple(path)
        self._listed: dict[str, tuple[int, list[str]]] = {}
        """The routines in each folder, and its time of change when it was looked at."""

    def elsewhere(self, path: Sequence[str]) -> Folders:
        """Return a loader of the same sort for other folders."""
        return Folders(path)

    def find(self, name: str) -> Found | None:
        """Return the source of `name` from the first folder that has it."""
        for folder in self.path:
            file = Path(folder, _file_name(name))
            if file.is_file():
                return Found(file.read_bytes(), str(file))
        return None

    def names(self) -> Sequence[str]:
        """Return the names of all routines in the folders. A folder that has not changed is not read again."""
        names: set[str] = set()
        for folder in self.path:
            try:
                changed = os.stat(folder).st_mtime_ns
                listed = self._listed.get(folder)
                if listed is None or listed[0] != changed:
                    listed = changed, [routine_name(file) for file in os.listdir(folder) if file.endswith(".m")]
                    self._listed[folder] = listed
                names.update(listed[1])
            except OSError:
                continue
        return sorted(names)

    def advice(self, name: str) -> str:
        """Return where a routine that is not there was looked for, and what may have been meant."""
        file = _file_name(name)
        names: list[str] = []
        looked: list[str] = []
        for folder in self.path:
            try:
                entries = sorted(entry for entry in os.listdir(folder) if entry.endswith(".m"))
            except OSError as error:
                looked.append(f"{folder} ({error.strerror})")
                continue
            for entry in entries:
                if entry.upper() == file.upper():
                    return f"there is {os.path.join(folder, entry)}, and upper and lower case differ"
                names.append(routine_name(entry))
            looked.append(folder)
        where = f"there is no file {file} in {':'.join(looked) or 'no folder'}"
        meant = did_you_mean(name, names)
        return f"{meant} {where}" if meant else f"{where}; --routines or $BUMPS_ROUTINES names other folders"


class Image:
    """One routine, ready to run in one machine.

    R1. Lines of depth 0 are one Code, `code`; each block of deeper lines is one of its own, wherever it is entered.
    R2. A line that is deeper than the one before it allows (BLKTOODEEP) is dead: who calls it starts at the next one.
    R3. Before a line with formals, `code`, or the block above it, has an entry that raises M11: who comes from
        above falls on it, and calls enter behind it.
    R4. A region (meter.py) begins at each line with a label and at the first line of a Code. That line pays for it;
        one without commands has an entry for that. Who enters between two starts comes through an `entrance`.
    """

    def __init__(self, name: str, file: str, text: source.Source, machine: Machine, entry: Entry | None = None) -> None:
        """`entry` is what the code cache has of it: if that has its outline, nothing is parsed now."""
        self.name = name
        self.file = file
        self.source = text
        self.lines = text.lines
        self.machine = machine
        self.kept = entry
        self.outline = (entry and entry.outline) or outline_of(self.tree)
        if entry is not None:
            entry.outline = self.outline
        self._alive: dict[int, int] = {}
        """The line where those start who call a dead one (R2)."""
        for found in reversed(self.outline.diagnostics):
            if found.code == "BLKTOODEEP":
                self._alive[found.line - 1] = self._alive.get(found.line, found.line)
        self._lines: dict[int, nodes.Line] = {}
        """What the cache had of the tree."""
        self._indexes: dict[int, int] = {}
        self._blocks: dict[tuple[int, int], Code] = {}
        self._block_labels: dict[Code, Label] = {}
        self._places: dict[int, tuple[Code, int]] = {}
        """Where the lines of these blocks are."""
        self._entrances: dict[tuple[Code, int], Code] = {}
        self.left: set[int] = set()
        """Lines of regions that are left to closures: a part of such a region is not tried at each of its lines."""
        self._stops: dict[int, Run] = {}
        """What runs before a line: the breakpoints of ZBREAK."""
        self.labels: dict[str, Label] = {}
        self.code = self._block(0, 0, self._indexes)
        for label, line in self.outline.labels.items():
            code, index = self.position(line)
            self.labels[label] = Label(label, self, line, code, index, self._formals(line))

    @cached_property
    def tree(self) -> nodes.Routine:
        """The tree, parsed when it is first asked for: code that was generated by an earlier Run needs none."""
        from bumps.interp import grammar  # its library takes a tenth of a second

        return grammar.parse_routine(self.source)

    def line(self, number: int) -> nodes.Line:
        """Return the tree of a line: the code cache may have it, else the routine is parsed."""
        if "tree" in vars(self) or self.kept is None:
            return self.tree.lines[number]
        line = self._lines.get(number)
        if line is None:
            line = self._lines[number] = self.kept.line(number) or self.tree.lines[number]
        return line

    def _block(self, first: int, depth: int, indexes: dict[int, int]) -> Code:
        """Return the lines of `depth` from `first` on until a shallower one; note where each line is."""
        runs: list[Run] = []
        numbers: list[int] = []
        code = Code(self, runs, numbers)
        outline = self.outline
        depths, names, formals, has_commands = outline.depths, outline.names, outline.formals, outline.has_commands
        for number in range(first, outline.count):
            found = depths[number]
            if found <= depth and number in formals:
                runs.append(self._falling(number))
                numbers.append(number)
            if found < depth:
                break
            if found != depth:
                continue
            indexes[number] = len(runs)
            is_label = number in names
            if is_label or has_commands[number]:
                if is_label or not runs:
                    code.starts.add(len(runs))
                runs.append(self._lazy(code, number, len(runs)))
                numbers.append(number)
        runs.append(quit_now)
        return code

    def _falling(self, number: int) -> Run:
        """Return what stands before a line with formals: who comes from the line above falls on it (R3)."""

        def fall() -> Outcome:
            error = merror("FALLINTOFLST")
            above = max(number - 1, 0)
            error.details["at"] = Place(self, above, 1, self.lines[above])
            raise error

        return fall

    def _lazy(self, code: Code, number: int, index: int) -> Run:
        """Return a function that compiles a line when it is reached, puts it in its place, and runs it."""

        def compile_first() -> Outcome:
            stop = self._stops.get(number)
            if stop is None:
                run = self.machine.tiers.line(self, number, code, index)
            else:
                site = self.site(code, number) if index in code.starts else repeat(None)
                stop_first = _stopping(stop, site, self.machine.routine_compiler.rest(self, number, 0, code))
                run = as_line(stop_first, self, number)  # type: ignore[arg-type]
            code.lines[index] = run
            return run()

        return compile_first

    def site(self, code: Code, number: int) -> Iterator[None]:
        """Return what pays for the lines from this one to the end of its region."""
        region = code.numbers[slice(*self.region(code, code.index_of(number)))]
        return self.machine.meter.site(self.outline.weight([number, *region[1:]]))

    def region(self, code: Code, first: int) -> tuple[int, int]:
        """Return the indexes in `code` where the rest of a region, from `first` on, begins and ends."""
        names, numbers = self.outline.names, code.numbers
        end = first + 1
        while end < len(numbers) and numbers[end] not in names:
            end += 1
        return first, end

    def entrance(self, code: Code, index: int) -> tuple[Code, int]:
        """Return where to enter in order to run from the line with this index on, and to pay for it (R4)."""
        if index in code.starts or index >= len(code.numbers):
            return code, index
        entrance = self._entrances.get((code, index))
        if entrance is None:
            site = self.site(code, code.numbers[index])
            there = Goto(code, index)

            def pay_and_go() -> Outcome:
                next(site)
                return there

            entrance = self._entrances[code, index] = Code(self, [pay_and_go])
        return entrance, 0

    def regions(self) -> Iterator[tuple[Code, int]]:
        """Yield where each region begins (R4), blocks included: its code, and the index in that."""
        for number in range(self.outline.count):
            self.position(number)  # links the block that it is in
        for code in (self.code, *self._blocks.values()):
            for first in sorted(code.starts):
                yield code, first

    @property
    def is_kept(self) -> bool:
        """Whether the code cache knew it: what runs again is worth to be generated from its first call on."""
        return self.kept is not None and self.kept.is_kept

    @property
    def has_stops(self) -> bool:
        """Whether there are breakpoints."""
        return bool(self._stops)

    def code_line(self, number: int) -> int:
        """Return the first line from `number` on, of the same depth, that has commands; `number` if none has."""
        depths = self.outline.depths
        for below in range(number, len(depths)):
            if depths[below] == depths[number] and self.outline.has_commands[below]:
                return below
        return number

    def stop_at(self, number: int) -> Run | None:
        """Return what runs before line `number`, if anything does."""
        return self._stops.get(number)

    def set_stop(self, number: int, stop: Run | None) -> None:
        """Let `stop` run whenever line `number`, which has commands, is reached; None ends that."""
        if stop is None:
            self._stops.pop(number, None)
        else:
            self._stops[number] = stop
        self.renew()  # a generated function may run through this line

    def renew(self) -> None:
        """Compile each line anew when it is reached next. What runs goes on as it is."""
        for code in (self.code, *self._blocks.values()):
            for index, number in enumerate(code.numbers):
                if code.index_of(number) == index:
                    code.lines[index] = self._lazy(code, number, index)
        for label in (*self.labels.values(), *self._block_labels.values()):
            self.machine.calls.renew(label)

    @cached_property
    def is_unwatched(self) -> bool:
        """Whether nothing stands in the routine, be it in a text for XECUTE, whose actions see frames.

        (ZSTEP, ZBREAK, $ZTIMEOUT, $ZMAXTPTIME.)
        """
        text = "\n".join(self.lines).upper()
        return not any(word in text for word in ("ZST", "ZB", "$ZTI", "$ZMA"))

    def called_at(self, code: Code, index: int) -> Label | None:
        """Return the label, or the block as one, that begins at an index of `code`; None if that is not simply so."""
        if code is not self.code:
            return self.block(code) if index == 0 and 0 in code.starts else None
        number = code.numbers[index] if index < len(code.numbers) else -1
        label = self.labels.get(self.outline.names.get(number, ""))
        if label is None or label.code is not code or label.index != index or label.line != number:
            return None
        return label if len(set(label.formals or ())) == len(label.formals or ()) else None

    def block(self, code: Code) -> Label:
        """Return a block as something to call: a label without a name."""
        label = self._block_labels.get(code)
        if label is None:
            label = self._block_labels[code] = Label("", self, code.numbers[0] if code.numbers else 0, code, 0, None)
        return label

    def block_below(self, number: int) -> Code | None:
        """Return the block of an argumentless DO in line `number`; None if no line follows that is one deeper."""
        depths = self.outline.depths
        depth = depths[number] + 1
        below = number + 1
        if below < len(depths) and depths[below] == depth:
            return self._cached_block(below, depth)
        return None

    def _cached_block(self, first: int, depth: int) -> Code:
        code = self._blocks.get((first, depth))
        if code is None:
            indexes: dict[int, int] = {}
            code = self._blocks[first, depth] = self._block(first, depth, indexes)
            self._places.update({number: (code, index) for number, index in indexes.items()})
        return code

    def position(self, number: int) -> tuple[Code, int]:
        """Return the code and the index in it where line `number` starts."""
        number = self._alive.get(number, number)
        depths = self.outline.depths
        if number == len(depths):
            return self.code, len(self.code.lines) - 1
        depth = depths[number]
        if depth:
            if number not in self._places:
                first = number
                while first and depths[first - 1] >= depth:
                    first -= 1
                self._cached_block(first, depth)
            return self._places[number]
        index = self._indexes.get(number)
        assert index is not None, "R1: every line of depth 0 has its place"
        return self.code, index

    def label(self, name: str) -> Label:
        """Return the label; M13 if there is none. The empty name is the first line."""
        label = self.labels.get(name)
        if label is None:
            if not name:
                return self.entry("", 0)
            error = merror("LABELMISSING", name)
            error.details["missing_label"] = (name, self)
            raise error
        return label

    def entry(self, name: str, offset: int) -> Label:
        """Return the line `offset` after a label, as something to call; M13 if there is none."""
        number = offset if not name else self.label(name).line + offset
        if not name and offset > 0:
            number = offset - 1
        if not 0 <= number < self.outline.count:
            raise merror("OFFSETINV", name, offset)
        code, index = self.entrance(*self.position(number))
        return Label(name, self, number, code, index, None if offset else self._formals(number))

    def _formals(self, number: int) -> tuple[str, ...] | None:
        """Return the names of the formals of a line, which are then in the symbol table; None without parentheses."""
        formals = self.outline.formals.get(number)
        name_cell = self.machine.locals.name_cell
        return None if formals is None else tuple([name_cell(formal) for formal in formals])

    def text(self, name: str, offset: int) -> str:
        """Return what $TEXT gives: the line, its label and one space and the rest; empty if there is none."""
        if not name:
            if offset == 0:
                return self.name
            number = offset - 1
        else:
            line = self.outline.labels.get(name)
            if line is None:
                return ""
            number = line + offset
        if not 0 <= number < len(self.lines):
            return ""
        return self.lines[number].replace("\t", " ", 1) if "\t" in self.lines[number] else self.lines[number]

    def place_name(self, number: int) -> str:
        """Return the place of a line: `label+offset^routine`."""
        for line in range(number, -1, -1):
            label = self.outline.names.get(line)
            if label is not None:
                offset = number - line
                return f"{label}{f'+{offset}' if offset else ''}^{self.name}"
        return f"+{number + 1}^{self.name}"


def _stopping(stop: Run, site: Iterator[None], run: Run) -> Run:
    """Return what runs `stop`, and then pays and runs the line unless that has an outcome."""

    def stop_first() -> Outcome:
        outcome = stop()
        if outcome is not None:
            return outcome
        next(site)
        return run()

    return stop_first


def _file_name(name: str) -> str:
    """Return the name of the file that a routine lives in."""
    return f"_{name[1:]}.m" if name.startswith("%") else f"{name}.m"


def routine_name(file: str) -> str:
    """Return the name of the routine that lives in a file of this name."""
    name = file.removesuffix(".m")
    return f"%{name[1:]}" if name.startswith("_") else name


def did_you_mean(name: str, names: Sequence[str]) -> str:
    """Return a question that offers the names that are nearest to one that is not there; empty if none is near."""
    import difflib  # not before somebody erred

    by_folded: dict[str, list[str]] = {}
    for each in sorted(names):
        by_folded.setdefault(each.upper(), []).append(each)
    near = [each for match in difflib.get_close_matches(name.upper(), by_folded) for each in by_folded[match]]
    return f"did you mean {' or '.join(near[:NEAR_COUNT_MAX])}?" if near else ""


class Library:
    """The routines that one machine has linked."""

    def __init__(self, loader: Loader, machine: Machine, cache: CodeCache | None = None) -> None:
        self.loader = loader
        self.machine = machine
        self.charset = machine.charset
        self.cache = cache
        """Where generated code is kept; None if it is not."""
        self.entries: list[Entry] = []
        """What the cache has, or gets, of the routines that were linked."""
        self.images: dict[str, Image] = {}
        self.texts: dict[str, Found] = {}
        """Routines that were given as texts."""

    def image(self, name: str) -> Image:
        """Return the routine, linked at its first use; ZLINKFILE if there is none."""
        image = self.images.get(name)
        if image is None:
            image = self.link(name)
        return image

    def link(self, name: str, found: Found | None = None) -> Image:
        """Parse and link the routine anew, its source read anew if it is not `found`. Frames go on in the old one."""
        found = found or self.texts.get(name) or self.loader.find(name)
        if found is None:
            error = merror("ZLINKFILE", name)
            error.details["missing_routine"] = name
            raise error
        text = source.read(found.data, name=name, charset=self.charset)
        entry = None
        if self.cache is not None and not name.startswith("<"):  # a line that somebody types is not typed again
            entry = self.cache.entry(name, found.data, self.charset)
            self.entries.append(entry)
        image = self.images[name] = Image(name, found.file, text, self.machine, entry)
        return image

    def plain_entry(self, text: str) -> Label | None:
        """Return the label that `LABEL^ROUTINE` or `^ROUTINE` names; None if the text is more than that."""
        plain = _PLAIN_ENTRY.fullmatch(text)
        return None if plain is None else self.image(plain[2]).label(plain[1] or "")

    def keep(self) -> None:
        """Let the next Run have the code that was generated in this one, whose frames are gone."""
        if self.cache is not None and self.entries:
            self.cache.keep(self.entries)
            # What was linked anew runs no more.
            self.entries = [image.kept for image in self.images.values() if image.kept is not None]

    def advise(self, error: MError) -> None:
        """Give the error of a missing routine or label a hint. Not before a person sees it: it looks into folders."""
        if "missing_routine" in error.details:
            error.hint = self.loader.advice(error.details.pop("missing_routine"))
        elif "missing_label" in error.details:
            name, image = error.details.pop("missing_label")
            labels = list(image.labels)
            shown = ", ".join(labels[:SHOWN_LABEL_COUNT_MAX]) + (", ..." if len(labels) > SHOWN_LABEL_COUNT_MAX else "")
            error.hint = did_you_mean(name, labels) or f"the labels of {image.name} are {shown}"

    def names(self) -> list[str]:
        """Return the names of all routines that are linked or could be, in order."""
        names = {*self.images, *self.texts, *self.loader.names()}
        return sorted([name for name in names if not name.startswith("<")])  # code from outside is none

    def exists(self, name: str) -> bool:
        """Return whether the routine is linked or could be."""
        return name in self.images or name in self.texts or self.loader.find(name) is not None
