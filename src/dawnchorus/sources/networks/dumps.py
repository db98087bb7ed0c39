"""Files of posts, and archives of accounts, read into a run; see ``docs/sources/files.md``.

The only source that reads the disk: its "network" is a folder. A file that has not changed since the last
run is not read again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from dawnchorus.errors import InputError
from dawnchorus.model import Post
from dawnchorus.sources.files import Batch, read_posts
from dawnchorus.sources.inputs import STDIN, Input, find_files
from dawnchorus.sources.networks.paging import names
from dawnchorus.sources.values import NOT_A_POST, shown
from dawnchorus.visits import Estimate, Page, Skipped, Visit

_PAGE: Final = 1_000  # posts


class Dumps:
    """Posts of files, folders and patterns, relative to the folder the command runs in."""

    name = "files"

    def __init__(self, *, paths: Sequence[str]) -> None:
        """Check the paths, which need not be there yet.

        Raises:
            ValueError: They are no list of paths.
        """
        self._paths = names(paths, option="paths")
        if not self._paths:
            raise ValueError('name what to read: paths = ["exports/", "posts-*.jsonl.gz"]')
        if STDIN in self._paths:
            raise ValueError("paths: '-' is not read here; pipe into a file, or use `dawnchorus report -`")

    def pages(self, visit: Visit) -> Iterator[Page]:
        """See ``plugins.PagedSource``; a stream is a file."""
        for file, why in self._files():
            if visit.stop():
                return
            if file is None:
                yield Page(stream=why[0], fault=why[1])
            else:
                yield from _read_file(file, visit)

    def estimate(self, visit: Visit) -> Estimate:
        """See ``plugins.PagedSource``: nothing is asked of anybody."""
        missing = [why[1] for file, why in self._files() if file is None]
        return Estimate(requests=0, note="; ".join(missing))

    def _files(self) -> Iterator[tuple[Input | None, tuple[str, str]]]:
        """Each file once, or the path that has none and why."""
        seen: set[str] = set()
        for path in self._paths:
            try:
                found = find_files([path])
            except InputError as error:
                yield None, (path, f"{error}; correct paths in the topic file")
                continue
            for file in found:
                real = os.path.realpath(file.path)
                if real not in seen:
                    seen.add(real)
                    yield file, ("", "")


def _read_file(file: Input, visit: Visit) -> Iterator[Page]:
    try:
        mark = _Mark.of(Path(file.path), visit.cursors.get(file.name))
    except OSError as error:
        fault = f"{file.name}: cannot be read: {error.strerror or error}; see its permissions"
        yield Page(stream=file.name, fault=fault)
        return
    if mark.is_known:
        if mark.cursor != visit.cursors.get(file.name):  # only touched, or copied
            yield Page(stream=file.name, cursor=mark.cursor)
        return
    skipped: list[Skipped] = []
    try:
        for batch in read_posts([file.path]):
            skipped += _skipped(batch)
            for at in range(0, batch.posts.height, _PAGE):
                posts = tuple(map(_post, batch.posts.slice(at, _PAGE).iter_rows(named=True)))
                yield Page(stream=file.name, posts=posts, skipped=tuple(skipped))
                skipped = []
                if visit.stop():
                    return
    except InputError as error:
        if file.named:
            yield Page(stream=file.name, skipped=tuple(skipped), fault=f"{error}; mend or remove it")
            return
        # A folder may hold what is no posts: it is noted once, and looked at again when it changes.
        skipped.append(Skipped(reason=NOT_A_POST, why=shown(str(error), limit=300)))
    # Last, for a file that was half read when the run was killed is read again from its beginning.
    yield Page(stream=file.name, skipped=tuple(skipped), cursor=mark.cursor)


class _Mark:
    """How a file is known again: by size and time, else by its content."""

    def __init__(self, *, cursor: str, is_known: bool) -> None:
        self.cursor, self.is_known = cursor, is_known

    @classmethod
    def of(cls, path: Path, cursor: str | None) -> _Mark:
        before = _read_cursor(cursor)
        stat = path.stat()
        now = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
        if cursor and all(before.get(name) == value for name, value in now.items()):
            return cls(cursor=cursor, is_known=True)
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return cls(cursor=json.dumps({**now, "sha256": digest}), is_known=before.get("sha256") == digest)


def _read_cursor(cursor: str | None) -> dict[str, Any]:
    try:
        value = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) and value.keys() == {"size", "mtime_ns", "sha256"} else {}


def _post(row: dict[str, Any]) -> Post:
    return Post(**{**row, "links": tuple(row["links"] or ())})


def _skipped(batch: Batch) -> list[Skipped]:
    bad = [
        Skipped(id=id, reason=reason, why=detail or "")
        for id, reason, detail in batch.bad.select("id", "reason", "detail").iter_rows()
    ]
    return bad + [Skipped(reason=NOT_A_POST, why=shown(note, limit=300)) for note in batch.notes]
