"""Rule: every date of a sentence is one the cited posts state, or the day they were written.

Catches wrong days, months, quarters and years, old posts told as today's, and the day of a post given to
what the post dates itself. Can't tell: a date of the posts that the sentence gives to another event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dawnchorus.report.check.aligned import Pair
from dawnchorus.report.check.calendar import Days, holds, month_days, months_after
from dawnchorus.report.check.clocks import clocks_in
from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import entry
from dawnchorus.report.check.moment import Moment
from dawnchorus.report.check.moments import moments_in
from dawnchorus.report.check.numerals import numbers_in
from dawnchorus.report.check.told_days import next_day_here, told_days

_MOVABLE = ("day", "week", "month", "quarter")
_FINE = {"day": 0, "week": 1, "month": 2, "quarter": 3, "year": 4, "loose": 5}


def check_dates(
    claim: Claim, ground: Ground, places: Callable[[], Sequence[Pair]] = lambda: ()
) -> list[Finding]:
    """Objections to the dates and times of day outside verified quotes.

    Args:
        claim: The sentence.
        ground: Its posts.
        places: Which sentence of the posts each clause speaks of; only asked for where it matters.
    """
    found: list[Finding] = []
    for moment in claim.moments:
        level = _judge(moment, claim, ground, places)
        if level == "rejected" and _word_for_word(moment, claim, ground):
            level = "escalated"  # a post's own words, at worst read on another day
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
                    signal="date.unclear" if level == "escalated" else "",
                )
            )
    for clock in claim.clocks:
        if not _clock_known(clock.hour, clock.minute, claim, ground):
            found.append(
                Finding(
                    rule="date",
                    words=clock.text,
                    detail=f"time {clock.text} is neither in the cited posts nor theirs",
                )
            )
    return found


def _judge(  # noqa: PLR0911
    moment: Moment, claim: Claim, ground: Ground, places: Callable[[], Sequence[Pair]]
) -> Level | None:
    if moment.grain == "loose":
        return None
    written = ground.days
    if not written and moment.relative:
        return None if any(_same(moment, other) for other in ground.moments) else "escalated"
    if moment.grain == "year" and re.search(rf"(?<!\d){re.escape(moment.text)}(?!\d)", ground.text):
        return None  # in a name: a 1930 model
    stated = [one for one in ground.moments if one.grain != "loose" and not set(one.spans) <= set(written)]
    if any(_same(moment, other) or (not written and _same_but_year(moment, other)) for other in stated):
        return None
    # "This year", "this week" (and a year or month as such) only have to hold the day of the post.
    if any(holds(span, day) for span in moment.spans for day in written):
        return _moved(moment, claim, ground, places)
    if _told_otherwise(moment, ground) or _same_stretch(moment, ground):
        return None
    # The words of a post, taken over as they stand, are right on the day they were written.
    if moment.relative and _taken_over(moment, claim, ground):
        return None if _recent(ground) else "escalated"
    if _compared_with(moment, claim, ground) or _year_before(moment, ground):
        return None
    # A finer date than the posts give: "December" of "by the end of the year".
    if any(
        holds(theirs, mine)
        for other in ground.moments
        for theirs in other.spans
        for mine in moment.spans
        if other.grain in ("month", "quarter") and _FINE[moment.grain] < _FINE[other.grain]
    ):
        return "escalated"
    # A part of the year or week that the posts name: "early 2027" of 2027.
    quarters = moment.grain == "quarter" and any(other.grain == "quarter" for other in ground.moments)
    if (
        moment.grain in ("quarter", "week")
        and not quarters
        and any(
            _overlap(moment, other.spans)
            for other in ground.moments
            if other.grain != "year" or moment.grain != "week"
        )
    ):
        return "escalated"
    # "This month" of a text that is written nobody knows when may be any.
    if not written and any(other.relative for other in ground.moments):
        return "escalated"
    return "escalated" if _vague(moment, ground) else "rejected"


_COMPARES = re.compile(
    r"环比|同比|環比|上个?月|上個月|去年|上季|前值|前月|较|較|连续|連續"
    r"|(?<![a-z])(?:[mqy]/[mqy]|mom|qoq|yoy|(?:month|quarter|year)[- ]o(?:n|ver)[- ](?:month|quarter|year)"
    r"|(?:last|prior|previous|a|from a|per) (?:month|quarter|year)|(?:month|quarter|year) (?:ago|earlier)"
    r"|previously|consecutive|in a row|straight|vs|versus|than|up|down)(?![a-z])",
    re.IGNORECASE,
)
_BASIS_BEFORE = re.compile(
    r"(?:较|較|比|比起|相比|相较|相較|对比|對比|从|從|自)\s?(?:于|於)?\s?(?:上|去)?$"
    r"|(?<![a-z])(?:than|from|versus|vs\.?|against|with|over|on|since|in)\s(?:in\s)?$",
    re.IGNORECASE,
)
_BASIS_AFTER = re.compile(r"\s?(?:份)?(?:相比|以来|以來|的基[础數数]|时的|時的)|'s\s")
# The posts compare with the year before, but leave out which it was.
_YEAR_BEFORE = re.compile(
    r"去年同|上年同|同期|同比|(?<![a-z])(?:same \w+ (?:a ye?a?r|last year|the year)|(?:a|one) ye?a?r (?:ago|earlier|before)"  # noqa: E501
    r"|yoy|y/y|y-o-y|year[- ]o(?:n|ver)[- ]year)(?![a-z])",
    re.IGNORECASE,
)


def _year_before(moment: Moment, ground: Ground) -> bool:
    """2024年下半年 over "H2 2025 … same half a year earlier"."""
    return _YEAR_BEFORE.search(ground.lower) is not None and any(
        other.grain == moment.grain
        and theirs[0].year - mine[0].year == 1
        and theirs[0].month == mine[0].month
        and theirs[0].day == mine[0].day
        for other in ground.moments
        for theirs in other.spans
        for mine in moment.spans
    )


_MONTHS_APART = {"month": (1, 12), "quarter": (3, 12), "year": (12,)}


def _compared_with(moment: Moment, claim: Claim, ground: Ground) -> bool:
    """较四月 over "May … 环比 -3%": the period before one that the posts name, which they compare with."""
    apart = _MONTHS_APART.get(moment.grain)
    before, after = claim.open_text[max(0, moment.start - 10) : moment.start], moment.end
    if (
        not apart
        or not (_BASIS_BEFORE.search(before) or _BASIS_AFTER.match(claim.open_text, after))
        or not _COMPARES.search(ground.lower)
    ):
        return False
    named = [span for other in ground.moments if other.grain == moment.grain for span in other.spans]
    months = moment.grain != "year"
    return any(
        12 * (theirs[0].year - mine[0].year) + months * (theirs[0].month - mine[0].month) in apart
        for mine in moment.spans
        for theirs in named or (*ground.days, *_month_before(ground.days))
    )


def _month_before(days: tuple[Days, ...]) -> tuple[Days, ...]:
    """The months before those of ``days``: what is told early in June is mostly of May."""
    return tuple(month_days(*months_after(day.year, day.month, -1)) for day, _ in days)


_SEASON = re.compile(r"[春夏秋冬]|spring|summer|autumn|fall|winter|节|節|假", re.IGNORECASE)


def _vague(moment: Moment, ground: Ground) -> bool:
    """A season where the posts name neither one nor a month: it may be how the writer calls their month."""
    return _SEASON.search(moment.text) is not None and not any(
        other.grain in ("month", "quarter") for other in ground.moments
    )


def _moved(
    moment: Moment, claim: Claim, ground: Ground, places: Callable[[], Sequence[Pair]]
) -> Level | None:
    """Whether what the sentence puts on the day of a post has another date in that post.

    The day a post was written is a good date for what it says, but not for what it dates itself; where
    the sentence tells that somebody said it ("announced on 9 March"), it may be the day of saying.
    """
    if moment.grain not in _MOVABLE:
        return None
    others = [one for one in ground.moments if one.grain == moment.grain]
    strange = others and not any(_overlap(mine, one.spans) for mine in claim.moments for one in others)
    if moment.grain == "quarter":
        return "rejected" if strange else None
    if moment.grain == "day" and any(_same(moment, other) for other in ground.moments):
        return None  # the post says "today" itself
    met = False
    for pair in places():
        if moment.text in pair.clause:
            met = True
            theirs = _moments_near(pair, ground)
            if theirs and not any(_overlap(mine, one.spans) for mine in claim.moments for one in theirs):
                said = moment.grain == "day" and entry("speech", "speech").first(pair.clause)
                return "escalated" if said else "rejected"
    return "escalated" if strange and not met and moment.grain != "day" else None


def _moments_near(pair: Pair, ground: Ground) -> list[Moment]:
    """Dates of the part of a post that a clause speaks of, as read on the day of that post."""
    for text in (pair.part.text, pair.sentence.text):
        for item, whole in zip(ground.items, ground.texts, strict=True):
            day = ground.day_of(item)
            if day and text in whole:
                found = [one for one in moments_in(text, day) if one.grain in _MOVABLE]
                if found:
                    return found
    return []


def _same_stretch(moment: Moment, ground: Ground) -> bool:
    """两年之前 over "two years before": counted from another day than the post's."""
    stretch = [one for one in numbers_in(moment.text) if one.unit in ("s", "mo")] if moment.relative else []
    return any(
        one.unit == other.unit and one.low == other.low for one in stretch for other in ground.numbers
    ) and not any(re.search(r"ago|前", other.text) for other in ground.moments)


