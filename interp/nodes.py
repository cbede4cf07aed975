"""The syntax tree of M: one slotted class per construct.

This file is the contract between the grammar and those who read its trees: the
compiler, the formatter, the linter, the language server.

    N1. Every node has `start` and `end`: columns in the text of its line, counted
        from 0, `end` behind the last character. Spaces around a node are not in it.
    N2. The span of a node lies in its parent's, and siblings do not overlap.
    N3. `fields` of a class names what it holds beside the span, in source order (FOR: its variable is first).
        A field is a node, None, text, a number, a flag, or a sequence of these.
    N4. Keywords are canonic: `Function.name` is `PIECE` for `$p`, `Special.name` is
        `HOROLOG` for `$H`. Names of variables, labels and routines keep their case
        and have at most 31 characters.
    N5. A sequence of actuals or arguments holds None where one is omitted; a
        sequence that may be absent as a whole, with its parentheses, is None then.

Constructors take `start, end` and then the fields in their order (node.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from bumps.interp.node import BRANCHES as BRANCHES
from bumps.interp.node import Node as Node
from bumps.interp.node import nodes_in
from bumps.interp.source import Diagnostic


class Expression(Node):
    """What has a value, or names one."""


class Argument(Node):
    """One argument of a command, where it is more than an expression."""


class Command(Node):
    """One command. `condition` is its postconditional; without argument, `arguments` is empty."""

    keyword: ClassVar[str] = ""

    condition: Expression | None
    arguments: Sequence[Any]


# ---------------------------------------------------------------------------------------------- names and literals


class Name(Node):
    """A label, routine, formal or package name where no variable is meant; a label may be digits: `007`."""

    name: str


class String(Expression):
    """A string literal: `value` is without the quotes, and `""` is `"`."""

    value: str


class Number(Expression):
    """A numeric literal, cut to 18 digits: int below 1E18, else Decimal. One out of range is Bad (NUMOFLOW)."""

    value: int | Decimal


class Given(Expression):
    """A literal of a text that shares its tree with others (templates.py): which one it is. No grammar makes it."""

    index: int
    is_number: bool


# ------------------------------------------------------------------------------------------------------- variables


class Local(Expression):
    """A local variable: `A` (`subscripts` is empty) or `A(1,B)`."""

    name: str
    subscripts: Sequence[Expression]


class Global(Expression):
    """A global variable `^A(1)`; `environment` of `^|e|A` or `^["e","f"]A` holds one or two, or is empty."""

    environment: Sequence[Expression]
    name: str
    subscripts: Sequence[Expression]


class Naked(Expression):
    """A naked reference `^(1,2)`."""

    subscripts: Sequence[Expression]


class Ssvn(Expression):
    """A structured system variable `^$GLOBAL("A")`; `name` is canonic, without `^$`: `GLOBAL`."""

    environment: Sequence[Expression]
    name: str
    subscripts: Sequence[Expression]


class Indirection(Expression):
    """Name indirection `@x`, `@x@(1)`, `@x@(1)@(2)`: `subscripts` is a list of lists, empty without `@(`.

    As `Entry.label` and `Entry.routine` it is the indirection of that name; after `?` of a pattern.
    """

    expression: Expression
    subscripts: Sequence[Sequence[Expression]]


# ----------------------------------------------------------------------------------------------------- expressions


class Group(Expression):
    """An expression in parentheses; it only keeps the parentheses for those who print."""

    expression: Expression


class Unary(Expression):
    """A unary operator `+`, `-` or `'`."""

    operator: str
    operand: Expression


class Binary(Expression):
    """A binary operator, left to right; `operator` is without its negation: `A'=B` is `=` with `negated`.

    GT.M's `>=` and `<=` are `<` and `>` with `negated`.
    """

    left: Expression
    operator: str
    negated: bool
    right: Expression


class Match(Expression):
    """A pattern match `A?1N` or `A'?1N`, `A?@x`."""

    left: Expression
    negated: bool
    pattern: Pattern | Indirection


class Pattern(Node):
    """The atoms of a pattern, in order."""

    atoms: Sequence[PatternAtom]


class PatternAtom(Node):
    """One atom: how often, and what.

    `high` is None without upper limit. One of these is there: `codes` (capitals, `AN`), `text` (a literal, else
    None), `alternatives` (of `n(a,b)`).
    """

    low: int
    high: int | None
    codes: str
    text: str | None
    alternatives: Sequence[Pattern]


class Function(Expression):
    """An intrinsic function: `$P(A,"^")` is `PIECE`; an omitted argument is None."""

    name: str
    arguments: Sequence[Expression | None]


class Select(Expression):
    """`$SELECT(condition:value,...)`: pairs of expressions."""

    pairs: Sequence[tuple[Expression, Expression]]


class Text(Expression):
    """`$TEXT(entry)`. `$T(@e)` has `entry.label` an Indirection and nothing else: the whole entry is in e."""

    entry: Entry


class Special(Expression):
    """A special variable, `name` canonic and without `$`: `HOROLOG`, `ZSTATUS`; `ETRAP`."""

    name: str


class Extrinsic(Expression):
    """`$$label^routine(actuals)`; `arguments` is None without parentheses."""

    entry: Entry
    arguments: Sequence[Expression | ByReference | None] | None


class External(Expression):
    """`$&package.name(actuals)`; `package` is None if it is left out."""

    package: Name | None
    name: Name
    arguments: Sequence[Expression | ByReference | None] | None


class ByReference(Node):
    """An actual `.A` or `.@x`: a Local without subscripts, or an Indirection."""

    variable: Local | Indirection


class Entry(Node):
    """An entry reference `label+offset^|environment|routine`, each part of which may be missing.

    `@x` as label or routine is an Indirection.
    """

    label: Name | Indirection | None
    offset: Expression | None
    environment: Sequence[Expression]
    routine: Name | Indirection | None


# ------------------------------------------------------------------------------------------- arguments of commands


class ArgumentIndirection(Argument):
    """`@x` as a whole argument: x holds one or more arguments of this command. `condition`: DO, GOTO, XECUTE."""

    expression: Expression
    condition: Expression | None


class Call(Argument):
    """An argument of DO: `label+offset^routine(actuals):condition`; `arguments` is None without parentheses."""

    entry: Entry
    arguments: Sequence[Expression | ByReference | None] | None
    condition: Expression | None


class ExternalCall(Argument):
    """An argument of DO that names a foreign function: `&package.name(actuals):condition`."""

    external: External
    condition: Expression | None


class Alias(Expression):
    """GT.M's alias `*A`, in SET, KILL and QUIT: it parses, and has no meaning yet."""

    variable: Expression


