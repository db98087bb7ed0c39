"""Rules: a trend, a cause, a proof, advice and many voices need posts that speak of one.

Each looks for words that make the sentence say more than a single event (increasingly, because, proven,
should, experts) and for any wording that could bear them out in the cited posts. A trend, advice and many
voices have so few other wordings that their absence rejects; a cause and a proof escalate. None of them can
tell whether what the posts say of it is the same.
"""

from __future__ import annotations

import re

from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import lexicon

FEWEST_VOICES = 3


def check_trend(claim: Claim, ground: Ground) -> list[Finding]:
    """越来越, "a growing number": rejected without a trend in the posts."""
    words = lexicon().trend
    word = words.said.first(claim.open_text)
    if not word or words.known.first(ground.text):
        return []
    detail = f"{word}: the cited posts give no trend, nothing it could be measured from"
    return [Finding(rule="trend", words=word, detail=detail)]


def check_cause(claim: Claim, ground: Ground) -> list[Finding]:
    """由于, "because": escalates unless the posts link events too."""
    words = lexicon().cause
    word = words.said.first(claim.open_text)
    if not word or words.known.first(ground.text):
        return []
    detail = f"{word}: the cited posts name no cause"
    return [Finding(rule="cause", words=word, detail=detail, level="escalated")]


def check_proof(claim: Claim, ground: Ground) -> list[Finding]:
    """证实, "proven": escalates unless the posts speak of a proof too."""
    words = lexicon().proof
    word = words.said.first(claim.open_text)
    if not word or words.known.first(ground.text):
        return []
    detail = f"{word}: the cited posts hold a claim, no proof"
    return [Finding(rule="proof", words=word, detail=detail, level="escalated")]


def check_advice(claim: Claim, ground: Ground | None = None) -> list[Finding]:
    """Nothing advises to buy or sell; other advice (should, 应尽快) only where posts give some."""
    if word := lexicon().trade.first(claim.open_text):
        return [Finding(rule="advice", words=word, detail=f"{word}: reads as advice to buy or sell")]
    words = lexicon().counsel
    word = words.said.first(claim.open_text)
    if ground is None or not word or words.known.first(ground.text):
        return []
    return [Finding(rule="advice", words=word, detail=f"{word}: advice that no cited post gives")]


# A plural noun, perhaps with a place, and the plural form of a verb: "Farmers in Gujarat now widely say".
_SPEAK = (
    "say|agree|complain|report|believe|doubt|dismiss|warn|expect|think|argue|note|fear|want|worry|call|question|object"
    "|praise|criticise|criticize|describe|claim|insist|predict|welcome|oppose|support|back|consider|urge|suspect|see"
    "|blame|stress|point out|hope|demand|recall|recommend|confirm|admit|deny|wonder|ask|are (?:\\w+ly )?(?:calling"
    "|convinced|saying|complaining|asking|worried|divided|sceptical|skeptical|excited|happy|unhappy|angry|growing tired)"
)
_MANY_SPEAK = re.compile(
    r"(?<![a-z-])(?P<who>[A-Za-z][a-z]+(?:[^s\W]s|people|men|women|staff|police))"
    r"(?:(?: (?:in|at|of|around|from|near|across|on|with|inside|outside) [^,.;:\"]{1,40}?)?"
    r"(?:,[^,.;]{1,40},)?(?: (?:now|all|also|both|\w+ly|still|already|have|had))* "
    rf"(?:{_SPEAK})(?![a-z]))"
)


def check_voices(claim: Claim, ground: Ground) -> list[Finding]:
    """专家, 纷纷, "many users", "farmers say" need three cited authors, or posts that say so themselves."""
    if len(ground.authors) >= FEWEST_VOICES:
        return []
    words = lexicon().voices
    word = words.said.first(claim.open_text)
    if not word:
        for match in _MANY_SPEAK.finditer(claim.open_text):
            if match["who"].casefold() not in ground.lower and not match["who"][0].isupper() or match.start() == 0:
                word = match.group()
                if match["who"].casefold() in ground.lower:
                    word = None
                    continue
                break
    if not word or words.known.first(ground.text):
        return []
    voices = len(ground.authors)
    detail = f"{word}: only {voices} author{'s' * (voices != 1)} cited, {FEWEST_VOICES} needed"
    return [Finding(rule="voices", words=word, detail=detail)]
