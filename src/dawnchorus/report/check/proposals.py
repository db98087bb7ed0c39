"""Which posts would bear out a sentence that cites none: found by retrieval, checked by the rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dawnchorus.model import Verdict
from dawnchorus.report.check.passages import size_of
from dawnchorus.report.check.retrieval import Hit, PostIndex

MOST_CANDIDATES = 3
LEAST_SHARE = 0.3
"""Below this share of a sentence's weight a post does not speak of it: evals/retrieval.py."""

SAFE_SHARE = 0.4
"""From this share on a verdict of "supported" is proposed: below it rules pass what the post hardly speaks of
(of supported sentences of GroundBench a twentieth lie below)."""

_POOL = 8  # posts looked through for those that the rest of the paragraph cites
_BESIDE_BEST = 0.5  # of the best post's share: what speaks of less is no alternative to it
_CLAUSE = re.compile(r"[，,；;]|(?<=[a-z]) (?:and|but|while|whereas) (?=[A-Za-z])")
_FEWEST_LETTERS = 12  # of a clause that says something by itself; a Han character counts as 3

Found = Literal["supported", "together", "unsure", "otherwise", "nothing"]
_ORDER = {"supported": 0, "escalated": 1, "rejected": 2}
Judge = Callable[[str, Sequence[str]], Verdict]
"""The verdict on a text if it cited these posts."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that the sentence may stand on; ``share`` (0 to 1) is how much of the sentence it speaks of."""

    post: str
    verdict: Verdict
    share: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the posts say to a sentence that cites none.

    ``found``: one candidate bears it out ("supported"), or several, each a part of it ("together"); a rule
    can't tell of the nearest ("unsure"), the nearest says otherwise, or none speaks of it ("nothing").
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
        beside: Posts that sentences around it cite: one of them takes the last place.
    """
    hits = [hit for hit in index.search(text, most=_POOL) if hit.share >= LEAST_SHARE]
    judged = [
        Candidate(hit.post, judge(text, [hit.post]), hit.share) for hit in _chosen(hits, frozenset(beside))
    ]
    if not judged:
        return Proposal("nothing")
    ordered = tuple(sorted(judged, key=lambda one: (_ORDER[one.verdict.verdict], -one.share)))
    if any(one.verdict.verdict == "supported" and one.share >= SAFE_SHARE for one in ordered):
        return Proposal("supported", ordered)
    posts = _parts(text, [one.post for one in judged], judge)
    if len(posts) > 1 and judge(text, posts).verdict == "supported":
        return Proposal("together", ordered, posts)
    nearest = max(judged, key=lambda one: one.share)
    return Proposal("otherwise" if nearest.verdict.verdict == "rejected" else "unsure", ordered)


def _chosen(hits: Sequence[Hit], beside: frozenset[str]) -> list[Hit]:
    """The nearest; in place of the last a post that the paragraph cites."""
    first = [hit for hit in hits[:MOST_CANDIDATES] if hit.share >= _BESIDE_BEST * hits[0].share]
    cited = [hit for hit in hits[len(first) :] if hit.post in beside]
    return [*first[: MOST_CANDIDATES - 1], cited[0]] if cited else first


def _parts(text: str, posts: Sequence[str], judge: Judge) -> tuple[str, ...]:
    """For each clause of ``text`` the first post that bears it out alone; none if one has no such post.

    All posts taken together would bear out what none of them says: the name from one, the number from
    another.
    """
    found: dict[str, None] = {}
    for clause in _CLAUSE.split(text):
        if size_of(clause) < _FEWEST_LETTERS:
            continue
        post = next((one for one in posts if judge(clause, [one]).verdict == "supported"), None)
        if post is None:
            return ()
        found[post] = None
    return tuple(found)
