"""What this installation can read, write and publish, and how the last runs went."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from dawnchorus.plugins import installed
from dawnchorus.settings import load_topic
from dawnchorus.sources.recognise import FORMATS
from dawnchorus.store.ledger import Ledger

_RUNS = 5

Row = dict[str, str]


def inventory(topic: str | None, data: Path | None) -> list[Row]:
    """Rows {"kind", "name", "state", "detail"}.

    States: "ready"; "broken" if it cannot be imported; "missing" if a topic
    names it and it is not installed; of runs as the ledger has them.

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
    if topic is not None:
        rows += _of_topic(topic)
    if data is not None:
        rows += _runs(data)
    return rows


def _of_topic(name: str) -> Iterator[Row]:
    topic = load_topic(name)
    known = {one.name for one in installed("sources")}
    for use in topic.sources:
        state = "configured" if use.name in known else "missing"
        detail = f"by topic {topic.id}" + ("" if use.name in known else "; install the package that has it")
        yield _row("source", use.name, state, detail)


def _runs(data: Path) -> list[Row]:
    path = data / "ledger.sqlite"
    if not path.exists():
        return []
    with Ledger(path) as ledger:
        runs = ledger.runs()[-_RUNS:]
    return [
        _row("run", run.slug, run.state, f"{run.started_at:%Y-%m-%d %H:%M} {run.detail}".strip())
        for run in runs
    ]


def _row(kind: str, name: str, state: str, detail: str) -> Row:
    return {"kind": kind, "name": name, "state": state, "detail": detail}
