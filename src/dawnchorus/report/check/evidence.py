"""Posts as the checker sees them: the words a sentence may stand on, and what posts are counted by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl


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


def evidence_of(posts: pl.DataFrame) -> dict[str, Evidence]:
    """Evidence by post id, out of a frame of the schema POSTS, CLEANED or KEPT.

    Missing columns count as null; of two rows with one id the last one stays.
    """
    return {item.id: item for item in map(evidence_from, posts.iter_rows(named=True))}


def evidence_from(row: Mapping[str, object]) -> Evidence:
    """Evidence of one post, given as a mapping with the column names of ``tables.KEPT``."""
    text = _text(row.get("clean_text")) or _text(row.get("text")) or ""
    raw = _text(row.get("text")) or ""
    created_at, day = row.get("created_at"), row.get("day")
    if isinstance(created_at, str):
        created_at = datetime.fromisoformat(created_at)
    if isinstance(day, str):
        day = date.fromisoformat(day)
    if isinstance(created_at, datetime) and created_at.tzinfo is None:
        raise ValueError(f"post {row.get('id')}: created_at has no zone: {created_at.isoformat()}")
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


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None
