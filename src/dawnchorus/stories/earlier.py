"""Which story of earlier editions a story of today goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.stories.marks import INSTALMENT
from dawnchorus.stories.stopwords import COMMON_WORDS
from dawnchorus.stories.terms import Terms
from dawnchorus.stories.tokens import hash_words

Hashes = NDArray[np.uint64]

_LIKE = 0.25  # cosine from which a story goes on, terms weighed by how seldom stories share them
# Evidence that two stories must share, in multiples of the log of the number of earlier stories, and the
# same times their cosine. Against an earlier story of many posts one rare name will do; two single posts
# need several, and the more of them the less they are alike otherwise.
_NEEDED, _MORE_NEEDED, _BOTH = 1.1, 0.8, 0.8
_LARGER = (
    0.4  # more is asked for each time the story doubles the earlier one, which then is a mere hint of it
)
_FEW = 8  # posts of an earlier story up to which all of that is asked for, beyond it in proportion less,
_LEAST = 0.4  # but not below this share of it: large stories are of many things
_LINK_SHARE, _SHARED_LINK = 2.0, 0.2  # of a shared link: as evidence, see features; and added to the cosine
_SLEEP, _BOTH_SLEEP = 0.01, 0.04  # added to the cosine and to both for each day a story slept, up to ten days
# A post that compares two releases must not lead a thread from one to the next: what goes on its later days
# shares this much (cosine times evidence, as above) with what its first day told.
_ROOT = 0.3
_COMMON = 0.5  # share of a word that an everyday word is
_PAIR = 0.4  # likewise two characters: the three pairs of a name of four tell one thing
_OTHER_STORIES = 10  # taken to be of other things: among four stories every word is common
_WIDE, _WIDEST = 200, 0.01  # stories, and share of all, beyond which what holds a word is not looked through
_ROWS = 512  # of today that are compared at once


@dataclass(frozen=True, slots=True)
class Match:
    """The earlier story that a story goes on, by the name it had on its first day, and its thread."""

    origin: str
    thread: str
    likeness: float  # 0 to 1 and more
    grounds: float  # evidence it shares, in multiples of what is needed of a well-known story
    fresh: float  # share of the story's weight in terms that the earlier one never had, 0 to 1


@dataclass(frozen=True, slots=True)
class Compared:
    """A story of today and one of an earlier day, by their words alone."""

    likeness: float
    likeness_needed: float
    evidence: float  # in multiples of the log of the number of stories
    evidence_needed: float
    both_needed: float  # of likeness times evidence
    shared: tuple[int, ...]  # hashes of terms, strongest first


def match(
    strongest: Sequence[tuple[Hashes, NDArray[np.float32]]],
    posts: Sequence[Sequence[str]],
    links: Sequence[Sequence[str]],
    instalments: Sequence[str | None],
    *,
    past: pl.DataFrame,
    terms: Terms,
    day: date,
) -> list[Match | None]:
    """The earlier story that each story of today goes on, None for a new one.

    Args:
        strongest: Hashes and weights of each story's heaviest terms.
        posts: Ids of each story's posts.
        links: Keys of each story's links, see ``features.link_key``.
        instalments: Which number of a series each story is, see ``marks.instalment``.
        past: THREADS rows of earlier editions, each with its origin.
        terms: Of today's posts.
        day: Today.
    """
    if not len(past) or not strongest:
        return [None] * len(strongest)
    table = _Table(strongest, past, terms)
    by_post, by_link = _holders(past["post_ids"]), _holders(past["urls"])
    origins, threads, days = past["origin"].to_list(), past["thread"].to_list(), past["day"].to_list()
    asked, needed, both = _demands(past, day)
    numbers = [next((one for one in some if one.startswith(INSTALMENT)), None) for some in past["numbers"]]
    first = _first_rows(origins, days)
    found: list[Match | None] = []
    for i, (rows, cosine, evidence) in enumerate(table.compared()):
        same = Counter(row for post in posts[i] for row in by_post.get(post, ()))
        bonus = {row: count / len(posts[i]) for row, count in same.items()}
        grounds = dict.fromkeys(same, np.inf)
        for link in links[i]:
            held_by = by_link.get(link, ())
            says = _LINK_SHARE * table.rarity(len({origins[row] for row in held_by}) + 1)
            for row in held_by:
                bonus[row] = min(bonus.get(row, 0.0) + _SHARED_LINK, 2 * _SHARED_LINK)
                grounds[row] = grounds.get(row, 0.0) + says
        larger = _larger(len(posts[i]), past)
        near = np.nonzero(cosine >= _LIKE)[0]
        alike = {int(rows[at]): (float(cosine[at]), float(evidence[at])) for at in near}
        for row in bonus.keys() - alike.keys():  # few: those that share a link or a post
            at = int(np.searchsorted(rows, row))
            held = at < len(rows) and rows[at] == row
            alike[row] = (float(cosine[at]), float(evidence[at])) if held else (0.0, 0.0)

        def rooted(
            row: int, rows: NDArray[np.int64] = rows, both: NDArray[np.float64] = cosine * evidence
        ) -> bool:
            roots = first[origins[row]]
            at = np.isin(rows, roots)
            return row in roots or float(both[at].max(initial=0.0)) >= _ROOT * table.scale

        best: tuple[float, date, int, float] | None = None
        for row, (value, shared) in alike.items():
            another = instalments[i] and numbers[row] and instalments[i] != numbers[row]
            if row not in same and (another or not (row in bonus or rooted(row))):
                continue
            likeness = value + bonus.get(row, 0.0)
            reason = (shared + grounds.get(row, 0.0)) / table.scale
            if (
                likeness >= asked[row]
                and reason >= needed[row]
                and likeness * reason >= both[row] * larger[row]
            ):
                candidate = (likeness, days[row], -row, reason)
                best = candidate if best is None or candidate > best else best
        if best is None:
            found.append(None)
            continue
        row = -best[2]
        found.append(Match(origins[row], threads[row], best[0], best[3], table.fresh(i, origins[row])))
    return found


def _demands(
    past: pl.DataFrame, day: date
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of each earlier row the cosine, the evidence and the product of both that are asked for."""
    unknown = np.clip(_FEW / np.maximum(past["post_count"].to_numpy(), 1), _LEAST, 1.0)
    slept = np.clip([(day - one).days - 1 for one in past["day"]], 0, 10)
    return (
        _LIKE + _SLEEP * slept,
        _NEEDED + _MORE_NEEDED * unknown,
        (_BOTH + _BOTH_SLEEP * slept) * unknown,
    )


