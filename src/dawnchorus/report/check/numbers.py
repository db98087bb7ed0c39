"""Rule: every number of a sentence stands in the cited posts, with its unit and within rounding.

Catches wrong values, scales (万 for 亿), units and currencies, and digits the posts don't show.
Can't tell: a number of the posts that the sentence gives to another thing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.units import MONEY

_BARE = frozenset({"", "token", "param", "score", "age", "bbl"})


def check_numbers(claim: Claim, ground: Ground) -> list[Finding]:
    """Objections to the numbers outside verified quotes."""
    found: list[Finding] = []
    for number in claim.numbers:
        level = _judge(number, claim, ground)
        if level:
            found.append(
                Finding(rule="number", words=number.text, detail=_detail(number, ground), level=level)
            )
    return found


def _judge(number: Number, claim: Claim, ground: Ground) -> Level | None:
    near = False
    for other in ground.numbers:
        if within_rounding(number, other):
            fit = _units_agree(number, other)
            if fit == "yes":
                return None
            near = near or fit == "perhaps"
    if (
        _same_decimal(number, ground)
        or _in_name(number, claim, ground)
        or _is_time(number, ground)
        or _is_counter(number, ground)
    ):
        return None
    if number.unit in ("%", "x") and _is_change(number, ground):
        return None
    if near or number.small or _is_sum(number, ground) or (number.hedge == "about" and number.worded):
        return "escalated"
    return "rejected"


def within_rounding(shown: Number, known: Number) -> bool:
    """Whether ``known`` may be written as ``shown``: equal at the precision shown, or as the hedge allows."""
    half = shown.step / 2 * (1 + 1e-9)
    low, high = shown.low - half, shown.high + half
    if known.low <= high and known.high >= low and _precision_kept(shown, known):
        return True
    top = abs(shown.high)
    if shown.hedge == "over":
        return shown.low <= known.low <= shown.low + max(0.15 * top, shown.step, _leading_step(shown.low))
    if shown.hedge == "under":
        return shown.high - max(0.15 * top, shown.step) <= known.high <= shown.high
    if shown.hedge == "about":
        reach = max(0.06 * top, half)
        return shown.low - reach <= known.high and known.low <= shown.high + reach
    if known.hedge == "over" and shown.hedge == "":
        return False
    return False


def _precision_kept(shown: Number, known: Number) -> bool:
    # A span known only roughly ("dozens") does not give a precise number, nor "1.6B" an exact 1.62B.
    if known.unit != "x" and known.high > known.low * 1.8 and shown.high == shown.low and shown.low > 0:
        return False
    if shown.high > shown.low:
        return True
    return shown.step >= known.step * 0.999 or abs(shown.low - known.low) <= 1e-9 * max(1.0, abs(shown.low))


def _leading_step(value: float) -> float:
    """One unit of the last digit that is not zero: 10 for 30, 100 for 1,200."""
    if value <= 0 or value != int(value):
        return 0.0
    digits = str(int(value))
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))


def _units_agree(shown: Number, known: Number) -> str:  # noqa: PLR0911
    a, b = shown.unit, known.unit
    if a == b:
        return "yes"
    if a in MONEY and b in MONEY:
        return "no"
    if {a, b} <= _BARE or (a in MONEY and b in _BARE) or (a in _BARE and b in MONEY):
        return "yes"
    if {a, b} <= {"%", "pp"}:
        return "perhaps"
    if {a, b} == {"%", ""} or {a, b} == {"%", "score"}:
        return "yes" if shown.step < 1 and known.step < 1 else "no"
    if {a, b} & {"x"} and {a, b} & _BARE:
        return "perhaps"
    if {a, b} & _BARE and shown.step < 1 and known.step < 1:
        return "yes"
    return "perhaps" if {a, b} & _BARE and a not in {"s", "mo", "pp"} and b not in {"s", "mo", "pp"} else "no"


def _same_decimal(number: Number, ground: Ground) -> bool:
    """A decimal whose unit the posts leave to other words: 3.2天 over "cut days by 3.2 a month"."""
    decimal = re.search(r"\d+\.\d+", number.text)
    return (
        decimal is not None
        and number.unit in ("s", "mo")
        and any(other.unit in _BARE and decimal.group() == other.text for other in ground.numbers)
    )


def _in_name(number: Number, claim: Claim, ground: Ground) -> bool:
    """A version: "Gemini 3" over "Gemini3", 通义千问3 over "Qwen3"."""
    if number.unit or number.worded:
        return False
    before = re.search(r"([A-Za-z][A-Za-z]+)[\s-]?$", claim.open_text[: number.start])
    written = squash(number.text)
    if before and squash(before.group(1)) + written in ground.squashed:
        return True
    return (
        re.search(
            rf"(?<=[a-z\u4e00-\u9fff]){re.escape(written)}(?!\d)",
            ground.lower.replace(" ", "").replace("-", ""),
        )
        is not None
    )


def _is_time(number: Number, ground: Ground) -> bool:
    """A year, month or day that the posts state as a date."""
    if number.unit in ("mo", "s", "") and number.low == int(number.low):
        value = int(number.low)
        return 1900 <= value <= 2100 and any(
            span[0].year <= value <= span[1].year and str(value) in moment.text
            for moment in ground.moments
            for span in moment.spans
        )
    return False


def _is_counter(number: Number, ground: Ground) -> bool:
    """Likes and reposts of a cited post are known without its text."""
    return any(
        value is not None and value >= 10 and abs(value - number.low) <= number.step / 2 + 1e-9
        for item in ground.items
        for value in (item.likes, item.reposts)
        if number.unit == ""
    )


def _plain(ground: Ground) -> list[Number]:
    return [number for number in ground.numbers if number.low == number.high][:14]


def _is_change(number: Number, ground: Ground) -> bool:
    """A percentage that two numbers of the posts give: from 10 to 15 is 50 %."""
    known = _plain(ground)
    for a in known:
        for b in known:
            if a is not b and a.unit == b.unit and a.low > 0 and a.unit != "%":
                ratio = b.low / a.low
                values = (ratio,) if number.unit == "x" else (abs(ratio - 1) * 100, ratio * 100)
                if any(
                    within_rounding(number, replace(b, low=value, high=value, step=0.0)) for value in values
                ):
                    return True
    return False


def _is_sum(number: Number, ground: Ground) -> bool:
    known = _plain(ground)
    return any(
        a.unit == b.unit
        and {a.unit, number.unit} - _BARE in (set(), {number.unit})
        and a.low >= 2
        and b.low >= 2
        and any(
            within_rounding(number, replace(a, low=value, high=value, step=0.0))
            for value in (a.low + b.low, abs(a.low - b.low))
        )
        for index, a in enumerate(known)
        for b in known[index + 1 :]
    )


def _detail(number: Number, ground: Ground) -> str:
    alike = [other for other in ground.numbers if other.unit == number.unit] or list(ground.numbers)
    alike.sort(key=lambda other: abs(other.low - number.low))
    said = ", ".join(dict.fromkeys(other.text for other in alike[:3]))
    return f"number {number.text} not found: " + (
        f"the cited posts say {said}" if said else "the cited posts hold no number"
    )
