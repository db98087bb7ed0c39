"""Posts as the checker sees them: the words a sentence may stand on, and what posts are counted by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

import polars as pl

from dawnchorus.report.check.fold import folded
from dawnchorus.tables import KEPT

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One post: its words, who wrote it and when, and the values computed facts count."""

    id: str
    text: str  # cleaned text where there is one, as quoted in the report
    raw: str = ""  # text as the platform served it, "" if the same
    author: str | None = None
    author_name: str | None = None
    created_at: datetime | None = None  # aware
    day: date | None = None
    url: str | None = None
    source: str = ""
    quoted_author: str | None = None
    quoted_text: str | None = None
    urls: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    language: str | None = None
    likes: int | None = None
    reposts: int | None = None
    copy: bool = False  # repost, exact or near copy of another post

    @property
    def network(self) -> str:
        """Platform: "reddit" of "reddit:localllama"."""
        return self.source.partition(":")[0]

    @property
    def words(self) -> str:
        """Everything a sentence may take its words from."""
        quoted = (f"@{self.quoted_author}: " if self.quoted_author else "") + (self.quoted_text or "")
        return "\n".join(part for part in (self.text, self.raw, quoted) if part)


class EvidenceTable(Mapping[str, Evidence]):
    """Evidence by post id, out of a frame of the schema POSTS, CLEANED or KEPT.

    Missing columns count as null; of two rows with one id the last one stays. Evidence is made when
    it is asked for: of a hundred thousand posts a report cites a hundred.
    """

    def __init__(self, posts: pl.DataFrame) -> None:
        self.posts = posts
        self.row = {post: row for row, post in enumerate(posts["id"])}
        self._made: dict[str, Evidence] = {}

    def __getitem__(self, post: str) -> Evidence:
        if post not in self._made:
            self._made[post] = evidence_from(self.posts.row(self.row[post], named=True))
        return self._made[post]

    def __contains__(self, post: object) -> bool:
        return post in self.row

    def __iter__(self) -> Iterator[str]:
        return iter(self.row)

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def counted(self) -> pl.DataFrame:
        """What facts are counted by, a row a row of ``posts``: fields of :class:`Evidence`, null for ""."""
        held = self.posts.columns
        copy = "duplicate_of" if "duplicate_of" in held else "repost_of"
        return self.posts.select(
            author=_named(held, "author"),
            language=pl.coalesce(_named(held, "language"), _named(held, "lang")),
            network=_filled(_named(held, "source").str.split(":").list.first()),
            created_at=_named(held, "created_at"),
            day=_named(held, "day"),
            likes=_named(held, "like_count"),
            reposts=_named(held, "repost_count"),
            domains=_named(held, "domains"),
            hashtags=_named(held, "hashtags"),
            copy=_named(held, copy).is_not_null(),
        )

    @cached_property
    def texts(self) -> pl.Series:
        """Text of each row of ``posts``, "" if there is none."""
        held = self.posts.columns
        text = pl.coalesce(_named(held, "clean_text"), _named(held, "text"))
        return self.posts.select(text=text.fill_null("")).to_series()

    @cached_property
    def folded(self) -> pl.Series:
        """The same folded, for words that may be typed in another way."""
        return folded(self.texts)

    @cached_property
    def lower(self) -> pl.Series:
        """The same in lower case."""
        return self.texts.str.to_lowercase()


def _named(held: Iterable[str], name: str) -> pl.Expr:
    """Column ``name`` with null for "", null throughout if there is no such column."""
    column = pl.col(name) if name in held else pl.lit(None, KEPT[name])
    return _filled(column) if KEPT[name] == pl.String else column


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def evidence_from(row: Mapping[str, object]) -> Evidence:
    """Evidence of one post, given as a mapping with the column names of ``tables.KEPT``."""
    text = _text(row.get("clean_text")) or _text(row.get("text")) or ""
    raw = _text(row.get("text")) or ""
    created_at, day = row.get("created_at"), row.get("day")
    if isinstance(created_at, str):
        created_at = _read(datetime.fromisoformat, created_at, "created_at", "2025-11-21T08:00:00Z")
    if isinstance(day, str):
        day = _read(date.fromisoformat, day, "day", "2025-11-21")
    if isinstance(created_at, datetime) and created_at.tzinfo is None:
        raise ValueError(f"created_at has no zone: {created_at.isoformat()}")
    return Evidence(
        id=str(row.get("id") or ""),
        text=text,
        raw="" if raw == text else raw,
        author=_text(row.get("author")),
        author_name=_text(row.get("author_name")),
        created_at=created_at if isinstance(created_at, datetime) else None,
        day=day if isinstance(day, date) and not isinstance(day, datetime) else None,
        url=_text(row.get("url")),
        source=_text(row.get("source")) or "",
        quoted_author=_text(row.get("quoted_author")),
        quoted_text=_text(row.get("quoted_text")),
        urls=_texts(row.get("urls")) + _texts(row.get("links")),
        domains=_texts(row.get("domains")),
        hashtags=_texts(row.get("hashtags")),
        language=_text(row.get("language")) or _text(row.get("lang")),
        likes=_count(row.get("like_count")),
        reposts=_count(row.get("repost_count")),
        copy=row.get("duplicate_of" if "duplicate_of" in row else "repost_of") is not None,
    )


def _read(parse: Callable[[str], T], value: str, name: str, example: str) -> T:
    try:
        return parse(value)
    except ValueError:
        raise ValueError(f"{name} is {value[:40]!r}, not such as {example}") from None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None
