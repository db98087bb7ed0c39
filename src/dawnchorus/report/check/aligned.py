"""Which sentence of the posts a clause of a claim speaks of, by shared words, names and numbers.

Not a rule: polarity.py and modality.py compare a clause with what it speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.content import content_coverage
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.segment import sentences

_CLAUSE = re.compile(r"[,，;；:。!?！？]\s*|\.\s+|\s-\s|\s(?:and|but|while|whereas|though|although)\s")
_SHORTEST = 6

# From evals/groundbench (tune third): below these a clause speaks of something else, or of too little.
LEAST_COVER = 0.4
LEAST_WEIGHT = 1.5  # about two everyday words


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a post and how much of a clause it covers."""

    text: str
    cover: float  # share of the clause's content words, 0 to 1
    weight: float  # worth of those words

    @property
    def close(self) -> bool:
        """Whether the clause speaks of it."""
        return self.cover >= LEAST_COVER and self.weight >= LEAST_WEIGHT


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause of the claim and what it is nearest to in the posts."""

    clause: str
    sentence: Passage
    part: Passage  # a clause of the posts


def pairs(claim: Claim, ground: Ground, aliases: Aliases) -> Iterator[Pair]:
    """Clauses of the claim that speak of a sentence of the posts, each with it and its nearest clause."""
    whole = [
        (item, sentence)
        for item, text in zip(ground.items, ground.texts, strict=True)
        for sentence in sentences(text)
    ]
    places = [_alone(item, sentence, ground) for item, sentence in whole]
    for clause in clauses(claim.open_text) if whole else ():
        said = Claim(clause, (), claim.window, claim.anchor)
        nearest = _nearest(said, places, aliases)
        if not nearest.close:
            continue
        item = next(item for item, sentence in whole if sentence == nearest.text)
        parts = [_alone(item, part, ground) for part in clauses(nearest.text)]
        yield Pair(clause, nearest, _nearest(said, parts, aliases) if len(parts) > 1 else nearest)


def _alone(item: Evidence, text: str, ground: Ground) -> Ground:
    """A piece of a post as all there is."""
    return Ground((replace(item, text=text, raw="", quoted_text=None),), ground.window)


def _nearest(clause: Claim, places: Sequence[Ground], aliases: Aliases) -> Passage:
    best, most = Passage("", 0.0, 0.0), -1.0
    for place in places:
        found = content_coverage(clause, place, aliases)
        weight = sum(word.cover * word.weight for word in found.words)
        text = place.items[0].text
        shared = weight + sum(number.text in text for number in clause.numbers)
        if shared > most:
            best, most = Passage(text, found.score, weight), shared
    return best


def clauses(text: str) -> list[str]:
    """Clauses of a folded sentence, none shorter than a few characters."""
    found = [part.strip() for part in _CLAUSE.split(text)]
    return [part for part in found if len(part) >= _SHORTEST] or [text]
