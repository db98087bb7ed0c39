"""Dates and spans of time as people write them in Chinese and English, absolute and relative."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from dawnchorus.report.check.calendar import (
    Days,
    decade_days,
    month_days,
    months_after,
    one_day,
    part_of_year,
    period_days,
    quarter_days,
    shifted,
    year_days,
)
from dawnchorus.report.check.moment import Grain, Moment
from dawnchorus.report.check.moment_readings import (
    MONTHS,
    ZH_NUM,
    days_ago,
    decades,
    half_year,
    season_days,
    weekday_days,
    year_of,
    years_of,
    zh_int,
    zh_month_days,
)
from dawnchorus.report.check.moment_words import moment_words

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:1[89]\d\d|20\d\d)"
_ZH_YEAR = r"(?:[一二]?[〇零一二三四五六七八九]{2,4})"
_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"

_QUARTERS = ("first", "second", "third", "fourth", "", "", "", "final", "", "", "", "last")
_WORDS = moment_words()


def _after(words: str) -> str:
    """A pattern of the place after any of ``words``."""
    return "(?:" + "|".join(rf"(?<=\b{word} )" for word in words.split()) + ")"


# Where one may begin, looked at before all the ways to write one: at the first letter of a word, a digit, a
# character below, or a space before a Chinese month.
_FIRST = "〇零一二两三四五六七八九十今去明前上下年第本这周星礼春夏秋冬" + re.escape(_WORDS.first)
_BEGINS = rf"(?=[a-z0-9'\s{_FIRST}])(?:(?<![a-z])|(?![a-z]))(?!\s[^\d一二三四五六七八九十])"

_MOMENT = re.compile(
    rf"{_BEGINS}(?:(?P<iso>(?<![\d.])(?P<iy>{_YEAR})[-/.](?P<im>\d{{1,2}})[-/.](?P<id>\d{{1,2}})(?![\d.]))"
    rf"|(?P<zh>(?:(?P<zy>{_YEAR}|{_ZH_YEAR})年|(?P<zrel>今年|去年|明年))?\s?(?P<zm>\d{{1,2}}|十[一二]?|[一二三四五六七八九])月(?!亮|球|饼|薪)(?:\s?(?P<zd>\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号](?!称|元)|(?P<zpart>[初中底末上下]旬?))?)"
    rf"|(?P<half>(?:(?P<hy>{_YEAR})年?\s?|(?P<hrel>今年|去年|明年|前年))?(?P<hx>上半年|下半年|年底|年末|年初|年中)|(?<![a-z])(?P<hx2>(?:the )?(?:end of (?:the|this) year|year[- ]end|early next year|late next year|(?:start|beginning|turn) of (?:the|this) year|mid-?\s?(?P<midy>20\d\d)|(?:the )?end(?:[- ]of)?[- ](?P<endy>20\d\d)))|(?<![a-z])(?P<hx3>(?:the )?(?P<hen>first|second) half(?: of)? (?P<heny>{_YEAR}|this year|next year|the year)|(?-i:(?<![\w.])(?:H(?P<hnum>[12])(?:\s?(?:of\s)?(?:FY)?(?P<hny>20\d\d)|\s?'\d\d)?|(?P<hnum2>[12])H(?:\s?'?(?P<hny2>20\d\d|\d\d))?)(?!\w))|(?P<hen2>first|second)-half(?![a-z])|(?<=\bthe )(?P<hen3>first|second) half(?=\s*(?:[.,;!?]|$))))"  # noqa: E501
    rf"|(?P<q>(?<![A-Za-z0-9])Q(?P<qn>[1-4])(?:\s?(?:of\s)?(?:FY)?['\s]?(?P<qy>{_YEAR}|\d\d(?!\d)))?(?![A-Za-z0-9])|(?<![A-Za-z0-9.])(?P<qn2>[1-4])Q(?:\s?(?:FY)?'?(?P<qy4>{_YEAR}|\d\d))?(?![A-Za-z0-9])|(?:(?P<qy2>{_YEAR})年?\s?|(?P<qrel>今年|去年|明年))?(?<!前)第?(?P<qz>[一二三四])季(?:度|报|末|(?=营收|收入|净|毛利|业绩|财报|开始|起|前|内|度|推出|上市|出货|量产|发)|(?<=[年今去明]第.季)(?!赛|集))|(?<![a-z])(?P<qen>first|second|third|fourth|final|last(?=[- ]quarter of))[- ](?:fiscal[- ])?quarter(?:,?\s(?:of\s)?(?:fiscal\s)?(?P<qy3>{_YEAR}|this year|next year|last year))?)"  # noqa: E501
    rf"|(?P<zdec>(?:(?P<zdy>(?:19|20)\d)0|(?:上世纪|20世纪|二十世纪|本世纪)?(?:(?P<zdd>\d)0|(?P<zdz>[二三四五六七八九])十))年代"
    r"|(?<=\bthe )'?(?P<zde>[2-9])0s(?!\w))"
    rf"|(?P<yz>(?P<yzy>{_YEAR}(?=(?:[-/]\d\d)?财?年)|二[〇零][〇零一二三四五六七八九]{{2}})(?:[-/]\d\d)?(?:财)?年(?:(?P<ypart>底|末|初|中))?(?!轻|代人))"
    rf"|(?P<dec>(?P<decy>{_YEAR[:-1]})|(?:19|20)[0-9]0)s)"
    rf"|(?P<md>(?<![a-z])(?P<mdm>{_MONTH})\.?\s(?P<mdd>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|%|[,.]\d)(?:,?\s(?P<mdy>{_YEAR}))?(?![\d]))"
    rf"|(?P<dm>(?<![\d.,])(?P<dmd>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<dmm>{_MONTH})(?![a-z])\.?(?:,?\s(?P<dmy>{_YEAR}))?)"
    rf"|(?P<my>(?<![a-z])(?P<mym>{_MONTH})\.?,?\s(?:of\s)?(?P<myy>{_YEAR}|last year|next year|this year)(?!\d))"  # noqa: E501
    rf"|(?P<m>(?:(?<=\bmid-)|{_after('in since by until last next from early late this of')})"
    rf"(?P<mm>(?!may (?:be|have|not)(?![a-z]))(?:{_MONTH}))(?![a-z]))"
    r"|(?P<cm>(?-i:(?<![A-Za-z])(?P<cmm>(?<=[a-z]-)(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)(?![A-Za-z])|(?:January|February|April|June|July|August|September|October|November"
    r"|December|Jan|Feb|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?!\s[A-Z][a-z])|(?:March|May)(?='s|\?|:)"
    rf"|(?:(?<=\()|{_after('the our their its his her a and to')})"
    r"(?:March|May)(?!\s(?:for|on|of|[A-Z]))|(?:(?<=[a-z,] )|(?<=The ))(?:March|May)(?!\s[A-Z]))"
    r"(?![A-Za-z])))"
    rf"|(?P<py>(?<![a-z])(?P<pyp>early|mid|late)[- ](?P<pyy>{_YEAR})(?!\d))"
    rf"|(?P<wd>(?P<wrel>上个?|下个?|本|这个?)?(?:周|星期|礼拜)(?P<wz>[一二三四五六日天])(?![周个年期线级本])|(?<![a-z])(?:(?P<wrel2>last|next|this|on|past)\s)?(?P<we>monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?![a-z]))"
    rf"|(?P<ago>(?<![第\d])(?P<agon>{_N})\s?(?P<agou>天|日|周|个星期|个月|年)(?:前|以前|之前)|(?<![a-z])(?P<agon2>\d{{1,3}}|a|an|one|two|three|four|five|six|seven|eight|nine|ten)\s(?P<agou2>day|week|month|year|decade)s?\s(?:ago|earlier))"
    rf"|(?P<season>(?:(?P<syz>{_YEAR})年|(?P<srel>今年|去年|明年|今|去|明))?(?P<sz>[春夏秋冬])[天季]|(?<![a-z])(?:(?P<srel2>this|next|last|the|since|from|through|during|over|after|before|by|in|until|early|late|coming)\s)(?:the\s|this\s|next\s)?(?P<se>spring|summer|autumn|winter|(?<=this\s)fall|(?<=next\s)fall|(?<=last\s)fall)(?!(?-i:(?<!ast spring)(?<!his spring)(?<!ext spring)(?<!ast summer)(?<!his summer)(?<!ext summer)(?<!utumn)(?<!fall)(?<!winter)\s[A-Z]))(?:\s(?:of\s)?(?P<sye>{_YEAR}))?(?![a-z]))"  # noqa: E501
    r"|(?P<dr>(?P<drrel>上|下|本|这)个?月(?P<drd>\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号])"
    rf"|(?P<word>{_WORDS.pattern})"
    rf"|(?P<dz>(?<![\d.月鹰船舟星弹型第前])(?P<dzd>\d{{1,2}})(?:日(?!元|本|活|均|语|报|夜|常)|号(?!线|机|称|楼|店|码|文|公)))"
    rf"|(?P<fy>(?<![A-Za-z])FY\s?(?P<fyy>{_YEAR}|\d\d)(?!\d))"
    rf"|(?P<y>(?:(?<=(?:19|20)\d\d-)|(?<![\d.,$€£¥A-Za-z#-]))(?P<yy>{_YEAR})(?:-\d\d(?![\d-]))?(?![\d%]|[\u4e00-\u9fff](?<![到至版款届赛])|,\d|\.\d|\s?(?:[A-Za-z]*(?:posts|users|tokens|people|parameters|words))|\s?(?:million|billion|[KMB]\b)))"
    rf"|(?P<loose>{_WORDS.loose}))",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def moments_in(text: str, anchor: date) -> tuple[Moment, ...]:
    """Date expressions of a folded ``text`` in order, read as if written on ``anchor``."""
    found: list[Moment] = []
    for match in _MOMENT.finditer(text):
        if found and match.start() < found[-1].end:
            continue  # the other end of a range
        try:
            moment = _moment(match, anchor)
        except (ValueError, OverflowError):
            continue  # a day that no calendar has: "year 0", "40 月"
        if moment and not (match["wd"] and _dated(match, found)):
            if match["dz"]:
                moment = replace(moment, spans=(*_in_month_before(found, int(match["dzd"])), *moment.spans))
            found += [moment, *_other_end(moment, text)]
    return tuple(found)


# A weekday before a date is that day: "Monday 24 Aug", 周一(8月24日).
_DATED = re.compile(
    rf"[,(]?\s?(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{_MONTH})|(?:{_MONTH})\.?\s\d|\d{{1,2}}月\d|\d{{1,2}}[日号])",
    re.IGNORECASE,
)


def _dated(match: re.Match[str], found: Sequence[Moment]) -> bool:
    """Whether a date stands beside a weekday."""
    if _DATED.match(match.string, match.end()):
        return True
    last = found[-1] if found else None
    return (
        last is not None
        and last.grain == "day"
        and match.string[last.end : match.start()].strip(" ,，(（") == ""
        and re.search(r"\d", last.text) is not None
    )


def _in_month_before(found: Sequence[Moment], day: int) -> tuple[Days, ...]:
    """That day of the month named last: 6日 of 5月4日和6日."""
    named = next((one for one in reversed(found) if one.grain in ("day", "month")), None)
    spans = named.spans if named else ()
    return tuple(days for first, _ in spans for days in one_day(first.year, first.month, day))


_RANGE_AFTER = re.compile(
    r"\s?(?:-|~|to|and|&|至|到|、|和)\s?(?P<day>\d{1,2})(?:st|nd|rd|th|日|号)?(?![\d%]|[.,:]\d|月|万|亿|个|[A-Za-z])"
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


def _nearest(match: re.Match[str], spans: tuple[Days, ...], anchor: date) -> tuple[Days, ...]:
    """Of the readings of a month or day without a year those within a year; "next May" is one to come."""
    before = match.string[max(0, match.start() - 5) : match.start()].casefold()
    if before == "next ":
        return tuple(days for days in spans if days[0] > anchor) or spans
    if before == "last ":
        return tuple(days for days in spans if days[1] < anchor) or spans
    return (
        tuple(days for days in spans if (anchor - days[1]).days <= 370 and (days[0] - anchor).days <= 370)
        or spans
    )


def _moment(match: re.Match[str], anchor: date) -> Moment | None:  # noqa: PLR0912, PLR0915
    kind = match.lastgroup
    # lastgroup names the last group that closed, which is the outer one of each alternative.
    grain: Grain
    relative = False
    spans: tuple[Days, ...]
    if kind == "iso":
        spans, grain = one_day(int(match["iy"]), int(match["im"]), int(match["id"])), "day"
    elif kind == "zh":
        spans, grain = zh_month_days(match, anchor)
        relative = match["zy"] is None
    elif kind == "half":
        spans, grain = half_year(match, anchor), "quarter"
    elif kind == "q":
        number = int(match["qn"] or match["qn2"] or 0)
        number = number or ZH_NUM.get(match["qz"] or "", 0)
        number = number or _QUARTERS.index((match["qen"] or "first").casefold()) % 4 + 1
        years = years_of(match["qy"] or match["qy2"] or match["qy3"] or match["qy4"] or match["qrel"], anchor)
        spans, grain = tuple(quarter_days(year, number) for year in years), "quarter"
        relative = len(years) > 1
    elif kind == "yz":
        year = year_of(match["yzy"])
        spans, grain = (
            ((year_days(year),), "year")
            if not match["ypart"]
            else (part_of_year(year, match["ypart"]), "quarter")
        )
    elif kind == "zdec":
        spans, grain = tuple(decade_days(year) for year in decades(match)), "year"
    elif kind == "dec":
        first = int(match["dec"][:4]) // 10 * 10
        spans, grain = (decade_days(first),), "year"
    elif kind in ("md", "dm"):
        month, day = MONTHS[match[f"{kind}m"].casefold()], int(match[f"{kind}d"])
        years = years_of(match[f"{kind}y"], anchor)
        spans, grain = tuple(days for year in years for days in one_day(year, month, day)), "day"
    elif kind == "my":
        spans = tuple(
            month_days(year, MONTHS[match["mym"].casefold()]) for year in years_of(match["myy"], anchor)
        )
        grain = "month"
    elif kind == "m":
        spans = tuple(month_days(year, MONTHS[match["mm"].casefold()]) for year in years_of(None, anchor))
        grain = "month"
    elif kind == "cm":
        spans = tuple(month_days(year, MONTHS[match["cmm"].casefold()]) for year in years_of(None, anchor))
        grain = "month"
    elif kind == "py":
        part = {"early": "初", "mid": "中", "late": "底"}[match["pyp"].casefold()]
        spans, grain = part_of_year(int(match["pyy"]), part), "quarter"
    elif kind == "wd":
        spans, grain, relative = weekday_days(match, anchor), "day", True
    elif kind == "ago":
        spans, grain = days_ago(match, anchor)
        relative = True
    elif kind == "season":
        spans, relative = season_days(match, anchor)
        grain = "quarter"
    elif kind == "word":
        word = match["word"].casefold()
        relative = True
        if word in _WORDS.days:
            day_ = shifted(anchor, _WORDS.days[word])
            spans, grain = ((day_, day_),), "day"
        else:
            name, offsets = _WORDS.periods[word]
            spans = tuple(period_days(name, offset, anchor) for offset in offsets)
            grain = name
    elif kind == "dr":
        month_ = months_after(anchor.year, anchor.month, {"上": -1, "下": 1}.get(match["drrel"], 0))
        spans, grain, relative = one_day(*month_, zh_int(match["drd"])), "day", True
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
    if kind in ("zh", "half", "q", "md", "dm", "m", "cm", "season") and len(spans) > 1:
        spans = _nearest(match, spans, anchor)
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
