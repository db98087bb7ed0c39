"""Rule: every number of a sentence stands in the cited posts, with its unit and within rounding.

Catches wrong values, scales (万 for 亿), units and currencies, and digits the posts don't show.
Can't tell: a number of the posts that the sentence gives to another thing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Claim, Ground, is_chinese
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.ordinals import ordinals_in
from dawnchorus.report.check.reckoned import is_change, is_difference, is_sum
from dawnchorus.report.check.rounding import within_rounding
from dawnchorus.report.check.units import BARE, CROWNS, MONEY, units

_VOICES_AFTER = re.compile(
    r"[位名人个家]|者|\s?(?:[a-z]+\s)?(?:users?|people|posters?|accounts?|voices|engineers|readers|players|residents|posts)"
)


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
    fits = {_fit(number, other, claim, ground) for other in ground.numbers if within_rounding(number, other)}
    if (
        "yes" in fits
        or _unit_told(number, ground)
        or _in_name(number, claim, ground)
        or _is_time(number, ground)
        or _is_counter(number, ground)
        or _is_ordinal(number, ground)
        or _counts_voices(number, claim, ground)
        or _in_other_words(number, ground)
        or is_change(number, claim, ground)
        or is_difference(number, claim, ground)
    ):
        return None
    if "perhaps" in fits or number.small or is_sum(number, ground):
        return "escalated"
    return "escalated" if number.hedge == "about" and number.worded else "rejected"


def _fit(shown: Number, known: Number, claim: Claim, ground: Ground) -> str:
    """Whether the units of two equal numbers agree: "yes", "perhaps" or "no"."""
    if shown.small and known.unit == "x" and claim.open_text[shown.end : shown.end + 1] in "次回度":
        return "yes"  # 两次 over "twice"
    if shown.unit in MONEY and not known.unit and not _usual_money(shown, ground):
        return "perhaps"
    return _units_agree(shown, known)


def _units_agree(shown: Number, known: Number) -> str:  # noqa: PLR0911
    a, b = shown.unit, known.unit
    if a == b:
        return "yes"
    if a in MONEY and b in MONEY:
        same = ({a, b} <= CROWNS and "crown" in (a, b)) or (known.text[:1] == "¥" and a == "JPY")
        return "yes" if same else "no"
    if {a, b} <= BARE or (a in MONEY and b in BARE) or (a in BARE and b in MONEY):
        return "yes"
    if {a, b} <= {"%", "pp"}:
        return "perhaps"
    if {a, b} == {"pp", "score"}:
        return "yes"
    if {a, b} == {"%", ""} or {a, b} == {"%", "score"}:
        return "perhaps" if shown.step < 1 and known.step < 1 else "no"
    if {a, b} & {"x"} and {a, b} & BARE:
        return "perhaps"
    if {a, b} & BARE and shown.step < 1 and known.step < 1:
        return "yes"
    return "perhaps" if {a, b} & BARE and a not in {"s", "mo", "pp"} and b not in {"s", "mo", "pp"} else "no"


def _usual_money(number: Number, ground: Ground) -> bool:
    """Whether a bare amount of the posts may be of this currency: they say so, or their readers pay in it."""
    if any(other.unit == number.unit for other in ground.numbers):
        return True
    chinese = is_chinese(ground.text)
    return number.unit == "CNY" if chinese else number.unit == "USD"


def _unit_told(number: Number, ground: Ground) -> bool:
    """A number whose unit the posts leave to their other words: "900 tonnes … up to 120,000"."""
    unit = _unit_of(number)
    if not unit or not units().words[unit].search(ground.text):
        return False
    factor = unit[1]
    plain = replace(
        number, low=number.low / factor, high=number.high / factor, step=number.step / factor, unit=""
    )
    return any(not other.unit and within_rounding(plain, other) for other in ground.numbers)


def _unit_of(number: Number) -> tuple[str, float] | None:
    """The unit a number is written with, and what it is worth."""
    after, text = units().after, number.text.casefold()
    ends = (text[start:] for start in range(len(text)))
    return next((after[end] for end in ends if end in after and after[end][0] == number.unit), None)


def _is_ordinal(number: Number, ground: Ground) -> bool:
    """连续四次 over "fourth meeting in a row"."""
    return (
        number.unit == ""
        and number.low == number.high
        and number.low > 1
        and any(other.value == number.low for text in ground.texts for other in ordinals_in(text))
    )


_IN_WORDS = {
    0: re.compile(r"(?<![a-z])(?:no|none|zero|never|nobody|nothing|not)(?![a-z])|[无零没未]"),
    2: re.compile(r"(?<![a-z])(?:both|pair|couple|duo|twins?|double)(?![a-z])|[双俩]"),
    3: re.compile(r"(?<![a-z])trio(?![a-z])|仨"),
}


def _in_other_words(number: Number, ground: Ground) -> bool:
    """两人 over "both", 三个月 over "90 days"."""
    if number.unit == "mo" and any(
        other.unit == "s" and other.low in (number.low * 86400 * 30, round(number.low / 12 * 365) * 86400)
        for other in ground.numbers
    ):
        return True
    words = _IN_WORDS.get(int(number.low)) if number.unit == "" and (number.small or not number.low) else None
    return words is not None and words.search(ground.lower) is not None


def _counts_voices(number: Number, claim: Claim, ground: Ground) -> bool:
    """两位用户 over posts of two."""
    authors = {item.author or item.author_name or item.id for item in ground.items}
    return (
        number.small
        and number.low in (len(authors), len(ground.items))
        and _VOICES_AFTER.match(claim.open_text, number.end) is not None
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


def _detail(number: Number, ground: Ground) -> str:
    alike = [other for other in ground.numbers if other.unit == number.unit] or list(ground.numbers)
    alike.sort(key=lambda other: abs(other.low - number.low))
    said = ", ".join(dict.fromkeys(other.text for other in alike[:3]))
    return f"number {number.text} not found: " + (
        f"the cited posts say {said}" if said else "the cited posts hold no number"
    )
