"""Rule: every number of a sentence stands in the cited posts, with its unit and within rounding.

Catches wrong values, scales (万 for 亿), units and currencies, digits the posts don't show, and pieces of
their numbers (3 for 3.8 million). A count of things is not borne out by part of a date, time, version, handle
or price, nor a number of people by one of things (900 人 by "900 chips"; data/counted.toml); it escalates
where the posts count the same things with another number only.
Can't tell: a number of the posts that the sentence gives to another thing, if they don't count that too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dawnchorus.report.check.agreement import Agreement, agreement
from dawnchorus.report.check.clocks import clocks_in
from dawnchorus.report.check.counted import counted, counts_another, counts_another_kind, is_year
from dawnchorus.report.check.derived import worked_out
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.moment_readings import MONTHS
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.numeral_words import EN_SCALE
from dawnchorus.report.check.numerals import numbers_in
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
    for number in (*claim.numbers, *_years_that_count(claim)):
        doubt = _judge(number, claim, ground)
        if doubt == "number" and any(one.signal == "number" for one in found):
            continue  # 1到2个百分点: one doubt of its unit is enough
        if doubt:
            found.append(
                Finding(
                    rule="number",
                    words=number.text,
                    detail=_detail(number, claim, ground, doubt),
                    level="rejected" if doubt in _CERTAIN else "escalated",
                    signal="" if doubt in _CERTAIN else doubt,
                )
            )
    return found


def _years_that_count(claim: Claim) -> Iterator[Number]:
    """The 2026 of "recalled 2026 valves", but not of "the 2026 models"."""
    for moment in claim.moments:
        if moment.grain == "year" and _counts_as_number(moment.start, moment.end, claim):
            yield from (
                one for one in numbers_in(claim.open_text) if one.start == moment.start and is_year(one)
            )


def _counts_as_number(start: int, end: int, claim: Claim) -> bool:
    """Whether what may be a year stands between a deed and things: "recalled 2026 valves"."""
    return _DEED.search(claim.open_text[:start]) is not None and counted(claim.open_text, end) != ""


def _judge(number: Number, claim: Claim, ground: Ground) -> str:
    """What is wrong with a number, as a signal of doubt; "" if nothing is."""
    fits = {
        agreement(number, other, claim, ground) for other in ground.numbers if within_rounding(number, other)
    }
    stated = (
        "yes" in fits
        or said_otherwise(number, claim, ground)
        or _in_name(number, claim, ground)
        or _is_time(number, claim, ground)
        or _is_counter(number, claim, ground)
    )
    doubt = "" if stated else _unstated(number, claim, ground, fits)
    worse = _of_another(number, claim, ground) if doubt in _OPEN else ""
    return worse if worse and not _reckoned(number, claim, ground) else doubt


def _of_another(number: Number, claim: Claim, ground: Ground) -> str:
    """Whether the posts have the number of something else, or have another of what it counts."""
    if counts_another_kind(number, claim, ground) and not _is_counter(number, claim, ground):
        return "number.kind"
    return "number.noun" if counts_another(number, claim, ground) else ""


_CERTAIN = ("number.missing", "number.kind")
"""Doubts that are none: no post has the number, or those that have it have it of something else."""

_OPEN = ("", "number", "number.count", "number.derived")
"""Doubts that another number beside the same noun makes a strong one."""


def _unstated(number: Number, claim: Claim, ground: Ground, fits: Collection[Agreement]) -> str:  # noqa: PLR0911
    """What is wrong with a number that the posts don't state, as a signal of doubt."""
    if _reckoned(number, claim, ground):
        return ""
    if "perhaps" in fits:
        return "number"
    if "measured" in fits:
        return "number.noun"
    if worked_out(number, claim, ground) == "perhaps":
        return "number.derived"
    denied = _denied(number, claim, ground)
    if _own_count(number, claim):
        return "number" if denied else "number.count"
    if number.worded and not denied and (number.small or number.unit in ("%", "x")):
        return "number.words"
    near = number.hedge == "about" and number.worded and _near(number, ground)
    return "number" if near else "number.missing"


