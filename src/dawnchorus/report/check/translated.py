"""Rule: a quotation in another language than its post says what some stretch of that post says.

Catches invented quotations, whose words have no counterpart in any post. One all of whose words have one
passes. Between the two a judge must look: a word altered, a shade turned can't be told from free translation.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.content import content_coverage
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.numbers import check_numbers
from dawnchorus.segment import sentences

# Shares of a quotation's content words in the best stretch of a post; tune third of evals/groundbench.
# At .45 free translations of evals/natural were called invented.
INVENTED = 0.35
SAME = 0.85
FEWEST = 2
"""Content words of a quotation from which on their absence is no free translation of one of them."""

_NOT = re.compile(
    r"[不没无未非莫勿別别]|\b(?:no|not|never|none|nothing|nobody|without|cannot)\b|n't\b", re.IGNORECASE
)
_PERSONS = (
    re.compile(r"[我咱俺]|\b(?:I|me|my|mine|we|us|our|ours)\b", re.IGNORECASE),
    re.compile(r"[你您]|\b(?:you|your|yours)\b", re.IGNORECASE),
    re.compile(r"[他她它]|\b(?:he|him|his|she|her|hers|it|its|they|them|their)\b", re.IGNORECASE),
)
_MOST_TOGETHER = 2  # sentences of a post that one quotation may join


def check_translated(content: str, ground: Ground, aliases: Aliases) -> list[Finding]:
    """An objection to a quotation that may be a translation, [] if all its words have their counterpart."""
    claim = Claim(content, (), ground.window)
    found = [(content_coverage(claim, stretch, aliases), stretch) for stretch in _stretches(ground)]
    best = max((told for told, _ in found), key=lambda told: told.score)
    same = [stretch.text for told, stretch in found if told.score >= SAME and not told.uncovered]
    if not best.words:
        detail = "quotation may be a translation: a judge must compare it"
    elif best.score < INVENTED and len(best.words) >= FEWEST:
        missing = ", ".join(best.uncovered[:3])
        detail = f"quoted words do not stand in the cited posts, in no language: {missing}"
        return [Finding(rule="quote", words=content[:80], detail=detail)]
    elif same and not _turned(content, min(same, key=len)) and not check_numbers(claim, ground):
        return []
    else:
        detail = f"quotation may be a translation, but not of: {', '.join(best.uncovered[:3]) or 'all of it'}"
    return [Finding(rule="quote", words=content[:80], detail=detail, level="escalated")]


def _turned(content: str, told: str) -> bool:
    """Whether a negation is only on one side, or the quotation speaks of persons that the post does not."""
    if (_NOT.search(content) is None) != (_NOT.search(told) is None):
        return True
    return any(person.search(content) and not person.search(told) for person in _PERSONS)


def _stretches(ground: Ground) -> list[Ground]:
    """Each post by neighbouring sentences."""
    found: list[Ground] = []
    for item in ground.items:
        parts = [part for part in sentences(item.words) if part.strip()]
        found += [
            Ground(
                (replace(item, text=" ".join(parts[at : at + size]), raw="", quoted_text=None),),
                ground.window,
            )
            for size in range(1, _MOST_TOGETHER + 1)
            for at in range(len(parts) - size + 1)
        ]
    return found or [ground]
