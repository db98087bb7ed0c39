"""Results of stages, kept under the digest of what they were made from."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import polars as pl

from dawnchorus.store.atomic import is_orphan, sync
from dawnchorus.store.digest import file_digest

T = TypeVar("T")
Use = Literal["reused", "made", "not stored"]


class StageCache:
    """A folder of results, ``ROOT/<stage>/<digest>/``, each with its checksums.

    A damaged, half-written or foreign entry counts as none and is made anew.

    Args:
        root: The folder; made when first needed.
        told: Called after each use with stage, digest and what happened.
    """

    def __init__(self, root: Path, *, told: Callable[[str, str, Use], None] | None = None) -> None:
        self._root = root
        self._told = told or (lambda stage, digest, use: None)

    def cached(self, stage: str, digest: str, make: Callable[[], T]) -> T:
        """Return the result kept for ``digest``, or make it and keep it.

        A result is a frame, a JSON value, or a tuple of these; what comes back is the same in both cases
        (inside JSON, tuples have become lists). A result that cannot be stored, for want of space say, is
        returned all the same.
        """
        entry = self._root / stage / digest
        try:
            kept: T = _load(entry)
            os.utime(entry)
        except (OSError, ValueError, KeyError, TypeError, RecursionError, pl.exceptions.PolarsError):
            value = make()
        else:
            self._told(stage, digest, "reused")
            return kept
        parts = _parts(value)
        try:
            _store(entry, parts, is_tuple=isinstance(value, tuple))
            self._told(stage, digest, "made")
        except OSError:
            self._told(stage, digest, "not stored")
        plain = tuple(_as_stored(part) for part in parts)
        return plain if isinstance(value, tuple) else plain[0]  # type: ignore[return-value]

    def clear(self) -> int:
        """Remove all results, whatever they hold; return bytes removed."""
        removed = sum(file.stat().st_size for file in self._root.rglob("*") if file.is_file())
        if self._root.exists():
            shutil.rmtree(self._root)
        return removed

    def prune(self, *, max_bytes: int) -> int:
        """Remove results until at most ``max_bytes`` are left, longest unused first; return bytes removed.

        Folders left by killed runs go too.
        """
        entries = []
        removed = 0
        for entry in self._root.glob("*/*"):
            size = sum(file.stat().st_size for file in entry.iterdir())
            if is_orphan(entry):
                shutil.rmtree(entry, ignore_errors=True)
                removed += size
            elif not entry.name.startswith("."):
                entries.append((entry.stat().st_mtime_ns, str(entry), size))
        total = sum(size for _, _, size in entries)
        for _, path, size in sorted(entries):
            if total <= max_bytes:
                break
            shutil.rmtree(path, ignore_errors=True)
            total -= size
            removed += size
        return removed


def _parts(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _as_stored(part: object) -> object:
    return part if isinstance(part, pl.DataFrame) else json.loads(json.dumps(part))


def _store(entry: Path, parts: tuple[object, ...], *, is_tuple: bool) -> None:
    temporary = entry.with_name(f".{entry.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        temporary.mkdir(parents=True)
        files = []
        for number, part in enumerate(parts):
            file = temporary / (f"{number}.arrow" if isinstance(part, pl.DataFrame) else f"{number}.json")
            if isinstance(part, pl.DataFrame):
                part.write_ipc(file, compression="zstd")
            else:
                file.write_text(json.dumps(part), encoding="utf-8")
            sync(file)
            files.append({"name": file.name, "sha256": file_digest(file)})
        about = temporary / "entry.json"
        about.write_text(json.dumps({"tuple": is_tuple, "files": files}), encoding="utf-8")
        sync(about)
        shutil.rmtree(entry, ignore_errors=True)
        os.replace(temporary, entry)
        sync(entry.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _load(entry: Path) -> Any:
    about = json.loads((entry / "entry.json").read_bytes())
    values: list[object] = []
    for file in about["files"]:
        path = entry / file["name"]
        if file_digest(path) != file["sha256"]:
            raise ValueError(f"{path} is damaged")
        is_frame = path.suffix == ".arrow"
        values.append(pl.read_ipc(path) if is_frame else json.loads(path.read_bytes()))
    return tuple(values) if about["tuple"] else values[0]
