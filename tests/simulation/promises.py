"""What a month must have left, by the servers' own record of what they showed: each breach is a line."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl

from tests.simulation.month import USD_PER_MONTH, USD_PER_RUN, Month
from tests.simulation.world import Written, close, midnight

_OVERLAP = {
    "x": timedelta(minutes=30),
    "twitterapi": timedelta(minutes=30),
    "arxiv": timedelta(hours=96),
}
_DAY = timedelta(days=1)
_LISTED_AGAIN = ("feeds", "github", "v2ex")  # the whole list is read each time
_OVERLAP_ELSEWHERE = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts of a month."""

    offered: int
    in_window: int
    due: int  # that a whole reading met
    archived: int
    missing: int
    doubled: int
    stale: int  # with an older text than one that was met
    late: int  # in the edition of the day after
    bytes: int  # of site, archive and ledger
    set_aside_usd: float  # for requests to X of which no whole answer came


def check(month: Month) -> tuple[Figures, list[str]]:
    """Figures, and what was promised and is not so."""
    archive = pl.concat(
        [
            pl.read_parquet(path, hive_partitioning=False).select("id", "text", "created_at")
            for path in sorted((month.data / "posts").rglob("posts.parquet"))
        ]
    )
    due = _due(month)
    breaches = list(month.errors)
    world = {one.id: one for one in month.world}
    times = Counter(archive["id"])
    texts = dict(archive.select("id", "text").iter_rows())
    missing = sorted(due.keys() - times.keys() - _future(month))
    doubled = sorted(id for id, count in times.items() if count > 1)
    breaches += [f"missing: {_named(world[id], month)}" for id in missing]
    breaches += [f"{times[id]} times in the archive: {_named(world[id], month)}" for id in doubled]
    breaches += [f"never offered, but in the archive: {id}" for id in sorted(times.keys() - world.keys())]
    breaches += [
        f"in the archive: {id}, which is {what}"
        for id, one in sorted(world.items())
        if id in times
        for what, is_so in (("off topic", one.is_off_topic), ("of the future", one.is_future))
        if is_so
    ]
    stale = [
        id
        for id, version in sorted(due.items())
        if id in texts and not any(_shows(texts[id], world[id], one) for one in _from(world[id], version))
    ]
    breaches += [f"an old text ({texts[id]!r}): {_named(world[id], month)}" for id in stale]
    breaches += _kept_apart(month, due)
    breaches += _money(month)
    breaches += _named_sources(month)
    breaches += _manifests(month)
    in_editions, more = _editions(month, archive)
    breaches += more
    start, end = midnight(month.first), close(month.last)
    late = sum(is_late for is_late in in_editions.values())
    return Figures(
        offered=len(month.world),
        in_window=sum(start <= one.offer.created_at < end for one in month.world),
        due=len(due),
        archived=len(times),
        missing=len(missing),
        doubled=len(doubled),
        stale=len(stale),
        late=late,
        bytes=sum(path.stat().st_size for path in month.site.rglob("*") if path.is_file()),
        set_aside_usd=_set_aside(month)[0],
    ), breaches


def _due(month: Month) -> dict[str, int]:
    """Posts of the days that a whole reading met, with the least number of their text."""
    world = {one.id: one for one in month.world}
    start, end = midnight(month.first), close(month.last)
    due: dict[str, int] = {}
    for number, read in enumerate(month.reads):
        previous = month.reads[number - 1].at if number else None
        for server, met in read.met.items():
            overlap = _OVERLAP.get(server, _OVERLAP_ELSEWHERE)
            for id, version in met.items():
                one = world[id]
                if one.is_off_topic or not (start <= one.offer.created_at < end or one.is_future):
                    continue
                due.setdefault(id, 0)
                # All but the overlap may have been settled by the run before, though it failed elsewhere.
                fresh = previous is None or one.offer.created_at >= previous - overlap
                if server == "jetstream":
                    due[id] = max(due[id], one.version(min(read.end, read.at)))
                elif server in _LISTED_AGAIN or fresh:
                    due[id] = max(due[id], version)
    return due


def _from(one: Written, version: int) -> range:
    return range(version, len(one.edits) + 1)


def _shows(text: str, one: Written, version: int) -> bool:
    """Whether the archive's text is that version: formats add titles, never more sentences of the post."""
    wanted = one.text(version)
    return wanted in text and not any(
        one.text(later) in text for later in range(version + 1, len(one.edits) + 1)
    )


def _future(month: Month) -> set[str]:
    return {one.id for one in month.world if one.is_future}


def _kept_apart(month: Month, due: dict[str, int]) -> Iterator[str]:
    """Posts of the future are in quarantine; what the stream said was deleted is known as gone."""
    with closing(sqlite3.connect(month.data / "ledger.sqlite")) as ledger:
        held = {id for (id,) in ledger.execute("SELECT id FROM quarantine")}
        gone = {id for (id,) in ledger.execute("SELECT id FROM gone")}
    future = _future(month)
    yield from (f"dated in the future, not in quarantine: {id}" for id in sorted(future & due.keys() - held))
    yield from (f"in quarantine without need: {id}" for id in sorted(held - future))
    for one in month.world:
        deleted = one.offer.deleted_at
        if "jetstream" not in one.servers or deleted is None or one.is_off_topic or one.is_future:
            continue
        met = [n for n, read in enumerate(month.reads) if one.id in read.met.get("jetstream", {})]
        told = [
            n
            for n, read in enumerate(month.reads)
            if "jetstream" in read.met and met and n > met[0] and read.at - 3 * _DAY <= deleted < read.end
        ]
        if told and one.id not in gone:
            yield f"deleted, not known as gone: {_named(one, month)}"


