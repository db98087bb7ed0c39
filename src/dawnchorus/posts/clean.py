"""Text as a reader sees it, and the links, hashtags, accounts and tickers in it."""

from __future__ import annotations

import polars as pl

from dawnchorus.posts.characters import visible
from dawnchorus.posts.links import canonical, domain, without_links
from dawnchorus.tables import CLEANED, DROPPED, conform

_HASHTAG = r"(?:^|[^\w&/])[#＃](\d*[\p{L}_]\w*)"
# A handle, or with its server (Mastodon), or a domain name (Bluesky); or a name in another script.
_HANDLE = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?:@[A-Za-z0-9.-]+[A-Za-z])?"
_MENTION = rf"(?:^|[^A-Za-z0-9_.@/])[@＠]({_HANDLE}|\p{{L}}\w*)"
# "$1.6K" is money. X takes six letters; the names of coins run longer, in capitals.
_CASHTAG = r"(?:^|[^\w$])[$＄]((?:[A-Za-z]{1,6}|[A-Z]{7,10})(?:[._][A-Za-z]{1,2})?)(?-u:\b)"


MOST_CHARACTERS = 25_000
"""Of a post that are looked at: the longest that X takes. What comes after stays in ``text``."""


def clean(posts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make what posts say comparable and safe to show; ``text`` stays as it was read.

    Names and quoted text lose their hidden characters in place. Links at the ends of a text are
    cut off it, those inside are shown short ("example.com/2025/11…"); ``urls`` has them all, after
    those the platform gives, in one form per page. Links of X's shortener are left out where the
    platform says what they stand for.

    Args:
        posts: POSTS.

    Returns:
        CLEANED, and DROPPED with the reason "no text".
    """
    seen = posts.with_columns(
        visible(posts["text"].str.head(MOST_CHARACTERS)).alias("clean_text"),
        visible(posts["quoted_text"].str.head(MOST_CHARACTERS)),
        *(
            visible(posts[name]).str.replace_all("\n", " ", literal=True)
            for name in ("author", "author_name")
        ),
    )
    linked = _with_links(seen)
    text, tag = pl.col("clean_text"), pl.element()
    cleaned = linked.with_columns(
        _all(text, _HASHTAG, tag.str.normalize("NFKC").str.to_lowercase()).alias("hashtags"),
        _all(text, _MENTION, tag.str.to_lowercase()).alias("mentions"),
        _all(text, _CASHTAG, tag.str.to_uppercase()).alias("cashtags"),
    )
    empty = text.is_null() | (text == "")
    dropped = cleaned.filter(empty).select("id", stage=pl.lit("clean"), reason=pl.lit("no text"))
    return conform(cleaned.filter(~empty), CLEANED), conform(dropped, DROPPED)


def _with_links(posts: pl.DataFrame) -> pl.DataFrame:
    has_link = pl.col("clean_text").str.contains(r"(?i)https?(?::|…)|pic\.(?:x|twitter)\.com/")
    found = (
        posts.with_row_index("row")
        .with_columns(look=has_link.fill_null(value=False))
        .filter(pl.col("look") | (pl.col("links").list.len() > 0))
    )
    texts: list[str | None] = []
    pages: list[tuple[int, str, str | None]] = []  # row, link, domain
    for row, text, given, look in found.select("row", "clean_text", "links", "look").iter_rows():
        cut, written = without_links(text) if look else (text, [])
        texts.append(cut)
        for link in dict.fromkeys([*(given or ()), *written]):
            page = canonical(link or "")
            if page and not (given and page.startswith("https://t.co/")):
                pages.append((row, page, domain(page)))
    shown = found.select("row", shown=pl.Series(texts, dtype=pl.String))
    schema = {"row": pl.UInt32, "urls": pl.String, "domains": pl.String}
    distinct = pl.col("urls", "domains").drop_nulls().unique(maintain_order=True)
    linked = pl.DataFrame(pages, schema=schema, orient="row").group_by("row").agg(distinct)
    none = pl.lit([], pl.List(pl.String))
    return (
        posts.with_row_index("row")
        .join(shown, on="row", how="left", maintain_order="left")
        .join(linked, on="row", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("shown", "clean_text").alias("clean_text"),
            pl.col("urls", "domains").fill_null(none),
        )
    )


def _all(text: pl.Expr, pattern: str, folded: pl.Expr) -> pl.Expr:
    # extract_all gives whole matches, with the character before them: what follows the sigil counts.
    tags = text.str.extract_all(pattern).list.eval(pl.element().str.replace(r"^.?[#＃@＠$＄]", ""))
    return tags.list.eval(folded).list.unique(maintain_order=True)
