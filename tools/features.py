"""The page docs/features.md: for each word and form of the language whether it is built, how it differs, what tests it.

Words come from the keyword tables, what is built from the compiler, the differences from the table in
docs/language.md, and who tests a feature from the case files (tests/cases, tests/tables), parsed by the grammar of M
itself. So nothing here can be said that the code does not say; but the notes in `NOTES`.
"""

from __future__ import annotations

import ast
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bumps.engine import Engine
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.interp import grammar, keywords, nodes, patterns, structured
from bumps.interp.codes import CODES
from bumps.interp.compile_commands import GOVERNING, name_of
from bumps.interp.compile_expressions import OPERATIONS, RELATIONS
from bumps.interp.device import UNBUILT_PARAMETERS
from bumps.interp.machine import Machine
from bumps.interp.source import read
from bumps.options import Durability, Options

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
TABLES = ROOT / "tests" / "tables"
LANGUAGE = ROOT / "docs" / "language.md"
DEVICES = ROOT / "interp"

FILE_COUNT = 3
"""So many files the page names for a feature, those with the most cases of it first."""


class Feature(NamedTuple):
    """One word or form of the language."""

    kind: str
    name: str


class Kind(NamedTuple):
    """A table of the page."""

    title: str
    shown: str
    """How a feature is written, `{}` for its name."""


KINDS = {
    "command": Kind("Commands", "{}"),
    "alone": Kind("Commands without an argument", "{}"),
    "condition": Kind("Postconditions", "{}:condition"),
    "function": Kind("Functions", "${}"),
    "special": Kind("Special variables", "${}"),
    "set special": Kind("SET of special variables", "SET ${}"),
    "new special": Kind("NEW of special variables", "NEW ${}"),
    "set function": Kind("SET of functions", "SET ${}(...)"),
    "structured": Kind("Structured system variables", "^${}"),
    "operator": Kind("Operators", "{}"),
    "pattern": Kind("Patterns", "{}"),
    "indirection": Kind("Indirection", "{}"),
    "form": Kind("Other forms", "{}"),
    "parameter": Kind("Parameters of devices", "{}"),
    "job parameter": Kind("Parameters of JOB", "{}"),
}

NOTES = {
    Feature("command", "JOB"): "its arguments; then `ONEPROCESS`",
    Feature("command", "ZKILL"): "yes, and as `ZWITHDRAW`",
}
"""What is to be said of a feature beyond yes and no."""

FORMS = {
    "naked reference": "^(1)",
    "environment of a global": '^|"env"|A',
    "environment of an entry": '^|"env"|ROUTINE',
    "by reference": "DO L(.A)",
    "omitted actual": "DO L(,1)",
    "extrinsic": "$$L(1)",
    "extrinsic without parentheses": "$$L",
    "foreign function": "$&package.name(1)",
    "offset": "DO L+1",
    "routine": "DO L^ROUTINE",
    "condition of an argument": "DO L:1",
    "list of SET": "SET (A,B)=1",
    "exclusive": "KILL (A), NEW (A)",
    "FOR without argument": "FOR",
    "FOR start": "FOR I=1",
    "FOR start:step": "FOR I=1:1",
    "FOR start:step:limit": "FOR I=1:1:9",
    "new line": "WRITE !",
    "form feed": "WRITE #",
    "tab": "WRITE ?9",
    "character": "WRITE *65",
    "mnemonic": "WRITE /EOF",
    "READ of a character": "READ *A",
    "READ of so many": "READ A#9",
    "READ with a timeout": "READ A:9",
    "prompt": 'READ "name? ",A',
    "LOCK +": "LOCK +^A",
    "LOCK -": "LOCK -^A",
    "LOCK of a list": "LOCK (^A,^B)",
    "LOCK with a timeout": "LOCK ^A:9",
    "parameters of a device": "OPEN F:(NEWVERSION)",
    "OPEN with a timeout": "OPEN F::9",
    "kind of a device": 'OPEN F:::"PIPE"',
    "TSTART ()": "TSTART ()",
    "TSTART of names": "TSTART (A,B)",
    "TSTART *": "TSTART *",
    "TSTART with a parameter": "TSTART ():SERIAL",
    "ZWRITE of a pattern": "ZWRITE ?1A",
    "ZWRITE of a range": "ZWRITE A(1:9)",
    "ZWRITE of all below": "ZWRITE A(*)",
    "ZWRITE of a subscript pattern": "ZWRITE A(?1N)",
    "formals": "L(A,B)",
    "block": ". WRITE 1",
    "label of digits": "007",
    "comment": "; text",
    "bad line": "WRITE )",
    "commands of other vendors": "ZPRINTALL",
}
"""Forms that are no words, by an example."""

