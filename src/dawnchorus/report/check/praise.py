"""Rule: praise and scenery that no cited post has are embellishment.

Looks for words of praise and of reception (震撼, 引发热议, "stunning", "by storm") where no feeling shows
in the posts, and for scenery (含泪, 深夜, "in tears", "over coffee") that has no counterpart there, across
languages by the dictionary of content.py. Can't tell invented detail in plain words.
"""

from __future__ import annotations

import re

from dawnchorus.report.check.content import COVERED, Coverage
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterpart, counterparts, entry

_TITLE = re.compile(r" [A-Z]")


def check_praise(claim: Claim, ground: Ground, content: Coverage) -> list[Finding]:
    """A doubt for each sort of embellishment, the first word of it."""
    simplified = dictionary().simplified
    text, posts = simplified(claim.open_text), simplified(ground.spaced)
    found = []
    praise = counterpart("praise", "praise")
    if not praise.known.first(posts) and (word := _missing(praise.said.pattern, text, posts, content)):
        found.append(_finding(word, "the cited posts are not of that temper", "praise.word"))
    if word := _missing(entry("praise", "scene").pattern, text, posts, content):
        found.append(_finding(word, "no cited post tells of it", "praise.scene"))
    return found


def _missing(pattern: re.Pattern[str], text: str, posts: str, content: Coverage) -> str | None:
    """The first match that the posts neither hold nor have a counterpart of."""
    for match in pattern.finditer(text):
        word = match.group().strip()
        # "FX Desk Nordics", "Snow Country"
        named = word[0].isupper() and (match.start() > 0 or _TITLE.match(text, match.end()))
        if named or word.lower() in posts or _told(word, posts):
            continue
        told = [one.cover for one in content.words if one.text in word.lower() or word.lower() in one.text]
        if not told or min(told) < COVERED:
            return word
    return None


def _told(word: str, posts: str) -> bool:
    """Whether the posts tell what ``word`` shows in words, or signs, of another sort: 落泪 of "I cried"."""
    kinds = counterparts("praise", "told").values()
    return any(kind.said.first(word) and kind.known.first(posts) for kind in kinds)


def _finding(word: str, detail: str, signal: str) -> Finding:
    return Finding(rule="praise", words=word, detail=f"{word}: {detail}", level="escalated", signal=signal)
