"""Rule: what rises in the posts does not fall in the sentence: opposites without "not".

Each axis of data/opposites.toml has two ends (rise and fall, 批准 and 否决). A clause at one end whose
nearest clause of the posts is only at the other escalates; a negation before a word turns it round. Can't
tell which of two things in one clause rises and which falls.
"""

from __future__ import annotations

import re
from functools import cache

from dawnchorus.report.check.anchored import Grid, Said
from dawnchorus.report.check.content import COVERED
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.lexicon import Words, entry, pairs_of

# Worth of what the nearest clause of the posts shares, beside the word itself (evals/groundbench).
_NEAR = 2.4
# Characters before a word in which a negation turns it round.
_BEFORE = 14


def check_opposites(grid: Grid) -> list[Finding]:
    """The first clause at the other end of an axis than what it speaks of."""
    for clause in grid.clauses:
        for either, ends in _axes():
            if either is not None and either.search(clause.text) is None:
                continue
            said = _ends(clause.text, ends)
            if len(said) == 1 and (found := _opposed(clause, *said.popitem(), ends, grid)):
                return [found]
    return []


@cache
def _axes() -> tuple[tuple[re.Pattern[str] | None, tuple[Words, Words]], ...]:
    """Each axis behind a pattern of the words of either end; None if some words only look like them."""
    return tuple(
        (
            re.compile(f"{one.pattern.pattern}|{other.pattern.pattern}", re.IGNORECASE)
            if one.no_pattern is None and other.no_pattern is None
            else None,
            (one, other),
        )
        for one, other in pairs_of("opposites", "axis")
    )


def _opposed(clause: Said, end: int, word: str, ends: tuple[Words, Words], grid: Grid) -> Finding | None:
    anchors = [one for one in clause.anchors if one.text not in word and word not in one.text]

    def shared(at: int) -> float:
        return sum(one.weight for one in anchors if one.covers[at] >= COVERED)

    nearest = max(range(len(grid.places)), key=shared, default=None)
    if nearest is None or shared(nearest) < _NEAR:
        return None
    place = grid.places[nearest]
    there = _ends(place.text, ends) or _ends(place.sentence, ends)
    if list(there) != [1 - end]:
        return None
    detail = f"{word}: the cited posts say {there[1 - end]}"
    return Finding(rule="opposites", words=word, detail=detail, level="escalated", signal="opposites")


def _ends(text: str, ends: tuple[Words, Words]) -> dict[int, str]:
    """The ends at which ``text`` stands, each with its word; at both where a negation turns one round."""
    found: dict[int, str] = {}
    for end, words in enumerate(ends):
        if match := words.match(text):
            found[end] = match.group()
            if entry("polarity", "negation").first(text[max(0, match.start() - _BEFORE) : match.start()]):
                found[1 - end] = match.group()
    return found
