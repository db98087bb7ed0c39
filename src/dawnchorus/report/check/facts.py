"""Rule: computed facts are counted again from the posts, and a computed sentence says nothing else.

The measures are those of :class:`dawnchorus.model.Fact`. This is an own implementation on purpose:
it must not share a mistake with the code that wrote the sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from dawnchorus.model import Fact, Window
from dawnchorus.report.check.evidence import Evidence

Earlier = Mapping[str, Mapping[str, tuple[str, ...] | int]]
"""Figures of earlier editions: slug -> set name -> ids of the set, or how many there were."""

_TOLERANCE = 5e-4  # a writer may round a share or ratio to three or four places
_FLOATS = frozenset({"share", "change", "ratio"})


class Unknown(Exception):
    """A fact that can't be counted: its set, edition or time is missing."""


class NotAtHand(Unknown):
    """The earlier edition that a fact compares with was not given: nobody can tell."""


@dataclass(frozen=True)
class Population:
    """The posts that facts are counted over."""

    posts: Mapping[str, Evidence]
    sets: Mapping[str, tuple[str, ...]]
    window: Window | None = None
    earlier: Earlier = field(default_factory=dict)

    @cached_property
    def _lower(self) -> dict[str, str]:
        return {}

    def members(self, name: str) -> list[Evidence]:
        """Posts of a set, each once, in the set's order."""
        if name not in self.sets:
            raise Unknown(f"set {name} does not exist")
        ids = dict.fromkeys(self.sets[name])
        absent = next((post for post in ids if post not in self.posts), None)
        if absent is not None:
            raise Unknown(f"set {name} names post {absent}, which does not exist")
        return [self.posts[post] for post in ids]

    def lower(self, item: Evidence) -> str:
        """Lower-case text of a post, kept for the next fact."""
        text = self._lower.get(item.id)
        if text is None:
            text = self._lower[item.id] = item.text.lower()
        return text

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
    items = population.members(fact.of)
    match fact.measure:
        case "posts":
            return len(items)
        case "authors":
            return len({item.author for item in items if item.author})
        case "voices":
            return len({item.author for item in items if item.author and not item.copy})
        case "languages":
            return len({item.language for item in items if item.language and item.language != "und"})
        case "networks":
            return len({item.network for item in items if item.network})
        case "domains":
            return len({domain for item in items for domain in item.domains})
        case "stories":
            return population.meeting("story", population.sets[fact.of], least=2)
        case "tickers":
            return population.meeting("ticker", population.sets[fact.of])
        case "share":
            whole = len(population.members(fact.within or "kept"))
            if not whole:
                raise Unknown(f"set {fact.within} is empty")
            return len(items) / whole
        case "before":
            return _before(fact, population)
        case "change" | "ratio":
            before = _before(fact, population)
            if not before:
                raise Unknown(f"no posts in {fact.of} of {fact.basis}")
            return len(items) / before - (fact.measure == "change")
        case "first_at" | "last_at":
            times = [item.created_at for item in items if item.created_at]
            if not times:
                raise Unknown(f"no post of {fact.of} has a time")
            chosen = min(times) if fact.measure == "first_at" else max(times)
            return chosen.astimezone(_zone(population)).isoformat()
        case "peak_hour":
            hours = Counter(
                item.created_at.astimezone(_zone(population)).hour for item in items if item.created_at
            )
            if not hours:
                raise Unknown(f"no post of {fact.of} has a time")
            return min(hours, key=lambda hour: (-hours[hour], hour))
        case "likes" | "reposts":
            counts = [item.likes if fact.measure == "likes" else item.reposts for item in items]
            known = [count for count in counts if count is not None]
            if not known:
                raise Unknown(f"no post of {fact.of} has {fact.measure}")
            return max(known)
        case "containing":
            wanted = [word.lower() for word in fact.words if word]
            return sum(any(word in population.lower(item) for word in wanted) for item in items)
        case "top":
            ranked = _ranked(items, fact.basis or "")
            if fact.rank >= len(ranked):
                raise Unknown(f"{fact.of} has no {fact.basis} of rank {fact.rank}")
            return ranked[fact.rank]
        case _:
            raise Unknown(f"nobody knows how to count {fact.measure}")


def same_value(stated: float | str, counted: float | str, measure: str) -> bool:
    """Whether a stated value is the counted one; shares and ratios may be rounded to three places."""
    if isinstance(stated, str) or isinstance(counted, str):
        if measure in ("first_at", "last_at"):
            return _instant(str(stated)) == _instant(str(counted))
        return str(stated).casefold() == str(counted).casefold()
    if measure in _FLOATS:
        return abs(stated - counted) <= _TOLERANCE * max(1.0, abs(counted))
    return stated == counted


def _instant(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Posts carry milliseconds; a sentence shows minutes. A second either way is the same time.
    return float(int(moment.timestamp())) if moment.tzinfo else None


def _zone(population: Population) -> ZoneInfo:
    return population.window.zone if population.window else ZoneInfo("UTC")


def _before(fact: Fact, population: Population) -> int:
    edition = population.earlier.get(fact.basis or "")
    if edition is None:
        raise NotAtHand(f"earlier edition {fact.basis} is not at hand")
    figure = edition.get(fact.of)
    if figure is None:
        raise Unknown(f"{fact.basis} has no set {fact.of}")
    return figure if isinstance(figure, int) else len(set(figure))


def _ranked(items: list[Evidence], basis: str) -> list[str]:
    values: Counter[str] = Counter()
    for item in items:
        match basis:
            case "domain":
                values.update(set(item.domains))
            case "hashtag":
                values.update(set(item.hashtags))
            case "network":
                values.update([item.network] if item.network else [])
            case "language":
                values.update([item.language] if item.language and item.language != "und" else [])
            case "author":
                values.update([item.author] if item.author else [])
            case _:
                raise Unknown(f"nothing is ranked by {basis!r}")
    return sorted(values, key=lambda value: (-values[value], value))
