"""Numbers that plain arithmetic over the posts gives: sums of what they list, differences, what is left.

Where the sentence says so ("in total", 其余), the figure is as good as stated; elsewhere it may be chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.rounding import within_rounding
from dawnchorus.report.check.units import BARE, one_kind, units

Derived = Literal["told", "perhaps", "no"]

_TOTAL = re.compile(
    r"合[计計]|相加|加[总總]|[总總][共计計额額数數和]|一?共(?![同识享和])|加起[来來]|加在一起|累[计計]|之和|全部|[两兩三]者|连同|連同"
    r"|(?<![a-z])(?:total\w*|together|combined|altogether|sum|in all|all told|between them|both"
    r"|aggregate)(?![a-z])",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"其[余餘]|其他|其它|另[外有]?|剩|余下|餘下|[还還]有|尚有|不|没|沒|未|除外|之外|以外|扣除|减去|除去|去掉|抵扣"
    r"|(?<![a-z])(?:remain\w*|rest|others?|left|no|not|none|failed|without|never|unsold|except|but for"
    r"|after|net|less|minus)(?![a-z])",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"[缺无無难難拒错錯误誤]|反[对對]|失[败敗去]|少于|少於"
    r"|(?<![a-z])(?:un(?!it|i[oqv]|til|der|less)[a-z]{4,}|incorrect\w*|wrong\w*|lack\w*|lost|refus\w*|reject\w*|against|oppos\w*|miss\w*)(?![a-z])",
    re.IGNORECASE,
)
_ADDS = re.compile(
    rf"{_TOTAL.pattern}|{_LEFT.pattern}"
    r"|领先|領先|比|相差|前后|前後|(?<![a-z])(?:overall|than|gap|difference|margin)(?![a-z])",
    re.IGNORECASE,
)
_SCORE = re.compile(r"\d\s?[比:-]\s?\d{1,3}(?!\d)")
_NEAR = 3  # places
_MOST = 12


def worked_out(number: Number, claim: Claim, ground: Ground) -> Derived:
    """Whether sums, differences or rests of the cited posts come to ``number``."""
    text = claim.open_text
    if any(one.start() <= number.start < one.end() for one in _SCORE.finditer(text)):
        return "no"  # 3比1 is no sum
    adds = _ADDS.search(text) is not None
    total, left = _TOTAL.search(text) is not None, _LEFT.search(text) is not None
    against = _AGAINST.search(text) is not None
    chance = number.unit == "" and number.low <= 10 and not number.worded and number.step >= 1
    found: Derived = "no"
    for group in filled(ground):
        known = [one for one in group if _counts_like(one, number)][:_MOST]
        for value, kind in _results(
            known, points=number.unit == "pp", middle=_MIDDLE.search(text) is not None
        ):
            if not within_rounding(number, replace(number, low=value, high=value, step=0.0, hedge="")):
                continue
            if total if kind == "sum" else left:
                return "told"
            if number.unit == "%" and (kind == "sum" or not against):
                continue  # shares are seldom added, and what is left is told with a word of denial
            if adds or not chance:
                found = "perhaps"
    if found == "no" and _across(number, ground, total=total):
        found = "perhaps" if adds or not chance else "no"
    if found == "no" and (plain := without_unit(number, ground)):
        found = worked_out(plain, claim, ground)
    return found


def without_unit(number: Number, ground: Ground) -> Number | None:
    """The same number in the unit that the posts only have in their other words: "days fell from 9.4 to 5.1"."""  # noqa: E501
    for (unit, factor), words in units().words.items() if number.unit else ():
        if unit == number.unit and number.low >= factor and words.search(ground.text):
            return replace(
                number, low=number.low / factor, high=number.high / factor, step=number.step / factor, unit=""
            )
    return None


def _products(first: Number, second: Number) -> Iterator[tuple[float, str]]:
    """8.10 of "$2.70 a dose, 3 doses"."""
    for count, each in ((first, second), (second, first)):
        if count.unit == "" and each.unit and each.unit != "%" and count.low == int(count.low) < _MANY:
            yield round(count.low * each.low, 9), "sum"


_MANY = 100
_MIDDLE = re.compile(
    r"中[点點值位]|中间值|平均|均值|(?<![a-z])(?:mid-?point|average|mean)(?![a-z])", re.IGNORECASE
)


def _results(known: Sequence[Number], *, points: bool, middle: bool) -> Iterator[tuple[float, str]]:
    """Values, and whether each is a sum or what is left."""
    for place, first in enumerate(known):
        total = first.low
        for one in known[place + 1 :]:
            total += one.low
            yield round(total, 9), "sum"
        if first.unit == "%":
            yield 100 - first.low, "rest"
        for second in known[place + 1 : place + 1 + _NEAR]:
            gap = round(abs(first.low - second.low), 9)
            if gap and (first.unit != "%" or points):
                yield gap, "rest"
            yield from _products(first, second)
            if middle:
                yield (first.low + second.low) / 2, "sum"
            if first.unit == "%" and first.low + second.low < 100:
                yield 100 - first.low - second.low, "rest"


def _across(number: Number, ground: Ground, *, total: bool) -> bool:
    """Whether two numbers of any posts add up to it or differ by it."""
    known = [one for one in ground.numbers if one.low == one.high and one.low >= 2][:14]
    return (number.unit != "%" or total) and any(
        _counts_like(a, number)
        and one_kind(a.unit, b.unit, number.unit)
        and any(
            within_rounding(number, replace(a, low=value, high=value, step=0.0))
            for value in (a.low + b.low, abs(a.low - b.low))
        )
        for index, a in enumerate(known)
        for b in known[index + 1 :]
    )


def _counts_like(known: Number, number: Number) -> bool:
    """Whether their sums and differences are counted as ``number`` is: 18 % and 11 % are 7 points apart."""
    if known.low != known.high or known.low <= 0:
        return False
    return (
        known.unit == number.unit
        or {known.unit, number.unit} <= BARE
        or (number.unit, known.unit) == ("pp", "%")
        or one_kind(known.unit, number.unit)
    )


def filled(ground: Ground) -> tuple[tuple[Number, ...], ...]:
    """Numbers of each post; where a bare one follows a measured one, it is given that unit as well.

    The 85.5 of "88.3 GW. Old one was 85.5".
    """
    return tuple(tuple(_filled(group)) for group in ground.by_post)


def _filled(group: Sequence[Number]) -> Iterator[Number]:
    last: Number | None = None
    for one in group:
        yield one
        if one.unit:
            last = one
        elif last and last.unit not in ("s", "mo", "x", "age") and one.low and not one.small:
            shown = re.search(r"\d[\d,]*(?:\.\d+)?", last.text)
            digits = float(shown.group().replace(",", "")) if shown else 0.0
            if digits and 0.2 <= one.low / digits <= 5:
                scale = last.low / digits
                yield replace(
                    one, low=one.low * scale, high=one.high * scale, step=one.step * scale, unit=last.unit
                )
