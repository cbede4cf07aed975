"""Seeded bugs: every line of the engine that durability rests on, broken once, must be caught.

There is no switch in the engine. A mutant patches named attributes of it, in two forms:

    replace  a function or method gets another body, made from the original
    rewrite  one expression inside a function is replaced in its source; more or fewer than
             one match is an error, so a change of the engine cannot quietly disarm a mutant

A mutant whose patched code never ran is an error as well. Those that no legal crash can tell
from the clean engine are listed in equivalent.md, with the argument.
"""

from __future__ import annotations

import ast
import concurrent.futures
import contextlib
import functools
import importlib
import inspect
import multiprocessing
import random
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bumps.torture.engine_subject import engine_subject
from bumps.torture.rot import run_rot
from bumps.torture.runner import continuations, fault_loop, run

Body = Callable[..., Any]
Factory = Callable[[Body], Body]

STAGES = ("rot", "faults", "continuations", "campaigns")
CAMPAIGN_STATES = 12_000
"""Crash states before a mutant counts as survived."""
FAULT_SEEDS = (2, 3, 103)
CONTINUATION_SEEDS = (9, 0, 1)
ROT_SEEDS = 6


class MutantError(Exception):
    """A mutant that does not fit the engine: no such target, no single match, or it never ran."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One seeded bug."""

    name: str
    group: str
    line: str
    """What is wrong, in one line."""
    patches: tuple[tuple[str, Factory], ...]
    """Target, `module:attribute` or `module:Class.method`, and what makes its new body."""
    stage: str = "campaigns"
    """Which stage is tried first: the one that caught it last."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant."""

    name: str
    group: str
    status: str
    """caught, survived, or equivalent."""
    by: str
    """The stage and the violation."""
    cpu_s: float

    def as_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "name": self.name,
            "group": self.group,
            "status": self.status,
            "by": self.by,
            "cpu_s": round(self.cpu_s, 2),
        }


def nothing(original: Body) -> Body:
    """Leave the step out."""
    return lambda *arguments, **options: None


def gives(value: object) -> Factory:
    """Answer always the same."""
    return lambda original: lambda *arguments, **options: value


def rewrite(pattern: str, replacement: str) -> Factory:
    """Replace the one expression that is written `pattern`."""

    def make(original: Body) -> Body:
        tree = ast.parse(textwrap.dedent(inspect.getsource(original)))
        wanted = ast.dump(ast.parse(pattern, mode="eval").body)
        new = ast.parse(replacement, mode="eval").body
        swap = _Swap(wanted, new)
        tree = ast.fix_missing_locations(swap.visit(tree))
        if swap.count != 1:
            raise MutantError(f"{original.__qualname__}: {swap.count} places are written {pattern!r}")
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        function.decorator_list = []
        scope: dict[str, Any] = {}
        exec(compile(tree, f"<mutant of {original.__qualname__}>", "exec"), original.__globals__, scope)
        made: Body = scope[function.name]
        return made

    return make


class _Swap(ast.NodeTransformer):
    """Replaces every node that dumps as wanted, and counts."""

    def __init__(self, wanted: str, new: ast.expr) -> None:
        self.wanted = wanted
        self.new = new
        self.count = 0

    def visit(self, node: ast.AST) -> Any:
        """Replace a node, or look inside it."""
        if ast.dump(node) == self.wanted:
            self.count += 1
            return self.new
        return self.generic_visit(node)


def _every_other(original: Body) -> Body:
    seen: list[object] = []

    def call(self: Any, file: Any) -> None:
        if not any(each is file for each in seen):
            seen.append(file)
            original(self, file)

    return call


def _frame_per_global(original: Body) -> Body:
    def call(self: Any, batches: Any) -> Any:
        lsn = 0
        for batch in batches:
            lsn = original(self, [batch])
        return lsn

    return call


def _after_meta(original: Body) -> Body:
    def call(self: Any, meta: Any, mark: Any, pages: Any) -> None:
        self.write_meta(meta)
        self.sync_meta()
        original(self, meta, mark, pages)

    return call


def _remember_meta(original: Body) -> Body:
    def call(self: Any, meta: Any, mark: Any, pages: Any) -> None:
        self.__dict__["meta_of_mutant"] = meta
        original(self, meta, mark, pages)

    return call


def _meta_first(original: Body) -> Body:
    def call(self: Any, pages: Any) -> None:
        self.write_meta(self.meta_of_mutant)
        self.sync_meta()
        original(self, pages)

    return call


def _home_first(original: Body) -> Body:
    def call(self: Any, meta: Any, mark: Any, pages: Any) -> None:
        self.write_home(pages)
        self.sync_home()
        original(self, meta, mark, pages)

    return call


