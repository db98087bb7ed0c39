"""Which sentences say what another one said: stories of one event tell it twice, so do titles and facts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LATIN = re.compile(r"[a-z][a-z0-9'’-]*[a-z0-9]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
# Tried on the sentences of six editions of the demo: above it lay the same thing in other words.
_SAME = 0.62  # of its words found in the other
_SAME_NUMBERS = 0.45  # the same if the other has its two or more numbers as well


@dataclass(frozen=True, slots=True)
class Content:
    """Words (of Chinese: pairs of characters) and numbers of a sentence."""

    words: frozenset[str]
    numbers: frozenset[str]


def content(text: str) -> Content:
    """What ``text`` holds; its source in brackets at the end does not count."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"\(@?[^()]{1,42}\)\W*$", "", text)
    words = set(_LATIN.findall(text))
    for run in _HAN.findall(text):
        words |= {run[at : at + 2] for at in range(max(1, len(run) - 1))}
    return Content(frozenset(words), frozenset(_NUMBER.findall(text)))


def repeats(one: Content, other: Content) -> bool:
    """Whether ``other`` holds what ``one`` says: its numbers, and most of its words."""
    if not one.words or not one.numbers <= other.numbers:
        return False
    shared = len(one.words & other.words) / len(one.words)
    return shared >= (_SAME_NUMBERS if len(one.numbers) > 1 else _SAME)
