"""Which posts would bear out a sentence that cites none: found by retrieval, checked by the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dawnchorus.model import Verdict
from dawnchorus.report.check.retrieval import Hit, PostIndex

MOST_CANDIDATES = 3
LEAST_SHARE = 0.27
"""Below this share of a sentence's weight a post does not speak of it: evals/retrieval.py."""

_POOL = 8  # posts looked through for those that the rest of the paragraph cites

Found = Literal["supported", "together", "unsure", "otherwise", "nothing"]
_ORDER = {"supported": 0, "escalated": 1, "rejected": 2}
Judge = Callable[[Sequence[str]], Verdict]
"""The verdict on the sentence if it cited these posts."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that the sentence may stand on; ``share`` (0 to 1) is how much of the sentence it speaks of."""

    post: str
    verdict: Verdict
    share: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the posts say to a sentence that cites none.

    ``found``: one candidate bears it out ("supported"), the first few only ``together``; a rule can't tell
    of the nearest ("unsure"), the nearest says otherwise, or none speaks of it ("nothing").
    """

    found: Found
    candidates: tuple[Candidate, ...] = ()  # those that bear it out first, then the nearest
    together: tuple[str, ...] = ()  # ids

    @property
    def nearest(self) -> Candidate | None:
        """The candidate that speaks most of the sentence."""
        return max(self.candidates, key=lambda one: one.share, default=None)


def propose(text: str, index: PostIndex, judge: Judge, *, beside: Iterable[str] = ()) -> Proposal:
    """The posts that best support ``text``, each judged alone.

    Args:
        text: The sentence.
        index: All posts.
        judge: The rules.
        beside: Posts that sentences around it cite: of equal use, they come first.
    """
    hits = [hit for hit in index.search(text, most=_POOL) if hit.share >= LEAST_SHARE]
    near = frozenset(beside)
    chosen = _chosen(hits, near)
    judged = [Candidate(hit.post, judge([hit.post]), hit.share) for hit in chosen]
    ordered = tuple(sorted(judged, key=lambda one: _ORDER[one.verdict.verdict]))
    if not ordered:
        return Proposal("nothing")
    if ordered[0].verdict.verdict == "supported":
        return Proposal("supported", ordered)
    posts = [one.post for one in judged]
    for number in range(2, len(posts) + 1):
        if judge(posts[:number]).verdict == "supported":
            return Proposal("together", ordered, tuple(posts[:number]))
    # Only a post that is as near as the nearest can outvote it.
    nearest = max(ordered, key=lambda one: one.share)
    return Proposal("unsure" if nearest.verdict.verdict == "escalated" else "otherwise", ordered)


def _chosen(hits: Sequence[Hit], near: frozenset[str]) -> list[Hit]:
    """The nearest, and in place of the last a post that the paragraph cites."""
    first = list(hits[:MOST_CANDIDATES])
    cited = [hit for hit in hits[MOST_CANDIDATES:] if hit.post in near]
    return [*first[:-1], cited[0]] if cited else first
