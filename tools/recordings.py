"""bumps run --seed, --clock, --record, --replay: a Run in a world of its own, one written down, one again."""

from __future__ import annotations

import io
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from bumps.errors import BumpsError, DivergedError, UsageError
from bumps.interp.code_cache import CodeCache
from bumps.interp.recording import Ended, Log, Recorder, Replayer
from bumps.interp.records import Record, RecordWriter
from bumps.interp.tiers import Tier
from bumps.interp.virtual_clock import START_DEFAULT, SeededChance, virtual_world
from bumps.interp.world import World
from bumps.policy import Policy
from bumps.run import Limits
from bumps.tools.databases import LazyDatabase
from bumps.tools.parameters import counted, size_text
from bumps.tools.programs import STANDARD_INPUT, Onlooker, Program, perform
from bumps.version import __version__

INTERRUPT = "INTERRUPT"


@dataclass(frozen=True, slots=True)
class Task:
    """What `bumps run` was given."""

    code: str | None
    entryref: str | None
    words: Sequence[str]
    routines: str
    policy: Policy
    as_json: bool
    tier: Tier
    code_cache: CodeCache | None
    limits: Limits
    onlooker: Onlooker | None = None


@dataclass(frozen=True, slots=True)
class Determinism:
    """What the options say of chance, time and records."""

    seed: int | None = None
    clock: str | None = None
    record: str | None = None
    replay: str | None = None

    def check(self) -> None:
        """Raise UsageError for options that exclude each other."""
        if self.replay is not None and (self.seed, self.clock, self.record) != (None, None, None):
            raise UsageError(
                "--replay goes with none of --seed, --clock and --record",
                hint="chance and time are in the record; a record of a replay would be the same again",
            )

    def world(self) -> World:
        """Return the World of the Run: with --seed or --clock both chance and time are its own."""
        if self.seed is None and self.clock is None:
            return World()
        return virtual_world(self.seed or 0, self.clock or START_DEFAULT)


def run_determined(database: LazyDatabase, task: Task, determinism: Determinism) -> int:
    """Run a task in the World that the options say; return the exit status."""
    determinism.check()
    if determinism.replay is not None:
        return replay(database, task, determinism.replay)
    if determinism.record is not None:
        return record(database, task, determinism)
    program = Program(
        database,
        task.routines,
        task.words,
        task.policy,
        task.limits,
        world=determinism.world(),
        tier=task.tier,
        code_cache=task.code_cache,
        onlooker=task.onlooker,
    )
    return perform(program, code=task.code, entryref=task.entryref, as_json=task.as_json)


def record(database: LazyDatabase, task: Task, determinism: Determinism) -> int:
    """Run a task and write down all that it learns of the world; return the exit status. RecordError, UsageError."""
    if task.code is None and task.entryref is None:
        raise UsageError("nothing to record", hint="bumps run --record FILE ROUTINE, for example")
    world = determinism.world()
    seed = determinism.seed or 0
    if not isinstance(world.random, SeededChance):  # so that no draw of it need be written down
        seed = secrets.randbits(64)
        world.random = SeededChance(seed)
    assert determinism.record is not None
    writer = RecordWriter(determinism.record)
    source = sys.stdin.buffer.read() if task.entryref == STANDARD_INPUT and task.code is None else None
    policy = task.policy
    start = {
        "bumps": __version__,
        "python": _python_version(),
        "code": task.code,
        "entryref": task.entryref,
        "source": source,
        "words": list(task.words),
        "routines": task.routines,
        "policy": [_listed(policy.read), _listed(policy.write), policy.pipe, policy.network],
        "limits": [task.limits.steps, task.limits.memory, task.limits.depth],
        "charset": database.source_charset,
        "database": database.path,
        "digest": database.digest(),
        "folder": world.folder,
        "process_id": world.process_id,
        "system": world.system,
        "chance": seed,
        "seed": determinism.seed,
        "clock": determinism.clock,
    }
    try:
        recorder = Recorder(writer, start)
        program = _program(recorder, database, task, recorder.world(world))
        outcome = Outcome(program, task, source)
        recorder.end(outcome.facts(database))
    except Ended as ended:
        writer.abandon()
        raise ended.error from None
    except BaseException:
        writer.abandon()
        raise
    return outcome.end()


