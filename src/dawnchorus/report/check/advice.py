"""Rule: nobody is advised, unless a cited post does.

To buy or sell is rejected, and held back where a post advises it too: whose advice it is should stand in
a quotation. Any other advice (should, 应尽快, 值得关注, "one to watch") needs a post that gives some. Can't
tell whether the post's advice is the same, nor advice in the form of praise.
"""

from __future__ import annotations

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterpart, entry


def check_advice(claim: Claim, ground: Ground | None = None) -> list[Finding]:
    """Objections to advice; without posts only to that to trade."""
    simplified = dictionary().simplified
    text, posts = simplified(claim.open_text), simplified(ground.text) if ground else ""
    trade, counsel = counterpart("advice", "trade"), counterpart("advice", "counsel")
    if word := trade.said.first(text):
        told = trade.known.first(posts) is not None
        return [
            Finding(
                rule="advice",
                words=word,
                detail=f"{word}: reads as advice to buy or sell",
                level="escalated" if told else "rejected",
                signal="advice.told" if told else "advice",
            )
        ]
    word = counsel.said.first(text) if ground else None
    if not word or counsel.known.first(posts):
        return []
    hinted = entry("advice", "counsel_hinted").first(posts) is not None
    return [
        Finding(
            rule="advice",
            words=word,
            detail=f"{word}: advice that no cited post gives",
            level="escalated" if hinted else "rejected",
            signal="advice.hinted" if hinted else "advice",
        )
    ]
