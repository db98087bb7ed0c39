"""Rule: what is called the first, the most, the only one or a record is called so in the cited posts.

Catches superlatives of the lexicon and Chinese 最 or English -est before any word. A superlative of another
kind in the posts (largest for first) makes it an escalation. Can't tell what the superlative was said of,
nor praise without a superlative.
"""

from __future__ import annotations

from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterparts, entry


def check_superlatives(claim: Claim, ground: Ground) -> list[Finding]:
    """A superlative needs one in the posts, of the same kind."""
    kinds = counterparts("superlatives", "superlative")
    text = _open(claim.open_text)
    said = {kind: word for kind, words in kinds.items() if (word := words.said.first(text))}
    if not said:
        return []
    posts = _open(ground.text)
    known = {kind for kind, words in kinds.items() if words.known.first(posts)}
    for kind, word in said.items():
        if kind not in known:
            return [
                Finding(
                    rule="superlative",
                    words=word,
                    detail=f"{word}: the cited posts hold no such claim",
                    level="escalated" if known else "rejected",
                )
            ]
    return []


def _open(text: str) -> str:
    """``text`` without words that are superlatives in form only: 最近, "at least", "first half"."""
    return entry("superlatives", "no_superlative").pattern.sub(" ", text)
