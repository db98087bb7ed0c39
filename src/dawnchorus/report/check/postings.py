"""Which posts hold which term: an inverted index of stems, pairs of Han characters and numbers.

Built at once over whole columns, since a hundred thousand posts have to be searchable in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.stems import stem

Rows = NDArray[np.int64]

_LINK = r"https?://\S+|www\.\S+"
_WORD = r"[a-zà-ɏ][a-zà-ɏ0-9]*(?:['’][a-z]+)?"
_VERSION = r"[a-zà-ɏ]+[ -]?\d+(?:\.\d+)*"  # "gemini 3", "gpt-5.1", "h100": one name however it is set
_NUMBER = (
    r"\d[\d,]*(?:\.\d+)?\s?(?:[万萬][亿億]|[万萬亿億千]|trillion|billion|million|thousand|[bmt]n\b|[kmbt]\b)?"
)
_SCALE = {
    **{"千": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "万亿": 1e12, "萬億": 1e12},
    **{"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6},
    **{"b": 1e9, "bn": 1e9, "billion": 1e9, "t": 1e12, "tn": 1e12, "trillion": 1e12},
}
_HAN = (0x3400, 0x9FFF)


@dataclass(frozen=True)
class Postings:
    """Rows by term; ``terms`` gives each its number, ``starts`` where its rows begin."""

    terms: dict[str, int]
    starts: Rows
    rows: Rows
    sizes: NDArray[np.float32]  # (posts,) terms of each post

    def __getitem__(self, term: str) -> Rows:
        """Rows of the posts that hold ``term``, ascending; none if there are none."""
        number = self.terms.get(term)
        if number is None:
            return self.rows[:0]
        return self.rows[self.starts[number] : self.starts[number + 1]]

    def all_of(self, terms: Sequence[str]) -> Rows:
        """Rows of the posts that hold every one of ``terms``."""
        if not terms:
            return self.rows[:0]
        shortest, *others = sorted((self[term] for term in terms), key=len)
        for rows in others:
            shortest = np.intersect1d(shortest, rows, assume_unique=True)
        return shortest


def index_texts(texts: pl.Series) -> Postings:
    """The postings of ``texts``; a row is a position in it."""
    lower = texts.fill_null("").str.replace_all(_LINK, " ").str.to_lowercase()
    words = _found(lower, _WORD)
    known = words["found"].unique().to_list()
    stems = pl.DataFrame(
        {"found": known, "term": [stem(word.replace("’", "'")) for word in known]},
        schema={"found": pl.String, "term": pl.String},
    )
    named = _found(lower, _VERSION).select("row", term=pl.col("found").str.replace_all("[ -]", ""))
    parts = [
        words.join(stems, on="found", how="left").select("row", "term"),
        named,
        _numbers(lower),
        _pairs(lower),
    ]
    held = pl.concat(parts).filter(pl.col("term") != "").unique().sort("term", "row")
    terms, first = held["term"].rle_id(), held["term"].unique(maintain_order=True)
    starts = np.searchsorted(terms.to_numpy(), np.arange(len(first) + 1)).astype(np.int64)
    sizes = np.bincount(held["row"].to_numpy(), minlength=len(texts)).astype(np.float32)
    numbers = dict(zip(first.to_list(), range(len(first)), strict=True))
    return Postings(numbers, starts, held["row"].to_numpy().astype(np.int64), sizes)


def terms_of(text: str) -> list[str]:
    """Terms of a text of one name or word, as the index holds them: stems, pairs of Han characters."""
    found = [stem(word.replace("’", "'")) for word in re.findall(_WORD, text.lower())]
    return [term for term in found if term] + pairs_of(text)


def pairs_of(text: str) -> list[str]:
    """Neighbouring Han characters of a text, Simplified."""
    simple = dictionary().simplified(text)
    return [first + second for first, second in pairwise(simple) if _is_han(first) and _is_han(second)]


def numbers_of(text: str) -> list[str]:
    """Terms of the numbers in a text: "#1.6e+09" of 16亿 and 1.6 billion."""
    return _numbers(pl.Series([text.lower()]))["term"].unique(maintain_order=True).to_list()


def versions_of(text: str) -> list[str]:
    """Terms of names with a number in a text: "gpt5.1" of "GPT-5.1"."""
    return [re.sub("[ -]", "", name) for name in re.findall(_VERSION, text.lower())]


def _is_han(character: str) -> bool:
    return _HAN[0] <= ord(character) <= _HAN[1]


def _found(texts: pl.Series, pattern: str) -> pl.DataFrame:
    """What ``pattern`` finds, a line each: ``row``, ``found``."""
    return (
        pl.DataFrame({"found": texts.str.extract_all(pattern)})
        .with_row_index("row")
        .explode("found", empty_as_null=False)
    )


def _numbers(texts: pl.Series) -> pl.DataFrame:
    found = _found(texts, _NUMBER)
    digits = pl.col("found").str.extract(r"^([\d,]+(?:\.\d+)?)").str.replace_all(",", "")
    scale = pl.col("found").str.extract(r"([^\d,.\s]+)$").replace_strict(_SCALE, default=1.0)
    value = digits.cast(pl.Float64, strict=False) * scale
    # Three digits are what rounding leaves of a number.
    shown = value.round_sig_figs(3).cast(pl.String)
    return found.select("row", term=pl.lit("#") + shown).drop_nulls()


def _pairs(texts: pl.Series) -> pl.DataFrame:
    """Pairs of neighbouring Han characters; read as code points, since there are as many as characters."""
    whole = "\n".join(texts.str.replace_all("\n", " ", literal=True))
    codes = np.frombuffer(whole.encode("utf-32-le", "replace"), np.uint32)
    rows = np.cumsum(codes == ord("\n"))
    han = (codes >= _HAN[0]) & (codes <= _HAN[1])
    places = np.flatnonzero(han[:-1] & han[1:])
    if not len(places):
        return pl.DataFrame(schema={"row": pl.UInt32, "term": pl.String})
    simple = np.arange(_HAN[1] + 1, dtype=np.uint32)
    for written, like in dictionary().to_simplified.items():
        if written <= _HAN[1]:
            simple[written] = ord(like) if isinstance(like, str) else like
    both = (simple[codes[places]].astype(np.uint64) << np.uint64(32)) | simple[codes[places + 1]]
    kinds, at = np.unique(both, return_inverse=True)
    names = [chr(int(pair) >> 32) + chr(int(pair) & 0xFFFFFFFF) for pair in kinds]
    named = pl.Series(names).gather(pl.Series(at.astype(np.uint32)))
    return pl.DataFrame({"row": rows[places].astype(np.uint32), "term": named})
