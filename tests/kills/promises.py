"""What a run that was killed and went on must have left: each breach is a line."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tests.kills.edition import CONCURRENCY, RUN_TOKENS, RUN_USD, Files, Place
from tests.llm.server import ScriptedServer

_TEMPORARY = re.compile(r"\..*\.(?:part|tmp|\d+)")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the site had before, and what it has after a run that nobody disturbed."""

    old: Files
    new: Files
    kept: Files  # of the archive: posts and what later editions need
    run: int = 0  # number of the run that made the old edition


def look(place: Place, expected: Expected) -> Iterator[str]:
    """What is wrong with a site right after a kill.

    Every file is the old or the new one. A post, which is what readers are shown, is the new one only if all
    that it shows is there; a manifest, which says that an edition is whole, only if it is.
    """
    found = place.files()
    yield from (f"lost: {path}" for path in expected.old.keys() - found.keys())
    for path, content in found.items():
        if content not in (expected.old.get(path), expected.new.get(path)):
            yield f"neither old nor new: {path}"
    for path in found.keys() & expected.new.keys():
        if expected.old.get(path) == expected.new[path] or found[path] != expected.new[path]:
            continue
        for other in _beneath(path, expected.new):
            if found.get(other) != expected.new[other]:
                yield f"{path} is new, {other} is not"


def is_between(place: Place, expected: Expected) -> bool:
    """Whether a language's edition has old and new files."""
    found = place.files()
    for path in expected.new:
        if path.endswith("manifest.json"):
            changed = [
                other
                for other in [path, *_beneath(path, expected.new)]
                if expected.old.get(other) != expected.new[other]
            ]
            are_new = {found.get(other) == expected.new[other] for other in changed}
            if len(are_new) == 2:
                return True
    return False


def _beneath(path: str, files: Files) -> list[str]:
    """Files that must be there before ``path`` is."""
    if path.startswith("_posts/"):
        slug = Path(path).stem[len("2026-03-10-") :]
        return [other for other in files if other.startswith(f"{slug}/") and "manifest" not in other]
    if path.endswith("/manifest.json"):
        slug = Path(path).parent.name
        own = [other for other in files if other.startswith(f"{slug}/") and other != path]
        return [*own, f"_posts/2026-03-10-{slug}.md"]
    return []


def check(place: Place, expected: Expected, server: ScriptedServer, *, kills: int) -> Iterator[str]:
    """What is wrong at the end, after ``kills``."""
    for what, found, wanted in (
        ("site", place.files(), expected.new),
        ("archive", kept(place), expected.kept),
    ):
        yield from (f"{what}: differs: {path}" for path, _ in sorted(found.items() ^ wanted.items()))
    ids = pl.concat([pl.read_parquet(path) for path in (place.data / "posts").rglob("*.parquet")])["id"]
    given = [json.loads(line)["id"] for line in place.posts.read_text(encoding="utf-8").splitlines()]
    if sorted(ids) != sorted(given):
        yield f"of {len(given)} posts {len(ids)} are in the archive"
    yield from (f"left behind: {path}" for path in temporary(place))
    yield from _ledger(place, server, kills=kills, before=expected.run)


def kept(place: Place) -> Files:
    """What the archive keeps for later editions."""
    return {
        str(path.relative_to(place.data)): path.read_bytes()
        for path in sorted(place.data.rglob("*.parquet"))
        if "cache" not in path.parts
    }


def temporary(place: Place) -> list[str]:
    """Files and folders that were not to stay."""
    found = [*place.site.rglob(".*"), *place.data.rglob(".*")]
    return [str(path.relative_to(place.folder)) for path in found if _TEMPORARY.fullmatch(path.name)]


def _ledger(place: Place, server: ScriptedServer, *, kills: int, before: int) -> Iterator[str]:
    with closing(sqlite3.connect(place.data / "ledger.sqlite")) as db:
        intact = db.execute("PRAGMA integrity_check").fetchone()[0]
        rows = db.execute(
            "SELECT key, state, tokens_in + tokens_out, nanos FROM calls WHERE run > ?", (before,)
        ).fetchall()
        states = [state for (state,) in db.execute("SELECT state FROM runs ORDER BY id")]
    if intact != "ok":
        yield f"the ledger is damaged: {intact}"
    if states[-1] != "published" or "running" in states:
        yield f"runs ended {states}"
    seen = server.seen
    yield from (f"request {one.n} came before its row" for one in seen if len(one.rows) < one.n)
    if not len(seen) <= len(rows) <= len(seen) + CONCURRENCY * kills:
        yield f"{len(seen)} requests, {len(rows)} rows"
    open_rows = [row for row in rows if row[1] == "sent"]
    if len(open_rows) > CONCURRENCY * kills or any(not tokens for _, _, tokens, _ in open_rows):
        yield f"{len(open_rows)} calls were never settled"
    twice = [key for key, times in Counter(row[0] for row in rows if row[1] == "done").items() if times > 1]
    yield from (f"answered and paid twice: {key}" for key in twice)
    again = len(seen) - len({one.digest for one in seen}) - sum(one.fault == "503" for one in seen)
    if again > CONCURRENCY * kills:
        yield f"{again} calls were sent again after {kills} kills"
    if (usd := sum(row[3] for row in rows) / 1e9) > RUN_USD:
        yield f"${usd:.4f} of ${RUN_USD} spent"
    if (tokens := sum(row[2] for row in rows)) > RUN_TOKENS:
        yield f"{tokens} tokens of {RUN_TOKENS} spent"
