"""What earlier editions left for later ones: their threads, and figures to compare with.

One Parquet file an edition, ``DATA/editions/<label>/<last>_<slug>.parquet``: the rows are the threads, the
figures are in the file's metadata, so both change together or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from dawnchorus.model import Window
from dawnchorus.store.atomic import whole_file
from dawnchorus.tables import THREADS, conform, empty

_KEY = "dawnchorus"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRef:
    """An edition by name and days."""

    slug: str
    first: date
    last: date  # inclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Editions before a day, oldest first, and what they left."""

    editions: tuple[EditionRef, ...]
    threads: pl.DataFrame  # THREADS, by day, thread and story
    counts: dict[str, dict[str, int]]  # slug: {name of a set: posts}
    unreadable: tuple[str, ...] = ()  # one line a file that could not be used: what, why


def save_edition(
    data: Path,
    *,
    slug: str,
    label: str,
    window: Window,
    threads: pl.DataFrame,
    counts: Mapping[str, int],
) -> Path:
    """Keep what the edition leaves; an edition made again replaces the one before."""
    about = {
        "slug": slug,
        "first": window.first.isoformat(),
        "last": window.last.isoformat(),
        "counts": dict(sorted(counts.items())),
    }
    path = data / "editions" / label / f"{window.last.isoformat()}_{slug}.parquet"
    rows = conform(threads, THREADS).sort("day", "thread", "story")
    with whole_file(path) as temporary:
        rows.write_parquet(
            temporary, compression="zstd", metadata={_KEY: json.dumps(about, ensure_ascii=False)}
        )
    return path


def earlier_editions(data: Path, *, label: str, before: date, since: date | None = None) -> Earlier:
    """Editions of ``label`` whose last day is before ``before`` and, if given, not before ``since``.

    A file that cannot be read costs that edition and is told in ``unreadable``.
    """
    found: list[tuple[EditionRef, dict[str, int], pl.DataFrame]] = []
    unreadable = []
    for path in sorted((data / "editions" / label).glob("*.parquet")):
        try:
            ref, counts = _about(path)
            if ref.last >= before or (since is not None and ref.last < since):
                continue
            found.append((ref, counts, conform(pl.read_parquet(path), THREADS)))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, pl.exceptions.PolarsError) as error:
            unreadable.append(f"{path}: not readable ({type(error).__name__}); make that edition again")
    found.sort(key=lambda entry: (entry[0].last, entry[0].slug))
    return Earlier(
        editions=tuple(ref for ref, _, _ in found),
        threads=pl.concat([empty(THREADS), *(rows for _, _, rows in found)]).sort("day", "thread", "story"),
        counts={ref.slug: counts for ref, counts, _ in found},
        unreadable=tuple(unreadable),
    )


def _about(path: Path) -> tuple[EditionRef, dict[str, int]]:
    about = json.loads(pl.read_parquet_metadata(path)[_KEY])
    ref = EditionRef(
        slug=about["slug"], first=date.fromisoformat(about["first"]), last=date.fromisoformat(about["last"])
    )
    return ref, {str(name): int(count) for name, count in about["counts"].items()}
