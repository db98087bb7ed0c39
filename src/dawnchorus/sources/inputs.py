"""Names on the command line to the files they mean."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dawnchorus.errors import InputError
from dawnchorus.sources.values import shown

STDIN = "-"
SPOOL = "dawnchorus-spool-"
"""Begins the name of a folder that holds what came through a pipe; it differs from run to run."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read."""

    path: str  # "-" = standard input
    named: bool  # by itself, not through a folder or a pattern: then it has to be posts

    @property
    def name(self) -> str:
        """The path, fit for a message; the same in each run."""
        folder, name = os.path.split(self.path)
        if self.path == STDIN or os.path.basename(folder).startswith(SPOOL):
            return "standard input" if name in (STDIN, "stdin") else name
        return shown(self.path, limit=400)


def find_files(inputs: Sequence[str]) -> list[Input]:
    """Files of ``inputs``, each once, folders and patterns in order of path.

    Hidden files and folders inside folders are left out.

    Raises:
        InputError: Something is not there, or a folder or pattern holds no file.
    """
    found: dict[str, Input] = {}
    for one in inputs:
        for file in _files(one):
            key = STDIN if file.path == STDIN else os.path.realpath(file.path)
            found.setdefault(key, file)
    if not found:
        raise InputError("nothing to read: name files, folders or patterns of posts, or - for standard input")
    return list(found.values())


def _files(one: str) -> Iterator[Input]:
    if one == STDIN or os.path.isfile(one):
        yield Input(one, named=True)
    elif os.path.isdir(one):
        paths = list(_walk(one))
        if not paths:
            raise InputError(f"{shown(one, limit=400)}: no files in this folder")
        yield from (Input(path, named=False) for path in paths)
    elif os.path.exists(one):  # a pipe such as <(zcat …)
        yield Input(one, named=True)
    elif glob.has_magic(one):
        matched = sorted(glob.glob(one, recursive=True))
        if not matched:
            raise InputError(f"{shown(one, limit=400)}: no file matches this pattern")
        for path in matched:
            inside = _walk(path) if os.path.isdir(path) else iter([path])
            yield from (Input(inner, named=False) for inner in inside)
    else:
        raise InputError(f"{shown(one, limit=400)}: no such file or folder")


def _walk(folder: str) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise InputError(f"{shown(str(error.filename), limit=400)}: {error.strerror}") from error

    for at, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(at, name)
            if not name.startswith(".") and os.path.isfile(path):
                yield path
