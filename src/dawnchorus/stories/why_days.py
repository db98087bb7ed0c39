"""Why two posts of different editions are in one story over days or are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from dawnchorus.stories.build import Stories
from dawnchorus.stories.cluster import group_posts
from dawnchorus.stories.earlier import Compared, compare
from dawnchorus.stories.why import written
from dawnchorus.tables import THREADS, conform


@dataclass(frozen=True, slots=True)
class Place:
    """Where an edition told a post."""

    day: date
    today: bool  # of the edition that is asked about, not an earlier one
    story: str | None  # None: on its own
    origin: str | None  # the story of the first day that it goes on
    thread: str | None


@dataclass(frozen=True, slots=True)
class OverDays:
    """What is to be said of two posts of which one, or both, only earlier editions had."""

    posts: tuple[str, str]
    places: tuple[Place, Place]
    one_story: bool  # over days
    one_thread: bool
    compared: Compared | None  # today's story with the earlier one; None if neither is of today
    shared: tuple[str, ...]  # what the two stories share and can be written, strongest first
    links: tuple[str, ...]  # that both hold
    verdict: str


def explain_over_days(
    kept: pl.DataFrame,
    built: Stories,
    first: str,
    second: str,
    *,
    earlier: pl.DataFrame,
    day: date,
    aliases: Mapping[str, str],
) -> OverDays | None:
    """What becomes of two posts that are not both in ``kept``; None if one of them is nowhere.

    Args:
        kept: KEPT of this edition.
        built: Its stories.
        first: Id of a post.
        second: Id of another.
        earlier: THREADS rows of earlier editions.
        day: Last day of this edition.
        aliases: As it was grouped with.
    """
    past = conform(earlier, THREADS).filter(pl.col("day") < day).sort("day", "thread", "story")
    past = past.with_columns(origin=pl.coalesce("origin", "thread"))
    one, other = _place(kept, built, past, first, day), _place(kept, built, past, second, day)
    if one is None or other is None:
        return None
    compared: Compared | None = None
    shared: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    today, before = (one, other) if one.today else (other, one)
    if today.story and today.today and before.story and not before.today:
        rows = built.threads["story"].to_list()
        mine = built.threads.row(rows.index(today.story), named=True)
        row = past.with_row_index().filter((pl.col("day") == before.day) & (pl.col("story") == before.story))[
            "index"
        ][0]
        grouping = group_posts(kept, aliases=aliases)
        compared = compare(
            rows.index(today.story), row, own=built.threads, past=past, terms=grouping.terms, day=day
        )
        spoken = written(kept.filter(pl.col("id").is_in(mine["post_ids"])), grouping.table)
        shared = tuple(dict.fromkeys(spoken[term] for term in compared.shared if term in spoken))
        links = tuple(sorted(set(mine["urls"]) & set(past["urls"][row])))
    found = OverDays(
        posts=(first, second),
        places=(one, other),
        one_story=one.origin is not None and one.origin == other.origin,
        one_thread=one.thread is not None and one.thread == other.thread,
        compared=compared,
        shared=shared,
        links=links,
        verdict="",
    )
    return OverDays(
        **{name: getattr(found, name) for name in OverDays.__slots__[:-1]}, verdict=_verdict(found)
    )


def _place(kept: pl.DataFrame, built: Stories, past: pl.DataFrame, post: str, day: date) -> Place | None:
    if kept["id"].is_in([post]).any():
        [(story, thread)] = built.assigned.filter(id=post).select("story", "thread").iter_rows()
        listed = built.stories.filter(story=story)
        origin = listed["origin"][0] if len(listed) else story
        return Place(day, True, story, origin, thread)
    rows = past.filter(pl.col("post_ids").list.contains(post)).sort("day", "story")
    if rows.is_empty():
        return None
    row = rows.row(-1, named=True)
    return Place(row["day"], False, row["story"], row["origin"], row["thread"])


def _verdict(found: OverDays) -> str:
    told = "; ".join(
        f"{post} is in {'the edition' if place.today else 'an earlier edition only, that'} of {place.day}"
        for post, place in zip(found.posts, found.places, strict=True)
    )
    if found.one_story:
        return f"One story over days: {told}. Both days go on {found.places[0].origin}."
    if found.one_thread:
        return f"Two stories of one thread over days: {told}."
    alone = [post for post, place in zip(found.posts, found.places, strict=True) if place.story is None]
    if alone:
        return f"Two stories: {told}. {alone[0]} is in no story, and only stories go on over days."
    return f"Two stories in two threads: {told}. {_missing(found)}".rstrip()


def _missing(found: OverDays) -> str:
    how = found.compared
    if how is None:
        return ""
    if not how.shared and not found.links:
        return "They share nothing that tells one event from others."
    if how.likeness < how.likeness_needed:
        return (
            f"Most of what they say differs: cosine {how.likeness:.2f}, {how.likeness_needed:.2f} is needed."
        )
    if how.evidence < how.evidence_needed:
        return (
            "What they share is in many stories: "
            f"evidence {how.evidence:.1f}, {how.evidence_needed:.1f} is needed."
        )
    if how.likeness * how.evidence < how.both_needed:
        return (
            f"Both just reach what is needed, but together {how.likeness * how.evidence:.2f}"
            f" falls short of {how.both_needed:.2f}."
        )
    return "They are near, but another story is nearer, or one of them is another number of a series."
