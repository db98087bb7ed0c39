"""Rule: what a rate is counted by is what the posts count it by: 每小时 for "an hour", not "a minute".

Catches a price or count per minute told as per hour, per pound as per tonne, per week as in all.
Can't tell: rates that were worked out anew (12 a month for 144 a year), nor two rates of one post mixed up.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground

_NEAR = 14  # characters between a rate and the number it belongs to


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit that things are counted by."""

    name: str
    dimension: str  # time, mass, …
    plain: re.Pattern[str]  # "per week", 每周: what a sentence says
    any: re.Pattern[str]  # and all that may amount to it


def check_rates(claim: Claim, ground: Ground) -> list[Finding]:
    """Rates of a sentence that its posts don't have."""
    found = []
    for rate in rates():
        match = rate.plain.search(claim.open_text)
        if match is None or not _numbered(match, claim) or rate.any.search(ground.text):
            continue
        same = (other for other in rates() if other.dimension == rate.dimension)
        others = [other for other in same if other.any.search(ground.text)]
        said = match.group().strip()
        if others:
            theirs = ", ".join(dict.fromkeys(_shown(other, ground) for other in others))
            detail = f"{said}: the cited posts count by another measure ({theirs})"
            found.append(Finding(rule="number", words=said, detail=detail))
        elif rate.dimension != "piece":
            detail = f"{said}: the cited posts don't say by what it is counted"
            found.append(
                Finding(rule="number", words=said, detail=detail, level="escalated", signal="number.rate")
            )
    return found


def _numbered(match: re.Match[str], claim: Claim) -> bool:
    """Whether a number stands near, and it is no part of one: "half a year"."""
    if any(number.start < match.end() and match.start() < number.end for number in claim.numbers):
        return False
    return any(
        -_NEAR <= match.start() - number.end <= _NEAR or 0 <= number.start - match.end() <= _NEAR
        for number in claim.numbers
    )


def _shown(rate: Rate, ground: Ground) -> str:
    match = rate.any.search(ground.text)
    return match.group().strip() if match else rate.name


@cache
def rates() -> tuple[Rate, ...]:
    """The rates of data/rates.toml."""
    data = tomllib.loads((files(__package__) / "data" / "rates.toml").read_text("utf-8"))
    return tuple(
        _rate(name, dimension, entry) for dimension, units in data.items() for name, entry in units.items()
    )


def _rate(name: str, dimension: str, entry: dict[str, Any]) -> Rate:
    zh, en = _any(entry["zh"]), _any(entry["en"])
    by = "per|each|every|an?" if entry.get("article", True) else "per|each|every"
    plain = (
        rf"每(?:一|个)?(?:{zh})(?![一-九]?[均度]|(?<=瓦)时)",
        rf"(?<=[元块币\d])/(?:{zh})",
        rf"(?<![a-z])(?<!\bof )(?<!half )(?<!\bin )(?<!\bover )(?<!\bfor )(?<!within )(?<!after )(?<!than )(?:{by})\s(?:{en})(?![a-z]|{_NO_RATE})",  # noqa: E501
        rf"/\s?(?:{en})(?![a-z])",
    )
    loose = (
        rf"每[^,，。;；]{{0,3}}(?:{zh})",
        rf"(?<=[元块钱万亿千百\d])一(?:{zh})",
        rf"/(?:{zh})",
        rf"(?<![a-z])(?:{by})\s(?:\w+\s)?(?:{en})s?(?![a-z]|\s(?:ago|earlier|later))",
        rf"(?:day|hour|month|week|year|minute)[\s-](?:{en})(?![a-z])",
    )
    alone = (
        rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        for word in entry.get("alone", ())
    )
    return Rate(
        name,
        dimension,
        re.compile("|".join(plain), re.IGNORECASE),
        re.compile("|".join((*plain, *loose, *alone)), re.IGNORECASE),
    )


_NO_RATE = r"\s(?:ago|earlier|later|before|after|and|in\s|or\s)"  # a year ago, a day or two


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
