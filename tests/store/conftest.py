from __future__ import annotations

import errno
import os
from datetime import UTC, date, datetime

import polars as pl
import pytest

from dawnchorus.tables import POSTS, conform


class Killed(BaseException):
    """The process ends here: nothing may catch it."""


@pytest.fixture
def killed_at_rename(monkeypatch):
    """Make the n-th rename from now on kill the run before it happens."""

    def arm(number: int = 1) -> type[BaseException]:
        left = [number]
        rename = os.replace

        def replace(source: str, target: str, **folders: int) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            rename(source, target, **folders)

        monkeypatch.setattr(os, "replace", replace)
        return Killed

    return arm


@pytest.fixture
def full_disk(monkeypatch):
    """Let every rename fail for want of space."""

    def replace(source: str, target: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)

    monkeypatch.setattr(os, "replace", replace)


@pytest.fixture
def make_posts():
    def make(*rows: dict[str, object]) -> pl.DataFrame:
        base = {
            "source": "x",
            "text": "风筝 kite",
            "created_at": datetime(2026, 3, 10, 5, tzinfo=UTC),
        }
        return conform(pl.DataFrame([{**base, **row} for row in rows], infer_schema_length=None), POSTS)

    return make


@pytest.fixture
def day() -> date:
    return date(2026, 3, 10)
