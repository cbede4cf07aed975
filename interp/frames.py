"""What runs and where: outcomes of commands, places in source, code, and frames of the M stack.

A compiled command is a function without arguments. It returns None, and the next one runs, or an
outcome that ends its line: `QUIT`, or the `Goto` where to go on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from enum import Enum
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from bumps.interp.late import Made
    from bumps.interp.routines import Image
    from bumps.interp.symbols import Cell, Value


class Quit(Enum):
    """The outcome of QUIT. There is one: `QUIT`."""

    QUIT = "QUIT"


QUIT: Final = Quit.QUIT


def quit_now() -> Quit:
    """Do what QUIT without argument does."""
    return QUIT


class Goto:
    """The outcome of GOTO: the frame goes on in `code` at the line with this index."""

    __slots__ = ("code", "index")

    def __init__(self, code: Code, index: int) -> None:
        self.code = code
        self.index = index


Outcome = Quit | Goto | None
Run = Callable[[], Outcome]


class Place(NamedTuple):
    """Where a command stands. `image` is None in a text for XECUTE, whose source is `source` then."""

    image: Image | None
    line: int
    """Index of the line in its routine."""
    column: int
    """From 1."""
    source: str

    @property
    def name(self) -> str:
        """Return `label+offset^routine`, or `@` for a text of XECUTE."""
        return "@" if self.image is None else self.image.place_name(self.line)


class Code:
    """Lines of one block depth, which run in one frame; `image` is None for a text of XECUTE.

    Behind the last line there is a QUIT, so that a frame needs not look for the end. `numbers` are the
    indexes in the routine of its `lines`; `starts` those of its lines where a region begins (meter.py): whoever
    enters elsewhere takes the `entrance`.
    """

    __slots__ = ("direct", "image", "lines", "numbers", "starts")

    def __init__(self, image: Image | None, lines: list[Run], numbers: list[int] | None = None) -> None:
        self.direct: Callable[[], object] | None = None
        """What runs a text of XECUTE without a frame, while nobody watches; None if that cannot be."""
        self.image = image
        self.lines = lines
        self.numbers = [] if numbers is None else numbers
        self.starts: set[int] = set()

    def entrance(self, index: int) -> tuple[Code, int]:
        """Return where to enter in order to run from the line with this index on, and to pay for it."""
        return (self, index) if self.image is None else self.image.entrance(self, index)

    def index_of(self, number: int) -> int:
        """Return the index of the line that has index `number` in the routine; of the one before it if it has none."""
        return bisect_right(self.numbers, number) - 1

    def place(self, index: int) -> Place | None:
        """Return the start of the line with this index, of the last one if it is past the end."""
        if self.image is None or not self.numbers:
            return None
        number = self.numbers[min(index, len(self.numbers) - 1)]
        return Place(self.image, number, 1, self.image.lines[number])


AGAIN: Final = Goto(Code(None, []), 0)
"""What a trap answers if the line that failed begins again."""


class Label:
    """Where a call enters a routine. `formals` is None for a label without parentheses."""

    __slots__ = ("calls", "code", "direct", "formals", "image", "index", "is_hot", "line", "name")

    def __init__(
        self, name: str, image: Image, line: int, code: Code, index: int, formals: tuple[str, ...] | None
    ) -> None:
        self.name = name
        self.image = image
        self.line = line
        self.code = code
        self.index = index
        self.formals = formals
        self.calls: dict[tuple[str, str | None], Callable[..., Any]] = {}
        """What calls it, by the kind of frame and the shape of the call (calls.py)."""
        self.direct: tuple[CodeType, tuple[Any, ...]] | None = None
        """The generated function that does its calls, once one of them has asked for it (tiers.py)."""
        self.is_hot = False
        """Whether it is worth to be generated (tiers.py)."""


NO_VALUE: Value | None = None
"""What the frame of a function holds until a QUIT has a value."""

Hidden = list["str | Cell | Value | Hiding"]
"""What NEWs and formals hid, two entries for each: the name of a local and its cell, or of a special variable and its
value. It is flat because calls are frequent."""

CHANGED: Final = ("", "")
"""What stands behind the others if somebody has put other cells into the list: who knows the old ones looks there."""


class Hiding(NamedTuple):
    """What an exclusive NEW hid: all cells as they were, but those whose names are in `kept`."""

    cells: dict[str, Cell]
    kept: frozenset[str]


class Frame:
    """One level of the M stack: a DO.

    Calls are so frequent that a frame has no `__init__`: who makes one fills it in (Machine.call).
    """

    __slots__ = ("hidden", "image", "value")

    kind = "DO"
    """What $STACK(n) says of the level."""
    is_function = False
    """Whether a QUIT may have a value, which is put in `value` then."""

    image: Image | None
    hidden: Hidden
    value: Value | None


class BlockFrame(Frame):
    """The frame of an argumentless DO; `test` is $TEST before it."""

    __slots__ = ("test",)

    test: int


class FunctionFrame(Frame):
    """The frame of `$$label`."""

    __slots__ = ()
    kind = "$$"
    is_function = True


class LateFrame(Frame):
    """What stands for the frame of a call whose variables are names of Python, until somebody looks (late.py)."""

    __slots__ = ("made", "names")

    names: tuple[LateName, ...]
    made: Made | None
    """What was made for the call when somebody looked; None for one at which nobody has, which shares this."""


class LateName(NamedTuple):
    """A formal of a label, or what a NEW in front of all else hides."""

    name: str
    held: str
    """The name of Python for it."""
    way: str
    """What that holds: `VALUE`, `CELL`, or `OLD`."""


VALUE, CELL, OLD = "value", "cell", "old"
"""The value of a local; its cell, which the symbol table does not have; or the one that its cell hides there."""


class EntryFrame(Frame):
    """The frame of what a Run was started with."""

    __slots__ = ("kind",)
    kind: str


class TextFrame(Frame):
    """The frame of XECUTE."""

    __slots__ = ()
    kind = "XECUTE"


class DirectFrame(TextFrame):
    """The frame of direct mode. It is entered for each line, so a transaction may be open when it quits."""

    __slots__ = ()


class Halted(BaseException):
    """The Run ends: HALT, ZHALT, or the end of input. No trap catches it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Stopped(BaseException):
    """The Run must end: a limit, or somebody outside who ends it (meter.py). No trap catches it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unwind(BaseException):
    """ZGOTO: frames end until the stack has `depth` of them, and that one goes on at `goto`, or quits."""

    def __init__(self, depth: int, goto: Goto | None) -> None:
        super().__init__(depth)
        self.depth = depth
        self.goto = goto


class Restart(BaseException):
    """TRESTART: `frame`, the one of the outermost TSTART, goes on behind it by `resume`."""

    def __init__(self, frame: Frame, resume: Run) -> None:
        super().__init__()
        self.frame = frame
        self.resume = resume
