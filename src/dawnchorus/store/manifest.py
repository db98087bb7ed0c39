"""What an edition was made from and of. Written last: an edition with a manifest is whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dawnchorus.store.atomic import write_bytes
from dawnchorus.store.digest import file_digest, library_versions

VERSION = 1


def write_manifest(
    out: Path,
    *,
    slug: str,
    inputs: Iterable[Path],
    settings: Mapping[str, Any],
    files: Iterable[Path],
) -> Path:
    """Write ``OUT/<slug>/manifest.json``; ``files`` are those of the edition, all under ``out``.

    Inputs are named without their folders, so that the same input gives the same bytes anywhere.
    ``settings`` must be JSON.
    """
    manifest = {
        "version": VERSION,
        "slug": slug,
        "versions": library_versions(),
        "settings": dict(settings),
        "inputs": sorted((_entry(path, path.name) for path in inputs), key=str),
        "files": sorted(
            (_entry(path, path.relative_to(out).as_posix()) for path in set(files)),
            key=lambda entry: str(entry["path"]),
        ),
    }
    path = out / slug / "manifest.json"
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    write_bytes(path, f"{text}\n".encode())
    return path


def renew_manifest(out: Path, *, slug: str, files: Iterable[Path]) -> Path:
    """Name ``files`` as those of the edition, whose inputs and settings stay what its manifest says.

    Raises:
        OSError, ValueError, KeyError, TypeError: There is no manifest to renew.
    """
    path = out / slug / "manifest.json"
    manifest = json.loads(path.read_bytes())
    entries = (_entry(file, file.relative_to(out).as_posix()) for file in set(files))
    manifest["files"] = sorted(entries, key=lambda entry: str(entry["path"]))
    write_bytes(path, f"{json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode())
    return path


def edition_faults(edition_dir: Path) -> list[str]:
    """What keeps the edition in ``OUT/<slug>`` from being whole, one line each; none if it is."""
    path = edition_dir / "manifest.json"
    try:
        manifest = json.loads(path.read_bytes())
        files = [(str(entry["path"]), str(entry["sha256"])) for entry in manifest["files"]]
    except FileNotFoundError:
        return [f"{path}: missing; the edition was not finished"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return [f"{path}: no manifest of ours; make the edition again"]
    faults = []
    for name, sha256 in files:
        file = edition_dir.parent / name
        if not file.is_file():
            faults.append(f"{file}: missing; make the edition again")
        elif file_digest(file) != sha256:
            faults.append(f"{file}: changed since it was written")
    return faults


def is_whole(edition_dir: Path) -> bool:
    """Whether the manifest of ``OUT/<slug>`` is there and every file of it is as it was written."""
    return not edition_faults(edition_dir)


def _entry(path: Path, name: str) -> dict[str, str | int]:
    return {"path": name, "bytes": path.stat().st_size, "sha256": file_digest(path)}


def read_settings(edition_dir: Path) -> dict[str, Any]:
    """The settings in the manifest of ``OUT/<slug>``; none if there is no manifest to read."""
    try:
        settings = json.loads((edition_dir / "manifest.json").read_bytes())["settings"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    return settings if isinstance(settings, dict) else {}
