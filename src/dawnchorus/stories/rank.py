"""What matters: voices, not posts; and of posts on their own, those that report something.

What counts, and about how much, is from a logistic regression without negative weights over half of the days
of ``ai_tweets_2024``, checked on the other half (``evals/rank.py``). Engagement, networks and languages, of
which that set knows nothing, were set by reading other days; voices were raised until noise could not buy a
place.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dawnchorus.newsworth import news_value
from dawnchorus.stories.voices import heard, with_voices
from dawnchorus.tables import STORIES

_VOICES = 2.0  # a doubling of independent voices; recall is the same from 1 to 2, what noise can buy is not
# Attention is cheap to make: all of it together is worth half of what the voices are.
_MOST_ATTENTION = 0.5
_COPIES = 0.15  # a doubling of posts beyond the voices: copies, reposts, further posts of one author
_MOST_COPIES = 0.3
_SPOKEN = 0.35  # a doubling of others who speak of an author, today and in earlier stories
_MOST_SPOKEN = 0.9
_ENGAGEMENT = 0.3  # a doubling of what is usual, the first three
_FURTHER = 0.1  # the next three
_UNKNOWN_AUTHOR = 2.0  # doublings that count where what is usual is known of the source alone
# Independent ways to a story: no more than there are voices of its own.
_DOMAINS = 0.4  # a doubling of sites linked to
_NETWORKS = 0.7  # each network beyond the first, up to three
_LANGUAGES = 0.5  # each language beyond the first, up to three
# How it is told.
_FORM = 0.8  # the form of a report with names, figures and a link, against one that says nothing
_TALK = 2.0  # the form of talk or spam, lost: what would be buried by one heeded joke must stay above it
_LENGTH = 0.25  # a doubling against its network's usual, from a quarter to half as much again
# When.
_NEW = 0.1  # something in it is new; what comes back without news is not printed anyway
_GROWTH = 0.2  # a doubling against the edition before, from -2 to 3
_LATE = 0.4  # the usual spread of an edition's posts before most of them, up to two
_KNOWN_POSTS = 3  # of an author, from which we know what is usual for them
_KNOWN_NETWORK = 8  # posts of a source, likewise
_FENCE = 1.5  # spreads (between quartiles) that a post may be early, after Tukey
_SPREAD_SECONDS = 6 * 3600.0  # least spread
_LEAST_ALONE = 1.2  # of a post on its own: a plain new voice has 2.25, and loses the form of talk

RANKED = pl.Schema({name: STORIES[name] for name in ("story", "score", "reasons")})


def network(source: pl.Expr) -> pl.Expr:
    """The network of a source: "reddit" of "reddit:localllama"."""
    return source.str.split(":").list.first()


def with_measures(posts: pl.DataFrame) -> pl.DataFrame:
    """What one post says for its story, measured against all posts of the edition.

    Adds what ``with_voices`` adds, and ``lift``: doublings of its engagement
    above what is usual, null if its counts are unknown; ``form``: the news its
    form promises, -1 to 1; ``length``: doublings of its network's usual; and
    ``late``: how far it lies before the bulk of posts, 0 to 2.

    Args:
        posts: Originals with ``story``, ``network``, ``likeness``, ``own_words``.
    """
    # Three bytes a Chinese character, and it says as much as three Latin letters.
    size = pl.col("clean_text").fill_null("").str.len_bytes().clip(8).cast(pl.Float64).log(2)
    usual = size.median().over("network")
    # Where a source has too few posts to know what is usual, as usual.
    known = pl.len().over("network") >= _KNOWN_NETWORK
    moment = pl.coalesce("created_at", pl.col("day").cast(pl.Datetime("ms", "UTC"))).dt.epoch("ms") / 1000
    spread = (moment.quantile(0.75) - moment.quantile(0.25)).clip(_SPREAD_SECONDS)
    early = (moment.quantile(0.25) - moment) / spread - _FENCE
    return with_voices(_with_lift(posts)).with_columns(
        form=news_value(posts),
        length=pl.when(known).then((size - usual).clip(-2, 0.5)).otherwise(0.0),
        late=early.clip(0, 2).fill_null(0.0),
    )


def _with_lift(posts: pl.DataFrame) -> pl.DataFrame:
    """Usual is the median of the author's posts at hand, of the source's where the author has too few; a
    list's ``rank`` stands in where a source gives no counts."""
    likes = pl.col("like_count").cast(pl.Float64).clip(0)
    shares = pl.sum_horizontal("repost_count", "quote_count").cast(pl.Float64).clip(0)
    known = pl.col("like_count").is_not_null() | pl.col("repost_count").is_not_null()
    level = pl.when(known).then((likes.fill_null(0) + 2 * shares.fill_null(0) + 1).log(2))
    measured = posts.with_columns(level=level, place=-_place().clip(1).log(2))
    # A source speaks in counts or in ranks; either is compared with its like only.
    for column in ("level", "place"):
        value = pl.col(column)
        own = (value.count().over("author") >= _KNOWN_POSTS) & pl.col("author").is_not_null()
        near = pl.when(value.count().over("source") >= _KNOWN_NETWORK)
        wide = pl.when(value.count().over("network") >= _KNOWN_NETWORK)
        others = pl.coalesce(
            near.then(value.median().over("source")), wide.then(value.median().over("network"))
        )
        # One who is always heeded would be far above what is usual for others, whatever they say.
        most = np.inf if column == "place" else _UNKNOWN_AUTHOR
        lift = (
            pl.when(own)
            .then(value - value.median().over("author", "network"))
            .otherwise((value - others).clip(upper_bound=most))
        )
        measured = measured.with_columns(lift.alias(column))
    return measured.with_columns(lift=pl.coalesce("level", "place")).drop("level", "place")


