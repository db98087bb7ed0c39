"""CC-CEDICT as data: the English of Chinese words, by stems, sense for sense, and news terms of our own.

The dictionary's file is made by ``tools/build_cedict.py``; its licence (CC BY-SA 4.0) is its own, see
NOTICE. The terms in data/news_terms.txt are ours; the two meet only in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType

import numpy as np
import zstandard
from numpy.typing import NDArray

from dawnchorus.report.check.stems import stem

Stem = int
Sense = tuple[Stem, ...]
Ints = NDArray[np.int64]

LONGEST_WORD = 8
"""Characters of the longest headword that is looked for inside a text."""


@dataclass(frozen=True, kw_only=True)
class Dictionary:
    """Chinese headwords (Simplified) and their senses, each a tuple of numbers of English stems."""

    about: str  # source, date, licence: a line each
    rows: dict[str, int]  # headword -> row
    numbers: dict[str, Stem]  # English stem -> its number
    to_simplified: dict[int, int]  # for str.translate
    sounds: dict[str, str]  # character -> its most common syllable, without tone
    starts: Ints  # (rows + 1,) first sense of each row
    bounds: Ints  # (senses + 1,) first stem of each sense
    stems: NDArray[np.uint16]
    weights: NDArray[np.float32]  # (stems,) 0 to 1, the rarer in glosses the heavier
    terms: Mapping[str, tuple[Sense, ...]]  # further senses by word
    _senses: dict[str, tuple[Sense, ...]] = field(default_factory=dict)
    _near: dict[Stem, frozenset[Stem]] = field(default_factory=dict)

    def __contains__(self, word: object) -> bool:
        return word in self.rows or word in self.terms

    def simplified(self, text: str) -> str:
        """``text`` with Traditional characters turned to Simplified; lengths stay."""
        return text.translate(self.to_simplified)

    def senses(self, word: str) -> tuple[Sense, ...]:
        """Senses of a Simplified word, () if it is no headword."""
        known = self._senses.get(word)
        if known is None:
            row = self.rows.get(word)
            known = self.terms.get(word, ()) + (() if row is None else self._read(row))
            if len(self._senses) > 50_000:
                self._senses.clear()
            self._senses[word] = known
        return known

    def _read(self, row: int) -> tuple[Sense, ...]:
        first, end = int(self.starts[row]), int(self.starts[row + 1])
        return tuple(
            tuple(self.stems[self.bounds[sense] : self.bounds[sense + 1]].tolist())
            for sense in range(first, end)
        )

    def parts(self, run: str) -> list[str]:
        """``run`` cut into headwords, the longest first from the left; what is none stays a character."""
        found, start = [], 0
        while start < len(run):
            for end in range(min(len(run), start + LONGEST_WORD), start, -1):
                if end == start + 1 or run[start:end] in self:
                    found.append(run[start:end])
                    start = end
                    break
        return found

    def inner(self, run: str, *, shortest: int = 1) -> list[str]:
        """All headwords that stand in ``run``, overlapping ones too, in order."""
        size = len(run)
        return [
            run[start:end]
            for start in range(size)
            for end in range(start + shortest, min(size, start + LONGEST_WORD) + 1)
            if run[start:end] in self
        ]

    def near(self, number: Stem) -> frozenset[Stem]:
        """Stems that are all of another sense of a word that ``number`` is all of a sense of."""
        known = self._near.get(number)
        if known is None:
            words, stems, order, first = self._lone
            found: set[Stem] = set()
            ours = words[order[first[number] : first[number + 1]]]
            starts, ends = np.searchsorted(words, ours), np.searchsorted(words, ours, "right")
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
                found.update(stems[start:end].tolist())
            known = self._near[number] = frozenset(found)
        return known

    @cached_property
    def _lone(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Senses of one stem: word and stem of each by word; their order by stem; each stem's first in it."""
        lone = np.flatnonzero(np.diff(self.bounds) == 1)
        words = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))[lone]
        stems = self.stems[self.bounds[lone]].astype(np.int64)
        ids = dict(zip(self.terms, range(len(self.rows), len(self.rows) + len(self.terms)), strict=True))
        ours = [
            (ids[word], sense[0])
            for word, senses in self.terms.items()
            for sense in senses
            if len(sense) == 1
        ]
        if ours:
            words = np.concatenate([words, [word for word, _ in ours]])
            stems = np.concatenate([stems, [one for _, one in ours]])
        order = np.argsort(stems, kind="stable")
        return words, stems, order, np.searchsorted(stems[order], np.arange(len(self.numbers) + 1))

    def number(self, stems: Sequence[str]) -> set[Stem]:
        """Numbers of those of ``stems`` that any gloss holds."""
        return {self.numbers[one] for one in stems if one in self.numbers}


