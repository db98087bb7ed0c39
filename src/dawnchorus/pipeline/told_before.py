"""What earlier editions said of a thread: sentences of their published reports that passed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dawnchorus.model import Lang
from dawnchorus.store.editions import EditionRef

_MOST_EDITIONS = 5  # back; a thread older than that is told anew
_MOST_SENTENCES = 3  # of a thread
_MOST_BYTES = 20_000_000  # of a report
_LONGEST = 320


def told_before(out: Path, editions: Sequence[EditionRef], *, lang: Lang) -> dict[str, tuple[str, ...]]:
    """Thread to at most three sentences that the latest of ``editions`` with it published in ``lang``.

    A report that is not there, or cannot be read, is passed over: a model is told less, nothing else.
    """
    told: dict[str, tuple[str, ...]] = {}
    for ref in reversed(editions[-_MOST_EDITIONS:]):
        for name in (ref.slug, f"{ref.slug}_{lang}"):
            report = _report(out / name / "report.json")
            if report.get("lang") != lang:
                continue
            for thread, sentences in _by_thread(report).items():
                told.setdefault(thread, tuple(sentences[:_MOST_SENTENCES]))
    return told


def _report(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _by_thread(report: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    try:
        threads = {
            str(story["id"]): str(story.get("origin") or story["thread"]) for story in report["stories"]
        }
        for block in (block for section in report["sections"] for block in section["blocks"]):
            thread = threads.get(str(block.get("story")))
            for text in _sentences(block) if thread else ():
                if text not in found[str(thread)]:
                    found[str(thread)].append(text)
    except (KeyError, TypeError, AttributeError):
        return {}
    return found


def _sentences(block: Mapping[str, Any]) -> Iterator[str]:
    """What a block tells that passed, without its counts."""
    for sentence in (block.get("lead"), *block["sentences"]):
        if sentence and sentence["kind"] != "computed" and sentence["verdict"]["verdict"] == "supported":
            yield str(sentence["text"])[:_LONGEST]
