"""Numbers that a sentence works out from those of the posts: differences, shares, changes, spans of time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dawnchorus.report.check.clocks import clocks_in
from dawnchorus.report.check.derived import filled
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.rounding import within_rounding
from dawnchorus.report.check.units import BARE, one_kind

# The sentence counts the difference of two numbers, which the posts leave to the reader.
_DIFFERENCE_BEFORE = re.compile(
    r"(?:高出?|低|多|少|相?差|差距|增加?|减少?|下降|上升|涨|跌|快|慢|早|晚|领先|落后|超出|升高?|降低?|提高"
    r"|贵|贵出|便宜|掉|跌去|蒸发|流失|多投|追加|回落|回升|走低|走高|减持|增持|砍[去掉]?|调[高低升降]|[上下]调|缩|升|加|增|增多|抬高?|重|轻|长|短|厚|薄|扩大?|收窄|拉开|落差|缺口|余|剩|省|省下|节省|多付|少付|多赚|少赚|by|gap of|lead of|margin of|down|up)(?:了|出|约|近)*\s?$",  # noqa: E501
    re.IGNORECASE,
)
_AHEAD = re.compile(  # 领先 GPT 五十分钟
    r"(?:领先|落后|超过|高于|低于|快于|慢于|早于|晚于|多于|少于|优于|不及|不如|逊于)[^,，。;；:、\d]{1,14}$"
    r"|(?<![a-z])(?:ahead of|behind|beat|beats|beating|above|below|over|trails?|leads?|past)\s"
    r"[^,.;:\d]{1,18}\sby\s$",
    re.IGNORECASE,
)
_DIFFERENCE_AFTER = re.compile(
    r"\s?(?:[a-z-]+\s)?(?:more|fewer|less|higher|lower|above|below|ahead|behind|short|faster|slower|better|worse|earlier|later|dearer|cheaper|pricier|costlier|older|younger|longer|shorter|taller|heavier|lighter|wider|narrower|stronger|weaker|bigger|smaller|larger|apart|over|under|shy|extra|difference|gap|cut|increase|rise|drop|saving)s?\b"
    r"|.{0,2}之差|.{0,2}的?差距|.{0,2}的?(?:缺口|差额|落差|涨幅|跌幅|降幅|增幅)",
    re.IGNORECASE,
)
_FALLS = re.compile(
    r"[降减跌少低缩落剩贱亏省]|便宜|其余|余下|fell|fall|drop|down|declin|decreas|reduc|less|fewer|lower|cut|shr[aiu]nk|slash"
    r"|smaller|cheaper|halv|remain|the rest|below",
    re.IGNORECASE,
)


def is_difference(number: Number, claim: Claim, ground: Ground) -> bool:
    """多50万 over 2.3 and 1.8 million; "two fewer" over 88 and 90."""
    if not (
        _DIFFERENCE_BEFORE.search(claim.open_text[max(0, number.start - 12) : number.start])
        or _AHEAD.search(claim.open_text[max(0, number.start - 24) : number.start])
        or _DIFFERENCE_AFTER.match(claim.open_text, number.end)
    ):
        return False
    if number.unit == "%":
        return False  # from 9 % to 14 % are five points
    own = [
        other
        for other in claim.numbers
        if other is not number and _differ_in(other, number) and _stated(other, ground)
    ]
    known = [one for group in filled(ground) for one in group if one.low == one.high]
    known = [other for other in known if _differ_in(other, number)][:14]
    return any(
        _one_kind(a, b, number)
        and within_rounding(number, replace(a, low=gap, high=gap, step=min(a.step, b.step)))
        for group in (own, known)
        for index, a in enumerate(group)
        for b in group[index + 1 :]
        if (gap := round(abs(a.low - b.low), 9)) > 0
    )


def _stated(number: Number, ground: Ground) -> bool:
    """Whether the posts have it too, be it without its unit."""
    digits = re.match(r"[\d,.]*\d", number.text)
    return any(within_rounding(number, known) for known in ground.numbers) or (
        digits is not None
        and re.search(rf"(?<![\d.]){re.escape(digits.group())}(?![\d]|\.\d)", ground.text) is not None
    )


def _differ_in(other: Number, number: Number) -> bool:
    """Whether differences of such numbers are counted as ``number`` is: 18% and 11% are 7 points apart."""
    return (
        other.unit == number.unit
        or other.unit in BARE
        or (number.unit in ("pp", "score", "pt") and other.unit == "%")
        or one_kind(other.unit, number.unit)
    )


def _one_kind(a: Number, b: Number, number: Number) -> bool:
    """Whether both are counted alike, and the difference as they are."""
    return a.unit == b.unit or one_kind(a.unit, b.unit, number.unit)


_APART = 3  # places: numbers further apart than that in a post are of different things


def is_change(number: Number, claim: Claim, ground: Ground) -> bool:
    """A percentage or multiple that two numbers give: from 10 to 15 is 50 %, 212 is over five times 38.

    Both stand in the sentence, or in one post: any two would give too much.
    """
    if number.unit not in ("%", "x"):
        return False
    falls = _FALLS.search(claim.open_text) is not None
    times = number.unit == "x"
    moved = _MOVES.search(claim.open_text[max(0, number.start - 16) : number.start]) is not None
    return any(
        within_rounding(number, replace(number, low=value, high=value, step=0.0, hedge=""))
        for group in (_counted(claim.numbers), *map(_counted, filled(ground)))
        for place, a in enumerate(group)
        for b in group[max(0, place - _APART) : place + _APART + 1]
        if a is not b
        and _alike(a, b)
        and a.unit not in (("x",) if times or number.worded else ("%", "x"))
        and a.low > 0
        for value in _changes(b.low / a.low, times=times, falls=falls, moved=moved)
    )


def has_shares(ground: Ground) -> bool:
    """Whether a post has two figures of one kind, so that a share or multiple could be worked out."""
    return any(
        a.unit not in ("%", "x", "s", "mo") and min(a.low, b.low) > 0 and a.low != b.low and _alike(a, b)
        for group in map(_counted, ground.by_post)
        for place, a in enumerate(group)
        for b in group[place + 1 : place + _APART + 1]
    )


# Right before a number these tell of a change, not of a share.
_MOVES = re.compile(
    r"(?:增长|上涨|上升|下降|下跌|下滑|减少|增加)(?:了|约|近|超过)*\s?$"
    r"|(?<![a-z])(?:grew|rose|up|down|fell|climbed|dropped|jumped|gained|slipped)"
    r"(?: by)?(?: about| nearly)?\s?$",
    re.IGNORECASE,
)


def _changes(ratio: float, *, times: bool, falls: bool, moved: bool) -> Iterator[float]:
    """What a ratio may be written as: as many times, a share, a rise, a fall."""
    if times:
        yield ratio
        return
    if not moved:
        yield ratio * 100
    if ratio > 1 or falls:
        yield abs(ratio - 1) * 100


def _alike(a: Number, b: Number) -> bool:
    """Whether both count one thing, as far as their units say."""
    units = {a.unit, b.unit}
    return len(units - BARE) < 2 and not (units & BARE and units & _NEVER_BARE)


_NEVER_BARE = frozenset({"s", "mo", "pp"})


def _counted(numbers: Sequence[Number]) -> list[Number]:
    """Single values that are no years."""
    return [
        number
        for number in numbers
        if number.low == number.high
        and not (number.unit == "" and 1900 <= number.low <= 2100 and number.text.isdecimal())
    ][:10]


_MONTH = 30.44 * 86400


def is_span(number: Number, claim: Claim, ground: Ground) -> bool:
    """为期半年 over "1 Sept to 28 Feb": the time between two days that the sentence or one post names."""
    if number.unit not in ("s", "mo") or number.low < (1 if number.unit == "mo" else 300):
        return False
    factor = _MONTH if number.unit == "mo" else 1.0
    low, high = number.low * factor, number.high * factor
    slack = 1.5 * 86400 + max(0.04 * high, number.step * factor / 2 if number.worded else 0.0)
    if number.unit == "s" and low < 2 * 86400 and _between_clocks(low, number.step, ground):
        return True
    if _as_long_as(number, ground) or _since(number, claim, ground):
        return True
    for moments in (claim.moments, ground.moments):
        days = [moment for moment in moments if moment.grain in ("day", "month") and not moment.relative]
        days += [moment for moment in moments if moment.grain == "day" and moment.relative]
        for index, one in enumerate(days[:8]):
            for other in days[index + 1 : 8]:
                for first in one.spans:
                    for second in other.spans:
                        gap = abs((second[1] - first[0]).days) * 86400
                        if low - slack <= gap <= high + slack:
                            return True
    return False


def _as_long_as(number: Number, ground: Ground) -> bool:
    """半年 over "H2 2025", 三个月 over Q1: a period that the posts name is as long."""
    days = number.low * (30.44 if number.unit == "mo" else 1 / 86400)
    return days >= 6 and any(
        abs((last - first).days + 1 - days) <= 0.04 * days
        for moment in ground.moments
        if moment.grain in ("week", "month", "quarter", "year")
        for first, last in moment.spans
    )


def _since(number: Number, claim: Claim, ground: Ground) -> bool:
    """近三十年 over "since 1998": as long ago as a day, month or year of the posts, or as long to come."""
    per = 30.44 if number.unit == "mo" else 1 / 86400
    low, high, step = number.low * per, number.high * per, number.step * per
    if low < 13:
        return False
    if number.hedge == "over":
        high += max(step, 0.15 * high)
    elif number.hedge:
        low -= max(step, 0.15 * low)
    slack = 2 + 0.04 * high
    for moment in ground.moments:
        if moment.grain not in ("day", "month", "year") or (moment.relative and moment.grain == "day"):
            continue
        for first, last in moment.spans:
            gaps = sorted(abs((claim.anchor - day).days) for day in (first, last))
            if low - slack <= gaps[1] and gaps[0] <= high + slack:
                return True
    return False


def _between_clocks(seconds: float, step: float, ground: Ground) -> bool:
    """Between two times of day that a post names, or between the posts."""
    slack = max(step / 2, 0.04 * seconds)
    told = [60 * clock.hour + (clock.minute or 0) for text in ground.texts for clock in clocks_in(text)][:8]
    for index, one in enumerate(told):
        if any(abs(((other - one) % 1440) * 60 - seconds) <= slack for other in told[index + 1 :]):
            return True
    written = sorted(item.created_at for item in ground.items if item.created_at)
    return any(
        abs((second - first).total_seconds() - seconds) <= slack
        for index, first in enumerate(written[:4])
        for second in written[index + 1 : 5]
    )
