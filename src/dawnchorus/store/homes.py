"""Under which source and time the archive has a post: those that it first had.

Feeds give an edited entry a new date, and two listings of one network may date or file a post differently;
without this it would stand in the archive twice, and in two editions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final

from dawnchorus.model import Post

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_AT_ONCE: Final = 500  # variables of a statement
_DIGEST: Final = 12  # bytes: ids are long, and who was forgotten should not be named here


def settle(db: sqlite3.Connection, posts: Sequence[Post]) -> list[Post]:
    """``posts`` with the source and time they are known by; those of new ones are remembered.

    A post without a time has none to keep. Call it in the transaction that stores the posts.
    """
    keys = [blake2b(post.id.encode(), digest_size=_DIGEST).digest() for post in posts]
    known: dict[bytes, tuple[str, int]] = {}
    for first in range(0, len(keys), _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        for key, source, at in db.execute(f"SELECT id, source, at FROM homes WHERE id IN ({marks})", some):
            known[key] = (source, at)
    new: list[tuple[bytes, str, int]] = []
    settled = []
    for key, post in zip(keys, posts, strict=True):
        if post.created_at is None:
            settled.append(post)
            continue
        at = (post.created_at - _EPOCH) // _TICK
        home = known.get(key)
        if home is None:
            home = known[key] = (post.source, at)
            new.append((key, *home))
        same = home == (post.source, at)
        settled.append(post if same else replace(post, source=home[0], created_at=_EPOCH + home[1] * _TICK))
    db.executemany("INSERT INTO homes VALUES (?, ?, ?)", new)
    return settled
