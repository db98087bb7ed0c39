"""Dates and spans of time as people write them in Chinese and English, absolute and relative."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

Days = tuple[date, date]
"""First and last day, inclusive."""

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

_DAY_WORDS = {
    "今天": 0,
    "今日": 0,
    "今早": 0,
    "今晨": 0,
    "今晚": 0,
    "今夜": 0,
    "当天": 0,
    "当日": 0,
    "本日": 0,
    "刚刚": 0,
    "昨天": -1,
    "昨日": -1,
    "昨晚": -1,
    "昨夜": -1,
    "前天": -2,
    "前日": -2,
    "明天": 1,
    "明日": 1,
    "明早": 1,
    "明晚": 1,
    "后天": 2,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "just now": 0,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
}
_LOOSE = (
    "近日|日前|最近|近期|近来|眼下|目前|如今|当前|这几天|这两天|未来|此前|不久前|随后|recently|lately|these days|currently"  # noqa: E501
    "|in recent (?:days|weeks|months)|the other day"
)
_PERIODS = {
    "上周": ("week", -1),
    "上星期": ("week", -1),
    "上礼拜": ("week", -1),
    "本周": ("week", 0),
    "这周": ("week", 0),
    "这星期": ("week", 0),
    "这个星期": ("week", 0),
    "这一周": ("week", 0),
    "下周": ("week", 1),
    "下星期": ("week", 1),
    "last week": ("week", -1),
    "past week": ("week", -1),
    "previous week": ("week", -1),
    "this week": ("week", 0),
    "next week": ("week", 1),
    "本周末": ("week", 0),
    "上周末": ("week", -1),
    "this weekend": ("week", 0),
    "last weekend": ("week", -1),
    "next weekend": ("week", 1),
    "over the weekend": ("week", 0),
    "周末": ("week", 0),
    "上个月": ("month", -1),
    "上月": ("month", -1),
    "本月": ("month", 0),
    "这个月": ("month", 0),
    "当月": ("month", 0),
    "下个月": ("month", 1),
    "下月": ("month", 1),
    "last month": ("month", -1),
    "this month": ("month", 0),
    "next month": ("month", 1),
    "上季度": ("quarter", -1),
    "上一季度": ("quarter", -1),
    "上个季度": ("quarter", -1),
    "本季度": ("quarter", 0),
    "下季度": ("quarter", 1),
    "下个季度": ("quarter", 1),
    "last quarter": ("quarter", -1),
    "this quarter": ("quarter", 0),
    "next quarter": ("quarter", 1),
    "去年": ("year", -1),
    "上年": ("year", -1),
    "今年": ("year", 0),
    "本年": ("year", 0),
    "年内": ("year", 0),
    "明年": ("year", 1),
    "前年": ("year", -2),
    "后年": ("year", 2),
    "last year": ("year", -1),
    "this year": ("year", 0),
    "next year": ("year", 1),
    "a year earlier": ("year", -1),
    "a year ago": ("year", -1),
    "year over year": ("year", -1),
    "year-over-year": ("year", -1),
    "year on year": ("year", -1),
    "yoy": ("year", -1),
    "同比": ("year", -1),
}

_WORDS = "|".join(
    re.escape(word) if not word[0].isascii() else rf"(?<![a-z]){re.escape(word)}(?![a-z])"
    for word in sorted([*_DAY_WORDS, *_PERIODS], key=lambda word: (-len(word), word))
)
_MOMENT = re.compile(
    rf"(?P<iso>(?<![\d.])(?P<iy>{_YEAR})[-/.](?P<im>\d{{1,2}})[-/.](?P<id>\d{{1,2}})(?![\d.]))"
    rf"|(?P<zh>(?:(?P<zy>{_YEAR}|{_ZH_YEAR})年|(?P<zrel>今年|去年|明年))?\s?(?P<zm>\d{{1,2}}|十[一二]?|[一二三四五六七八九])月(?!亮|球|饼|薪)(?:\s?(?P<zd>\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号](?!称|元)|(?P<zpart>[初中底末上下]旬?))?)"
    rf"|(?P<half>(?:(?P<hy>{_YEAR})年?\s?|(?P<hrel>今年|去年|明年|前年))?(?P<hx>上半年|下半年|年底|年末|年初|年中)|(?<![a-z])(?P<hx2>(?:the )?(?:end of (?:the|this) year|year[- ]end|early next year|late next year|mid-?\s?(?P<midy>20\d\d)))|(?<![a-z])(?P<hx3>(?:the )?(?P<hen>first|second) half(?: of)? (?P<heny>{_YEAR}|this year|next year|the year)|H(?P<hnum>[12])\s?(?P<hny>20\d\d)?(?![\w])))"  # noqa: E501
    rf"|(?P<q>(?<![A-Za-z0-9])Q(?P<qn>[1-4])(?:\s?(?:of\s)?(?:FY)?['\s]?(?P<qy>{_YEAR}|\d\d(?!\d)))?(?![A-Za-z0-9])|(?:(?P<qy2>{_YEAR})年?\s?|(?P<qrel>今年|去年|明年))?第?(?P<qz>[一二三四])季度?(?![节])|(?<![a-z])(?P<qen>first|second|third|fourth)[- ]quarter(?:\sof\s(?P<qy3>{_YEAR}))?)"  # noqa: E501
    rf"|(?P<yz>(?P<yzy>{_YEAR}|二[〇零][〇零一二三四五六七八九]{{2}})(?:财)?年(?:(?P<ypart>底|末|初|中))?(?!轻|代人))"
    rf"|(?P<dec>(?P<decy>{_YEAR[:-1]})|(?:19|20)[0-9]0)s)"
    rf"|(?P<md>(?<![a-z])(?P<mdm>{_MONTH})\.?\s(?P<mdd>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|%|,\d{{3}})(?:,?\s(?P<mdy>{_YEAR}))?(?![\d]))"
    rf"|(?P<dm>(?<![\d.,])(?P<dmd>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<dmm>{_MONTH})(?![a-z])\.?(?:,?\s(?P<dmy>{_YEAR}))?)"
    rf"|(?P<my>(?<![a-z])(?P<mym>{_MONTH})\.?,?\s(?:of\s)?(?P<myy>{_YEAR}|last year|next year|this year)(?!\d))"  # noqa: E501
    rf"|(?P<m>(?:(?<=in )|(?<=since )|(?<=by )|(?<=until )|(?<=last )|(?<=next )|(?<=from )|(?<=early )|(?<=late )|(?<=mid-)|(?<=this )|(?<=of ))(?P<mm>{_MONTH})(?![a-z]))"  # noqa: E501
    rf"|(?P<cm>(?-i:(?<![A-Za-z])(?P<cmm>January|February|April|June|July|August|September|October|November|December|Jan|Feb|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|March(?='s)|May(?='s))(?![A-Za-z])))"
    rf"|(?P<py>(?<![a-z])(?P<pyp>early|mid|late)[- ](?P<pyy>{_YEAR})(?!\d))"
    rf"|(?P<wd>(?P<wrel>上个?|下个?|本|这个?)?(?:周|星期|礼拜)(?P<wz>[一二三四五六日天])(?![周个年期线级本])|(?<![a-z])(?:(?P<wrel2>last|next|this|on|past)\s)?(?P<we>monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?![a-z]))"
    rf"|(?P<ago>(?P<agon>{_N})\s?(?P<agou>天|日|周|个星期|个月|年)(?:前|以前|之前)|(?<![a-z])(?P<agon2>\d{{1,3}}|a|an|one|two|three|four|five|six|seven|eight|nine|ten)\s(?P<agou2>day|week|month|year)s?\s(?:ago|earlier))"
    rf"|(?P<word>{_WORDS})"
    rf"|(?P<dz>(?<![\d.月])(?P<dzd>\d{{1,2}})(?:日(?!元|本|活|均|语|报|夜|常)|号(?!线|机|称|楼|店|码|文|公)))"
    rf"|(?P<fy>(?<![A-Za-z])FY\s?(?P<fyy>{_YEAR}|\d\d)(?!\d))"
    rf"|(?P<y>(?<![\d.,$€£¥A-Za-z#-])(?P<yy>{_YEAR})(?![\d%]|,\d|\.\d|\s?(?:[A-Za-z]*(?:posts|users|tokens|people|parameters|words))|\s?(?:million|billion|条|人|个|家|名|元|美元|亿|万|[KMB]\b)))"
    rf"|(?P<loose>{_LOOSE})",
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
            found.append(moment)
    return tuple(found)


def _moment(match: re.Match[str], anchor: date) -> Moment | None:  # noqa: PLR0912, PLR0915
    kind = match.lastgroup
    # lastgroup names the last group that closed, which is the outer one of each alternative.
    grain: Grain
    relative = False
    spans: tuple[Days, ...]
    if kind == "iso":
        spans, grain = _day(int(match["iy"]), int(match["im"]), int(match["id"])), "day"
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
        spans, grain = tuple(_quarter(year, number) for year in years), "quarter"
        relative = len(years) > 1
    elif kind == "yz":
        year = _year(match["yzy"])
        spans, grain = (
            ((_year_days(year),), "year")
            if not match["ypart"]
            else (_part_of_year(year, match["ypart"]), "quarter")
        )
    elif kind == "dec":
        first = int(match["dec"][:4]) // 10 * 10
        spans, grain = ((date(first, 1, 1), date(first + 9, 12, 31)),), "year"
    elif kind in ("md", "dm"):
        month, day = _MONTHS[match[f"{kind}m"].casefold()], int(match[f"{kind}d"])
        years = _years(match[f"{kind}y"], anchor)
        spans, grain = tuple(days for year in years for days in _day(year, month, day)), "day"
    elif kind == "my":
        spans = tuple(_month(year, _MONTHS[match["mym"].casefold()]) for year in _years(match["myy"], anchor))
        grain = "month"
    elif kind == "m":
        spans = tuple(_month(year, _MONTHS[match["mm"].casefold()]) for year in _years(None, anchor))
        grain = "month"
    elif kind == "cm":
        spans = tuple(_month(year, _MONTHS[match["cmm"].casefold()]) for year in _years(None, anchor))
        grain = "month"
    elif kind == "py":
        part = {"early": "初", "mid": "中", "late": "底"}[match["pyp"].casefold()]
        spans, grain = _part_of_year(int(match["pyy"]), part), "quarter"
    elif kind == "wd":
        spans, grain, relative = _weekday(match, anchor), "day", True
    elif kind == "ago":
        spans, grain = _ago(match, anchor)
        relative = True
    elif kind == "word":
        word = match["word"].casefold()
        relative = True
        if word in _DAY_WORDS:
            day_ = _shift(anchor, _DAY_WORDS[word])
            spans, grain = ((day_, day_),), "day"
        else:
            name, offset = _PERIODS[word]
            spans, grain = _period(name, offset, anchor)
    elif kind == "dz":
        spans = tuple(
            days
            for offset in (-1, 0, 1)
            for days in _day(*_add_months(anchor.year, anchor.month, offset), int(match["dzd"]))
        )
        grain, relative = "day", True
    elif kind == "fy":
        year = int(match["fyy"]) if len(match["fyy"]) == 4 else 2000 + int(match["fyy"])
        spans, grain = (_year_days(year),), "year"
    elif kind == "y":
        spans, grain = (_year_days(int(match["yy"])),), "year"
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


def _shift(day: date, days: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _day(year: int, month: int, day: int) -> tuple[Days, ...]:
    try:
        found = date(year, month, day)
    except ValueError:
        return ()
    return ((found, found),)


def _add_months(year: int, month: int, offset: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + offset
    return index // 12, index % 12 + 1


def _month(year: int, month: int) -> Days:
    following = _add_months(year, month, 1)
    return date(year, month, 1), date(*following, 1) - timedelta(days=1)


def _quarter(year: int, number: int) -> Days:
    return _month(year, 3 * number - 2)[0], _month(year, 3 * number)[1]


def _year_days(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)


def _year(text: str) -> int:
    if text.isascii():
        return int(text) if len(text) == 4 else 2000 + int(text)
    digits = "".join(str(_ZH_NUM[char]) for char in text)
    return int(digits) if len(digits) == 4 else 2000 + int(digits[-2:])


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
        return tuple(days for year in years for days in _day(year, month, day)), "day"
    return tuple(_month(year, month) for year in years), "month"


def _zh_int(text: str) -> int:
    if text.isdecimal() and text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _ZH_NUM[tens]
    return (_ZH_NUM[tens] if tens else 1) * 10 + (_ZH_NUM[ones] if ones else 0)


def _part_of_year(year: int, part: str) -> tuple[Days, ...]:
    months = {"初": (1, 3), "中": (5, 8), "底": (10, 12), "末": (10, 12)}[part]
    return ((_month(year, months[0])[0], _month(year, months[1])[1]),)


def _half(match: re.Match[str], anchor: date) -> tuple[Days, ...]:
    if match["hx"]:
        years = _years(match["hy"] or match["hrel"], anchor)
        if match["hx"] in ("上半年", "下半年"):
            first = match["hx"] == "上半年"
            return tuple(
                (_quarter(year, 1 if first else 3)[0], _quarter(year, 2 if first else 4)[1]) for year in years
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
        (_quarter(year, 1 if first else 3)[0], _quarter(year, 2 if first else 4)[1]) for year in years
    )


def _weekday(match: re.Match[str], anchor: date) -> tuple[Days, ...]:
    wanted = _WEEKDAYS[(match["wz"] or match["we"]).casefold()]
    monday = _shift(anchor, -anchor.weekday())
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
        before = _shift(anchor, -((anchor.weekday() - wanted) % 7))
        return ((before, before), (_shift(before, 7), _shift(before, 7)))
    return tuple((day, day) for day in (_shift(monday, wanted + offset) for offset in offsets))


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
        day = _shift(anchor, -number)
        return ((day, day),), "day"
    if unit in ("周", "个星期", "week"):
        return ((_shift(anchor, -7 * number - 3), _shift(anchor, -7 * number + 3)),), "week"
    if unit in ("个月", "month"):
        return (_month(*_add_months(anchor.year, anchor.month, -number)),), "month"
    return (_year_days(max(anchor.year - number, 1)),), "year"


def _period(name: str, offset: int, anchor: date) -> tuple[tuple[Days, ...], Grain]:
    if name == "week":
        monday = _shift(anchor, 7 * offset - anchor.weekday())
        spans: tuple[Days, ...] = ((monday, _shift(monday, 6)),)
        return spans, "week"
    if name == "month":
        return (_month(*_add_months(anchor.year, anchor.month, offset)),), "month"
    if name == "quarter":
        year, month = _add_months(anchor.year, anchor.month, 3 * offset)
        return (_quarter(year, (month + 2) // 3),), "quarter"
    return (_year_days(anchor.year + offset),), "year"


def holds(outer: Days, inner: Days) -> bool:
    """Whether ``inner`` lies within ``outer``."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]
