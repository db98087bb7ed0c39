"""The kinds of file: JSON lines, JSON, CSV, Parquet, feeds. Each gives parts in order."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from dawnchorus.sources.formats import feeds, ours, x_archive
from dawnchorus.sources.formats.columns import from_table
from dawnchorus.sources.formats.ours_lines import QuickLines
from dawnchorus.sources.frames import (
    Converters,
    Part,
    checked_part,
    convert,
    converted_part,
    faulty,
    joined,
    rows_part,
)
from dawnchorus.sources.parse import loads
from dawnchorus.sources.streams import (
    HEAD,
    MAX_RECORD,
    Fault,
    Stream,
    are_lines,
    as_file,
    json_values,
    lines,
    text_lines,
    utf8,
)  # fmt: skip
from dawnchorus.sources.values import FIRST_MOMENT, LAST_MOMENT
from dawnchorus.tables import POSTS
from dawnchorus.visits import Skipped

_LEARN = 200
_MAX_FEED = 8 * 2**20  # feedparser needs five seconds per megabyte of tiny entries
_ROWS = 5_000
_LENGTH = 2 * 2**20  # characters of JSON that are converted at once
_ARCHIVED_POSTS = ("tweets", "tweet", "community_tweet")


class NotPostsError(Exception):
    """The file holds something else than posts; the message says what."""


def parts(stream: Stream, *, path: Path | None) -> Iterator[Part]:
    """Parts of an unpacked file that is not empty.

    Args:
        stream: Its bytes.
        path: Where it is, for what may lie beside it; None for standard input.

    Raises:
        NotPostsError: It is of no kind that we know.
    """
    if stream.peek(4).startswith(b"PAR1"):
        return _parquet(stream)
    if is_xml(stream.peek(HEAD)):
        return _feed(stream)
    text = utf8(stream)
    head = text.peek(HEAD)
    if archive := x_archive.PREFIX.match(head):
        return _archive(text, archive[1].decode(), length=archive.end(), path=path)
    if head.lstrip().startswith((b"{", b"[")):
        return _json_lines(text) if head.lstrip().startswith(b"{") and are_lines(text) else _json(text)
    if delimiter := _delimiter(head):
        return _csv(text, delimiter)
    raise NotPostsError("neither JSON, CSV with a header (id, text, …), Parquet nor a feed")


def is_xml(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is XML or HTML, in any encoding."""
    return head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n").startswith(b"<")


def _json_lines(stream: Stream) -> Iterator[Part]:
    quick = QuickLines()
    for block in lines(stream):
        if isinstance(block, Fault):
            yield Part(bad=[faulty(block.line, block.why)])
            continue
        posts, bad, left = quick.frame(*block)
        part = checked_part(posts, bad)
        if left:
            values, refused = _one_by_one(left)
            mine = [value for _, value in values if type(value) is dict and ours.is_certain(value)]
            part = joined(part, _with_bad(convert(values), refused))
            quick.learn(mine[:_LEARN])  # what converting has left of them is what we don't know
        yield part


def _one_by_one(found: list[tuple[int, bytes]]) -> tuple[list[tuple[int, Any]], list[tuple[int, Skipped]]]:
    values: list[tuple[int, Any]] = []
    refused: list[tuple[int, Skipped]] = []
    for line, text in found:
        if not text.strip():
            continue
        try:
            values.append((line, loads(text)))
        except ValueError as error:
            refused.append(faulty(line, f"not JSON: {error}"))
    return values, refused


def _with_bad(part: Part, refused: list[tuple[int, Skipped]]) -> Part:
    if not refused:
        return part
    bad = sorted([*part.bad, *refused], key=lambda one: one[0])
    return Part(posts=part.posts, bad=bad, unknown=part.unknown, others=part.others)


def _json(stream: Stream, *, converters: Converters | None = None) -> Iterator[Part]:
    values: list[tuple[int, Any]] = []
    length = 0
    for one in json_values(stream):
        if isinstance(one, Fault):
            yield _with_bad(convert(values, converters=converters), [faulty(one.line, one.why)])
            return
        line, value, size = one
        values.append((line, value))
        length += size
        if length >= _LENGTH:
            yield convert(values, converters=converters)
            values, length = [], 0
    if values:
        yield convert(values, converters=converters)


