"""Dates and spans of time as people write them in Chinese and English, absolute and relative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from dawnchorus.report.check.calendar import (
    Days,
    month_days,
    months_after,
    one_day,
    quarter_days,
    shifted,
    year_days,
)
from dawnchorus.report.check.moment_words import moment_words

Grain = Literal["day", "week", "month", "quarter", "year", "loose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date expression of a folded text, resolved against a day.

    ``spans`` holds every reading ("Friday" is the one before or the one
    after); a loose moment ("recently", 近日) only has to hold the post's day.
    """

    spans: tuple[Days, ...]
    grain: Grain
    relative: bool  # says nothing without the day it was written
    text: str
    start: int
    end: int


_MONTHS = {
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
_ZH_NUM = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"〇": 0, "两": 2}
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
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:1[89]\d\d|20\d\d)"
_ZH_YEAR = r"(?:[一二]?[〇零一二三四五六七八九]{2,4})"
_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"

_WORDS = moment_words()
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


def _after(words: str) -> str:
    """A pattern of the place after any of ``words``."""
    return "(?:" + "|".join(rf"(?<=\b{word} )" for word in words.split()) + ")"


_MOMENT = re.compile(
    rf"(?P<iso>(?<![\d.])(?P<iy>{_YEAR})[-/.](?P<im>\d{{1,2}})[-/.](?P<id>\d{{1,2}})(?![\d.]))"
    rf"|(?P<zh>(?:(?P<zy>{_YEAR}|{_ZH_YEAR})年|(?P<zrel>今年|去年|明年))?\s?(?P<zm>\d{{1,2}}|十[一二]?|[一二三四五六七八九])月(?!亮|球|饼|薪)(?:\s?(?P<zd>\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号](?!称|元)|(?P<zpart>[初中底末上下]旬?))?)"
    rf"|(?P<half>(?:(?P<hy>{_YEAR})年?\s?|(?P<hrel>今年|去年|明年|前年))?(?P<hx>上半年|下半年|年底|年末|年初|年中)|(?<![a-z])(?P<hx2>(?:the )?(?:end of (?:the|this) year|year[- ]end|early next year|late next year|mid-?\s?(?P<midy>20\d\d)))|(?<![a-z])(?P<hx3>(?:the )?(?P<hen>first|second) half(?: of)? (?P<heny>{_YEAR}|this year|next year|the year)|H(?P<hnum>[12])\s?(?P<hny>20\d\d)?(?![\w])))"  # noqa: E501
    rf"|(?P<q>(?<![A-Za-z0-9])Q(?P<qn>[1-4])(?:\s?(?:of\s)?(?:FY)?['\s]?(?P<qy>{_YEAR}|\d\d(?!\d)))?(?![A-Za-z0-9])|(?:(?P<qy2>{_YEAR})年?\s?|(?P<qrel>今年|去年|明年))?第?(?P<qz>[一二三四])季(?:度|报|末|(?=营收|收入|净|毛利|业绩|财报))|(?<![a-z])(?P<qen>first|second|third|fourth)[- ]quarter(?:\sof\s(?P<qy3>{_YEAR}|this year|next year|last year))?)"  # noqa: E501
    rf"|(?P<zdec>(?:(?P<zdy>(?:19|20)\d)0|(?:上世纪|20世纪|二十世纪|本世纪)?(?:(?P<zdd>\d)0|(?P<zdz>[二三四五六七八九])十))年代"
    r"|(?<=\bthe )'?(?P<zde>[2-9])0s(?!\w))"
    rf"|(?P<yz>(?P<yzy>{_YEAR}|二[〇零][〇零一二三四五六七八九]{{2}})(?:财)?年(?:(?P<ypart>底|末|初|中))?(?!轻|代人))"
    rf"|(?P<dec>(?P<decy>{_YEAR[:-1]})|(?:19|20)[0-9]0)s)"
    rf"|(?P<md>(?<![a-z])(?P<mdm>{_MONTH})\.?\s(?P<mdd>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|%|,\d{{3}})(?:,?\s(?P<mdy>{_YEAR}))?(?![\d]))"
    rf"|(?P<dm>(?<![\d.,])(?P<dmd>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<dmm>{_MONTH})(?![a-z])\.?(?:,?\s(?P<dmy>{_YEAR}))?)"
    rf"|(?P<my>(?<![a-z])(?P<mym>{_MONTH})\.?,?\s(?:of\s)?(?P<myy>{_YEAR}|last year|next year|this year)(?!\d))"  # noqa: E501
    rf"|(?P<m>(?:(?<=\bmid-)|{_after('in since by until last next from early late this of')})"
    rf"(?P<mm>(?!may (?:be|have|not)(?![a-z]))(?:{_MONTH}))(?![a-z]))"
    r"|(?P<cm>(?-i:(?<![A-Za-z])(?P<cmm>(?:January|February|April|June|July|August|September|October|November"
    r"|December|Jan|Feb|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?!\s[A-Z][a-z])|March(?='s|\?)|May(?='s)"
    rf"|(?:(?<=\()|{_after('the our their its his her a and to')})"
    r"(?:March|May)(?!\s(?:for|on|of|[A-Z])))(?![A-Za-z])))"
    rf"|(?P<py>(?<![a-z])(?P<pyp>early|mid|late)[- ](?P<pyy>{_YEAR})(?!\d))"
    rf"|(?P<wd>(?P<wrel>上个?|下个?|本|这个?)?(?:周|星期|礼拜)(?P<wz>[一二三四五六日天])(?![周个年期线级本])|(?<![a-z])(?:(?P<wrel2>last|next|this|on|past)\s)?(?P<we>monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?![a-z]))"
    rf"|(?P<ago>(?P<agon>{_N})\s?(?P<agou>天|日|周|个星期|个月|年)(?:前|以前|之前)|(?<![a-z])(?P<agon2>\d{{1,3}}|a|an|one|two|three|four|five|six|seven|eight|nine|ten)\s(?P<agou2>day|week|month|year|decade)s?\s(?:ago|earlier))"
    rf"|(?P<season>(?:(?P<syz>{_YEAR})年|(?P<srel>今年|去年|明年|今|去|明))?(?P<sz>[春夏秋冬])[天季]|(?<![a-z])(?:(?P<srel2>this|next|last|the|before|by|in|until|early|late|coming)\s)(?:the\s|this\s|next\s)?(?P<se>spring|summer|autumn|winter|(?<=this\s)fall|(?<=next\s)fall|(?<=last\s)fall)(?!(?-i:\s[A-Z]))(?:\s(?:of\s)?(?P<sye>{_YEAR}))?(?![a-z]))"
    rf"|(?P<word>{_WORDS.pattern})"
    rf"|(?P<dz>(?<![\d.月])(?P<dzd>\d{{1,2}})(?:日(?!元|本|活|均|语|报|夜|常)|号(?!线|机|称|楼|店|码|文|公)))"
    rf"|(?P<fy>(?<![A-Za-z])FY\s?(?P<fyy>{_YEAR}|\d\d)(?!\d))"
    rf"|(?P<y>(?:(?<=(?:19|20)\d\d-)|(?<![\d.,$€£¥A-Za-z#-]))(?P<yy>{_YEAR})(?:-\d\d(?![\d-]))?(?![\d%]|[\u4e00-\u9fff](?<![到至版款届赛])|,\d|\.\d|\s?(?:[A-Za-z]*(?:posts|users|tokens|people|parameters|words))|\s?(?:million|billion|[KMB]\b)))"
    rf"|(?P<loose>{_WORDS.loose})",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def moments_in(text: str, anchor: date) -> tuple[Moment, ...]:
    """Date expressions of a folded ``text`` in order, read as if written on ``anchor``."""
    found: list[Moment] = []
    for match in _MOMENT.finditer(text):
        try:
            moment = _moment(match, anchor)
        except (ValueError, OverflowError):
            continue  # a day that no calendar has: "year 0", "40 月"
        if moment:
            found += [moment, *_other_end(moment, text)]
    return tuple(found)


_RANGE_AFTER = re.compile(
    r"\s?(?:-|~|to|and|&|至|到|、|和)\s?(?P<day>\d{1,2})(?:st|nd|rd|th|日|号)?(?![\d:%]|[.,]\d|月|万|亿|个|[A-Za-z])"
)
_RANGE_BEFORE = re.compile(r"(?<![\d:.,])(?P<day>\d{1,2})(?:st|nd|rd|th)?\s?(?:-|~|to|and|&)\s?$")


def _other_end(moment: Moment, text: str) -> Iterator[Moment]:
    """The day at the other end of "March 3-5", "3 to 5 March", 3月3日至5日."""
    if moment.grain != "day" or not re.search(r"\d", moment.text):
        return
    after = (
        _RANGE_AFTER.match(text, moment.end) if not moment.text[:1].isdigit() or "月" in moment.text else None
    )
    before = _RANGE_BEFORE.search(text, max(0, moment.start - 12), moment.start)
    match = after or (before if moment.text[:1].isdigit() and "月" not in moment.text else None)
    if match:
        spans = tuple(
            days for first, _ in moment.spans for days in one_day(first.year, first.month, int(match["day"]))
        )
        if spans:
            yield replace(moment, spans=spans, text=match["day"], start=match.start("day"), end=match.end())


def _moment(match: re.Match[str], anchor: date) -> Moment | None:  # noqa: PLR0912, PLR0915
    kind = match.lastgroup
    # lastgroup names the last group that closed, which is the outer one of each alternative.
    grain: Grain
    relative = False
    spans: tuple[Days, ...]
    if kind == "iso":
        spans, grain = one_day(int(match["iy"]), int(match["im"]), int(match["id"])), "day"
    elif kind == "zh":
        spans, grain = _zh_month(match, anchor)
        relative = match["zy"] is None
    elif kind == "half":
        spans, grain = _half(match, anchor), "quarter"
    elif kind == "q":
        number = int(match["qn"]) if match["qn"] else 0
        number = number or _ZH_NUM.get(match["qz"] or "", 0)
        number = (
            number or ("first", "second", "third", "fourth").index((match["qen"] or "first").casefold()) + 1
        )
        years = _years(match["qy"] or match["qy2"] or match["qy3"] or match["qrel"], anchor)
        spans, grain = tuple(quarter_days(year, number) for year in years), "quarter"
        relative = len(years) > 1
    elif kind == "yz":
        year = _year(match["yzy"])
        spans, grain = (
            ((year_days(year),), "year")
            if not match["ypart"]
            else (_part_of_year(year, match["ypart"]), "quarter")
        )
    elif kind == "zdec":
        spans, grain = tuple(_decade(year) for year in _decades(match)), "year"
    elif kind == "dec":
        first = int(match["dec"][:4]) // 10 * 10
        spans, grain = (_decade(first),), "year"
    elif kind in ("md", "dm"):
        month, day = _MONTHS[match[f"{kind}m"].casefold()], int(match[f"{kind}d"])
        years = _years(match[f"{kind}y"], anchor)
        spans, grain = tuple(days for year in years for days in one_day(year, month, day)), "day"
    elif kind == "my":
        spans = tuple(
            month_days(year, _MONTHS[match["mym"].casefold()]) for year in _years(match["myy"], anchor)
        )
        grain = "month"
    elif kind == "m":
        spans = tuple(month_days(year, _MONTHS[match["mm"].casefold()]) for year in _years(None, anchor))
        grain = "month"
    elif kind == "cm":
        spans = tuple(month_days(year, _MONTHS[match["cmm"].casefold()]) for year in _years(None, anchor))
        grain = "month"
    elif kind == "py":
        part = {"early": "初", "mid": "中", "late": "底"}[match["pyp"].casefold()]
        spans, grain = _part_of_year(int(match["pyy"]), part), "quarter"
    elif kind == "wd":
        spans, grain, relative = _weekday(match, anchor), "day", True
    elif kind == "ago":
        spans, grain = _ago(match, anchor)
        relative = True
    elif kind == "season":
        spans, relative = _season(match, anchor)
        grain = "quarter"
    elif kind == "word":
        word = match["word"].casefold()
        relative = True
        if word in _WORDS.days:
            day_ = shifted(anchor, _WORDS.days[word])
            spans, grain = ((day_, day_),), "day"
        else:
            name, offsets = _WORDS.periods[word]
            spans = tuple(_period(name, offset, anchor) for offset in offsets)
            grain = name
    elif kind == "dz":
        spans = tuple(
            days
            for offset in (-1, 0, 1)
            for days in one_day(*months_after(anchor.year, anchor.month, offset), int(match["dzd"]))
        )
        grain, relative = "day", True
    elif kind == "fy":
        year = int(match["fyy"]) if len(match["fyy"]) == 4 else 2000 + int(match["fyy"])
        spans, grain = (year_days(year),), "year"
    elif kind == "y":
        spans, grain = (year_days(int(match["yy"])),), "year"
    else:
        spans, grain, relative = ((anchor, anchor),), "loose", True
    if not spans:
        return None
    return Moment(
        spans=spans,
        grain=grain,
        relative=relative,
        text=match.group().strip(),
        start=match.start(),
        end=match.end(),
    )


def _year(text: str) -> int:
    if text.isascii():
        return int(text) if len(text) == 4 else 2000 + int(text)
    digits = "".join(str(_ZH_NUM[char]) for char in text)
    return int(digits) if len(digits) == 4 else 2000 + int(digits[-2:])


def _decade(year: int) -> Days:
    return date(year, 1, 1), date(year + 9, 12, 31)


def _decades(match: re.Match[str]) -> tuple[int, ...]:
    """First years of 1990年代, 八十年代, "the 90s"."""
    if match["zdy"]:
        return (int(match["zdy"]) * 10,)
    digit = _ZH_NUM[match["zdz"]] if match["zdz"] else int(match["zdd"] or match["zde"])
    return (1900 + 10 * digit,) if digit > 2 else (1900 + 10 * digit, 2000 + 10 * digit)


def _season(match: re.Match[str], anchor: date) -> tuple[tuple[Days, ...], bool]:
    """Readings of "this autumn", 去年夏天, and whether they hang on the day of writing."""
    first = _SEASONS[(match["sz"] or match["se"]).casefold()]
    said = (match["srel"] or match["srel2"] or "").casefold()
    named = match["syz"] or match["sye"]
    years = _years(named, anchor)
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


def _years(text: str | None, anchor: date) -> tuple[int, ...]:
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
    return (_year(text),)


def _zh_month(match: re.Match[str], anchor: date) -> tuple[tuple[Days, ...], Grain]:
    month = _zh_int(match["zm"])
    if not 1 <= month <= 12:
        return (), "month"
    years = _years(match["zy"] or match["zrel"], anchor)
    if match["zd"]:
        day = _zh_int(match["zd"])
        return tuple(days for year in years for days in one_day(year, month, day)), "day"
    return tuple(month_days(year, month) for year in years), "month"


def _zh_int(text: str) -> int:
    if text.isdecimal() and text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _ZH_NUM[tens]
    return (_ZH_NUM[tens] if tens else 1) * 10 + (_ZH_NUM[ones] if ones else 0)


def _part_of_year(year: int, part: str) -> tuple[Days, ...]:
    months = {"初": (1, 3), "中": (5, 8), "底": (10, 12), "末": (10, 12)}[part]
    return ((month_days(year, months[0])[0], month_days(year, months[1])[1]),)


def _half(match: re.Match[str], anchor: date) -> tuple[Days, ...]:
    if match["hx"]:
        years = _years(match["hy"] or match["hrel"], anchor)
        if match["hx"] in ("上半年", "下半年"):
            first = match["hx"] == "上半年"
            return tuple(
                (quarter_days(year, 1 if first else 3)[0], quarter_days(year, 2 if first else 4)[1])
                for year in years
            )
        return tuple(span for year in years for span in _part_of_year(year, match["hx"][1]))
    if match["hx2"]:
        words = match["hx2"].casefold()
        if match["midy"]:
            return _part_of_year(int(match["midy"]), "中")
        if "next year" in words:
            return _part_of_year(anchor.year + 1, "初" if "early" in words else "底")
        return _part_of_year(anchor.year, "底")
    first = (match["hen"] or "").casefold() == "first" or match["hnum"] == "1"
    years = _years(match["heny"] or match["hny"], anchor)
    return tuple(
        (quarter_days(year, 1 if first else 3)[0], quarter_days(year, 2 if first else 4)[1]) for year in years
    )


def _weekday(match: re.Match[str], anchor: date) -> tuple[Days, ...]:
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


def _ago(match: re.Match[str], anchor: date) -> tuple[tuple[Days, ...], Grain]:
    number_text, unit = match["agon"] or match["agon2"], (match["agou"] or match["agou2"]).casefold()
    number = _EN_NUM.get(number_text.casefold()) or (
        int(number_text) if number_text.isascii() and number_text.isdecimal() else 0
    )
    number = number or (
        _zh_int(number_text) if all(char in _ZH_NUM for char in number_text) and len(number_text) < 3 else 0
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


def _period(name: Grain, offset: int, anchor: date) -> Days:
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
