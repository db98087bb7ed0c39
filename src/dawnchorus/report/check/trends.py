"""Rule: one event is no trend.

Looks for words of a development (越来越, 持续升温, "increasingly", "the latest in a string of") where no
cited post speaks of any, and for words of change where the posts compare nothing. Can't tell whether the
posts tell the same development, nor whether their figures bear it out.
"""

from __future__ import annotations

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterpart, entry


def check_trend(claim: Claim, ground: Ground) -> list[Finding]:
    """A trend needs one in the posts, a change anything it could be measured from."""
    simplified = dictionary().simplified
    text, posts = simplified(claim.open_text), simplified(ground.text)
    for name, detail in (
        ("trend", "the cited posts give no trend, nothing it could be measured from"),
        ("change", "the cited posts tell of no change"),
    ):
        words = counterpart("trend", name)
        word = words.said.first(text)
        if word and not words.known.first(posts):
            weak = entry("trend", "figures").first(text) is not None and counterpart(
                "trend", "change"
            ).known.first(posts)
            return [
                Finding(
                    rule="trend",
                    words=word,
                    detail=f"{word}: {detail}",
                    level="escalated" if weak else "rejected",
                    signal="trend.figures" if weak else "trend",
                )
            ]
    return []