def _larger(posts: int, past: pl.DataFrame) -> NDArray[np.float64]:
    """How many times more of both is asked of a story of so many posts."""
    size = np.maximum(past["post_count"].to_numpy(), 1)
    return np.asarray(1 + np.log2(np.maximum(posts / size, 1.0)) * _LARGER)


def compare(
    story: int, row: int, *, own: pl.DataFrame, past: pl.DataFrame, terms: Terms, day: date
) -> Compared:
    """How like a story of today is to one of an earlier day, as ``match`` sees it.

    Args:
        story: Its row in ``own``.
        row: Row in ``past``.
        own: THREADS rows of today, of all its stories.
        past: THREADS rows of earlier editions, each with its origin.
        terms: Of today's posts.
        day: Today.
    """
    strongest = [
        (np.asarray(hashes, np.uint64), np.asarray(weights, np.float32))
        for hashes, weights in own.select("term_hashes", "term_weights").iter_rows()
    ]
    table = _Table(strongest, past, terms)
    likeness, evidence, shared = table.pair(story, row)
    asked, needed, both = _demands(past, day)
    return Compared(
        likeness=likeness,
        likeness_needed=float(asked[row]),
        evidence=evidence / table.scale,
        evidence_needed=float(needed[row]),
        both_needed=float(both[row] * _larger(own["post_count"][story], past)[row]),
        shared=shared,
    )