class Jump(Argument):
    """An argument of GOTO: `label+offset^routine:condition`."""

    entry: Entry
    condition: Expression | None


class Assignment(Argument):
    """An argument of SET: `A=1`, `(A,B)=1` (`grouped`), `$P(A,"^",2)=1`, `$ETRAP=""`.

    A target is a Local, Global, Naked, Ssvn, Indirection, Special, or a Function: PIECE, EXTRACT and their Z forms.
    """

    grouped: bool
    targets: Sequence[Expression]
    value: Expression


class Exclusive(Argument):
    """`(A,B)` of NEW, KILL: all but these. Locals without subscripts, or Indirections."""

    names: Sequence[Local | Indirection]


class Range(Argument):
    """A range of FOR: `start`, `start:step` or `start:step:limit`."""

    first: Expression
    step: Expression | None
    limit: Expression | None


class NewLine(Argument):
    """The format `!`."""


class FormFeed(Argument):
    """The format `#`."""


class Tab(Argument):
    """The format `?expression`: go to that column."""

    column: Expression


class Character(Argument):
    """`*expression` of WRITE: the character with that code."""

    code: Expression


class Control(Argument):
    """The format `/NAME(arguments)`: a mnemonic of the device. `name` is in capitals."""

    name: str
    arguments: Sequence[Expression | ByReference | None]


class Input(Argument):
    """A variable of READ: `A`, `A#count:timeout`, `*A:timeout` (`single`: the code of one character)."""

    single: bool
    target: Expression
    count: Expression | None
    timeout: Expression | None


class LockArgument(Argument):
    """An argument of LOCK, ZALLOCATE, ZDEALLOCATE: `+A`, `-A`, `(A,B):timeout` (`grouped`); `sign` may be empty."""

    sign: str
    grouped: bool
    names: Sequence[Expression]
    timeout: Expression | None


class DeviceArgument(Argument):
    """An argument of OPEN, USE, CLOSE: `device:(parameters):timeout:mnemonicspace`; `parameters` None if absent."""

    device: Expression
    parameters: Sequence[Parameter | None] | None
    timeout: Expression | None
    space: Expression | None


class Parameter(Node):
    """A device or process parameter: `READONLY`, `WIDTH=80`. `name` is in capitals, unabbreviated as written.

    JOB takes also positional expressions: `name` is empty then.
    """

    name: str
    value: Expression | None


class JobArgument(Argument):
    """An argument of JOB: `label+offset^routine(actuals):(parameters):timeout`."""

    entry: Entry
    arguments: Sequence[Expression | ByReference | None] | None
    parameters: Sequence[Parameter | None] | None
    timeout: Expression | None


class MergeArgument(Argument):
    """An argument of MERGE: `target=source`."""

    target: Expression
    source: Expression


class Code(Argument):
    """An argument of XECUTE: an expression that holds code, `:condition`."""

    expression: Expression
    condition: Expression | None


