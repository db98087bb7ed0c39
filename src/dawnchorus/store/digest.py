"""Names for contents: equal inputs, arguments and code give equal digests."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import io
import json
import re
import sys
from collections.abc import Mapping, Set
from datetime import date, datetime, time
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePath

import polars as pl


def digest(*parts: object) -> str:
    """SHA-256, in hex, of values in order: frames, dataclasses, and what JSON can say.

    A frame counts by its schema and rows, however it lies in memory; a mapping or set counts without
    its order; a ``Path`` counts by the bytes of the file it names.

    Raises:
        TypeError: A value of another type.
    """
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, pl.DataFrame):
            kind, content = b"frame", _frame_bytes(part)
        elif isinstance(part, Path):
            kind, content = b"file", file_digest(part).encode()
        else:
            text = json.dumps(_plain(part), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
            kind, content = b"json", text.encode()
        total.update(b"%s %d\n" % (kind, len(content)))
        total.update(content)
    return total.hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256, in hex, of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_version() -> str:
    """Digest of dawnchorus's own code and data and of the versions of what it rests on.

    Part of every cache key: a result made by other code is never taken for one of this.
    """
    total = hashlib.sha256(sys.version.encode())
    for name, content in sorted(_package_files(resources.files("dawnchorus"), "")):
        total.update(f"{name} {len(content)}\n".encode())
        total.update(content)
    for name, version in sorted(library_versions().items()):
        total.update(f"{name}=={version}\n".encode())
    return total.hexdigest()


@cache
def library_versions() -> dict[str, str]:
    """Versions of dawnchorus and of the libraries its base install names, those that are installed."""
    versions = {}
    for line in ["dawnchorus", *(importlib.metadata.requires("dawnchorus") or ())]:
        name = re.split(r"[\s<>=!~;\[(]", line, maxsplit=1)[0]
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def _package_files(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                found += _package_files(entry, name)
        elif not entry.name.endswith((".pyc", ".nbi", ".nbc")):
            found.append((name, entry.read_bytes()))
    return found


def _frame_bytes(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    out.write(f"{frame.schema}\n".encode())
    frame.write_ndjson(out)
    return out.getvalue()


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | time() | PurePath():
            return str(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case Set():
            return sorted(map(_plain, value), key=lambda item: json.dumps(item, sort_keys=True))
        case list() | tuple():
            return [_plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    raise TypeError(f"no digest for a {type(value).__name__}")
