"""Rule: what the posts deny is not told as so, nor the other way round.

A clause whose words, numbers and names stand only in clauses of the posts that hold a plain negation must
deny something too, in any wording, anywhere in the sentence. A plain negation of the sentence needs one near
what it speaks of. There are many ways to deny (yet to, 仍在等, turned down), so it escalates, no more; a
sentence that denies one thing of two passes, and opposites without "not" are opposites.py's.
"""

from __future__ import annotations

from dawnchorus.report.check.anchored import Grid, Said
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim
from dawnchorus.report.check.lexicon import entry

# Worth of what only the clauses that deny hold, and of what the nearest clause holds (evals/groundbench).
_LEAST = 1.4
_NEAR = 2.4
# Characters after a negation in which the word begins that it denies.
_REACH = 8


def check_polarity(claim: Claim, grid: Grid) -> list[Finding]:
    """A negation of the posts that is dropped, or one of the sentence that they do not hold."""
    negation = entry("polarity", "negation")
    denied = {at: word for at, place in enumerate(grid.places) if (word := negation.first(place.text))}
    if not entry("polarity", "denial").first(claim.open_text):
        return _dropped(grid, denied)
    found = (_added(clause, grid) for clause in grid.clauses) if not denied else ()
    return [one for one in found if one][:1]


def _dropped(grid: Grid, denied: dict[int, str]) -> list[Finding]:
    plain = [at for at in range(len(grid.places)) if at not in denied]
    for clause in grid.clauses:
        if clause.weight(tuple(denied), but=plain) >= _LEAST:
            word = denied[clause.held(tuple(denied))[0]]
            return [_finding("", f"the cited posts deny it ({word}), the sentence does not", "dropped")]
    return []


def _added(clause: Said, grid: Grid) -> Finding | None:
    said = entry("polarity", "negation").match(clause.text)
    nearest = clause.held(range(len(grid.places)))[:1]
    if said is None or clause.weight(nearest) < _NEAR:
        return None
    reach = range(said.start(), said.end() + _REACH)
    head = [one for one in clause.anchors if one.term and one.term.start - clause.start in reach]
    plain = any(one.stands_in(nearest) for one in head)
    word = said.group()
    return _finding(word, f"{word}: the cited posts hold no negation of it", "added" if plain else "faint")


def _finding(words: str, detail: str, kind: str) -> Finding:
    return Finding(rule="polarity", words=words, detail=detail, level="escalated", signal=f"polarity.{kind}")
