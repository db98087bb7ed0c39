"""Which posts each edition had, so that a post which came late is picked up once.

``DATA/editions/<label>/posts/<last>_<slug>.parquet``, beside the threads of the edition: rows (id, late);
first and last day of the edition are in the file's metadata.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.model import Window
from dawnchorus.store.atomic import whole_file

TAKEN = pl.Schema({"id": pl.String, "late": pl.Boolean})
"""Posts in the window of an edition, on topic or not; ``late`` are those from before its first day."""

_KEY = "dawnchorus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Posts that other editions of a label had, as ids."""

    had: pl.Series  # by earlier editions
    later: pl.Series  # picked up late by later editions
    follows: bool  # an edition ends on the day before the window: what it missed can be made up for


def save_taken(data: Path, *, slug: str, label: str, window: Window, posts: pl.DataFrame) -> None:
    """Keep which ``posts`` (TAKEN) the edition has; none, for a day that was looked at and had none."""
    about = {"first": window.first.isoformat(), "last": window.last.isoformat()}
    rows = posts.select(pl.col(name).cast(kind) for name, kind in TAKEN.items()).sort("id")
    with whole_file(_folder(data, label) / f"{window.last.isoformat()}_{slug}.parquet") as temporary:
        rows.write_parquet(temporary, compression="zstd", metadata={_KEY: json.dumps(about)})


def taken_elsewhere(data: Path, *, slug: str, label: str, window: Window, undated: bool = False) -> Elsewhere:
    """What editions of ``label`` other than ``slug`` had of the window and the day before it.

    With ``undated`` of all earlier editions: a post without a time could be in any.

    Raises:
        InputError: A file cannot be read: going on, a post could be reported twice.
    """
    had, later = [pl.Series("id", [], pl.String)], [pl.Series("id", [], pl.String)]
    follows = False
    day_before = window.first - timedelta(days=1)
    for path in sorted(_folder(data, label).glob("*.parquet")):
        if path.stem.partition("_")[2] == slug:
            continue
        try:
            about = json.loads(pl.read_parquet_metadata(path)[_KEY])
            first, last = date.fromisoformat(about["first"]), date.fromisoformat(about["last"])
            if last == day_before or (undated and last < window.first):
                follows |= last == day_before
                had.append(pl.read_parquet(path, columns=["id"])["id"])
            elif first == window.last + timedelta(days=1):
                later.append(pl.read_parquet(path).filter("late")["id"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError, pl.exceptions.PolarsError) as error:
            raise InputError(
                f"{path}: not readable ({type(error).__name__}); remove it and make that edition again"
            ) from error
    return Elsewhere(had=pl.concat(had).unique(), later=pl.concat(later).unique(), follows=follows)


def _folder(data: Path, label: str) -> Path:
    return data / "editions" / label / "posts"
