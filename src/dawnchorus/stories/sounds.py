"""Names in katakana by the Latin names they sound like: ベルモラ and "Velmora", ソーンビル and "Thornbill".

Consonants of both are brought to classes that Japanese does not tell apart (b and v, l and r), and have to be
the same; the vowels between them may differ in few places. Latin spelling leaves open what Japanese hears
("th", an "r" at the end of a syllable), so a word has several readings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache

import polars as pl

from dawnchorus.stories.compiled import over_slices

Reading = tuple[str, tuple[str, ...]]  # classes of consonants; vowels before, between and behind them

_KANA = r"[ァ-ヴー]{4,}"
_LATIN = r"\b[A-Z][a-z]{3,}\b"
_LEAST = 3  # consonants; with fewer there are too many words that sound alike
_PER_FAULT = 6  # places of vowels for each that may differ

_ROWS = {
    "": "アイウエオ", "K": "カキクケコ", "G": "ガギグゲゴ", "S": "サシスセソザジズゼゾ", "T": "タ__テト",
    "D": "ダ__デド", "N": "ナニヌネノ", "H": "ハヒ_ヘホ", "B": "バビブベボ", "P": "パピプペポ",
    "M": "マミムメモ", "R": "ラリルレロ", "F": "__フ__",
}  # fmt: skip
_SYLLABLES = {
    kana: (consonant, "aiueo"[place % 5])
    for consonant, row in _ROWS.items()
    for place, kana in enumerate(row)
    if kana != "_"
} | {
    "チ": ("S", "i"), "ヂ": ("S", "i"), "ツ": ("S", "u"), "ヅ": ("S", "u"), "ヴ": ("B", "u"),
    "ワ": ("W", "a"), "ヤ": ("", "a"), "ユ": ("", "u"), "ヨ": ("", "o"), "ン": ("N", ""), "ヲ": ("", "o"),
}  # fmt: skip
_SMALL = dict(zip("ァィゥェォャュョ", "aiueoauo", strict=True))
_HEARD_AS = {
    "a": frozenset("aeo"), "e": frozenset("eia"), "i": frozenset("iae"), "o": frozenset("oau"),
    "u": frozenset("uao"), "y": frozenset("iau"), "w": frozenset("uo"),
}  # fmt: skip

# Spelling to the readings it may have, longest first; upper case consonants, lower case vowels.
_SPELT = (
    ("tsch|tch|sch|sh", "S"), ("ch", "S|K|H"), ("ph", "F"), ("th", "S|T"), ("ck|cq", "K"),
    ("ts|tz|zz|cz|sz", "S"), ("dg(?=[eiy])|dj", "S"), ("qu", "K|KW"), ("q", "K"), ("x", "KS"),
    ("^kn|^gn", "N"), ("^wr", "R"), ("^wh", "W|H"), ("^gh", "G"), ("gh", "|G"), ("c(?=[eiy])", "S"),
        ("c+", "K"),
    ("g(?=[eiy])", "S|G"), ("g+", "G"), ("mc", "MK"), ("m+(?=[bp])", "N"), ("m+", "M"), ("n+", "N"),
    ("j", "S|"), ("re$", "|R"), ("[sz]+", "S"), ("t+", "T"), ("dt|d+", "D"), ("k+", "K"), ("b+|v+", "B"),
        ("p+", "P"),
    ("f+", "F"), ("l+", "R"), ("r+(?=[aeiouy])", "R"), ("r+", "|R"), ("w(?=[aeiouy])", "W"), ("w", "w"),
    ("h(?=[aeiouy])", "H"), ("h", ""),
    ("[aeiouy]", "*"),
)  # fmt: skip
# One expression with a group a spelling: the first that fits is told by its group.
_ANY = re.compile("|".join(f"({pattern})" for pattern, _ in _SPELT))
_SOUNDS = tuple(tuple(readings.split("|")) for _, readings in _SPELT)
_MOST_READINGS = 8


def heard(texts: pl.Series) -> dict[str, str]:
    """Words in katakana to the names, in lower case, that the same ``texts`` have in Latin letters."""
    kana = katakana_words(texts)
    found = heard_as(kana.to_list(), latin_names(texts).to_list()) if len(kana) else {}
    # What is written without a capital as well is no name.
    plain = written_plain(texts, found.values())
    return {word: name for word, name in found.items() if name not in plain}


def written_plain(texts: pl.Series, names: Collection[str]) -> set[str]:
    """Those of ``names``, in lower case, that ``texts`` have as they are."""
    sought = sorted(set(names))
    return set(_found(texts, lambda some: some.str.extract_many(sought))) if sought else set()


def katakana_words(texts: pl.Series) -> pl.Series:
    """Distinct words of ``texts`` in katakana that may be names, sorted."""
    return _distinct(texts, _KANA)


def latin_names(texts: pl.Series) -> pl.Series:
    """Distinct words of ``texts``, as written, that begin with a capital, sorted."""
    return _distinct(texts, _LATIN)


def heard_as(kana: Collection[str], latin: Collection[str]) -> dict[str, str]:
    """Words of ``kana`` to the word of ``latin``, in lower case, that each sounds most like.

    The result does not depend on the order of either; of two as near the first
    of the alphabet is taken.
    """
    by_sound: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    wanted = {classes for word in kana if (classes := kana_reading(word)[0]) and len(classes) >= _LEAST}
    for word in sorted({word.lower() for word in latin}):
        for classes, vowels in latin_readings(word):
            if classes in wanted:
                by_sound.setdefault(classes, {}).setdefault(word, []).append(vowels)
    found: dict[str, str] = {}
    for word in sorted(kana):
        classes, vowels = kana_reading(word)
        faults = {
            other: min(_faults(classes, theirs, vowels) for theirs in readings)
            for other, readings in by_sound.get(classes, {}).items()
        }
        near = [(count, other) for other, count in faults.items() if count <= len(vowels) // _PER_FAULT]
        if near:
            found[word] = min(near)[1]
    return found


def kana_reading(word: str) -> Reading:
    """How a word in katakana sounds."""
    parts: list[tuple[str, str]] = []
    for char in word:
        if char in _SMALL and parts:
            consonant, vowel = parts[-1]
            glide = "W" if not consonant and vowel == "u" and char in "ァィェォ" else consonant
            parts[-1] = (glide, _SMALL[char])
        elif char in _SYLLABLES:
            parts.append(_SYLLABLES[char])
    return _joined(letter for part in parts for letter in part if letter)


@cache
def latin_readings(word: str) -> tuple[Reading, ...]:
    """How a Latin word, in lower case, may sound."""
    readings, at = [""], 0
    while at < len(word):
        match = _ANY.match(word, at)
        if match is None:
            at += 1
            continue
        more = [match.group() if sound == "*" else sound for sound in _SOUNDS[(match.lastindex or 1) - 1]]
        readings = [begun + sound for begun in readings for sound in more][:_MOST_READINGS]
        at = match.end()
    return tuple(dict.fromkeys(map(_joined, readings)))


def _joined(letters: Iterator[str] | str) -> Reading:
    """Consonants apart from the vowels around them; one consonant twice in a row is one."""
    classes, vowels = "", [""]
    for letter in letters:
        if not letter.isupper():
            vowels[-1] += letter
        elif not (classes.endswith(letter) and not vowels[-1]):
            classes += letter
            vowels.append("")
    return classes, tuple(vowels)


def _faults(classes: str, latin: tuple[str, ...], kana: tuple[str, ...]) -> int:
    """Places where the vowels do not go together; many if the words do not begin alike."""
    if bool(latin[0]) != bool(kana[0]):
        return len(kana)
    last = len(kana) - 1
    return sum(
        not _fits(one, other, behind) and not (at == last and one == "e" and _fits("", other, behind))
        for at, (one, other, behind) in enumerate(zip(latin, kana, f" {classes}", strict=True))
    )


def _fits(latin: str, kana: str, behind: str) -> bool:
    if not latin:  # Japanese puts a vowel between consonants
        return kana in {"", "u", "o"} or (kana == "i" and behind == "S")
    return bool(kana) and kana[0] in _HEARD_AS[latin[0]]


def _distinct(texts: pl.Series, pattern: str) -> pl.Series:
    return _found(texts, lambda some: some.str.extract_all(pattern))


def _found(texts: pl.Series, look: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What ``look`` finds in texts, each once, sorted."""

    def part(first: int, after: int) -> pl.Series:
        return look(texts[first:after]).explode().drop_nulls().unique()

    return pl.concat(over_slices(part, len(texts))).unique().sort()
