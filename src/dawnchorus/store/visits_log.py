"""How reading each source went, visit by visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from dawnchorus.model import SourceHealth
from dawnchorus.store.ledger import Ledger

VisitStatus = Literal["running", "ok", "empty", "partial", "failed", "interrupted"]

_COLUMNS = "id, label, name, status, reason, posts, new, requests, seconds, started_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """A visit to a source."""

    id: int
    label: str
    name: str
    status: VisitStatus
    reason: str
    posts: int  # that it gave, of the span it was asked for
    new: int  # that the archive did not have
    requests: int
    seconds: float
    started_at: datetime


def begin_fetch(ledger: Ledger, *, label: str, follow: bool, at: datetime) -> int:
    """Record that sources of ``label`` are to be read and return the number of this fetch.

    Visits that never ended are marked interrupted: the caller holds the lock, so none is still at work.
    """
    with ledger.transaction() as db:
        db.execute(
            "UPDATE visits SET status = 'interrupted' WHERE status = 'running'"
            " AND fetch IN (SELECT id FROM fetches WHERE label = ? AND follow = ?)",
            (label, int(follow)),
        )
        row = db.execute(
            "INSERT INTO fetches (label, follow, started_at) VALUES (?, ?, ?) RETURNING id",
            (label, int(follow), at.isoformat()),
        ).fetchone()
    return int(row[0])


def begin_visit(ledger: Ledger, *, fetch: int, label: str, name: str, since: datetime, at: datetime) -> int:
    """Record that ``name`` is read in ``fetch``, for posts from ``since`` on; the visit's number."""
    with ledger.transaction() as db:
        row = db.execute(
            "INSERT INTO visits (fetch, label, name, since, started_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (fetch, label, name, since.astimezone(UTC).isoformat(), at.isoformat()),
        ).fetchone()
    return int(row[0])


def owed_since(ledger: Ledger, label: str, name: str, *, back_to: datetime) -> datetime | None:
    """From when on visits that were not whole asked for posts, since the last that was; None: none did.

    Visits that asked for posts from before ``back_to`` do not count: who missed so much reads it by its days.
    """
    [(since,)] = ledger.rows(
        "SELECT MIN(since) FROM visits WHERE label = ?1 AND name = ?2 AND since >= ?3"
        " AND id > COALESCE((SELECT MAX(id) FROM visits WHERE label = ?1 AND name = ?2"
        " AND status IN ('ok', 'empty')), 0)",
        (label, name, back_to.astimezone(UTC).isoformat()),
    )
    return None if since is None else datetime.fromisoformat(since)


def count_new(ledger: Ledger, new: Mapping[int, int]) -> None:
    """Add what the archive took in to each visit of ``new``."""
    with ledger.transaction() as db:
        db.executemany(
            "UPDATE visits SET new = new + ? WHERE id = ?", [(count, visit) for visit, count in new.items()]
        )


def end_visit(
    ledger: Ledger,
    visit: int,
    *,
    health: SourceHealth,
    requests: int,
    seconds: float,
    at: datetime,
) -> None:
    """Record how ``visit`` ended."""
    with ledger.transaction() as db:
        db.execute(
            "UPDATE visits SET (status, reason, posts, requests, seconds, ended_at) = (?, ?, ?, ?, ?, ?)"
            " WHERE id = ?",
            (health.status, health.reason, health.posts, requests, seconds, at.isoformat(), visit),
        )


def failed_in_a_row(ledger: Ledger, label: str, name: str) -> tuple[int, datetime | None]:
    """How many of the latest visits of the source failed, and since when (UTC), None if none did.

    Those that were cut off say nothing.
    """
    [(count, at)] = ledger.rows(
        "SELECT COUNT(*), MIN(started_at) FROM visits WHERE label = ?1 AND name = ?2 AND status = 'failed'"
        " AND id > COALESCE((SELECT MAX(id) FROM visits WHERE label = ?1 AND name = ?2"
        " AND status IN ('ok', 'empty', 'partial')), 0)",
        (label, name),
    )
    return int(count), None if at is None else datetime.fromisoformat(at).astimezone(UTC)


def last_visits(ledger: Ledger, label: str, *, start: datetime, end: datetime) -> tuple[SourceHealth, ...]:
    """How the sources of ``label`` were when they were last read for all posts from ``start`` to ``end``.

    In the order of the topic file. A fetch that began before ``end``, or asked for posts from after
    ``start`` only, says nothing of them; if there is no other, ().
    """
    rows = ledger.rows(
        "SELECT name, status, posts, reason FROM visits WHERE ended_at IS NOT NULL AND fetch = ("
        " SELECT MAX(fetch) FROM (SELECT fetch FROM visits JOIN fetches ON fetches.id = fetch"
        " WHERE visits.label = ?1 AND NOT follow AND fetches.started_at >= ?3"
        " GROUP BY fetch HAVING MAX(COALESCE(since, '~')) <= ?2 AND COUNT(ended_at) > 0)) ORDER BY id",
        (label, *(at.astimezone(UTC).isoformat() for at in (start, end))),
    )
    found = []
    for name, status, posts, reason in rows:
        count, since = failed_in_a_row(ledger, label, name)
        found.append(
            SourceHealth(
                name=name, status=status, posts=posts, reason=reason, failed_runs=count, failing_since=since
            )
        )
    return tuple(found)


def visits(ledger: Ledger, *, label: str | None = None, last: int = 5) -> list[VisitRow]:
    """The ``last`` visits of each source, of one topic or all, by label and name, oldest first."""
    rows = ledger.rows(
        f"SELECT {_COLUMNS} FROM"
        " (SELECT *, ROW_NUMBER() OVER (PARTITION BY label, name ORDER BY id DESC) AS back FROM visits"
        " WHERE ?1 IS NULL OR label = ?1) WHERE back <= ?2 ORDER BY label, name, id",
        (label, last),
    )
    return [
        VisitRow(
            id=row[0],
            label=row[1],
            name=row[2],
            status=row[3],
            reason=row[4],
            posts=row[5],
            new=row[6],
            requests=row[7],
            seconds=row[8],
            started_at=datetime.fromisoformat(row[9]),
        )
        for row in rows
    ]
