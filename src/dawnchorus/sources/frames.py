"""Parsed values to frames: rows of ours column by column, platforms' through ``Post``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from dawnchorus.model import Post
from dawnchorus.sources.formats import ours
from dawnchorus.sources.recognise import unwrap
from dawnchorus.sources.values import BAD_ROW, NO_TEXT, NOT_A_POST, Converted, refusal, richest
from dawnchorus.tables import DROPPED, POSTS, empty, posts_frame
from dawnchorus.visits import Skipped

_FAILURES = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
Converters = Mapping[str, Callable[[Any], Iterable[Converted]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a piece of a file gave."""

    posts: pl.DataFrame = field(default_factory=lambda: empty(POSTS))
    bad: Sequence[tuple[int, Skipped]] = ()  # with their lines
    unknown: Sequence[int] = ()  # lines of values of no known shape
    others: Mapping[str, int] = field(default_factory=dict)  # records that are no posts: kind to number

    @property
    def recognised(self) -> bool:
        """Whether any value had a known shape, good or bad."""
        return bool(self.posts.height or self.bad or self.others)


def convert(values: Sequence[tuple[int, Any]], *, converters: Converters | None = None) -> Part:
    """Posts of ``values``, each with its line.

    Args:
        values: Lines, from 1, and JSON values.
        converters: To be used for formats of these names instead of their own.
    """
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    converted: list[tuple[int, Converted]] = []
    unknown: list[int] = []
    for line, value in values:
        if type(value) is dict and ours.is_certain(value):
            rows.append(value)
            lines.append(line)
            continue
        found = False
        for one, shape in unwrap(value):
            found = True
            if shape is None:
                rows.append(one)
                lines.append(line)
            else:
                make = (converters or {}).get(shape.name, shape.convert)
                converted += [(line, result) for result in _results(make, one)]
        if not found:
            unknown.append(line)
    part = joined(rows_part(rows, lines), _posts_part(richest(converted)))
    return joined(part, Part(unknown=unknown))


def rows_part(rows: list[dict[str, Any]], lines: list[int]) -> Part:
    """Posts of rows of ours, which are emptied on the way."""
    if not rows:
        return Part()
    return checked_part(*ours.frame(rows, lines))


def checked_part(posts: pl.DataFrame, bad: pl.DataFrame) -> Part:
    """What ``ours`` makes of rows, as a part."""
    refused = [(line, Skipped(id=own, reason=reason, why=why)) for own, line, reason, why in bad.iter_rows()]
    return Part(posts=posts, bad=refused)


def converted_part(converted: Iterable[Converted], line: int) -> Part:
    """Posts of a document whose records have no lines of their own."""
    return _posts_part(richest((line, one) for one in converted))


def bad_frame(bad: Iterable[tuple[int, Skipped]], file: str) -> pl.DataFrame:
    """Rows of DROPPED."""
    rows = [(one.id, "read", one.reason, f"{file}:{line}: {one.why or one.reason}") for line, one in bad]
    return pl.DataFrame(rows, schema=DROPPED, orient="row")


def _results(make: Callable[[Any], Iterable[Converted]], value: Any) -> list[Converted]:
    try:
        return list(make(value))
    except _FAILURES as error:
        return [refusal(error)]


def _posts_part(converted: Sequence[tuple[int, Converted]]) -> Part:
    posts: list[Post] = []
    bad: list[tuple[int, Skipped]] = []
    others: Counter[str] = Counter()
    for line, one in converted:
        if isinstance(one, Post):
            if one.text and not one.text.isspace():
                posts.append(one)
            else:
                bad.append((line, Skipped(id=one.id, reason=NO_TEXT, why="")))
        elif one.reason == NOT_A_POST:
            others[one.why] += 1
        else:
            bad.append((line, one))
    return Part(posts=posts_frame(posts), bad=bad, others=others)


def joined(first: Part, second: Part) -> Part:
    """Both; the posts of ``first`` come first."""
    if not (second.recognised or second.unknown):
        return first
    posts = pl.concat([first.posts, second.posts]) if first.posts.height else second.posts
    bad = sorted([*first.bad, *second.bad], key=lambda one: one[0])
    others = Counter(first.others) + Counter(second.others)
    return Part(posts=posts, bad=bad, unknown=[*first.unknown, *second.unknown], others=others)


def faulty(line: int, why: str) -> tuple[int, Skipped]:
    """A place that could not be read, as a bad row."""
    return line, Skipped(reason=BAD_ROW, why=why)
