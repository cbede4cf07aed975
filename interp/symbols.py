"""Local variables: cells, and arrays whose keys are put in order only when somebody asks.

    Symbols   one dict: name -> Cell
    Cell      a variable: its value `v` and its array `a`, None where there is none
    Arr       one level of an array

Invariants

    S1. A cell is never removed from the symbol table. KILL empties it, NEW puts a fresh one in its
        place, so a name that was once compiled is always there.
    S2. A key of an Arr is canonic: an int, a Decimal for a number that is no int, else a str. Equal
        M subscripts are therefore equal Python keys, and a walk needs no parsing.
    S3. `vals` holds every key of a level; its value is None if the node has only descendants. A key
        in `kids` is in `vals`, and its Arr is not empty.
    S4. `numbers` and `texts` hold the first `known` keys of `vals` (by insertion) in M's order; the
        empty subscript is in neither, for $ORDER never returns it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

Value = str | int | Decimal
Key = str | int | Decimal


class Cell:
    """One variable: its value and its descendants.

    Each NEW and each formal makes one, so it has no `__init__`: `fresh` makes one that is undefined.
    """

    __slots__ = ("a", "v")

    v: Value | None
    a: Arr | None

    def clear(self) -> None:
        """Make the variable undefined, with all its descendants."""
        self.v = None
        self.a = None

    @property
    def data(self) -> int:
        """What $DATA says of the variable as a whole."""
        return (0 if self.v is None else 1) + (0 if self.a is None else 10)

    def get(self, keys: Sequence[Key]) -> Value | None:
        """Return the value of the node at `keys`, or None if it has none."""
        if not keys:
            return self.v
        arr = self.level(keys)
        return None if arr is None else arr.vals.get(keys[-1])

    def level(self, keys: Sequence[Key]) -> Arr | None:
        """Return the level that holds the last of `keys`, or None if nothing is there."""
        arr = self.a
        for key in keys[:-1]:
            if arr is None:
                return None
            arr = arr.kids.get(key)
        return arr

    def set(self, keys: Sequence[Key], value: Value) -> None:
        """Store a value at the node, and make the levels on the way."""
        if not keys:
            self.v = value
            return
        arr = self.a
        if arr is None:
            arr = self.a = Arr()
        for key in keys[:-1]:
            below = arr.kids.get(key)
            arr = below if below is not None else arr.child(key)
        arr.vals[keys[-1]] = value

    def data_of(self, keys: Sequence[Key]) -> int:
        """Return what $DATA says of the node at `keys`."""
        if not keys:
            return self.data
        arr = self.level(keys)
        if arr is None or keys[-1] not in arr.vals:
            return 0
        return (0 if arr.vals[keys[-1]] is None else 1) + (10 if keys[-1] in arr.kids else 0)

    def kill(self, keys: Sequence[Key]) -> None:
        """Remove the node and its descendants."""
        if not keys:
            self.clear()
        else:
            self._remove(keys, keep_descendants=False)

    def kill_node(self, keys: Sequence[Key]) -> None:
        """Remove the value of the node, and leave its descendants."""
        if not keys:
            self.v = None
        else:
            self._remove(keys, keep_descendants=True)

    def _remove(self, keys: Sequence[Key], *, keep_descendants: bool) -> None:
        """Remove a node, and the levels above that are empty then (S3)."""
        path: list[Arr] = []
        arr = self.a
        for key in keys[:-1]:
            if arr is None:
                return
            path.append(arr)
            arr = arr.kids.get(key)
        if arr is None or keys[-1] not in arr.vals:
            return
        if keep_descendants and keys[-1] in arr.kids:
            arr.vals[keys[-1]] = None
            return
        arr.remove(keys[-1])
        for above, key in zip(reversed(path), reversed(keys[:-1]), strict=True):
            if arr.vals:
                return
            del above.kids[key]
            if above.vals[key] is not None:
                return
            above.remove(key)
            arr = above
        if not arr.vals:
            self.a = None

    def subtree(self, keys: Sequence[Key]) -> Arr | None:
        """Return the level below the node at `keys`."""
        arr = self.a
        for key in keys:
            if arr is None:
                return None
            arr = arr.kids.get(key)
        return arr

    def query(self, keys: Sequence[Key], *, reverse: bool = False) -> tuple[Key, ...] | None:
        """Return the keys of the next node with a value after (or before) `keys`, None at the end.

        The variable itself is the empty tuple, and comes before all others; $QUERY backwards ends there.
        """
        return self._query_back(keys) if reverse else self._query_forward(keys)

    def _query_forward(self, keys: Sequence[Key]) -> tuple[Key, ...] | None:
        levels: list[Arr | None] = [self.a]
        for key in keys:
            above = levels[-1]
            levels.append(None if above is None else above.kids.get(key))
        below = levels.pop()
        if below is not None:
            return (*keys, *below.first())
        for depth in range(len(keys) - 1, -1, -1):
            arr = levels[depth]
            if arr is None:
                continue
            after = arr.after(keys[depth])
            if after is not None:
                rest = () if arr.vals[after] is not None else arr.kids[after].first()
                return (*keys[:depth], after, *rest)
        return None

    def _query_back(self, keys: Sequence[Key]) -> tuple[Key, ...] | None:
        levels: list[Arr | None] = [self.a]
        for key in keys:
            above = levels[-1]
            levels.append(None if above is None else above.kids.get(key))
        for depth in range(len(keys) - 1, -1, -1):
            arr = levels[depth]
            if arr is not None:
                before = arr.before(keys[depth])
                if before is not None:
                    below = arr.kids.get(before)
                    return (*keys[:depth], before, *(() if below is None else below.last()))
                if depth and levels[depth - 1] is not None:
                    above = levels[depth - 1]
                    assert above is not None
                    if above.vals.get(keys[depth - 1]) is not None:
                        return tuple(keys[:depth])
            elif depth and levels[depth - 1] is not None:
                above = levels[depth - 1]
                assert above is not None
                if above.vals.get(keys[depth - 1]) is not None:
                    return tuple(keys[:depth])
        return () if self.v is not None and keys else None

    def nodes(self, keys: Sequence[Key] = ()) -> Iterator[tuple[tuple[Key, ...], Value]]:
        """Yield the node at `keys` and its descendants that have a value, in order."""
        value = self.get(keys)
        if value is not None:
            yield tuple(keys), value
        arr = self.subtree(keys)
        if arr is not None:
            yield from arr.nodes(tuple(keys))


def fresh() -> Cell:
    """Return the cell of a variable that is undefined."""
    return cell_of(None)


def cell_of(actual: Cell | Value | None) -> Cell:
    """Return the cell that a formal gets: the one that is passed by reference, else a new one with the value."""
    if isinstance(actual, Cell):
        return actual
    cell = Cell()
    cell.v = actual
    cell.a = None
    return cell


class Arr:
    """One level of an array: subscripts of one node, with their values and their own levels."""

    __slots__ = ("cursor", "kids", "known", "numbers", "texts", "vals")

    def __init__(self) -> None:
        self.vals: dict[Key, Value | None] = {}
        self.kids: dict[Key, Arr] = {}
        self.numbers: list[int | Decimal] = []
        self.texts: list[str] = []
        self.known = 0
        self.cursor = 0

    def child(self, key: Key) -> Arr:
        """Make and return the level below `key`, which has none yet."""
        arr = self.kids[key] = Arr()
        if key not in self.vals:
            self.vals[key] = None
        return arr

    def remove(self, key: Key) -> None:
        """Remove a key that is there, with its descendants."""
        self.kids.pop(key, None)
        if self._forget(key):
            self.known -= 1
        del self.vals[key]

    def _forget(self, key: Key) -> bool:
        """Take the key out of the ordered lists; True if it was among the known ones."""
        if key.__class__ is str:
            if not key:
                # The empty key is in no list, so whether it is known is told by its place in `vals`.
                return any(known == "" for known in islice(self.vals, self.known))
            keys: list[str] = self.texts
            index = bisect_left(keys, key)
            if index < len(keys) and keys[index] == key:
                del keys[index]
                return True
            return False
        index = bisect_left(self.numbers, key)
        if index < len(self.numbers) and self.numbers[index] == key:
            del self.numbers[index]
            return True
        return False

    def _order(self) -> None:
        """Bring the ordered lists up to date (S4)."""
        fresh = list(islice(reversed(self.vals), len(self.vals) - self.known))
        fresh.reverse()
        numbers = [key for key in fresh if key.__class__ is not str]
        texts = [key for key in fresh if key.__class__ is str and key]
        if numbers:
            _merge(self.numbers, numbers)  # type: ignore[arg-type]
        if texts:
            _merge(self.texts, texts)  # type: ignore[arg-type]
        self.known = len(self.vals)

    def next(self, key: Key) -> Key | None:
        """Return the key after `key` for $ORDER, "" meaning the start; None at the end."""
        if self.known != len(self.vals):
            self._order()
        if key.__class__ is str:
            if not key:
                return self.numbers[0] if self.numbers else self.texts[0] if self.texts else None
            keys: list[str] = self.texts
        else:
            keys = self.numbers  # type: ignore[assignment]
        cursor = self.cursor
        # The cursor is only a guess where the last walk stood; the key itself is checked.
        if cursor < len(keys) and keys[cursor] == key:
            index = cursor + 1
        else:
            index = bisect_right(keys, key)
        self.cursor = index
        if index < len(keys):
            return keys[index]
        if keys is self.numbers and self.texts:
            self.cursor = 0
            return self.texts[0]
        return None

    def previous(self, key: Key) -> Key | None:
        """Return the key before `key` for $ORDER, "" meaning the end; None at the start."""
        if self.known != len(self.vals):
            self._order()
        if key.__class__ is str:
            if not key:
                return self.texts[-1] if self.texts else self.numbers[-1] if self.numbers else None
            index = bisect_left(self.texts, key)
            if index:
                return self.texts[index - 1]
            return self.numbers[-1] if self.numbers else None
        index = bisect_left(self.numbers, key)
        return self.numbers[index - 1] if index else None

    def after(self, key: Key) -> Key | None:
        """Return the key after `key` where "" is an ordinary key, the first of all."""
        return self.next(key)

    def before(self, key: Key) -> Key | None:
        """Return the key before `key` where "" is an ordinary key, the first of all."""
        if key == "":
            return None
        found = self.previous(key)
        return "" if found is None and "" in self.vals else found

    def first(self) -> tuple[Key, ...]:
        """Return the keys, from this level down, of the first node with a value."""
        keys: list[Key] = []
        arr = self
        while True:
            key = "" if "" in arr.vals else arr.next("")
            assert key is not None, "S3: no Arr is empty"
            keys.append(key)
            if arr.vals[key] is not None:
                return tuple(keys)
            arr = arr.kids[key]

    def last(self) -> tuple[Key, ...]:
        """Return the keys, from this level down, of the last node with a value."""
        keys: list[Key] = []
        arr: Arr | None = self
        while arr is not None:
            key = arr.previous("")
            if key is None:
                key = ""
            keys.append(key)
            arr = arr.kids.get(key)
        return tuple(keys)

    def in_order(self) -> Iterator[Key]:
        """Yield all keys in order; the level must not change meanwhile."""
        if self.known != len(self.vals):
            self._order()
        if "" in self.vals:
            yield ""
        yield from self.numbers
        yield from self.texts

    def nodes(self, above: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], Value]]:
        """Yield the nodes with a value on this level and below, in order."""
        for key in self.in_order():
            value = self.vals[key]
            if value is not None:
                yield (*above, key), value
            below = self.kids.get(key)
            if below is not None:
                yield from below.nodes((*above, key))


def _merge(keys: list[Key], fresh: list[Key]) -> None:
    """Put the `fresh` keys in the ordered list `keys`."""
    if len(fresh) == 1:
        key = fresh[0]
        if not keys or keys[-1] < key:  # type: ignore[operator]
            keys.append(key)
        else:
            keys.insert(bisect_left(keys, key), key)
        return
    fresh.sort()
    in_order = not keys or keys[-1] < fresh[0]  # type: ignore[operator]
    keys.extend(fresh)
    if not in_order:
        keys.sort()  # two runs: the sort merges them in linear time
