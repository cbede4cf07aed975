"""One life: open a store on a crash image, work, die. It leaves a trace with marks.

L1. What a frame may hold is noted before the call that may write it, and made exact
    when the call returns: so every prefix of the trace has its legal contents.
L2. After each recovery the history forks: what was issued above the recovered LSN
    must never come back.
L3. What a recovery returned is a promise, since somebody may have read it; unless it had no
    space to make it durable, and says so.
L4. After a failed sync that shows the old bytes again (`Drop` with `revert`) a recovery
    cannot see what may have reached the disk all the same. A frame of unknown outcome
    may then come back, until the next commit is promised.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Callable

from bumps.torture.faultdisk import CHANGING, Fault, FaultDisk, Killed
from bumps.torture.model import Change, Content, History
from bumps.torture.oracle import BrokenError, recovered
from bumps.torture.programs import Program
from bumps.torture.simdisk import Begin, Drop, Image, SimDisk
from bumps.torture.subject import Store, Subject
from bumps.torture.workloads import Step

FRAMES_PER_STEP_MAX = 3
"""The pending group, the commit, and the mark of a checkpoint."""
FRAMES_PER_COMPACTION_MAX = 100
"""The pending group, and marks."""
INSISTED = Change("set", "INSISTED", (), b"after an error")
ERRNOS = ("EIO", "ENOSPC", "EDQUOT")
OFTEN = ("sync", "sync", "sync", "sync", "pwrite", "pwrite", "changing", "changing")
INTERRUPTIONS = ("memory", "interrupt")


class Life:
    """Drives a store and marks what it promises."""

    def __init__(
        self,
        subject: Subject,
        image: Image,
        history: History,
        *,
        acked: int,
        issued: int,
        seed: int,
        day: int = 0,
        counts: Counter[str],
    ) -> None:
        """Begin on an image; `acked` is -1 as long as nobody was told that the store exists."""
        self.subject = subject
        self.disk = SimDisk(image, seed=seed, day=day)
        self.faults = FaultDisk(self.disk)
        self.histories = [history]
        self.acked = acked
        self.issued = issued
        self.counts = counts
        self.store: Store | None = None
        self.content = Content()
        self.flushed = Content()
        self._limbo: dict[int, list[Content]] = {}

    @property
    def history(self) -> History:
        """The history since the last recovery."""
        return self.histories[-1]

    def open(self) -> None:
        """Open the store, recovering it, and check what came back."""
        self.store = None
        store = self.subject.open(self.faults, create=self.acked < 0)
        for name in store.notes():
            self.counts[name] += 1
        self.content = recovered(self.subject, store, self.history, acked=self.acked, issued=self.issued)
        self.flushed = self.content
        lsn = store.last_lsn
        durable = self.acked if store.read_only else min(lsn, store.durable_lsn)
        reverted = any(isinstance(each, Drop) and each.revert for each in self.disk.trace)
        self._limbo = {}
        if reverted or durable < lsn:
            self._limbo = {each: legal for each, legal in self.history.contents.items() if each > durable}
        self._fork(max(durable, self.acked), lsn)
        self.store = store

    def _fork(self, acked: int, lsn: int, begun: int = 0) -> None:
        """Begin a new history at this LSN (L2), in which only what is in limbo may come back (L4).

        `begun` is the LSN up to which frames of this history may be on the medium already: what a mark has allowed
        is not taken back by the next one, since the power may be cut between the two.
        """
        self.acked = acked
        self.issued = max((lsn, begun, *self._limbo))
        self.histories.append(History(lsn, self.content))
        for each, legal in self._limbo.items():
            if each != lsn:
                self.history.contents[each] = legal
        self.disk.fork(acked, self.issued)

    def do(self, step: Step) -> None:
        """Do one step. An exception that the store raised goes on to the caller; the marks then allow for both ends."""
        store = self.store
        assert store is not None, "a life begins with `open`"
        self.counts[step.kind] += 1
        if step.kind == "commit":
            self._attempt(store, lambda: store.commit(step.changes), self.content.after(step.changes))
        elif step.kind == "program":
            program = Program(step.text, step.changes)
            self._attempt(store, lambda: store.run(program), self.content.after(step.changes))
        elif step.kind == "set_one":
            self._attempt(
                store, lambda: store.set_one(step.changes[0]), self.content.after(step.changes), promised=False
            )
        elif step.kind == "flush":
            self._attempt(store, store.flush, self.content)
        elif step.kind == "checkpoint":
            self._attempt(store, store.checkpoint, self.content)
        elif step.kind == "begin":
            self._attempt(store, store.begin_checkpoint, self.content, promised=False)
        elif step.kind == "advance":
            self._attempt(store, lambda: store.advance(int(step.text)), self.content, promised=False)
        elif step.kind == "compact":
            self._attempt(store, store.compact, self.content, frames=FRAMES_PER_COMPACTION_MAX)
        elif step.kind == "idle":
            self.disk.sleep(11.0)
            self._attempt(store, store.flush, self.content)
        elif step.kind == "reopen":
            self._attempt(store, store.close, self.content)
            self.open()
        else:
            assert step.kind == "kill", step.kind
            self.kill()

    def kill(self) -> None:
        """Let the process die, and open again on the cache as it is."""
        self.store = None
        self.faults.kill()
        self.open()

    def insist(self, store: Store) -> None:
        """Commit once more on a store that has failed: it may refuse, but what it promises must hold (I14)."""
        try:
            first = store.last_lsn + 1
        except Exception as error:
            self._need_typed(error)
            return
        legal = [content for lsn in self.history.contents if lsn >= self.acked for content in self.history.at(lsn)]
        after = [content.after((INSISTED,)) for content in dict.fromkeys(legal)]
        self.issued = max(self.issued, first + FRAMES_PER_STEP_MAX - 1)
        self.disk.begin(self.issued)
        for lsn in range(self.acked + 1, self.issued + 1):
            self.history.contents[lsn] = [*self.history.at(lsn), *dict.fromkeys(legal), *after]
        try:
            lsn = store.commit((INSISTED,))
        except Exception as error:
            self._need_typed(error)
            return
        self.counts["acknowledged after an error"] += 1
        if self._limbo:
            # Before this commit, what is in limbo may come back at its LSN; from now on it may not.
            self.content, self._limbo = after[0], {}
            # Behind it is the mark of a checkpoint that it has started; closing what has failed may append one more.
            self._fork(lsn, lsn, lsn + FRAMES_PER_STEP_MAX)
            self.history.contents.update((each, after) for each in range(lsn, self.issued + 1))
            return
        self.history.contents[lsn] = after
        self.acked = lsn
        self.disk.ack(lsn)

    def _need_typed(self, error: Exception) -> None:
        if not self.subject.is_typed(error):
            raise BrokenError("I14", f"{type(error).__name__} instead of a typed error: {error}") from error

    def revive(self) -> None:
        """Open again on the cache as it is, now that nothing fails any more: it must succeed (I16).

        Errors of earlier syncs may still be owed: each makes one attempt fail.
        """
        for owed in range(self.faults.owed_count, -1, -1):
            try:
                self.kill()
                return
            except BrokenError:
                raise
            except Exception as error:
                if self.faults.owed_count >= max(owed, 1) or not self.subject.is_typed(error):
                    raise BrokenError("I16", f"re-open after a fault: {type(error).__name__}: {error}") from error
        raise BrokenError("I16", "re-open after a fault never succeeds")

    def kill_inside(self, act: Callable[[], None], rng: random.Random) -> None:
        """Do something and let the process die in it, at some call; recoveries may die as well."""
        self.faults.arm(Fault("changing", rng.randint(1, 14), "kill"))
        while True:
            try:
                act()
            except BaseException:
                # Whatever a dying engine makes of `Killed`: nobody is left to see it.
                if not self.faults.dead:
                    raise
            if not self.faults.dead:
                self.faults.disarm()
                return
            self.counts["killed inside a call"] += 1
            self.store = None
            self.faults.kill()
            if rng.random() < 0.3:
                self.faults.arm(Fault("changing", rng.randint(1, 8), "kill"))
            act = self.open

    def fault(self, act: Callable[[], None], rng: random.Random, reach: int = 6) -> None:
        """Do something with one of its first `reach` calls failing, then go on as the error allows (I14, I16)."""
        how = rng.choice((*ERRNOS, *ERRNOS, "short", *INTERRUPTIONS))
        kind = "pwrite" if how == "short" else rng.choice((*CHANGING, *OFTEN))
        if how in INTERRUPTIONS:
            kind = rng.choice((kind, "pread"))
        self.faults.arm(Fault(kind, rng.randint(1, reach), how, rng.choice((1, 1, 0)), rng.choice(("keep", "revert"))))
        self.survive(act)
        self.faults.disarm()
        if self.store is None or self.store.read_only:
            self.revive()

    def survive(self, act: Callable[[], None], *, beside: bool = False) -> None:
        """Call `act` on a disk that may fail; after an error that is not a refusal the store is thrown away.

        An error that is not typed breaks I14. `beside`: before it goes, another process tries to open what it has.
        """
        try:
            act()
            if self.store is not None and self.store.failed:
                # What failed was no part of the act: a checkpoint that a commit has started, and survives.
                self._give_up(beside)
        except Killed:
            self.store = None
        except BrokenError:
            raise
        except (KeyboardInterrupt, MemoryError) as error:
            # They leave as themselves; what was being done is half done, and may go on.
            self.counts[f"error {type(error).__name__}"] += 1
            self._give_up()
        except Exception as error:
            if self.faults.dead:  # nobody is left to see what a dying engine makes of `Killed`
                self.store = None
                return
            self._need_typed(error)
            self.counts[f"error {type(error).__name__}"] += 1
            if self.store is None or self.subject.is_refusal(error):
                return
            self._give_up(beside)

    def _open_beside(self) -> None:
        """Open what a failed process still has open: it must be refused, and write nothing."""
        count = len(self.disk.trace)
        try:
            self.subject.open(self.faults, create=False)
        except Exception as error:
            self._need_typed(error)
            self.counts["re-open beside an attached process refused"] += 1
        else:
            raise BrokenError("I14", "a failed store was opened while its process still had it")
        if len(self.disk.trace) > count:
            raise BrokenError("I14", f"who was refused wrote: {self.disk.trace[count]}")

    def _give_up(self, beside: bool = False) -> None:
        """Commit once more on a store that has failed, and throw it away."""
        self.faults.disarm()
        if self.store is not None:
            if beside:
                self._open_beside()
            self.insist(self.store)
            with contextlib.suppress(Exception):
                self.store.close()
            self.store = None

    def _attempt(
        self,
        store: Store,
        act: Callable[[], object],
        after: Content,
        *,
        promised: bool = True,
        frames: int = FRAMES_PER_STEP_MAX,
    ) -> None:
        """Call the store with marks around it (L1)."""
        first = store.last_lsn + 1
        before = (self.flushed, self.content, after)
        self.issued = max(first + frames - 1, *self._limbo, 0)
        mark = self.disk.begin(self.issued)
        for lsn in range(first, self.issued + 1):
            self.history.contents[lsn] = list(dict.fromkeys((*before, *self._limbo.get(lsn, ()))))
        try:
            result = act()
        except BrokenError:
            raise
        except Exception as error:
            if self.subject.is_refusal(error):
                self._refused(store, first, after)
            raise
        last = store.last_lsn
        if self._limbo:
            self.content = after
            if promised and last >= first:
                self._limbo = {}
                self.flushed = after
                promise = result if isinstance(result, int) else last
                # Behind it there may be the mark of a checkpoint that was refused, or has failed while it was
                # written, which nobody has promised.
                begun = first + frames - 1 if store.failed else last
                self._fork(promise, last, begun)
                self.history.contents.update((each, [after]) for each in range(promise, begun + 1))
            return
        if store.failed:
            # A checkpoint that the act has started: its mark may be in, and changes nothing.
            for each in range(last + 1, self.issued + 1):
                self.history.contents[each] = [after]
        else:
            self.issued = last
            self.disk.trace[mark] = Begin(last)
            for gone in [each for each in self.history.contents if each > last]:
                del self.history.contents[gone]
        for between in range(first, last + 1):
            if isinstance(result, int):
                self.history.contents[between] = [after] if between >= result else list(dict.fromkeys(before[:2]))
        self.content = after
        if not promised:
            if last >= first:
                self.flushed = after
            return
        self.history.settle(last, after)
        self.flushed = after
        self.acked = result if isinstance(result, int) else last
        self.disk.ack(self.acked)

    def _refused(self, store: Store, first: int, after: Content) -> None:
        """Note that a step was refused as a whole: its changes must never appear."""
        last = store.last_lsn
        for lsn in range(first, max(self.history.contents, default=0) + 1):
            refused = None if after is self.content else after
            legal = [content for content in self.history.contents.pop(lsn, []) if content is not refused]
            legal += self._limbo.get(lsn, [])
            if lsn <= last or lsn in self._limbo:
                self.history.contents[lsn] = legal or [self.content]
        self.issued = max(last, *self._limbo, 0)
        self.disk.begin(self.issued)
