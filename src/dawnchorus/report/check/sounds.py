"""Whether Chinese posts hold a name spelled in Latin letters: 江州 as Jiangzhou, 哈尔登 as Halden.

Three ways: the syllables of the characters, a foreign name
transcribed (transliteration.py), and what the
dictionary says the words mean (春节 as Spring Festival). Can't tell: official names that are neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from dawnchorus.report.check.dictionary import Stem, dictionary
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.stems import stem
from dawnchorus.report.check.transliteration import alike

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_SHORTEST = 2
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'-]*")


@dataclass(frozen=True, slots=True)
class Heard:
    """Chinese text as it sounds and as the dictionary translates it."""

    runs: tuple[tuple[str, tuple[str, ...]], ...]  # Han characters, and the syllable of each
    meant: frozenset[Stem]
    stretches: tuple[tuple[str, ...], ...]  # syllables of every stretch that may be a foreign name


def spells(words: Sequence[str], text: str) -> bool:
    """Whether the Latin ``words``, one name, are the syllables of characters in a row of ``text``."""
    parts = [squash(_bare(word)) for word in words]
    heard = hear(text)
    return any(_in_row("".join(order), run) for order in (parts, parts[::-1]) for _, run in heard.runs)


def transcribes(word: str, text: str) -> bool:
    """Whether the Latin ``word`` sounds like a stretch of ``text`` that may be a foreign name."""
    return any(alike(word, stretch, strict=True) for stretch in hear(text).stretches)


def means(word: str, text: str) -> bool:
    """Whether a Chinese word of ``text`` has the Latin ``word`` among its translations."""
    book = dictionary()
    number = book.numbers.get(stem(_bare(word).casefold()))
    return number is not None and number in hear(text).meant


def means_any(name: str, text: str) -> bool:
    """Whether a word of two characters or more in the Chinese ``name`` means a word of the Latin ``text``."""
    book = dictionary()
    told = book.number([stem(word) for word in _LATIN_WORD.findall(text.casefold())])
    return any(
        not told.isdisjoint(sense) for word in book.inner(name, shortest=2) for sense in book.senses(word)
    )


def latin_for(name: str, text: str) -> bool:
    """Whether a Latin name of ``text`` sounds like the Chinese foreign ``name``.

    Names have a capital, or are no words that the dictionary knows.
    """
    book = dictionary()
    if len(name) < _SHORTEST:
        return False
    own = [book.sounds.get(char, "") for char in name]
    return any(
        (not word.islower() or stem(word) not in book.numbers) and alike(word, own)
        for word in dict.fromkeys(_LATIN_WORD.findall(text))
    )


@lru_cache(maxsize=256)
def hear(text: str) -> Heard:
    """What Chinese names of ``text`` may be looked up by."""
    book = dictionary()
    simple = book.simplified(text)
    runs: list[tuple[str, tuple[str, ...]]] = []
    stretches: list[tuple[str, ...]] = []
    meant: set[Stem] = set()
    for run in _HAN_RUN.findall(simple):
        runs.append((run, tuple(book.sounds.get(char, "") for char in run)))
        stretches += list(_stretches(*runs[-1]))
        for word in book.inner(run):
            meant.update(one for sense in book.senses(word) for one in sense)
    return Heard(tuple(runs), frozenset(meant), tuple(dict.fromkeys(stretches)))


def _bare(word: str) -> str:
    """Without accents and the ending of the genitive."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode() or word
    return re.sub(r"(?:'s|')$", "", plain)


def _in_row(name: str, syllables: Sequence[str]) -> bool:
    """Whether ``name`` is the join of neighbouring syllables."""
    for start in range(len(syllables)):
        rest = name
        for syllable in syllables[start:]:
            if not syllable or not rest.startswith(syllable):
                break
            rest = rest[len(syllable) :]
            if not rest:
                return True
    return False


def _stretches(run: str, syllables: Sequence[str]) -> Iterator[tuple[str, ...]]:
    known = transcribing()
    for start in range(len(run)):
        for end in range(start + 1, min(len(run), start + 9) + 1):
            if run[end - 1] not in known:
                break
            if end - start > 1:
                yield tuple(syllables[start:end])


@cache
def transcribing() -> frozenset[str]:
    """Characters that foreign names are transcribed with."""
    text = (files(__package__) / "data" / "transcription_zh.txt").read_text("utf-8")
    return frozenset("".join(line for line in text.splitlines() if not line.startswith("#")))