INDIRECTIONS = {
    "value": "WRITE @X+1",
    "target": "SET @X=1",
    "subscripts": "@X@(1)",
    "label": "DO @X^ROUTINE",
    "routine": "DO L^@X",
    "entry of $TEXT": "$TEXT(@X)",
    "pattern": "A?@X",
    "by reference": "DO L(.@X)",
    "control variable": "FOR @X=1",
    "exclusive": "KILL (@X)",
}
ATOMS = {
    "n": "1N", "n.m": "1.3N", ".m": ".3N", "n.": "1.N", ".": ".N", "literal": '1"abc"', "several codes": "1AN",
    "alternation": '1(1A,1"x")', "not": "'?1N", "@": "?@X",
}  # fmt: skip


# ------------------------------------------------------------------------------------------- what uses what


class Uses:
    """How often each feature is used in each file of cases, and which errors are raised there."""

    def __init__(self) -> None:
        self.features: defaultdict[Feature, Counter[str]] = defaultdict(Counter)
        self.errors: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def code(self, file: str, text: str) -> None:
        """Count what a routine uses."""
        for line in grammar.parse_routine(read(text.encode("latin-1"), name=file)).lines:
            self._line(file, line)

    def _line(self, file: str, line: nodes.Line) -> None:
        forms = {
            "formals": line.formals is not None,
            "block": line.depth > 0,
            "label of digits": line.label is not None and line.label.name.isdigit(),
            "comment": line.comment is not None,
            "bad line": line.bad is not None,
        }
        for feature in [Feature("form", name) for name, used in forms.items() if used] + list(used_by(line)):
            self.features[feature][file] += 1

    def files(self, feature: Feature) -> list[str]:
        """Return the files that use a feature, those with the most uses first."""
        return _by_count(self.features[feature])


def _by_count(counter: Counter[str]) -> list[str]:
    return sorted(counter, key=lambda file: (-counter[file], file))


def used_by(root: nodes.Node) -> Iterator[Feature]:
    """Yield each feature that a node or one below it uses, as often as it is used."""
    stack: list[tuple[nodes.Node, nodes.Node | None]] = [(root, None)]
    while stack:
        node, parent = stack.pop()
        yield from _used_here(node, parent)
        if isinstance(node, nodes.Pattern):
            continue  # its atoms are known
        for text in _codes_of(node):
            yield from used_by(grammar.parse_code(text))
        stack.extend((child, node) for child in node.children())


def _codes_of(node: nodes.Node) -> Iterator[str]:
    """Yield the texts in a node that are code: a literal that is executed, or set as a trap."""
    if isinstance(node, nodes.Code) and isinstance(node.expression, nodes.String):
        yield node.expression.value
    elif isinstance(node, nodes.Assignment) and isinstance(node.value, nodes.String):
        for target in node.targets:
            if isinstance(target, nodes.Special) and target.name in ("ETRAP", "ZTRAP"):
                yield node.value.value


