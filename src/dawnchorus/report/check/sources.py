"""Rule: no more people, outlets or papers speak than are cited.

A number of voices ("five employees told", 四位学者, "X and two others") must not exceed the authors cited,
or a post must count as many. Several groups of a sentence are added up. Can't tell whether the five of a
post are the sentence's five.
"""

from __future__ import annotations

import re

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import entry
from dawnchorus.report.check.numeral_words import parse_zh
from dawnchorus.report.check.speaking import Group, groups, tells_of

_FEW = 3  # such numbers stand in a post by chance
_ROOM = 20  # more are no voices but people who were counted
_LEAST, _MOST = 0.9, 1.25  # of a number that is told roughly
_NUMERAL = re.compile(r"\d+|[一二两三四五六七八九十百]+")


def check_sources(claim: Claim, ground: Ground) -> list[Finding]:
    """An objection if a counted group is larger than what is cited, and no post counts it."""
    text = dictionary().simplified(claim.open_text)
    cited = max(len(ground.authors), len(ground.items))
    speaking = [group for group in groups(text) if group.speaks]
    for group in speaking:
        number = group.fewest + _beside(text[: group.start])
        if not group.counted or number <= cited or tells_of(ground, group.fewest, group.kind):
            continue
        stands = _stands(group, ground)
        if stands and (_ends("anybody", group.text) or group.fewest > _ROOM):
            continue
        # Small numbers stand anywhere; of others a post may count as many in words of its own.
        telling = group.kind == "bodies" or group.fewest > _FEW
        if not (telling and _tallied(group.fewest, ground)):
            return [_finding(group.text, cited, plain=not (telling and stands))]
    told = [group for group in _apart(speaking) if not (group.counted and _stands(group, ground))]
    if len(told) > 1 and sum(group.fewest for group in told) > cited:
        return [_finding(", ".join(group.text for group in told), cited, plain=True)]
    return []


def _beside(before: str) -> int:
    """1 if one more speaks together with the group: "Microsoft and three researchers"."""
    rest = before.rstrip()
    for name in ("another", "beside"):
        shorter = re.sub(
            rf"(?:{entry('voices', name).pattern.pattern})$", "", rest, flags=re.IGNORECASE
        ).rstrip()
        if name == "beside" and shorter != rest:
            return 1
        rest = shorter
    return 0


def _ends(name: str, said: str) -> bool:
    return re.search(rf"(?:{entry('voices', name).pattern.pattern})$", said, re.IGNORECASE) is not None


def _stands(group: Group, ground: Ground) -> bool:
    """Whether the posts hold its number, of whatever; "over four hundred" is 412 as well."""
    number = group.fewest
    least = most = float(number)
    if number > _ROOM and entry("voices", "roughly").first(group.text):
        least, most = _LEAST * number, _MOST * number
    return any(known.low == known.high and least <= known.low <= most for known in ground.numbers)


def _tallied(number: int, ground: Ground) -> bool:
    """Whether the posts count votes or answers that come to ``number``: "5-4", "9 out of 9", 九票."""
    found = entry("voices", "tally").pattern.finditer(dictionary().simplified(ground.text))
    for match in found:
        counted = [
            int(word) if word.isdigit() else parse_zh(word) for word in _NUMERAL.findall(match.group())
        ]
        if number in counted or number == sum(filter(None, counted)):
            return True
    return False


def _apart(found: list[Group]) -> list[Group]:
    """Groups that do not overlap, papers left out: they are by the same people."""
    kept: list[Group] = []
    for group in found:
        if group.kind != "papers" and (not kept or group.start >= kept[-1].end):
            kept.append(group)
    return kept


def _finding(words: str, cited: int, *, plain: bool) -> Finding:
    return Finding(
        rule="sources",
        words=words,
        detail=f"{words}: only {cited} cited, and no cited post speaks of as many",
        level="rejected" if plain else "escalated",
        signal="sources" if plain else "sources.number_elsewhere",
    )
