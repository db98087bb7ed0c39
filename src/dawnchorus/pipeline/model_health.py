"""How the language model of a topic is: whether it can be asked, how its last run went, what it cost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from dawnchorus.errors import UsageError
from dawnchorus.pipeline.job import asks_model
from dawnchorus.pipeline.models import check_models, names_of
from dawnchorus.pipeline.telling import counted
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.settings import Topic
from dawnchorus.store.calls import spent_usd
from dawnchorus.store.ledger import Ledger

Row = dict[str, Any]


def model_rows(
    topic: Topic, ledger: Ledger, *, now: datetime, secret: Callable[[str], str | None] = os.environ.get
) -> Iterator[Row]:
    """A row {"kind", "name", "state", "detail", …} for each model that ``topic`` names; nothing is sent.

    States: "configured"; "no key"; "broken" if its settings do not suffice to ask it, with the reason as
    detail; "not used" if the topic's writer asks none. "month_usd" is what it took in the month (UTC) of
    ``now``, in all topics of the ledger; "last_run" has the calls of the last run that made any and how many
    of them failed.
    """
    if topic.llm is None:
        return
    place = topic.llm.provider or topic.llm.base_url or ""
    state, detail = "configured", f"{place}; to try it: dawnchorus models"
    if not asks_model(topic.writer):
        state, detail = "not used", f"by the writer {topic.writer.name}"
    else:
        try:
            check_models(topic, writer=topic.writer, traffic=Traffic(), environment=secret)
        except UsageError as error:
            state, detail = "no key" if str(error).startswith("no key") else "broken", str(error)
    for name in names_of(topic.llm):
        row = {"kind": "model", "name": name, "state": state, "detail": detail}
        yield row | spent_row(ledger, name, now)


def spent_row(ledger: Ledger, model: str, now: datetime) -> Row:
    """What ``model`` took: "month_usd", "day_usd" (UTC, calls of unknown end in full), "last_run"."""
    at = now.astimezone(UTC)
    row: Row = {
        "month_usd": round(spent_usd(ledger, f"{at:%Y-%m}", model=model), 6),
        "day_usd": round(spent_usd(ledger, f"{at:%Y-%m-%d}", model=model), 6),
        "last_run": None,
    }
    last = ledger.rows(
        "SELECT MIN(sent_at), COUNT(*), SUM(state <> 'done' AND state <> 'forgotten') FROM calls"
        " WHERE run = (SELECT MAX(run) FROM calls WHERE model = ?) AND model = ?",
        (model, model),
    )[0]
    if last[1]:
        row["last_run"] = {"at": last[0], "calls": last[1], "failed": last[2]}
    return row


def model_lines(row: Row) -> Iterator[str]:
    """What :func:`model_rows` gives, for people; nothing for rows of other kinds."""
    if row["kind"] != "model":
        return
    yield f"spent or set aside: ${row['month_usd']:.4f} this month, ${row['day_usd']:.4f} today (UTC)"
    if last := row["last_run"]:
        at = datetime.fromisoformat(last["at"])
        yield f"last run {at:%m-%d %H:%M}: {counted(last['calls'], 'call')}, {last['failed']} of them failed"