def _set_aside(month: Month) -> tuple[float, int]:
    """Dollars set aside and never settled, and for how many requests."""
    with closing(sqlite3.connect(month.data / "ledger.sqlite")) as ledger:
        [(usd, posts, users)] = ledger.execute(
            "SELECT COALESCE(SUM(price_nanos * reads), 0) / 1e9, COALESCE(SUM(kind = 'x:post'), 0),"
            " COALESCE(SUM(kind = 'x:user'), 0) FROM reservations WHERE account = 'x' AND NOT settled"
        )
    return usd, max(posts, users)


def _money(month: Month) -> Iterator[str]:
    with closing(sqlite3.connect(month.data / "ledger.sqlite")) as ledger:
        rows = ledger.execute(
            "SELECT fetch, SUM(price_nanos * reads) / 1e9, SUM(price_nanos * reads * (1 - settled)) / 1e9"
            " FROM reservations WHERE account = 'x' GROUP BY fetch"
        ).fetchall()
        months = ledger.execute(
            "SELECT month, SUM(price_nanos * reads) / 1e9 FROM reservations WHERE account = 'x' GROUP BY 1"
        ).fetchall()
    spent, open_usd = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if spent < month.billed_usd - 1e-6:
        yield f"X billed ${month.billed_usd:.3f}, the ledger has only ${spent:.3f}"
    # What was reserved and never settled counts in full; all else must be as billed.
    if spent - open_usd > month.billed_usd + 1e-6:
        yield f"the ledger has ${spent - open_usd:.3f} of answers that X billed at ${month.billed_usd:.3f}"
    # A killed run has one request to X under way, and so has each answer that broke off.
    _, requests = _set_aside(month)
    if requests > month.kills.total() + month.failed["x"]:
        yield f"{requests} requests to X were never settled, more than kills and faults explain"
    yield from (f"fetch {n} spent ${usd:.2f} of X" for n, usd, _ in rows if usd > USD_PER_RUN + 1e-6)
    yield from (f"{m} spent ${usd:.2f} of X" for m, usd in months if usd > USD_PER_MONTH + 1e-6)


def _named_sources(month: Month) -> Iterator[str]:
    for day, out in sorted(month.down.items()):
        for name in sorted(out):
            if (status := month.told[day].get(name)) not in ("failed", "partial"):
                yield f"{day}: {name} was out of reach, the report says {status}"


def _manifests(month: Month) -> Iterator[str]:
    """Every file is what the manifest of its edition says, and every day with posts has an edition."""
    for path in sorted(month.site.glob("*/manifest.json")):
        for file in json.loads(path.read_text())["files"]:
            found = month.site / file["path"]
            if not found.is_file() or sha256(found.read_bytes()).hexdigest() != file["sha256"]:
                yield f"{path.parent.name}: {file['path']} is not what the manifest says"
    left = [path for path in month.site.rglob(".*") if path.is_file() and path.name[-1:].isdigit()]
    yield from (f"left behind: {path.relative_to(month.site)}" for path in sorted(left))


def _editions(month: Month, archive: pl.DataFrame) -> tuple[dict[str, bool], list[str]]:
    """Posts of all editions, whether as late ones; each in one."""
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for path in sorted((month.data / "editions" / "month" / "posts").glob("*.parquet")):
        for id, late in pl.read_parquet(path).iter_rows():
            found[id].append((Path(path).stem, late))
    world = {one.id: one for one in month.world}
    start, end = midnight(month.first), close(month.last)
    breaches = [
        f"in {len(places)} editions ({', '.join(name for name, _ in places)}): {_named(world[id], month)}"
        for id, places in sorted(found.items())
        if len(places) > 1
    ]
    with closing(sqlite3.connect(month.data / "ledger.sqlite")) as ledger:
        gone = {id for (id,) in ledger.execute("SELECT id FROM gone")}
    breaches += [
        f"in no edition: {_named(world[id], month)}"
        for id, at in archive.select("id", "created_at").iter_rows()
        if id in world and start <= at < end and id not in found and id not in gone
    ]
    return {id: places[0][1] for id, places in found.items()}, breaches


def _named(one: Written, month: Month) -> str:
    met = [
        f"{read.at:%m-%d %H:%M} {name}"
        for read in month.reads
        for name, met in read.met.items()
        if one.id in met
    ]
    deleted = f", deleted {one.offer.deleted_at:%m-%d %H:%M}" if one.offer.deleted_at else ""
    edits = f", edited {', '.join(f'{when:%m-%d %H:%M}' for when, _ in one.edits)}" if one.edits else ""
    return (
        f"{one.id} of {'+'.join(one.servers)}, written {one.offer.created_at:%m-%d %H:%M:%S}, shown from"
        f" {one.offer.offered_at:%m-%d %H:%M}{deleted}{edits}; met first {met[:1]} last {met[-1:]}"
    )
