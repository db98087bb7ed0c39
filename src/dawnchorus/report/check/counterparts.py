"""Rules: a trend, a cause and advice need posts that speak of one.

Each looks for words that make the sentence say more than a single event (increasingly, because, should)
and for any wording that could bear them out in the cited posts. A trend and advice have so few other
wordings that their absence rejects; a cause escalates. None of them can tell whether
what the posts say of it is the same.
"""

from __future__ import annotations

from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import Counterpart, counterpart, entry


def check_trend(claim: Claim, ground: Ground) -> list[Finding]:
    """越来越, "a growing number": rejected without a trend in the posts."""
    word = _unborne(counterpart("trend", "trend"), claim, ground)
    if not word:
        return []
    detail = f"{word}: the cited posts give no trend, nothing it could be measured from"
    return [Finding(rule="trend", words=word, detail=detail)]


def check_cause(claim: Claim, ground: Ground) -> list[Finding]:
    """由于, "because": escalates unless the posts link events too."""
    word = _unborne(counterpart("cause", "cause"), claim, ground)
    if not word:
        return []
    detail = f"{word}: the cited posts name no cause"
    return [Finding(rule="cause", words=word, detail=detail, level="escalated")]


def check_advice(claim: Claim, ground: Ground | None = None) -> list[Finding]:
    """Nothing advises to buy or sell; other advice (should, 应尽快) only where posts give some."""
    if word := entry("advice", "trade").first(claim.open_text):
        return [Finding(rule="advice", words=word, detail=f"{word}: reads as advice to buy or sell")]
    word = None if ground is None else _unborne(counterpart("advice", "counsel"), claim, ground)
    if not word:
        return []
    return [Finding(rule="advice", words=word, detail=f"{word}: advice that no cited post gives")]


def _unborne(words: Counterpart, claim: Claim, ground: Ground) -> str | None:
    """The first such word of the claim, if no wording of the posts bears it out."""
    word = words.said.first(claim.open_text)
    return None if words.known.first(ground.text) else word
