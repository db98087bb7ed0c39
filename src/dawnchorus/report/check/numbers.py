"""Rule: every number of a sentence stands in the cited posts, with its unit and within rounding.

Catches wrong values, scales (万 for 亿), units and currencies, and digits the posts don't show.
Can't tell: a number of the posts that the sentence gives to another thing.
"""

from __future__ import annotations

import re

from dawnchorus.report.check.agreement import agreement
from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.otherwise import said_otherwise
from dawnchorus.report.check.reckoned import is_change, is_difference, is_span, is_sum
from dawnchorus.report.check.rounding import within_rounding

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
    fits = {
        agreement(number, other, claim, ground) for other in ground.numbers if within_rounding(number, other)
    }
    if (
        "yes" in fits
        or said_otherwise(number, claim, ground)
        or _in_name(number, claim, ground)
        or _is_time(number, ground)
        or _is_counter(number, ground)
        or _counts_voices(number, claim, ground)
        or is_change(number, claim, ground)
        or is_difference(number, claim, ground)
        or is_span(number, claim, ground)
    ):
        return None
    if "perhaps" in fits or _own_count(number, claim) or is_sum(number, claim, ground):
        return "escalated"
    return "escalated" if number.hedge == "about" and number.worded and _near(number, ground) else "rejected"


_PART = re.compile(
    r"\s?(?:of|in|out of)\s(?:the\s|its\s|their\s|every\s|all\s)?"
    r"(?:\d|two|three|four|five|six|seven|eight|nine|ten)"
)
_WHOLE = re.compile(r"(?:[中里内]|当中|之中|之内)(?:的|[^,，。;；]{0,6}有)?[^,，。;；]{0,4}$")
_MOST_COUNTED = 3


def _own_count(number: Number, claim: Claim) -> bool:
    """Whether a small number may be the writer's own count of things that the posts name one by one."""
    if not number.small:
        return False
    if _PART.match(claim.open_text, number.end) or _WHOLE.search(claim.open_text[: number.start]):
        return False  # six of the seven authors
    listed = 1 + claim.open_text.count("、")
    return number.low <= max(_MOST_COUNTED, listed)


def _near(number: Number, ground: Ground) -> bool:
    """Whether the posts have a number that is not far from it."""
    return any(
        other.unit == number.unit and 0.7 * number.low <= other.low <= 1.4 * number.high
        for other in ground.numbers
    )


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
