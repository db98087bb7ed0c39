"""Rule: what the posts leave open, hope for or plan is not told as done.

Compares each clause with the sentence of the posts it speaks of: told as a fact there, planned, or open.
Can't tell a hedge of one half of a post's sentence from one of the other half, so it mostly escalates;
it rejects where the clause says outright that it is done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dawnchorus.report.check.aligned import Pair
from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.ground import Claim
from dawnchorus.report.check.lexicon import entry

_FACT, _PLAN, _OPEN = range(3)

# Told as done: 已推出, 完成了, "has launched".
_DONE = re.compile(
    r"已经?(?!知|婚)[\u4e00-\u9fff]|[\u4e00-\u9fff]了(?!解)|正式[\u4e00-\u9fff]{2}|确定|敲定|拍板|决定(?!于)|同意|成功|开始"
    r"|\b(?:has|have)\s(?:\w+ly\s|already\s)?(?:been\s)?(?!not|no|never|yet|to\b)\w{3,}\b"
    r"|\b(?:[a-z]{3,}ed|began|won|bought|brought|sold|told|paid|drew|took|went|gave|made|built|left|sent|held|met)\b",
    re.IGNORECASE,
)
_GOING_ON = re.compile(r"\b(?:is|are)\s(?:now\s)?\w+ing\b", re.IGNORECASE)


def check_modality(claim: Claim, pairs: Sequence[Pair]) -> list[Finding]:
    """A clause told as further along than the sentence of the posts it speaks of."""
    whole = _level(claim.open_text)
    if whole == _OPEN:
        return []
    for pair in pairs:
        told, known = max(whole, _told(pair.clause, claim)), _level(pair.sentence.text)
        done = _DONE.search(pair.clause)
        if told >= known or not (done or known == _OPEN):
            continue
        words = done.group() if done else ""
        detail = f"{words or pair.clause}: the cited posts only say {_hint(pair.sentence.text)}"
        level: Level = "rejected" if done and not _DONE.search(pair.sentence.text) else "escalated"
        return [Finding(rule="modality", words=words, detail=detail, level=level)]
    return []


def _told(clause: str, claim: Claim) -> int:
    level = _level(clause)
    if level == _FACT and (_GOING_ON.search(clause) or _ahead(clause, claim)):
        return _PLAN
    return level


def _ahead(clause: str, claim: Claim) -> bool:
    """Whether the clause names a day after the edition's."""
    return any(
        moment.text in clause and all(first > claim.anchor for first, _ in moment.spans)
        for moment in claim.moments
    )


def _level(text: str) -> int:
    # "May" with a capital is the month.
    if entry("modality", "open").first(text) or re.search(r"\bmay\b", text):
        return _OPEN
    return _PLAN if entry("modality", "plan").first(text) else _FACT


def _hint(text: str) -> str:
    may = re.search(r"\bmay\b", text)
    planned = may.group() if may else entry("modality", "plan").first(text)
    return entry("modality", "open").first(text) or planned or ""
