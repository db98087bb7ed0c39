"""Why two posts are in one story or are not: what they share, how they are linked, which step decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from dawnchorus.stories.cluster import Grouping, assigned_of, group_posts, roots, said
from dawnchorus.stories.communities import Joining, centroids
from dawnchorus.stories.features import features
from dawnchorus.stories.lengths import lifts
from dawnchorus.stories.tokens import hash_strings, hash_words

_WORD = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+(?:[.,]\d+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]{2,}")
_KINDS = {
    "link": "link", "post": "quoted post", "tag": "hashtag", "cash": "cashtag", "name": "handle",
    "number": "number",
}  # fmt: skip
_LONGEST_PATH = 8  # posts; a longer chain says nothing


@dataclass(frozen=True, slots=True)
class Shared:
    """Something both posts hold."""

    term: str
    kind: str  # "word", "characters", "link", "quoted post", "hashtag", "cashtag", "handle", "number"
    posts: int  # that hold it
    cosine: float  # what it adds to the cosine
    evidence: float


@dataclass(frozen=True, slots=True)
class Step:
    """What a step of the grouping made of the two posts."""

    step: str
    together: bool
    posts: tuple[int, int]  # in the group of each
    likeness: float | None  # cosine of their groups, None if they are in one
    evidence: float | None  # that their groups share, likewise


@dataclass(frozen=True, slots=True)
class Link:
    """A post on the way from one post to the other."""

    post: str
    cosine: float | None  # to the post before it, None for the first


@dataclass(frozen=True, slots=True)
class Why:
    """What is to be said of two posts."""

    posts: tuple[str, str]
    stories: tuple[str | None, str | None]
    threads: tuple[str | None, str | None]
    copies_of: tuple[str | None, str | None]
    together: bool
    same_thread: bool
    cosine: float
    cosine_needed: float  # for the posts to be neighbours
    evidence: float
    evidence_needed: float
    hours_apart: float
    hours_allowed: float
    shared: tuple[Shared, ...]  # strongest first
    path: tuple[Link, ...]  # between neighbours, the two included; empty if there is none
    steps: tuple[Step, ...]
    verdict: str  # in a sentence or two


def explain(
    kept: pl.DataFrame, first: str, second: str, *, aliases: Mapping[str, str], how: Joining | None = None
) -> Why:
    """Group ``kept`` (KEPT) once more, and tell what became of two of its posts.

    Args:
        kept: As it was grouped.
        first: Id of a post in ``kept``.
        second: Id of another.
        aliases: As it was grouped with.
        how: As it was grouped with.

    Raises:
        KeyError: A post is not in ``kept``.
    """
    how = how or Joining()
    heard: dict[str, Any] = {}
    grouping = group_posts(kept, aliases=aliases, how=how, told=heard.__setitem__)
    assigned = assigned_of(kept, grouping)
    root = dict(zip(kept["id"].to_list(), roots(kept).to_list(), strict=True))
    ids = grouping.posts["id"].to_list()
    place = {post: row for row, post in enumerate(ids)}
    a, b = place[root[first]], place[root[second]]
    heard.pop("threads", None)  # that level is told by the threads themselves
    evidence, needed = heard.pop("evidence")
    near, cosines = heard.pop("neighbours")
    shared = _shared(grouping, a, b, evidence)
    known = {row[0]: row for row in assigned.iter_rows()}
    stories = (known[first][1], known[second][1])
    threads = (known[first][2], known[second][2])
    start, end = grouping.posts["start"], grouping.posts["end"]
    gap = max(start[a] - end[b], start[b] - end[a], 0.0) / 3600
    labels = {name: found for name, found in heard.items() if _is_labels(found, len(ids))}
    steps = _steps(labels, grouping, a, b, evidence)
    cosine = float(grouping.terms.matrix[a].multiply(grouping.terms.matrix[b]).sum())
    lift = lifts(np.diff(grouping.terms.matrix.indptr), needed=needed)
    found = Why(
        posts=(first, second),
        stories=stories,
        threads=threads,
        copies_of=(_other(root[first], first), _other(root[second], second)),
        together=a == b or (stories[0] is not None and stories[0] == stories[1]),
        same_thread=a == b or (threads[0] is not None and threads[0] == threads[1]),
        cosine=cosine,
        cosine_needed=how.edge / float(lift[a] * lift[b]),
        evidence=sum(one.evidence for one in shared),
        evidence_needed=float(needed),
        hours_apart=gap,
        hours_allowed=how.window_seconds / 3600,
        shared=shared,
        path=_path(ids, near, cosines, a, b, edge=how.edge),
        steps=steps,
        verdict="",
    )
    return Why(**{name: getattr(found, name) for name in Why.__slots__[:-1]}, verdict=_verdict(found))


def _other(root: str, post: str) -> str | None:
    return None if root == post else root


def _is_labels(found: Any, size: int) -> bool:
    return isinstance(found, np.ndarray) and found.shape == (size,)


def _shared(grouping: Grouping, a: int, b: int, evidence: NDArray[np.float32]) -> tuple[Shared, ...]:
    terms = grouping.terms
    both = grouping.posts[[a, b]]
    names = _names(both, grouping.table)
    product = terms.matrix[a].multiply(terms.matrix[b]).tocsr()
    found = []
    for column, value in zip(product.indices.tolist(), product.data.tolist(), strict=True):
        kind, term = names.get(int(terms.hashes[column]), ("word", "?"))
        found.append(Shared(term, kind, int(terms.frequency[column]), float(value), float(evidence[column])))
    return tuple(sorted(found, key=lambda one: (-one.cosine, one.term)))


def _names(posts: pl.DataFrame, table: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Hash of each term of ``posts`` to its kind and how it is written."""
    found: dict[int, tuple[str, str]] = {}
    spoken = features(posts)["feature"]
    for feature, value in zip(spoken, hash_strings(spoken).tolist(), strict=True):
        kind, _, rest = feature.partition(":")
        found[int(value)] = (_KINDS[kind], rest) if kind in _KINDS and rest else ("word", feature)
    texts = [text or "" for text in said(posts, table)]
    words = list(dict.fromkeys(word for text in texts for word in _WORD.findall(text)))
    runs = [run for text in texts for run in _CJK.findall(text)]
    pairs = list(dict.fromkeys(run[i : i + 2] for run in runs for i in range(len(run) - 1)))
    for kind, some in (("word", words), ("characters", pairs)):
        rows, hashes = hash_words(pl.Series(some, dtype=pl.String))
        for row, value in zip(rows.tolist(), hashes.tolist(), strict=True):
            found.setdefault(int(value), (kind, some[row]))
    return found