@cache
def dictionary() -> Dictionary:
    """The dictionary that travels with the package, read at the first call."""
    data = files(__package__) / "data"
    return read_dictionary(
        (data / "cedict.zst").read_bytes(), read_terms((data / "news_terms.txt").read_text("utf-8"))
    )


def read_terms(text: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Stems of the senses by Chinese word, of a file in the form of data/news_terms.txt."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for line in text.splitlines():
        words, bar, english = line.partition("|")
        if bar and not line.startswith("#"):
            senses = tuple(tuple(map(stem, phrase.split())) for phrase in english.split(","))
            for word in words.split():
                found[word] = tuple(dict.fromkeys(found.get(word, ()) + senses))
    return found


def read_dictionary(
    packed: bytes, terms: Mapping[str, Sequence[Sequence[str]]] = MappingProxyType({})
) -> Dictionary:
    """A dictionary out of the bytes that :func:`pack_dictionary` made, and further senses by word."""
    text, _, arrays = zstandard.ZstdDecompressor().decompress(packed).partition(b"\0")
    about, traditional, simplified, characters, sounds, vocabulary, words = text.decode().rsplit("\n", 6)
    rows = words.split(" ")
    numbers = vocabulary.split(" ")
    per_word = np.frombuffer(arrays, np.uint8, len(rows))
    per_sense = np.frombuffer(arrays, np.uint8, int(per_word.sum(dtype=np.int64)), len(rows))
    stems = np.frombuffer(arrays, "<u2", -1, len(rows) + len(per_sense))
    by_stem = dict(zip(numbers, range(len(numbers)), strict=True))
    more = {
        word: tuple(tuple(by_stem.setdefault(one, len(by_stem)) for one in sense) for sense in senses)
        for word, senses in terms.items()
    }
    often = np.bincount(stems, minlength=len(by_stem))
    return Dictionary(
        about=about,
        rows=dict(zip(rows, range(len(rows)), strict=True)),
        numbers=by_stem,
        to_simplified=str.maketrans(traditional, simplified),
        sounds=dict(zip(characters, sounds.split(" "), strict=True)),
        starts=_starts(per_word),
        bounds=_starts(per_sense),
        stems=stems,
        terms=more,
        weights=(1 / np.log2(2 + often)).astype(np.float32),
    )


def pack_dictionary(
    *,
    about: str,
    to_simplified: dict[str, str],
    sounds: dict[str, str],
    senses: Mapping[str, Sequence[Sequence[str]]],
) -> bytes:
    """The file of a dictionary: ``senses`` by headword, each the stems of its gloss.

    A NUL ends the text; behind it stand senses of each word and stems of each sense (a byte each), then
    the stems' numbers (two bytes, little-endian). Equal contents give equal bytes.
    """
    words = sorted(senses)
    glosses = [gloss for word in words for gloss in senses[word]]
    often: dict[str, int] = {}
    for gloss in glosses:
        for one in gloss:
            often[one] = often.get(one, 0) + 1
    vocabulary = sorted(often, key=lambda one: (-often[one], one))
    numbers = {one: number for number, one in enumerate(vocabulary)}
    characters = sorted(sounds)
    lines = (
        about,
        "".join(sorted(to_simplified)),
        "".join(to_simplified[one] for one in sorted(to_simplified)),
        "".join(characters),
        " ".join(sounds[one] for one in characters),
        " ".join(vocabulary),
        " ".join(words),
    )
    arrays = (
        np.array([len(senses[word]) for word in words], np.uint8),
        np.array([len(gloss) for gloss in glosses], np.uint8),
        np.array([numbers[one] for gloss in glosses for one in gloss], "<u2"),
    )
    whole = "\n".join(lines).encode() + b"\0" + b"".join(array.tobytes() for array in arrays)
    return zstandard.ZstdCompressor(level=19, write_checksum=True).compress(whole)


def _starts(sizes: NDArray[np.uint8]) -> Ints:
    starts = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts
