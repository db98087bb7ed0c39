"""Writing files so that a reader finds the old ones or the new ones, never half of one."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath

from dawnchorus.errors import PublishError

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,119}", re.IGNORECASE)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEXT_STEP = {
    errno.ENOSPC: "the disk is full; free some space and run again",
    errno.EDQUOT: "your disk quota is used up; free some space and run again",
    errno.EROFS: "the file system is read-only; choose another output folder",
    errno.EACCES: "no permission to write there; choose another output folder",
    errno.EPERM: "no permission to write there; choose another output folder",
    errno.ENOTDIR: "a file or a link stands where a folder must be; move it or choose another output folder",
    errno.EEXIST: "a file stands where a folder must be; move it or choose another output folder",
    errno.EISDIR: "a folder stands where the file must be; move it or choose another output folder",
    errno.ELOOP: "a symbolic link stands there, and links are not followed; remove it",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter label",
}


def check_slug(slug: str) -> str:
    """``slug`` itself, if it can name files and folders on any system and stands for itself in an address.

    Raises:
        PublishError: It holds something else than ASCII letters, digits, "_" and "-", or is too long.
    """
    if not _SLUG.fullmatch(slug):
        raise PublishError(
            f"{slug[:60]!r} cannot name an edition: use letters, digits, '_' and '-', "
            "begin with a letter or digit, at most 120 characters"
        )
    return slug


def check_file_name(name: str) -> str:
    """``name`` itself, if it is a plain file name: a slug, a dot and an ending.

    Raises:
        PublishError: It is not.
    """
    stem, dot, ending = name.rpartition(".")
    if not dot or not _SLUG.fullmatch(stem) or not ending.isalnum() or not ending.isascii():
        raise PublishError(
            f"{name[:60]!r} cannot name a picture: use letters, digits, '_' and '-', then .svg or .jpg"
        )
    return name


def write_all(out: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write ``contents`` (relative path with "/" to bytes) under ``out``; return the paths in that order.

    All are written and flushed beside their places first and renamed into
    place after, in that order, so that a full disk changes nothing. A file that already
    holds the same bytes is left alone. ``out`` may be a symbolic link;
    nothing below it may.

    Raises:
        PublishError: A file cannot be written; files made so far are taken away again.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        root = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _failed(out, error) from error
    with _closing(root), ExitStack() as undo:
        staged = [
            (name, folder, temporary)
            for path, content in contents.items()
            for name, folder, temporary in _stage(out, root, path, content, undo)
        ]
        for name, folder, temporary in staged:
            try:
                os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError as error:
                raise _failed(out / name, error) from error
        for folder in {folder for _, folder, _ in staged}:
            os.fsync(folder)
    return [out / path for path in contents]


def _stage(
    out: Path, root: int, path: str, content: bytes, undo: ExitStack
) -> Iterator[tuple[str, int, str]]:
    """Write ``content`` beside its place; yields nothing if it is there already."""
    *folders, name = PurePosixPath(path).parts
    try:
        folder = _open_folders(root, folders, undo)
        # Dot files are no part of a Jekyll site. A fixed name lets a later run clear up after a killed one.
        temporary = f".{name}.part"
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
        if _holds(folder, name, content):
            return
        undo.callback(_unlink, temporary, folder)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, 0o644, dir_fd=folder), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _failed(out / path, error) from error
    yield name, folder, temporary


def _open_folders(root: int, names: list[str], undo: ExitStack) -> int:
    """Descriptor of the folder ``names`` below ``root``, made where missing; closed by ``undo``."""
    folder = root
    for name in names:
        if name in {"..", "/"}:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
            undo.callback(_rmdir_if_empty, name, folder)
        folder = os.open(name, _FOLDER, dir_fd=folder)
        undo.callback(os.close, folder)
    return folder


def _holds(folder: int, name: str, content: bytes) -> bool:
    """Whether the file is there with these bytes.

    Raises:
        OSError: Something that is no plain file has the name.
    """
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(found.st_mode):
        code = errno.ELOOP if stat.S_ISLNK(found.st_mode) else errno.EISDIR
        raise OSError(code, os.strerror(code))
    if found.st_size != len(content):
        return False
    with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder), "rb") as file:
        return file.read() == content


def _unlink(name: str, folder: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _rmdir_if_empty(name: str, folder: int) -> None:
    with suppress(OSError):
        os.rmdir(name, dir_fd=folder)


@contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)


def _failed(path: Path, error: OSError) -> PublishError:
    why = _NEXT_STEP.get(error.errno or 0, (error.strerror or str(error)).lower())
    return PublishError(f"cannot write {path}: {why}")
