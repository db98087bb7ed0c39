"""What each clause of a claim is about, and which pieces of the posts speak of it.

Not a rule: modality.py, polarity.py and proof.py compare what a clause says of its anchors (content words,
numbers, days, names) with how the posts speak of the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.aligned import spans_of_clauses
from dawnchorus.report.check.content import COVERED, Term, terms_of, told_by
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.moment import Moment
from dawnchorus.report.check.moments import moments_in
from dawnchorus.report.check.number import Number
from dawnchorus.segment import sentences

_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9À-ɏ-]+")
# What an anchor weighs beside content words (1 to 3): two clauses seldom share a number by chance.
_NUMBER, _DAY, _NAMED = 2.5, 1.5, 0.7


@dataclass(frozen=True, slots=True)
class Place:
    """A clause of a post."""

    text: str
    sentence: str
    post: int
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A word, number, day or name of a clause and how far each place holds it, 0 to 1."""

    text: str
    weight: float
    covers: tuple[float, ...]
    kind: str
    term: Term | None = None

    def stands_in(self, places: Sequence[int]) -> bool:
        """Whether any of ``places`` holds it."""
        return any(self.covers[place] >= COVERED for place in places)


@dataclass(frozen=True, slots=True)
class Said:
    """A clause of the claim."""

    text: str
    start: int
    moments: tuple[Moment, ...]
    anchors: tuple[Anchor, ...]

    def weight(self, places: Sequence[int], *, but: Sequence[int] = ()) -> float:
        """Worth of the anchors that any of ``places`` holds and none of ``but``; 0 if all are names."""
        only = [one for one in self.anchors if one.stands_in(places) and not one.stands_in(but)]
        return sum(one.weight for one in only) if any(one.kind != "name" for one in only) else 0.0

    def held(self, places: Sequence[int]) -> list[int]:
        """``places`` by the worth of what they hold of it, most first."""
        return sorted(places, key=lambda place: -self.weight((place,)))


@dataclass(frozen=True)
class Grid:
    """All clauses of a claim against all clauses of its posts."""

    places: tuple[Place, ...]
    clauses: tuple[Said, ...]


def grid(claim: Claim, ground: Ground, aliases: Aliases) -> Grid:
    """The clauses of the claim with their anchors, and the clauses of the posts."""
    places: list[Place] = []
    numbers: list[list[Number]] = []
    for post, (item, text) in enumerate(zip(ground.items, ground.texts, strict=True)):
        day = ground.day_of(item) or claim.anchor
        dated = moments_in(text, day)
        counted = ground.by_post[post]
        for at, sentence in _located(text, sentences(text)):
            for first, last in spans_of_clauses(sentence):
                start, end = at + first, at + last
                inside = tuple(one for one in dated if start <= one.start < end)
                places.append(Place(text[start:end], sentence, post, inside))
                numbers.append([one for one in counted if start <= one.start < end])
    told = [told_by(place.text) for place in places]
    terms = terms_of(claim, ground.speakers, aliases)
    speakers = "\n".join(ground.speakers).casefold()
    said = []
    for start, end in spans_of_clauses(claim.open_text):
        text = claim.open_text[start:end]
        anchors = [
            Anchor(term.text, term.weight, tuple(one.cover(term) for one in told), "word", term)
            for term in terms
            if start <= term.start < end
        ]
        for number in claim.numbers:
            if start <= number.start < end:
                covers = tuple(float(any(_same(number, one) for one in there)) for there in numbers)
                anchors.append(Anchor(number.text, _NUMBER, covers, "number"))
        days = tuple(moment for moment in claim.moments if start <= moment.start < end)
        for day_ in days:
            covers = tuple(float(any(_meet(day_, one) for one in place.moments)) for place in places)
            anchors.append(Anchor(day_.text, _DAY, covers, "day"))
        for match in _NAME.finditer(text):
            name = match.group().casefold()
            if name not in speakers:
                covers = tuple(float(name in place.text.casefold()) for place in places)
                anchors.append(Anchor(match.group(), _NAMED, covers, "name"))
        said.append(Said(text, start, days, tuple(anchors)))
    return Grid(tuple(places), tuple(said))


def _located(text: str, pieces: Sequence[str]) -> Iterator[tuple[int, str]]:
    at = 0
    for piece in pieces:
        at = max(text.find(piece, at), at)
        yield at, piece
        at += len(piece)


def _same(one: Number, other: Number) -> bool:
    return (
        one.low <= other.high and other.low <= one.high and (one.unit or other.unit) in (other.unit, one.unit)
    )


def _meet(one: Moment, other: Moment) -> bool:
    if "loose" in (one.grain, other.grain):
        return False
    return any(a <= d and c <= b for a, b in one.spans[:1] for c, d in other.spans)
