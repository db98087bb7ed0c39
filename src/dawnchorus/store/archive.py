"""Every post ever read, as Parquet: ``DATA/posts/source=…/date=…/posts.parquet``.

The date is the UTC day of the post, its own day if only that is known, or "undated".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.store.atomic import whole_file
from dawnchorus.store.forgotten import load_forgotten
from dawnchorus.store.lock import await_lock
from dawnchorus.tables import POSTS, conform, empty

_ORDER = ["created_at", "day", "id"]
_LONGEST = 200


def add_posts(data: Path, posts: pl.DataFrame) -> int:
    """Merge ``posts`` (POSTS) into the archive under ``data`` and return how many ids are new.

    One row an id: of two, the later added stands, and keeps what only the earlier one says. Each file is
    replaced whole, so a killed run leaves the old or the new rows of a day, and adding again mends it.
    Runs at once wait for each other. A file in which nothing changes is not touched. What was forgotten
    (see ``forgotten``) is not let in.
    """
    added = 0
    with writing_archive(data):
        # Looked up under the lock: who forgets a post writes that down under it too.
        wanted, _ = load_forgotten(data).without(conform(posts, POSTS))
        partitions = wanted.with_columns(
            _partition=pl.coalesce(pl.col("created_at").dt.date(), pl.col("day")).cast(pl.String)
        )
        for (source, day), rows in sorted(
            partitions.partition_by(["source", "_partition"], as_dict=True).items(), key=str
        ):
            path = _path(data, str(source), None if day is None else str(day))
            old = _read(path)
            new = rows.drop("_partition").unique("id", keep="last", maintain_order=True)
            merged = old.update(new, on="id", how="full").select(POSTS.names()).sort(_ORDER)
            if not merged.equals(old):
                _write(path, merged)
            added += merged.height - old.height
    return added


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What was taken out of a partition."""

    path: Path
    posts: int  # rows removed
    quotes: int  # rows of others that lost what they quoted, or what named a forgotten post


def purge_archive(data: Path) -> list[Purged]:
    """Take out of all partitions what :func:`load_forgotten` says was forgotten; the caller holds the lock.

    First words quoted in posts of others, also where a post only quotes the text and names no post, then
    the posts themselves: a run killed between finds in them which words those were.
    """
    forgotten = load_forgotten(data)
    words: set[str] = set()
    for _, posts in scan_archive(data):
        _, gone = forgotten.without(posts)
        words |= set(gone["text"].drop_nulls())
    found = []
    for keep_rows in (True, False):
        for path, posts in scan_archive(data):
            kept, gone = forgotten.without(posts)
            quoting = kept["quoted_text"].is_in(words)
            kept = kept.with_columns(
                pl.when(~quoting.fill_null(False)).then(pl.col("quoted_author", "quoted_text", "extra"))
            ).select(POSTS.names())
            after = pl.concat([kept, gone]).sort(_ORDER) if keep_rows else kept
            if after.equals(posts):
                continue
            before = posts.filter(~pl.col("id").is_in(gone["id"].implode()))
            quotes = kept.hash_rows().ne(before.hash_rows()).sum() if before.height == kept.height else 0
            if after.is_empty():
                path.unlink()
            else:
                _write(path, after)
            found.append(Purged(path=path, posts=posts.height - after.height, quotes=int(quotes)))
    return found


def scan_archive(data: Path) -> Iterator[tuple[Path, pl.DataFrame]]:
    """Every partition's file with its posts (POSTS), in order of path."""
    for _, _, path in _partitions(data):
        yield path, _read(path)


def read_posts(
    data: Path,
    *,
    start: datetime,
    end: datetime,
    sources: Collection[str] | None = None,
    undated: bool = False,
) -> pl.DataFrame:
    """Posts (POSTS) of the archive from ``start`` up to, not with, ``end``, by time and id, one an id.

    A post of which only the day is known is in if that day, in the zone of ``start``, touches the time
    span; posts with neither are in if ``undated``. ``sources`` keeps only those.

    Raises:
        ValueError: A time without a zone.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("start and end must carry a zone")
    last = (end - timedelta(microseconds=1)).astimezone(start.tzinfo).date()
    timed = pl.col("created_at").is_between(start.astimezone(UTC), end.astimezone(UTC), closed="left")
    by_day = pl.col("created_at").is_null() & pl.col("day").is_between(start.date(), last)
    wanted = timed | by_day
    if undated:
        wanted |= pl.col("created_at").is_null() & pl.col("day").is_null()
    # One day around: the folder is the UTC day, the window is in its own zone.
    first_folder, last_folder = start.date() - timedelta(days=1), last + timedelta(days=1)
    folders = None if sources is None else {_folder(source) for source in sources}
    frames = [
        _read(path).filter(wanted)
        for folder, day, path in _partitions(data)
        if (folders is None or folder in folders)
        and (undated if day is None else first_folder <= day <= last_folder)
    ]
    if not frames:
        return empty(POSTS)
    # An id can stand in two folders if its time became known later; the row with a time is the better one.
    return pl.concat(frames).sort(_ORDER, nulls_last=True).unique("id", keep="first", maintain_order=True)


def _write(path: Path, posts: pl.DataFrame) -> None:
    with whole_file(path) as temporary:
        posts.write_parquet(temporary, compression="zstd")


def _path(data: Path, source: str, day: str | None) -> Path:
    return data / "posts" / _folder(source) / f"date={day or 'undated'}" / "posts.parquet"


def _folder(source: str) -> str:
    name = quote(source, safe="")
    if len(name) > _LONGEST:  # file systems take 255 bytes
        name = f"{name[: _LONGEST - 17]}~{hashlib.sha256(source.encode()).hexdigest()[:16]}"
    return f"source={name}"


def _partitions(data: Path) -> Iterator[tuple[str, date | None, Path]]:
    for path in sorted((data / "posts").glob("source=*/date=*/posts.parquet")):
        day = path.parent.name.removeprefix("date=")
        folder = path.parent.parent.name
        if day == "undated":
            yield folder, None, path
        elif re.fullmatch(r"\d{4}-\d\d-\d\d", day):  # else no folder of ours
            yield folder, date.fromisoformat(day), path


def _read(path: Path) -> pl.DataFrame:
    if not path.exists():
        return empty(POSTS)
    try:
        return conform(pl.read_parquet(path), POSTS)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"{path}: archive file not readable ({type(error).__name__}); put it back from a backup, or"
            " move it away; only without ledger.sqlite,"
            " which knows what was read and paid, are its posts read anew"
        ) from error


@contextmanager
def writing_archive(data: Path) -> Iterator[None]:
    """Keep all others from writing posts meanwhile; waits for who does.

    Raises:
        PublishError: The folder cannot be written.
    """
    with await_lock(data / "posts" / ".lock"):
        yield