def _journal_freed_first(original: Body) -> Body:
    def call(self: Any, meta: Any, mark: Any, pages: Any) -> None:
        self.free_journal(meta)
        original(self, meta, mark, pages)

    return call


def _journal_unless_clean(original: Body) -> Body:
    def call(self: Any, journal: Any, *, clean: bool) -> None:
        if clean:
            original(self, journal, clean=clean)

    return call


def _set_believed(original: Body) -> Body:
    def call(disk: Any, path: Any, data: Any, sealed: Any, pages: Any) -> Any:
        from bumps.recovery import recover

        recover.finish_set(data, sealed.meta, pages)
        return disk.open(f"{path}/double-write", write=True)

    return call


def _tail_believed(original: Body) -> Body:
    def call(*arguments: Any, **options: Any) -> Any:
        end = original(*arguments, **options)
        import dataclasses

        return end and dataclasses.replace(end, stable=end.last, tail=())

    return call


def _errors_passed_over(original: Body) -> Body:
    def call(*arguments: Any, **options: Any) -> Any:
        with contextlib.suppress(OSError):
            return original(*arguments, **options)

    return call


def _tried_twice(original: Body) -> Body:
    def call(*arguments: Any, **options: Any) -> Any:
        try:
            return original(*arguments, **options)
        except OSError:
            return original(*arguments, **options)

    return call


def _short_writes_passed_over(original: Body) -> Body:
    def call(file: Any, data: bytes, offset: int) -> None:
        file.pwrite(data, offset)

    return call


def _unsynced_rename(original: Body) -> Body:
    def call(disk: Any, temporary: str, path: str) -> None:
        disk.rename(temporary, path)

    return call


def _worklist_kept(original: Body) -> Body:
    def call(self: Any, dead: Any) -> Any:
        original(self, dead)
        return list(dead)

    return call


def _body_only(original: Body) -> Body:
    from bumps.checksum import crc32c

    return lambda header, body: crc32c(body)


def _header_only(original: Body) -> Body:
    from bumps.checksum import crc32c

    return lambda header, body: crc32c(header)


