"""Where pages of posts arrive: the ledger's inbox, in one transaction with their cursor, then the archive.

Killed anywhere, the next drain goes on: a post leaves the inbox only after the archive has it, and the
archive takes a post twice without harm.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl

from dawnchorus.model import Post
from dawnchorus.store.archive import add_posts
from dawnchorus.store.forgotten import Forgotten, load_forgotten
from dawnchorus.store.homes import settle
from dawnchorus.store.ledger import Ledger
from dawnchorus.tables import POSTS, conform, posts_frame
from dawnchorus.visits import Page, Skipped

AHEAD: Final = timedelta(minutes=10)
"""Clocks of servers differ by seconds, rarely minutes; what is dated further ahead has a wrong date."""

_FURTHEST_ZONE: Final = timedelta(hours=14)  # a day begins there first
_MAX_COUNT: Final = 2**63 - 1
_BATCH_POSTS: Final = 20_000
_BATCH_CHARACTERS: Final = 64_000_000  # giants come in smaller batches
_CHUNK_POSTS: Final = 1_000
_LONGEST_WHY: Final = 300
_NOT_A_POST: Final = "not a post"  # such records are counted, not kept, see ``visits.Skipped``
_UTC: Final = timedelta(0)
_FIELDS: Final = tuple(field.name for field in fields(Post))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a page."""

    posts: tuple[Post, ...]  # on their way to the archive
    held: int  # in quarantine
    refused: int  # records that should have been posts


class Intake:
    """Takes pages in for the archive under ``data``; safe from several threads and processes."""

    def __init__(self, ledger: Ledger, data: Path) -> None:
        self._ledger, self._data = ledger, data
        self._forgotten: tuple[object, Forgotten] = (None, Forgotten())

    def cursors(self, label: str, source: str) -> dict[str, str]:
        """Where the streams of ``source`` go on for the topic ``label``."""
        return dict(
            self._ledger.rows(
                "SELECT stream, cursor FROM cursors WHERE label = ? AND source = ?", (label, source)
            )
        )

    def add(self, page: Page, *, label: str, source: str, at: datetime, visit: int = 0) -> Taken:
        """Store ``page`` whole, with its cursor, or nothing of it.

        A post dated more than AHEAD after ``at`` goes to quarantine until the platform gives another time;
        one that came before keeps the source and time it had then, see ``homes``. A post that is none (no
        id, no text, a field of a wrong type) costs itself. What was forgotten is not put down at all.

        Args:
            page: As the source gave it.
            label: Of the topic.
            source: Name of the plug-in.
            at: When the page came, UTC.
            visit: What the posts are counted for, see :meth:`drain`.

        Raises:
            DawnchorusError: The ledger cannot be written.
        """
        rows: list[tuple[Post, str]] = []
        held: list[tuple[Post, str]] = []
        skipped = list(page.skipped)
        usable: list[tuple[Post, str]] = []
        for post in page.posts:
            try:
                usable.append(_encoded(post))
            except _UnusableError as error:
                skipped.append(error.skipped)
        forgotten = self._what_was_forgotten()
        for post, text in _without(usable, forgotten):
            (held if _is_ahead(post, at) else rows).append((post, text))
        stamp = at.isoformat()
        with self._ledger.transaction() as db:
            homes = settle(db, [post for post, _ in rows])
            rows = [
                row if home is row[0] else (home, msgspec.json.encode(home).decode())
                for row, home in zip(rows, homes, strict=True)
            ]
            db.executemany(
                "INSERT INTO inbox (visit, day, label, source, post) VALUES (?, ?, ?, ?, ?)",
                ((visit, _day(post), label, source, text) for post, text in rows),
            )
            db.executemany("DELETE FROM gone WHERE id = ?", ((post.id,) for post, _ in rows))
            db.executemany(
                "DELETE FROM quarantine WHERE label = ? AND source = ? AND id = ?",
                ((label, source, post.id) for post, _ in rows),
            )
            db.executemany(
                "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((label, source, post.id, post.author, _ahead(post, at), stamp, text) for post, text in held),
            )
            # After the posts: in one page, what was deleted had been there before.
            db.executemany(
                "INSERT OR IGNORE INTO gone VALUES (?, ?)",
                ((_sound(id), stamp) for id in page.gone if id and not forgotten.post(id)),
            )
            _count_skipped(db, skipped, label=label, source=source, stamp=stamp)
            if page.cursor is not None:
                db.execute(
                    "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?, ?)",
                    (label, source, _sound(page.stream), _sound(page.cursor), stamp),
                )
        refused = sum(one.reason != _NOT_A_POST for one in skipped)
        return Taken(posts=tuple(post for post, _ in rows), held=len(held), refused=refused)

    def drain(self) -> dict[int, int]:
        """Merge the inbox into the archive and empty it; how many posts were new to the archive, by visit.

        A day at a time, and no more than _BATCH_POSTS of it. What a killed drain had merged already is merged
        again, and counts as known.

        Raises:
            DawnchorusError: Archive or ledger cannot be read or written; the inbox keeps what is left.
        """
        new: Counter[int] = Counter()
        groups = self._ledger.rows(
            "SELECT DISTINCT visit, day, label, source FROM inbox ORDER BY visit, day, label, source"
        )
        for group in groups:
            for last, posts in self._batches(group):
                frame = _folded(posts_frame(posts))
                new[group[0]] += add_posts(self._data, frame)
                origins = frame["source"].unique().sort().to_list()
                with self._ledger.transaction() as db:
                    db.execute(
                        "DELETE FROM inbox"
                        " WHERE visit = ? AND day = ? AND label = ? AND source = ? AND number <= ?",
                        (*group, last),
                    )
                    db.executemany(
                        "INSERT OR IGNORE INTO origins VALUES (?, ?, ?)",
                        ((*group[2:], origin) for origin in origins),
                    )
        if groups:
            self._ledger.tidy()
        return dict(new)

    def _what_was_forgotten(self) -> Forgotten:
        """As it stands on the disk; read again only if the file is another."""
        try:
            held = (self._data / "forgotten.json").stat()
        except FileNotFoundError:
            return Forgotten()
        version = (held.st_ino, held.st_mtime_ns, held.st_size)
        if self._forgotten[0] != version:
            self._forgotten = (version, load_forgotten(self._data))
        return self._forgotten[1]

    def _batches(self, group: Sequence[Any]) -> Iterator[tuple[int, list[Post]]]:
        """Posts of a day as they came, each batch with the number of its last."""
        last, size, posts = 0, 0, []
        while rows := self._ledger.rows(
            "SELECT number, post FROM inbox WHERE visit = ? AND day = ? AND label = ? AND source = ?"
            " AND number > ? ORDER BY number LIMIT ?",
            (*group, last, _CHUNK_POSTS),
        ):
            last = rows[-1][0]
            size += sum(len(text) for _, text in rows)
            posts += [msgspec.json.decode(text, type=Post) for _, text in rows]
            if len(posts) >= _BATCH_POSTS or size >= _BATCH_CHARACTERS:
                yield last, posts
                size, posts = 0, []
        if posts:
            yield last, posts


