"""The named sets of posts that a report counts over, see :class:`dawnchorus.model.Fact`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from dawnchorus.model import Story, Window
from dawnchorus.posts.window import is_late
from dawnchorus.query import Query
from dawnchorus.report.cues import OPINION

_TOP_DOMAINS = 12
_MOST_SETS = 8

Sets = dict[str, tuple[str, ...]]


def named_sets(
    kept: pl.DataFrame,
    *,
    stories: Sequence[Story],
    themes: Mapping[str, Query],
    finance: Query,
    mentions: pl.DataFrame,
    window: Window,
) -> Sets:
    """Cut the kept posts into all sets that sentences of this edition may count.

    Args:
        kept: tables.KEPT.
        stories: Stories of the edition.
        themes: Query of each sub-theme by its id.
        finance: Query of the section on money.
        mentions: Stocks and coins: rows (id, symbol, market), in the order of ``kept``.
        window: For hours of the day; posts from before it are late.

    Returns:
        Post ids by set name, each in the order of ``kept``. Sets that sections ask for are there
        even if they are empty.
    """
    ids = kept["id"]
    sets: Sets = {"kept": tuple(ids)}
    threads: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        sets[f"story:{story.id}"] = story.posts
        threads[f"thread:{story.thread}"].append(story)
        threads[f"since:{story.origin or story.id}"].append(story)
        sets[f"new:{story.id}"] = story.new_posts
    for name, held in threads.items():
        sets[name] = held[0].posts if len(held) == 1 else _union(ids, held)
    sets["in-stories"] = _union(ids, (story for story in stories if len(story.posts) > 1))
    sets["fresh"] = _union(ids, (story for story in stories if story.status != "repeat"))
    for name, status in (("new-stories", "new"), ("update-stories", "update"), ("repeats", "repeat")):
        sets[name] = _union(ids, (story for story in stories if story.status == status))
    of_themes = {theme: query.matches(kept) for theme, query in themes.items()}
    sets |= {f"theme:{theme}": tuple(ids.filter(matches)) for theme, matches in of_themes.items()}
    sets["themes"] = tuple(ids.filter(sum(of_themes.values(), pl.repeat(0, len(ids), eager=True)) > 0))
    sets["finance"] = tuple(ids.filter(finance.matches(kept)))
    symbols = mentions.group_by("symbol").agg("id").sort("symbol")
    sets |= {f"ticker:{symbol}": tuple(posts) for symbol, posts in symbols.iter_rows()}
    sets["markets"] = _among(ids, mentions["id"])
    sets["market-talk"] = _among(ids, mentions.filter(pl.col("market"))["id"])
    sets["prices"] = ()  # no price source: the report says so, and this is what it stands on
    sets["nothing"] = ()
    sets["opinions"] = _opinions(kept)
    timely = kept.filter(~is_late(window))
    if timely.height < kept.height:
        # Hours of a window are told of its own posts; late ones are of the day before.
        sets["timely"], sets["late"] = tuple(timely["id"]), tuple(kept.filter(is_late(window))["id"])
    sets["peak-hour"] = _peak_hour(timely, window)
    sets |= _by_value(kept, "language", pl.col("language"), _MOST_SETS)
    sets |= _by_value(kept, "network", pl.col("source").str.split(":").list.first(), _MOST_SETS)
    sets |= _by_value(kept, "domain", pl.col("domains").list.unique(maintain_order=True), _TOP_DOMAINS)
    return sets


def _among(ids: pl.Series, held: pl.Series) -> tuple[str, ...]:
    return tuple(ids.filter(ids.is_in(held.implode())))


def _union(ids: pl.Series, stories: Iterable[Story]) -> tuple[str, ...]:
    return _among(ids, pl.Series([post for story in stories for post in story.posts], dtype=pl.String))


def _opinions(kept: pl.DataFrame) -> tuple[str, ...]:
    # Without its word boundaries the pattern finds all posts that may have one, in a tenth of the time.
    near = pl.col("clean_text").str.contains("(?i)" + OPINION.pattern.replace(r"\b", ""))
    named = kept.filter(pl.col("author").is_not_null(), pl.col("duplicate_of").is_null(), near)
    return tuple(post for post, text in named.select("id", "clean_text").iter_rows() if OPINION.search(text))


def _peak_hour(kept: pl.DataFrame, window: Window) -> tuple[str, ...]:
    timed = kept.filter(pl.col("created_at").is_not_null()).select(
        "id", hour=pl.col("created_at").dt.convert_time_zone(window.tz).dt.hour()
    )
    if timed.is_empty():
        return ()
    counts = timed.group_by("hour").len().sort(["len", "hour"], descending=[True, False])
    return tuple(timed.filter(pl.col("hour") == counts["hour"][0])["id"])


def _by_value(kept: pl.DataFrame, name: str, value: pl.Expr, most: int) -> Sets:
    pairs = kept.select("id", value=value)
    if isinstance(pairs.schema["value"], pl.List):
        pairs = pairs.explode("value")
    grouped = pairs.drop_nulls("value").group_by("value", maintain_order=True).agg("id", posts=pl.len())
    top = grouped.sort(["posts", "value"], descending=[True, False]).head(most)
    return {f"{name}:{row['value']}": tuple(row["id"]) for row in top.iter_rows(named=True)}
