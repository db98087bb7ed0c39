"""Published editions laid out once more, without the posts that were forgotten since."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import msgspec
import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.model import Report
from dawnchorus.pipeline.assets import evidence_lines
from dawnchorus.pipeline.job import SEED
from dawnchorus.pipeline.withdraw import gone_since, withdraw
from dawnchorus.plugins import load_plugin
from dawnchorus.publish.appendix import cloud_file
from dawnchorus.publish.cloud import draw_cloud, drawable
from dawnchorus.publish.report_json import load
from dawnchorus.store.archive import read_posts
from dawnchorus.store.forgotten import Forgotten
from dawnchorus.store.manifest import is_whole, read_settings, renew_manifest

_PICTURES = (".jpg", ".png", ".svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition as it was published."""

    slug: str
    folder: Path
    report: Report
    dropped: bytes  # of dropped.jsonl

    def holds(self, forgotten: Forgotten) -> int:
        """How many forgotten posts it names, those that were dropped included."""
        posts = {post for ids in self.report.sets.values() for post in ids}
        posts |= {one["id"] for one in _lines(self.dropped) if isinstance(one.get("id"), str)}
        cited = {post.id for post in self.report.cited if forgotten.author(post.source, post.author)}
        return len({post for post in posts if forgotten.post(post)} | cited)


def editions(out: Path) -> Iterator[Edition]:
    """All editions under ``out``, by name.

    Raises:
        InputError: A report.json is no report: nobody could tell what it holds.
    """
    for path in sorted(out.glob("*/report.json")):
        try:
            report = load(path.read_bytes())
        except InputError as error:
            raise InputError(f"{path}: {error}; remove that edition, or make it again, first") from None
        dropped = path.with_name("dropped.jsonl")
        lines = dropped.read_bytes() if dropped.is_file() else b""
        yield Edition(slug=path.parent.name, folder=path.parent, report=report, dropped=lines)


def reissue(out: Path, forgotten: Forgotten, *, data: Path) -> Iterator[tuple[str, str]]:
    """Publish each edition under ``out`` that has something of what was forgotten; slug and what was done.

    One of which a killed run has written only some files is laid out again.

    Raises:
        DawnchorusError: It cannot be written, or its publisher is not installed.
    """
    for edition in editions(out):
        words = _Words(edition.report, data)
        report = withdraw(edition.report, forgotten, holds=words.holding)
        dropped = _without(edition.dropped, forgotten)
        changed = report != edition.report or dropped != edition.dropped
        half = bool(gone_since(report)) and not is_whole(edition.folder)
        if not changed and not half:
            continue
        _publish(edition, report, dropped, out)
        gone = sum(post.gone is not None for post in report.cited)
        before = sum(post.gone is not None for post in edition.report.cited)
        yield edition.slug, f"published again, {gone - before} citations marked as gone ({gone} in all)"


def _publish(edition: Edition, report: Report, dropped: bytes, out: Path) -> None:
    assets = _pictures(edition, report)
    written: list[Path] = []
    for name, options in _publishers(edition.folder):
        written += load_plugin("publishers", name, options=options).publish(
            report, out=out, assets=assets, evidence=evidence_lines(report), dropped=dropped
        )
    for path in edition.folder.iterdir():
        if path.suffix in _PICTURES and path.name not in assets:
            path.unlink()
    try:
        renew_manifest(out, slug=edition.slug, files=[path for path in written if path.is_file()])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{edition.folder / 'manifest.json'}: no manifest of ours ({type(error).__name__}); "
            "the edition was never whole: make it again, or remove it"
        ) from error


def _pictures(edition: Edition, report: Report) -> dict[str, bytes]:
    """The pictures as they were; the cloud anew if a word of it is gone, no chart whose legend is."""
    found = {
        path.name: path.read_bytes()
        for path in sorted(edition.folder.iterdir())
        if path.suffix in _PICTURES and path.is_file()
    }
    words = [term.text for term in report.terms]
    if words != [term.text for term in edition.report.terms]:
        found.pop(cloud_file(report.slug), None)
        terms = [term for term in report.terms if drawable(term.text)]
        if terms:
            found[cloud_file(report.slug)] = draw_cloud(terms, seed=SEED)
    before = {story.id: story.terms for story in edition.report.stories}
    if any(before[story.id] != story.terms for story in report.stories):
        found.pop("stories_over_time.svg", None)  # its legend is made of them
    return found


def _publishers(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Those that published the edition, with their options."""
    arguments = read_settings(folder).get("arguments")
    uses = arguments.get("publishers") if isinstance(arguments, dict) else None
    return [(use["name"], use.get("options") or {}) for use in uses or [{"name": "jekyll"}]]


def _without(dropped: bytes, forgotten: Forgotten) -> bytes:
    """Lines of dropped.jsonl, with aliases for what is gone; a line of anything else keeps its bytes."""
    found = []
    for line in dropped.splitlines(keepends=True):
        row = json.loads(line)
        words = [str(row.get("id") or ""), *str(row.get("detail") or "").split()]
        if any(forgotten.post(word) for word in words):
            id = row["id"]
            row |= {"id": forgotten.alias(id) if forgotten.post(id) else id, "detail": ""}
            found.append(msgspec.json.encode(row) + b"\n")
        else:
            found.append(line)
    return b"".join(found)


def _lines(content: bytes) -> Iterator[dict[str, Any]]:
    for line in content.splitlines():
        yield cast("dict[str, Any]", json.loads(line))


class _Words:
    """Looks up which posts of the archive still hold a word; the archive is read when first needed."""

    def __init__(self, report: Report, data: Path) -> None:
        self._report, self._data = report, data
        self._texts: pl.DataFrame | None = None

    def holding(self, forms: Sequence[str], ids: Collection[str]) -> str | None:
        """The first of ``ids`` that holds one of ``forms``; see ``withdraw.Holds``."""
        if self._texts is None:
            window = self._report.window
            start = (window.since or window.start) - timedelta(days=1)
            posts = read_posts(self._data, start=start, end=window.end, undated=True)
            self._texts = posts.select("id", text=pl.col("text").str.to_lowercase())
        found = self._texts.filter(
            pl.col("id").is_in(list(ids)), pl.col("text").str.contains_any([form.lower() for form in forms])
        )["id"]
        return min(found, default=None)
