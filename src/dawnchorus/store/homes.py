"""Under which source and time the archive has a post: those that it first had.

Feeds give an edited entry a new date, and two listings of one network may date or file a post differently;
without this it would stand in the archive twice, and in two editions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from dawnchorus.model import Post

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_AT_ONCE: Final = 500  # variables of a statement


def settle(db: sqlite3.Connection, posts: Sequence[Post]) -> list[Post]:
    """``posts`` with the source and time they are known by; those of new ones are remembered.

    A post without a time has none to keep. Call it in the transaction that stores the posts.
    """
    known: dict[str, tuple[str, int]] = {}
    for first in range(0, len(posts), _AT_ONCE):
        some = [post.id for post in posts[first : first + _AT_ONCE]]
        marks = ", ".join("?" * len(some))
        for id, source, at in db.execute(f"SELECT id, source, at FROM homes WHERE id IN ({marks})", some):
            known[id] = (source, at)
    new: list[tuple[str, str, int]] = []
    settled = []
    for post in posts:
        if post.created_at is None:
            settled.append(post)
            continue
        at = (post.created_at - _EPOCH) // _TICK
        home = known.get(post.id)
        if home is None:
            home = known[post.id] = (post.source, at)
            new.append((post.id, *home))
        same = home == (post.source, at)
        settled.append(post if same else replace(post, source=home[0], created_at=_EPOCH + home[1] * _TICK))
    db.executemany("INSERT INTO homes VALUES (?, ?, ?)", new)
    return settled