def _used_here(node: nodes.Node, parent: nodes.Node | None) -> Iterator[Feature]:
    """Yield what a node uses, without those below it."""
    if isinstance(node, nodes.Command):
        yield from _used_by_command(node)
    elif isinstance(node, nodes.ArgumentIndirection) and isinstance(parent, nodes.Command):
        yield Feature("indirection", f"{name_of(parent)} @X")
    elif isinstance(node, nodes.Function):
        yield Feature("function", node.name)
    elif isinstance(node, nodes.Select):
        yield Feature("function", "SELECT")
    elif isinstance(node, nodes.Text):
        yield Feature("function", "TEXT")
    elif isinstance(node, nodes.Special):
        yield Feature("special", node.name)
    elif isinstance(node, nodes.Ssvn):
        yield Feature("structured", node.name)
    elif isinstance(node, nodes.Unary):
        yield Feature("operator", f"unary {node.operator}")
    elif isinstance(node, nodes.Binary):
        yield Feature("operator", ("'" if node.negated else "") + node.operator)
    elif isinstance(node, nodes.Match):
        yield Feature("operator", "'?" if node.negated else "?")
        if node.negated:
            yield Feature("pattern", "not")
        if isinstance(node.pattern, nodes.Indirection):
            yield Feature("pattern", "@")
    elif isinstance(node, nodes.Pattern):
        yield from _used_by_pattern(node)
    elif isinstance(node, nodes.Indirection):
        yield from _used_by_indirection(node, parent)
    elif isinstance(node, nodes.Parameter):
        is_of_job = isinstance(parent, nodes.JobArgument)
        yield Feature("job parameter" if is_of_job else "parameter", node.name)
    elif isinstance(node, nodes.Assignment):
        yield from _set_by(node)
    for form, is_used in _forms(node):
        if is_used:
            yield Feature("form", form)


def _used_by_command(command: nodes.Command) -> Iterator[Feature]:
    if isinstance(command, nodes.Vendor):
        yield Feature("form", "commands of other vendors")
        return
    name = name_of(command)
    yield Feature("command", name)
    has_variable = isinstance(command, nodes.For) and command.variable is not None
    if not command.arguments and not has_variable:
        yield Feature("alone", name)
    if command.condition is not None:
        yield Feature("condition", name)
    if isinstance(command, nodes.New):
        for argument in command.arguments:
            if isinstance(argument, nodes.Special):
                yield Feature("new special", argument.name)


def _set_by(node: nodes.Assignment) -> Iterator[Feature]:
    for target in node.targets:
        if isinstance(target, nodes.Special):
            yield Feature("set special", target.name)
        elif isinstance(target, nodes.Function):
            yield Feature("set function", target.name)


def _used_by_pattern(pattern: nodes.Pattern) -> Iterator[Feature]:
    for atom in pattern.atoms:
        for code in atom.codes:
            yield Feature("pattern", code)
        if len(atom.codes) > 1:
            yield Feature("pattern", "several codes")
        if atom.text is not None:
            yield Feature("pattern", "literal")
        if atom.alternatives:
            yield Feature("pattern", "alternation")
        if atom.low == atom.high:
            yield Feature("pattern", "n")
        elif atom.low == 0:
            yield Feature("pattern", "." if atom.high is None else ".m")
        else:
            yield Feature("pattern", "n." if atom.high is None else "n.m")
        for alternative in atom.alternatives:
            yield from _used_by_pattern(alternative)


def _used_by_indirection(node: nodes.Indirection, parent: nodes.Node | None) -> Iterator[Feature]:
    if node.subscripts:
        yield Feature("indirection", "subscripts")
    if isinstance(parent, nodes.Entry):
        yield Feature("indirection", "label" if parent.label is node else "routine")
        if parent.label is node and parent.routine is None:
            yield Feature("indirection", "entry of $TEXT")
    elif isinstance(parent, nodes.Match):
        yield Feature("indirection", "pattern")
    elif isinstance(parent, nodes.ByReference):
        yield Feature("indirection", "by reference")
    elif isinstance(parent, nodes.For):
        yield Feature("indirection", "control variable")
    elif isinstance(parent, nodes.Exclusive):
        yield Feature("indirection", "exclusive")
    elif isinstance(parent, nodes.Assignment) and parent.value is not node:
        yield Feature("indirection", "target")
    else:
        yield Feature("indirection", "value")


