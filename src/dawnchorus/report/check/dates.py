"""Rule: every date of a sentence is one the cited posts state, or the day they were written.

Catches wrong days, months, quarters and years, and old posts told as today's.
Can't tell: a date of the posts that the sentence gives to another event.
"""

from __future__ import annotations

import re

from dawnchorus.report.check.calendar import Days
from dawnchorus.report.check.clocks import clocks_in
from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.moments import Moment, holds

_FINE = {"day": 0, "week": 1, "month": 2, "quarter": 3, "year": 4, "loose": 5}

# What a growth figure is measured against; posts often leave it out.
_AGAINST_LAST_YEAR = frozenset({"同比", "yoy", "year over year", "year-over-year", "year on year"})


def check_dates(claim: Claim, ground: Ground) -> list[Finding]:
    """Objections to the dates and times of day outside verified quotes."""
    found: list[Finding] = []
    for moment in claim.moments:
        level = _judge(moment, claim, ground)
        if level:
            written = {ground.day_of(item) for item in ground.items} - {None}
            days = sorted(day.isoformat() for day in written if day)
            when = ", ".join(days) or "at an unknown time"
            said = ", ".join(dict.fromkeys(other.text for other in ground.moments)) or "no date"
            found.append(
                Finding(
                    rule="date",
                    words=moment.text,
                    detail=f"date {moment.text} not found: the cited posts say {said}; written {when}",
                    level=level,
                )
            )
    for clock in claim.clocks:
        if not _clock_known(clock.hour, clock.minute, ground):
            found.append(
                Finding(
                    rule="date",
                    words=clock.text,
                    detail=f"time {clock.text} is neither in the cited posts nor theirs",
                )
            )
    return found


def _judge(moment: Moment, claim: Claim, ground: Ground) -> Level | None:  # noqa: PLR0911
    if moment.grain == "loose":
        return None
    written = ground.days
    if not written and moment.relative:
        return None if any(_same(moment, other) for other in ground.moments) else "escalated"
    # "This year", "this week" (and a year or month as such) only have to hold the day of the post.
    if any(holds(span, day) for span in moment.spans for day in written):
        return "escalated" if _moved(moment, claim, ground) else None
    for other in ground.moments:
        if other.grain != "loose" and (
            _same(moment, other) or (not written and _same_but_year(moment, other))
        ):
            return None
    # The words of a post, taken over as they stand, are right on the day they were written.
    if moment.relative and any(other.text.casefold() == moment.text.casefold() for other in ground.moments):
        return None if _recent(ground) else "escalated"
    if moment.text.casefold() in _AGAINST_LAST_YEAR:
        return "escalated"
    # A finer date than the posts give: "December" of "by the end of the year".
    if any(
        holds(theirs, mine)
        for other in ground.moments
        for theirs in other.spans
        for mine in moment.spans
        if other.grain in ("month", "quarter")
    ):
        return "escalated"
    # A part of the year or week that the posts name: "early 2027" of 2027.
    if moment.grain in ("quarter", "week") and any(_overlap(moment, other.spans) for other in ground.moments):
        return "escalated"
    return "rejected"


def _moved(moment: Moment, claim: Claim, ground: Ground) -> bool:
    """Whether the posts name another day, month or quarter, which the sentence does not.

    The day a post was written is a good date for what it says, but not for what it dates itself.
    """
    if moment.grain not in ("day", "month", "quarter") or any(
        _same(moment, other) for other in ground.moments
    ):
        return False
    return any(
        other.grain == moment.grain
        and not any(_overlap(own, other.spans) for own in claim.moments)
        and not any(holds(span, day) for span in other.spans for day in ground.days)
        for other in ground.moments
    )


def _same(moment: Moment, other: Moment) -> bool:
    """Whether ``other``, said in a post, is ``moment`` or a part of it."""
    return any(holds(mine, theirs) for mine in moment.spans for theirs in other.spans) and (
        _FINE[other.grain] <= _FINE[moment.grain]
    )


def _same_but_year(moment: Moment, other: Moment) -> bool:
    """The same day or month where one leaves out its year and nobody knows when the post was written."""
    if moment.grain != other.grain or moment.grain not in ("day", "month"):
        return False
    if re.search(r"\d{4}", moment.text) and re.search(r"\d{4}", other.text):
        return False
    mine, theirs = moment.spans[0], other.spans[0]
    return [(day.month, day.day) for day in mine] == [(day.month, day.day) for day in theirs]


def _overlap(moment: Moment, spans: tuple[Days, ...]) -> bool:
    return any(mine[0] <= theirs[1] and theirs[0] <= mine[1] for mine in moment.spans for theirs in spans)


def _recent(ground: Ground) -> bool:
    """Whether all cited posts are of the window, so that their "yesterday" is about the reader's."""
    window = ground.window
    return window is None or all(
        (day := ground.day_of(item)) is None or (window.first - day).days <= 1 for item in ground.items
    )


def _clock_known(hour: int, minute: int | None, ground: Ground) -> bool:
    for item in ground.items:
        if item.created_at:
            local = item.created_at.astimezone(ground.zone)
            if local.hour == hour and minute in (None, local.minute):
                return True
    return any(
        clock.hour % 12 == hour % 12 and (minute is None or clock.minute is None or clock.minute == minute)
        for text in ground.texts
        for clock in clocks_in(text)
    )
