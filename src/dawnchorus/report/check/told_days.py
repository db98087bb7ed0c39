"""Days that a post tells by counting from its own, or in short: "in three days", 月底, "the 17th", 3/8.

Read of posts only: in a sentence 三天后 may count from anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from dawnchorus.report.check.calendar import Days, month_days, months_after, one_day, shifted, year_days
from dawnchorus.report.check.number import value_of

_N = r"\d{1,3}|[一二两三四五六七八九十]{1,3}"
_EN = "a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty"
_LATER = re.compile(
    rf"(?P<zh>{_N})\s?(?P<zu>天|日|周|个星期|个礼拜|个月|年)(?:后|之后|以后|内|之内)"
    rf"|(?<![a-z])(?:in|within)\s(?:the next\s)?(?P<en>\d{{1,3}}|{_EN})\s"
    rf"(?P<eu>day|week|month|year)s?(?:'\stime)?(?![a-z])"
    rf"|(?<![a-z])(?P<en2>\d{{1,3}}|{_EN})\s"
    rf"(?P<eu2>day|week|month|year)s?\s(?:from\snow|from\stoday|away|out)(?![a-z])"
    rf"|(?<![a-z])(?P<half>half a year ago|半年前)",
    re.IGNORECASE,
)
_NTH = re.compile(r"(?<![a-z])the\s(?P<day>\d{1,2})(?:st|nd|rd|th)(?=[\s.,;:!?)]|$)", re.IGNORECASE)
# Only behind a preposition: 1/3 is as often a part, or a place in a thread.
_SLASH = re.compile(
    r"(?:(?<=\bon )|(?<=\bby )|(?<=\bfrom )|(?<=\buntil )|(?<=\bsince )|(?<=[在于至到截]))"
    r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?:20)?\d\d)?(?![\d/])",
    re.IGNORECASE,
)
_MONTH_END = re.compile(
    r"(?P<next>下个?)?月(?P<zh>底|末|中旬?|初|上旬|下旬)"
    r"|(?<![a-z])(?:end|close) of (?:the|this) month|(?<![a-z])month[- ]end"
    r"|(?<![a-z])(?P<en>mid|early|late)[- ](?:this )?month",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})(?::\d\d)?\s?(?:(?P<pm>[ap])\.?m\.?)?\s?"
    r"(?:(?P<utc>UTC|GMT|Z)|[ECMP][SD]?T|CES?T|BST)(?![A-Za-z])",
    re.IGNORECASE,
)
_PARTS = {"底": (20, 31), "末": (20, 31), "下": (20, 31), "中": (10, 20), "初": (1, 10), "上": (1, 10)}
_PARTS_EN = {"early": "初", "mid": "中", "late": "底"}


@lru_cache(maxsize=2048)
def told_days(text: str, written: date) -> tuple[Days, ...]:
    """Spans of days that a folded ``text`` written on a day may mean."""
    return (*_later(text, written), *_by_number(text, written), *_parts(text, written))


def next_day_here(text: str) -> bool:
    """Whether a text tells a late hour of a zone in the west: its day is the next one here."""
    return any(
        (match["utc"] and int(match["hour"]) % 12 + 12 * (match["pm"] in ("p", "P")) >= 16)
        or (match["utc"] and int(match["hour"]) >= 16)
        or (not match["utc"] and (match["pm"] in ("p", "P") or int(match["hour"]) >= 9))
        for match in _ZONE.finditer(text)
    )


def _later(text: str, written: date) -> Iterator[Days]:
    for match in _LATER.finditer(text):
        if match["half"]:
            yield month_days(*months_after(written.year, written.month, -6))
            continue
        said = (match["zh"] or match["en"] or match["en2"]).casefold()
        number = 1.0 if said in ("a", "an") else value_of(said)
        unit = (match["zu"] or match["eu"] or match["eu2"]).casefold()
        if not number or number > 400:
            continue
        count = int(number)
        if unit in ("天", "日", "day"):
            yield shifted(written, count), shifted(written, count)
        elif unit in ("年", "year"):
            yield year_days(min(written.year + count, 9998))
        elif unit in ("个月", "month"):
            yield month_days(*months_after(written.year, written.month, count))
        else:
            yield shifted(written, 7 * count - 3), shifted(written, 7 * count + 3)


def _by_number(text: str, written: date) -> Iterator[Days]:
    for match in _NTH.finditer(text):
        for offset in (-1, 0, 1):
            yield from one_day(*months_after(written.year, written.month, offset), int(match["day"]))
    for match in _SLASH.finditer(text):
        for month, day in ((match["a"], match["b"]), (match["b"], match["a"])):
            for year in (written.year, written.year - 1, written.year + 1):
                yield from one_day(year, int(month), int(day))


def _parts(text: str, written: date) -> Iterator[Days]:
    for match in _MONTH_END.finditer(text):
        part = match["zh"] or _PARTS_EN.get((match["en"] or "late").casefold(), "底")
        first, last = _PARTS[part[0]]
        for offset in (1,) if match["next"] else (0, -1, 1):
            begin, end = month_days(*months_after(written.year, written.month, offset))
            yield begin.replace(day=first), end.replace(day=min(last, end.day))
