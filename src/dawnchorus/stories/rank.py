"""What matters: voices, not posts; and of posts on their own, those that report something."""

from __future__ import annotations

import numpy as np
import polars as pl

from dawnchorus.newsworth import news_value
from dawnchorus.tables import STORIES

# Weights of a story's measures in its score. They follow one idea: doubling the independent voices of a
# story is worth one; every other sign is worth less than one doubling, so that none can be bought alone.
_VOICES = 1.0  # a doubling of voices
_COPIES = 0.1  # a doubling of copies and reposts; cheap to make, so up to _MOST_COPIES
_MOST_COPIES = 0.4
_DOMAINS = 0.4  # a doubling of sites linked to
_NETWORKS = 0.7  # each network beyond the first, up to three
_LANGUAGES = 0.5  # each language beyond the first, up to three
_ENGAGEMENT = 0.3  # a doubling of what is usual, up to _MOST_DOUBLINGS
_MOST_DOUBLINGS = 6.0
_GROWTH = 0.4  # a doubling against the edition before, from -2 to 3
_NEW = 0.5  # a story not seen before
_FORM = 0.8  # the form of a report with names, figures and a link, against one that says nothing
_TALK = 2.0  # the form of talk or spam, lost: what would be buried by one heeded joke must stay above it
_NAMELESS = 0.7  # a post without author, against one with
_ECHO = 0.1  # least worth of a voice that says what was said before
_LEAST_ALONE = 1.0  # of a post on its own: one plain voice, new, whose form speaks neither for nor against it
_KNOWN_POSTS = 3  # of an author, from which we know what is usual for them
_KNOWN_NETWORK = 8  # posts of a source, likewise

RANKED = pl.Schema({name: STORIES[name] for name in ("story", "score", "reasons")})


def network(source: pl.Expr) -> pl.Expr:
    """The network of a source: "reddit" of "reddit:localllama"."""
    return source.str.split(":").list.first()


def with_engagement(posts: pl.DataFrame) -> pl.DataFrame:
    """Add ``lift``: doublings of a post's engagement above what is usual; null if its counts are unknown.
    And ``form``: the news its form promises, -1 to 1.

    Usual is the median of the author's posts at hand, of the source's where
    the author has too few; a list's ``rank`` stands in where a source gives
    no counts.
    """
    likes = pl.col("like_count").cast(pl.Float64).clip(0)
    shares = pl.sum_horizontal("repost_count", "quote_count").cast(pl.Float64).clip(0)
    known = pl.col("like_count").is_not_null() | pl.col("repost_count").is_not_null()
    place = pl.col("extra").str.extract(r'"(?:band_)?rank":\s*(\d{1,4})\b').cast(pl.Float64)
    level = pl.when(known).then((likes.fill_null(0) + 2 * shares.fill_null(0) + 1).log(2))
    measured = posts.with_columns(level=level, place=-place.clip(1).log(2), form=news_value(posts))
    # A source speaks in counts or in ranks; either is compared with its like only.
    for column in ("level", "place"):
        value = pl.col(column)
        own = pl.when((value.count().over("author") >= _KNOWN_POSTS) & pl.col("author").is_not_null())
        near = pl.when(value.count().over("source") >= _KNOWN_NETWORK)
        wide = pl.when(value.count().over("network") >= _KNOWN_NETWORK)
        usual = pl.coalesce(
            own.then(value.median().over("author", "network")),
            near.then(value.median().over("source")),
            wide.then(value.median().over("network")),
        )
        measured = measured.with_columns((value - usual).alias(column))
    return measured.with_columns(lift=pl.coalesce("level", "place")).drop("level", "place")


