"""Which content words of a sentence have a counterpart in its posts, in its own language or the other.

Catches what no post speaks of: sentences with the citation of another post, embellishment, trends, praise.
Can't tell who did what to whom, nor whether it happened; a word may have been put in other words that no
dictionary holds. So it is a reason to look again, never a verdict.

Names, numbers, dates and quotations are left out: other rules have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import rjieba

from dawnchorus.frequencies.words import centibels
from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.dictionary import Dictionary, Stem, dictionary
from dawnchorus.report.check.ground import Claim, Ground, blank, is_chinese
from dawnchorus.report.check.number import Span
from dawnchorus.report.check.stems import stem

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9'’-]*|@\w+|#\w+")
_ENGLISH = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]")
_SENTENCE_END = frozenset('.!?:;"(-')

COVERED = 0.5
"""From this share on a word counts as covered."""

# By whether the sentence and whether the posts are Chinese: the score that a tenth of the supported
# sentences stay below, rounded down (evals/groundbench, tune third). For Chinese on English from
# evals/natural, before its words were read: data/news_terms.txt knows those of the tune third too well.
_LEAST = {(True, False): 0.42, (False, True): 0.42, (True, True): 0.75, (False, False): 0.5}

# From evals/groundbench (tune third); the figures hardly move when these do.
_NEAR = 0.4  # of the worth of a word, if the posts have a word near to its English
_PARTLY = 0.6  # of the worth of a word that is found only in parts or through a synonym
_LATIN_WEIGHT = 1.5  # of any English word: rarity tells nothing there
_RARE, _RARE_LATIN = 500, 450  # centibels
_SINGLE = 0.5  # of the weight of a word, if it is one Chinese character
# By the first letter of rjieba's tag.
_KINDS = {"n": "n", "v": "v", "a": "a", "d": "a", "b": "a", "z": "a", "i": "a", "l": "a"}


class Term(NamedTuple):
    """A content word of a sentence as written, Simplified if Chinese."""

    text: str
    start: int  # in the open text
    weight: float
    chinese: bool
    kind: str = ""  # part of speech: "n", "v", "a" (adverbs too) or "" if unknown


class Word(NamedTuple):
    """A content word and the share of it that the posts cover."""

    term: Term
    cover: float  # 0 to 1

    @property
    def text(self) -> str:
        """As written."""
        return self.term.text

    @property
    def weight(self) -> float:
        """What it counts for."""
        return self.term.weight


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the content words of a sentence have counterparts in its posts."""

    words: tuple[Word, ...]  # in the order of the sentence

    @property
    def score(self) -> float:
        """Weighted share that is covered, 0 to 1; 1 where there is nothing to cover."""
        # One more word that is covered: of a single word no share can be told.
        total = sum(word.weight for word in self.words)
        return (1 + sum(word.weight * word.cover for word in self.words)) / (1 + total)

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Words without a counterpart, the rarest first."""
        missing = [word for word in self.words if word.cover < COVERED]
        ordered = sorted(missing, key=lambda word: (-word.weight * (1 - word.cover), word.text))
        return tuple(dict.fromkeys(word.text for word in ordered))


def least_score(claim: Claim, ground: Ground) -> float:
    """The score below which a sentence should be looked at again; posts in both languages ask for less."""
    languages = [chinese for chinese, there in ((True, ground.chinese), (False, ground.english)) if there]
    return min((_LEAST[claim.chinese, chinese] for chinese in languages), default=0.0)


@dataclass(frozen=True, slots=True)
class Told:
    """Posts, or a piece of one, as content is looked for in them."""

    han: str  # Chinese posts, Simplified
    own: frozenset[str]  # stems of English words
    numbers: frozenset[Stem]  # the same as the dictionary numbers them
    glossed: frozenset[Stem]  # English stems of the Chinese words
    _covers: dict[tuple[str, bool], float] = field(default_factory=dict)

    def cover(self, term: Term) -> float:
        """How far ``term`` has a counterpart here, 0 to 1."""
        key = term.text, term.chinese
        known = self._covers.get(key)
        if known is None:
            known = self._covers[key] = (_chinese if term.chinese else _english)(term.text, self)
        return known


def content_coverage(claim: Claim, ground: Ground, aliases: Aliases) -> Coverage:
    """Coverage of the content words of ``claim`` outside its quotes by the posts of ``ground``."""
    return coverage_by(terms_of(claim, ground.speakers, aliases), told_by(*ground.texts, *ground.speakers))


def coverage_by(terms: Sequence[Term], told: Told) -> Coverage:
    """Coverage of ``terms``."""
    return Coverage(tuple(Word(term, told.cover(term)) for term in terms))


def terms_of(claim: Claim, speakers: Sequence[str], aliases: Aliases) -> tuple[Term, ...]:
    """Content words of the open text of ``claim`` without ``speakers``, in its order."""
    return _terms_in(_without_names(claim, speakers, aliases))


@lru_cache(maxsize=256)
def _terms_in(text: str) -> tuple[Term, ...]:
    found = [*_chinese_terms(dictionary().simplified(text)), *_english_terms(text)]
    return tuple(sorted(found, key=lambda term: term.start))


def _without_names(claim: Claim, speakers: Sequence[str], aliases: Aliases) -> str:
    """The open text without names of the alias table, days, times of day and numbers."""
    spans: list[Span] = [*aliases.spans(claim.open_text)]
    spans += [(moment.start, moment.end) for moment in claim.moments]
    spans += [(clock.start, clock.end) for clock in claim.clocks]
    spans += [(number.start, number.end) for number in claim.numbers]
    return blank(claim.without(speakers).open_text, spans)


def _chinese_terms(text: str) -> Iterator[Term]:
    """Chinese content words of a Simplified text."""
    light = _light()
    book, rarity = dictionary(), _rarity()
    for run in _HAN_RUN.finditer(text):
        start = run.start()
        for word, tag in rjieba.tag(run.group(), True):
            # What neither list knows is as often two words as one: 中约, 方说.
            known = word in book or word in rarity
            for part in (word,) if known else book.parts(word):
                if part not in light:
                    weight = _weight(part) * (_SINGLE if len(part) == 1 else 1)
                    yield Term(part, start, weight, True, _KINDS.get(tag[0], "") if known else "")
                start += len(part)


def _english_terms(text: str) -> Iterator[Term]:
    """English content words in lower case; a capital inside a sentence makes a name."""
    light = _light()
    for match in _LATIN.finditer(text):
        word = match.group()
        if not word[0].islower():
            before = text[: match.start()].rstrip()
            opens = not before or before[-1] in _SENTENCE_END
            if not (opens and word[1:].islower() and word.lower() in _rarity()):
                continue
        for part in _ENGLISH.findall(word.lower().replace("’", "'")):
            if len(part) > 1 and part not in light and stem(part) not in light:
                yield Term(part, match.start(), _LATIN_WEIGHT, False)


@lru_cache(maxsize=4096)
def told_by(*texts: str) -> Told:
    """What ``texts`` speak of; texts are folded."""
    book = dictionary()
    english = [word for text in texts for word in _ENGLISH.findall(text.lower().replace("’", "'"))]
    parts = {part for word in english for part in (word, *word.split("-"))}
    own = frozenset(stem(part) for part in parts)
    han = "\n".join(book.simplified(text) for text in texts if is_chinese(text))
    runs = _HAN_RUN.findall(han)
    words = {word for run in runs for word in (*rjieba.cut(run, True), *book.inner(run, shortest=2))}
    glossed = {one for word in words for sense in book.senses(word) for one in sense}
    numbers = frozenset(book.number(tuple(own - _light())))
    return Told(han, own, numbers, frozenset(glossed))


@lru_cache(maxsize=1024)
def _near_to(numbers: frozenset[Stem]) -> frozenset[Stem]:
    book = dictionary()
    return frozenset[Stem]().union(*(book.near(number) for number in numbers))


def _chinese(word: str, told: Told) -> float:
    cover, book = 0.0, dictionary()
    if told.han:
        cover = _in_chinese(word, told, book)
    if told.numbers and cover < 1:
        cover = max(cover, _glossed(word, told.numbers, book))
        if cover < COVERED:
            cover = max(cover, _NEAR * _glossed(word, _near_to(told.numbers), book))
    return cover


def _in_chinese(word: str, told: Told, book: Dictionary) -> float:
    """How far Chinese posts hold a Chinese word: itself, its characters, or a synonym."""
    if word in told.han:
        return 1.0
    pieces = [word[start : start + 2] for start in range(max(1, len(word) - 1))]
    pairs = sum(piece in told.han for piece in pieces) / len(pieces)
    single = sum(character in told.han for character in word) / len(word)
    return max(pairs, _PARTLY * single, _PARTLY * _glossed(word, told.glossed, book))


def _glossed(word: str, stems: frozenset[Stem], book: Dictionary) -> float:
    """How much of the best gloss of ``word`` is among ``stems``."""
    if stems.isdisjoint(_glosses(word)):
        return 0.0
    best = 0.0
    for sense in _weighed(word):
        share = sum([weight for one, weight in sense if one in stems])
        best = max(best, share)
    if best >= COVERED:
        return best
    parts = _parts(word)
    if len(parts) == 1 or (len(word) < 3 and book.senses(word)):
        return best
    return max(best, sum([_glossed(part, stems, book) * len(part) for part in parts]) / len(word))


@lru_cache(maxsize=32768)
def _glosses(word: str) -> frozenset[Stem]:
    """Stems of all its senses and of its parts'."""
    parts = _parts(word)
    inner = (_glosses(part) for part in parts) if len(parts) > 1 else ()
    return frozenset(one for sense in dictionary().senses(word) for one in sense).union(*inner)


