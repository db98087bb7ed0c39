"""Small editions made by hand; the posts are invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from dawnchorus.pipeline.prepare import keep
from dawnchorus.tables import POSTS, conform

START = datetime(2026, 3, 10, 1, tzinfo=UTC)


@pytest.fixture
def kept() -> Callable[..., pl.DataFrame]:
    """KEPT out of the few fields a test names; ids and times are given in order."""

    def make(*posts: dict[str, Any]) -> pl.DataFrame:
        rows = [
            {
                "id": f"p{number}",
                "source": "x",
                "author": f"author{number}",
                "created_at": START + timedelta(minutes=number),
                "url": f"https://x.example/s/{number}",
            }
            | post
            for number, post in enumerate(posts)
        ]
        frame = pl.DataFrame(
            rows, schema={name: dtype for name, dtype in POSTS.items() if any(name in r for r in rows)}
        )
        return keep(conform(frame, POSTS), query=None)[0]

    return make
