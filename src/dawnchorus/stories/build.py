"""The stories of an edition, in one call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from dawnchorus.stories.cluster import Grouping, assigned_of, group_posts, roots
from dawnchorus.stories.communities import row_products
from dawnchorus.stories.rank import network, rank_stories, with_measures, worth_alone
from dawnchorus.stories.threads import follow, traces
from dawnchorus.stories.voices import own_words, spoken_of, standing
from dawnchorus.stories.wording import marking_terms, representatives
from dawnchorus.tables import ASSIGNED, STORIES, THREADS, conform, empty

_LEAST_STORIES = 30  # reached with posts on their own if there are few groups
_LEAST_TERMS = 4  # of a post that is a story on its own
_MOST_SINGLES = 40  # posts on their own that may be stories on other days


@dataclass(frozen=True, slots=True)
class Stories:
    """What the posts of an edition tell.

    ``assigned`` is ASSIGNED, a row a kept post in the given order; ``stories``
    is STORIES, best first; ``threads`` is THREADS, this edition's own rows for
    later editions.
    """

    assigned: pl.DataFrame
    stories: pl.DataFrame
    threads: pl.DataFrame


def build_stories(
    kept: pl.DataFrame,
    *,
    earlier: pl.DataFrame,
    day: date,
    aliases: Mapping[str, str] | None = None,
    stop_words: Collection[str] = (),
) -> Stories:
    """Find, follow and rank the stories of ``kept``.

    The result does not depend on the order of rows, but for ``assigned``,
    which keeps it.

    Args:
        kept: KEPT.
        earlier: THREADS rows of all earlier editions of the topic.
        day: Last day of the edition; earlier rows of this day or later are not read.
        aliases: Spellings to the name they are matched under: {"英伟达": "nvidia"}.
        stop_words: Words of the topic that mark no story.
    """
    if not len(kept):
        return Stories(empty(ASSIGNED), empty(STORIES), empty(THREADS))
    grouping = group_posts(kept, aliases=aliases or {})
    members = _members(kept, grouping)
    originals = _originals(kept, grouping)
    counted = _count(members, originals)
    # Single posts compete before words and threads are looked for: there may be a million of them.
    untold = counted.with_columns(status=pl.lit("new"), before=pl.lit(None, pl.Int64))
    known = standing(earlier, day=day)
    first = rank_stories(untold, originals, standing=known, reasons=False)
    order = counted.join(first, on="story").sort(
        ["score", "first_at", "story"], descending=[True, False, False], nulls_last=True
    )
    may_stand_alone = originals.filter("substantial")["story"].implode()
    order = order.filter((pl.col("post_count") > 1) | pl.col("story").is_in(may_stand_alone))
    several = order["post_count"] > 1
    listed = order.filter(worth_alone(order["score"], several, least=_LEAST_STORIES, most=_MOST_SINGLES))[
        "story"
    ]
    members = members.filter(pl.col("story").is_in(listed.implode()))
    originals = originals.filter(pl.col("story").is_in(listed.implode()))
    counted = counted.filter(pl.col("story").is_in(listed.implode()))

    heads = representatives(originals)
    terms = marking_terms(originals, grouping.terms, table=grouping.table, stop_words=stop_words)
    today = traces(members)
    group_of = dict(originals.select("story", "group").unique().iter_rows())
    events = originals.filter(pl.col("thread").is_not_null()).select("story", "thread").unique()
    followed, threads, thread_of_event = follow(
        today, grouping.centres[[group_of[trace.story] for trace in today]], grouping.terms,
        terms=terms, broad=dict(events.iter_rows()), earlier=earlier, day=day,
    )  # fmt: skip
    threads = threads.drop("spoken_of").join(
        spoken_of(originals), on="story", how="left", maintain_order="left"
    )
    stories = counted.join(followed, on="story").join(heads, on="story")
    stories = stories.join(rank_stories(stories, originals, standing=known), on="story")
    stories = stories.with_columns(
        terms=pl.col("story").replace_strict(terms, return_dtype=pl.List(pl.String))
    ).sort(["score", "first_at", "story"], descending=[True, False, False], nulls_last=True)
    assigned = _threaded(assigned_of(kept, grouping), followed, thread_of_event)
    return Stories(conform(assigned, ASSIGNED), conform(stories, STORIES), conform(threads, THREADS))


def _threaded(
    assigned: pl.DataFrame, followed: pl.DataFrame, thread_of_event: Mapping[str, str]
) -> pl.DataFrame:
    """ASSIGNED with threads as they are named over days; a post on its own may be part of a broad event."""
    own = dict(followed.select("story", "thread").iter_rows())
    today = pl.col("thread").replace(dict(thread_of_event)) if thread_of_event else pl.col("thread")
    return assigned.with_columns(
        thread=pl.coalesce(pl.col("story").replace_strict(own, default=None, return_dtype=pl.String), today)
    )


def _members(kept: pl.DataFrame, grouping: Grouping) -> pl.DataFrame:
    """Every kept row with its story, copies included, earliest first."""
    stories = grouping.posts.select(pl.col("id").alias("root"), "story")
    return (
        kept.with_columns(root=roots(kept), network=network(pl.col("source")))
        .join(stories, on="root", how="inner")
        .with_columns(original=pl.col("root") == pl.col("id"))
        .with_columns(moment=pl.coalesce("created_at", pl.col("day").cast(pl.Datetime("ms", "UTC"))))
        .sort("moment", "id", nulls_last=True)
    )


def _originals(kept: pl.DataFrame, grouping: Grouping) -> pl.DataFrame:
    posts = grouping.posts
    groups = posts["group"].to_numpy(writable=True)
    near = row_products(grouping.terms.matrix, grouping.centres, groups)
    terms = np.diff(grouping.terms.matrix.indptr)
    replies = pl.col("reply_to").is_not_null() | pl.col("clean_text").str.starts_with("@")
    posts = posts.with_columns(
        likeness=pl.Series(grouping.likeness),
        own_words=pl.Series(own_words(grouping.terms.matrix, groups)),
        closeness=pl.Series(near),
        network=network(pl.col("source")),
        # A reply or two words can belong to a story but not be one.
        substantial=pl.Series(terms >= _LEAST_TERMS) & ~replies,
    )
    return with_measures(posts)


def _count(members: pl.DataFrame, originals: pl.DataFrame) -> pl.DataFrame:
    language = pl.col("language").filter(pl.col("language") != "und")
    of_all = members.group_by("story").agg(
        posts=pl.col("id"),
        post_count=pl.len().cast(pl.Int64),
        author_count=pl.col("author").drop_nulls().n_unique().cast(pl.Int64),
        language_count=language.drop_nulls().n_unique().cast(pl.Int64),
        network_count=pl.col("network").drop_nulls().n_unique().cast(pl.Int64),
        first_at=pl.col("created_at").min(),
        last_at=pl.col("created_at").max(),
    )
    of_originals = originals.group_by("story").agg(
        original_count=pl.len().cast(pl.Int64),
        voice_count=pl.col("author").drop_nulls().n_unique().cast(pl.Int64),
    )
    domains = (
        members.select("story", "domains")
        .explode("domains")
        .drop_nulls()
        .group_by("story")
        .agg(domain_count=pl.col("domains").n_unique().cast(pl.Int64))
    )
    return (
        of_all.join(of_originals, on="story")
        .join(domains, on="story", how="left")
        .with_columns(pl.col("domain_count").fill_null(0))
        .sort("story")
    )
