"""Which posts pass on or copy another."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dawnchorus.posts.minhash import components, near_duplicates, sets_of, term_sets
from dawnchorus.tables import KEPT, conform

T = TypeVar("T")
TermSets = tuple[NDArray[np.int64], NDArray[np.uint32]]

# "gm", "lol", 转发微博: whoever writes so little need not have copied it. Distinct words, or pairs of
# characters in Chinese and Japanese.
_LEAST_EXACT = 4
_LEAST_NEAR = 6
# Set on bench/generate.py, see bench/duplicates.py. At .6 a comment may have two thirds of the words of
# what it quotes.
_ALIKE = 0.6
_SAME_ORIGIN = 0.35
_AT_ONCE = 65_536  # texts; their bytes stay small beside the posts
# ASCII, dashes, quotation marks, kana, Chinese characters: to look for others is six times as fast as NFKC.
_OWN_NFKC = (
    r"\x00-\x7f\u2013\u2014\u2018-\u201f\u3001-\u3003\u3008-\u3011\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff"
)
BEGINNING = 40  # characters by which a cut text is looked up

# "RT @x: …" of X, "comment//@x:…" of Weibo without a comment.
_PASSED_ON = (
    r"(?i)^\s*(?:rt\s+@\S+?[:：\s]"
    r"|(?:转发微博|轉發微博|转发|轉發|repost)?\s*[:：,，]?\s*//\s*@[^:：\s]+[:：])\s*"
)
# Links, also as posts.clean shows them, and handles.
_NOT_SAID = r"https?://\S+|[a-z0-9-]+\.[a-z0-9.-]+/\S*|@[\w.@-]+"


def find_duplicates(posts: pl.DataFrame) -> pl.DataFrame:
    """Point copies at the earliest post that says the same.

    A repost folds into its post, or into the earliest repost where the post itself is not there.
    Texts are copies if they are the same but for case, links and handles ("exact"), if one is the
    beginning of the other, cut by the platform, or if they share most of their words and no figure
    has been changed ("near"). Very short texts count as copies only of one author, or with one link.

    Args:
        posts: CLEANED and ``language``, ids distinct, in any order.

    Returns:
        KEPT in the order of ``posts``. ``duplicate_of`` never points to a copy.
    """
    numbered, (starts, terms) = in_order(posts, posts["id"])
    numbered = numbered.with_row_index("_n")
    edges = [reposts(numbered, numbered), equal_texts(numbered), cut_texts(numbered)]
    rows = near_rows(numbered)["_n"].to_numpy().astype(np.int64)
    edges.append(near_texts(rows, *sets_of(rows, starts, terms)))
    del terms
    pairs = np.concatenate(edges)
    roots = components(len(numbered), pairs[:, 0].copy(), pairs[:, 1].copy())
    found = numbered.select("_row", "_n", "id", "_said", "_passed_on", "repost_of", pl.Series("_root", roots))
    found = found.with_columns(
        pl.col("id").gather("_root").alias("_root_id"), pl.col("_said").gather("_root").alias("_root_said")
    )
    copy = pl.col("_root") != pl.col("_n")
    kind = (
        pl.when(pl.col("_passed_on") | pl.col("repost_of").is_not_null())
        .then(pl.lit("repost"))
        .when(pl.col("_said") == pl.col("_root_said"))
        .then(pl.lit("exact"))
        .otherwise(pl.lit("near"))
    )
    told = found.select(
        "_row", duplicate_of=pl.when(copy).then("_root_id"), duplicate_kind=pl.when(copy).then(kind)
    )
    told = told.sort("_row").drop("_row")
    return conform(posts.with_columns(told), KEPT)


def in_order(posts: pl.DataFrame, originals: pl.Series) -> tuple[pl.DataFrame, TermSets]:
    """What copies are found by, and the terms of each text, see ``minhash.term_sets``.

    By time and id, reposts of ``originals`` last: an origin comes before its copies.
    """
    has_original = pl.col("repost_of").is_in(originals.implode()) & (pl.col("repost_of") != pl.col("id"))
    at = pl.coalesce("created_at", pl.col("day").cast(pl.Datetime("ms")).dt.replace_time_zone("UTC"))
    found = (
        posts.with_row_index("_row")
        .select(
            *("_row", "id", "source", "author", "urls", "repost_of"),
            *pl.concat(_in_parts(_wording, posts["clean_text"])),
            has_original.fill_null(value=False).alias("_has_original"),
            at.alias("_at"),
        )
        .sort("_has_original", "_at", "id", nulls_last=True)
    )
    sets = text_sets(found["_said"])
    size = pl.Series("_size", np.diff(sets[0]))
    return found.with_columns(size, _same_text(size).alias("_key")), sets


def _wording(texts: pl.Series) -> pl.DataFrame:
    """What texts say (``_said``), whether they pass on another (``_passed_on``), and are cut (``_cut``)."""
    folded = _compatible(texts).str.to_lowercase().str.replace(_PASSED_ON, "")
    said = folded.str.replace_all(_NOT_SAID, " ").str.replace_all(r"\s{2,}|[^\S ]", " ")
    return pl.DataFrame(
        {
            "_said": said.str.strip_chars(" .。!"),
            "_passed_on": texts.str.contains(_PASSED_ON),
            "_cut": texts.str.contains(r"(?:…|\.\.\.)$"),
        }
    )


def _compatible(texts: pl.Series) -> pl.Series:
    """NFKC of ``texts``."""
    rows = texts.str.contains(f"[^{_OWN_NFKC}]").fill_null(value=False).arg_true()
    return texts.clone().scatter(rows, texts.gather(rows).str.normalize("NFKC"))


def _in_parts(work: Callable[[pl.Series], T], texts: pl.Series) -> list[T]:
    """Results of ``work`` for texts, some at a time, in order, by all processors."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        parts = (texts[first : first + _AT_ONCE] for first in range(0, max(len(texts), 1), _AT_ONCE))
        return list(pool.map(work, parts))