def _half(original: Body) -> Body:
    return lambda covered: original(covered[: len(covered) // 2])


def _number_left_out(original: Body) -> Body:
    return lambda covered: original(covered[4:])


CHECKPOINT = "bumps.recovery.checkpoint:Checkpointer"
RECOVER = "bumps.recovery.recover"
WRITER = "bumps.wal.writer:JournalWriter"
READER = "bumps.wal.reader:JournalReader"


def _mutant(name: str, group: str, line: str, target: str, factory: Factory, stage: str = "campaigns") -> Mutant:
    return Mutant(name, group, line, ((target, factory),), stage)


_ALL = (
    # acknowledge, append
    _mutant("ack_before_sync", "append", "commit returns before the sync",
            "bumps.engine:Engine.wait_durable", nothing),
    _mutant("no_journal_sync", "append", "the journal is never synced",
            f"{WRITER}.sync_segment", nothing),
    _mutant("group_sync_first_only", "append", "only a segment's first sync is done",
            f"{WRITER}.sync_segment", _every_other),
    _mutant("split_transaction", "append", "a frame for each global of a commit",
            "bumps.engine:Engine.append", _frame_per_global),
    _mutant("tail_sector_rewritten", "append", "frames are not padded to sectors",
            f"{WRITER}._offset", rewrite("align(self.last.end, self.alignment)", "self.last.end")),
    _mutant("segment_no_directory_sync", "append", "a segment's name is not synced",
            f"{WRITER}.sync_directory", nothing),
    _mutant("segment_no_sync", "append", "a new segment is not synced before it has its name",
            f"{WRITER}.sync_next", nothing),
    _mutant("switch_no_sync", "append", "the old segment is not synced at a switch",
            f"{WRITER}._switch", rewrite("self._sync_appended()", "None")),
    _mutant("synced_too_high", "append", "a frame calls itself durable but for one",
            f"{WRITER}.append_body", rewrite("self.durable_lsn", "before.lsn")),
    _mutant("constant_salt", "append", "every segment has the same salt",
            f"{WRITER}._header", rewrite('int.from_bytes(self.disk.random(8), "little")', "1")),
    # checksums
    _mutant("frame_crc_skips_header", "checksums", "the CRC of a frame covers its body only",
            "bumps.wal.frame:checksum", _body_only, "rot"),
    _mutant("frame_crc_skips_body", "checksums", "the CRC of a frame covers its header only",
            "bumps.wal.frame:checksum", _header_only),
    _mutant("page_crc_half", "checksums", "the CRC of a page covers its first half",
            "bumps.btree.page:page_checksum", _half, "rot"),
    _mutant("page_crc_skips_number", "checksums", "the CRC of a page leaves its number out",
            "bumps.btree.page:page_checksum", _number_left_out, "rot"),
    _mutant("no_page_crc", "checksums", "the CRC of a page is not looked at",
            "bumps.btree.page:parse", rewrite("computed != checksum", "False"), "rot"),
    _mutant("no_page_number_check", "checksums", "the number in a page is not looked at",
            "bumps.btree.page:parse", rewrite("found != number", "False"), "rot"),
    _mutant("no_meta_crc", "checksums", "the CRC of a meta slot is not looked at",
            "bumps.btree.meta:decode",
            rewrite("crc32c(sector[:-4]) != _CRC.unpack_from(sector, SLOT_SIZE - 4)[0]", "False"), "rot"),
    _mutant("seal_crc_header_only", "checksums", "the pages of a set are not checked",
            "bumps.recovery.double_write:read", rewrite("checksum != head.body_crc", "False")),
    _mutant("reference_checksum_ignored", "checksums", "a page need not be the one that was meant",
            "bumps.btree.pager:check_reference", nothing, "rot"),
    _mutant("overflow_crc_skipped", "checksums", "the checksum of an overflow value is not looked at",
            "bumps.btree.overflow:read", rewrite("computed != chain.checksum", "False"), "rot"),
    # redo
    _mutant("chain_ignored", "redo", "the chain of frames is not looked at",
            f"{READER}._follows",
            rewrite("found.salt == self._salt and found.lsn == self.last.lsn + 1 and found.chain == self.last.crc",
                    "found.salt == self._salt and found.lsn > self.last.lsn")),
    _mutant("damage_cut_quietly", "redo", "what was durable is cut like a torn tail",
            f"{READER}._end_in_bytes", rewrite("synced >= missing", "False"), "rot"),
    _mutant("legal_tail_refused", "redo", "a valid frame behind a bad one is refused",
            f"{READER}._end_in_bytes", rewrite("synced >= missing", "behind is not None")),
    _mutant("next_segment_ignored", "redo", "reading ends with the first segment",
            f"{READER}._next", rewrite("first_lsn in self._ahead", "False")),
    # checkpoint
    _mutant("checkpoint_lsn_high", "checkpoint", "the meta slot says one LSN more",
            f"{CHECKPOINT}.next_meta", rewrite("mark.lsn", "mark.lsn + 1")),
    _mutant("checkpoint_before_journal_sync", "checkpoint", "data knows what the journal may lose",
            f"{CHECKPOINT}.sync_journal", _journal_unless_clean),
    _mutant("meta_before_seal", "checkpoint", "the meta slot is written before the set",
            f"{CHECKPOINT}.seal", _after_meta),
    Mutant("meta_before_home", "checkpoint", "the meta slot is written before the pages",
           ((f"{CHECKPOINT}.seal", _remember_meta),
            (f"{CHECKPOINT}.write_home", _meta_first))),
    _mutant("home_before_seal", "checkpoint", "the pages go home before the set is sealed",
            f"{CHECKPOINT}.seal", _home_first),
    _mutant("no_home_sync", "checkpoint", "the pages at home are not synced",
            f"{CHECKPOINT}.sync_home", nothing),
    _mutant("no_meta_sync", "checkpoint", "the meta slot is not synced",
            f"{CHECKPOINT}.sync_meta", nothing),
    _mutant("no_seal_sync", "checkpoint", "the set is not synced",
            f"{CHECKPOINT}.sync_seal", nothing),
    _mutant("no_double_write", "checkpoint", "there is no set",
            f"{CHECKPOINT}.seal", nothing),
    _mutant("no_settling", "checkpoint", "a meta slot that was only read is believed",
            f"{CHECKPOINT}.settle_meta", nothing, "continuations"),
    _mutant("slot_rewritten_without_set", "checkpoint", "a slot is written over before its set is copied",
            f"{CHECKPOINT}.copy_set", nothing, "continuations"),
    _mutant("slot_believed_over_set", "recovery", "pages are written again below a slot the disk may have",
            f"{RECOVER}:clear_slot", nothing, "continuations"),
    _mutant("one_meta_slot", "checkpoint", "both generations use one slot",
            f"{CHECKPOINT}.write_meta", rewrite("meta.generation % 2 * meta.page_size", "0")),
    _mutant("older_meta_chosen", "checkpoint", "the older of two slots is the state",
            "bumps.btree.meta:read",
            rewrite("max(found.values(), key=lambda meta: meta.generation)",
                    "min(found.values(), key=lambda meta: meta.generation)")),
    _mutant("segment_of_c_freed", "checkpoint", "the segment that holds C goes too",
            f"{CHECKPOINT}.free_journal", rewrite("first < meta.segment", "first <= meta.segment")),
    _mutant("journal_freed_before_seal", "checkpoint", "segments go before the set is durable",
            f"{CHECKPOINT}.seal", _journal_freed_first),
    # recovery, names
    _mutant("recovery_ignores_seal", "recovery", "a sealed set is not brought home",
            f"{RECOVER}:is_next", gives(False)),
    _mutant("seal_any_generation", "recovery", "a set of any generation is brought home",
            f"{RECOVER}:is_next", rewrite("new.generation != meta.generation + 1 or new.lsn < meta.lsn", "False")),
    _mutant("seal_without_frame", "recovery", "frame C need not be in the journal",
            f"{RECOVER}:is_next", rewrite("read_frame(disk, join(path, JOURNAL), place).kind == frame.MARK", "True")),
    _mutant("seal_from_the_past", "recovery", "a set is used after others went on without it",
            f"{RECOVER}:is_next",
            rewrite("Listing.of(disk, join(path, JOURNAL)).holder_of(new.lsn) != new.segment", "False"), "faults"),
    _mutant("recovery_no_home_sync", "recovery", "recovery does not sync the pages",
            f"{RECOVER}:sync_home", nothing),
    _mutant("recovery_no_meta_sync", "recovery", "recovery does not sync the meta slot",
            f"{RECOVER}:sync_meta", nothing),
    _mutant("recovery_no_copy_sync", "recovery", "the copy of a set is not synced",
            "bumps.recovery.double_write:sync_copy", nothing),
    _mutant("seal_from_cache_written_home", "recovery", "a set that was only read is believed",
            f"{RECOVER}:adopt_set", _set_believed),
    _mutant("reopen_trusts_cache", "recovery", "a tail that was only read is believed",
            f"{RECOVER}:redo", _tail_believed),
    _mutant("clean_mark_believed", "recovery", "the clean mark is believed, whatever is in the journal",
            f"{RECOVER}:recover",
            rewrite("ends_at(disk, directory, Position(meta.segment, meta.offset), options.alignment)", "True")),
    _mutant("create_no_sync", "recovery", "the files of a new database are not synced",
            "bumps.recovery.create:build", rewrite("data.sync()", "None")),
    _mutant("create_in_place", "recovery", "names inside a new database are not synced",
            "bumps.recovery.create:create", rewrite("disk.sync_directory(temporary)", "None")),
    Mutant("create_no_directory_sync", "recovery", "the name of a new database is never synced",
           (("bumps.recovery.create:publish", _unsynced_rename),
            (f"{RECOVER}:recover", rewrite("writable and meta.generation <= 1", "False")))),
    _mutant("newborn_name_believed", "recovery", "the name of a new database that was only read is believed",
            f"{RECOVER}:recover", rewrite("writable and meta.generation <= 1", "False"), "faults"),
    # errors
    _mutant("ignore_write_error", "errors", "a failed write is passed over",
            f"{WRITER}.write_frame", _errors_passed_over, "faults"),
    _mutant("ignore_short_write", "errors", "a short write is passed over",
            "bumps.files:write_all", _short_writes_passed_over),
    _mutant("ignore_sync_error", "errors", "a failed sync is passed over",
            f"{WRITER}.sync_segment", _errors_passed_over, "faults"),
    _mutant("retry_sync", "errors", "a failed sync is tried again",
            f"{WRITER}.sync_segment", _tried_twice, "faults"),
    _mutant("ignore_home_error", "errors", "a failed sync of the pages is passed over",
            f"{CHECKPOINT}.sync_home", _errors_passed_over, "faults"),
    Mutant("never_dead", "errors", "it goes on after a failed write or sync",
           ((f"{WRITER}._fail", nothing),
            ("bumps.engine:Engine._fail", nothing)), "faults"),
    # tree
    _mutant("page_leaked", "tree", "freed pages are forgotten",
            "bumps.btree.freelist:Draft.free", nothing),
    _mutant("kill_leaves_overflow", "tree", "the chains of a killed node stay",
            "bumps.btree.encode:Encoder._free_chains", nothing),
    _mutant("dead_tree_restarts", "tree", "the worklist keeps what was freed",
            "bumps.btree.encode:Encoder.bury", _worklist_kept),
)  # fmt: skip

MUTANTS: dict[str, Mutant] = {mutant.name: mutant for mutant in _ALL}
assert len(MUTANTS) == len(_ALL), "every mutant has a name of its own"

EQUIVALENT: dict[str, str] = {
    "constant_salt": "no segment is appended to after a recovery, LSN and chain tell frames of two lives apart",
    "page_crc_skips_number": "the number is compared with the place of the page, so no change of it passes",
}
"""Name -> why no legal crash can tell it from the clean engine (equivalent.md has the arguments)."""


@contextlib.contextmanager
def armed(mutant: Mutant) -> Iterator[list[str]]:
    """Patch the engine; yield the targets that have run, each once."""
    ran: list[str] = []
    undo: list[tuple[object, str, object]] = []
    try:
        for target, factory in mutant.patches:
            undo += _patch(target, factory, ran)
        yield ran
    finally:
        for owner, name, original in reversed(undo):
            setattr(owner, name, original)


def _patch(target: str, factory: Factory, ran: list[str]) -> list[tuple[object, str, object]]:
    """Patch one target wherever it is bound; return how to undo it."""
    module_name, _, path = target.partition(":")
    owner: Any = importlib.import_module(module_name)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each, None)
    original = getattr(owner, name, None)
    if original is None:
        raise MutantError(f"{target}: there is no such thing")
    new = factory(original)

    @functools.wraps(original)
    def counted(*arguments: Any, **options: Any) -> Any:
        if target not in ran:
            ran.append(target)
        return new(*arguments, **options)

    owners = [owner]
    if not outer:
        # `from module import function` has bound it elsewhere as well.
        owners = [
            module
            for module_name, module in list(sys.modules.items())
            if module_name.startswith("bumps.") and getattr(module, name, None) is original
        ]
    undo = []
    for each in owners:
        undo.append((each, name, original))
        setattr(each, name, counted)
    return undo


def judge(mutant: Mutant, *, campaign_states: int = CAMPAIGN_STATES) -> Verdict:
    """Run the stages on the mutated engine until one of them finds a violation."""
    began = time.process_time()
    stages = sorted(STAGES, key=lambda stage: stage != mutant.stage)
    with armed(mutant) as ran:
        for stage in stages:
            found = _stage(stage, campaign_states)
            if found:
                by = f"{stage}: {found[:200]}"
                return Verdict(mutant.name, mutant.group, "caught", by, time.process_time() - began)
        if len(ran) < len(mutant.patches):
            raise MutantError(f"{mutant.name}: only {ran} of its targets ran")
    status = "equivalent" if mutant.name in EQUIVALENT else "survived"
    return Verdict(mutant.name, mutant.group, status, "", time.process_time() - began)


def gate(names: Sequence[str] | None = None, *, jobs: int = 1) -> Iterator[Verdict]:
    """Judge mutants, all if none are named, each in a process of its own; yield verdicts as they come.

    Raises MutantError for one that does not fit the engine, or if the clean engine does not pass the same.
    """
    chosen = list(MUTANTS if names is None else names)
    with concurrent.futures.ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        clean = pool.submit(clean_violation)
        for done in concurrent.futures.as_completed([pool.submit(judge_by_name, name) for name in chosen]):
            yield done.result()
        if clean.result():
            raise MutantError(f"the engine without a mutant fails: {clean.result()}")


def clean_violation() -> str:
    """Run all stages on the engine as it is; return the first violation, or nothing."""
    return next((found for stage in STAGES if (found := _stage(stage, CAMPAIGN_STATES))), "")


def judge_by_name(name: str) -> Verdict:
    """Judge one mutant of the catalogue."""
    return judge(MUTANTS[name])


def _stage(stage: str, campaign_states: int) -> str:
    """Run one stage; return the first violation, or nothing."""
    if stage == "rot":
        for seed in range(ROT_SEEDS):
            try:
                found = run_rot(engine_subject(random.Random(seed)), seed=seed, count=300)
            except Exception as error:
                return f"{type(error).__name__}: {error}"
            if found:
                return str(found[0])
        return ""
    if stage == "faults":
        for seed in FAULT_SEEDS:
            report = fault_loop(
                engine_subject,
                seed=seed,
                kinds=("sync_directory", "sync", "pwrite"),
                hows=("EIO", "short", "kill"),
                states_each=12,
            )
            if report.failures:
                return str(report.failures[0])
        return ""
    if stage == "continuations":
        for seed in CONTINUATION_SEEDS:
            report = continuations(engine_subject, seed=seed, failures_max=1)
            if report.failures:
                return str(report.failures[0])
        return ""
    report = run(engine_subject, states_count=campaign_states, failures_max=1)
    return str(report.failures[0]) if report.failures else ""
