"""The posts that speak most of a sentence, in its own language or the other.

A structured query over an inverted index: what the sentence names, counts and tells is a list of concepts,
each with the ways a post may put it: names by their aliases or their sound, words by the dictionary's
counterparts, numbers by value. Ways of one concept count as one word, as rare as all of them together
(A. Pirkola, "The effects of query structure and dictionary setups in dictionary-based cross-language
retrieval", SIGIR 1998); weights are those of BM25 with posts' words counted once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl
import rjieba
from numpy.typing import NDArray

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.fold import fold, squash
from dawnchorus.report.check.postings import index_texts, numbers_of, pairs_of, terms_of, versions_of
from dawnchorus.report.check.stems import stem

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9]*(?:['’][a-z]+)?")

# Up to three words with capitals, or parts with a hyphen: "Chen Yi-an", "Hongqiao".
_SPELT = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+(?: [A-Z][a-z]+|-[A-Za-z][a-z]*){0,2}(?![A-Za-z])")

# From evals/retrieval.py; the figures hardly move when these do.
_NAME = 1.5  # of the weight of a word: who and what a sentence is about
_SOUND = 1.0  # of a pair of syllables
_OTHER_LANGUAGE = 0.8  # of a match in the same language
_LENGTH = 0.4  # how far long posts are held back: "b" of BM25
# Posts of other days that are taken to hold none of the words: of a handful nobody can tell what is rare.
_PRIOR = 3000
_MOST_WORDS = 40  # Chinese words of one English stem that are tried


class Way(NamedTuple):
    """One way to put a concept: all of its terms, or as many as there are where ``partly``."""

    terms: tuple[str, ...]
    worth: float = 1.0
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Concept:
    """Something a sentence speaks of, in the ways that posts may put it."""

    text: str
    ways: tuple[Way, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A post that speaks of a sentence; ``share`` (0 to 1) is how much of the sentence's weight it holds."""

    post: str
    share: float
    score: float


class PostIndex:
    """Posts that can be searched; copies of other posts are left out.

    Args:
        posts: Schema KEPT, CLEANED or POSTS.
        aliases: Names that are one.
    """

    def __init__(self, posts: pl.DataFrame, aliases: Aliases) -> None:
        if "duplicate_of" in posts.columns:
            posts = posts.filter(pl.col("duplicate_of").is_null())
        held = [name for name in ("clean_text", "text") if name in posts.columns]
        beside = [
            pl.col(name).fill_null("")
            for name in ("author", "author_name", "quoted_author", "quoted_text")
            if name in posts.columns
        ]
        texts = posts.select(
            pl.concat_str(pl.coalesce(held).fill_null(""), *beside, separator=" ")
        ).to_series()
        self.ids: list[str] = posts["id"].to_list()
        self.postings = index_texts(texts)
        self._aliases = aliases
        sizes = self.postings.sizes
        mean = float(sizes.mean()) if len(sizes) and sizes.any() else 1.0
        self._damp = (1 / (1 - _LENGTH + _LENGTH * np.maximum(sizes, 1) / mean) ** 0.5).astype(np.float32)

    def search(self, sentence: str, *, most: int) -> list[Hit]:
        """Up to ``most`` posts that share anything with ``sentence``, the best first, ties by row."""
        number = len(self.ids) + _PRIOR
        total = np.zeros(len(self.ids), np.float32)
        whole = 0.0
        for concept in self.concepts(sentence):
            covers, often = self._covers(concept)
            weight = concept.weight * math.log(1 + (number - often + 0.5) / (often + 0.5))
            whole += weight
            if covers is not None:
                total += np.float32(weight) * covers
        if not whole:
            return []
        ranked = total * self._damp
        places = np.flatnonzero(total)
        if len(places) > most:
            least = np.partition(ranked[places], -most)[-most]
            places = places[ranked[places] >= least]
        places = places[np.argsort(-ranked[places], kind="stable")][:most]
        return [
            Hit(self.ids[place], round(float(total[place]) / whole, 4), round(float(ranked[place]), 4))
            for place in places.tolist()
        ]

    def concepts(self, sentence: str) -> list[Concept]:
        """What ``sentence`` speaks of, each once."""
        text = fold(sentence.encode("utf-8", "replace").decode())
        found: dict[str, Concept] = {}
        for concept in self._read(text):
            if concept.ways:
                found.setdefault(concept.text, concept)
        return list(found.values())

    def _read(self, text: str) -> Iterator[Concept]:
        rest = list(text)
        for match in self._aliases.pattern.finditer(text):
            forms = self._forms.get(squash(match.group()), ())
            ways = tuple(Way(tuple(terms)) for form in forms if (terms := terms_of(form)))
            yield Concept(squash(match.group()), ways, _NAME)
            rest[match.start() : match.end()] = " " * (match.end() - match.start())
        left = "".join(rest)
        for term in numbers_of(text):
            yield Concept(term, (Way((term,)),))
        for term in versions_of(left):
            yield Concept(term, (Way((term,)),), _NAME)
        simple = dictionary().simplified(left)
        for run in _HAN_RUN.findall(simple):
            yield from map(_chinese, (word for word in rjieba.cut(run, True) if word not in _light()))
        yield from self._heard(left)
        for match in _LATIN.finditer(left):
            word = match.group()
            if word.lower() not in _light() and stem(word.lower()) not in _light():
                yield _english(word)

    def _heard(self, text: str) -> Iterator[Concept]:
        """Chinese names written in Latin letters, by each pair of their syllables: 陈以安 of "Chen Yi-an"."""
        for name in _SPELT.findall(text):
            syllables = _syllables(re.sub("[^a-z]", "", name.lower()))
            for pair in pairwise(syllables):
                ways = tuple(Way((written,)) for written in self._by_sound.get(pair, ()))
                yield Concept("~".join(pair), ways, _SOUND)

    @cached_property
    def _by_sound(self) -> dict[tuple[str, str], list[str]]:
        """Pairs of Han characters in the posts by their syllables."""
        sounds = dictionary().sounds
        found: dict[tuple[str, str], list[str]] = {}
        for term in self.postings.terms:
            if len(term) == 2 and term[0] in sounds and term[1] in sounds:
                found.setdefault((sounds[term[0]], sounds[term[1]]), []).append(term)
        return found

    @cached_property
    def _forms(self) -> dict[str, tuple[str, ...]]:
        """All names of the groups that a name is in, by its letters and digits."""
        found: dict[str, dict[str, None]] = {}
        for group in self._aliases.groups:
            for name in group:
                found.setdefault(squash(name), {}).update(dict.fromkeys(group))
        return {name: tuple(names) for name, names in found.items()}

    def _covers(self, concept: Concept) -> tuple[NDArray[np.float32] | None, int]:
        """How far each post holds a concept, 0 to 1, and in how many it stands."""
        covers: NDArray[np.float32] | None = None
        for way in concept.ways:
            if covers is None:
                covers = np.zeros(len(self.ids), np.float32)
            if way.partly and len(way.terms) > 1:
                part = np.zeros(len(self.ids), np.float32)
                for term in way.terms:
                    part[self.postings[term]] += way.worth / len(way.terms)
                np.maximum(covers, part, out=covers)
            else:
                rows = self.postings.all_of(way.terms)
                covers[rows] = np.maximum(covers[rows], way.worth)
        return covers, 0 if covers is None else int(np.count_nonzero(covers >= 0.5))