@lru_cache(maxsize=32768)
def _weighed(word: str) -> tuple[tuple[tuple[Stem, float], ...], ...]:
    """Senses of a word, each stem with its share of the sense: the rarer in glosses the larger."""
    book, found = dictionary(), []
    for sense in book.senses(word):
        weights = [float(book.weights[one]) for one in sense]
        whole = sum(weights)
        found.append(tuple((one, weight / whole) for one, weight in zip(sense, weights, strict=True)))
    return tuple(found)


@lru_cache(maxsize=32768)
def _parts(word: str) -> tuple[str, ...]:
    """The words that ``word`` is made of: 无线 and 耳机 of 无线耳机; itself if it is one character."""
    book = dictionary()
    if len(word) == 1 or word not in book:
        return tuple(book.parts(word))
    middle = (len(word) + 1) // 2
    return (*book.parts(word[:middle]), *book.parts(word[middle:]))


def _english(word: str, told: Told) -> float:
    parts = [word, *(part for part in word.split("-") if part and part != word)]
    covers = [_in_posts(part, told) for part in parts]
    return max(covers[0], sum(covers[1:]) / len(covers[1:]) if covers[1:] else 0.0)


def _in_posts(word: str, told: Told) -> float:
    root = stem(word)
    if root in told.own:
        return 1.0
    number = dictionary().numbers.get(root)
    return 1.0 if number is not None and number in told.glossed else 0.0


@cache
def _light() -> frozenset[str]:
    """Words that need no counterpart, English ones as stems too."""
    text = (files(__package__) / "data" / "light_words.txt").read_text("utf-8")
    words = {word for line in text.splitlines() if not line.startswith("#") for word in line.split()}
    return frozenset(words | {stem(word) for word in words if word.isascii()})


@cache
def _rarity() -> dict[str, int]:
    """How rare common words of general Chinese and English are, in centibels (200: one word in a hundred)."""
    # The Chinese list has Latin words too, which are common in English.
    chinese = {word: rare for word, rare in centibels("zh").items() if not word.isascii()}
    return centibels("en") | chinese


def is_rare(word: str) -> bool:
    """Whether fewer than ten words of a million are ``word``; thirty if it is English."""
    return _rarity().get(word, 700) >= (_RARE_LATIN if word.isascii() else _RARE)


def _weight(word: str) -> float:
    """1 for everyday Chinese words to 3 for those that are hardly ever used."""
    return min(max(_rarity().get(word, 620), 320), 620) / 150 - 1.13
