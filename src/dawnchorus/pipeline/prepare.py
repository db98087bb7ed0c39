"""From files to the posts of an edition: read, window, clean, language, relevance, duplicates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import polars as pl

from dawnchorus.model import Window
from dawnchorus.pipeline.job import Job
from dawnchorus.posts.clean import clean
from dawnchorus.posts.duplicates import find_duplicates
from dawnchorus.posts.edits import newest_versions
from dawnchorus.posts.language import add_language
from dawnchorus.posts.relevance import keep_relevant
from dawnchorus.posts.window import in_window, is_late
from dawnchorus.query import Query
from dawnchorus.sources.files import read_posts
from dawnchorus.tables import DROPPED, KEPT, POSTS, conform, empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Everything the inputs held."""

    posts: pl.DataFrame  # POSTS
    bad: pl.DataFrame  # DROPPED
    notes: tuple[str, ...] = ()  # on files that were left out and records that are no posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The posts an edition may use, in order of time and id, and all others with the reason."""

    kept: pl.DataFrame  # KEPT
    dropped: pl.DataFrame  # DROPPED
    taken: pl.DataFrame  # store.taken.TAKEN: what is in the window, on topic or not

    @property
    def in_window(self) -> int:
        """Posts in the window."""
        return self.taken.height


def read_files(inputs: Sequence[str]) -> Read:
    """Read files of posts.

    Raises:
        InputError: Files hold no post at all, or one cannot be read.
    """
    posts, bad = [empty(POSTS)], [empty(DROPPED)]
    notes: list[str] = []
    for batch in read_posts(inputs):
        posts.append(batch.posts)
        bad.append(batch.bad)
        notes += batch.notes
    return Read(posts=pl.concat(posts), bad=pl.concat(bad), notes=tuple(notes))


def prepare(
    posts: pl.DataFrame,
    *,
    window: Window,
    query: Query | None,
    keep_languages: Collection[str] = (),
    undated: Literal["exclude", "include"],
    now: datetime | None,
    had: pl.Series | None = None,
    later: pl.Series | None = None,
    gone: pl.Series | None = None,
) -> Prepared:
    """Cut POSTS down to what belongs to the edition; arguments as ``in_window`` and ``keep`` take them.

    The order of files and rows does not matter: posts are put in order of
    time and id first.
    """
    timely, dropped_window = in_window(
        posts, window, undated=undated, now=now, had=had, later=later, gone=gone
    )
    newest, edited = newest_versions(timely)
    kept, dropped = keep(_ordered(newest, window), query=query, keep_languages=keep_languages)
    return Prepared(
        kept=kept,
        dropped=pl.concat([dropped_window, edited, *dropped]),
        taken=timely.select("id", late=is_late(window)),
    )


def none_in_window(posts: pl.DataFrame, job: Job) -> str:
    """What to tell where no post falls in the window: which days there are."""
    days = posts.select(
        pl.coalesce(pl.col("created_at").dt.convert_time_zone(job.window.tz).dt.date(), pl.col("day"))
    ).to_series()
    first, last = str(days.min()), str(days.max())
    span = f"{first} to {last}" if days.drop_nulls().len() else "no known day"
    return (
        f"none of {posts.height} posts falls in {job.window.first} to {job.window.last} ({job.window.tz}); "
        f"they are of {span}: give other --from and --to"
    )


def keep(
    posts: pl.DataFrame, *, query: Query | None, keep_languages: Collection[str] = ()
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Clean POSTS, tell languages, keep what is on topic, fold copies: KEPT, and what was DROPPED."""
    cleaned, no_text = clean(posts)
    told = add_language(cleaned)
    dropped = [no_text]
    if query is not None:
        told, off_topic = keep_relevant(told, query, languages=frozenset(keep_languages) or None)
        dropped.append(off_topic)
    return conform(find_duplicates(told), KEPT), dropped


def _ordered(posts: pl.DataFrame, window: Window) -> pl.DataFrame:
    # A post of which only the day is known counts from the day's first moment in the window's zone.
    moment = pl.coalesce(
        pl.col("created_at"),
        pl.col("day")
        .cast(pl.Datetime("ms"))
        .dt.replace_time_zone(window.tz, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC"),
    )
    return posts.sort(moment, pl.col("id"), nulls_last=True)
