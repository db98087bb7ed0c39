"""Rules over words: superlatives, many voices, advice, hints told as done, negation.

They reject only what is plain; where wording may differ between languages they escalate.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.ground import Claim, Ground

FEWEST_VOICES = 3


@dataclass(frozen=True, slots=True)
class Words:
    """Matches any word of one kind, in either language."""

    pattern: re.Pattern[str]

    def find(self, text: str) -> list[str]:
        return [match.group() for match in self.pattern.finditer(text)]

    def first(self, text: str) -> str | None:
        match = self.pattern.search(text)
        return match.group() if match else None


def _words(zh: Sequence[str], en: Sequence[str]) -> Words:
    latin = [re.escape(word.rstrip("*")) + ("[a-z]*" if word.endswith("*") else "") for word in en]
    han = [re.escape(word) for word in sorted(zh, key=lambda word: (-len(word), word))]
    parts = [*han]
    if latin:
        alternatives = "|".join(sorted(latin, key=lambda word: (-len(word), word)))
        parts.append(rf"(?<![a-z0-9'])(?:{alternatives})(?![a-z0-9])")
    return Words(re.compile("|".join(parts) or r"(?!)", re.IGNORECASE))


@dataclass(frozen=True, slots=True)
class Lexicon:
    superlatives: dict[str, Words]
    voices: Words  # in a sentence
    voices_known: Words  # in posts: wording that bears out a claim of many voices
    advice: Words
    hedge: Words
    done: Words
    negation: Words
    speech: Words


@cache
def lexicon() -> Lexicon:
    """The lexicon of data/lexicon.toml, compiled."""
    data = tomllib.loads((files(__package__) / "data" / "lexicon.toml").read_text("utf-8"))
    both = {
        name: _words(data[name]["zh"], data[name]["en"])
        for name in ("advice", "hedge", "done", "negation", "speech")
    }
    voices = data["voices"]
    return Lexicon(
        superlatives={name: _words(entry["zh"], entry["en"]) for name, entry in data["superlative"].items()},
        voices=_words(voices["zh"], voices["plain_en"]),
        voices_known=_words(voices["zh"], voices["en"]),
        **both,
    )


# Words that carry a superlative in form only.
_NO_SUPERLATIVE = re.compile(
    r"at (?:first|least|most|best|the latest|top)|first (?:half|quarter|place|time|thing|glance|step)|top of|most of|mostly|only (?:about|if|when|in|on|for|a|after)|not only|the most recent|最近|最后|最终|最新"
    r"|record(?:s|ed|ing)? (?:of|label|keeping)|on record|leading to|leading up|latest|首先|首席|首都|首发|首页|首尔|首日|首批",
    re.IGNORECASE,
)


def check_superlatives(claim: Claim, ground: Ground) -> list[Finding]:
    """A superlative needs one in the posts, of the same kind."""
    text = _NO_SUPERLATIVE.sub(" ", claim.open_text)
    evidence = ground.text
    known = {name for name, words in lexicon().superlatives.items() if words.first(evidence)}
    found: list[Finding] = []
    for name, words in lexicon().superlatives.items():
        word = words.first(text)
        if word is None or name in known:
            continue
        if known:
            level: Level = "escalated"
        else:
            level = "rejected"
        found.append(
            Finding(
                rule="superlative",
                words=word,
                detail=f"{word}: the cited posts hold no such claim",
                level=level,
            )
        )
    return found[:1]


def check_voices(claim: Claim, ground: Ground) -> list[Finding]:
    """ "Experts", 业内普遍, 多位 need three cited authors, or posts that say so themselves."""
    word = lexicon().voices.first(claim.open_text)
    if word is None or len(ground.authors) >= FEWEST_VOICES:
        return []
    if lexicon().voices_known.first(ground.text):
        return []
    voices = len(ground.authors)
    detail = f"{word}: only {voices} author{'s' * (voices != 1)} cited, {FEWEST_VOICES} needed"
    return [Finding(rule="voices", words=word, detail=detail)]


def check_advice(claim: Claim) -> list[Finding]:
    """Nothing advises to buy or sell; somebody's advice may only be quoted."""
    word = lexicon().advice.first(claim.open_text)
    return (
        [Finding(rule="advice", words=word, detail=f"{word}: reads as advice to buy or sell")] if word else []
    )


def check_modality(claim: Claim, ground: Ground) -> list[Finding]:
    """Plans, rumours and tests in every cited post are not told as done."""
    text = claim.open_text
    done = lexicon().done.first(text)
    hedged = [lexicon().hedge.first(post) for post in ground.texts]
    if not ground.texts or not all(hedged) or lexicon().hedge.first(text):
        return []
    if done and not any(lexicon().done.first(post) for post in ground.texts):
        detail = f"{done}: the cited posts only say {hedged[0]}"
        return [Finding(rule="modality", words=done, detail=detail)]
    if all(_short(post) for post in ground.texts) and not any(
        lexicon().done.first(post) for post in ground.texts
    ):
        detail = f"the cited posts hedge ({hedged[0]}), the sentence does not"
        return [Finding(rule="modality", words="", detail=detail, level="escalated")]
    return []


def _short(text: str) -> bool:
    """Whether a post is short enough for its hedge to bear on all of it."""
    return len(text) <= 280


def check_polarity(claim: Claim, ground: Ground) -> list[Finding]:
    """A negation in the sentence or in all posts, and none in the other, needs a judge."""
    said = lexicon().negation.first(claim.open_text)
    known = [lexicon().negation.first(post) for post in ground.texts]
    if said and ground.texts and not any(known):
        return [
            Finding(
                rule="polarity",
                words=said,
                detail=f"{said}: the cited posts hold no negation",
                level="escalated",
            )
        ]
    if not said and known and all(known) and all(len(post) <= 140 for post in ground.texts):
        return [
            Finding(
                rule="polarity",
                words="",
                detail=f"the cited posts negate ({known[0]}), the sentence does not",
                level="escalated",
            )
        ]
    return []
