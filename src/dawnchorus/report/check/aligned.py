"""Which sentence of the posts a clause of a claim speaks of, by shared words, names and numbers.

Not a rule: polarity.py and modality.py compare a clause with what it speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.content import Term, coverage_by, terms_of, told_by
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Number, Span
from dawnchorus.segment import sentences

_CLAUSE = re.compile(r"[,;:](?!\d)\s*|[。!?]\s*|\.\s+|\s-\s|\s(?:and|but|while|whereas|though|although)\s")
_SHORTEST = 6

# From evals/groundbench (tune third): below these a clause speaks of something else, or of too little.
LEAST_COVER = 0.4
LEAST_WEIGHT = 1.5  # about two everyday words


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a post and how much of a clause it covers."""

    text: str
    cover: float  # share of the clause's content words, 0 to 1
    weight: float  # worth of those words

    @property
    def close(self) -> bool:
        """Whether the clause speaks of it."""
        return self.cover >= LEAST_COVER and self.weight >= LEAST_WEIGHT


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause of the claim and what it is nearest to in the posts."""

    clause: str
    sentence: Passage
    part: Passage  # a clause of the posts


def pairs(claim: Claim, ground: Ground, aliases: Aliases) -> Iterator[Pair]:
    """Clauses of the claim that speak of a sentence of the posts, each with it and its nearest clause."""
    places = [sentence for text in ground.texts for sentence in sentences(text)]
    if not places:
        return
    terms = terms_of(claim, ground.speakers, aliases)
    for start, end in spans_of_clauses(claim.open_text):
        within = [term for term in terms if start <= term.start < end]
        numbers = [number for number in claim.numbers if start <= number.start < end]
        nearest = _nearest(within, numbers, places)
        if nearest.close:
            parts = clauses(nearest.text)
            nearer = _nearest(within, numbers, parts) if len(parts) > 1 else nearest
            yield Pair(claim.open_text[start:end], nearest, nearer)


def _nearest(terms: Sequence[Term], numbers: Sequence[Number], places: Sequence[str]) -> Passage:
    best, most = Passage("", 0.0, 0.0), -1.0
    for place in places:
        found = coverage_by(terms, told_by(place))
        weight = sum(word.cover * word.weight for word in found.words)
        shared = weight + sum(number.text in place for number in numbers)
        if shared > most:
            best, most = Passage(place, found.score, weight), shared
    return best


def clauses(text: str) -> list[str]:
    """Clauses of a folded sentence, none shorter than a few characters."""
    return [text[start:end] for start, end in spans_of_clauses(text)]


def spans_of_clauses(text: str) -> list[Span]:
    """Where they stand."""
    bounds = [0, *(at for match in _CLAUSE.finditer(text) for at in match.span()), len(text)]
    found = [_stripped(text, start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    return [span for span in found if span[1] - span[0] >= _SHORTEST] or [(0, len(text))]


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())
