"""Who speaks: voices told from echoes, copies and crowds that pass on one site."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dawnchorus.tables import THREADS, conform

# Words that a third of a story's posts hold are its common words. Of posts that people write about one event
# less than 0.4 of the words are common (upper quartile of stories of 20 posts and more in PHEME, CrisisLexT26
# and a week of AI news); of a template filled 500 times, four words in seventeen changed, 0.64.
_COMMON, _COMMON_POSTS = 1 / 3, 3
_OWN_WORDS, _NO_OWN_WORDS = 0.3, 0.55
# Of two or three posts on one event nearly all words may be common; what is left to tell copies by is their
# cosine. Those of one text with small changes were folded before.
_NEW_WORDING, _OLD_WORDING = 0.85, 0.97
_NAMELESS = 0.7  # a post without author, against one with
_PICKED_UP = 0.3  # least worth of a feed or list: titles are the same everywhere, but somebody chose them
_OTHERS = 2  # who link to a site beside a story, from which it is known
_OWN = 0.5  # of a post that speaks of an account, to count
_MOST_ADDRESSED = 5  # accounts that one post can speak of

# A link to a post quotes its author; it does not make the network the source of what is said.
_NETWORKS = frozenset(
    {
        "x.com", "twitter.com", "bsky.app", "reddit.com", "redd.it", "threads.net", "threads.com",
        "mastodon.social", "weibo.com", "weibo.cn", "t.me", "facebook.com", "instagram.com", "linkedin.com",
        "tiktok.com", "news.ycombinator.com", "lobste.rs",
    }
)  # fmt: skip


def own_words(matrix: Any, groups: NDArray[np.int32]) -> NDArray[np.float64]:
    """How much each post says in words of its own: 0 if filled into a template, 1 for what people write.

    Args:
        matrix: (posts, terms) CSR; weights are not read.
        groups: (posts,) numbered from 0.
    """
    lengths = np.diff(matrix.indptr)
    size = np.bincount(groups, minlength=1)
    rows = np.repeat(np.arange(len(groups)), lengths)
    here = size[groups[rows]] > _COMMON_POSTS
    rows, terms = rows[here], matrix.indices[here]
    key = groups[rows].astype(np.int64) * matrix.shape[1] + terms
    _, place, count = np.unique(key, return_inverse=True, return_counts=True)
    held = count[place]
    common = (held >= _COMMON_POSTS) & (held >= _COMMON * size[groups[rows]])
    share = np.bincount(rows, common, len(groups)) / np.maximum(lengths, 1)
    own: NDArray[np.float64] = np.clip((_NO_OWN_WORDS - share) / (_NO_OWN_WORDS - _OWN_WORDS), 0.0, 1.0)
    return own


def with_voices(posts: pl.DataFrame) -> pl.DataFrame:
    """Add who speaks in each original, and how much of it is theirs.

    ``voice``: the same over networks; a feed's or list's is the site that it
    points to. ``own``: 0 for what others of the story said before, 1 for own
    words. ``crowd``: the site whose link the voice passes on, if nobody beside
    the story knows it, else null. ``spoken``: others who speak of the author:
    mention or quote them in own words, answers aside.

    Args:
        posts: Originals with ``story``, ``network``, ``likeness`` (largest
            cosine to an earlier post of the story) and ``own_words``.
    """
    nameless = pl.col("author").is_null()
    site = pl.col("domains").list.first()
    site = pl.when(~site.is_in(sorted(_NETWORKS))).then(site)
    told = pl.concat_str(pl.col("source"), pl.lit("\n"), site.fill_null(pl.col("id")))
    wording = ((_OLD_WORDING - pl.col("likeness")) / (_OLD_WORDING - _NEW_WORDING)).clip(0, 1)
    own = pl.min_horizontal(wording, "own_words")
    marked = posts.with_columns(
        voice=pl.when(nameless).then("\n" + told).otherwise(handle(pl.col("author"))),
        own=pl.when(nameless).then(_NAMELESS * own.clip(_PICKED_UP)).otherwise(own),
        crowd=site,
    )
    return _spoken(_crowds(marked))


def handle(author: pl.Expr) -> pl.Expr:
    """An account's name without the part that only says where it is: "ada" of "Ada@example.social"."""
    return (
        author.str.to_lowercase()
        .str.strip_prefix("@")
        .str.replace(r"^([^@]+)@.+$", "$1")
        .str.replace(r"\.bsky\.social$", "")
    )


