"""Rule: a claim is not told as proven, nor an author's own word as everyone's.

Looks for words that call something proven (证实, "confirmed", "tests show") where the cited posts speak of no
proof; and for sentences that name no source for what a post only says of itself ("in our lab", 我觉得): a
weak sign unless it measures or compares, for a post that says "we" mostly tells plain facts. Can't tell
whether what the posts prove is the same, nor a vendor's claim in the third person.
"""

from __future__ import annotations

from dawnchorus.report.check.anchored import Grid
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterpart, entry

# Worth of what the nearest clause of the posts holds (evals/groundbench).
_NEAR = 1.4


def check_proof(claim: Claim, ground: Ground, grid: Grid) -> list[Finding]:
    """证实, "proven" without a proof in the posts; a claim of one's own without its author."""
    words = counterpart("proof", "proof")
    word = words.said.first(_open(claim.open_text))
    if word and not words.known.first(_open(ground.text)):
        return [_finding(word, f"{word}: the cited posts hold a claim, no proof", "word")]
    if entry("proof", "attributed").first(claim.open_text) or _names_author(claim, ground):
        return []
    for clause in grid.clauses:
        nearest = clause.held(range(len(grid.places)))[:1]
        if nearest and clause.weight(nearest) >= _NEAR:
            own = entry("proof", "own").first(grid.places[nearest[0]].sentence)
            if own:
                detail = f"the cited post speaks for itself ({own}), the sentence names no source"
                measured = entry("proof", "measured").first(clause.text) is not None
                return [_finding("", detail, "measured" if measured else "own")]
    return []


def _open(text: str) -> str:
    """``text`` with what only looks like a proof made unreadable, "can't prove it" as well."""
    return entry("proof", "no_proof").pattern.sub(lambda match: "\0" * len(match.group()), text)


def _names_author(claim: Claim, ground: Ground) -> bool:
    text = claim.open_text.casefold()
    return any(len(name) > 1 and name.casefold() in text for name in ground.speakers)


def _finding(words: str, detail: str, kind: str) -> Finding:
    return Finding(rule="proof", words=words, detail=detail, level="escalated", signal=f"proof.{kind}")