def _told_otherwise(moment: Moment, ground: Ground) -> bool:
    """Dates that posts count or name in short: "in three days", "the 17th", "at 18:00 UTC"."""
    for item, text in zip(ground.items, ground.texts, strict=True):
        day = ground.day_of(item)
        if day is None:
            continue
        for theirs in told_days(text, day):
            narrow = (theirs[1] - theirs[0]).days <= 11
            if any(holds(mine, theirs) or (narrow and holds(theirs, mine)) for mine in moment.spans):
                return True
        if moment.grain == "day" and next_day_here(text):
            for other in moments_in(text, day):
                if other.grain == "day" and any(
                    (mine[0] - theirs[0]).days == 1 for mine in moment.spans for theirs in other.spans
                ):
                    return True
    return False


def _taken_over(moment: Moment, claim: Claim, ground: Ground) -> bool:
    """Whether a post has the same words, in any language: 今天 and "today", read on one day, are one day."""
    for item, text in zip(ground.items, ground.texts, strict=True):
        day = ground.day_of(item) or claim.anchor
        mine = next((one for one in moments_in(claim.open_text, day) if one.start == moment.start), None)
        if mine is None:
            continue
        for other in moments_in(text, day):
            if other.text.casefold() == moment.text.casefold():
                return True
            if other.relative and other.grain == mine.grain and set(other.spans) & set(mine.spans):
                return True
    return False


_AROUND = 12  # characters


def _word_for_word(moment: Moment, claim: Claim, ground: Ground) -> bool:
    """Whether a post has the same words on both sides of the date."""
    text = claim.open_text
    start = max(0, moment.start - _AROUND)
    around = text[start : moment.end + _AROUND].strip()
    return len(around) >= len(moment.text) + _AROUND and around in ground.text


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


_ZONED = re.compile(
    r"时间|時間|(?<![A-Za-z])(?:UTC|GMT|[ECMP][SD]?T|CES?T|BST|JST|KST|HKT|local time)(?![A-Za-z])",
    re.IGNORECASE,
)


def _clock_known(hour: int, minute: int | None, claim: Claim, ground: Ground) -> bool:
    for item in ground.items:
        if item.created_at:
            local = item.created_at.astimezone(ground.zone)
            if local.hour == hour and minute in (None, local.minute):
                return True
    zoned = any(next_day_here(text) for text in ground.texts)
    zoned = zoned or _ZONED.search(claim.open_text) is not None  # the same minute of another zone
    return any(
        (zoned or clock.hour % 12 == hour % 12)
        and (minute is None or clock.minute is None or clock.minute == minute)
        for text in ground.texts
        for clock in clocks_in(text)
    )
