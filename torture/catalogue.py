"""The catalogue of seeded bugs: each line of the engine that durability rests on, broken once.

Whoever writes such a line writes its mutant in the same commit. Those that no legal crash can
tell from the clean engine are in `EQUIVALENT`, and equivalent.md has the argument.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from bumps.btree.page import LEAF, Page
from bumps.errors import CommitUnknownError, DiskFullError, StorageError
from bumps.torture.mutant import Body, Factory, Mutant, gives, nothing, rewrite


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


def _file_cut_first(original: Body) -> Body:
    def call(self: Any, meta: Any, mark: Any, pages: Any) -> None:
        if meta.page_count < self.meta.page_count:
            self.data.truncate(meta.page_count * meta.page_size)
            self.data.sync()
        original(self, meta, mark, pages)

    return call


def _cut_one_more(original: Body) -> Body:
    def call(self: Any, bound: int) -> None:
        before = self.page_count
        original(self, bound)
        if self.page_count < before:
            self.page_count -= 1

    return call


def _page_kept(original: Body) -> Body:
    def call(self: Any, node: Any) -> None:
        page = node.page
        original(self, node)
        node.page = page

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


def _one_late(original: Body) -> Body:
    waiting: dict[int, tuple[Any, ...]] = {}

    def call(self: Any, *arguments: Any) -> None:
        before = waiting.pop(id(self), None)
        waiting[id(self)] = arguments
        if before is not None:
            original(self, *before)

    return call


def _full_is_a_refusal(original: Body) -> Body:
    def call(self: Any, body: Any) -> Any:
        try:
            return original(self, body)
        except CommitUnknownError as error:
            self.failed = False
            raise DiskFullError("refused") from error

    return call


def _tree_first(original: Body) -> Body:
    def call(self: Any, batches: Any, **options: Any) -> Any:
        self.writable()
        self._apply(batches, self.last_lsn + 1)
        return original(self, batches, **options)

    return call


def _but_the_last(original: Body) -> Body:
    return lambda self, pages: original(self, dataclasses.replace(pages, pages=pages.pages[:-1]))


def _zeros_are_a_page(original: Body) -> Body:
    def call(image: bytes, page_size: int, number: int) -> Any:
        if any(image) or len(image) != page_size:
            return original(image, page_size, number)
        return Page(number, 0, 0, 0, 0, LEAF, 0, 0, 0, 0, b"")

    return call


def _left_key(original: Body) -> Body:
    return lambda left, right: left


def _twice(original: Body) -> Body:
    def call(*arguments: Any, **options: Any) -> Any:
        original(*arguments, **options)
        return original(*arguments, **options)

    return call


def _settled_without_set(original: Body) -> Body:
    def call(self: Any) -> None:
        if not self.meta_durable:
            self.write_meta(self.meta)
            self.sync_meta()
            self.meta_durable = True

    return call


def _slot_repaired(original: Body) -> Body:
    def call(disk: Any, path: str, meta: Any) -> Any:
        data = disk.open(f"{path}/data", write=True)
        data.pwrite(meta.encode()[:512], meta.generation % 2 * meta.page_size)
        data.close()
        return original(disk, path, meta)

    return call


def _checkpoint_first(original: Body) -> Body:
    inside: list[bool] = []

    def call(self: Any, batches: Any, lsn: int) -> None:
        if not inside:
            inside.append(True)
            self.checkpoint()
            inside.clear()
        original(self, batches, lsn)

    return call


def _unsaid_of(is_skipped: Callable[[Any, int], bool]) -> Factory:
    """Let verify say nothing of some pages."""

    def make(original: Body) -> Body:
        def call(self: Any) -> Iterator[Any]:
            try:
                found = list(original(self))
            except StorageError as error:
                if is_skipped(self, int(error.details.get("page", 0))):
                    return
                raise
            yield from (each for each in found if each.page is None or not is_skipped(self, each.page))

        return call

    return make


def _is_free(verifier: Any, page: int) -> bool:
    from bumps.btree.verify import FREE

    return page < len(verifier.owners) and bool(verifier.owners[page] == FREE)


def _as_text(original: Body) -> Body:
    from bumps.keys import END, _string_code

    return lambda text, encoding: _string_code(text, encoding) + END


def _half(original: Body) -> Body:
    return lambda covered: original(covered[: len(covered) // 2])


def _number_left_out(original: Body) -> Body:
    return lambda covered: original(covered[4:])


CHECKPOINT = "bumps.recovery.checkpoint:Checkpointer"
RECOVER = "bumps.recovery.recover"
WRITER = "bumps.wal.writer:JournalWriter"
READER = "bumps.wal.reader:JournalReader"
FOREST = "bumps.btree.forest:Forest"
PAGER = "bumps.btree.pager:Pager"
SETTLER = "bumps.btree.settle:Settler"


def _mutant(name: str, group: str, line: str, target: str, factory: Factory) -> Mutant:
    return Mutant(name, group, line, ((target, factory),))


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
    _mutant("ack_before_write", "append", "a frame is written when the next one comes",
            f"{WRITER}.write_frame", _one_late),
    _mutant("pending_forgotten", "append", "what is pending becomes no frame",
            "bumps.engine:Engine.append_pending", nothing),
    _mutant("tree_before_journal", "append", "the tree changes before the frame is in the journal",
            "bumps.engine:Engine.append", _tree_first),
    _mutant("clean_close_no_sync", "append", "a clean close does not sync the segment that it cuts",
            f"{WRITER}.close_clean", rewrite("self.sync_segment(current.file)", "None")),
    # checksums
    _mutant("frame_crc_skips_header", "checksums", "the CRC of a frame covers its body only",
            "bumps.wal.frame:checksum", _body_only),
    _mutant("frame_crc_skips_body", "checksums", "the CRC of a frame covers its header only",
            "bumps.wal.frame:checksum", _header_only),
    _mutant("page_crc_half", "checksums", "the CRC of a page covers its first half",
            "bumps.btree.page:page_checksum", _half),
    _mutant("page_crc_skips_number", "checksums", "the CRC of a page leaves its number out",
            "bumps.btree.page:page_checksum", _number_left_out),
    _mutant("no_page_crc", "checksums", "the CRC of a page is not looked at",
            "bumps.btree.page:parse", rewrite("computed != checksum", "False")),
    _mutant("no_page_number_check", "checksums", "the number in a page is not looked at",
            "bumps.btree.page:parse", rewrite("found != number", "False")),
    _mutant("no_meta_crc", "checksums", "the CRC of a meta slot is not looked at",
            "bumps.btree.meta:decode",
            rewrite("crc32c(sector[:-4]) != _CRC.unpack_from(sector, SLOT_SIZE - 4)[0]", "False")),
    _mutant("seal_crc_header_only", "checksums", "the pages of a set are not checked",
            "bumps.recovery.double_write:read", rewrite("checksum != head.body_crc", "False")),
    _mutant("reference_checksum_ignored", "checksums", "a page need not be the one that was meant",
            "bumps.btree.pager:check_reference", nothing),
    _mutant("overflow_crc_skipped", "checksums", "the checksum of an overflow value is not looked at",
            "bumps.btree.overflow:read", rewrite("computed != chain.checksum", "False")),
    _mutant("zero_page_accepted", "checksums", "a page of zeros is an empty leaf",
            "bumps.btree.page:parse", _zeros_are_a_page),
    _mutant("column_separator_unchecked", "checksums", "strings of a column may hold what separates them",
            "bumps.columns:pack", rewrite("joined.count(separator) == separator_count", "True")),
    # redo
    _mutant("chain_ignored", "redo", "the chain of frames is not looked at",
            f"{READER}._follows",
            rewrite("found.salt == self._salt and found.lsn == self.last.lsn + 1 and found.chain == self.last.crc",
                    "found.salt == self._salt and found.lsn > self.last.lsn")),
    _mutant("damage_cut_quietly", "redo", "what was durable is cut like a torn tail",
            f"{READER}._end_in_bytes", rewrite("synced >= missing", "False")),
    _mutant("legal_tail_refused", "redo", "a valid frame behind a bad one is refused",
            f"{READER}._end_in_bytes", rewrite("synced >= missing", "behind is not None")),
    _mutant("next_segment_ignored", "redo", "reading ends with the first segment",
            f"{READER}._next", rewrite("first_lsn in self._ahead", "False")),
    _mutant("later_segments_ignored", "redo", "segments that reading did not come to are no damage",
            f"{READER}._check_later", nothing),
    _mutant("replay_not_gated", "redo", "frames up to C are applied again",
            f"{RECOVER}:redo", rewrite("place_of(meta)", "Place(0, 0, 0, 0, 0)")),
    _mutant("redo_two_passes", "redo", "a frame is applied before its end is checked",
            "bumps.wal.frame:decode", rewrite("checksum(header, body) != crc", "False")),
    # checkpoint
    _mutant("checkpoint_lsn_high", "checkpoint", "the meta slot says one LSN more",
            f"{CHECKPOINT}.next_meta", rewrite("mark.lsn", "mark.lsn + 1")),
    _mutant("checkpoint_lsn_low", "checkpoint", "the meta slot says one LSN less",
            f"{CHECKPOINT}.next_meta", rewrite("mark.lsn", "mark.lsn - 1")),
    _mutant("page_not_home", "checkpoint", "the last page of a set is not written home",
            f"{CHECKPOINT}.write_home", _but_the_last),
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
            f"{CHECKPOINT}.settle_meta", nothing),
    _mutant("slot_rewritten_without_set", "checkpoint", "a slot is written over before its set is copied",
            f"{CHECKPOINT}.copy_set", nothing),
    _mutant("slot_believed_over_set", "recovery", "pages are written again below a slot the disk may have",
            f"{RECOVER}:clear_slot", nothing),
    _mutant("slot_rewritten_always", "checkpoint", "a slot is written over though no set of it stands",
            f"{CHECKPOINT}.settle_meta", _settled_without_set),
    _mutant("meta_page_written_whole", "checkpoint", "the zeros behind a slot are written again, too",
            f"{CHECKPOINT}.write_meta", rewrite("meta.encode()[:SLOT_SIZE]", "meta.encode()")),
    _mutant("base_not_raised", "checkpoint", "the meta slot does not say which segments have gone",
            f"{CHECKPOINT}.next_meta",
            rewrite('mark.segment - 1 if self.keep == "checkpoint" else self.meta.base_lsn', "self.meta.base_lsn")),
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
    # compaction
    _mutant("file_cut_before_seal", "checkpoint", "the file is cut to the new page count before the set is durable",
            f"{CHECKPOINT}.seal", _file_cut_first),
    _mutant("cut_one_page_more", "checkpoint", "a page in use is given up with the free ones at the end",
            "bumps.btree.freelist:Draft.cut", _cut_one_more),
    _mutant("given_up_still_used", "tree", "a page that a node gives up is free, and the node stays in it",
            "bumps.btree.pager:Pager.give_up", _page_kept),
    _mutant("checkpoint_inside_commit", "checkpoint", "a checkpoint between a frame and its changes of the tree",
            "bumps.engine:Engine._apply", _checkpoint_first),
    _mutant("lost_dirty", "checkpoint", "a tree that has changed is not written",
            f"{FOREST}.freeze", rewrite("tree.changed", "tree.changed and name != 'B'")),
    # checkpoints beside writers
    _mutant("frozen_changed_in_place", "beside", "a node that a checkpoint is writing is changed, not copied",
            f"{PAGER}.own", rewrite("node.era <= self.frozen_era", "False")),
    _mutant("copy_keeps_its_page", "beside", "a copy does not take over the page of the node it came from",
            f"{SETTLER}._take_over", rewrite("(first.page, self.generation)", "(node.page, self.generation)")),
    _mutant("copy_forgets_chains", "beside", "a copy does not take over the overflow chains that were written",
            f"{SETTLER}._take_over", rewrite("{**node.chains, **fresh}", "node.chains")),
    _mutant("parts_leaked", "beside", "pages of parts that a copy is not cut into are forgotten",
            f"{SETTLER}._take_over", rewrite("self._free([reference.page])", "None")),
    _mutant("orphans_leaked", "beside", "what was written of nodes that are gone is forgotten",
            f"{SETTLER}.orphans", nothing),
    _mutant("orphans_freed_twice", "beside", "what was written of nodes that are gone is freed twice",
            f"{SETTLER}.orphans", _twice),
    _mutant("directory_in_place", "beside", "a page of the directory is written in its place",
            "bumps.btree.encode:encode", rewrite("limits.COUNTER_MAX", "encoder.pin_high")),
    _mutant("names_not_settled", "beside", "names are not compared with the new directory",
            f"{FOREST}._settle_names", nothing),
    _mutant("born_forgotten", "beside", "a global that is made during a checkpoint has no name",
            f"{FOREST}._settle_names", rewrite("exists and not is_in", "False")),
    _mutant("gone_forgotten", "beside", "a global that is killed during a checkpoint keeps its name",
            f"{FOREST}._settle_names", rewrite("is_in and not exists", "False")),
    _mutant("live_worklist_dropped", "beside", "trees that are killed during a checkpoint keep their pages",
            f"{FOREST}.adopt", rewrite("pages.dead + pager.dead", "pages.dead")),
    _mutant("voided_tree_written", "beside", "a checkpoint of a tree that was made again goes on",
            "bumps.checkpoints:Checkpoints._put_in_force", rewrite("engine.forest is not forest", "False")),
    _mutant("held_pages_not_read", "beside", "pages that are not home yet are read from the file",
            f"{PAGER}.hold", nothing),
    _mutant("rebuilt_between_states", "beside", "a tree is made again while pages go home",
            "bumps.engine:Engine.rebuild", rewrite("running is not None and running.is_writing", "False")),
    _mutant("thaw_forgets_freed", "beside", "a checkpoint that is given up forgets freed pages",
            f"{FOREST}.thaw", rewrite("frozen.freed + pager.freed", "pager.freed")),
    _mutant("thaw_forgets_dead", "beside", "a checkpoint that is given up forgets killed trees",
            f"{FOREST}.thaw", rewrite("frozen.dead + pager.dead", "pager.dead")),
    _mutant("thaw_forgets_orphans", "beside", "a checkpoint that is given up forgets pages of nodes that are gone",
            f"{PAGER}.thaw", rewrite("(self.copies, self.orphans)", "(self.copies, [])")),
    _mutant("thaw_forgets_chains", "beside", "a checkpoint that is given up forgets replaced overflow chains",
            f"{PAGER}.thaw", rewrite("{**node.chains, **replaced}", "node.chains")),
    _mutant("pin_settled_early", "beside", "a snapshot of later changes counts as written",
            "bumps.btree.pins:Pins.settle", rewrite("pin.era <= era", "True")),
    _mutant("pin_never_settled", "beside", "images that a snapshot's nodes got are not kept for it",
            "bumps.btree.pins:Pins.settle", nothing),
    # recovery, names
    _mutant("recovery_ignores_seal", "recovery", "a sealed set is not brought home",
            f"{RECOVER}:is_next", gives(False)),
    _mutant("seal_any_generation", "recovery", "a set of any generation is brought home",
            f"{RECOVER}:is_next", rewrite("new.generation != meta.generation + 1 or new.lsn < meta.lsn", "False")),
    _mutant("seal_without_frame", "recovery", "frame C need not be in the journal",
            f"{RECOVER}:is_next", rewrite("read_frame(disk, join(path, JOURNAL), place).kind == frame.MARK", "True")),
    _mutant("seal_from_the_past", "recovery", "a set is used after others went on without it",
            f"{RECOVER}:is_next",
            rewrite("Listing.of(disk, join(path, JOURNAL)).holder_of(new.lsn) != new.segment", "False")),
    _mutant("recovery_no_home_sync", "recovery", "recovery does not sync the pages",
            f"{RECOVER}:sync_home", nothing),
    _mutant("recovery_no_meta_sync", "recovery", "recovery does not sync the meta slot",
            f"{RECOVER}:sync_meta", nothing),
    _mutant("recovery_no_copy_sync", "recovery", "the copy of a set is not synced",
            "bumps.recovery.double_write:sync_copy", nothing),
    _mutant("recovery_no_copy_name_sync", "recovery", "the name of the copy of a set is not synced",
            "bumps.recovery.double_write:copy", rewrite("disk.sync_directory(path)", "None")),
    _mutant("adopt_no_sync", "recovery", "the copy of a tail is not synced",
            f"{WRITER}.adopt", rewrite("self.sync_next(new)", "None")),
    _mutant("append_same_segment", "recovery", "after a recovery it goes on in the old segment",
            f"{RECOVER}:recover",
            rewrite("new_writer(disk, path, meta, options, end.stable, epoch=epoch, resume=False, counters=counters)",
                    "new_writer(disk, path, meta, options, end.stable, epoch=epoch, resume=end.stable.segment > 0)")),
    _mutant("seal_from_cache_written_home", "recovery", "a set that was only read is believed",
            f"{RECOVER}:adopt_set", _set_believed),
    _mutant("reopen_trusts_cache", "recovery", "a tail that was only read is believed",
            f"{RECOVER}:redo", _tail_believed),
    _mutant("clean_time_forgotten", "recovery", "a clean open does not know the time of frame C",
            f"{RECOVER}:place_of", rewrite("meta.time_us", "0")),
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
            f"{RECOVER}:recover", rewrite("writable and meta.generation <= 1", "False")),
    # errors
    _mutant("ignore_write_error", "errors", "a failed write is passed over",
            f"{WRITER}.write_frame", _errors_passed_over),
    _mutant("ignore_short_write", "errors", "a short write is passed over",
            "bumps.files:write_all", _short_writes_passed_over),
    _mutant("ignore_sync_error", "errors", "a failed sync is passed over",
            f"{WRITER}.sync_segment", _errors_passed_over),
    _mutant("retry_sync", "errors", "a failed sync is tried again",
            f"{WRITER}.sync_segment", _tried_twice),
    _mutant("ignore_home_error", "errors", "a failed sync of the pages is passed over",
            f"{CHECKPOINT}.sync_home", _errors_passed_over),
    Mutant("never_dead", "errors", "it goes on after a failed write or sync",
           ((f"{WRITER}._fail", nothing),
            ("bumps.engine:Engine.fail", nothing))),
    _mutant("half_frame_refused", "errors", "a frame that could not be written whole is called refused",
            f"{WRITER}.append_body", _full_is_a_refusal),
    _mutant("half_applied_kept", "errors", "the tree is not made again after an exception",
            "bumps.engine:Engine.void", nothing),
    _mutant("commit_error_hidden", "errors", "a transaction of M that ended with an error is rolled back",
            "bumps.interp.transactions:Transactions.commit", rewrite("not self.machine.store.level", "False")),
    _mutant("resume_error_untyped", "errors", "an error of the system while a segment goes on has no name",
            f"{WRITER}._resume_segment",
            rewrite('StorageError(f"{name}: it cannot be read: {error.strerror or error}")', "error")),
    _mutant("unadopted_tail_uncounted", "errors", "frames that there is no space to adopt are not in the last LSN",
            "bumps.engine:Engine.last_lsn",
            rewrite("self._opened.tail or self.journal is None", "self.journal is None")),
    _mutant("close_says_nothing", "errors", "a close returns though a sync has failed while it waited",
            "bumps.engine:Engine.check_kept", nothing),
    _mutant("failure_told_to_one", "errors", "a checkpoint that could not copy the end of the journal tells nobody",
            "bumps.engine:Engine._guarded", rewrite("journal.failed", "False")),
    # tree
    _mutant("page_leaked", "tree", "freed pages are forgotten",
            "bumps.btree.freelist:Draft.free", nothing),
    _mutant("freed_twice", "tree", "what is freed is freed twice",
            "bumps.btree.freelist:Draft.free", _twice),
    _mutant("wrong_separator", "tree", "a separator is the key to its left",
            "bumps.btree.node:separate", _left_key),
    _mutant("never_cut", "tree", "a node that does not fit a page is not cut",
            "bumps.btree.encode:Encoder._fits", rewrite("body.size <= self._capacity", "True")),
    _mutant("kill_leaves_overflow", "tree", "the chains of a killed node stay",
            "bumps.btree.encode:Encoder._free_chains", nothing),
    _mutant("dead_tree_restarts", "tree", "the worklist keeps what was freed",
            "bumps.btree.encode:Encoder.bury", _worklist_kept),
    _mutant("text_collation", "tree", "numbers are ordered as text: 10 before 9",
            "bumps.keys:encode_text", _as_text),
    # snapshots
    _mutant("freeze_without_copy", "snapshots", "a node that a snapshot holds is changed, not copied",
            "bumps.btree.pager:Pager.own", rewrite("newest is not None and newest.era >= node.era", "False")),
    _mutant("pinned_page_overwritten", "snapshots", "a page that a snapshot may need is written in place",
            "bumps.btree.encode:Encoder._place", rewrite("node.generation > self.pin_high", "True")),
    _mutant("pinned_page_handed_out", "snapshots", "a freed page that a snapshot needs is handed out",
            "bumps.btree.freelist:Draft.__init__", rewrite("min(pinned, generation - 1)", "generation - 1")),
    _mutant("read_set_without_ranges", "snapshots", "what a scan has read is not held against later commits",
            "bumps.reads:Checker.__init__",
            rewrite("_joined([(low, high) for low, high in reads.ranges])", "_joined([])")),
    _mutant("read_set_without_gaps", "snapshots", "where $ORDER found nothing is not held against later commits",
            "bumps.reads:Checker.__init__", rewrite("_joined(reads.gaps)", "_joined([])")),
    _mutant("read_set_without_values", "snapshots", "a transaction does not note what it has read by name",
            "bumps.reads:Reads.get", rewrite("reads.values.add(key)", "None")),
    _mutant("snapshot_of_later", "snapshots", "open snapshots do not keep the trees before a change",
            "bumps.engine:Engine._keep_snapshots", nothing),
    # verify
    _mutant("verify_skips_free", "verify", "verify says nothing of free pages",
            "bumps.btree.verify:_Verifier.run", _unsaid_of(_is_free)),
    _mutant("verify_skips_last_page", "verify", "verify says nothing of the last page",
            "bumps.btree.verify:_Verifier.run", _unsaid_of(lambda verifier, page: page == verifier.page_count - 1)),
    _mutant("verify_repairs", "verify", "verify writes the meta slot again",
            "bumps.recovery.verify:pending_set", _slot_repaired),
)  # fmt: skip

MUTANTS: dict[str, Mutant] = {mutant.name: mutant for mutant in _ALL}
assert len(MUTANTS) == len(_ALL), "every mutant has a name of its own"

EQUIVALENT: dict[str, str] = {
    "constant_salt": "no segment is appended to after a recovery, LSN and chain tell frames of two lives apart",
}
"""Name -> why no legal crash can tell it from the clean engine (equivalent.md has the arguments)."""
