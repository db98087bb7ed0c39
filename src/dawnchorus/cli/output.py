"""Data on stdout, in UTF-8 whatever the locale."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import orjson

from dawnchorus.errors import PublishError

if TYPE_CHECKING:
    import polars

_ROWS = 50_000  # of a table that are written at once


def write_lines(lines: Iterable[str]) -> None:
    """Write lines that end in a line feed."""
    _write(line.encode("utf-8", "replace") for line in lines)


def write_objects(rows: Iterable[object]) -> None:
    """Write one JSON object a line."""
    _write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def write_table(rows: polars.DataFrame) -> None:
    """Write one JSON object a row, all its columns."""
    _write(piece.write_ndjson().encode() for piece in rows.iter_slices(_ROWS))


def write_bytes(data: bytes) -> None:
    """Write ``data`` as it is."""
    _write([data])


def _write(pieces: Iterable[bytes]) -> None:
    out = sys.stdout.buffer
    try:
        out.writelines(pieces)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is still held back cannot be written at the end either; Python would tell that once more.
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        raise PublishError(f"standard output cannot be written: {error.strerror}") from error
