"""How much of a sentence's content its posts cover, 0 to 1: for ranking and routing, never a verdict."""

from __future__ import annotations

import re
from functools import lru_cache

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.ground import Claim, Ground, is_chinese
from dawnchorus.report.check.names import known_name

_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]")
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "to",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "he",
        "she",
        "they",
        "we",
        "you",
        "i",
        "his",
        "her",
        "their",
        "our",
        "your",
        "my",
        "not",
        "no",
        "do",
        "does",
        "did",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "which",
        "who",
        "whom",
        "whose",
        "what",
        "when",
        "where",
        "while",
        "also",
        "than",
        "then",
        "there",
        "into",
        "over",
        "under",
        "about",
        "after",
        "before",
        "during",
        "such",
        "more",
        "most",
        "some",
        "any",
        "all",
        "both",
        "each",
        "other",
        "s",
        "t",
        "via",
        "per",
    ]
)
_ENDINGS = (
    "ization",
    "ations",
    "ation",
    "ingly",
    "ments",
    "ment",
    "ness",
    "ings",
    "ing",
    "edly",
    "ies",
    "ied",
    "ers",
    "ed",
    "er",
    "es",
    "ly",
    "s",
    "e",
    "y",
)


def coverage(claim: Claim, ground: Ground, aliases: Aliases) -> float:
    """Share of the content of ``claim`` found in ``ground``: words of its own language, else names.

    English words are compared by stem, Chinese by character pairs. Verified quotes count as covered.
    """
    hit, total = 0.0, 0.0
    names = [match.group() for match in aliases.pattern.finditer(claim.open_text)]
    for name in names:
        total += 1
        hit += known_name(name, ground, aliases)
    if ground.english:
        for word in _WORD.findall(claim.open_text.casefold()):
            if word not in _STOP:
                total += 1
                hit += stem(word) in _stems(ground.lower)
    if ground.chinese:
        pairs = _pairs(claim.open_text)
        total += 0.5 * len(pairs)
        hit += 0.5 * sum(pair in ground.text for pair in pairs)
    if claim.quoted:
        quoted = sum(end - start for start, end in claim.quoted) / 6
        total, hit = total + quoted, hit + quoted
    if total == 0:
        return 1.0 if not is_chinese(claim.text) or ground.chinese else 0.5
    return hit / total


def _pairs(text: str) -> list[str]:
    return [run[index : index + 2] for run in _HAN_RUN.findall(text) for index in range(max(1, len(run) - 1))]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A rough English stem: enough to make "launched", "launches" and "launching" one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


@lru_cache(maxsize=512)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(text))
