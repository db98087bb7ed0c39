"""How the sources of a topic are: keys, last visits, what they cost, and how old their cursors are."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dawnchorus.errors import UsageError
from dawnchorus.pipeline.estimates import estimate_sources
from dawnchorus.pipeline.telling import counted
from dawnchorus.plugins import installed
from dawnchorus.settings import PluginUse, Topic
from dawnchorus.sources.values import NOT_A_POST
from dawnchorus.store.arrivals import quarantined, skipped
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.spending import spent_in_month
from dawnchorus.store.visits_log import VisitRow, failed_in_a_row, visits

SHOWN_VISITS = 5
FAILING = 3
"""Runs in a row from which a source counts as failing; the front of the report says so too."""

REFUSED_OF = timedelta(days=7)
"""How long records that gave no post are told."""

Row = dict[str, Any]


def source_rows(
    topic: Topic, ledger: Ledger, *, now: datetime, secret: Callable[[str], str | None] = os.environ.get
) -> Iterator[Row]:
    """A row for each source of ``topic``, in order, with the keys of :func:`health_row` and of ``inventory``.

    States: "configured"; "no key" if it reads nothing without one; "failing"; "broken" if it cannot be
    imported or refuses its options; "missing" if it is not installed. Keys are named, never shown.
    """
    known = {one.name for one in installed("sources")}
    log = {one: list(rows) for one, rows in _by_name(visits(ledger, label=topic.label, last=SHOWN_VISITS))}
    spent = spent_in_month(ledger, now)
    seen: dict[str, int] = {}
    for use in topic.sources:
        seen[use.name] = seen.get(use.name, 0) + 1
        name = use.name if seen[use.name] == 1 else f"{use.name} {seen[use.name]}"
        row = health_row(ledger, topic.label, name, log.get(name, []), now=now, plugin=use.name)
        keys: dict[str, bool] = {}
        if use.name not in known:
            state, detail = "missing", f"by topic {topic.id}; install the package that has it"
        else:
            state, detail = _usable(use, topic, ledger, now=now, secret=secret, keys=keys)
            if state == "configured" and row["failed_runs"] >= FAILING:
                state = "failing"
        if use.name in spent:
            row["spent_usd"] = round(spent[use.name], 4)
        yield {"kind": "source", "name": name, "state": state, "detail": detail, "keys": keys, **row}


def visited_rows(ledger: Ledger, *, now: datetime) -> Iterator[Row]:
    """A row for each source that was ever visited, of all topics; its state is how the last visit ended."""
    for row in _groups(visits(ledger, last=SHOWN_VISITS)):
        last = row[-1]
        plugin = last.name.partition(" ")[0]
        health = health_row(ledger, last.label, last.name, row, now=now, plugin=plugin)
        yield {
            "kind": "source",
            "name": last.name,
            "state": last.status,
            "detail": f"of {last.label}",
            **health,
        }


def health_row(
    ledger: Ledger, label: str, name: str, rows: Sequence[VisitRow], *, now: datetime, plugin: str
) -> Row:
    """What the ledger knows of a source.

    "visits", "last_success", "failed_runs", "reason", "cursors"; "held" are posts dated in the future, and
    "refused" counts records met in the last days that gave no post, by reason.
    """
    good = ledger.rows(
        "SELECT MAX(started_at) FROM visits WHERE label = ? AND name = ?"
        " AND status IN ('ok', 'empty', 'partial')",
        (label, name),
    )[0][0]
    ages = [
        (now - datetime.fromisoformat(at)).total_seconds()
        for (at,) in ledger.rows("SELECT at FROM cursors WHERE label = ? AND source = ?", (label, plugin))
    ]
    return {
        "visits": [
            {
                "at": one.started_at.isoformat(timespec="seconds"),
                "status": one.status,
                "posts": one.posts,
                "new": one.new,
                "reason": one.reason,
            }
            for one in rows
        ],
        "last_success": good,
        "failed_runs": failed_in_a_row(ledger, label, name)[0],
        "reason": next((one.reason for one in reversed(rows) if one.reason), ""),
        "cursors": {
            "count": len(ages),
            "oldest_seconds": round(max(ages)),
            "newest_seconds": round(min(ages)),
        }
        if ages
        else {"count": 0},
        **_kept_out(ledger, label, plugin, now=now),
    }


def _kept_out(ledger: Ledger, label: str, plugin: str, *, now: datetime) -> Row:
    """Posts that wait for a date that can be true, and records of late that gave no post, by reason."""
    refused: Counter[str] = Counter()
    for one in skipped(ledger, label, start=now - REFUSED_OF, end=now + timedelta(days=1)):
        if one.source == plugin and one.reason != NOT_A_POST:
            refused[one.reason] += one.times
    held = [one for one in quarantined(ledger, label) if one.source == plugin]
    return {
        "held": [{"id": one.id, "reason": one.reason} for one in held],
        "refused": dict(sorted(refused.items())),
    }


def health_lines(row: Row) -> Iterator[str]:
    """What :func:`health_row` and :func:`source_rows` give, for people; nothing for rows of other kinds."""
    if keys := row.get("keys"):
        yield "keys: " + ", ".join(f"{name} ({'set' if held else 'not set'})" for name, held in keys.items())
    elif row.get("keys") == {} and row["state"] in ("configured", "failing"):
        yield "keys: none needed"
    if row.get("visits"):
        yield "visits: " + " · ".join(
            f"{datetime.fromisoformat(one['at']):%m-%d %H:%M} {one['status']} {one['posts']}"
            for one in row["visits"]
        )
        good = row["last_success"]
        told = (
            f"last success {datetime.fromisoformat(good):%Y-%m-%d %H:%M} UTC" if good else "never a success"
        )
        yield told + (f", failed {counted(row['failed_runs'], 'run')} in a row" if row["failed_runs"] else "")
    if row.get("reason"):
        yield f"last trouble: {row['reason']}"
    if (cursors := row.get("cursors", {})) and cursors["count"]:
        newest, oldest = (timedelta(seconds=cursors[f"{which}_seconds"]) for which in ("newest", "oldest"))
        yield f"cursors: {cursors['count']}, moved last {_ago(newest)}, the oldest {_ago(oldest)}"
    if held := row.get("held"):
        yield f"held back: {len(held)} dated in the future, such as {held[0]['id']} ({held[0]['reason']})"
    if refused := row.get("refused"):
        reasons = ", ".join(f"{count} {reason}" for reason, count in refused.items())
        yield f"gave no post in the last {REFUSED_OF.days} days: {reasons}"
    if "spent_usd" in row:
        yield f"spent or set aside this month: ${row['spent_usd']:.2f}"


def _usable(
    use: PluginUse,
    topic: Topic,
    ledger: Ledger,
    *,
    now: datetime,
    secret: Callable[[str], str | None],
    keys: dict[str, bool],
) -> tuple[str, str]:
    """State and detail of an installed source; ``keys`` takes the names it asks for: whether they are set."""

    def asked(name: str) -> str | None:
        value = secret(name)
        keys[name] = bool((value or "").strip())
        return value

    try:
        (told,) = estimate_sources(
            [use],
            topic=topic,
            label=topic.label,
            span=(now - timedelta(days=1), now),
            now=now,
            ledger=ledger,
            secret=asked,
        )
    except UsageError as error:
        return "broken", str(error)
    note = told.fault or told.estimate.note
    detail = f"by topic {topic.id}" + (f"; {note}" if note else "")
    if told.missing and (told.estimate.requests == 0 or told.fault):
        return "no key", detail
    return ("broken" if told.fault else "configured"), detail


def _by_name(rows: Sequence[VisitRow]) -> Iterator[tuple[str, list[VisitRow]]]:
    return ((group[-1].name, group) for group in _groups(rows))


def _groups(rows: Sequence[VisitRow]) -> Iterator[list[VisitRow]]:
    held: dict[tuple[str, str], list[VisitRow]] = {}
    for row in rows:
        held.setdefault((row.label, row.name), []).append(row)
    return iter(held.values())


def _ago(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return (
        f"{hours * 60:.0f} min ago"
        if hours < 1
        else f"{hours:.0f} h ago"
        if hours < 48
        else f"{hours / 24:.0f} days ago"
    )


def memory_ledger() -> Ledger:
    """A ledger that is nowhere on the disk, for an installation that has not run yet."""
    return Ledger(Path(":memory:"))
