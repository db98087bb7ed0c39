"""Posts out of files, whatever the format: the door of ``POSTS`` arguments."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.sources.frames import Part, bad_frame, faulty
from dawnchorus.sources.inputs import STDIN, Input, find_files
from dawnchorus.sources.readers import NotPostsError, parts
from dawnchorus.sources.streams import HEAD, Stream, unpack
from dawnchorus.tables import DROPPED, POSTS, empty

_UNKNOWN = "no post of a shape that we know"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some posts of one file, in the file's order but for rows that needed a second look.

    ``bad`` holds the rows that gave no post: stage "read", reason "no id",
    "no text", "bad time" or "bad row", detail "FILE:LINE: why". ``notes`` are
    lines for the reader of a report on what is no bad row: files left out,
    and records that never were posts (likes, follows) with their number.
    """

    file: str
    posts: pl.DataFrame = field(default_factory=lambda: empty(POSTS))
    bad: pl.DataFrame = field(default_factory=lambda: empty(DROPPED))
    notes: tuple[str, ...] = ()


def read_posts(inputs: Sequence[str], *, stdin: BinaryIO | None = None) -> Iterator[Batch]:
    """Posts of files, folders, patterns and "-", in this order, a few thousand at a time.

    Formats are told by their content, see docs/formats.md. A post that several
    files hold comes several times.

    Args:
        inputs: Paths; folders are searched through, in order of path.
        stdin: What "-" reads, the process's own standard input if None.

    Raises:
        InputError: Something is missing or cannot be read, a file named by
            itself is not made of posts, or there is no post-like record at all.
    """
    files = find_files(inputs)
    for file in files:
        if file.path != STDIN and not os.access(file.path, os.R_OK):
            raise InputError(f"{file.name}: no permission to read this file")
    return _read_all(files, stdin)


def read_file(file: Input) -> Iterator[Batch]:
    """Posts of one file, as :func:`read_posts` gives them; none if the file has none and is not named."""
    if not os.access(file.path, os.R_OK):
        raise InputError(f"{file.name}: no permission to read this file")
    return _read_file(file, None)


def _read_all(files: Sequence[Input], stdin: BinaryIO | None) -> Iterator[Batch]:
    usable = False
    notes: list[str] = []
    for file in files:
        for batch in _read_file(file, stdin):
            usable = usable or bool(batch.posts.height or batch.bad.height)
            notes += batch.notes
            yield batch
    if not usable:
        more = f" (and {len(notes) - 1} more such files)" if len(notes) > 1 else ""
        raise InputError(f"no posts found. {notes[0] if notes else files[0].name}{more}")


def _read_file(file: Input, stdin: BinaryIO | None) -> Iterator[Batch]:
    path = None if file.path == STDIN else Path(file.path)
    try:
        with nullcontext(stdin or sys.stdin.buffer) if path is None else path.open("rb", buffering=0) as raw:
            stream = unpack(raw)
            if not stream.peek(HEAD).strip():
                note = f"{file.name}: {stream.faults[0] if stream.faults else 'empty file'}"
                yield Batch(file=file.name, notes=(note,))
                return
            yield from _batches(file, stream, path)
    except NotPostsError as error:
        if file.named:
            raise InputError(
                f"{file.name}: not posts: {error}. See docs/formats.md for what can be read"
            ) from error
        yield Batch(file=file.name, notes=(f"{file.name}: not posts, left out: {error}",))
    except OSError as error:
        raise InputError(f"{file.name}: cannot be read: {error.strerror or error}") from error


def _batches(file: Input, stream: Stream, path: Path | None) -> Iterator[Batch]:
    others: Counter[str] = Counter()
    known = False
    for part in parts(stream, path=path):
        if not known:
            _check_first(part, named=file.named)
            known = True
        others.update(part.others)
        bad = sorted([*part.bad, *(faulty(line, _UNKNOWN) for line in part.unknown)], key=lambda one: one[0])
        if part.posts.height or bad:
            yield Batch(file=file.name, posts=part.posts, bad=bad_frame(bad, file.name))
    if stream.faults:
        yield Batch(file=file.name, bad=bad_frame([faulty(0, stream.faults[0])], file.name))
    if others:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(others.items()))
        yield Batch(file=file.name, notes=(f"{file.name}: {others.total()} records are no posts: {kinds}",))


def _check_first(part: Part, *, named: bool) -> None:
    """Judge a file by its first few thousand records."""
    if part.posts.height or part.others or (named and part.bad):
        return
    if part.bad:
        line, first = part.bad[0]
        raise NotPostsError(f"no post at its beginning (line {line}: {first.why or first.reason})")
    if part.unknown:
        raise NotPostsError(_UNKNOWN)