class _Table:
    """Stories of today and of earlier days by terms, weighed by how few of them hold each."""

    def __init__(
        self, strongest: Sequence[tuple[Hashes, NDArray[np.float32]]], past: pl.DataFrame, terms: Terms
    ) -> None:
        old = past.select("term_hashes", "term_weights").with_row_index("row")
        old = old.explode("term_hashes", "term_weights").drop_nulls()
        sizes = [len(hashes) for hashes, _ in strongest]
        mine = np.concatenate([hashes for hashes, _ in strongest]) if strongest else np.zeros(0, np.uint64)
        weights = np.concatenate([some for _, some in strongest]).astype(np.float64)
        columns, place = np.unique(
            np.concatenate([mine, old["term_hashes"].to_numpy().astype(np.uint64)]), return_inverse=True
        )
        names, line = np.unique(past["origin"].to_numpy().astype(str), return_inverse=True)
        self._line_of = {str(name): number for number, name in enumerate(names)}
        rows = old["row"].to_numpy().astype(np.int64)
        here, there = place[: len(mine)], place[len(mine) :]
        held = sparse.csr_matrix((np.ones(len(there)), (line[rows], there)), shape=(len(names), len(columns)))
        self._held, self._hashes = held, columns
        frequency = np.bincount(held.indices, minlength=len(columns)) + np.bincount(
            here, minlength=len(columns)
        )
        self._count = len(names) + len(strongest) + _OTHER_STORIES
        self.scale = float(np.log(self._count))
        share = np.ones(len(columns))
        known = np.isin(columns, terms.hashes)
        share[known] = terms.share[np.searchsorted(terms.hashes, columns[known])]
        # More than a number, less than a word: two characters.
        share[(share > 0.5) & (share < 1)] = _PAIR
        share = np.where(np.isin(columns, common_hashes()), _COMMON, np.minimum(share, 1.0))
        says = np.log(self._count / np.maximum(frequency, 1)) * share
        # A word that hundreds of stories are told in leads nowhere, and looking through all of them is slow.
        self._says = np.where(frequency > max(_WIDE, self._count * _WIDEST), 0.0, np.maximum(says, 0.0))
        self._mine = self._unit(weights, np.repeat(np.arange(len(sizes)), sizes), here, len(strongest))
        self._old = self._unit(old["term_weights"].to_numpy().astype(np.float64), rows, there, len(past))

    def rarity(self, holders: int) -> float:
        """What a thing says that so many hold."""
        return max(float(np.log(self._count / holders)), 0.0)

    def compared(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]]:
        """Of each story of today the earlier rows that share terms, their cosine and evidence."""
        ours, theirs = (self._mine > 0).astype(np.float64), (self._old > 0).astype(np.float64)
        ours = ours.multiply(self._says).tocsr()
        for start in range(0, self._mine.shape[0], _ROWS):
            part = slice(start, start + _ROWS)
            cosine = (self._mine[part] @ self._old.T).tocsr()
            evidence = (ours[part] @ theirs.T).tocsr()
            cosine.sort_indices()
            evidence.sort_indices()
            for i in range(cosine.shape[0]):
                at = slice(cosine.indptr[i], cosine.indptr[i + 1])
                yield cosine.indices[at].astype(np.int64), cosine.data[at], evidence.data[at]

    def pair(self, story: int, row: int) -> tuple[float, float, tuple[int, ...]]:
        """Cosine, evidence and shared terms of a story of today and an earlier one."""
        product = self._mine[story].multiply(self._old[row]).tocsr()
        order = np.lexsort((product.indices, -product.data))
        shared = tuple(int(self._hashes[column]) for column in product.indices[order])
        return float(product.sum()), float(self._says[product.indices].sum()), shared

    def fresh(self, row: int, origin: str) -> float:
        """Share of a story's weight in terms that the earlier one from ``origin`` never held."""
        mine, known = self._mine[row], self._held[self._line_of[origin]]
        weight = mine.data**2
        return float(weight[~np.isin(mine.indices, known.indices)].sum() / max(weight.sum(), 1e-12))

    def _unit(
        self, weights: NDArray[np.float64], rows: NDArray[np.int64], columns: NDArray[np.int64], size: int
    ) -> Any:
        weights = weights * self._says[columns]
        length = np.sqrt(np.bincount(rows, weights=weights**2, minlength=size))
        weights = weights / np.maximum(length[rows], 1e-12)
        matrix = sparse.csr_matrix((weights, (rows, columns)), shape=(size, len(self._says)))
        matrix.eliminate_zeros()
        return matrix


@cache
def common_hashes() -> Hashes:
    """Of everyday words, as ``terms`` hashes them."""
    return hash_words(pl.Series(sorted(COMMON_WORDS)))[1]


def _first_rows(origins: Sequence[str], days: Sequence[date]) -> dict[str, list[int]]:
    """Of each origin the rows of its first day."""
    found: dict[str, list[int]] = {}
    for row, (origin, day) in enumerate(zip(origins, days, strict=True)):
        told = found.setdefault(origin, [])
        if told and day < days[told[0]]:
            told.clear()
        if not told or day == days[told[0]]:
            told.append(row)
    return found


def _holders(lists: pl.Series) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, values in enumerate(lists):
        for value in values if values is not None else ():
            found.setdefault(value, []).append(row)
    return found
