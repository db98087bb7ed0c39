"""Days, months, quarters and years as first and last day."""

from __future__ import annotations

from datetime import date, timedelta

Days = tuple[date, date]
"""First and last day, inclusive."""


def shifted(day: date, days: int) -> date:
    """The day ``days`` later, the last one a calendar has at most."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def one_day(year: int, month: int, day: int) -> tuple[Days, ...]:
    """That day, nothing if no calendar has it."""
    try:
        found = date(year, month, day)
    except ValueError:
        return ()
    return ((found, found),)


def months_after(year: int, month: int, offset: int) -> tuple[int, int]:
    """Year and month ``offset`` months later."""
    index = year * 12 + month - 1 + offset
    return index // 12, index % 12 + 1


def month_days(year: int, month: int) -> Days:
    """First and last day of a month."""
    following = months_after(year, month, 1)
    return date(year, month, 1), date(*following, 1) - timedelta(days=1)


def quarter_days(year: int, number: int) -> Days:
    """First and last day of a quarter, numbered from 1."""
    return month_days(year, 3 * number - 2)[0], month_days(year, 3 * number)[1]


def year_days(year: int) -> Days:
    """First and last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def decade_days(year: int) -> Days:
    """First and last day of ten years."""
    return date(year, 1, 1), date(year + 9, 12, 31)


def part_of_year(year: int, part: str) -> tuple[Days, ...]:
    """About when 初, 中, 底 or 末 of a year is."""
    months = {"初": (1, 3), "中": (5, 8), "底": (10, 12), "末": (10, 12)}[part]
    return ((month_days(year, months[0])[0], month_days(year, months[1])[1]),)


def period_days(name: str, offset: int, anchor: date) -> Days:
    """The week, month, quarter or year that is ``offset`` after the one of ``anchor``."""
    if name == "week":
        monday = shifted(anchor, 7 * offset - anchor.weekday())
        return monday, shifted(monday, 6)
    if name == "month":
        return month_days(*months_after(anchor.year, anchor.month, offset))
    if name == "quarter":
        year, month = months_after(anchor.year, anchor.month, 3 * offset)
        return quarter_days(year, (month + 2) // 3)
    return year_days(anchor.year + offset)


def holds(outer: Days, inner: Days) -> bool:
    """Whether ``inner`` lies within ``outer``."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]
