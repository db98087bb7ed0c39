"""How everyday a term is in general English, Japanese and Chinese: a small day cannot tell by counting."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dawnchorus.frequencies.words import LANGUAGES, centibels
from dawnchorus.stories.tokens import hash_words

Hashes = NDArray[np.uint64]

# Decades of rarity, of all words: one in a hundred says nothing, one in a million all that a name says.
_PLAIN, _RARE = 2.0, 6.0
_LEAST = 3e-6  # of all words; pairs of characters that meet less often where words do are left out


def everyday_share(hashes: Hashes) -> NDArray[np.float64]:
    """Of each term 1 if one of a hundred words is (or holds) it, 0 if it is a millionth or unknown."""
    known, share = _table()
    place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.where(known[place] == hashes, share[place], 0.0)


@cache
def _table() -> tuple[Hashes, NDArray[np.float64]]:
    """Hashes of terms, ascending, and how everyday each is."""
    hashes, rates = (np.concatenate(parts) for parts in zip(*map(_rates, LANGUAGES), strict=True))
    known, place = np.unique(hashes, return_inverse=True)
    rarity = -np.log10(np.bincount(place, weights=rates))
    return known, np.clip((_RARE - rarity) / (_RARE - _PLAIN), 0.0, 1.0)


def _rates(language: str) -> tuple[Hashes, NDArray[np.float64]]:
    """Terms of the words of ``language``, and the share of words that each is of, or stands in or between."""
    words = pl.Series(list(centibels(language)))
    rates = 10.0 ** (np.array(list(centibels(language).values())) / -100)
    if language != "en":
        (ends, ending), (begins, beginning) = (_by_character(words.str.slice(at, 1), rates) for at in (-1, 0))
        met = np.outer(ending, beginning)
        one, other = np.nonzero(met >= _LEAST)
        words = pl.concat([words, ends[one] + begins[other]])
        rates = np.concatenate([rates, met[one, other]])
    row, hashes = hash_words(words)
    return hashes, rates[row]


def _by_character(characters: pl.Series, rates: NDArray[np.float64]) -> tuple[pl.Series, NDArray[np.float64]]:
    """Distinct characters, and the share of words that have each where it was taken."""
    distinct, place = np.unique(characters.to_numpy(), return_inverse=True)
    return pl.Series(distinct, dtype=pl.String), np.bincount(place, weights=rates).astype(np.float64)
