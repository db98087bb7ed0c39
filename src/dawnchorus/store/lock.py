"""One run of a topic into a folder at a time."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from dawnchorus.errors import LockedError, PublishError


def lock_path(out: Path, label: str) -> Path:
    """Where the lock of ``label`` lies under the output folder; Jekyll leaves folders with a dot alone."""
    return out / ".dawnchorus" / f"{label}.lock"


@contextmanager
def hold_lock(path: Path, *, what: str, since: datetime) -> Iterator[None]:
    """Hold the lock at ``path`` for ``what`` ("twitter_ai into site"), from ``since`` on.

    The system itself frees the lock when the process ends, however it ends, so one left by a dead process
    or by a machine that went down is simply taken. The file stays, empty, after release: removing it would
    let two runs lock two files of one name.

    Raises:
        LockedError: Another process holds it; the message says which, where, since when, and what to do.
        PublishError: The lock file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise PublishError(
            f"{path}: cannot be made: {error.strerror}; choose another output folder"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN):
                raise PublishError(f"{path}: cannot be locked: {error.strerror}; use a local disk") from error
            raise LockedError(f"{what} is being made by {_holder(handle)}; wait for it, or end it") from None
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since.isoformat()}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(holder).encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


@contextmanager
def await_lock(path: Path) -> Iterator[None]:
    """Hold the lock at ``path``, waiting for whoever has it; its folder is made if missing.

    Raises:
        PublishError: The folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    except OSError as error:
        raise PublishError(
            f"{path.parent}: cannot be written: {error.strerror}; choose another data folder"
        ) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _holder(handle: int) -> str:
    try:
        holder = json.loads(os.pread(handle, 4096, 0))
        since = datetime.fromisoformat(holder["since"])
        return f"process {holder['pid']} on {holder['host']} since {since:%Y-%m-%d %H:%M %Z}".rstrip()
    except (ValueError, KeyError, TypeError):
        return "another process that has just begun"
