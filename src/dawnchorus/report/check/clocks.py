"""Times of day as people write them in Chinese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dawnchorus.report.check.number import value_of

_CLOCK = re.compile(
    r"(?<![\d:.])(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?::[0-5]\d)?(?![\d:])(?:\s?(?P<ap>[ap])\.?m\.?(?![a-z]))?"
    r"|(?<![\d.])(?P<h2>1[0-2]|[1-9])\s?(?P<ap2>[ap])\.?m\.?(?![a-z])"
    r"|(?P<part>凌晨|早上|上午|中午|下午|晚上|晚间|傍晚|今晚|昨晚|明晚|深夜|晚|午后|入夜)?(?<![\d.万亿])(?P<h3>[01]?\d|2[0-4])\s?(?:点|时)(?!钟?间|代|期|差|评|赞|击)(?:(?P<m3>[0-5]?\d)分|(?P<half>半)|整)?"
    r"|(?P<part2>凌晨|早上|清晨|上午|中午|下午|晚上|晚间|傍晚|深夜|夜里|今晚|昨晚|明晚|午后|入夜|正午|早|晚)(?P<h4>十[一二]?|[一二两三四五六七八九])点(?:(?P<half2>半)|整|钟|(?P<m4>[一二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九])分?)?"
    r"|(?P<h5>零|二?十[一二三四五六七八九]?|[一二两三四五六七八九])点(?:(?P<half5>半)|(?P<m5>零?[一二三四五六七八九]|[一二三四五]?十[一二三四五六七八九]?)分)(?!之|钱)",
    re.IGNORECASE,
)


_AFTERNOON = frozenset({"下午", "晚上", "晚间", "傍晚", "今晚", "昨晚", "明晚", "深夜", "晚", "午后", "入夜"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day; ``minute`` is None where only the hour is said."""

    hour: int
    minute: int | None
    start: int
    end: int
    text: str


_TIMELY = re.compile(
    r"(?:[日号天晚早晨午于在到至前]|周[一二三四五六日天]|星期[一二三四五六日天])\s?\d{1,2}点|\d点(?:半|整|钟|\d{1,2}分|前|后|之前|之后|开|左右|许)"
)


def _around(match: re.Match[str]) -> tuple[int, int]:
    return max(0, match.start() - 4), match.end() + 3


def clocks_in(text: str) -> list[Clock]:
    """Times of day of a folded ``text``: 15:30, 3 pm, 下午3点半, 14 时."""
    found = []
    for match in _CLOCK.finditer(text):
        if (
            match["h3"]
            and "点" in match.group()
            and not (match["part"] or _TIMELY.search(text, *_around(match)))
        ):
            continue  # 12点 of a price
        hour = int(match["h"] or match["h2"] or match["h3"] or value_of(match["h4"] or match["h5"]) or 0)
        half = (match["ap"] or match["ap2"] or "").casefold()
        if (half == "p" or (match["part"] or match["part2"]) in _AFTERNOON) and hour < 12:
            hour += 12
        elif half == "a" and hour == 12:
            hour = 0
        minute = match["m"] or match["m3"] or match["m4"] or match["m5"]
        shown = (
            30
            if match["half"] or match["half2"] or match["half5"]
            else int(value_of(minute.lstrip("零")) or 0)
            if minute
            else None
        )
        found.append(
            Clock(hour=hour % 24, minute=shown, start=match.start(), end=match.end(), text=match.group())
        )
    return found
