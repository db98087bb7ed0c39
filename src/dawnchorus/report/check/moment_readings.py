"""What a date expression that was found in a text comes to, read on a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from dawnchorus.report.check.calendar import (
    Days,
    month_days,
    months_after,
    one_day,
    part_of_year,
    quarter_days,
    shifted,
    year_days,
)
from dawnchorus.report.check.moment import Grain

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            ("monday", "mon", "一"),
            ("tuesday", "tue", "tues", "二"),
            ("wednesday", "wed", "三"),
            ("thursday", "thu", "thurs", "四"),
            ("friday", "fri", "五"),
            ("saturday", "sat", "六"),
            ("sunday", "sun", "日", "天"),
        )
    )
    for name in names
}
ZH_NUM = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"〇": 0, "两": 2}
_EN_NUM = {
    word: value
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
} | {
    "a": 1,
    "an": 1,
    "several": 3,
    "few": 3,
}
_SEASONS = {
    "spring": 3,
    "春": 3,
    "summer": 6,
    "夏": 6,
    "autumn": 9,
    "fall": 9,
    "秋": 9,
    "winter": 12,
    "冬": 12,
}


def year_of(text: str) -> int:
    """A year in digits or characters, of two digits too."""
    if text.isascii():
        return int(text) if len(text) == 4 else 2000 + int(text)
    digits = "".join(str(ZH_NUM[char]) for char in text)
    return int(digits) if len(digits) == 4 else 2000 + int(digits[-2:])


def decades(match: re.Match[str]) -> tuple[int, ...]:
    """First years of 1990年代, 八十年代, "the 90s"."""
    if match["zdy"]:
        return (int(match["zdy"]) * 10,)
    digit = ZH_NUM[match["zdz"]] if match["zdz"] else int(match["zdd"] or match["zde"])
    return (1900 + 10 * digit,) if digit > 2 else (1900 + 10 * digit, 2000 + 10 * digit)


def season_days(match: re.Match[str], anchor: date) -> tuple[tuple[Days, ...], bool]:
    """Readings of "this autumn", 去年夏天, and whether they hang on the day of writing."""
    first = _SEASONS[(match["sz"] or match["se"]).casefold()]
    said = (match["srel"] or match["srel2"] or "").casefold()
    named = match["syz"] or match["sye"]
    years = years_of(named, anchor)
    if not named and said[:1] in ("今", "去", "明"):
        years = (anchor.year + {"今": 0, "去": -1, "明": 1}[said[0]],)
    found = tuple(
        (month_days(year, first)[0], month_days(*months_after(year, first, 2))[1]) for year in years
    )
    if said in ("this", "coming"):
        found = tuple(days for days in found if days[0].year == anchor.year)
    elif said == "last":
        found = tuple(days for days in found if days[0] < anchor)
    elif said == "next":
        found = tuple(days for days in found if days[1] > anchor)
    return found, not named


def years_of(text: str | None, anchor: date) -> tuple[int, ...]:
    """The year said, or those a reader may take where none is said."""
    named = {
        "今年": 0,
        "this year": 0,
        "the year": 0,
        "去年": -1,
        "last year": -1,
        "明年": 1,
        "next year": 1,
        "前年": -2,
    }
    if text is None:
        return anchor.year, anchor.year - 1, anchor.year + 1
    if text.casefold() in named:
        return (anchor.year + named[text.casefold()],)
    return (year_of(text),)


def zh_month_days(match: re.Match[str], anchor: date) -> tuple[tuple[Days, ...], Grain]:
    """Readings of 3月, 今年3月 and 三月十二日."""
    month = zh_int(match["zm"])
    if not 1 <= month <= 12:
        return (), "month"
    years = years_of(match["zy"] or match["zrel"], anchor)
    if match["zd"]:
        day = zh_int(match["zd"])
        return tuple(days for year in years for days in one_day(year, month, day)), "day"
    return tuple(month_days(year, month) for year in years), "month"


def zh_int(text: str) -> int:
    """A number up to 99, in digits or characters."""
    if text.isdecimal() and text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return ZH_NUM[tens]
    return (ZH_NUM[tens] if tens else 1) * 10 + (ZH_NUM[ones] if ones else 0)


def half_year(match: re.Match[str], anchor: date) -> tuple[Days, ...]:
    """Readings of 上半年, H2 2026, "end of 2026"."""
    if match["hx"]:
        years = years_of(match["hy"] or match["hrel"], anchor)
        if match["hx"] in ("上半年", "下半年"):
            return _halves(years, first=match["hx"] == "上半年")
        return tuple(span for year in years for span in part_of_year(year, match["hx"][1]))
    if match["hx2"]:
        return _end_of_year(match, anchor)
    named = match["hen"] or match["hen2"] or match["hen3"] or ""
    first = named.casefold() == "first" or "1" in (match["hnum"], match["hnum2"])
    return _halves(years_of(match["heny"] or match["hny"] or match["hny2"], anchor), first=first)


def _halves(years: Sequence[int], *, first: bool) -> tuple[Days, ...]:
    quarters = (1, 2) if first else (3, 4)
    return tuple((quarter_days(year, quarters[0])[0], quarter_days(year, quarters[1])[1]) for year in years)


def _end_of_year(match: re.Match[str], anchor: date) -> tuple[Days, ...]:
    """ "end of 2026", "mid-2027", "early next year"."""
    words = match["hx2"].casefold()
    if match["endy"] or match["midy"]:
        return part_of_year(int(match["endy"] or match["midy"]), "底" if match["endy"] else "中")
    if "next year" in words:
        return part_of_year(anchor.year + 1, "初" if "early" in words else "底")
    if words.removeprefix("the ").startswith(("start", "beginning", "turn")):
        return part_of_year(anchor.year, "初")
    return part_of_year(anchor.year, "底")


def weekday_days(match: re.Match[str], anchor: date) -> tuple[Days, ...]:
    """Days that "Friday", "last Friday" or 下周五 may be."""
    wanted = _WEEKDAYS[(match["wz"] or match["we"]).casefold()]
    monday = shifted(anchor, -anchor.weekday())
    said = (match["wrel"] or match["wrel2"] or "").casefold()
    if said in ("上", "上个"):
        offsets: tuple[int, ...] = (-7,)
    elif said in ("下", "下个"):
        offsets = (7,)
    elif said in ("本", "这", "这个"):
        offsets = (0,)
    elif said in ("last", "past"):
        offsets = (-7, 0) if wanted < anchor.weekday() else (-7,)
    elif said == "next":
        offsets = (7, 0) if wanted > anchor.weekday() else (7,)
    else:
        before = shifted(anchor, -((anchor.weekday() - wanted) % 7))
        return ((before, before), (shifted(before, 7), shifted(before, 7)))
    return tuple((day, day) for day in (shifted(monday, wanted + offset) for offset in offsets))


def days_ago(match: re.Match[str], anchor: date) -> tuple[tuple[Days, ...], Grain]:
    """Days of 三天前 or "two years ago"."""
    number_text, unit = match["agon"] or match["agon2"], (match["agou"] or match["agou2"]).casefold()
    number = _EN_NUM.get(number_text.casefold()) or (
        int(number_text) if number_text.isascii() and number_text.isdecimal() else 0
    )
    number = number or (
        zh_int(number_text) if all(char in ZH_NUM for char in number_text) and len(number_text) < 3 else 0
    )
    if not number or number > 400:
        return (), "day"
    if unit in ("天", "日", "day"):
        day = shifted(anchor, -number)
        return ((day, day),), "day"
    if unit in ("周", "个星期", "week"):
        return ((shifted(anchor, -7 * number - 3), shifted(anchor, -7 * number + 3)),), "week"
    if unit in ("个月", "month"):
        return (month_days(*months_after(anchor.year, anchor.month, -number)),), "month"
    if unit == "decade":
        number *= 10
    return (year_days(max(anchor.year - number, 1)),), "year"
