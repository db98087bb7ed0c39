"""What the intake knows besides the posts themselves: where they came from, and what was kept out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from dawnchorus.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A post in quarantine: it has a date that cannot be true."""

    source: str  # name of the plug-in
    id: str
    reason: str
    at: datetime  # when it came last


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record that gave no post."""

    source: str  # name of the plug-in
    reason: str
    why: str
    id: str | None
    times: int  # it was met
    last_at: datetime


def origins(ledger: Ledger, label: str, sources: Collection[str] | None = None) -> frozenset[str]:
    """Every value of ``Post.source`` that plug-ins of these names, or all, gave for the topic ``label``."""
    rows = ledger.rows("SELECT source, origin FROM origins WHERE label = ?", (label,))
    return frozenset(origin for source, origin in rows if sources is None or source in sources)


def gone_ids(ledger: Ledger) -> frozenset[str]:
    """Posts that their platform says were deleted, and has not shown again since."""
    return frozenset(id for (id,) in ledger.rows("SELECT id FROM gone"))


def quarantined(ledger: Ledger, label: str) -> list[Held]:
    """Posts of the topic ``label`` that wait for another time, by source and id."""
    return [
        Held(source=source, id=id, reason=reason, at=datetime.fromisoformat(at))
        for source, id, reason, at in ledger.rows(
            "SELECT source, id, reason, at FROM quarantine WHERE label = ? ORDER BY source, id", (label,)
        )
    ]


def skipped(ledger: Ledger, label: str, *, start: datetime, end: datetime) -> list[Refused]:
    """Records without a post, last met from ``start`` up to, not with, ``end``; a total order."""
    rows = ledger.rows(
        "SELECT source, reason, why, id, times, last_at FROM skipped WHERE label = ? ORDER BY 1, 2, 3, 4",
        (label,),
    )
    return [
        Refused(source=row[0], reason=row[1], why=row[2], id=row[3] or None, times=row[4], last_at=at)
        for row in rows
        if start.astimezone(UTC) <= (at := datetime.fromisoformat(row[5])) < end.astimezone(UTC)
    ]
