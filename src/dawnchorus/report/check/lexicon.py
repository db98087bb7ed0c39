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
from dawnchorus.segment import sentences

FEWEST_VOICES = 3
_ONE_CLAUSE = 90  # characters: a negation in a post this short bears on all of it


@dataclass(frozen=True, slots=True)
class Words:
    """Matches any word of one kind, in either language."""

    pattern: re.Pattern[str]

    def first(self, text: str) -> str | None:
        """The first of them in ``text``, as written there."""
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
    """Words by what they do in a sentence."""

    superlatives: dict[str, Words]
    counterparts: dict[str, tuple[Words, Words]]  # in a sentence; in posts, which may word it more loosely
    voices: Words  # in a sentence
    voices_known: Words  # in posts: wording that bears out a claim of many voices
    advice: Words
    hedge: Words  # anything that may leave open whether something happened
    plan: Words  # what plainly has not happened yet
    done: Words
    negation: Words
    speech: Words


@cache
def lexicon() -> Lexicon:
    """The lexicon of data/lexicon.toml, compiled."""
    data = tomllib.loads((files(__package__) / "data" / "lexicon.toml").read_text("utf-8"))
    both = {
        name: _words(data[name]["zh"], data[name]["en"])
        for name in ("advice", "hedge", "plan", "done", "negation", "speech")
    }
    voices = data["voices"]
    return Lexicon(
        superlatives={name: _words(entry["zh"], entry["en"]) for name, entry in data["superlative"].items()},
        counterparts={
            name: (_words(entry["zh"], entry["en"]), _words(entry["zh"], entry["en"] + entry["known_en"]))
            for name, entry in data["counterpart"].items()
        },
        voices=_words(voices["zh"], voices["plain_en"]),
        voices_known=_words(voices["zh"], voices["en"]),
        **both,
    )


# Words that carry a superlative in form only.
_NO_SUPERLATIVE = re.compile(
    r"at (?:first|least|most|best|the latest|top)|first (?:half|quarter|place|time|thing|glance|step)|top of|most of|mostly|only (?:about|if|when|in|on|for|a|after)|not only|the most recent|最近|最后|最终|最新"  # noqa: E501
    r"|record(?:s|ed|ing)? (?:of|label|keeping)|on record|leading to|leading up|latest|首先|首席|首都|首发|首页|首尔|首日|首批",  # noqa: E501
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


def check_counterparts(claim: Claim, ground: Ground) -> list[Finding]:
    """A cause, a proof or a trend that no post speaks of."""
    found = []
    for name, (said, known) in lexicon().counterparts.items():
        word = said.first(claim.open_text)
        if word and not known.first(ground.text):
            detail = f"{word}: the cited posts speak of no {name}"
            found.append(Finding(rule=name, words=word, detail=detail, level="escalated"))
    return found


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


# Aspect that tells of something as done: 已推出, 完成了, 正式发布, "has launched".
_PERFECT = re.compile(
    r"已经?(?!知)[\u4e00-\u9fff]{1,4}|[\u4e00-\u9fff]了(?!解)|正式[\u4e00-\u9fff]{2}"
    r"|\b(?:has|have)\s(?:\w+ly\s)?(?:been\s)?(?!not|no|never|yet)\w{3,}(?:ed|en|wn|ld|de|ht|nt|un)?\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"(?:not|n't|nothing|never|no|yet to|尚未|还没有?|没有|未|不)\W{0,2}(?:\w+\W){0,2}$", re.IGNORECASE
)


def check_modality(claim: Claim, ground: Ground) -> list[Finding]:
    """Plans, rumours and tests in every cited post are not told as done."""
    text = claim.open_text
    if claim.quoted or not ground.texts or _hedge(text):
        return []
    hints = [_hedge(post) for post in ground.texts]
    told = _done(text)
    if not all(hints) or told is None:
        return []
    if any(_done(post) for post in ground.texts):
        return []
    detail = f"{told}: the cited posts only say {hints[0]}"
    plain = all(lexicon().plan.first(post) for post in ground.texts)
    return [Finding(rule="modality", words=told, detail=detail, level="rejected" if plain else "escalated")]


def _hedge(text: str) -> str | None:
    # "May" with a capital is the month.
    may = re.search(r"\bmay\b", text)
    return lexicon().hedge.first(text) or (may.group() if may else None)


def _done(text: str) -> str | None:
    """The first words that tell of something as done and are not negated."""
    for pattern in (lexicon().done.pattern, _PERFECT):
        for match in pattern.finditer(text):
            if not _NOT_YET.search(text[max(0, match.start() - 24) : match.start()]):
                return match.group()
    return None


def _one_clause(text: str) -> bool:
    return len(text) <= _ONE_CLAUSE and len(sentences(text)) == 1


# Characters of negation inside words that deny nothing.
_NO_NEGATION = re.compile(
    "无人|无线|无限|无论|不仅|不但|不断|不同|不过|不少|不久|不错|不足|不到|不满|不止|不止|非常|特别|区别|别的|级别|类别|个别|性别|分别|别人|是否|未来|除非|并非常|南非|非洲|不得不|无不|不一|了不起"
    "|not only|no\\.? ?1|no doubt|why not|nonetheless|nevertheless|note"
)


def check_polarity(claim: Claim, ground: Ground) -> list[Finding]:
    """A negation in the sentence and none in the posts, or the other way round, needs a judge."""
    if claim.quoted or not ground.texts:
        return []
    said = lexicon().negation.first(_NO_NEGATION.sub(" ", claim.open_text))
    known = [lexicon().negation.first(_NO_NEGATION.sub(" ", post)) for post in ground.texts]
    if said and not any(known):
        detail = f"{said}: the cited posts hold no negation"
        return [Finding(rule="polarity", words=said, detail=detail, level="escalated")]
    if not said and all(known) and all(_one_clause(post) for post in ground.texts):
        detail = f"the cited posts negate ({known[0]}), the sentence does not"
        return [Finding(rule="polarity", words="", detail=detail, level="escalated")]
    return []