class Fields(Argument):
    """A generic argument `a:b:c` of VIEW, ZMESSAGE, ZSHOW, ZLINK, vendors' commands; None where one is empty."""

    values: Sequence[Expression | None]


class EntryFields(Argument):
    """An argument with an entry reference, of ZGOTO, ZBREAK or ZPRINT.

    `level:entry` of ZGOTO; `entry:action:count` of ZBREAK, whose last two are `values`, and whose `sign` `-` removes
    (`-*`, all, has no entry); `entry:last` of ZPRINT.
    """

    sign: str
    level: Expression | None
    entry: Entry | None
    last: Entry | None
    values: Sequence[Expression | None]


class TransactionArgument(Argument):
    """The argument of TSTART: `*` (`every`), `()`, `A`, `(A,B)`, then `:SERIAL` or `:(SERIAL:TRANSACTIONID="x")`.

    `restartable` is False without any of the first four: M27 at a TRESTART.
    """

    restartable: bool
    every: bool
    names: Sequence[Local | Indirection]
    parameters: Sequence[Parameter | None]


class ZwriteVariable(Argument):
    """An argument of ZWRITE: `A`, `A(1,*)`, `^A(1:5,?1N)`, `?1"A".E`, `^?.E`; `^(1)` has no name and is a global.

    `name` is a Name, a Pattern of names, or None for a naked reference.
    """

    is_global: bool
    environment: Sequence[Expression]
    name: Name | Pattern | None
    subscripts: Sequence[Expression | SubscriptRange | SubscriptRest | SubscriptPattern]


class SubscriptRange(Node):
    """A subscript `low:high` of ZWRITE, each of which may be missing (`:` is all of one level)."""

    low: Expression | None
    high: Expression | None


class SubscriptRest(Node):
    """`*` as the last subscript of ZWRITE: this level and all below."""


class SubscriptPattern(Node):
    """A subscript `?pattern` of ZWRITE."""

    pattern: Pattern | Indirection


# -------------------------------------------------------------------------------------------------------- commands


class Break(Command):
    """BREAK; an argument is an expression, or Code if it has a condition of its own."""

    keyword = "BREAK"
    arguments: Sequence[Expression | Code | ArgumentIndirection]


class Close(Command):
    """CLOSE."""

    keyword = "CLOSE"
    arguments: Sequence[DeviceArgument | ArgumentIndirection]


class Do(Command):
    """DO; without arguments it runs the block of lines below."""

    keyword = "DO"
    arguments: Sequence[Call | ExternalCall | ArgumentIndirection]


class Else(Command):
    """ELSE."""

    keyword = "ELSE"


class For(Command):
    """FOR: the rest of the line is its body. `variable` is None without argument; an Indirection for `@x=`."""

    keyword = "FOR"
    variable: Local | Indirection | None
    arguments: Sequence[Range]

    def children(self) -> Iterator[Node]:
        """Yield the control variable, and then the ranges."""
        yield from nodes_in(self.variable)
        yield from self.arguments


class Goto(Command):
    """GOTO."""

    keyword = "GOTO"
    arguments: Sequence[Jump | ArgumentIndirection]


class Halt(Command):
    """HALT."""

    keyword = "HALT"


class Hang(Command):
    """HANG."""

    keyword = "HANG"
    arguments: Sequence[Expression | ArgumentIndirection]


class If(Command):
    """IF; several arguments are IFs in a row, none asks $TEST."""

    keyword = "IF"
    arguments: Sequence[Expression | ArgumentIndirection]


class Job(Command):
    """JOB."""

    keyword = "JOB"
    arguments: Sequence[JobArgument | ArgumentIndirection]


class Kill(Command):
    """KILL; without arguments all locals."""

    keyword = "KILL"
    arguments: Sequence[Expression | Exclusive | ArgumentIndirection]


class Lock(Command):
    """LOCK; without arguments it releases all."""

    keyword = "LOCK"
    arguments: Sequence[LockArgument | ArgumentIndirection]


class Merge(Command):
    """MERGE."""

    keyword = "MERGE"
    arguments: Sequence[MergeArgument | ArgumentIndirection]


class New(Command):
    """NEW of Locals without subscripts, Specials ($ETRAP, $ESTACK, $ZTRAP ...), Exclusive lists."""

    keyword = "NEW"
    arguments: Sequence[Local | Special | Exclusive | Indirection | ArgumentIndirection]


class Open(Command):
    """OPEN."""

    keyword = "OPEN"
    arguments: Sequence[DeviceArgument | ArgumentIndirection]


class Quit(Command):
    """QUIT: at most one argument."""

    keyword = "QUIT"
    arguments: Sequence[Expression | ArgumentIndirection]


