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
    r"(?:超过|超|逾|突破|高于|大于|不止|至少|不少于|以上|more than|over|above|at least|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|upwards of|greater than|>)\s?(?:了\s?)?$",  # noqa: E501
    re.IGNORECASE,
)
_UNDER_BEFORE = re.compile(
    r"(?:几乎|近|接近|将近|不到|不足|少于|低于|至多|最多|最高|多达|高达|nearly|almost|less than|under|below|fewer than|up to|as much as|as many as|close to|at most|<)\s?$",  # noqa: E501
    re.IGNORECASE,
)
_ABOUT_BEFORE = re.compile(
    r"(?:约|大约|约为|大概|左右|约合|差不多|about|around|roughly|approximately|approx\.?|some|circa|an estimated|~|≈)\s?$",  # noqa: E501
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(r"\s?(?:左右|上下|or so)")
_OVER_AFTER = re.compile(r"\s?(?:以上|有余|不止|开外|or more|or better|\+|plus)")


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
    before = text[max(0, start - 16) : start]
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
