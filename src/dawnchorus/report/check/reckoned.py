"""Numbers that a sentence works out from those of the posts: differences, shares, changes, sums."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.rounding import within_rounding
from dawnchorus.report.check.units import BARE

# The sentence counts the difference of two numbers, which the posts leave to the reader.
_DIFFERENCE_BEFORE = re.compile(
    r"(?:高出?|低|多|少|相?差|差距|增加?|减少?|下降|上升|涨|跌|快|慢|早|晚|领先|落后|超出|升高?|降低?|提高"
    r"|by|gap of|lead of|margin of|down|up)(?:了|出|约|近)*\s?$",
    re.IGNORECASE,
)
_DIFFERENCE_AFTER = re.compile(
    r"\s?(?:[a-z-]+\s)?(?:more|fewer|less|higher|lower|above|below|ahead|behind|short|faster|slower|better|worse|earlier|later)\b"
    r"|之差|的差距",
    re.IGNORECASE,
)
_FALLS = re.compile(
    r"[降减跌少低缩落剩]|其余|fell|fall|drop|down|declin|decreas|reduc|less|fewer|lower|cut|shr[aiu]nk|slash"
    r"|smaller|cheaper|halv|remain|the rest|below",
    re.IGNORECASE,
)


def is_difference(number: Number, claim: Claim, ground: Ground) -> bool:
    """多50万 over 2.3 and 1.8 million; "two fewer" over 88 and 90."""
    if not (
        _DIFFERENCE_BEFORE.search(claim.open_text[max(0, number.start - 12) : number.start])
        or _DIFFERENCE_AFTER.match(claim.open_text, number.end)
    ):
        return False
    if number.unit == "%":
        return False  # from 9 % to 14 % are five points
    own = [other for other in claim.numbers if other is not number and _differ_in(other, number)]
    known = [other for other in _plain(ground) if _differ_in(other, number)]
    return any(
        a.unit == b.unit and within_rounding(number, replace(a, low=gap, high=gap, step=min(a.step, b.step)))
        for group in (own, known)
        for index, a in enumerate(group)
        for b in group[index + 1 :]
        if (gap := round(abs(a.low - b.low), 9)) > 0
    )


def _differ_in(other: Number, number: Number) -> bool:
    """Whether differences of such numbers are counted as ``number`` is: 18% and 11% are 7 points apart."""
    return other.unit == number.unit or other.unit in BARE or (number.unit, other.unit) == ("pp", "%")


def _plain(ground: Ground) -> list[Number]:
    return [number for number in ground.numbers if number.low == number.high][:14]


_APART = 3  # places: numbers further apart than that in a post are of different things


def is_change(number: Number, claim: Claim, ground: Ground) -> bool:
    """A percentage or multiple that two numbers give: from 10 to 15 is 50 %, 212 is over five times 38.

    Both stand in the sentence, or in one post: any two would give too much.
    """
    if number.unit not in ("%", "x"):
        return False
    falls = _FALLS.search(claim.open_text) is not None
    return any(
        within_rounding(number, replace(number, low=value, high=value, step=0.0, hedge=""))
        for group in (_counted(claim.numbers), *map(_counted, ground.by_post))
        for place, a in enumerate(group)
        for b in group[max(0, place - _APART) : place + _APART + 1]
        if a is not b and _alike(a, b) and a.unit not in ("%", "x") and a.low > 0
        for value in _changes(b.low / a.low, times=number.unit == "x", falls=falls)
    )


def _changes(ratio: float, *, times: bool, falls: bool) -> Iterator[float]:
    """What a ratio may be written as: as many times, a share, a rise, a fall."""
    if times:
        yield ratio
        return
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


# Words of a sum, or of what is left.
_ADDS = re.compile(
    r"不|没|未|领先|比|合计|总[共计额数和]?|一?共|加起来|累计|其余|其他|另[外有]?|剩|余下|还有|尚有|相差|之和|全部|两者|前后"
    r"|(?<![a-z])(?:total\w*|together|combined|altogether|remain\w*|rest|others?|left|all|overall|sum|"
    r"in all|not|no|failed|than|between them|both|after|net)(?![a-z])",
    re.IGNORECASE,
)


_MONTH = 30.44 * 86400


def is_span(number: Number, claim: Claim, ground: Ground) -> bool:
    """为期半年 over "1 Sept to 28 Feb": the time between two days that the sentence or one post names."""
    if number.unit not in ("s", "mo") or number.low < (1 if number.unit == "mo" else 86400):
        return False
    factor = _MONTH if number.unit == "mo" else 1.0
    low, high = number.low * factor, number.high * factor
    slack = 1.5 * 86400 + max(0.04 * high, number.step * factor / 2 if number.worded else 0.0)
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


def _is_rest(number: Number, claim: Claim, ground: Ground) -> bool:
    """The 40 % that stay where the posts say that 60 % left."""
    if not _ADDS.search(claim.open_text):
        return False
    known = [one for one in _plain(ground) if one.unit == "%"]
    rests = [100 - one.low for one in known]
    rests += [100 - one.low - other.low for index, one in enumerate(known) for other in known[index + 1 :]]
    return any(
        within_rounding(number, replace(number, low=rest, high=rest, step=0.0)) for rest in rests if rest > 0
    )


def is_sum(number: Number, claim: Claim, ground: Ground) -> bool:
    """Whether two numbers of the posts add up to it, or differ by it, where the sentence speaks of that."""
    if number.unit == "%":
        return _is_rest(number, claim, ground)
    if not _ADDS.search(claim.open_text):
        return False
    known = _plain(ground)
    return any(
        a.unit == b.unit
        and {a.unit, number.unit} - BARE in (set(), {number.unit})
        and a.low >= 2
        and b.low >= 2
        and any(
            within_rounding(number, replace(a, low=value, high=value, step=0.0))
            for value in (a.low + b.low, abs(a.low - b.low))
        )
        for index, a in enumerate(known)
        for b in known[index + 1 :]
    )
