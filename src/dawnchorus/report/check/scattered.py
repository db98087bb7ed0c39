"""Rule: what one clause tells stands together in the posts.

Catches stories merged and things put in another's place: the numbers, names and days of a clause that no
one post has all of (strong), or no one sentence of a post (weak), and its words likewise (weak). Can't tell
who did what where all stands in one sentence; what a clause rightly fuses is a false alarm. Never rejects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.aligned import spans_of_clauses
from dawnchorus.report.check.content import COVERED, Told, terms_of, told_by
from dawnchorus.report.check.dates import check_dates
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.rounding import within_rounding
from dawnchorus.segment import sentences

_NAME = re.compile(r"[A-Z][A-Za-z0-9]+(?:-[A-Za-z0-9]+)*|[A-Z0-9]{2,}")
_WORD_WORTH = 0.5  # of a number or a name, when it is asked where most of a clause stands
_LONGEST = 16  # sentences of posts; what a clause tells of an article stands in several
_MOST = 3  # of one kind that are told, so that no long clause escalates by its length alone


@dataclass(frozen=True, slots=True)
class Piece:
    """A number, name, day or word of the sentence, and the places of the posts that have it."""

    text: str
    start: int
    hard: bool  # no mere word
    places: frozenset[int]


@dataclass(frozen=True, slots=True)
class Place:
    """A post, or a sentence of one."""

    squashed: str
    numbers: tuple[Number, ...]
    told: Told
    text: str
    alone: Ground | None = None  # the post as all there is


def check_scattered(claim: Claim, ground: Ground, aliases: Aliases) -> list[Finding]:
    """Pieces of the worst clause that stand apart from the others, in other posts and in other sentences."""
    found = []
    for kind, places in (("posts", _posts(ground)), ("sentences", _sentences(ground))):
        apart = _apart(claim, ground, aliases, places) if 1 < len(places) <= _LONGEST else []
        for hard in (True, False):
            some = [piece for piece in apart if piece.hard is hard][:_MOST]
            signal = f"scattered.{kind}" if hard else "scattered.words"
            where = "another post" if kind == "posts" else "another sentence"
            found += [
                Finding(
                    rule="scattered",
                    words=piece.text,
                    detail=f"{piece.text} stands in {where} than the rest of its clause",
                    level="escalated",
                    signal=signal,
                )
                for piece in some
            ]
    return found


def _apart(claim: Claim, ground: Ground, aliases: Aliases, places: Sequence[Place]) -> list[Piece]:
    """What the best place of a clause lacks and another has, of the clause where that is most."""
    pieces = [piece for piece in _pieces(claim, ground, aliases, places) if piece.places]
    worst: list[Piece] = []
    for start, end in spans_of_clauses(claim.open_text):
        here = [piece for piece in pieces if start <= piece.start < end]
        best = max(range(len(places)), key=lambda at: _worth([piece for piece in here if at in piece.places]))
        worst = max(worst, [piece for piece in here if best not in piece.places], key=_worth)
    return worst


def _worth(pieces: Sequence[Piece]) -> float:
    return sum(1.0 if piece.hard else _WORD_WORTH for piece in pieces)


def _pieces(claim: Claim, ground: Ground, aliases: Aliases, places: Sequence[Place]) -> Iterator[Piece]:
    text = claim.without(ground.speakers).open_text
    timed = [(moment.start, moment.end) for moment in claim.moments]

    def piece(words: str, start: int, there: Sequence[bool], *, hard: bool = True) -> Piece:
        return Piece(words, start, hard, frozenset(at for at, held in enumerate(there) if held))

    for number in claim.numbers:
        held = [
            number.text in place.text or any(within_rounding(number, one) for one in place.numbers)
            for place in places
        ]
        yield piece(number.text, number.start, held)
    if all(place.alone for place in places):
        for moment in claim.moments:
            said = Claim(moment.text, (), claim.window, claim.anchor)
            held = [place.alone is not None and not check_dates(said, place.alone) for place in places]
            yield piece(moment.text, moment.start, held)
    known = {match.span(): aliases.same(match.group()) for match in aliases.pattern.finditer(text)}
    starts = {start for start, _ in known}
    for match in _NAME.finditer(text):
        # A capital opens an English sentence, and a month is no name.
        opens = match.start() == 0 and not claim.chinese
        if not (match.start() in starts or opens or any(a <= match.start() < b for a, b in timed)):
            known[match.span()] = (squash(match.group()),)
    for (start, end), forms in sorted(known.items()):
        held = [any(form in place.squashed for form in forms) for place in places]
        yield piece(text[start:end], start, held)
    for term in terms_of(claim, ground.speakers, aliases):
        yield piece(
            term.text, term.start, [place.told.cover(term) >= COVERED for place in places], hard=False
        )


def _posts(ground: Ground) -> list[Place]:
    if len(ground.items) < 2:
        return []
    each = [Ground((item,), ground.window, ground.names) for item in ground.items]
    return [Place(one.squashed, one.numbers, told_by(*one.texts), one.text, one) for one in each]


def _sentences(ground: Ground) -> list[Place]:
    """Sentences of all posts with the numbers that stand in them."""
    found = []
    for text, numbers in zip(ground.texts, ground.by_post, strict=True):
        start = 0
        for sentence in sentences(text):
            start = max(text.find(sentence, start), start)
            end = start + len(sentence)
            within = tuple(number for number in numbers if start <= number.start < end)
            found.append(Place(squash(sentence), within, told_by(sentence), sentence))
            start = end
    return found
