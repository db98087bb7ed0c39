"""Rule: what is told as a cause is told as one in the cited posts.

Escalates words that link (由于, "because", "driven by") where the posts link nothing. Can't tell whether the
posts link the same, nor causes told by order alone.
"""

from __future__ import annotations

from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterpart


def check_cause(claim: Claim, ground: Ground) -> list[Finding]:
    """由于, "because": escalates unless the posts link events too."""
    words = counterpart("cause", "cause")
    word = words.said.first(claim.open_text)
    if not word or words.known.first(ground.text):
        return []
    detail = f"{word}: the cited posts name no cause"
    return [Finding(rule="cause", words=word, detail=detail, level="escalated", signal="cause")]
