"""Rule: what is told as a cause is told as one in the cited posts.

Looks for words that link (由于, 受…影响, "because", "driven by") where the posts link nothing. Weaker by
their signals: a post tells cause and effect in one sentence or the next, as posts do that leave "because"
out; one post holds what is named as the cause; or some wording may link them. Can't tell whether the posts
link the same, nor causes told by order alone.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.anchored import Grid, Place
from dawnchorus.report.check.content import content_coverage
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterpart, entry

_CLAUSE_END = re.compile(r"[,，;；:：。!?！？](?!\d)|\. ")
_SHORTEST = 4

# From evals/groundbench (tune third): of what is named as a cause, a post that tells it holds as much.
_TOLD = 0.6
# Worth of the anchors by which a clause of a post is known as the one told.
_HELD = 1.0


def check_cause(claim: Claim, ground: Ground, aliases: Aliases, grid: Grid) -> list[Finding]:
    """A doubt unless the posts link events too."""
    simplified = dictionary().simplified
    text, posts = simplified(claim.open_text), simplified(ground.text)
    words = counterpart("cause", "cause")
    match = words.said.match(text)
    if match is None or words.known.first(posts):
        return []
    word = claim.open_text[match.start() : match.end()].strip()
    told = _told(_named(text, match), claim, ground, aliases)
    hinted = entry("cause", "hinted").first(posts) is not None
    signal = "cause.told" if told else "cause.hinted" if hinted else "cause"
    if (told or hinted) and _beside(match.start(), grid):
        signal = "cause.beside"
    return [
        Finding(
            rule="cause",
            words=word,
            detail=f"{word}: the cited posts name no cause",
            level="escalated",
            signal=signal,
        )
    ]


def _named(text: str, match: re.Match[str]) -> str:
    """What is named as the cause: the clause with the word that links, or what follows."""
    end = _CLAUSE_END.search(text, match.end())
    rest = text[match.end() : end.start() if end else len(text)].strip()
    if len(rest) >= _SHORTEST:
        return rest
    following = text[end.end() :] if end else ""
    return _CLAUSE_END.split(following)[0] if following else text


def _told(cause: str, claim: Claim, ground: Ground, aliases: Aliases) -> bool:
    """Whether one post holds what is named as the cause."""
    said = Claim(cause, (), claim.window, claim.anchor)
    alone = [replace(ground, items=(item,)) for item in ground.items]
    return any(content_coverage(said, post, aliases).score >= _TOLD for post in alone)


def _beside(at: int, grid: Grid) -> bool:
    """Whether a post tells the clause that links, at ``at``, and one beside it in adjoining sentences."""
    found = [_nearest(index, grid) for index in range(len(grid.clauses))]
    index = max((one for one, clause in enumerate(grid.clauses) if clause.start <= at), default=0)
    mine = found[index] if found else None
    others = [place for place in (*found[max(0, index - 1) : index], *found[index + 1 : index + 2]) if place]
    if mine is None:
        return False
    told = list(dict.fromkeys((place.post, place.sentence) for place in grid.places))
    here = told.index((mine.post, mine.sentence))
    return any(
        place.post == mine.post and abs(told.index((place.post, place.sentence)) - here) <= 1
        for place in others
    )


def _nearest(index: int, grid: Grid) -> Place | None:
    """The clause of the posts that holds most of a clause of the claim, None if none holds enough."""
    clause = grid.clauses[index]
    best = clause.held(range(len(grid.places)))[:1]
    return grid.places[best[0]] if best and clause.weight(best) >= _HELD else None
