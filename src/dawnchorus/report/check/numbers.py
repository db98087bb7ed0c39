"""Rule: every number of a sentence stands in the cited posts, with its unit and within rounding.

Catches wrong values, scales (万 for 亿), units and currencies, and digits the posts don't show.
Can't tell: a number of the posts that the sentence gives to another thing.
"""

from __future__ import annotations

import re

from dawnchorus.report.check.agreement import agreement
from dawnchorus.report.check.derived import worked_out
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.otherwise import said_otherwise
from dawnchorus.report.check.reckoned import has_shares, is_change, is_difference, is_span
from dawnchorus.report.check.rounding import within_rounding
from dawnchorus.report.check.shares import parts_of
from dawnchorus.report.check.units import BARE

_VOICES_AFTER = re.compile(
    r"[位名人个家条则篇段方]|者|\s?(?:[a-z]+\s)?(?:users?|people|posters?|accounts?|voices|engineers|readers|players|residents|posts)"
)


def check_numbers(claim: Claim, ground: Ground) -> list[Finding]:
    """Objections to the numbers outside verified quotes."""
    found: list[Finding] = []
    for number in claim.numbers:
        doubt = _judge(number, claim, ground)
        if doubt == "number" and any(one.signal == "number" for one in found):
            continue  # 1到2个百分点: one doubt of its unit is enough
        if doubt:
            found.append(
                Finding(
                    rule="number",
                    words=number.text,
                    detail=_detail(number, ground),
                    level="rejected" if doubt == "number.missing" else "escalated",
                    signal="" if doubt == "number.missing" else doubt,
                )
            )
    return found


def _judge(number: Number, claim: Claim, ground: Ground) -> str:  # noqa: PLR0911
    """What is wrong with a number, as a signal of doubt; "" if nothing is."""
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
        or _counts_list(number, claim)
        or _counts_listed(number, ground)
        or is_change(number, claim, ground)
        or is_difference(number, claim, ground)
        or is_span(number, claim, ground)
    ):
        return ""
    worked = worked_out(number, claim, ground)
    if worked == "told":
        return ""
    if "perhaps" in fits:
        return "number"
    if worked == "perhaps":
        return "number.derived"
    denied = _denied(number, claim, ground)
    if _own_count(number, claim):
        return "number" if denied else "number.count"
    if number.worded and not denied and (number.small or number.unit in ("%", "x")):
        return "number.words"
    near = number.hedge == "about" and number.worded and _near(number, ground)
    return "number" if near else "number.missing"


def _denied(number: Number, claim: Claim, ground: Ground) -> bool:
    """Whether the posts have another number in its place: of its kind, and told nowhere in the sentence."""
    if number.unit in ("%", "x") and (_whole_known(number, ground) or has_shares(ground)):
        return True
    if number.small and _SINGLE.search(ground.lower):
        return True
    return any(
        (other.unit == number.unit if number.unit else other.unit in BARE and other.low <= _SMALL)
        and not any(mine is not number and within_rounding(mine, other) for mine in claim.numbers)
        for other in ground.numbers
    )


def _whole_known(number: Number, ground: Ground) -> bool:
    """Whether the posts count as many as a share is told of: the ten of "nine out of ten"."""
    parts = parts_of(number)
    return bool(parts) and any(within_rounding(parts[1], other) for other in ground.numbers)


_SINGLE = re.compile(r"(?<![a-z])(?:single|sole|only one)(?![a-z])|唯一|单一|單一|仅一|只有一")
_SMALL = 20
_ITEMS = re.compile(r"、|和|与|與|及|跟|&|,\s(?:and\s)?|\sand\s")
_STOPS = re.compile(r"[。;；:：!！?？—(（]|(?<![\d])\.(?!\d)")


def _counts_list(number: Number, claim: Claim) -> bool:
    """两家 of 红杉中国、美团两家 and 有两家：红杉中国、美团: the sentence names as many."""
    if not number.small:
        return False
    before = re.split(r"[,，。;；:：]", claim.open_text[: number.start])[-1]
    after = _STOPS.split(claim.open_text[number.end :], maxsplit=2)
    lists = [before] if number.start and claim.chinese else []
    lists += after[1:2] if len(after) > 1 and len(after[0]) < 16 else []
    return any(len(_ITEMS.findall(one)) + 1 == number.low for one in lists)


# "Ghana, Malawi and Uganda", "Norway + Sweden", 红杉、美团: things that a post names in a row.
_NAME = r"[A-Z][\w'.-]*(?: [A-Z][\w'.-]*){0,3}"
_LISTED = re.compile(rf"{_NAME}(?:, {_NAME}){{0,8}},? ?(?:and|&|\+|/) ?(?:the )?{_NAME}")
_THINGS = re.compile(
    r"(?<![\w-])[\w-]+(?:, [\w-]+(?: [\w-]+){0,2}){1,8},? (?:and|or|&) [\w-]+", re.IGNORECASE
)
_ROW = re.compile(
    r"[^,，。;；:：!?、\s]{1,12}(?:、[^,，。;；:：!?、\s]{1,12}){0,8}(?:、|和|与|及|以及)[^,，。;；:：!?、\s]{1,12}"
)


def _counts_listed(number: Number, ground: Ground) -> bool:
    """三国 over "Ghana, Malawi and Uganda": as many as a post names in a row."""
    if not (number.small and number.worded and number.low >= 2):
        return False
    for text in ground.texts:
        for pattern in (_LISTED, _THINGS):
            for match in pattern.finditer(text):
                items = re.split(r",? (?:and|or|&|\+|/) |, | ?[+/&] ?", match.group())
                if len(items) == number.low:
                    return True
        if any(
            len(re.split(r"、|和|与|以?及", match.group())) == number.low
            for match in _ROW.finditer(text)
            if number.low > 2
        ):
            return True
    return False


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
    told = ground.lower.replace(" ", "").replace("-", "")
    name = rf"(?<=[a-z\u4e00-\u9fff]){re.escape(written)}(?!\d)"
    return written in told and re.search(name, told) is not None


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
