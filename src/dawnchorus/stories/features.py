"""What joins posts beyond their words: links, quoted posts, tags, handles, numbers.

Each is a term of its own, weighed like words by how rare it is, so a link or
hashtag that everybody shares joins nothing.
"""

from __future__ import annotations

import polars as pl

from dawnchorus.stories.marks import NUMBER, canonical_number

# Times the weight of a word of the same rarity. A post of twelve words then reaches the cosine that
# joins (communities.Joining.edge) to another of which it shares nothing but the link.
_LINK = 2.0
_POST = 2.0
_TAG = 1.0
_NUMBER_BOOST = 1.0

# How much of a word each is as evidence (terms.Terms.share). Tags and handles are words of the text too: to
# say the same twice is no more evidence, and a handle alone joined a hundred posts that shared nothing else.
_SHARES = {"link": 2.0, "post": 2.0, "tag": 0.01, "cash": 0.01, "name": 0.01, "number": 0.5}

_SCHEMA = pl.Schema({"row": pl.Int64, "feature": pl.String, "boost": pl.Float32, "share": pl.Float32})


def features(posts: pl.DataFrame) -> pl.DataFrame:
    """Strong features of ``posts``: ``row``, ``feature``, ``boost``, ``share``, one row each.

    Args:
        posts: KEPT rows; ``row`` is the position in it.
    """
    rows = posts.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    parts = [
        _one_each(rows, "link", _LINK, pl.concat_list("urls", _or_none("url"))),
        _one_each(rows, "post", _POST, pl.concat_list("id", _or_none("reply_to"), _or_none("quote_of"))),
        _one_each(rows, "tag", _TAG, pl.col("hashtags")),
        _one_each(rows, "cash", _TAG, pl.col("cashtags")),
        _one_each(rows, "name", _TAG, pl.col("mentions")),
        _numbers(rows),
    ]
    return pl.concat(parts).unique(["row", "feature"], maintain_order=True)


def link_key(link: pl.Expr) -> pl.Expr:
    """A link without what differs between copies of it; null for a site's front page."""
    key = (
        link.str.replace(r"^(?i)https?://(?:www\.|m\.|mobile\.)?", "")
        .str.replace(r"#.*$", "")
        .str.replace_all(r"(?:(\?)|&)(?:utm_\w+|fbclid|gclid|ref|ref_src|s|t)=[^&]*", "$1")
        .str.replace(r"[?&/]+$", "")
    )
    return pl.when(key.str.contains(r"[/?]")).then(key)


def _or_none(column: str) -> pl.Expr:
    return pl.concat_list(pl.col(column))


def _one_each(rows: pl.DataFrame, kind: str, boost: float, values: pl.Expr) -> pl.DataFrame:
    value = pl.col("value")
    if kind == "link":
        value = link_key(value)
    return (
        rows.select("row", value=values)
        .explode("value")
        .select("row", value=value)
        .filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
        .select(
            "row",
            feature=pl.concat_str(pl.lit(f"{kind}:"), "value"),
            boost=pl.lit(boost, pl.Float32),
            share=pl.lit(_SHARES[kind], pl.Float32),
        )
    )


def _numbers(rows: pl.DataFrame) -> pl.DataFrame:
    found = (
        rows.select(
            "row", written=pl.col("clean_text").str.replace_all(r"https?://\S+", " ").str.extract_all(NUMBER)
        )
        .explode("written")
        .drop_nulls()
    )
    spelled = found.select(pl.col("written").unique().sort())
    canonical = [canonical_number(words) for words in spelled["written"]]
    table = spelled.with_columns(number=pl.Series(canonical, dtype=pl.String)).drop_nulls()
    return found.join(table, on="written", how="inner", maintain_order="left").select(
        "row",
        feature=pl.concat_str(pl.lit("number:"), "number"),
        boost=pl.lit(_NUMBER_BOOST, pl.Float32),
        share=pl.lit(_SHARES["number"], pl.Float32),
    )