def _forms(node: nodes.Node) -> Iterator[tuple[str, bool]]:
    """Yield the forms that a node can have, and whether it has them."""
    yield "naked reference", isinstance(node, nodes.Naked)
    yield "by reference", isinstance(node, nodes.ByReference)
    yield "foreign function", isinstance(node, nodes.External)
    yield "exclusive", isinstance(node, nodes.Exclusive)
    yield "new line", isinstance(node, nodes.NewLine)
    yield "form feed", isinstance(node, nodes.FormFeed)
    yield "tab", isinstance(node, nodes.Tab)
    yield "character", isinstance(node, nodes.Character)
    yield "mnemonic", isinstance(node, nodes.Control)
    yield "ZWRITE of a range", isinstance(node, nodes.SubscriptRange)
    yield "ZWRITE of all below", isinstance(node, nodes.SubscriptRest)
    yield "ZWRITE of a subscript pattern", isinstance(node, nodes.SubscriptPattern)
    if isinstance(node, nodes.Global):
        yield "environment of a global", bool(node.environment)
    elif isinstance(node, nodes.Entry):
        yield "environment of an entry", bool(node.environment)
        yield "offset", node.offset is not None
        yield "routine", node.routine is not None
    elif isinstance(node, nodes.Extrinsic):
        yield "extrinsic", node.arguments is not None
        yield "extrinsic without parentheses", node.arguments is None
    elif isinstance(node, nodes.Assignment):
        yield "list of SET", node.grouped
    elif isinstance(node, nodes.For):
        yield "FOR without argument", node.variable is None
    elif isinstance(node, nodes.Range):
        yield "FOR start", node.step is None
        yield "FOR start:step", node.step is not None and node.limit is None
        yield "FOR start:step:limit", node.limit is not None
    elif isinstance(node, nodes.Input):
        yield "READ of a character", node.single
        yield "READ of so many", node.count is not None
        yield "READ with a timeout", node.timeout is not None
    elif isinstance(node, nodes.Read):
        yield "prompt", any(isinstance(each, nodes.String) for each in node.arguments)
    elif isinstance(node, nodes.LockArgument):
        yield "LOCK +", node.sign == "+"
        yield "LOCK -", node.sign == "-"
        yield "LOCK of a list", node.grouped
        yield "LOCK with a timeout", node.timeout is not None
    elif isinstance(node, nodes.DeviceArgument):
        yield "parameters of a device", bool(node.parameters)
        yield "OPEN with a timeout", node.timeout is not None
        yield "kind of a device", node.space is not None
    elif isinstance(node, nodes.TransactionArgument):
        yield "TSTART *", node.every
        yield "TSTART ()", node.restartable and not node.every and not node.names
        yield "TSTART of names", bool(node.names)
        yield "TSTART with a parameter", bool(node.parameters)
    elif isinstance(node, nodes.ZwriteVariable):
        yield "ZWRITE of a pattern", isinstance(node.name, nodes.Pattern)
    if isinstance(node, (nodes.Call, nodes.Extrinsic)):
        yield "omitted actual", any(actual is None for actual in node.arguments or ())
    if isinstance(node, (nodes.Call, nodes.Jump, nodes.Code)):
        yield "condition of an argument", node.condition is not None


# ------------------------------------------------------------------------------------------------ the case files

_CODE = re.compile(r"; error (\S+)$|,(M\d+|Z\d+)(?=,)|%(?:GTM|BUMPS|SYSTEM)-[EWIFS]-(\w+)", re.MULTILINE)


@cache
def uses() -> Uses:
    """Return what all cases and tables use."""
    found = Uses()
    for path in sorted(CASES.glob("*.m")):
        for text in path.read_text(encoding="latin-1").split("\n; ---\n"):
            source, _, output = f"{text}\n".partition("\n; output\n")
            found.code(path.stem, source.partition("\n; input\n")[0])
            for code in {next(filter(None, match)) for match in _CODE.findall(f"{source}\n{output}")}:
                for name in _error_names(code):
                    found.errors[name][path.stem] += 1
    for path in sorted(TABLES.glob("*.txt")):
        text = path.read_text(encoding="latin-1")
        if text.startswith(";"):
            expressions = [line.partition("\t")[0] for line in text.split("\n") if line and not line.startswith(";")]
            found.code(f"{path.stem}.txt", "".join(f" W {expression}\n" for expression in expressions))
    return found


@cache
def _names_of_codes() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, code in CODES.items():
        names.setdefault(f"Z{code.number}", []).append(name)
        if code.mcode:
            names.setdefault(code.mcode, []).append(name)
    return names


