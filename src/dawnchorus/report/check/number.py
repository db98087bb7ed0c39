"""A number in a text: its value, its unit, and how exactly it is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dawnchorus.report.check.numeral_words import parse_en, parse_zh

Hedge = Literal["", "about", "over", "under"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A value or a span of values in a folded text.

    ``step`` is what one unit of the last digit shown is worth: 100,000,000 in 16亿, 0.1 in 3.5.
    """

    low: float
    high: float
    step: float
    unit: str  # class as in data/units.toml, "" for a plain count
    text: str  # as written
    start: int
    end: int
    hedge: Hedge = ""
    worded: bool = False  # in words or characters, not digits
    small: bool = False  # a worded count such as 三家, "two": may be the writer's own counting


_OVER_BEFORE = re.compile(
    r"(?:超过|超|逾|突破|高于|大于|不止|至少|不少于|以上|站上|站稳|冲上|冲破|升破|涨破|攀上|升穿|越过|跨过|迈过|topped|tops|crossed|cleared|breached|a good|well over|comfortably over|north of|no less than|not less than|no fewer than|in excess of|past|beyond|topping|more than|over|above|at least|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|upwards of|greater than|>)\s?(?:了\s?)?$",  # noqa: E501
    re.IGNORECASE,
)
_UNDER_BEFORE = re.compile(
    r"(?:几乎|直逼|逼近|未到|未满|不满|未及|差一点|just shy of|shy of|just short of|short of|not quite|approaching|近|接近|将近|不到|不足|少于|低于|至多|最多|最高|多达|高达|nearly|almost|less than|under|below|fewer than|up to|as much as|as many as|close to|at most|<)\s?$",  # noqa: E501
    re.IGNORECASE,
)
_ABOUT_BEFORE = re.compile(
    r"(?:粗略|大致|大体|估计|in the region of|in the order of|on the order of|something like|more or less|约|大约|约为|大概|左右|约合|差不多|about|around|roughly|approximately|approx\.?|some|circa|an estimated|~|≈)\s?$",  # noqa: E501
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(r"\s?(?:左右|上下|前后|光景|or so|or thereabouts|-ish|ish(?![a-z])|give or take)")
_OVER_AFTER = re.compile(
    r"\s?(?:以上|有余|不止|开外|挂零|强(?=[。,;、)]|$)|出头|冒头|and change|and counting|-?odd(?![a-z])|or more|or better|\+|plus)"  # noqa: E501
)


def number_at(
    text: str,
    start: int,
    end: int,
    value: float,
    step: float,
    *,
    high: float | None = None,
    unit: str = "",
    hedge: Hedge = "",
    worded: bool = False,
    small: bool = False,
) -> Number:
    """The number that stands from ``start`` to ``end``, hedged as ``hedge`` or the words around it say."""
    before = text[max(0, start - 20) : start]
    if not hedge:
        if _OVER_BEFORE.search(before):
            hedge = "over"
        elif _UNDER_BEFORE.search(before):
            hedge = "under"
        elif _ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(text, end):
            hedge = "about"
        elif _OVER_AFTER.match(text, end) or re.search(r"[多余]", text[start : end + 1]):
            hedge = "over"
    return Number(
        low=value,
        high=value if high is None else high,
        step=step,
        unit=unit,
        text=text[start:end].strip(),
        start=start,
        end=end,
        hedge=hedge,
        worded=worded,
        small=small,
    )


def value_of(text: str) -> float | None:
    """What digits or words of a number come to; None if they are none."""
    if text[0].isdigit():
        return float(text.replace(",", ""))
    return parse_en(text) if text[0].isascii() else parse_zh(text)


def step_of(amount: str) -> float:
    """What one unit of the last digit of ``amount`` is worth."""
    _, point, decimals = amount.partition("点" if "点" in amount else ".")
    return 10.0 ** -len(decimals) if point else 1.0