def _folded(posts: pl.DataFrame) -> pl.DataFrame:
    """One row an id, as if each had been added to the archive alone: the later stands, and keeps what only
    the earlier one says. So it makes no difference when the inbox is emptied.
    """
    if posts["id"].is_unique().all():
        return posts
    folded = posts.group_by("id", maintain_order=True).agg(pl.all().drop_nulls().last())
    return conform(folded, POSTS).with_columns(day=pl.when(pl.col("created_at").is_null()).then("day"))


def _without(posts: list[tuple[Post, str]], forgotten: Forgotten) -> list[tuple[Post, str]]:
    if not forgotten.known or not posts:
        return posts
    kept, _ = forgotten.without(posts_frame([post for post, _ in posts]))
    found = [Post(**{**row, "links": tuple(row["links"] or ())}) for row in kept.iter_rows(named=True)]
    return [(post, msgspec.json.encode(post).decode()) for post in found]


class _UnusableError(Exception):
    """What a source gave as a post is none."""

    def __init__(self, skipped: Skipped) -> None:
        self.skipped = skipped


def _encoded(post: Post) -> tuple[Post, str]:
    """``post`` with sound texts and its time in UTC, and as JSON."""
    if not isinstance(post, Post):
        raise _UnusableError(Skipped(reason="bad row", why=f"a {type(post).__name__} instead of a Post"))
    try:
        try:
            text = msgspec.json.encode(post).decode()
        except UnicodeEncodeError:  # half of a character
            text = ""
        if not text or "\\u0000" in text:
            post = _sound_post(post)
            text = msgspec.json.encode(post).decode()
        msgspec.json.decode(text, type=Post)  # every field has its type
        if post.created_at is not None and post.created_at.utcoffset() != _UTC:
            if post.created_at.tzinfo is None:
                raise ValueError("created_at carries no zone")
            post = replace(post, created_at=post.created_at.astimezone(UTC))
            text = msgspec.json.encode(post).decode()
        if max(count for count in _counts(post) if count is not None) > _MAX_COUNT:
            raise ValueError("a count is out of range")
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        id = post.id if isinstance(post.id, str) else None
        raise _UnusableError(Skipped(reason="bad row", why=f"unexpected shape: {error}", id=id)) from None
    if not post.id.strip():
        raise _UnusableError(Skipped(reason="no id", why=""))
    if not post.text or post.text.isspace():
        raise _UnusableError(Skipped(reason="no text", why="", id=post.id))
    return post, text


def _counts(post: Post) -> tuple[int | None, ...]:
    return (
        0,
        post.like_count,
        post.repost_count,
        post.reply_count,
        post.quote_count,
        post.view_count,
    )


def _sound_post(post: Post) -> Post:
    changed: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(post, name)
        if isinstance(value, str):
            changed[name] = _sound(value)
        elif isinstance(value, tuple):
            changed[name] = tuple(_sound(item) for item in value if isinstance(item, str))
    return replace(post, **changed)


def _sound(text: str) -> str:
    """``text`` without NUL and with halves of characters joined, or replaced where they stand alone."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "")


def _day(post: Post) -> str:
    day = post.created_at.date() if post.created_at else post.day
    return day.isoformat() if day else ""


def _is_ahead(post: Post, at: datetime) -> bool:
    if post.created_at is not None:
        return post.created_at > at + AHEAD
    return post.day is not None and post.day > (at + _FURTHEST_ZONE + AHEAD).date()


def _ahead(post: Post, at: datetime) -> str:
    when = post.created_at or post.day
    return f"dated {when}, but was there at {at:%Y-%m-%d %H:%M} UTC already"


def _count_skipped(
    db: sqlite3.Connection, skipped: Iterable[Skipped], *, label: str, source: str, stamp: str
) -> None:
    counts = Counter(
        (
            one.reason,
            "" if one.reason == _NOT_A_POST else _sound(one.id or ""),
            _sound(one.why)[:_LONGEST_WHY],
        )
        for one in skipped
    )
    db.executemany(
        "INSERT INTO skipped VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET times = times + excluded.times, last_at = excluded.last_at",
        ((label, source, *what, times, stamp) for what, times in counts.items()),
    )