def heard(posts: pl.DataFrame) -> pl.DataFrame:
    """What the voices of each ``story`` are worth together.

    ``heard``: at least one voice's; each counts by the post that is most its
    own, and those that pass on one site which nobody else knows count like a
    few. ``ways``: voices that bring something of their own; feeds and lists do
    by choosing.

    Args:
        posts: As ``with_voices`` gives them.
    """
    worth, named = pl.col("worth"), pl.col("named")
    return (
        posts.group_by("story", "voice")
        .agg(
            worth=pl.col("own").max(),
            crowd=pl.col("crowd").min(),
            named=pl.col("author").is_not_null().any(),
        )
        .with_columns(
            crowd=pl.coalesce("crowd", pl.concat_str(pl.lit("\n"), "voice")),
            ways=pl.when(named).then(worth).otherwise(1.0),
        )
        .sort("story", "crowd", "voice")
        .group_by("story", "crowd", maintain_order=True)
        .agg(worth.sum(), pl.col("ways").sum(), named.any())
        .with_columns(worth=pl.when(worth > 1).then(1 + worth.log(2) / 3).otherwise(worth))
        .group_by("story", maintain_order=True)
        .agg(
            heard=pl.max_horizontal(worth.sum(), pl.when(named.any()).then(1.0).otherwise(_NAMELESS)),
            ways=pl.col("ways").sum(),
        )
    )


def spoken_of(posts: pl.DataFrame) -> pl.DataFrame:
    """``story`` and ``spoken_of``: accounts that others speak of in it, named as by ``handle``."""
    return _speaking(posts).group_by("story").agg(spoken_of=pl.col("named").unique().sort()).sort("story")


def standing(earlier: pl.DataFrame, *, day: date) -> pl.DataFrame:
    """``voice`` and ``known``: in how many threads of earlier editions others spoke of it.

    Only what came before counts: who makes accounts to be spoken of by them has
    to bring them into stories, day after day.
    """
    past = conform(earlier, THREADS).filter(pl.col("day") < day).select("thread", voice="spoken_of")
    spoken = past.explode("voice").drop_nulls().unique()
    return spoken.group_by("voice").agg(known=pl.len().cast(pl.Int64)).sort("voice")


def _speaking(posts: pl.DataFrame) -> pl.DataFrame:
    """``story``, ``voice`` and ``named``, an account that a post in own words mentions or quotes."""
    answer = pl.col("reply_to").is_not_null() | pl.col("clean_text").str.starts_with("@")
    few = pl.col("mentions").list.len().fill_null(0) <= _MOST_ADDRESSED
    return (
        posts.filter(~answer.fill_null(False) & few & (pl.col("own") >= _OWN))
        .select("story", "voice", named=pl.concat_list(pl.col("mentions").fill_null([]), "quoted_author"))
        .explode("named")
        .with_columns(named=handle(pl.col("named")))
        .filter(pl.col("named").is_not_null() & (pl.col("named") != pl.col("voice")))
    )


def _crowds(posts: pl.DataFrame) -> pl.DataFrame:
    linked = posts.filter(pl.col("crowd").is_not_null()).select("story", "voice", "crowd").unique()
    here = linked.group_by("story", "crowd").agg(inside=pl.len())
    everywhere = linked.group_by("crowd").agg(all=pl.col("voice").n_unique())
    unknown = here.join(everywhere, on="crowd").filter(pl.col("all") < pl.col("inside") + _OTHERS)
    return (
        posts.join(
            unknown.select("story", "crowd", unknown=True),
            on=["story", "crowd"],
            how="left",
            maintain_order="left",
        )
        .with_columns(crowd=pl.when("unknown").then("crowd"))
        .drop("unknown")
    )


def _spoken(posts: pl.DataFrame) -> pl.DataFrame:
    count = _speaking(posts).group_by(voice=pl.col("named")).agg(
        spoken=pl.col("voice").n_unique().cast(pl.Int64)
    )  # fmt: skip
    return posts.join(count, on="voice", how="left", maintain_order="left").with_columns(
        pl.col("spoken").fill_null(0)
    )
