"""The locals of a Run: what KILL, NEW and the end of a frame do to the symbol table (symbols.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bumps.interp.frames import Hidden, Hiding
from bumps.interp.symbols import Cell, fresh

if TYPE_CHECKING:
    from bumps.interp.machine import Machine


class Locals:
    """The symbol table of one machine. Closures know `cells` itself."""

    def __init__(self, machine: Machine) -> None:
        """Make an empty table."""
        self.machine = machine
        self.cells: dict[str, Cell] = {}

    def name_cell(self, name: str) -> str:
        """Make sure that a name is in the symbol table (symbols.py, S1), and return it."""
        if name not in self.cells:
            self.cells[name] = fresh()
        return name

    def cell(self, name: str) -> Cell:
        """Return the cell of a name."""
        found = self.cells.get(name)
        if found is None:
            found = self.cells[name] = fresh()
        return found

    def defined_locals(self) -> list[str]:
        """Return the names of all locals that are defined, in order."""
        return sorted([name for name, cell in self.cells.items() if cell.v is not None or cell.a is not None])

    def name_counts(self, *, with_hidden: bool) -> Counter[int]:
        """Return how many names each cell has at this moment, by its id: more than one if it was passed by reference.

        `with_hidden` counts those that NEW hides, too.
        """
        counts = Counter(map(id, self.cells.values()))
        if with_hidden:
            for frame in self.machine.frames:
                for old in frame.hidden[1::2]:
                    if isinstance(old, Hiding):
                        counts.update(id(cell) for name, cell in old.cells.items() if name not in old.kept)
                    else:
                        counts[id(old)] += 1
        return counts

    def next_local(self, name: str, *, reverse: bool) -> str:
        """Return the name of the local after (before) `name`, or nothing."""
        defined = self.defined_locals()
        others = [each for each in defined if (each < name if reverse else each > name)]
        return "" if not others else others[-1] if reverse else others[0]

    def kill_all(self) -> None:
        """Do KILL without arguments."""
        self._pay()
        for cell in self.cells.values():
            cell.clear()

    def kill_all_but(self, kept: frozenset[str]) -> None:
        """Do `KILL (A,B)`."""
        self._pay()
        for name, cell in self.cells.items():
            if name not in kept:
                cell.clear()

    def hiding(self) -> Callable[[str], Cell]:
        """Return what does NEW of a plain variable, and returns its new cell."""
        frames, cells = self.machine.frames, self.cells

        def new(name: str) -> Cell:
            frames[-1].hidden += (name, cells[name])
            cells[name] = cell = Cell()
            cell.v = None
            cell.a = None
            return cell

        return new

    def new_all_but(self, kept: frozenset[str]) -> None:
        """Do NEW without arguments, or `NEW (A,B)`."""
        self._pay()
        cells = self.cells
        self.machine.frames[-1].hidden += ("", Hiding(dict(cells), kept))
        for name in cells:
            if name not in kept:
                cells[name] = fresh()

    def _pay(self) -> None:
        """Pay for going through all variables: a step for each that is defined."""
        self.machine.meter.spend(sum([cell.v is not None or cell.a is not None for cell in self.cells.values()]))

    def new_special(self, name: str) -> None:
        """Do NEW of a special variable."""
        self.machine.frames[-1].hidden += self.machine.specials.hide(name)

    def restore(self, hidden: Hidden) -> None:
        """Give back what a frame hid, the last one first."""
        cells = self.cells
        name: Any
        while hidden:
            old, name = hidden.pop(), hidden.pop()
            if old.__class__ is Cell:
                cells[name] = old
            elif isinstance(old, Hiding):
                for each in cells:
                    if each not in old.kept:
                        cells[each] = old.cells.get(each) or fresh()
            elif name:  # else it is CHANGED
                self.machine.specials.restore(name, old)  # type: ignore[arg-type]
