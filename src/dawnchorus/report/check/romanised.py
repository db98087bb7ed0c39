"""Chinese people's names in the Latin spellings of Taiwan, Hong Kong and old books: Chen Po-yu for 陳柏宇.

Wade-Giles, Cantonese and home-made spellings share hardly more with pinyin than the class of each syllable's
first consonant. That is all that is compared: enough to doubt that a name is missing, never to know it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from dawnchorus.report.check.dictionary import dictionary

_FIRST = r"(?:ch|sh|zh|ts|tz|sz|hs|kw|gw|ng|[bpmfdtnlgkhjqxzcsrwyv])"
# First consonants that one character may be spelt with; "" none.
_SPELT_ALIKE = tuple(
    frozenset(group.split())
    for group in (
        "b p",
        "d t",
        "g k h kw gw q j",
        "f h w",
        "m w",
        "n l",
        "j q x zh ch sh z c s ts tz sz hs r k",
        "w v y ng -",
        "y r j -",
    )
)
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,}")
_SHORTEST, _LONGEST = 2, 4  # syllables of a person's name


def may_be_spelt(words: Sequence[str], text: str) -> bool:
    """Whether a row of characters of the Chinese ``text`` may be the name that ``words`` spell."""
    syllables = [one for word in words for one in _firsts(word)]
    if not _SHORTEST <= len(syllables) <= _LONGEST or not all(map(_firsts, words)):
        return False
    orders = {tuple(syllables), (*syllables[1:], syllables[0]), (syllables[-1], *syllables[:-1])}
    return any(_stands(order, run) for order in sorted(orders) for run in _sounds(text))


def _stands(firsts: Sequence[str], run: Sequence[str]) -> bool:
    size = len(firsts)
    return any(
        all(_alike(one, other) for one, other in zip(firsts, run[at : at + size], strict=True))
        for at in range(len(run) - size + 1)
    )


@lru_cache(maxsize=2048)
def _alike(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in _SPELT_ALIKE)


@lru_cache(maxsize=1024)
def _firsts(word: str) -> tuple[str, ...]:
    """First consonants of the syllables of ``word``, () if it is not made of Chinese ones."""
    found: list[str] = []
    for part in re.split(r"[-' ]", re.sub(r"'s$", "", word).casefold()):
        cut = re.findall(rf"({_FIRST}?)([aeiouü]+(?:ng|n|m|p|t|k|h|r)?)(?=$|{_FIRST})", part)
        if "".join(first + rest for first, rest in cut) != part:
            return ("-",) if part == "ng" else ()
        found += [first or "-" for first, _ in cut]
    return tuple(found)


@lru_cache(maxsize=256)
def _sounds(text: str) -> tuple[tuple[str, ...], ...]:
    """First consonants of the characters of each run of Han characters."""
    book = dictionary()
    first = re.compile(_FIRST)
    return tuple(
        tuple(match.group() if (match := first.match(book.sounds.get(char, "?"))) else "-" for char in run)
        for run in _HAN_RUN.findall(book.simplified(text))
    )