def _chinese(word: str) -> Concept:
    """A Chinese word: itself or its parts, or a gloss of the dictionary."""
    book, ways = dictionary(), []
    if pairs := pairs_of(word):
        ways.append(Way(tuple(pairs), partly=True))
    for sense in book.senses(word):
        ways.append(Way(tuple(_stems()[one] for one in sense), _OTHER_LANGUAGE))
        if len(sense) > 1:
            ways += [Way((_stems()[one],), _OTHER_LANGUAGE * 0.5) for one in sense]
    if not book.senses(word) and len(word) > 2:
        for part in book.parts(word):
            ways += [
                Way(tuple(_stems()[one] for one in sense), _OTHER_LANGUAGE * len(part) / len(word))
                for sense in book.senses(part)
                if len(part) > 1
            ]
    return Concept(word, tuple(dict.fromkeys(ways)), 1.0 if len(word) > 1 else 0.4)


def _english(word: str) -> Concept:
    """An English word: any of its forms, or a Chinese word that it glosses."""
    root = stem(word.lower().replace("’", "'"))
    ways = [Way((root,))] if root else []
    ways += [Way(tuple(pairs_of(han)), _OTHER_LANGUAGE) for han in _glossed().get(root, ())]
    return Concept(root, tuple(ways), _NAME if word[0].isupper() else 1.0)


def _syllables(letters: str) -> list[str]:
    """The Chinese syllables that ``letters`` spell, long ones first from the left; none if they do not."""
    known, start = _sounds(), 0
    found: list[str] = []
    while start < len(letters):
        end = next((end for end in range(start + 6, start, -1) if letters[start:end] in known), 0)
        if not end:
            return []
        found.append(letters[start:end])
        start = end
    return found


@cache
def _sounds() -> frozenset[str]:
    return frozenset(dictionary().sounds.values())


@cache
def _stems() -> tuple[str, ...]:
    """English stems by their number."""
    return tuple(dictionary().numbers)


@cache
def _glossed() -> dict[str, tuple[str, ...]]:
    """Chinese words of two characters or more by an English stem that alone glosses them, short first."""
    book = dictionary()
    found: dict[str, dict[str, None]] = {}
    for word in (*book.terms, *book.rows):
        if len(word) > 1:
            for sense in book.senses(word):
                if len(sense) == 1:
                    found.setdefault(_stems()[sense[0]], {})[word] = None
    return {root: tuple(sorted(words, key=len)[:_MOST_WORDS]) for root, words in found.items()}


@cache
def _light() -> frozenset[str]:
    """Words that say nothing of what a sentence is about."""
    text = (files(__package__) / "data" / "light_words.txt").read_text("utf-8")
    words = {word for line in text.splitlines() if not line.startswith("#") for word in line.split()}
    return frozenset(words | {stem(word) for word in words if word.isascii()})
