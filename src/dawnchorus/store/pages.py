"""Pages that posts link to, each asked for once: ``DATA/pages.parquet``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.store.atomic import whole_file
from dawnchorus.store.lock import await_lock
from dawnchorus.tables import UTC_MS, conform, empty

_COLUMNS: dict[str, Any] = {
    "url": pl.String,  # entry of ``urls`` of the posts
    "day": pl.Date,  # earliest last day of a window whose posts link to it
    "address": pl.String,  # where the page really is, null if that could not be read
    "title": pl.String,
    "site": pl.String,  # what the page calls its site
    "fault": pl.String,  # why it could not be read, ""
    "fetched_at": UTC_MS,
}
PAGES = pl.Schema(_COLUMNS)
"""One row a link."""


def read_pages(data: Path, *, until: date | None = None) -> pl.DataFrame:
    """PAGES under ``data``, by link; of ``until`` and earlier, so that later runs leave old editions alone.

    Raises:
        InputError: The file is damaged.
    """
    path = _path(data)
    if not path.exists():
        return empty(PAGES)
    try:
        pages = conform(pl.read_parquet(path), PAGES)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"{path}: not readable ({type(error).__name__}); remove it, its pages are fetched again"
        ) from error
    return pages if until is None else pages.filter(pl.col("day") <= until)


def add_pages(data: Path, pages: pl.DataFrame) -> None:
    """Add ``pages`` (PAGES); of a link that is there the page is replaced and the earlier day stands.

    Runs at once wait for each other.
    """
    with await_lock(data / ".pages.lock"):
        merged = (
            pl.concat([read_pages(data), conform(pages, PAGES)])
            .with_columns(pl.col("day").min().over("url"))
            .unique("url", keep="last", maintain_order=True)
            .sort("url")
        )
        _write(data, merged)


def remove_pages(data: Path, urls: Collection[str]) -> None:
    """Take the links ``urls`` out, with what was found there."""
    with await_lock(data / ".pages.lock"):
        _write(data, read_pages(data).filter(~pl.col("url").is_in(list(urls))))


def _write(data: Path, pages: pl.DataFrame) -> None:
    with whole_file(_path(data)) as temporary:
        pages.write_parquet(temporary, compression="zstd")


def _path(data: Path) -> Path:
    return data / "pages.parquet"
