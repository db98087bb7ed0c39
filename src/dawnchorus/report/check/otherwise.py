"""Numbers that the posts say in another way: both, 90 days for three months, "tenfold" for a tenth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import entry
from dawnchorus.report.check.moment_readings import MONTHS
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.ordinals import ordinals_in
from dawnchorus.report.check.rounding import within_rounding
from dawnchorus.report.check.units import MONEY, units

_IN_WORDS = {
    0: re.compile(r"(?<![a-z])(?:no|none|zero|never|nobody|nothing|not)(?![a-z])|[无零没未]"),
    2: re.compile(r"(?<![a-z])(?:both|pair|couple|duo|twins?|double|dual|two-way|bilateral)(?![a-z])|[双俩]"),
    3: re.compile(r"(?<![a-z])(?:trio|triple)(?![a-z])|仨"),
    24: re.compile(r"(?<!\d)24/7(?!\d)"),
}
_DAY = 86400.0


def said_otherwise(number: Number, claim: Claim, ground: Ground) -> bool:
    """Whether the posts say ``number`` in other words, units or as a place in a row."""
    return (
        _in_words(number, ground)
        or _as_period(number, ground)
        or _as_points(number, ground)
        or _as_times(number, ground)
        or _as_time(number, ground)
        or _as_ordinal(number, ground)
        or _as_multiple(number, ground)
        or _as_votes(number, ground)
        or _as_container(number, ground)
        or _as_elapsed(number, ground)
        or _unit_told(number, ground)
        or _scale_told(number, ground)
        or _unit_left_out(number, claim, ground)
    )


def _in_words(number: Number, ground: Ground) -> bool:
    """两人 over "both"."""
    if number.unit == "s" and number.low == _DAY:
        return _IN_WORDS[24].search(ground.lower) is not None
    zero = not number.low and not number.text.startswith("00")  # 000 is a piece of 61,000
    words = _IN_WORDS.get(int(number.low)) if number.unit == "" and (number.small or zero) else None
    return words is not None and words.search(ground.lower) is not None


def _as_period(number: Number, ground: Ground) -> bool:
    """每三个月 over "every quarter": periods that have a word of their own."""
    return any(
        number.unit == unit and number.low == value and words.search(ground.lower)
        for unit, value, words in units().periods
    )


def _as_points(number: Number, ground: Ground) -> bool:
    """半个百分点 or 50个基点 over "two for 50": hundredths of a point, their name left out."""
    return number.unit == "pp" and any(
        other.unit == "" and other.low >= 5 and abs(other.low - 100 * number.low) < 1e-6
        for other in ground.numbers
    )


def _as_times(number: Number, ground: Ground) -> bool:
    """两度 over "twice": 度 is not always a degree."""
    return (
        number.unit == "C"
        and number.worded
        and any(other.unit in ("x", "") and other.low == number.low for other in ground.numbers)
    )


def _as_time(number: Number, ground: Ground) -> bool:
    """三个月 over "90 days", 一个半月 over "six weeks"."""
    if number.unit not in ("mo", "s"):
        return False
    for other in ground.numbers:
        if {number.unit, other.unit} != {"mo", "s"}:
            continue
        months, seconds = (number, other) if number.unit == "mo" else (other, number)
        low, high = months.low * 28 * _DAY, months.high * 31 * _DAY
        slack = 0.06 * high if "" not in (number.hedge, other.hedge) or number.hedge else 0.0
        if seconds.low <= high + slack and seconds.high >= low - slack and seconds.high >= 6 * _DAY:
            return True
    return False


def _as_ordinal(number: Number, ground: Ground) -> bool:
    """连续四次 over "fourth meeting in a row"; "on the 12th" is a day and counts nothing."""
    unit = _unit_of(number) if number.unit in ("s", "mo") else None
    count = number.low / unit[1] if unit else number.low  # 连涨六个月 over "the sixth monthly rise"
    return (
        (number.unit == "" or unit is not None)
        and number.low == number.high
        and count > 1
        and any(
            abs(other.value - count) < 1e-6 and not _DAY_OF_MONTH.match(text, other.start + len(other.text))
            for text in ground.texts
            for other in ordinals_in(text)
        )
    )


_DAY_OF_MONTH = re.compile(
    rf"\s(?:of\s)?(?:{'|'.join(MONTHS)})(?![a-z])"
    r"|(?<=\d[a-z][a-z])(?:$|[^\w\s-]|\s(?:and|or|to|as|in|at|for|with|by|from|after|before|when)\s)",
    re.IGNORECASE,
)
_CONTAINERS = {40: "feu", 20: "teu"}


def _as_container(number: Number, ground: Ground) -> bool:
    """四十英尺箱 over "$2,870/FEU"."""
    feet = number.low / 0.3048 if number.unit == "m" else number.low if not number.unit else 0.0
    return (word := _CONTAINERS.get(round(feet))) is not None and word in ground.lower


def _as_elapsed(number: Number, ground: Ground) -> bool:
    """7分38秒 over "T+7:38"."""
    minutes, seconds = divmod(round(number.low), 60)
    return (
        number.unit == "s"
        and 60 <= number.low == number.high < 6 * 3600
        and re.search(rf"(?<![\d:]){minutes}:{seconds:02d}(?![\d:])", ground.text) is not None
    )


_VOTES = re.compile(r"(?<![\w.:/-])(?P<a>\d{1,3})\s?[-:比对]\s?(?P<b>\d{1,3})(?![\w:/-]|[.]\d)")


def _as_votes(number: Number, ground: Ground) -> bool:
    """六名委员 over "Vote 4-2": all who voted."""
    return (
        number.unit == ""
        and 2 < number.low == number.high
        and any(
            int(match["a"]) + int(match["b"]) == number.low
            for text in ground.texts
            if _VOTE.search(text)
            for match in _VOTES.finditer(text)
        )
    )


_VOTE = re.compile(
    r"[投表]票|票[决決数數]|赞成|贊成|反[对對]|裁[决決定]"
    r"|(?<![a-z])(?:vot\w+|dissent\w*|rul(?:ed|ing)|split|board|panel|committee|in favou?r|to (?:hold|cut|hike|raise))(?![a-z])",  # noqa: E501
    re.IGNORECASE,
)


def _as_multiple(number: Number, ground: Ground) -> bool:
    """十分之一 or 降低九成 over "10x cheaper", 增长两倍 over "up 200%"."""
    if number.unit not in ("%", "x"):
        return False
    for other in ground.numbers:
        if {number.unit, other.unit} != {"%", "x"} or other.low <= 0 or other.low != other.high:
            continue
        less = entry("comparison", "less").first(ground.text) is not None
        halved = other.worded and other.low == 50  # "half the storage" of the one before
        values = _shares(other.low, less) if number.unit == "%" else _times(other.low, less or halved)
        if any(
            within_rounding(number, replace(other, low=one, high=one, step=0.0, unit="")) for one in values
        ):
            return True
    return False


def _shares(times: float, less: bool) -> Iterator[float]:
    """Percentages that a multiple may be told as; ``less``: something falls or is lower."""
    if times >= 2:
        yield 100 * (times - 1)
        if less:
            yield from (100 / times, 100 - 100 / times)


def _times(share: float, less: bool) -> Iterator[float]:
    """Multiples that a percentage may be told as."""
    if share >= 100:
        yield from (1 + share / 100, share / 100)
    elif less and share >= 10:
        yield 100 / (100 - share)
        if share <= 50:
            yield 100 / share


def _unit_told(number: Number, ground: Ground) -> bool:
    """A number whose unit the posts leave to their other words: "900 tonnes … up to 120,000"."""
    own = _unit_of(number)
    named = {other for known in ground.numbers if known.unit == number.unit and (other := _unit_of(known))}
    for unit, factor in sorted({own, *named} - {None}) if own else ():
        if (unit, factor) == own and not units().words[own].search(ground.text):
            continue
        plain = replace(
            number, low=number.low / factor, high=number.high / factor, step=number.step / factor, unit=""
        )
        if any(not other.unit and within_rounding(plain, other) for other in ground.numbers):
            return True
    return False


def _unit_of(number: Number) -> tuple[str, float] | None:
    """The unit a number is written with, and what it is worth."""
    after, text = units().after, number.text.casefold()
    ends = (text[start:] for start in range(len(text)))
    return next((after[end] for end in ends if end in after and after[end][0] == number.unit), None)


def _scale_told(number: Number, ground: Ground) -> bool:
    """$2.5–2.6 billion over "the street sat at $2.65B and they guided to 2.5-2.6"."""
    for scaled in ground.numbers:
        if scaled.unit != number.unit and scaled.unit not in MONEY:
            continue
        for scale in (1e3, 1e4, 1e6, 1e8, 1e9, 1e12):
            if not (scale <= scaled.low < 1e4 * scale and number.low >= scale and scaled.step < scale):
                continue
            plain = replace(
                number, low=number.low / scale, high=number.high / scale, step=number.step / scale, unit=""
            )
            if any(
                not other.unit and other.step < 1 and within_rounding(plain, other)
                for other in ground.numbers
            ):
                return True
    return False


def _unit_left_out(number: Number, claim: Claim, ground: Ground) -> bool:
    """The 160,000 of "90,000 ounces in March, after 160,000 in February"."""
    if number.unit:
        return False
    said = {other.unit for other in claim.numbers if other.unit}
    for other in ground.numbers:
        unit = _unit_of(other) if other.unit in said else None
        if unit and unit[1] != 1:
            factor = unit[1]
            plain = replace(other, low=other.low / factor, high=other.high / factor, step=other.step / factor)
            if within_rounding(number, plain):
                return True
    return False
