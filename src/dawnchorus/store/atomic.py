"""Files that are there whole or not at all, whatever kills the run."""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Iterator
from pathlib import Path

from dawnchorus.errors import PublishError


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; what is written there becomes ``path`` at the end.

    The data are on the disk before the name changes, and the name before this returns. After an error the
    old file is as it was and the temporary one is gone. Folders are made as needed. A symbolic link at
    ``path`` is replaced, never followed.

    Raises:
        PublishError: The system refused: no space, no right, a file where a folder should be.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f".{glob.escape(path.name)}.*"):
            if is_orphan(left):
                left.unlink()
        yield temporary
        sync(temporary)
        os.replace(temporary, path)
        sync(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise PublishError(
            f"{path}: cannot be written: {error.strerror or error}; the file before it is untouched"
        ) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Make ``data`` the content of ``path``, see :func:`whole_file`."""
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


def is_orphan(temporary: Path) -> bool:
    """Whether ``.<name>.<pid>`` was left unfinished by a process that is no more."""
    pid = temporary.name.rpartition(".")[2]
    if not temporary.name.startswith(".") or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False


def sync(path: Path) -> None:
    """Have the system put a file or folder on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