class Read(Command):
    """READ: Inputs, String prompts and formats."""

    keyword = "READ"
    arguments: Sequence[Input | String | NewLine | FormFeed | Tab | Control | ArgumentIndirection]


class Set(Command):
    """SET."""

    keyword = "SET"
    arguments: Sequence[Assignment | ArgumentIndirection]


class Tcommit(Command):
    """TCOMMIT."""

    keyword = "TCOMMIT"


class Trestart(Command):
    """TRESTART."""

    keyword = "TRESTART"


class Trollback(Command):
    """TROLLBACK: at most one argument, the level."""

    keyword = "TROLLBACK"
    arguments: Sequence[Expression | ArgumentIndirection]


class Tstart(Command):
    """TSTART: at most one argument."""

    keyword = "TSTART"
    arguments: Sequence[TransactionArgument | ArgumentIndirection]


class Use(Command):
    """USE."""

    keyword = "USE"
    arguments: Sequence[DeviceArgument | ArgumentIndirection]


class View(Command):
    """VIEW."""

    keyword = "VIEW"
    arguments: Sequence[Fields | ArgumentIndirection]


class Write(Command):
    """WRITE: expressions and formats."""

    keyword = "WRITE"
    arguments: Sequence[Expression | NewLine | FormFeed | Tab | Character | Control | ArgumentIndirection]


class Xecute(Command):
    """XECUTE."""

    keyword = "XECUTE"
    arguments: Sequence[Code | ArgumentIndirection]


class Zallocate(Command):
    """ZALLOCATE."""

    keyword = "ZALLOCATE"
    arguments: Sequence[LockArgument | ArgumentIndirection]


class Zdeallocate(Command):
    """ZDEALLOCATE; without arguments all."""

    keyword = "ZDEALLOCATE"
    arguments: Sequence[LockArgument | ArgumentIndirection]


class Zbreak(Command):
    """ZBREAK."""

    keyword = "ZBREAK"
    arguments: Sequence[EntryFields | ArgumentIndirection]


class Zgoto(Command):
    """ZGOTO: `level`, `level:entry`, or nothing."""

    keyword = "ZGOTO"
    arguments: Sequence[EntryFields | ArgumentIndirection]


class Zprint(Command):
    """ZPRINT: nothing, an entry, or two."""

    keyword = "ZPRINT"
    arguments: Sequence[EntryFields | ArgumentIndirection]


class Zkill(Command):
    """ZKILL or ZWITHDRAW: kill the node, not its descendants."""

    keyword = "ZKILL"
    arguments: Sequence[Expression | ArgumentIndirection]


class Zwrite(Command):
    """ZWRITE; without arguments all locals. An argument is a variable, a Special, or an Indirection with `@(`."""

    keyword = "ZWRITE"
    arguments: Sequence[ZwriteVariable | Special | Indirection | ArgumentIndirection]


class Zcommand(Command):
    """Every other Z-command of GT.M, `name` canonic: ZHALT, ZLINK, ZSHOW, ZSYSTEM, ZMESSAGE, ZSTEP, ZCOMPILE ...

    ZSTEP: the first value is a String INTO, OVER or OUTOF. ZTRIGGER: Globals instead of Fields.
    """

    name: str
    arguments: Sequence[Fields | Expression | ArgumentIndirection]


class Vendor(Command):
    """A Z-command that only other vendors have, `name` in capitals: INVCMD when it is reached."""

    name: str
    arguments: Sequence[Fields | Expression | ArgumentIndirection]


# ----------------------------------------------------------------------------------------------- lines and routines


class Comment(Node):
    """From `;` to the end of the line."""


class Bad(Node):
    """The rest of a line that does not parse: it raises when it is reached.

    `code` is GT.M's mnemonic (`EXPR`), `column` the place of the error, from 0, `text` the source from `start`.
    The parsers of code and indirections return it, too: what does not parse there raises before anything runs.
    """

    code: str
    column: int
    text: str


class Line(Node):
    """One line: `formals` is None without parentheses, `depth` counts the dots, `commands` are the good ones.

    `text` is the source without its line end; `bad` comes after all `commands`.
    """

    notes = ("facts", "weight", "weights")
    """No fields: what others have found out about it (bodies.py, weights.py)."""

    text: str
    label: Name | None
    formals: Sequence[Name] | None
    depth: int
    commands: Sequence[Command]
    bad: Bad | None
    comment: Comment | None


class Routine:
    """A parsed routine: its lines from index 0, and where each label is (the first one wins)."""

    __slots__ = ("bodies", "diagnostics", "labels", "lines", "name", "reach")

    def __init__(
        self, name: str, lines: Sequence[Line], labels: dict[str, int], diagnostics: Sequence[Diagnostic]
    ) -> None:
        self.name = name
        self.lines = lines
        self.labels = labels
        self.diagnostics = diagnostics
