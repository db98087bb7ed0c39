"""Rule: what the posts date back is not told as of now.

Catches an old event with "just", 近日 or this week's day, and a number of an earlier time given without
that time. Can't tell: an old event of which the posts don't say that it is old, but for their own dates
(dates.py). Never rejects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain, islice

from dawnchorus.report.check.aligned import Pair
from dawnchorus.report.check.calendar import shifted
from dawnchorus.report.check.comparison import changes, clauses_of
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import entry
from dawnchorus.report.check.moment import Moment
from dawnchorus.report.check.moments import moments_in
from dawnchorus.report.check.numerals import numbers_in
from dawnchorus.report.check.rounding import within_rounding

FRESH = 35
"""Days up to which an event of the posts may be told as of now."""


def check_staleness(claim: Claim, ground: Ground, places: Callable[[], Sequence[Pair]]) -> list[Finding]:
    """What the posts tell of an earlier time and the sentence does not."""
    claim = claim.without(ground.speakers)
    if entry("staleness", "past").first(claim.open_text):
        return []
    if any(_old(moment, claim.anchor) for moment in claim.moments):
        return []
    now = _now(claim)
    if not now:
        return list(_old_posts(claim, ground, now))
    found = chain(
        _old_posts(claim, ground, now),
        _old_numbers(claim, ground, now),
        _old_names(claim, ground, now),
        _old_events(ground, places, now),
    )
    return list(islice(found, 1))


def _now(claim: Claim) -> str:
    """What tells the sentence's event as of now, "" if nothing does."""
    day = claim.anchor
    fresh = (
        moment.text
        for moment in claim.moments
        if moment.grain in ("day", "week")
        and any(shifted(day, -9) <= first <= day for first, _ in moment.spans)
    )
    return entry("staleness", "now").first(claim.open_text) or next(fresh, "")


def _old(moment: Moment, day: date, *, ahead: bool = False) -> bool:
    """Whether a date is long past; one without its year is, if it may be and nothing is told to come."""
    if moment.grain == "loose":
        return False
    limit = shifted(day, -FRESH)
    past = [last < limit for _, last in moment.spans]
    near = any(first <= shifted(day, FRESH) and last >= limit for first, last in moment.spans)
    nearest = min(moment.spans, key=lambda span: min(abs((span[0] - day).days), abs((span[1] - day).days)))
    return all(past) or (any(past) and not near and not ahead and nearest[1] < limit)


def _dates_back(text: str, day: date) -> str:
    """What places a text of a post in the past: a date, or other words; "" if nothing does."""
    ahead = entry("staleness", "ahead").first(text) is not None
    moments = [one for one in moments_in(text, day) if one.grain != "loose"]
    old = next((one.text for one in moments if _old(one, day, ahead=ahead)), "")
    if old:
        # A newer date beside it: of the two nobody knows which one counts.
        return "" if any(not _old(one, day, ahead=ahead) for one in moments) else old
    return "" if moments else entry("staleness", "past").first(text) or ""


def _clauses(ground: Ground) -> Iterator[tuple[str, date]]:
    for item, text in zip(ground.items, ground.texts, strict=True):
        day = ground.day_of(item)
        if day:
            yield from ((clause, day) for clause in clauses_of(text))


def _finding(words: str, detail: str, signal: str) -> Finding:
    return Finding(rule="staleness", words=words, detail=detail, level="escalated", signal=signal)


def _old_posts(claim: Claim, ground: Ground, now: str) -> Iterator[Finding]:
    """Posts of another season told as news."""
    days = [day for item in ground.items if (day := ground.day_of(item))]
    if ground.window and days and max(days) < shifted(ground.window.first, -FRESH):
        detail = f"the newest cited post is of {max(days).isoformat()}"
        yield _finding(now, detail, "staleness.post.now" if now else "staleness.post")


def _old_numbers(claim: Claim, ground: Ground, now: str) -> Iterator[Finding]:
    """Numbers that the posts give for an earlier time."""
    former = [change.old for text in ground.texts for change in changes(text)]
    own = {change.old.start for change in changes(claim.open_text)}
    for number in claim.numbers:
        alike = [one for one in ground.numbers if one.unit == number.unit and within_rounding(number, one)]
        if (
            alike
            and number.start not in own
            and not _BASIS.search(claim.open_text[max(0, number.start - 14) : number.start])
            and all(one.text in {old.text for old in former} for one in alike)
        ):
            detail = f"{number.text}: the cited posts give it as what was before"
            yield _finding(now, detail, "staleness.former")
            return
        places = [
            _dates_back(clause, day)
            for clause, day in _clauses(ground)
            if any(one.unit == number.unit and within_rounding(number, one) for one in numbers_in(clause))
        ]
        if places and all(places):
            detail = f"{number.text}: the cited posts give it for an earlier time ({places[0]})"
            yield _finding(now, detail, "staleness.number")
            return


# 比前者的7000万便宜: the sentence itself tells it as what another is compared with.
_BASIS = re.compile(
    r"(?:[比较較]|[对對]比|低于|低於|高于|高於)[^,，。;；]{0,10}$|(?<![a-z])(?:than|versus|vs\.?|from|against)\s(?:the\s)?$"
)
_NAME = re.compile(r"[A-Z][A-Za-z]*[\d-]*[A-Za-z\d]+(?:-\d+)?|《[^》]{2,20}》")


def _old_names(claim: Claim, ground: Ground, now: str) -> Iterator[Finding]:
    """Things that the posts name in the past only."""
    for name in dict.fromkeys(_NAME.findall(claim.open_text)):
        places = [_dates_back(clause, day) for clause, day in _clauses(ground) if name in clause]
        if places and all(places):
            yield _finding(
                now, f"{name}: the cited posts put it in an earlier time ({places[0]})", "staleness.now"
            )
            return


def _old_events(ground: Ground, places: Callable[[], Sequence[Pair]], now: str) -> Iterator[Finding]:
    """Clauses that speak of what the posts date back."""
    days = {text: ground.day_of(item) for item, text in zip(ground.items, ground.texts, strict=True)}
    for pair in places():
        if now not in pair.clause:
            continue
        text = pair.part.text if pair.part.close else pair.sentence.text
        day = next((day for whole, day in days.items() if text in whole), None)
        back = _dates_back(text, day) if day else ""
        if back:
            yield _finding(now, f"the cited posts put it in an earlier time ({back})", "staleness.now")
            return
