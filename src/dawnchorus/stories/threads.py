"""Stories over days: what goes on, what is new in it, what only comes back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dawnchorus.stories.earlier import Match, match
from dawnchorus.stories.features import link_key
from dawnchorus.stories.marks import HERALD, capital_words, instalment, names, written_numbers
from dawnchorus.stories.stopwords import COMMON_WORDS, STOP_WORDS
from dawnchorus.stories.terms import Terms
from dawnchorus.tables import STORIES, THREADS, conform, empty

FOLLOWED = pl.Schema(
    {
        name: STORIES[name]
        for name in (
            "story",
            "thread",
            "origin",
            "status",
            "before",
            "first_seen",
            "peak_count",
            "peak_day",
            "new_posts",
            "news",
        )
    }
)

TERMS_KEPT = 32  # strongest of a centroid; carry all but a few per cent of its length
_MARKS_KEPT = 60
_GROWN, _GROWN_POSTS = 1.5, 5  # times the posts of any earlier day, and new posts, that make growth news
_GROWTH_WORDS = 3
_TURNED_WORDS = 2  # of those that mark it that must be new if it has not grown
_CAPITALS_KEPT = 200
_MOST_NEWS = 8
_LONGEST_SLEEP = timedelta(days=90)
_LARGE = 6  # posts from which one voice's word is not the story's news
_FRESH = 0.5  # share of a story's terms that must be new for a link alone to be news, not one more site
# What a capital makes look like a name: "I’ve", a month, a day of the month in a headline.
_NO_NAME = re.compile(
    r"[\d.,:/%-]+|.*['’](?:ve|re|ll|s|m|d|t)|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    rf"|nov(?:ember)?|dec(?:ember)?)|{HERALD.pattern}",
    re.IGNORECASE,
)
# "3.1.1" is another release than "3.1"; written numbers end at the second part.
_RELEASE = re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d.]*\d)")


@dataclass(frozen=True, slots=True)
class Trace:
    """What one story of today holds, to be compared with earlier editions."""

    story: str
    posts: tuple[str, ...]
    names: dict[str, tuple[str, tuple[str, ...]]]  # lower case -> as written, posts
    numbers: dict[str, tuple[str, tuple[str, ...]]]  # canonical -> as written, posts
    links: dict[str, tuple[str, tuple[str, ...]]]  # key -> link, posts
    capitals: frozenset[str]  # every word with a capital, lower case: a headline's names hide among them
    instalment: str | None = None  # of a series, if one author tells the story


def traces(members: pl.DataFrame) -> list[Trace]:
    """A trace of each story.

    Args:
        members: KEPT rows, copies included, with ``story`` and ``original``
            (Boolean), earliest first.
    """
    keys = pl.col("urls").list.eval(link_key(pl.element()))
    said = members.filter("original").select("id", pl.col("clean_text").fill_null(""), "urls", keys=keys)
    stories = members.group_by("story", maintain_order=True).agg(
        "id", originals=pl.col("id").filter("original"), authors=pl.col("author").n_unique()
    )
    post_of = {row[0]: row for row in said.iter_rows()}
    found = []
    for story, posts, originals, authors in stories.iter_rows():
        named: dict[str, tuple[str, tuple[str, ...]]] = {}
        counted: dict[str, tuple[str, tuple[str, ...]]] = {}
        linked: dict[str, tuple[str, tuple[str, ...]]] = {}
        capitals: set[str] = set()
        for post, text, urls, keys in map(post_of.__getitem__, originals):
            for name in names(text):
                _note(named, name.lower(), name, post)
            capitals.update(capital_words(text))
            for number, written in written_numbers(text):
                _note(counted, number, written, post)
            for release in _RELEASE.findall(text):
                _note(counted, release, release, post)
            for link, key in zip(urls or (), keys or (), strict=True):
                if key:
                    _note(linked, key, link, post)
        which = instalment(post_of[originals[0]][1]) if authors == 1 else None
        found.append(Trace(story, tuple(posts), named, counted, linked, frozenset(capitals), which))
    return found


def follow(
    today: Sequence[Trace],
    centres: Any,
    weighed: Terms,
    *,
    terms: Mapping[str, Sequence[str]],
    broad: Mapping[str, str],
    earlier: pl.DataFrame,
    day: date,
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, str]]:
    """Join today's stories to those of earlier editions, and to threads.

    A story goes on one of an earlier day if its words, links or posts are
    those of it. It is an update if posts that no earlier edition had bring
    names, numbers or links that its thread had not; else a repeat. A thread
    holds the stories of a broad event and what goes on from them.

    Args:
        today: Stories, one a row of ``centres``.
        centres: (stories, terms) CSR, rows of unit length.
        weighed: Of today's posts; names the columns.
        terms: Words that mark each story.
        broad: Broad event of today's posts that a story is part of, by story.
        earlier: THREADS rows of all earlier editions; those of ``day`` and later are not read.
        day: Last day of this edition.

    Returns:
        FOLLOWED, in the order of ``today``; this edition's own THREADS rows; and the
        thread of each broad event.
    """
    past = conform(earlier, THREADS).filter(pl.col("day") < day).sort("day", "thread", "story")
    past = past.with_columns(pl.coalesce("origin", "thread").alias("origin"))
    strongest = [_strongest(centres, i, weighed.hashes) for i in range(len(today))]
    matched = match(
        strongest, [trace.posts for trace in today], [list(trace.links) for trace in today],
        [trace.instalment for trace in today],
        past=past.filter(pl.col("day") >= day - _LONGEST_SLEEP), terms=weighed, day=day,
    )  # fmt: skip
    events = threads_of_events(today, matched, broad)
    last, none = past["day"].max(), empty(THREADS)
    of_origin, of_thread = (
        {str(name): rows for (name,), rows in past.group_by(column, maintain_order=True)}
        for column in ("origin", "thread")
    )
    volume: Counter[str] = Counter()
    for trace, found in zip(today, matched, strict=True):
        volume[found.origin if found else trace.story] += len(trace.posts)
    followed, own = [], []
    for i, (trace, found) in enumerate(zip(today, matched, strict=True)):
        origin, thread, history, told = trace.story, trace.story, none, none
        if found:
            origin, thread = found.origin, found.thread
            history, told = of_origin[origin], of_thread[thread]
        elif trace.story in broad:
            thread = events[broad[trace.story]]
        news, new_posts = _news(trace, told, fresh=found.fresh) if found else ([], [])
        if found and not new_posts:
            news, new_posts = _growth(trace, told, terms.get(trace.story, ()), before=history["post_count"])
        yesterday = history if last is None else history.filter(day=last)
        first_seen = history["first_seen"].min() or day
        peak, peak_day = _peak(history, volume[origin], day)
        followed.append(
            {
                "story": trace.story,
                "thread": thread,
                "origin": origin,
                "status": "update" if new_posts else "repeat" if found else "new",
                "before": int(yesterday["post_count"].sum()) if len(yesterday) else None,
                "first_seen": first_seen,
                "peak_count": peak,
                "peak_day": peak_day,
                "new_posts": new_posts,
                "news": news,
            }
        )
        own.append(
            {
                "thread": thread,
                "story": trace.story,
                "origin": origin,
                "day": day,
                "first_seen": first_seen,
                "post_count": len(trace.posts),
                "post_ids": list(trace.posts),
                "urls": _most(trace.links),
                "names": list(dict.fromkeys([*_most(trace.names), *sorted(trace.capitals)[:_CAPITALS_KEPT]])),
                "numbers": [*_most(trace.numbers), *filter(None, [trace.instalment])],
                "term_hashes": strongest[i][0].tolist(),
                "term_weights": strongest[i][1].tolist(),
                "terms": list(terms.get(trace.story, ())),
            }
        )
    rows = conform(pl.DataFrame(own, schema_overrides=dict(THREADS), infer_schema_length=None), THREADS)
    return pl.DataFrame(followed, schema=FOLLOWED), rows, events


def threads_of_events(
    today: Sequence[Trace], matched: Sequence[Match | None], broad: Mapping[str, str]
) -> dict[str, str]:
    """The thread of each broad event of today: that which most posts of its stories go on, else a new one.

    A thread keeps its name and its stories: two that are told as two are never made one.
    """
    posts: dict[str, Counter[str]] = {event: Counter() for event in broad.values()}
    for trace, found in zip(today, matched, strict=True):
        if found and trace.story in broad:
            posts[broad[trace.story]][found.thread] += len(trace.posts)
    return {
        event: min(held, key=lambda thread: (-held[thread], thread)) if held else event
        for event, held in posts.items()
    }


def _peak(history: pl.DataFrame, today: int, day: date) -> tuple[int, date]:
    """Most posts that a thread had on a day, and the first such day."""
    days: Counter[date] = Counter({day: today})
    for then, posts in history.select("day", "post_count").iter_rows():
        days[then] += posts
    peak_day = min(days, key=lambda one: (-days[one], one))
    return days[peak_day], peak_day


def _note(marks: dict[str, tuple[str, tuple[str, ...]]], key: str, written: str, post: str) -> None:
    shown, posts = marks.get(key, (written, ()))
    if post not in posts:
        marks[key] = (shown, (*posts, post))


def _most(marks: dict[str, tuple[str, tuple[str, ...]]]) -> list[str]:
    return sorted(marks, key=lambda key: (-len(marks[key][1]), key))[:_MARKS_KEPT]


def _strongest(
    centres: Any, row: int, hashes: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    """Hashes and weights of the heaviest terms, unit length."""
    start, end = centres.indptr[row], centres.indptr[row + 1]
    columns, weights = centres.indices[start:end], centres.data[start:end]
    order = np.lexsort((columns, -weights))[:TERMS_KEPT]
    length = float(np.sqrt((weights[order].astype(np.float64) ** 2).sum())) or 1.0
    return hashes[columns[order]], (weights[order] / length).astype(np.float32)


def _unheard(name: str, known: Collection[str]) -> bool:
    """Whether ``name`` holds a word that no earlier name held: "Gemini" is no news after "Gemini 3"."""
    return any(
        part not in known
        and part not in STOP_WORDS
        and part not in COMMON_WORDS
        and not _NO_NAME.fullmatch(part)
        for part in name.split(" ")
        if part
    )


def _growth(
    trace: Trace, told: pl.DataFrame, words: Sequence[str], *, before: pl.Series
) -> tuple[list[str], list[str]]:
    """What a story of many new posts is about that its thread was not, though no name or number is new:
    it has grown, as from a leak of two posts to the release itself, or turned to something else.

    Args:
        trace: Of the story.
        told: THREADS rows of its thread.
        words: That mark the story, strongest first.
        before: Posts of the story on each earlier day.
    """
    old_posts = set(told["post_ids"].explode().drop_nulls())
    fresh = [post for post in trace.posts if post not in old_posts]
    if len(fresh) < _GROWN_POSTS:
        return [], []
    known = {word.casefold() for word in told["terms"].explode().drop_nulls()}
    new = [word for word in words if word.casefold() not in known]
    grown = len(fresh) >= _GROWN * max(before, default=0)
    return (new[:_GROWTH_WORDS], fresh) if len(new) >= (1 if grown else _TURNED_WORDS) else ([], [])


def _news(trace: Trace, history: pl.DataFrame, *, fresh: float) -> tuple[list[str], list[str]]:
    """What new posts say that the thread had not, most said first; and those posts, earliest first.

    Args:
        trace: Of the story.
        history: THREADS rows of its thread.
        fresh: See ``earlier.Match``.
    """
    old_posts = set(history["post_ids"].explode().drop_nulls())
    least = 2 if len(trace.posts) >= _LARGE else 1
    news: list[tuple[int, int, str]] = []
    bringing: set[str] = set()
    kinds = ((trace.names, "names"), (trace.numbers, "numbers"), (trace.links, "urls"))
    for place, (marks, column) in enumerate(kinds):
        if column == "urls" and not news and fresh < _FRESH:
            continue
        known = set(history[column].explode().drop_nulls())
        if column == "names":
            known |= {part for name in known for part in name.split(" ")}
        for key, (written, posts) in marks.items():
            by = [post for post in posts if post not in old_posts]
            unheard = _unheard(key, known) if column == "names" else key not in known
            if unheard and len(by) >= least:
                news.append((-len(by), place, written))
                bringing.update(by)
    return [written for _, _, written in sorted(news)[:_MOST_NEWS]], [p for p in trace.posts if p in bringing]