def rank_stories(stories: pl.DataFrame, originals: pl.DataFrame) -> pl.DataFrame:
    """Score stories and say why; RANKED.

    Args:
        stories: ``story``, the counts of STORIES, ``status``, ``before``.
        originals: Posts with ``story``, ``author``, ``network``, ``likeness``
            (largest cosine to an earlier post of the story), ``lift`` and ``form``.
    """
    voices = _voices(originals)
    best = originals.group_by("story").agg(
        lift=pl.col("lift").max(),
        # Its best post tells it, but one report among much talk does not make the talk news.
        form=(pl.col("form").max() + pl.col("form").median()) / 2,
        likes=pl.col("like_count").max(),
        rank=pl.col("extra").str.extract(r'"(?:band_)?rank":\s*(\d{1,4})\b').cast(pl.Float64).min(),
    )
    table = stories.join(voices, on="story", how="left", maintain_order="left").join(
        best, on="story", how="left", maintain_order="left"
    )
    heard = _VOICES * (pl.col("heard") + 1).log(2)
    named = pl.col("voice_count") > 0
    parts = {
        # measure: (value shown, weight)
        "voices": (pl.col("voice_count"), pl.when(named).then(heard).otherwise(0.0)),
        "posts": (
            pl.col("post_count"),
            (_COPIES * (pl.col("post_count") - pl.col("original_count") + 1).log(2)).clip(0, _MOST_COPIES)
            + pl.when(named).then(0.0).otherwise(heard),
        ),
        "domains": (pl.col("domain_count"), _DOMAINS * (pl.col("domain_count") + 1).log(2)),
        "networks": (pl.col("network_count"), _NETWORKS * (pl.col("network_count") - 1).clip(0, 3)),
        "languages": (pl.col("language_count"), _LANGUAGES * (pl.col("language_count") - 1).clip(0, 3)),
        "likes": (pl.col("likes"), pl.when(pl.col("likes").is_not_null()).then(_lift())),
        "rank": (pl.col("rank"), pl.when(pl.col("likes").is_null()).then(_lift())),
        "form": (pl.col("form"), _form()),
        "ratio": (
            pl.col("post_count") / pl.col("before"),
            _GROWTH * (pl.col("post_count") / pl.col("before")).log(2).clip(-2, 3),
        ),
    }
    columns = []
    for measure, (value, weight) in parts.items():
        columns += [
            value.cast(pl.Float64).alias(f"{measure}_value"),
            weight.cast(pl.Float64).alias(f"{measure}_weight"),
        ]
    weighed = table.select("story", "status", *columns)
    rows = []
    for row in weighed.iter_rows(named=True):
        reasons = [
            {
                "measure": measure,
                "value": row[f"{measure}_value"],
                "weight": round(row[f"{measure}_weight"], 6),
            }
            for measure in parts
            if row[f"{measure}_value"] is not None and row[f"{measure}_weight"] is not None
        ]
        score = sum(reason["weight"] for reason in reasons) + (_NEW if row["status"] == "new" else 0.0)
        shown = [
            reason
            for reason in reasons
            if reason["weight"] != 0 and (reason["value"] > 0 or reason["measure"] == "form")
        ]
        shown.sort(key=lambda reason: (-reason["weight"], reason["measure"]))
        rows.append({"story": row["story"], "score": round(score, 6), "reasons": shown})
    return pl.DataFrame(rows, schema=RANKED)


def _lift() -> pl.Expr:
    return _ENGAGEMENT * pl.col("lift").clip(0, _MOST_DOUBLINGS)


def _form() -> pl.Expr:
    return pl.when(pl.col("form") > 0).then(_FORM * pl.col("form")).otherwise(_TALK * pl.col("form"))


def _voices(originals: pl.DataFrame) -> pl.DataFrame:
    """``heard``: what the distinct voices of a story are worth.

    A voice counts by its freshest post: one that repeats earlier words counts
    little, whoever it comes from. Posts without author count by source and site.
    """
    fresh = (4 * (1 - pl.col("likeness"))).clip(_ECHO, 1.0)
    nameless = pl.col("author").is_null()
    site = pl.concat_str(
        pl.col("source"), pl.lit("\n"), pl.col("domains").list.first().fill_null(pl.col("id"))
    )
    return (
        originals.select(
            "story",
            voice=pl.when(nameless)
            .then(pl.concat_str(pl.lit("\n"), site))
            .otherwise(pl.concat_str("network", pl.lit(":"), "author")),
            worth=fresh * pl.when(nameless).then(_NAMELESS).otherwise(1.0),
        )
        .group_by("story", "voice")
        .agg(pl.col("worth").max())
        .sort("story", "voice")
        .group_by("story", maintain_order=True)
        .agg(heard=pl.col("worth").sum())
    )


def worth_alone(scores: pl.Series, groups: pl.Series, *, least: int, most: int) -> pl.Series:
    """Which stories are listed: all of several posts, and of single posts those that weigh as much.

    A single post below ``_LEAST_ALONE`` is no story on any day: nothing is padded to a count.

    Args:
        scores: Of all stories, best first.
        groups: Whether each is of several posts.
        least: Stories to reach with single posts on a day of few groups.
        most: Single posts beyond those.
    """
    several = scores.filter(groups)
    bar = several.median() if len(several) else np.inf
    place = (~groups).cum_sum()
    wanted = (place <= max(least - len(several), 0)) | ((scores >= bar) & (place <= most))
    return groups | (wanted & (scores >= _LEAST_ALONE))
