"""Rule: what no cited post speaks of escalates.

Compares the content words of the sentence with those of the posts, through a dictionary where languages
differ (content.py). Catches citations of another post, embellishment, praise and much that other rules
have no words for. Paraphrase lowers the share too, so it is a reason to look again, never a verdict.
"""

from __future__ import annotations

from dawnchorus.report.check.content import Coverage, least_score
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground

_FEWEST = 2
_SHOWN = 4


def check_content(claim: Claim, ground: Ground, found: Coverage) -> list[Finding]:
    """An objection if too few of the content words stand in the posts."""
    # One word in other words is no reason to look.
    if len(found.uncovered) < _FEWEST or found.score >= least_score(claim, ground):
        return []
    words = ", ".join(found.uncovered[:_SHOWN])
    detail = f"the cited posts speak of {found.score:.0%} of its content; not of: {words}"
    return [Finding(rule="content", words="", detail=detail, level="escalated")]
