"""Data on stdout, in UTF-8 whatever the locale."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import orjson


def write_lines(lines: Iterable[str]) -> None:
    """Write lines that end in a line feed."""
    out = sys.stdout.buffer
    out.writelines(line.encode("utf-8", "replace") for line in lines)
    out.flush()


def write_objects(rows: Iterable[object]) -> None:
    """Write one JSON object a line."""
    out = sys.stdout.buffer
    out.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    out.flush()


def write_bytes(data: bytes) -> None:
    """Write ``data`` as it is."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