def _place() -> pl.Expr:
    return pl.col("extra").str.extract(r'"(?:band_)?rank":\s*(\d{1,4})\b').cast(pl.Float64)


def rank_stories(
    stories: pl.DataFrame,
    originals: pl.DataFrame,
    *,
    standing: pl.DataFrame | None = None,
    reasons: bool = True,
) -> pl.DataFrame:
    """Score stories and say why; RANKED, in the order given. The score is the sum of its reasons' weights.

    Args:
        stories: ``story``, the counts of STORIES, ``status``, ``before``.
        originals: Their posts, as ``with_measures`` gives them.
        standing: As ``voices.standing`` gives it.
        reasons: Whether they are wanted; else null.
    """
    parts = _parts()
    weighed = (
        stories.select("story", "status", "before", "post_count", "original_count", "voice_count",
                       "domain_count", "network_count", "language_count")
        .join(_told(originals, standing), on="story", how="left", maintain_order="left")
        .with_columns(
            voices=_VOICES * (pl.col("heard") + 1).log(2), several=pl.max_horizontal("persons", 1)
        )
        .with_columns(
            room=pl.min_horizontal(1.0, _MOST_ATTENTION * pl.col("voices") / _attention()).fill_nan(1.0)
        )
        .select(
            "story",
            *(value.cast(pl.Float64).alias(f"{name}_value") for name, (value, _) in parts.items()),
            *(weight.cast(pl.Float64).round(6).alias(name) for name, (_, weight) in parts.items()),
        )
    )  # fmt: skip
    scored = weighed.with_columns(score=pl.sum_horizontal(*parts).round(6))
    if not reasons:
        return scored.select("story", "score", reasons=pl.lit(None, RANKED["reasons"]))
    long = pl.concat(
        scored.select("story", measure=pl.lit(name), value=f"{name}_value", weight=name) for name in parts
    )
    shown = long.filter(pl.col("weight").fill_null(0) != 0)
    shown = shown.sort("weight", "measure", descending=[True, False])
    said = shown.group_by("story", maintain_order=True).agg(reasons=pl.struct("measure", "value", "weight"))
    ranked = scored.select("story", "score").join(said, on="story", how="left", maintain_order="left")
    return ranked.with_columns(pl.col("reasons").fill_null([])).select(RANKED.names())


def _told(originals: pl.DataFrame, standing: pl.DataFrame | None) -> pl.DataFrame:
    """What the posts of each story say together."""
    spoken = pl.col("spoken")
    if standing is not None and len(standing):
        originals = originals.join(standing, on="voice", how="left", maintain_order="left")
        spoken = spoken + pl.col("known").fill_null(0)
    return originals.group_by("story").agg(
        lift=pl.col("lift").max(),
        # Its best post tells it, but one report among much talk does not make the talk news.
        form=(pl.col("form").max() + pl.col("form").median()) / 2,
        length=pl.col("length").max(),
        late=pl.col("late").min(),
        spoken=spoken.max(),
        likes=pl.col("like_count").max(),
        place=_place().min(),
        persons=pl.col("voice").n_unique(),
    ).join(heard(originals), on="story")  # fmt: skip


def _copies() -> pl.Expr:
    more = (pl.col("post_count") - pl.col("several") + 1).clip(1).log(2)
    return (_COPIES * more).clip(0, _MOST_COPIES)


def _lift() -> pl.Expr:
    lift = pl.col("lift").clip(0, 6)
    return (_ENGAGEMENT * lift.clip(0, 3) + _FURTHER * (lift - 3).clip(0)).fill_null(0.0)


def _spoken() -> pl.Expr:
    return (_SPOKEN * (pl.col("spoken") + 1).log(2)).clip(0, _MOST_SPOKEN)


def _attention() -> pl.Expr:
    return _copies() + _lift() + _spoken()


def _beyond(count: str) -> pl.Expr:
    return (pl.min_horizontal(count, "ways") - 1).clip(0, 3)


def _parts() -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """Of each measure the value that is shown, and its weight."""
    ratio, form = pl.col("post_count") / pl.col("before"), pl.col("form")
    named, room = pl.col("voice_count") > 0, pl.col("room")
    voices, copies = pl.col("voices"), _copies() * room
    return {
        "voices": (pl.col("voice_count"), pl.when(named).then(voices).otherwise(0.0)),
        "posts": (pl.col("post_count"), copies + pl.when(named).then(0.0).otherwise(voices)),
        "spoken": (pl.col("spoken"), _spoken() * room),
        "likes": (pl.col("likes"), pl.when(pl.col("likes").is_not_null()).then(_lift() * room)),
        "rank": (pl.col("place"), pl.when(pl.col("likes").is_null()).then(_lift() * room)),
        "domains": (
            pl.col("domain_count"), _DOMAINS * pl.min_horizontal("domain_count", "ways").clip(1).log(2)
        ),
        "networks": (pl.col("network_count"), _NETWORKS * _beyond("network_count")),
        "languages": (pl.col("language_count"), _LANGUAGES * _beyond("language_count")),
        "form": (form, pl.when(form > 0).then(_FORM * form).otherwise(_TALK * form)),
        "length": (2 ** pl.col("length"), _LENGTH * pl.col("length")),
        "late": (pl.col("late"), -_LATE * pl.col("late")),
        "ratio": (ratio, _GROWTH * ratio.log(2).clip(-2, 3)),
        "new": (pl.lit(1), pl.when(pl.col("status") != "repeat").then(_NEW).otherwise(0.0)),
    }  # fmt: skip


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
