"""Whether Chinese posts hold a name spelled in Latin letters: 江州 as Jiangzhou, 哈尔登 as Halden.

Three ways: the syllables of the characters, a foreign name transcribed by its consonants, and what the
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

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'-]*")
_SURE, _LIKELY = 3, 5  # consonants that must all agree; so many that one may differ

_CLASSES = (
    *(
        ("sch", "S"),
        ("tch", "S"),
        ("ph", "F"),
        ("sh", "S"),
        ("ch", "S"),
        ("zh", "S"),
        ("th", "T"),
        ("ck", "K"),
    ),
    *(("qu", "K"), ("x", "KS"), ("ng", "N"), ("gn", "N"), ("ce", "S"), ("ci", "S"), ("cy", "S")),
    *zip("bpdtgkcqfvwmnlrszj", "PPTTKKKKFFFMNLLSSS", strict=True),
)
_SYLLABLES = (
    *(("zh", "S"), ("ch", "S"), ("sh", "S")),
    *zip("bpdtgkfwmnlrszcjqx", "PPTTKKFFMNLLSSSSSS", strict=True),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Chinese text as it sounds and as the dictionary translates it."""

    runs: tuple[tuple[str, tuple[str, ...]], ...]  # Han characters, and the syllable of each
    meant: frozenset[Stem]
    transcribed: tuple[str, ...]  # consonants of every stretch that may be a foreign name


def spells(words: Sequence[str], text: str) -> bool:
    """Whether the Latin ``words``, one name, are the syllables of characters in a row of ``text``."""
    parts = [squash(_bare(word)) for word in words]
    heard = hear(text)
    return any(_in_row("".join(order), run) for order in (parts, parts[::-1]) for _, run in heard.runs)


def transcribes(word: str, text: str) -> bool:
    """Whether the Latin ``word`` has the consonants of a foreign name that ``text`` transcribes."""
    own = consonants(word)
    if len(own) < _SURE:
        return False
    return any(
        own == other or (len(own) >= _LIKELY and _near(own, other)) for other in hear(text).transcribed
    )


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
    """Whether a Latin word of ``text`` sounds like the Chinese foreign ``name``."""
    book = dictionary()
    own = _syllable_consonants([book.sounds.get(char, "") for char in name])
    if len(own) < 2:
        return False
    for match in _LATIN_WORD.finditer(text):
        other = consonants(match.group())
        if own == other or (len(own) >= _LIKELY - 1 and _near(own, other)):
            return True
    return False


@lru_cache(maxsize=256)
def hear(text: str) -> Heard:
    """What Chinese names of ``text`` may be looked up by."""
    book = dictionary()
    simple = book.simplified(text)
    runs: list[tuple[str, tuple[str, ...]]] = []
    stretches: list[str] = []
    meant: set[Stem] = set()
    for run in _HAN_RUN.findall(simple):
        runs.append((run, tuple(book.sounds.get(char, "") for char in run)))
        stretches += list(_stretches(*runs[-1]))
        for word in book.inner(run):
            meant.update(one for sense in book.senses(word) for one in sense)
    return Heard(tuple(runs), frozenset(meant), tuple(dict.fromkeys(stretches)))


def consonants(word: str) -> str:
    """Classes of the consonants of a Latin word; what sounds alike to a Chinese ear is one."""
    rest, found = _bare(word).casefold(), ""
    while rest:
        for letters, kind in _CLASSES:
            if rest.startswith(letters):
                found += kind
                rest = rest[len(letters) :]
                break
        else:
            rest = rest[1:]
    return re.sub(r"(.)\1+", r"\1", found)


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


def _stretches(run: str, syllables: Sequence[str]) -> Iterator[str]:
    known = _transcribing()
    for start in range(len(run)):
        for end in range(start + 1, min(len(run), start + 9) + 1):
            if run[end - 1] not in known:
                break
            if end - start > 1 and len(found := _syllable_consonants(syllables[start:end])) >= _SURE:
                yield found


def _syllable_consonants(syllables: Sequence[str]) -> str:
    found = ""
    for syllable in syllables:
        if syllable == "er":
            found += "L"
            continue
        found += next((kind for letters, kind in _SYLLABLES if syllable.startswith(letters)), "")
        if syllable.endswith(("n", "ng")):
            found += "N"
    return re.sub(r"(.)\1+", r"\1", found)


def _near(one: str, other: str) -> bool:
    """Whether two strings differ by at most one letter put in, left out or changed."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if start == 0:
        return False
    return one[start + 1 :] in (other[start:], other[start + 1 :]) or one[start:] == other[start + 1 :]


@cache
def _transcribing() -> frozenset[str]:
    text = (files(__package__) / "data" / "transcription_zh.txt").read_text("utf-8")
    return frozenset("".join(line for line in text.splitlines() if not line.startswith("#")))
