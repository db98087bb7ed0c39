"""What a rule has to say of a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dawnchorus.model import Reason, Verdict

Level = Literal["rejected", "escalated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One objection: "rejected" where it is plain, "escalated" where a rule can't tell."""

    rule: str
    words: str  # of the sentence, "" for the whole
    detail: str  # one plain English sentence
    level: Level = "rejected"


def verdict_of(findings: list[Finding], *, score: float = 1.0) -> Verdict:
    """The worst level wins; reasons keep the order of the rules, rejections first."""
    ordered = sorted(findings, key=lambda finding: finding.level != "rejected")
    reasons = tuple(Reason(rule=item.rule, words=item.words, detail=item.detail) for item in ordered)
    return Verdict(
        verdict=ordered[0].level if ordered else "supported", score=round(score, 4), reasons=reasons
    )