def text_sets(texts: pl.Series) -> TermSets:
    """Terms of texts, see ``minhash.term_sets``."""

    def part(some: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        encoded = some.cast(pl.Binary)
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(encoded.bin.size().to_numpy(), out=offsets[1:])
        return term_sets(np.frombuffer(b"".join(encoded.to_list()), np.uint8), offsets)

    parts = _in_parts(part, texts)
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.concatenate([np.diff(begins) for begins, _ in parts]), out=starts[1:])
    return starts, np.concatenate([terms for _, terms in parts])


def _same_text(size: pl.Series) -> pl.Expr:
    """What equal texts have in common; of short ones also their link or author, else nothing."""
    same = pl.coalesce(pl.col("urls").list.first(), pl.col("source") + ":" + pl.col("author"))
    return pl.when(pl.lit(size) >= _LEAST_EXACT).then("_said").otherwise(pl.col("_said") + "\0" + same)


def _pairs(found: pl.DataFrame) -> NDArray[np.int64]:
    return found.select(pl.all().cast(pl.Int64)).to_numpy().reshape(-1, 2)


def reposts(posts: pl.DataFrame, originals: pl.DataFrame) -> NDArray[np.int64]:
    """Reposts, each with its post or with the earliest repost of it (``_n``, that which it copies)."""
    found = posts.filter(pl.col("repost_of").is_not_null()).select("_n", "repost_of")
    originals = originals.select(pl.col("id").alias("repost_of"), pl.col("_n").alias("_of"))
    of = found.join(originals, on="repost_of", how="left")
    return _pairs(of.select("_n", pl.coalesce("_of", pl.col("_n").min().over("repost_of"))))


def equal_texts(posts: pl.DataFrame) -> NDArray[np.int64]:
    """Texts, each with the earliest that is equal."""
    equal = posts.filter(pl.col("_key").is_not_null())
    return _pairs(equal.select("_n", pl.col("_n").min().over("_key").alias("_of")))


def cut_texts(posts: pl.DataFrame) -> NDArray[np.int64]:
    """Texts that the platform has cut, each with the earliest that goes on where it ends."""
    begins = posts.select(
        "_n", "_said", "_size", "_cut", pl.col("_said").str.slice(0, BEGINNING).alias("_begin")
    )
    begins = begins.filter((pl.col("_size") >= _LEAST_NEAR) & (pl.col("_said").str.len_chars() >= BEGINNING))
    cut = begins.filter("_cut").rename({"_said": "_part"})
    whole = begins.filter(~pl.col("_cut")).join(cut, on="_begin", how="semi")
    whole = (
        whole.unique("_said", keep="first", maintain_order=True)
        .group_by("_begin", maintain_order=True)
        .head(8)
    )
    found = cut.join(
        whole.select("_begin", pl.col("_n").alias("_of"), pl.col("_said").alias("_whole")), on="_begin"
    )
    found = found.filter(pl.col("_whole").str.starts_with(pl.col("_part")))
    return _pairs(found.group_by("_n").agg(pl.col("_of").min()))


def near_rows(posts: pl.DataFrame) -> pl.DataFrame:
    """The earliest row of each text (``_n``, ``_said``) that may have near copies."""
    first = posts.select("_n", "_said", "_size").unique("_said", keep="first", maintain_order=True)
    return first.filter(pl.col("_size") >= _LEAST_NEAR).select("_n", "_said")


def near_texts(
    rows: NDArray[np.int64], starts: NDArray[np.int64], terms: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """Rows, each with the earliest that it is a near copy of; terms are those of the rows."""
    of = near_duplicates(starts, terms, alike=_ALIKE, same_origin=_SAME_ORIGIN)
    return np.column_stack([rows, rows[of]])
