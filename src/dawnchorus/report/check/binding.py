"""Rule: what a sentence tells of one author stands in that author's posts, not in another's.

Catches a statement moved to another voice, or a name in another's place, where two authors are cited:
the words or numbers near the name stand in the other's post. Can't tell: two people of one post, nor
roles swapped with all words the same. Never rejects.
"""

from __future__ import annotations

import re

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.content import content_coverage
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground, blank
from dawnchorus.report.check.numbers import check_numbers
from dawnchorus.report.check.statements import Statement, statements

# From evals/groundbench (tune third).
MARGIN, CLEAR = 0.1, 0.2  # by so much more of a statement's content another's post must cover
ENOUGH = 0.8  # an author whose posts cover so much said it, whatever others said

_REPORTED = re.compile(r"(?:according to|as told by|据|按照?|根据|援引|转述)\s?$", re.IGNORECASE)


def check_binding(claim: Claim, ground: Ground, aliases: Aliases) -> list[Finding]:
    """Statements that another author's posts bear out better than those of the author named."""
    told = statements(claim, ground, aliases)
    reported = [one for one in told if _REPORTED.search(claim.open_text[: one.place[0]])]
    found = []
    for one in told if not reported else reported if len(told) == 1 else ():
        other = _better(one, claim, ground, aliases)
        if other is not None:
            who = other.author_name or other.author
            detail = f"what is told of {one.name} stands in the post of {who}"
            found.append(
                Finding(
                    rule="binding",
                    words=one.name,
                    detail=detail,
                    level="escalated",
                    signal=_signal(one, other, claim, ground, aliases),
                )
            )
    return found


def _better(one: Statement, claim: Claim, ground: Ground, aliases: Aliases) -> Evidence | None:
    """The other's post that bears the statement out where its author's posts don't."""
    part = _part(one, claim)
    mine = Ground(one.own, ground.window, ground.names)
    own = content_coverage(part, mine, aliases).score
    if own >= ENOUGH:
        return None
    missing = len(check_numbers(part, mine))
    for other in one.others:
        theirs = Ground((other,), ground.window, ground.names)
        score = content_coverage(part, theirs, aliases).score
        if score - own > MARGIN or (missing > len(check_numbers(part, theirs)) and score >= own):
            return other
    return None


def _signal(one: Statement, other: Evidence, claim: Claim, ground: Ground, aliases: Aliases) -> str:
    """What the other's post has that the author's have not: the figures, most of the words, or only some."""
    part = _part(one, claim)
    mine, theirs = (Ground(items, ground.window, ground.names) for items in (one.own, (other,)))
    if len(check_numbers(part, mine)) > len(check_numbers(part, theirs)):
        return "binding.figure"
    more = content_coverage(part, theirs, aliases).score - content_coverage(part, mine, aliases).score
    return "binding" if more > CLEAR else "binding.words"


def _part(one: Statement, claim: Claim) -> Claim:
    """The claim with all but the statement blanked, the name too."""
    keep = sorted(one.spans)
    ends = [0, *(end for _, end in keep)]
    starts = [*(start for start, _ in keep), len(claim.text)]
    gaps = list(zip(ends, starts, strict=True))
    return Claim(blank(claim.text, [*gaps, one.place]), claim.quoted, claim.window, claim.anchor)
