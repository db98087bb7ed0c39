"""Rule: computed facts are counted again from the posts, and a computed sentence says nothing else.

The measures are those of :class:`dawnchorus.model.Fact`. This is an own implementation on purpose:
it must not share a mistake with the code that wrote the sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import cast

import polars as pl

from dawnchorus.model import GONE, Fact, Window
from dawnchorus.report.check.evidence import EvidenceTable

Earlier = Mapping[str, Mapping[str, tuple[str, ...] | int]]
"""Figures of earlier editions: slug -> set name -> ids of the set, or how many there were."""

_TOLERANCE = 5e-4  # a writer may round a share or ratio to three or four places
_LARGEST = 1e18  # an integer of JSON may not even fit a float
_DISTINCT = {"authors": "author", "languages": "language", "networks": "network", "domains": "domains"}
_RANKED = {
    "author": "author",
    "language": "language",
    "network": "network",
    "domain": "domains",
    "hashtag": "hashtags",
}
_FLOATS = frozenset({"share", "change", "ratio"})


class Unknown(Exception):
    """A fact that can't be counted: its set, edition or time is missing."""


class NotAtHand(Unknown):
    """What a fact was counted over is not given, or not any more: nobody can tell."""


@dataclass(frozen=True)
class Population:
    """The posts that facts are counted over."""

    posts: EvidenceTable
    sets: Mapping[str, tuple[str, ...]]
    window: Window | None = None
    earlier: Earlier = field(default_factory=dict)

    @cached_property
    def _members(self) -> dict[str, pl.Series]:
        return {}

    def members(self, name: str) -> pl.Series:
        """Rows of the posts of a set, each once, in the set's order."""
        if name not in self.sets:
            raise Unknown(f"set {name} does not exist")
        if name not in self._members:
            row = self.posts.row
            ids = dict.fromkeys(self.sets[name])
            gone = sum(post not in row and GONE.fullmatch(post) is not None for post in ids)
            if gone:
                raise NotAtHand(f"{gone} of the {len(ids)} posts of {name} were removed since")
            absent = next((post for post in ids if post not in row), None)
            if absent is not None:
                raise Unknown(f"set {name} names post {absent}, which does not exist")
            self._members[name] = pl.Series([row[post] for post in ids], dtype=pl.UInt32)
        return self._members[name]

    def values(self, name: str, of: str) -> pl.Series:
        """What is known of the field ``of`` over a set's posts; of lists, the distinct values of each."""
        values = self.posts.counted[of].gather(self.members(name))
        if isinstance(values.dtype, pl.List):
            values = values.list.unique().list.drop_nulls().explode()
        values = values.drop_nulls()
        return values.filter(values != "und") if of == "language" else values

    def meeting(self, kind: str, ids: Iterable[str], *, least: int = 1) -> int:
        """How many sets named "<kind>:…" of ``least`` posts or more share a post with ``ids``."""
        wanted = frozenset(ids)
        return sum(
            name.startswith(f"{kind}:") and len(held) >= least and not wanted.isdisjoint(held)
            for name, held in self.sets.items()
        )


def recompute(fact: Fact, population: Population) -> int | float | str:  # noqa: PLR0911, PLR0912
    """The value of a fact, counted from the posts.

    Raises:
        Unknown: It can't be counted; the message says what is missing.
    """
    rows = population.members(fact.of)
    match fact.measure:
        case "posts":
            return len(rows)
        case "authors" | "languages" | "networks" | "domains":
            return population.values(fact.of, _DISTINCT[fact.measure]).n_unique()
        case "voices":
            said = population.posts.counted[rows].filter(~pl.col("copy"))
            return said["author"].drop_nulls().n_unique()
        case "stories":
            return population.meeting("story", population.sets[fact.of], least=2)
        case "tickers":
            return population.meeting("ticker", population.sets[fact.of])
        case "share":
            whole = len(population.members(fact.within or "kept"))
            if not whole:
                raise Unknown(f"set {fact.within} is empty")
            return len(rows) / whole
        case "before":
            return _before(fact, population)
        case "change" | "ratio":
            before = _before(fact, population)
            if not before:
                raise Unknown(f"no posts in {fact.of} of {fact.basis}")
            return len(rows) / before - (fact.measure == "change")
        case "first_at" | "last_at" | "peak_hour":
            return _time(fact, population)
        case "likes" | "reposts":
            known = population.values(fact.of, fact.measure)
            if known.is_empty():
                raise Unknown(f"no post of {fact.of} has {fact.measure}")
            return int(cast(int, known.max()))
        case "containing":
            wanted = pl.Series([word for word in fact.words if word], dtype=pl.String).str.to_lowercase()
            return int(population.posts.lower.gather(rows).str.contains_any(wanted.to_list()).sum())
        case "top":
            ranked = _ranked(fact, population)
            if not 0 <= fact.rank < len(ranked):
                raise Unknown(f"{fact.of} has no {fact.basis} of rank {fact.rank}")
            return str(ranked[fact.rank])
        case _:
            raise Unknown(f"nobody knows how to count {fact.measure}")


def same_value(stated: float | str, counted: float | str, measure: str) -> bool:
    """Whether a stated value is the counted one; shares and ratios may be rounded to three places."""
    if isinstance(stated, str) or isinstance(counted, str):
        if measure in ("first_at", "last_at"):
            return _instant(str(stated)) == _instant(str(counted))
        return str(stated).casefold() == str(counted).casefold()
    if measure in _FLOATS and abs(stated) < _LARGEST:
        return abs(stated - counted) <= _TOLERANCE * max(1.0, abs(counted))
    return stated == counted


def _instant(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Posts carry milliseconds; a sentence shows minutes. A second either way is the same time.
    return float(int(moment.timestamp())) if moment.tzinfo else None


def _time(fact: Fact, population: Population) -> int | str:
    times = population.values(fact.of, "created_at")
    if times.is_empty():
        raise Unknown(f"no post of {fact.of} has a time")
    local = times.dt.convert_time_zone(population.window.tz if population.window else "UTC")
    if fact.measure == "peak_hour":
        return int(_by_count(local.dt.hour())[0])
    return cast(datetime, local.min() if fact.measure == "first_at" else local.max()).isoformat()


def _before(fact: Fact, population: Population) -> int:
    edition = population.earlier.get(fact.basis or "")
    if edition is None:
        raise NotAtHand(
            f"earlier edition {fact.basis} is not at hand; give --data, the folder that remembers it"
        )
    figure = edition.get(fact.of)
    if figure is None:
        raise Unknown(f"{fact.basis} has no set {fact.of}")
    return figure if isinstance(figure, int) else len(set(figure))


def _ranked(fact: Fact, population: Population) -> pl.Series:
    if fact.basis not in _RANKED:
        raise Unknown(f"nothing is ranked by {fact.basis!r}")
    return _by_count(population.values(fact.of, _RANKED[fact.basis]))


def _by_count(values: pl.Series) -> pl.Series:
    """Distinct values, the most frequent first, ties by value."""
    counts = values.rename("value").value_counts(name="posts")
    return counts.sort(["posts", "value"], descending=[True, False])["value"]
