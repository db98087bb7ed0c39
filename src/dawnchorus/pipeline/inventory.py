"""What this installation can read, write and publish, and how the last runs went."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from dawnchorus.pipeline.model_health import model_rows
from dawnchorus.pipeline.source_health import memory_ledger, source_rows, visited_rows
from dawnchorus.plugins import installed
from dawnchorus.settings import load_topic
from dawnchorus.sources.recognise import FORMATS
from dawnchorus.store.ledger import Ledger

_RUNS = 5

Row = dict[str, Any]


def inventory(
    topic: str | None,
    data: Path | None,
    *,
    now: datetime,
    secret: Callable[[str], str | None] = os.environ.get,
) -> list[Row]:
    """Rows {"kind", "name", "state", "detail"}, of sources with more, see ``source_health``.

    States: "ready"; "broken" if it cannot be imported; those of ``source_health`` for the sources of a
    topic; of runs as the ledger has them.

    Args:
        topic: Name or file of a topic.
        data: Where runs are remembered; None looks into the topic's site.
        now: For the age of cursors, and to ask sources what they would read.
        secret: A key by the name of its environment variable.

    Raises:
        SettingsError: The topic's file is wrong.
    """
    names = ["JSON lines", "Parquet", "CSV", "RSS, Atom", *(one.name for one in FORMATS)]
    rows = [_row("format", name, "ready", "") for name in names]
    groups: tuple[Literal["sources", "writers", "publishers"], ...] = ("sources", "writers", "publishers")
    for group in groups:
        for one in installed(group, check="all"):
            state = "broken" if one.error else "ready"
            rows.append(_row(group.removesuffix("s"), one.name, state, one.error or one.package))
    settings = None if topic is None else load_topic(topic)
    if data is None and settings is not None:
        data = settings.out / ".dawnchorus"
    path = None if data is None else data / "ledger.sqlite"
    with Ledger(path) if path is not None and path.exists() else memory_ledger() as ledger:
        rows += (
            source_rows(settings, ledger, now=now, secret=secret)
            if settings
            else visited_rows(ledger, now=now)
        )
        if settings:
            rows += model_rows(settings, ledger, now=now, secret=secret)
        rows += [
            _row("run", run.slug, run.state, f"{run.started_at:%Y-%m-%d %H:%M} {run.detail}".strip())
            for run in ledger.runs()[-_RUNS:]
        ]
    return rows


def _row(kind: str, name: str, state: str, detail: str) -> Row:
    return {"kind": kind, "name": name, "state": state, "detail": detail}