def _error_names(code: str) -> list[str]:
    """Return the errors that a code in a case says, none if several have it."""
    if code in CODES:
        return [code]
    names = _names_of_codes().get(code, [])
    return names if len(names) == 1 else []


# --------------------------------------------------------------------------------------------- what there is


def _machine() -> Machine:
    """Return a machine that is asked what it knows."""

    def make() -> Globals:
        options = Options(charset="m", page_size=1024, durability=Durability.NONE, background=False)
        return Globals(Engine.open(MemoryDisk(), "/none.bumps", options), Durability.NONE)

    return Machine(globals_factory=make, input=io.BytesIO(), output=io.BytesIO(), charset="m")


@cache
def supported() -> dict[Feature, bool]:
    """Return every feature, and whether it is built, in the order of the page."""
    machine = _machine()
    found: dict[Feature, bool] = {}

    def add(kind: str, names: Iterable[str], is_built: Any = lambda name: True) -> None:
        for name in names:
            found[Feature(kind, name)] = bool(is_built(name))

    commands = [name for name in _standard_first(keywords.COMMANDS.values()) if name != "ZWITHDRAW"]
    built = [name for name in commands if machine.compiler.has_command(name)]
    add("command", commands, machine.compiler.has_command)
    alone = {*machine.compiler.alone, *GOVERNING, "DO", "TSTART"}
    add("alone", [name for name in commands if _may_be_alone(name)], alone.__contains__)
    add("condition", [name for name in built if name not in ("ELSE", "FOR", "IF")])
    add(
        "function",
        _standard_first(["SELECT", "TEXT", *(signature.name for signature in keywords.FUNCTIONS.values())]),
        machine.compiler.has_function,
    )
    specials = _standard_first(keywords.SPECIALS.values())
    add("special", specials, machine.specials.is_built)
    add("set special", [name for name in specials if name in keywords.SETTABLE_SPECIALS], machine.specials.is_settable)
    add("new special", [name for name in specials if name in keywords.NEWABLE_SPECIALS])
    add("set function", keywords.SETTABLE_FUNCTIONS)
    add("structured", _standard_first(keywords.STRUCTURED.values()), lambda name: name in structured.KNOWN)
    add("operator", _operators())
    add("pattern", [*sorted(patterns.BYTES), *ATOMS])
    add("indirection", [*INDIRECTIONS, *(f"{name} @X" for name in built if _may_be_indirect(name))])
    add("form", FORMS, lambda name: name not in ("foreign function", "commands of other vendors"))
    meant = _texts_of_devices()
    add(
        "parameter",
        sorted({fact.name for fact in keywords.DEVICE_PARAMETERS.values()}),
        lambda name: name in meant and name not in UNBUILT_PARAMETERS,
    )
    add("job parameter", sorted({fact.name for fact in keywords.JOB_PARAMETERS.values()}), lambda name: False)
    return found


def _standard_first(names: Iterable[str]) -> list[str]:
    return sorted(set(names), key=lambda name: (name.startswith("Z"), name))


def _may_be_alone(command: str) -> bool:
    line = grammar.parse_code(f"{command}  SET A=1")
    return line.bad is None and len(line.commands) == 2


def _may_be_indirect(command: str) -> bool:
    return Feature("indirection", f"{command} @X") in used_by(grammar.parse_code(f"{command} @X"))


def _operators() -> list[str]:
    binary = [*OPERATIONS, "&", "!", "?"]
    negated = [f"'{operator}" for operator in binary if operator in RELATIONS or operator == "?"]
    return [*(f"unary {operator}" for operator in "+-'"), *binary, *negated]


