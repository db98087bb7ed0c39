"""What sources that page have in common: a page's posts, options that list texts, how a fault is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from dawnchorus.errors import SourceError
from dawnchorus.model import Post
from dawnchorus.sources.values import NO_TEXT, Converted, refusal, richest
from dawnchorus.visits import Skipped

AGAIN: Final = "the next run goes on from there"


def divide(converted: Iterable[Converted]) -> tuple[tuple[Post, ...], tuple[Skipped, ...]]:
    """Posts, each once in its richest form, and what gave none."""
    posts: list[Post] = []
    skipped: list[Skipped] = []
    for _, one in richest((0, one) for one in converted):
        if isinstance(one, Skipped):
            skipped.append(one)
        elif one.text.strip():
            posts.append(one)
        else:
            skipped.append(Skipped(id=one.id, reason=NO_TEXT, why=""))
    return tuple(posts), tuple(skipped)


def attempts(convert: Callable[[Any], Iterable[Converted]], values: Iterable[Any]) -> Iterator[Converted]:
    """What ``convert`` makes of each value; one of an unexpected shape costs only itself."""
    for value in values:
        try:
            yield from list(convert(value))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
            yield refusal(error)


def settled(now: datetime, overlap: timedelta) -> datetime:
    """Up to when a listing read at ``now`` need not be read again: servers show some posts late."""
    return now - overlap


def hours(value: float, *, name: str = "overlap_hours") -> timedelta:
    """An option of hours.

    Raises:
        ValueError: It is no number of hours from 0 to 720.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 720:
        raise ValueError(f"{name} is {value!r:.40}; give hours from 0 to 720")
    return timedelta(hours=value)


def names(given: object, *, option: str) -> tuple[str, ...]:
    """An option that lists texts, each once, in order, without blanks around it.

    Raises:
        ValueError: It is no list, or something in it is empty or no text.
    """
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ValueError(f'{option}: write a list of texts, {option} = ["…"]')
    for one in given:
        if not isinstance(one, str) or not one.strip():
            raise ValueError(f"{option}: {one!r:.60} is no text, or an empty one")
    return tuple(dict.fromkeys(one.strip() for one in given))


def told(error: SourceError, *, then: str = AGAIN) -> str:
    """The fault of a stream: why, and what comes next."""
    why = str(error)
    return why if then == AGAIN and why.endswith("; the next run tries again") else f"{why}; {then}"
