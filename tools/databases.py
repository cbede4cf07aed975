"""Databases as commands meet them: one that must exist, and one that opens when it is needed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from bumps.errors import BumpsError, CorruptionError, ForeignFileError, NoDatabaseError

if TYPE_CHECKING:
    from bumps.btree.meta import Meta
    from bumps.database import Database
    from bumps.globals import Globals


def open_existing(path: str, *, mode: str = "rw") -> Database:
    """Open a database that must be there; raise NoDatabaseError if it is not."""
    import bumps

    must_exist(path)
    return bumps.open(path, mode=mode, create=False)


def must_exist(path: str) -> None:
    """Raise NoDatabaseError, with the folder that was looked in, if there is nothing at `path`."""
    if os.path.lexists(path):
        return
    folder = os.path.dirname(os.path.abspath(path))
    raise NoDatabaseError(
        f"{path}: no such database in {folder}",
        hint="look at the name and the folder; bumps db create makes a new one",
        path=path,
    )


@contextlib.contextmanager
def placed(path: str) -> Iterator[None]:
    """Let an error that is about a part of a database (`data`, `journal`) say which database that is."""
    try:
        yield
    except (CorruptionError, ForeignFileError) as error:
        place(error, path)
        raise


def place(error: BumpsError, path: str) -> None:
    """Put the path of the database into an error about a part of it, and the commands to type into its hint."""
    if error.name not in (CorruptionError.name, ForeignFileError.name):
        return
    absolute = os.path.abspath(path)
    if absolute not in error.message:
        error.message = f"{absolute}: {error.message}"
    if error.name == CorruptionError.name:
        error.hint = (
            f"bumps db verify {path} lists all damage; bumps db replay {path} --into NEW builds it from the journal;"
            f" bumps db recover --help says how to save what is left"
        )
    elif not error.hint:
        error.hint = "name the directory of a database; nothing was changed"


def meta_of(path: str) -> Meta | None:
    """Return what a database says of itself, without opening it; None if there is none, or it cannot be read.

    The source of a routine is read before any global is touched, and needs the charset.
    What is wrong with the database is said when it is opened.
    """
    data = os.path.join(os.path.abspath(path), "data")
    if not os.path.exists(data):
        return None
    from bumps.btree import meta
    from bumps.files import RealDisk

    try:
        file = RealDisk().open(data, write=False)
    except OSError:
        return None
    try:
        return meta.read(file).newest
    except (BumpsError, OSError):
        return None
    finally:
        file.close()


class LazyDatabase:
    """A database that is opened, or made, at the first access to a global.

    `bumps run HELLO` of a program without globals leaves no directory behind.
    """

    def __init__(self, path: str, *, charset: str | None = None, durability: str | None = None) -> None:
        self.path = path
        self.charset = charset
        self.durability = durability
        self._database: Database | None = None
        self._globals: Globals | None = None

    def __enter__(self) -> LazyDatabase:
        """Begin; nothing is opened yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make durable what was written, and close."""
        self.close()

    @property
    def source_charset(self) -> str:
        """What M source is read in: the charset of the database, else the one it would be made with."""
        meta = meta_of(self.path)
        return meta.charset if meta else self.charset or "utf-8"

    def globals(self) -> Globals:
        """Return the globals; open the database if it is not."""
        if self._globals is None:
            import bumps

            with placed(self.path):
                self._database = bumps.open(self.path, charset=self.charset, durability=self.durability or "group")
            self._globals = self._database.session()
        return self._globals

    def digest(self) -> str:
        """Return the digest of what it holds; that of an empty one if it is not there."""
        from bumps.digest import Digest

        if self._database is None and not os.path.lexists(self.path):
            return Digest(self.source_charset).hexdigest()
        self.globals().flush()
        assert self._database is not None
        return self._database.digest()

    @property
    def level(self) -> int:
        """Return how many transactions are open inside each other."""
        return self._globals.level if self._globals is not None else 0

    def names(self) -> list[str]:
        """Return the names of the globals, without `^`; none as long as the database is not open."""
        return self._database.engine.names() if self._database is not None else []

    def close(self) -> None:
        """Wait until all that was written is durable, then close. A transaction that is still open is dropped."""
        database, session = self._database, self._globals
        self._database = self._globals = None
        if database is None or session is None:
            return
        try:
            if session.level:
                session.rollback()
            session.flush()
        finally:
            database.close()