def replay(database: LazyDatabase, task: Task, path: str) -> int:
    """Run what a record says, out of the record, and prove that it is the same; return the exit status.

    A task that names a program runs that instead. RecordError; DivergedError where it first differs.
    """
    found = Record(path)
    start = found.start
    if database.charset is None:
        database.charset = start["charset"]
    digest = database.digest()
    if digest != start["digest"]:
        raise DivergedError(
            f"{database.path}: the database is not as it was when the record of {path} began: its digest is {digest},"
            f" and recorded is {start['digest']}",
            hint="replay on a copy that was made before the recorded run, or with --db NEW if there was none",
        )
    given = task.code is not None or task.entryref is not None
    read, write, pipe, network = start["policy"]
    steps, memory, depth = start["limits"]
    again = Task(
        code=task.code if given else start["code"],
        entryref=task.entryref if given else start["entryref"],
        words=task.words if given else start["words"],
        routines=task.routines or _from(start["folder"], start["routines"]),
        policy=Policy(read=read, write=write, pipe=pipe, network=network),
        as_json=task.as_json,
        tier=task.tier,
        code_cache=task.code_cache,
        limits=Limits(steps=steps, memory=memory, depth=depth),
        onlooker=task.onlooker,
    )
    replayer = Replayer(found)
    if (again.code, again.entryref, list(again.words)) != (start["code"], start["entryref"], start["words"]):
        replayer.reason = "another program was recorded, or other arguments"
        replayer.is_other = True
    elif (start["bumps"], start["python"]) != (__version__, _python_version()):
        replayer.reason = f"it was recorded by bumps {start['bumps']} on Python {start['python']}"
    try:
        program = _program(replayer, database, again, replayer.world(replayer.base()))
        program.database_name = start["database"]
        program.routine_path = " ".join(_folders(start["routines"]))
        program.device.principal.is_read_along = True  # what is written is compared at the end of each line
        outcome = Outcome(program, again, start["source"])
    except Ended as ended:
        raise ended.error from None
    facts = outcome.facts(database)
    replayer.finish(facts)
    if replayer.changed:
        click.echo(f"bumps: the source of {', '.join(replayer.changed)} has changed since the record", err=True)
    proved = (
        counted(replayer.answer_count, "answer"),
        counted(outcome.steps, "step"),
        f"{size_text(replayer.output_size)} of output",
        f"database {digest[:8]}... to {facts['digest'][:8]}...",
    )
    click.echo(f"bumps: the replay is the recorded run: {', '.join(proved)}", err=True)
    return outcome.end()


def _program(log: Log, database: LazyDatabase, task: Task, world: World) -> Program:
    """Return the program of a task, made of the parts of a log."""
    program = Program(
        database,
        task.routines,
        task.words,
        task.policy,
        task.limits,
        world=world,
        loader=log.folders(_folders(task.routines)),
        input=sys.stdin.buffer if log.is_live else io.BytesIO(),
        output=log.output(sys.stdout.buffer),
        tier=task.tier,
        code_cache=task.code_cache,
        onlooker=task.onlooker,
    )
    log.attach(program)
    return program


def _python_version() -> str:
    return sys.version.split()[0]


def _folders(text: str) -> list[str]:
    """Return the folders of `DIR[:DIR...]`."""
    return [folder for folder in text.split(":") if folder]


def _from(base: str, text: str) -> str:
    """Return the folders of `DIR[:DIR...]` as they are from another folder than `base`."""
    return ":".join(os.path.join(base, folder) for folder in _folders(text))


def _listed(folders: Sequence[str] | None) -> list[str] | None:
    return None if folders is None else list(folders)


class Outcome:
    """How a Run ended."""

    def __init__(self, program: Program, task: Task, source: bytes | None) -> None:
        """Run a task."""
        self.status = 0
        self.failure: BaseException | None = None
        try:
            self.status = perform(program, code=task.code, entryref=task.entryref, as_json=task.as_json, source=source)
        except (BumpsError, KeyboardInterrupt) as failure:
            self.failure = failure
        self.steps = program.meter.steps

    def facts(self, database: LazyDatabase) -> dict[str, Any]:
        """Return it as a record has it."""
        failure = self.failure
        error = failure.name if isinstance(failure, BumpsError) else None if failure is None else INTERRUPT
        return {"status": self.status, "error": error, "steps": self.steps, "digest": database.digest()}

    def end(self) -> int:
        """Return the exit status, or raise what ended the Run."""
        if self.failure is not None:
            raise self.failure
        return self.status
