"""Rule: what grew in the posts does not fall in the sentence, nor trade places with what it is compared to.

Catches up for down (and above for below) in a clause that speaks of one of the posts, "from 9 to 14" for
"from 14 to 9", and two numbers set side by side the wrong way round. Can't tell: two things compared in
words of their own on both sides, nor which of them a number belongs to. Never rejects but for its own
numbers: 60 that exceed 65.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from dawnchorus.report.check.aligned import Pair
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground, blank
from dawnchorus.report.check.lexicon import entry
from dawnchorus.report.check.moments import moments_in
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.numerals import numbers_in
from dawnchorus.report.check.rounding import within_rounding


class Change(NamedTuple):
    """What a number was and what it became."""

    old: Number
    new: Number


def check_comparison(claim: Claim, ground: Ground, places: Callable[[], Sequence[Pair]]) -> list[Finding]:
    """Directions and orders of numbers that are not those of the posts."""
    claim = claim.without(ground.speakers)
    found = [*_turned(claim, ground), *_own_numbers(claim)]
    if not found and (_goes(claim.open_text)):
        found += [*_with_numbers(claim, ground), *_directions(places())]
    if not found:
        found += _unsaid(claim, ground)
    return found[:1]


def _goes(text: str) -> frozenset[str]:
    """Which ways the words of a text go: "more", "less"."""
    return frozenset(way for way in ("more", "less") if entry("comparison", way).first(text))


def _directions(pairs: Sequence[Pair]) -> Iterator[Finding]:
    for pair in pairs:
        mine = _goes(pair.clause)
        theirs = (_goes(pair.part.text) if pair.part.close else frozenset()) or _goes(pair.sentence.text)
        if len(mine) == 1 and len(theirs) == 1 and mine != theirs:
            said = entry("comparison", next(iter(mine))).first(pair.clause) or ""
            known = entry("comparison", next(iter(theirs))).first(pair.sentence.text) or ""
            yield Finding(
                rule="comparison",
                words=said,
                detail=f"{said}: the cited posts say {known} of it",
                level="escalated",
                signal="comparison.direction",
            )


_CLAUSE = re.compile(
    r"[^,，;；:。!?！？]+?(?:(?<=\d),(?=\d)[^,，;；:。!?！？]+?)*(?:[,，;；:。!?！？]|\.\s|$)"
)


@lru_cache(maxsize=2048)
def clauses_of(text: str) -> tuple[str, ...]:
    """Clauses of a folded text, the shortest too."""
    return tuple(match.group() for match in _CLAUSE.finditer(text))


def _clause_at(text: str, place: int) -> str:
    """The clause around a place of a folded text."""
    return next((match.group() for match in _CLAUSE.finditer(text) if match.end() > place), text)


def _with_numbers(claim: Claim, ground: Ground) -> Iterator[Finding]:
    """A number that goes the other way in the posts: "1,400 more" for 比去年少1400人."""
    for number in claim.numbers:
        mine = _goes(_clause_at(claim.open_text, number.start))
        if len(mine) != 1 or (number.low < _TELLING and not number.unit):
            continue
        theirs = [
            _goes(_clause_at(text, other.start))
            for text in ground.texts
            for other in numbers_in(text)
            if other.unit == number.unit and within_rounding(number, other)
        ]
        if theirs and all(len(ways) == 1 and ways != mine for ways in theirs):
            said = (
                entry("comparison", next(iter(mine))).first(_clause_at(claim.open_text, number.start)) or ""
            )
            yield Finding(
                rule="comparison",
                words=said,
                detail=f"{said} with {number.text}: the cited posts say the opposite with it",
                level="escalated",
                signal="comparison.direction",
            )
            return


_TELLING = 5  # smaller bare numbers stand for too many things
_OLD_BEFORE = re.compile(
    r"(?:(?:从|由|自)[^,，。;；\d]{0,12}|原(?:来|先)?的?|(?<![a-z])from\s?(?:about|around|roughly|nearly)?)\s?$",
    re.IGNORECASE,
)
_TO_NEW = re.compile(
    r"^[^,，。;；]{0,20}(?:到|至|为|成|→|->|(?<![a-z])to\s)\s?(?:了)?(?:约|近|about|around|roughly|nearly)?\s?$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"^[^\w]{0,2}(?:→|->|=>|⇒)[^\w]{0,2}$")
_OLD_AFTER = re.compile(
    r"^[^.。;；]{0,24}(?:(?<![a-z])(?:from|than|below|above|instead of|rather than|compared (?:with|to)|"
    r"vs\.?|versus|against)\s|was\s|were\s|是|高于|低于|多于|少于|超过|不及|上年|去年|此前|之前|原来|原先|而非|而不是)"
    r"[^\d,，.。;；]{0,24}$",
    re.IGNORECASE,
)
_OLD_TOLD = re.compile(
    r"^[^,，.。;；\d]{0,12}(?:ago|earlier|last year|previously|the year before|去年|上年|此前)", re.IGNORECASE
)
_WIDEST = 40
_ANY_DAY = date(2000, 6, 15)


@lru_cache(maxsize=2048)
def changes(text: str) -> tuple[Change, ...]:
    """What a folded ``text`` says a number was before and is now."""
    return tuple(_changes(text, _undated(text)))


def _changes(text: str, numbers: Sequence[Number]) -> Iterator[Change]:
    dated = blank(text, [(moment.start, moment.end) for moment in moments_in(text, _ANY_DAY)])
    for first, second in pairwise(numbers):
        between = dated[first.end : second.start]
        if first.unit != second.unit and {first.unit, second.unit} & {"%", "x"}:
            continue  # "94% positive from 61k reviews"
        if len(between) > _WIDEST or (first.unit != second.unit and "" not in (first.unit, second.unit)):
            continue
        if _ARROW.match(between) or (
            _OLD_BEFORE.search(dated[max(0, first.start - 16) : first.start]) and _TO_NEW.search(between)
        ):
            yield Change(first, second)
        elif _OLD_AFTER.match(between) or (
            re.fullmatch(r"[\s(（,，]{1,3}", between) and _OLD_TOLD.match(text[second.end :])
        ):
            yield Change(second, first)


def _turned(claim: Claim, ground: Ground) -> Iterator[Finding]:
    """From 9 to 14 for "from 14 to 9"."""
    theirs = [change for text in ground.texts for change in changes(text)]
    for mine in changes(claim.open_text) if theirs else ():
        for known in theirs:
            swapped = within_rounding(mine.old, known.new) and within_rounding(mine.new, known.old)
            if swapped and not within_rounding(mine.old, known.old):
                yield Finding(
                    rule="comparison",
                    words=mine.new.text,
                    detail=f"from {mine.old.text} to {mine.new.text}: "
                    f"the cited posts say from {known.old.text} to {known.new.text}",
                )
                return


def _undated(text: str) -> list[Number]:
    return numbers_in(text, skip=[(moment.start, moment.end) for moment in moments_in(text, _ANY_DAY)])


_ABOVE = re.compile(
    r"^[^,，。;；]{0,6}(?:高于|超过|多于|大于|高出|"
    r"exceed\w*|topp?ed|tops|beats?|surpass\w*|(?:is|was|are|were)?\s?(?:above|higher than|more than))"
    r"[^,，。;；\d]{0,20}$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"^[^,，。;；]{0,6}(?:低于|少于|小于|不及|"
    r"(?:is|was|are|were|sits?)?\s?(?:below|lower than|less than|fewer than))"
    r"[^,，。;；\d]{0,20}$",
    re.IGNORECASE,
)


def _own_numbers(claim: Claim) -> Iterator[Finding]:
    """Numbers of the sentence that don't compare as it says."""
    for first, second in pairwise(claim.numbers):
        between = claim.open_text[first.end : second.start]
        if first.unit != second.unit or not 0 < len(between) < _WIDEST:
            continue
        above, below = _ABOVE.match(between), _BELOW.match(between)
        if (above and first.high < second.low) or (below and first.low > second.high):
            said = f"{first.text}{between}{second.text}"
            yield Finding(
                rule="comparison",
                words=said,
                detail=f"{said}: the numbers say the opposite",
                level="escalated",
                signal="comparison.numbers",
            )
            return


def _unsaid(claim: Claim, ground: Ground) -> Iterator[Finding]:
    """Two things set side by side where the posts have no word of that direction."""
    than = entry("comparison", "than").first(claim.open_text)
    # Two numbers may be compared by the writer.
    if than is None or len(claim.numbers) > 1 or entry("comparison", "than").first(ground.text):
        return
    ways = _goes(claim.open_text)
    if ways and not ways & _goes(ground.text):
        yield Finding(
            rule="comparison",
            words=than,
            detail=f"{than}: the cited posts compare no such things",
            level="escalated",
            signal="comparison.unsaid",
        )