def _reckoned(number: Number, claim: Claim, ground: Ground) -> bool:
    """Whether a reader of the posts can count it or work it out."""
    return (
        _counts_voices(number, claim, ground)
        or _counts_list(number, claim)
        or _counts_listed(number, ground)
        or is_change(number, claim, ground)
        or is_difference(number, claim, ground)
        or is_span(number, claim, ground)
        or worked_out(number, claim, ground) == "told"
    )


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
    """A version or size: "Gemini 3" over "Gemini3", 通义千问3 over "Qwen3". Behind a name in both."""
    if number.unit or number.worded or not number.text[0].isdigit():
        return False
    before = _NAME_BEFORE.search(claim.open_text[: number.start])
    if not before or (not before["latin"] and counted(claim.open_text, number.end)):
        return False  # 召回2只阀门 over "V2"
    name = before["latin"].casefold() if before["latin"] else "[a-z]+"
    shown = rf"(?<![a-z\d]){name}[\s-]?{re.escape(number.text)}{_NO_MORE}"
    return re.search(shown, ground.lower) is not None


_NAME_BEFORE = re.compile(r"(?:(?P<latin>[A-Za-z]+)[\s-]?|[\u3400-\u9fff]-?)$")
# Neither digits nor a scale, unit or month follow: all of the number is there, and it is no day.
_NO_MORE = (
    r"(?!\d|[.,:]\d|%|(?:st|nd|rd|th)(?![a-z])"
    rf"|[\s-]?(?:{'|'.join(map(re.escape, [*EN_SCALE, *MONTHS]))}|percent|per cent|[ap]\.?m\.?)(?![a-z])"
    r"|[万亿千百])"
)


def _is_time(number: Number, claim: Claim, ground: Ground) -> bool:
    """A year or hour that the posts state as such, where the sentence does not count with it."""
    if number.unit not in ("mo", "s", "pt", "") or number.low != int(number.low) or "," in number.text:
        return False
    value = int(number.low)
    if any(value == clock.hour for text in ground.texts for clock in clocks_in(text)):
        return not counted(claim.open_text, number.end)
    return 1900 <= value <= 2100 and any(
        span[0].year <= value <= span[1].year and str(value) in moment.text
        for moment in ground.moments
        for span in moment.spans
    )


# "recalled 2026 valves" counts, "the 2026 models", "cut its 2026 forecasts" don't.
_DEED = re.compile(r"(?<![A-Za-z])[a-z]+(?:ed|ld|ght|es|[^s]s|ing|made|has|have|had)\s$")
_LIKED = re.compile(
    r"(?<![a-z])(?:lik(?:e|es|ed)|repost|retweet|boost|shar(?:e|es|ed)(?![a-z])|upvote|points?(?![a-z])|engage|interact)"
    r"|赞|转[发载帖推]|点[击赞]|互动|热度|分享|喜欢|いいね|リポスト|リツイート",
    re.IGNORECASE,
)


def _is_counter(number: Number, claim: Claim, ground: Ground) -> bool:
    """Likes and reposts of a cited post, told as such, are known without its text."""
    around = claim.open_text[max(0, number.start - 24) : number.end + 24]
    return _LIKED.search(around) is not None and any(
        value is not None and value >= 10 and abs(value - number.low) <= number.step / 2 + 1e-9
        for item in ground.items
        for value in (item.likes, item.reposts)
        if number.unit == ""
    )


def _detail(number: Number, claim: Claim, ground: Ground, doubt: str) -> str:
    if doubt == "number.noun":
        others = counts_another(number, claim, ground)
        told = (
            f"of these the cited posts count {others}" if others else "in the cited posts it counts no things"
        )
        return f"number {number.text} is of something else: {told}"
    if doubt == "number.kind":
        other = counts_another_kind(number, claim, ground)
        return f"number {number.text} is of something else: the cited posts say {other}"
    alike = [other for other in ground.numbers if other.unit == number.unit] or list(ground.numbers)
    alike.sort(key=lambda other: abs(other.low - number.low))
    said = ", ".join(dict.fromkeys(other.text for other in alike[:3]))
    return f"number {number.text} not found: " + (
        f"the cited posts say {said}" if said else "the cited posts hold no number"
    )
