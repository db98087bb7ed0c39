"""Which stretches of time a listing has been read for: the cursor of listings that go by time.

A visit reads the gaps that are left, newest first, and after each page adds what that page
completed. Killed anywhere, the next visit sees a smaller gap; a backfill of older days is a gap
like any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

Span = tuple[datetime, datetime]
"""From, and up to but not with; UTC, aware."""

Spans = tuple[Span, ...]
"""Disjoint, not even touching, oldest first."""


def gaps(read: Spans, wanted: Span) -> Spans:
    """What of ``wanted`` has not been read, newest first."""
    start, end = wanted
    found = []
    for first, last in read:
        if last <= start or first >= end:
            continue
        if start < first:
            found.append((start, first))
        start = max(start, last)
    if start < end:
        found.append((start, end))
    return tuple(reversed(found))


def add(read: Spans, span: Span) -> Spans:
    """``read`` with ``span``; an empty or backward span adds nothing."""
    if span[0] >= span[1]:
        return read
    joined: list[Span] = []
    for first, last in sorted((*read, span)):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def to_cursor(read: Iterable[Span]) -> str:
    """As a cursor, with microseconds."""
    return json.dumps([[first.isoformat(), last.isoformat()] for first, last in read])


def from_cursor(cursor: str | None) -> Spans:
    """Of a cursor; none, or one that was damaged or of another kind, is nothing read."""
    try:
        pairs = json.loads(cursor or "[]")
        read: Spans = ()
        for first, last in pairs:
            read = add(read, (_aware(first), _aware(last)))
    except (ValueError, TypeError):
        return ()
    return read


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text}: no zone")
    return at
