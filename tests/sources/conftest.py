from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dawnchorus.sources.files import read_posts
from dawnchorus.tables import DROPPED, POSTS


@dataclass
class Reading:
    posts: list[dict[str, Any]]
    bad: list[dict[str, Any]]
    notes: list[str]

    def __getitem__(self, own: str) -> dict[str, Any]:
        (post,) = [post for post in self.posts if post["id"] == own]
        return post

    @property
    def ids(self) -> list[str]:
        return [post["id"] for post in self.posts]

    @property
    def reasons(self) -> list[str]:
        return [row["reason"] for row in self.bad]


def read(*inputs: Path | str, stdin: bytes | None = None) -> Reading:
    got = Reading([], [], [])
    source = None if stdin is None else io.BytesIO(stdin)
    for batch in read_posts([str(one) for one in inputs], stdin=source):
        assert batch.posts.schema == POSTS
        assert batch.bad.schema == DROPPED
        got.posts += batch.posts.to_dicts()
        got.bad += batch.bad.to_dicts()
        got.notes += batch.notes
    return got


@pytest.fixture
def reading() -> Callable[..., Reading]:
    """Reads paths."""
    return read


@pytest.fixture
def reading_text(tmp_path: Path) -> Callable[..., Reading]:
    """Reads a file of the text, bytes, or JSON value given."""

    def read_it(content: Any, *, name: str = "posts.data") -> Reading:
        path = tmp_path / name
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content, ensure_ascii=False)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path)

    return read_it


@pytest.fixture
def row() -> Callable[..., dict[str, Any]]:
    """A row of ours; keyword arguments change or (None) empty its fields."""

    def make(**changes: Any) -> dict[str, Any]:
        base = {
            "id": "x:1",
            "source": "x",
            "author": "vela_chips",
            "text": "Vela 发布 the V9, 30% faster",
            "created_at": "2025-11-21T07:31:45Z",
        }
        return base | changes

    return make


@pytest.fixture
def reading_lines(reading_text: Callable[..., Reading]) -> Callable[..., Reading]:
    """Reads rows, one JSON object a line."""

    def read_them(*rows: dict[str, Any]) -> Reading:
        return reading_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))

    return read_them