def _texts_of_devices() -> set[str]:
    """Return the texts that the files of devices hold: a parameter that none of them names is taken and ignored."""
    found: set[str] = set()
    for path in DEVICES.glob("device*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(node.value.split())
    return found


def untested() -> list[Feature]:
    """Return the features that are built and that no case uses."""
    found = uses()
    return [feature for feature, is_built in supported().items() if is_built and not found.features[feature]]


# ----------------------------------------------------------------------------------------------- differences

_SPAN = re.compile(r"`([^`]*)`")
_WORD = re.compile(r"(\^?\$)?\b([A-Z]{2,})\b")


@cache
def differences() -> dict[Feature, list[str]]:
    """Return the subjects of the differences from GT.M, as docs/language.md lists them, by the features they name."""
    _, _, text = LANGUAGE.read_text(encoding="utf-8").partition("## Where bumps differs from GT.M on purpose\n")
    found: dict[Feature, list[str]] = {}
    for line in text.partition("\n## ")[0].split("\n"):
        subject = line.strip("| ").replace("\\|", "\x00").partition(" | ")[0].replace("\x00", "|")
        if not line.startswith("| ") or subject == "subject":
            continue
        for feature in dict.fromkeys(_named_in(subject)):
            found.setdefault(feature, []).append(subject)
    return found


def _named_in(subject: str) -> Iterator[Feature]:
    """Yield the features that the subject of a difference names: in its code, and words of the language."""
    for span in _SPAN.findall(subject):
        for text in (span, f"W {span}"):
            line = grammar.parse_code(text)
            if line.bad is None and line.commands:
                yield from _told_by(list(used_by(line)), is_command=text is span)
                break
    for match in _WORD.finditer(subject):
        word = match[2]
        if match[1] == "$":
            if word in keywords.FUNCTIONS:
                yield Feature("function", keywords.FUNCTIONS[word].name)
            if word in keywords.SPECIALS:
                yield Feature("special", keywords.SPECIALS[word])
        elif match[1] is None and word in keywords.COMMANDS:
            yield Feature("command", keywords.COMMANDS[word])
        elif match[1] is None and word in keywords.DEVICE_PARAMETERS:
            yield Feature("parameter", keywords.DEVICE_PARAMETERS[word].name)


def _told_by(features: list[Feature], *, is_command: bool) -> list[Feature]:
    """Return the features that an example is about: its commands and functions, else its operators."""
    if not is_command:
        features = [each for each in features if each != Feature("command", "WRITE")]
    words = [each for each in features if each.kind not in ("operator", "pattern", "alone", "condition")]
    return words or features


# ---------------------------------------------------------------------------------------------------- the page


def features_page() -> str:
    """Return what is made of docs/features.md."""
    parts = []
    for kind, (title, _) in KINDS.items():
        rows = [_row(feature, is_built) for feature, is_built in supported().items() if feature.kind == kind]
        header = ["| feature | built | differs from GT.M in | tested by |", "|---|---|---|---|"]
        parts.append(f"## {title}\n\n" + "\n".join([*header, *rows]) + "\n")
    parts.append(_errors())
    return "\n".join(parts)


def _row(feature: Feature, is_built: bool) -> str:
    shown = _code(KINDS[feature.kind].shown.format(feature.name))
    if feature.kind in ("form", "indirection", "pattern"):
        example = (FORMS | INDIRECTIONS | ATOMS).get(feature.name, "")
        shown = f"{feature.name} {_code(example)}" if example else _code(feature.name)
    is_ignored = feature.kind == "parameter" and feature.name not in UNBUILT_PARAMETERS
    built = NOTES.get(feature) or ("yes" if is_built else "ignored" if is_ignored else "no")
    differs = "; ".join(_escaped(subject) for subject in differences().get(feature, ()))
    files = uses().files(feature)
    more = f", {len(files) - FILE_COUNT} more" if len(files) > FILE_COUNT else ""
    return f"| {shown} | {built} | {differs} | {', '.join(files[:FILE_COUNT])}{more} |"


def _errors() -> str:
    """Return the table of the errors that a case raises."""
    found = uses()
    rows = []
    for name in sorted(found.errors):
        code = CODES[name]
        files = _by_count(found.errors[name])
        more = f", {len(files) - FILE_COUNT} more" if len(files) > FILE_COUNT else ""
        rows.append(f"| `{name}` | {code.mcode} | {code.number} | {', '.join(files[:FILE_COUNT])}{more} |")
    header = ["| error | code | number | raised in |", "|---|---|---|---|"]
    return "## Errors that a case raises\n\n" + "\n".join([*header, *rows]) + "\n"


def _code(text: str) -> str:
    return f"`{_escaped(text)}`" if "`" not in text else _escaped(text)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
