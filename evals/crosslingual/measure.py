"""Measures of stories that cross languages: pairs of posts found together, rightly or wrongly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

HERE = Path(__file__).parent
POSTS = HERE / "posts.jsonl"
PARTS = ("tune", "held")


@dataclass(frozen=True, slots=True)
class Event:
    """Posts that tell one event, and what joins them across languages."""

    name: str  # "E12"
    bridge: str
    posts: tuple[str, ...]

    @property
    def part(self) -> str:
        """Every third event is held: read by nobody who sets a threshold."""
        return part_of(self.name)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Posts that each speak of another thing than ``event`` and than each other, though much is alike."""

    name: str  # "N12"
    kind: str
    posts: tuple[str, ...]
    event: str | None  # None: they are near to each other only

    @property
    def part(self) -> str:
        return part_of(self.name)


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``number``."""

    hits: int
    number: int

    @property
    def value(self) -> float:
        """0 to 1; 0 for none of none."""
        return self.hits / self.number if self.number else 0.0

    def __str__(self) -> str:
        return f"{self.hits} of {self.number}, {self.value:.0%}" if self.number else "none"

    def __add__(self, other: Share) -> Share:
        return Share(self.hits + other.hits, self.number + other.number)


def part_of(name: str) -> str:
    """The part that an event or near miss belongs to, by its number."""
    return PARTS[int(name[1:]) % 3 == 0]


def read_events(path: Path = HERE / "gold.jsonl") -> tuple[Event, ...]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return tuple(Event(row["event"], row["bridge"], tuple(row["posts"])) for row in rows)


def read_near_misses(path: Path = HERE / "near_misses.jsonl") -> tuple[NearMiss, ...]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return tuple(NearMiss(row["miss"], row["kind"], tuple(row["posts"]), row.get("event")) for row in rows)


def recall(
    events: Iterable[Event], story: Mapping[str, str], language: Mapping[str, str], *, across: bool
) -> Share:
    """Pairs of posts of one event that share a story: of two languages if ``across``, else of one."""
    pairs = [
        pair
        for event in events
        for pair in combinations(event.posts, 2)
        if (language[pair[0]] != language[pair[1]]) == across
    ]
    return Share(sum(story[a] == story[b] for a, b in pairs), len(pairs))


def met(events: Iterable[Event], story: Mapping[str, str], language: Mapping[str, str]) -> Share:
    """Events of which one story holds a post in every language that they are told in."""
    hits = number = 0
    for event in events:
        spoken: dict[str, set[str]] = {}
        for post in event.posts:
            spoken.setdefault(story[post], set()).add(language[post])
        number += 1
        hits += max(map(len, spoken.values())) == len({language[post] for post in event.posts})
    return Share(hits, number)


def wrong_pairs(events: Sequence[Event], story: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Event, post of it, and other post in the same story that does not tell it."""
    members: dict[str, list[str]] = {}
    for post, name in story.items():
        members.setdefault(name, []).append(post)
    for event in events:
        own = set(event.posts)
        for post in event.posts:
            yield from ((event.name, post, other) for other in members[story[post]] if other not in own)


def false_joins(events: Sequence[Event], story: Mapping[str, str]) -> tuple[Share, Share]:
    """Of pairs that were joined with a post of ``events`` the wrong ones; of ``events`` those they touch."""
    wrong = list(wrong_pairs(events, story))
    right = recall(events, story, dict.fromkeys(story, ""), across=False).hits
    return Share(len(wrong), len(wrong) + right), Share(len({name for name, _, _ in wrong}), len(events))


def misses_joined(
    misses: Iterable[NearMiss], events: Mapping[str, Event], story: Mapping[str, str]
) -> tuple[Share, list[str]]:
    """Posts of near misses that were joined with what they are near to, and their ids."""
    joined, number = [], 0
    for miss in misses:
        others = events[miss.event].posts if miss.event else ()
        number += len(miss.posts)
        joined += [
            post
            for post in miss.posts
            if any(story[post] == story[other] for other in (*miss.posts, *others) if other != post)
        ]
    return Share(len(joined), number), joined
