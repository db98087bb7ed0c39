"""Neighbours and bridges of a slice, given what earlier slices within the window have left for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.pipeline.partitions.weighing import Grounds, latest_entries, none_seen
from dawnchorus.stories.bridges import Marks, bridge_marked
from dawnchorus.stories.cluster import NEIGHBOURS, POSTINGS, READS, with_same_words
from dawnchorus.stories.communities import Joining
from dawnchorus.stories.lengths import lifted, lifts
from dawnchorus.stories.neighbours import Spans, nearest_earlier

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slice:
    """Where a slice is among all: its number, its rows, and when its posts begin and end at the latest."""

    number: int
    first: int
    after: int
    starts: float
    ends: float


def find_near(shelf: Shelf, slices: Sequence[Slice], how: Joining, s: int) -> None:
    """Write the neighbours of a slice: ``week`` for threads, ``edges`` for stories, and ``ties``, bridges."""
    here = slices[s]
    if here.first == here.after:
        none = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
        _write(shelf, s, *none, *none, *none)
        return
    grounds = Grounds.of(shelf, slices[-1].after, how)
    width = len(grounds.frequency)
    own, rows = shelf.read_matrix(f"matrix/{s}", width)
    spans = Spans(*(rows[name].to_numpy(writable=True) for name in ("start", "end")))
    matrix, before = _earlier(shelf, slices[:s], since=here.starts - how.thread_seconds, width=width)
    row = np.concatenate([before["row"].to_numpy(), np.arange(here.first, here.after)])
    every = pl.concat([before.select("start", "end"), rows.select("start", "end")])
    times = Spans(*(every[name].to_numpy(writable=True) for name in ("start", "end")))
    matrix = sparse.vstack([matrix, own], format="csr") if matrix.shape[0] else own
    del own
    found, alike = nearest_earlier(
        matrix, times, count=NEIGHBOURS, window_seconds=how.thread_seconds, postings=POSTINGS, reads=READS,
        evidence=grounds.evidence.terms, needed=grounds.evidence.posts, first=len(before),
    )  # fmt: skip
    del matrix
    row, times, said = _said_before(shelf, slices[: s + 1], how, before=row, times=times)
    found, alike = with_same_words(
        found, alike, said, spans, times, worded=rows["size"].to_numpy() > 0,
        window_seconds=how.thread_seconds,
    )  # fmt: skip
    later = (found >= 0) & (spans.start[:, None] - times.end[found] <= how.window_seconds)
    week = np.where(found >= 0, row[found], -1)
    near, cosine = np.where(later, week, -1), np.where(later, alike, np.float32(0))
    lengths = np.concatenate([before["length"].to_numpy(), rows["size"].to_numpy()])
    # Posts that say the same as another are as near as can be, whatever their length.
    lengths = np.pad(lengths, (0, len(row) - len(lengths)))
    lift = lifts(lengths, needed=grounds.evidence.posts)
    cosine = lifted(cosine, lift[len(before) : len(before) + len(rows)], lift[found])
    near, cosine = _bridged(shelf, slices[: s + 1], how, grounds=grounds, neighbours=(near, cosine))
    _write(
        shelf, s,
        *_flat(week, alike, here.first, week >= 0),
        *_flat(near, cosine, here.first, (near >= 0) & (cosine >= how.edge)),
        *_flat(near[:, NEIGHBOURS:], cosine[:, NEIGHBOURS:], here.first, near[:, NEIGHBOURS:] >= 0),
    )  # fmt: skip


def _said_before(
    shelf: Shelf, slices: Sequence[Slice], how: Joining, *, before: Rows, times: Spans
) -> tuple[Rows, Spans, Rows]:
    """Rows and spans with those added that say what a row of the last slice says, and the place of each."""
    here = slices[-1]
    near = [one for one in slices[:-1] if one.ends >= here.starts - how.thread_seconds]
    own = shelf.read(f"texts_said/{here.number}")
    said = pl.col("text").is_in(own["text"].implode())
    earlier = [shelf.read(f"texts_said/{one.number}").filter(said) for one in near]
    every = pl.concat([*earlier, own]).with_columns(
        *(pl.col(name).shift(1).over("text").alias(f"{name}_before") for name in ("row", "end"))
    )
    own = every.filter(pl.col("row") >= here.first)
    same = own.select("row_before", "end_before").drop_nulls()
    place = np.full(len(own), -1, np.int64)
    place[own["row_before"].is_not_null().to_numpy()] = len(before) + np.arange(len(same))
    ends = same["end_before"].to_numpy()
    return (
        np.concatenate([before, same["row_before"].to_numpy()]),
        Spans(np.concatenate([times.start, ends]), np.concatenate([times.end, ends])),
        place,
    )


def _earlier(shelf: Shelf, slices: Sequence[Slice], *, since: float, width: int) -> tuple[Any, pl.DataFrame]:
    """What ``slices`` have left of posts that end after ``since``; and the table of their rows."""
    seen = none_seen(width)
    parts = [sparse.csr_matrix((0, width), dtype=np.float32)]
    kinds = {"row": pl.Int64, "start": pl.Float64, "end": pl.Float64, "length": pl.Int32}
    tables = [pl.DataFrame(schema=kinds)]
    for other in reversed(slices):  # what later ones outdo is gone before it takes room
        if other.ends < since:
            continue
        matrix, rows = shelf.read_matrix(f"latest/{other.number}", width)
        within = np.nonzero(rows["end"].to_numpy() >= since)[0]
        matrix = latest_entries(matrix[within], rows["end"].to_numpy()[within], seen)
        held = np.nonzero(np.diff(matrix.indptr))[0]
        parts.append(matrix[held])
        tables.append(rows.select(*kinds)[within[held]])
    return sparse.vstack(parts[::-1], format="csr"), pl.concat(tables[::-1])


def _bridged(
    shelf: Shelf,
    slices: Sequence[Slice],
    how: Joining,
    *,
    grounds: Grounds,
    neighbours: tuple[Rows, NDArray[np.float32]],
) -> tuple[Rows, NDArray[np.float32]]:
    """Neighbours of the last of ``slices`` with bridges beside them."""
    window = how.window_seconds / 4
    here = slices[-1]
    s = here.number
    matrices, tables, numbers, marks = [], [], [], []
    before = 0
    for other in slices:
        if other.ends < here.starts - window and other.number != s:
            continue
        matrix, table = shelf.read_matrix(f"matrix/{other.number}", len(grounds.frequency))
        within = np.arange(len(table))
        if other.number != s:
            within = np.nonzero(table["end"].to_numpy() >= here.starts - window)[0]
        place = np.full(len(table), -1, np.int64)
        place[within] = before + np.arange(len(within))
        marked = shelf.read(f"marks/{other.number}").with_columns(
            row=pl.Series(place).gather(shelf.read(f"marks/{other.number}", ["row"])["row"])
        )
        script = shelf.read(f"scripts/{other.number}")["script"].gather(within)
        marks.append((script, marked.filter(pl.col("row") >= 0)))
        matrices.append(matrix[within] if len(within) < len(table) else matrix)
        tables.append(table.select("start", "end")[within])
        numbers.append(other.first + within)
        before += len(within)
    row = np.concatenate(numbers)
    times = pl.concat(tables)
    marked = pl.concat([table for _, table in marks])
    found = Marks(
        pl.concat([script for script, _ in marks]).to_numpy(),
        *(marked[name].to_numpy() for name in ("row", "column", "alone")),
    )
    near, cosine = neighbours
    own = len(row) - len(near)
    place = np.minimum(np.searchsorted(row, near), len(row) - 1)
    inside = np.where((near >= 0) & (row[place] == near), place, -1).astype(np.int32)
    nothing = np.full((own, near.shape[1]), -1, np.int32)
    more, weight = bridge_marked(
        found,
        sparse.vstack(matrices, format="csr"),
        grounds.frequency,
        Spans(*(times[name].to_numpy(writable=True) for name in ("start", "end"))),
        neighbours=(np.vstack([nothing, inside]), np.vstack([nothing.astype(np.float32), cosine])),
        evidence=grounds.evidence.full, needed=grounds.evidence.alone, likeness=how.bridge,
        window_seconds=window, first=own,
    )  # fmt: skip
    more, weight = more[own:, NEIGHBOURS:], weight[own:, NEIGHBOURS:]
    return np.hstack([near, np.where(more >= 0, row[more], -1)]), np.hstack([cosine, weight])


def _flat(
    near: Rows, cosine: NDArray[np.float32], first: int, chosen: NDArray[np.bool_]
) -> tuple[Rows, Rows, NDArray[np.float32]]:
    row, slot = np.nonzero(chosen)
    return row + first, near[row, slot], cosine[row, slot]


def _write(shelf: Shelf, s: int, *found: NDArray[np.int64] | NDArray[np.float32]) -> None:
    for place, name in enumerate(("week", "edges", "ties")):
        row, other, cosine = found[3 * place : 3 * place + 3]
        shelf.write(f"{name}/{s}", {"row": row, "other": other, "cosine": cosine})