def _archive(stream: Stream, kind: str, *, length: int, path: Path | None) -> Iterator[Part]:
    if kind not in _ARCHIVED_POSTS:
        raise NotPostsError(f"{kind} of an X archive")
    author, author_name = None, None
    if path is not None and (account := path.parent / "account.js").is_file():
        with account.open("rb") as file:
            author, author_name = x_archive.owner(file.read(MAX_RECORD))
    owned = partial(x_archive.convert, author=author, author_name=author_name)
    return _json(stream.after(length), converters={"X archive": owned})


def _delimiter(head: bytes) -> str | None:
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace").strip("\r")
    for delimiter in (",", "\t", ";"):
        with suppress(csv.Error):  # a line break within, a cell of megabytes: no header
            if ours.header_matches(_header(next(csv.reader([first], delimiter=delimiter), []))):
                return delimiter
    return None


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    return [name.lower() if ours.is_known(name.lower()) else name for name in names]


def _csv(stream: Stream, delimiter: str) -> Iterator[Part]:
    reader = csv.reader(text_lines(stream), delimiter=delimiter)
    names = _header(next(reader))
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    refused: list[tuple[int, Skipped]] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            refused.append(faulty(line, str(error)))
            continue
        if cells is None or len(rows) + len(refused) >= _ROWS:
            yield _with_bad(rows_part(rows, numbers), refused)
            rows, numbers, refused = [], [], []
        if cells is None:
            return
        if cells and len(cells) != len(names):
            refused.append(faulty(line, f"{len(cells)} fields where the header has {len(names)}"))
        elif cells:
            rows.append({name: cell for name, cell in zip(names, cells, strict=True) if cell})
            numbers.append(line)


def _parquet(stream: Stream) -> Iterator[Part]:
    # Its index stands at the end, so it cannot be read from a pipe or unpacked on the way.
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(as_file(stream), file, 2**20)
        file.seek(0)
        try:
            table = pl.scan_parquet(file)
            names = table.collect_schema().names()
        except (pl.exceptions.PolarsError, OSError) as error:
            yield Part(bad=[faulty(1, f"damaged Parquet: {error}")])
            return
        if not ours.header_matches(names):
            raise NotPostsError("Parquet without the columns id and text")
        yield from _parquet_parts(table)


def _parquet_parts(table: pl.LazyFrame) -> Iterator[Part]:
    row = 1
    try:
        for piece in table.collect_batches(chunk_size=_ROWS, maintain_order=True):
            if piece.schema == POSTS:
                yield checked_part(*from_table(piece, first_line=row))
            else:
                yield rows_part(_representable(piece).to_dicts(), list(range(row, row + piece.height)))
            row += piece.height
    except pl.exceptions.PolarsError as error:
        yield Part(bad=[faulty(row, f"damaged Parquet: {error}")])


def _representable(table: pl.DataFrame) -> pl.DataFrame:
    """``table`` with times that Python has no years for as words that are no time."""
    columns = []
    for name, dtype in table.schema.items():
        if isinstance(dtype, pl.Datetime):
            ends = [
                pl.lit(at).cast(pl.Datetime(dtype.time_unit, "UTC")) for at in (FIRST_MOMENT, LAST_MOMENT)
            ]
            zoned = [end.dt.replace_time_zone(None) for end in ends]
            if dtype.time_zone:
                zoned = [end.dt.convert_time_zone(dtype.time_zone) for end in ends]
            fits = pl.col(name).is_between(zoned[0], zoned[1])
            if not table.select((fits | pl.col(name).is_null()).all()).item():
                text = pl.when(fits).then(name).dt.to_string("iso:strict")
                text = pl.when(fits | pl.col(name).is_null()).then(text)
                columns.append(text.otherwise(pl.lit("out of range")).alias(name))
    return table.with_columns(columns)


def _feed(stream: Stream) -> Iterator[Part]:
    if not feeds.is_feed(stream.peek(HEAD)):
        raise NotPostsError("XML or HTML that is no feed")
    data = stream.peek(_MAX_FEED + 1)
    if len(data) > _MAX_FEED:
        return iter([Part(bad=[faulty(1, f"feed of more than {_MAX_FEED >> 20} MiB")])])
    return iter([converted_part(feeds.convert_xml(data), 1)])
