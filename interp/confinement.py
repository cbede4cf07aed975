"""Files of M programs, opened where the policy of the Run allows it, and nowhere else.

C1. Without confinement a name is opened as it is.
C2. With it the name is resolved first: every link, every `..`. What it leads to must be below a granted folder,
    and it is that place which is opened, from the granted folder down, one component after the other, none of
    them through a link. A link that is put there in between is refused by the system (O_NOFOLLOW).
C3. An open never waits: a FIFO is opened without blocking (device_pipe.py waits for its other end).

A hard link is the file itself: who may make one inside a granted folder has granted that file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence

from bumps.errors import MError
from bumps.interp.codes import merror, os_error
from bumps.policy import Policy

NULL = "/dev/null"
CARRYING = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a folder on the way is opened: to go through it, where the system knows that, else to read it."""

NEW_FILE_MODE = 0o666

_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class Confinement:
    """The files that one Run may reach."""

    def __init__(self, policy: Policy, folder: str, environment: Mapping[str, str]) -> None:
        """Resolve the granted folders; relative names, of folders and files, are below `folder`."""
        self.policy = policy
        self.folder = folder
        self.environment = environment
        self._readable = [self._real(root) for root in policy.readable]
        self._writable = [self._real(root) for root in policy.writable]

    def absolute(self, name: str) -> str:
        """Return the absolute path of a name; ENO2 for one that no file can have."""
        if "\0" in name:
            raise os_error(2)
        return os.path.join(self.folder, _VARIABLE.sub(self._variable, name))

    def _variable(self, found: re.Match[str]) -> str:
        """Return what stands for `$NAME` in the name of a file: a variable of the environment, if it is one."""
        return self.environment.get(found[1], found[0])

    def open(self, name: str, flags: int, mode: int = NEW_FILE_MODE) -> int:
        """Return a descriptor of the file; OSError as the system says it, RESTRICTEDOP for what is not granted."""
        flags |= os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
        path = self.absolute(name)
        if not self.policy.is_confined or path == NULL:
            return os.open(path, flags, mode)
        is_writing = flags & os.O_ACCMODE != os.O_RDONLY
        with self._parent(self._real(path), name, is_writing=is_writing) as (parent, last):
            if not last:  # the granted folder itself
                return os.dup(parent)
            return os.open(last, flags | os.O_NOFOLLOW, mode, dir_fd=parent)

    def is_visible(self, path: str) -> bool:
        """Return whether a program may know that there is something at this path."""
        if not self.policy.is_confined:
            return True
        real = self._real(path)
        return any(is_below(real, root) for root in self._readable)

    def remove(self, name: str) -> None:
        """Remove a file, or a link, but not what the link leads to; EPERM for a device of the system."""
        with self._place(name) as (parent, last):
            check_movable(last, parent)
            os.unlink(last, dir_fd=parent)

    def rename(self, old: str, new: str, *, is_replacing: bool = False) -> None:
        """Give a file another name; EEXIST if there is something of that name, EPERM for a device of the system.

        `is_replacing`: what has that name is replaced, unless it is a device.
        """
        with self._place(old) as (old_parent, old_last), self._place(new) as (new_parent, new_last):
            check_movable(old_last, old_parent)
            with contextlib.suppress(FileNotFoundError):
                os.stat(new_last, dir_fd=new_parent, follow_symlinks=False)
                if not is_replacing:
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
                check_movable(new_last, new_parent)
            os.rename(old_last, new_last, src_dir_fd=old_parent, dst_dir_fd=new_parent)

    def is_fifo(self, name: str) -> bool:
        """Return whether there is a named pipe of that name, as far as it may be known."""
        try:
            path = self._real(self.absolute(name))
            if self.policy.is_confined:
                self._root(path, name, is_writing=False)
            return stat.S_ISFIFO(os.stat(path).st_mode)
        except (OSError, MError):
            return False

    def make_fifo(self, name: str) -> None:
        """Make a named pipe, if there is nothing of that name."""
        with self._place(name) as (parent, last), contextlib.suppress(FileExistsError):
            os.mkfifo(last, NEW_FILE_MODE, dir_fd=parent)

    def check_writable(self, name: str) -> str:
        """Return the path of a name that something will be made at; RESTRICTEDOP if that is not granted."""
        path = self.absolute(name)
        if self.policy.is_confined:
            real = os.path.join(self._real(os.path.dirname(path)), os.path.basename(path))
            self._root(real, name, is_writing=True)
            return real
        return path

    @contextlib.contextmanager
    def _place(self, name: str) -> Iterator[tuple[int | None, str]]:
        """Give (descriptor of the parent folder, last component) of what is changed: a link there is not followed."""
        path = self.absolute(name)
        if not self.policy.is_confined:
            yield None, path
            return
        folder, last = os.path.split(path)
        if last in ("", ".", ".."):
            raise refused(name, is_writing=True)
        with self._parent(os.path.join(self._real(folder), last), name, is_writing=True) as place:
            if not place[1]:
                raise refused(name, is_writing=True)
            yield place

    @contextlib.contextmanager
    def _parent(self, real: str, name: str, *, is_writing: bool) -> Iterator[tuple[int, str]]:
        """Give (descriptor of the parent folder, last component) of a resolved path (C2)."""
        root = self._root(real, name, is_writing=is_writing)
        parts = [part for part in real[len(root) :].split("/") if part]
        descriptor = os.open(root, CARRYING)
        try:
            for part in parts[:-1]:
                below = os.open(part, CARRYING, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = below
            yield descriptor, parts[-1] if parts else ""
        finally:
            os.close(descriptor)

    def _root(self, real: str, name: str, *, is_writing: bool) -> str:
        """Return the granted folder that a resolved path is below."""
        for root in self._writable if is_writing else self._readable:
            if is_below(real, root):
                return root
        raise refused(name, is_writing=is_writing)

    def _real(self, path: str) -> str:
        return os.path.realpath(os.path.join(self.folder, path))


def check_movable(name: str, parent: int | None) -> None:
    """Raise PermissionError for a device: who is root would take /dev/null away from the whole system."""
    mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def is_below(path: str, root: str) -> bool:
    """Return whether a resolved path is a folder or in it."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def refused(name: str, *, is_writing: bool) -> MError:
    """Return the error of a file that is not granted, with the option that would grant it."""
    error = merror("RESTRICTEDOP", f"OPEN of {name} for {'writing' if is_writing else 'reading'}")
    error.hint = f"grant it with --allow-{'write' if is_writing else 'read'} FOLDER"
    return error


def check(is_granted: bool, what: str, grants: Sequence[str]) -> None:
    """Raise RESTRICTEDOP for a device that is not granted."""
    if not is_granted:
        error = merror("RESTRICTEDOP", what)
        error.hint = " or ".join(grants)
        raise error
