"""Rule: a claim is not told as proven.

Looks for words that call something proven (证实, "confirmed", "tests show") where the cited posts speak of no
proof. Can't tell whether what the posts prove is the same.
"""

from __future__ import annotations

from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterpart


def check_proof(claim: Claim, ground: Ground) -> list[Finding]:
    """证实, "proven": escalates unless the posts speak of a proof too."""
    words = counterpart("proof", "proof")
    word = words.said.first(claim.open_text)
    if not word or words.known.first(ground.text):
        return []
    detail = f"{word}: the cited posts hold a claim, no proof"
    return [Finding(rule="proof", words=word, detail=detail, level="escalated", signal="proof.word")]
