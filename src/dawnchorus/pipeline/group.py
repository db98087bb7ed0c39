"""Posts to stories alone, without a report: what ``dawnchorus stories`` shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.model import Window
from dawnchorus.pipeline.prepare import keep, prepare, read_files
from dawnchorus.pipeline.stock import whole_archive
from dawnchorus.pipeline.telling import Teller
from dawnchorus.settings import Topic
from dawnchorus.stories.build import build_stories
from dawnchorus.tables import THREADS, empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Every post that was read with its story or the reason it has none, and the stories, best first."""

    posts: pl.DataFrame  # id, story, thread, duplicate_of, dropped
    stories: pl.DataFrame  # tables.STORIES
    texts: pl.DataFrame  # id, clean_text of the kept posts


def group_posts(
    inputs: Sequence[str],
    *,
    data: Path | None,
    topic: Topic | None,
    first: date | None,
    last: date | None,
    tz: str,
    undated: Literal["exclude", "include"],
    tell: Teller,
) -> Grouped:
    """Read ``inputs`` and find the stories of the posts of a window, or of all of them.

    Without a topic every post is kept; with ``data`` the archive there is read instead.

    Raises:
        InputError: There is no post to group.
    """
    tell.step("read")
    read = read_files(inputs) if data is None else whole_archive(data)
    tell.step("prepare")
    wanted = topic.parsed_query if topic else None
    if first is not None and last is not None:
        window = Window(first=first, last=last, tz=tz)
        prepared = prepare(read.posts, window=window, query=wanted, undated=undated, now=None)
        kept, dropped = prepared.kept, prepared.dropped
    else:
        once = read.posts.unique("id", keep="first", maintain_order=True)
        kept, lost = keep(once.sort("created_at", "day", "id", nulls_last=True), query=wanted)
        dropped = pl.concat(lost)
    if kept.is_empty():
        raise InputError(f"none of {read.posts.height} posts is left to group; see --topic, --from and --to")
    tell.step("stories")
    built = build_stories(
        kept,
        earlier=empty(THREADS),
        day=last or _last_day(kept),
        aliases=topic.spellings if topic else {},
        stop_words=topic.all_stop_words if topic else (),
    )
    reasons = dropped.unique("id", keep="first", maintain_order=True).select("id", dropped="reason")
    every = (
        read.posts.select("id")
        .unique("id", keep="first", maintain_order=True)
        .join(built.assigned, on="id", how="left", maintain_order="left")
        .join(kept.select("id", "duplicate_of"), on="id", how="left", maintain_order="left")
        .join(reasons, on="id", how="left", maintain_order="left")
        .with_columns(
            dropped=pl.when(pl.col("id").is_in(kept["id"].implode())).then(None).otherwise("dropped")
        )
    )
    bad = read.bad.filter(pl.col("id").is_not_null()).select("id", dropped="reason")
    return Grouped(
        posts=pl.concat([every, bad], how="diagonal").select(
            "id", "story", "thread", "duplicate_of", "dropped"
        ),
        stories=built.stories,
        texts=kept.select("id", "clean_text"),
    )


def story_lines(grouped: Grouped) -> Iterator[str]:
    """A line a story for people: how many posts, how many authors, its words, its head."""
    text = dict(grouped.texts.iter_rows())
    for story in grouped.stories.iter_rows(named=True):
        head = " ".join(text[story["head"]].split())
        shown = head if len(head) <= 100 else head[:99].rstrip() + "…"
        terms = ", ".join(story["terms"][:4])
        yield f"{story['post_count']:6} posts {story['author_count']:5} authors  [{terms}]  {shown}\n"


def _last_day(kept: pl.DataFrame) -> date:
    days = kept.select(pl.coalesce(pl.col("created_at").dt.date(), pl.col("day"))).to_series()
    last = days.max()
    return last if isinstance(last, date) else date(1970, 1, 1)  # no post has a day: any will do
