"""How much news a post's form promises, before anybody has read it.

A post that reports names what happened, to whom, how much of it, and often
links to where it stands; one that chats asks, tells of its author, thanks or
sells. That holds in any field, so it is a prior for the rank of posts that
nobody else speaks of, and for which posts are quoted. It says nothing about
truth. Words are in ``newsworth.toml``.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any, Final

import polars as pl


def _read() -> dict[str, dict[str, list[str]]]:
    file = resources.files("dawnchorus") / "newsworth.toml"
    found: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found


_FORMS: Final = _read()


def _pattern(name: str) -> str:
    form = _FORMS[name]
    others = [*form["han"], *form.get("raw", ())]
    return rf"(?i)(?:^|\b|\W)(?:{'|'.join(form['latin'])})(?:\b|\W|$)|{'|'.join(others)}"


def _fast(pattern: str) -> str:
    """For Rust alone: word boundaries of ASCII, with which its quick engine can do; 50 times faster.

    Beside letters of other scripts a word may begin or end.
    """
    return pattern.replace(r"\b", r"(?-u:\b)")


PROMOTION: Final = _pattern("promotion")
INJECTION: Final = _pattern("injection")
QUESTION: Final = _pattern("question") + r"|[?？][”\"'’」）)\s]*(?:$|https?:|…|\.\.\.)"
"""Regular expressions, for Rust's and Python's engines alike."""

# What each sign adds. A question that also names an event stays below a plain report of it; a report
# with a figure and a link comes near 1. Set by reading lists of real titles and posts of several
# networks side by side, not fitted.
_EVENT, _FIGURE, _NAME, _NAMES, _LINK, _FEED = 0.35, 0.15, 0.10, 0.10, 0.10, 0.15
_ASKS, _PERSONAL, _CHATS, _SHOWS, _REPLIES, _SHORT = -0.55, -0.40, -0.35, -0.30, -0.20, -0.35
_HOOK, _OFFHAND, _AT_LENGTH = 0.35, -0.20, 0.20
_CRUDE, _PASSES_ON, _SELLS, _HOSTILE = -0.6, -0.6, -0.8, -2.0
_OPENING = 160  # characters that a report names its event in; a long ramble holds any word somewhere
_ANSWERED = 120  # characters told after the last question: it was a hook, asked to be answered here
_LENGTHY = 140  # bytes, of which a Chinese character has three; in so much text one "wow" says less
_WORDS, _HAN = 4, 6  # fewer say what a post is about, but not what happened

_NAME_PATTERN = "|".join(
    (
        r"[a-z,;:’'“\"] [A-Z][\w’-]+",  # a capital inside a sentence
        r"\b[A-Z]?[a-z]*[A-Z][a-zA-Z]*[A-Z0-9][\w.-]*",  # capitals or digits inside a word
        r"\b[A-Z][A-Za-z-]+[ -]\d+(?:\.\d+)?\b",
        r"^[A-Z][a-z]+(?:'s)? [A-Z][a-z]+",
        r"《[^》]{2,30}》",
        r"\p{Han}[A-Z][A-Za-z]{2,}",
    )
)
# Words of another, passed on as text: the same stands in that other's own post.
_PASSED_ON = r"^(?:RT|rt) @|//@|^转发微博"
_FIGURE_PATTERN = (
    r"[$€£¥￥]\s?\d|\d(?:[.,]\d+)*\s?(?:%|％|[kKMBx×]\b|bn\b|[万亿兆倍名人位岁年个米元吨]|million|billion|trillion|percent)"
    r"|\b\d{2,}(?:[.,]\d+)+\b|\b(?:\d{3}|[13-9]\d{3}|2[1-9]\d{2}|\d{5,})\b"  # but no years
)


def news_value(posts: pl.DataFrame) -> pl.Series:
    """What the form of each post promises: from -1, talk or spam, over 0 to 1, a report with figures.

    Args:
        posts: ``clean_text``, ``source``, ``domains``, ``reply_to`` of tables.CLEANED.
    """
    if posts.is_empty():
        return pl.Series("news", [], pl.Float64)
    text = pl.col("clean_text").fill_null("")
    reply = pl.col("reply_to").is_not_null() | text.str.starts_with("@")
    names = text.str.count_matches(_fast(_NAME_PATTERN))
    han, words = text.str.count_matches(r"\p{Han}"), text.str.count_matches(r"\w+")
    short = pl.when(han > 0).then(han + words < _HAN).otherwise(words < _WORDS)
    asks = text.str.contains(_fast(QUESTION))
    told = text.str.replace(r"(?s)^.*[?？]", "").str.replace_all(r"https?://\S+", "").str.len_chars()
    chats = text.str.contains(_fast(_pattern("chatter")))
    signs = (
        (text.str.slice(0, _OPENING).str.contains(_fast(_pattern("event"))), _EVENT),
        (text.str.contains(_fast(_FIGURE_PATTERN)), _FIGURE),
        (names > 0, _NAME),
        (names > 1, _NAMES),
        (pl.col("domains").list.len().fill_null(0) > 0, _LINK),
        (pl.col("source").str.starts_with("rss:"), _FEED),
        (asks, _ASKS),
        (asks & text.str.contains("[?？]") & (told >= _ANSWERED), _HOOK),
        (text.str.contains(r"^[a-z]{2}"), _OFFHAND),  # no capital to begin with
        (text.str.contains(_fast(_pattern("personal"))), _PERSONAL),
        (chats, _CHATS),
        (chats & (text.str.len_bytes() >= _LENGTHY), _AT_LENGTH),
        (text.str.contains(_fast(_pattern("showing"))), _SHOWS),
        (text.str.contains(_fast(_pattern("crude"))), _CRUDE),
        (text.str.contains(_PASSED_ON), _PASSES_ON),
        (reply, _REPLIES),
        (short, _SHORT),
        (text.str.contains(_fast(PROMOTION)), _SELLS),
        (text.str.contains(_fast(INJECTION)), _HOSTILE),
    )
    value = pl.sum_horizontal(
        pl.when(sign.fill_null(False)).then(weight).otherwise(0.0) for sign, weight in signs
    )
    return posts.select(news=value.clip(-1, 1).cast(pl.Float64))["news"]
