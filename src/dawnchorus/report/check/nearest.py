"""Which of several passages of posts a sentence speaks of, across languages."""

from __future__ import annotations

from collections.abc import Sequence

from dawnchorus.report.check.aliases import Aliases, standard_aliases
from dawnchorus.report.check.content import content_coverage
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.names import known_name


def nearest(
    sentence: str, passages: Sequence[Evidence], *, aliases: Aliases | None = None
) -> Evidence | None:
    """The passage that shares most content, names and numbers with ``sentence``, None if none shares any.

    Args:
        sentence: Of a report.
        passages: Pieces of posts, each as a post of its own; of equals the first one is taken.
        aliases: Names that are one; the standard ones if not given.
    """
    known = aliases or standard_aliases()
    best, most = None, 0.0
    for passage in passages:
        shared = _shared(Claim(fold(sentence)), Ground((passage,)), known)
        if shared > most:
            best, most = passage, shared
    return best


def _shared(claim: Claim, ground: Ground, aliases: Aliases) -> float:
    """Worth of the content words in common, and one for each name and number."""
    words = content_coverage(claim, ground, aliases).words
    names = {match.group() for match in aliases.pattern.finditer(claim.open_text)}
    values = {(number.low, number.unit) for number in ground.numbers}
    return (
        sum(word.cover * word.weight for word in words)
        + sum(known_name(name, ground, aliases) for name in names)
        + sum((number.low, number.unit) in values for number in claim.numbers)
    )
