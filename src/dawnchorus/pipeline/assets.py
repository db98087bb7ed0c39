"""The pictures of an edition, and the lists of posts that travel with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import polars as pl

from dawnchorus.model import Report
from dawnchorus.pipeline.hours import hours_of
from dawnchorus.posts.window import is_late
from dawnchorus.publish.charts import posts_per_hour, stories_over_time
from dawnchorus.publish.cloud import draw_cloud, drawable
from dawnchorus.publish.labels import labels

_LEAST_TIMED = 3  # fewer posts make no course to draw
_MOST_STORIES = 8


def pictures(report: Report, kept: pl.DataFrame, *, seed: int) -> dict[str, bytes]:
    """Word cloud and charts by file name; a picture without data is not drawn."""
    found: dict[str, bytes] = {}
    terms = [term for term in report.terms if drawable(term.text)]
    if terms:
        found[f"wordcloud_{report.slug}.jpg"] = draw_cloud(terms, seed=seed)
    label = labels(report.lang)
    if len(report.hourly) > 1:
        found["posts_per_hour.svg"] = posts_per_hour(
            report.hourly,
            lang=report.lang,
            title=label("hourly-title"),
            description=label("hourly-caption", zone=report.window.tz),
        )
    series = _story_series(report, kept)
    if series:
        found["stories_over_time.svg"] = stories_over_time(
            series,
            times=[hour for hour, _ in report.hourly],
            lang=report.lang,
            title=label("over-time-title"),
            description=label("over-time-caption", zone=report.window.tz),
        )
    return found


def _story_series(report: Report, kept: pl.DataFrame) -> list[tuple[str, list[int]]]:
    """Posts by hour of the largest stories that are printed, largest first."""
    hours = [hour for hour, _ in report.hourly]
    timed = kept.filter(pl.col("created_at").is_not_null() & ~is_late(report.window))
    hour_of = dict(zip(timed["id"], hours_of(timed["created_at"], report.window.tz), strict=True))
    found: list[tuple[str, list[int]]] = []
    for story in sorted(report.stories, key=lambda one: (-len(one.posts), one.id)):
        counts = Counter(hour_of[post] for post in story.posts if post in hour_of)
        if story.status != "repeat" and story.terms and counts.total() >= _LEAST_TIMED:
            found.append((" · ".join(story.terms[:3]), [counts.get(at, 0) for at in hours]))
    return found[:_MOST_STORIES] if len(hours) > 1 else []


def evidence_lines(report: Report) -> bytes:
    """``evidence.jsonl``: a line a cited post."""
    return _lines(
        {
            "number": post.number,
            "id": post.id,
            "url": post.url,
            "author": post.author,
            "source": post.source,
            "created_at": post.created_at or post.day,
            "text": post.text,
            "sha256": post.sha256,
            **({} if post.gone is None else {"gone": post.gone}),
        }
        for post in report.cited
    )


def dropped_lines(dropped: Sequence[pl.DataFrame]) -> bytes:
    """``dropped.jsonl``: a line a post or row not used, in a total order."""
    frame = pl.concat(dropped).sort("stage", "reason", "id", "detail", nulls_last=True)
    return _lines(frame.iter_rows(named=True))


def _lines(rows: object) -> bytes:
    encode = msgspec.json.Encoder().encode
    return b"".join(encode(row) + b"\n" for row in rows)  # type: ignore[attr-defined]