def written(posts: pl.DataFrame, table: Mapping[str, str]) -> dict[int, str]:
    """Hash of each term of ``posts`` (KEPT) to how it is written."""
    return {value: term for value, (_, term) in _names(posts, table).items()}


def _steps(
    labels: Mapping[str, NDArray[np.int64]],
    grouping: Grouping,
    a: int,
    b: int,
    evidence: NDArray[np.float32],
) -> tuple[Step, ...]:
    steps = []
    for name, found in labels.items():
        sizes = (int((found == found[a]).sum()), int((found == found[b]).sum()))
        if found[a] == found[b]:
            steps.append(Step(name, True, sizes, None, None))
            continue
        rows = np.nonzero((found == found[a]) | (found == found[b]))[0]
        centres = centroids(grouping.terms.matrix[rows], (found[rows] == found[b]).astype(np.int64))
        product = centres[0].multiply(centres[1]).tocsr()
        steps.append(Step(name, False, sizes, float(product.sum()), float(evidence[product.indices].sum())))
    return tuple(steps)


def _path(
    ids: list[str], near: NDArray[np.int32], cosines: NDArray[np.float32], a: int, b: int, *, edge: float
) -> tuple[Link, ...]:
    """The chain of neighbours from ``a`` to ``b`` whose cosines have the largest product."""
    row, slot = np.nonzero((near >= 0) & (cosines >= edge))
    if a == b or not len(row):
        return ()
    value = cosines[row, slot].astype(np.float64)
    # Zero would be no edge at all.
    length = np.maximum(-np.log(np.minimum(value, 1.0)), 1e-6)
    graph = sparse.coo_matrix((length, (row, near[row, slot])), shape=(len(ids), len(ids))).tocsr()
    _, before = dijkstra(graph, directed=False, indices=b, return_predecessors=True)
    if before[a] < 0:
        return ()
    way = [a]
    while way[-1] != b:
        way.append(int(before[way[-1]]))
    if len(way) > _LONGEST_PATH:
        return ()
    between = {(int(i), int(near[i, k])): float(cosines[i, k]) for i, k in zip(row, slot, strict=True)}
    chain = [Link(ids[a], None)]
    for one, other in pairwise(way):
        chain.append(Link(ids[other], between.get((one, other), between.get((other, one)))))
    return tuple(chain)


def _verdict(why: Why) -> str:
    if any(why.copies_of) and (why.copies_of[0] or why.posts[0]) == (why.copies_of[1] or why.posts[1]):
        return "One story: one is a copy of the other, or both are copies of one post."
    united = [
        s.step
        for p, s in zip((None, *why.steps), why.steps, strict=False)
        if s.together and not (p and p.together)
    ]
    parted = [s.step for p, s in pairwise(why.steps) if p.together and not s.together]
    if why.together:
        return f"One story: they came together at the step “{united[-1]}”." if united else "One story."
    alone = [post for post, story in zip(why.posts, why.stories, strict=True) if story is None]
    told = (
        f"Two stories: they were together, and the step “{parted[-1]}” parted them."
        if parted
        else f"Not one story: {_missing(why)}."
    )
    if alone:
        told += f" {' and '.join(alone)} {'is' if len(alone) == 1 else 'are'} in no story."
    return told


def _missing(why: Why) -> str:
    if why.hours_apart > why.hours_allowed:
        return f"they are {why.hours_apart:.0f} hours apart, more than {why.hours_allowed:.0f}"
    if not why.shared:
        return "they share nothing that counts"
    if why.evidence < why.evidence_needed:
        return (
            "what they share is too common: "
            f"evidence {why.evidence:.1f} where {why.evidence_needed:.1f} is needed"
        )
    if why.cosine < why.cosine_needed:
        return (
            f"most of what they say differs: cosine {why.cosine:.2f} where {why.cosine_needed:.2f} is needed"
        )
    return "they are near, but each has nearer posts"
