"""Facts counted over named sets of posts, as :class:`dawnchorus.model.Fact` defines them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

import polars as pl

from dawnchorus.model import Fact, Measure
from dawnchorus.report.briefing import Briefing

_COLUMN = {"language": "language", "network": "network", "author": "author"}
_LISTS = {"domain": "domains", "hashtag": "hashtags"}


class Figures:
    """The counts of one edition. Frames of sets are cut out once and kept."""

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing
        self._zone = briefing.window.zone
        self._frames: dict[str, pl.DataFrame] = {}

    def posts(self, of: str) -> Fact:
        """Posts of a set, copies included."""
        return Fact(measure="posts", of=of, value=len(self._briefing.sets[of]))

    def stories(self, of: str) -> Fact:
        """Stories of two or more posts that share a post with the set."""
        held = set(self._briefing.sets[of])
        shared = (
            len(story.posts) > 1 and not held.isdisjoint(story.posts) for story in self._briefing.stories
        )
        count = sum(shared)
        return Fact(measure="stories", of=of, value=count)

    def share(self, of: str, within: str = "kept") -> Fact:
        """Posts of a set as a part, 0 to 1, of another."""
        total = len(self._briefing.sets[within])
        value = len(self._briefing.sets[of]) / total if total else 0.0
        return Fact(measure="share", of=of, within=within, value=value)

    def distinct(self, measure: Measure, of: str) -> Fact:
        """One of "authors", "voices", "languages", "networks", "domains"."""
        frame = self._frame(of)
        if measure == "voices":
            value = frame.filter(pl.col("duplicate_of").is_null())["author"].drop_nulls().n_unique()
        elif measure == "domains":
            value = frame["domains"].explode().drop_nulls().n_unique()
        else:
            column = {"authors": "author", "languages": "language", "networks": "network"}[measure]
            value = frame.filter(pl.col(column).is_not_null() & (pl.col(column) != "und"))[column].n_unique()
        return Fact(measure=measure, of=of, value=value)

    def highest(self, measure: Measure, of: str) -> Fact | None:
        """Highest "likes" or "reposts" of a single post; None if no post says."""
        value = self._frame(of)[{"likes": "like_count", "reposts": "repost_count"}[measure]].max()
        return None if value is None else Fact(measure=measure, of=of, value=cast(int, value))

    def first_at(self, of: str) -> Fact | None:
        """Earliest known time, ISO 8601 in the window's zone; None if no post has a time."""
        return self._moment("first_at", of, self._frame(of)["created_at"].min())

    def last_at(self, of: str) -> Fact | None:
        """Latest known time, likewise."""
        return self._moment("last_at", of, self._frame(of)["created_at"].max())

    def _moment(self, measure: Measure, of: str, at: object) -> Fact | None:
        if at is None:
            return None
        local = cast(datetime, at).astimezone(self._zone)
        return Fact(measure=measure, of=of, value=local.isoformat(timespec="seconds"))

    def peak_hour(self, of: str) -> tuple[Fact, int] | None:
        """Hour of day with most posts, and how many; None if no post has a time."""
        times = self._frame(of)["created_at"].drop_nulls().dt.convert_time_zone(self._zone.key)
        if times.is_empty():
            return None
        counts = Counter(times.dt.hour().to_list())
        hour, posts = min(counts.items(), key=lambda item: (-item[1], item[0]))
        return Fact(measure="peak_hour", of=of, value=hour), posts

    def top(self, of: str, basis: str, limit: int) -> list[tuple[Fact, int, tuple[str, ...]]]:
        """The ``limit`` most frequent values of ``basis``: the fact, posts that have it, their ids."""
        frame = self._frame(of)
        if basis in _LISTS:
            column = _LISTS[basis]
            pairs = (
                frame.select("id", pl.col(column).list.unique(maintain_order=True))
                .explode(column)
                .rename({column: "value"})
            )
        else:
            pairs = frame.select("id", value=_COLUMN[basis])
        ranked = (
            pairs.drop_nulls("value")
            .group_by("value")
            .agg(posts=pl.len(), ids=pl.col("id"))
            .sort(["posts", "value"], descending=[True, False])
            .head(limit)
        )
        return [
            (
                Fact(measure="top", of=of, basis=basis, value=row["value"], rank=rank),
                row["posts"],
                tuple(row["ids"]),
            )
            for rank, row in enumerate(ranked.iter_rows(named=True))
        ]

    def containing(self, of: str, words: Iterable[str]) -> Fact:
        """Posts of the set whose cleaned text holds one of ``words``, case aside."""
        wanted = tuple(words)
        if not wanted:
            return Fact(measure="containing", of=of, words=(), value=0)
        held = (
            self._frame(of)["clean_text"]
            .str.to_lowercase()
            .str.contains_any([word.lower() for word in wanted])
        )
        return Fact(measure="containing", of=of, words=wanted, value=int(held.sum()))

    def against_earlier(self, of: str) -> tuple[Fact, Fact, Fact] | None:
        """Posts before, change and ratio against the earlier edition; None without such a figure."""
        earlier = self._briefing.earlier
        before = earlier.counts.get(of, 0) if earlier else 0
        if earlier is None or not before:
            return None
        now = len(self._briefing.sets[of])
        make: Callable[[Any, Any], Fact] = lambda measure, value: Fact(  # noqa: E731
            measure=measure, of=of, basis=earlier.slug, value=value
        )
        return make("before", before), make("change", now / before - 1), make("ratio", now / before)

    def _frame(self, of: str) -> pl.DataFrame:
        if of not in self._frames:
            self._frames[of] = self._briefing.posts.of(self._briefing.sets[of]).with_columns(
                network=pl.col("source").str.split(":").list.first()
            )
        return self._frames[of]
