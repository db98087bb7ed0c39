"""Every call to a language model: committed as sent before it leaves, with its answer before that is used.

What was set aside and never settled, because the run was killed, counts in full: the call may have been
billed. Amounts are whole billionths of a dollar. Questions are not kept, only their digests.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, get_args

from dawnchorus.llm.asking import Completion, Usage
from dawnchorus.llm.budget import Account, Answered, Caps, OverBudget, Planned
from dawnchorus.llm.faults import CallFault, Kind
from dawnchorus.store.ledger import Ledger

_NANOS: Final = 1_000_000_000
_SUMS: Final = (
    "COUNT(*), COALESCE(SUM(tokens_in), 0), COALESCE(SUM(tokens_out), 0), COALESCE(SUM(tokens_cached), 0),"
    " COALESCE(SUM(nanos), 0), COALESCE(SUM(attempt > 1), 0)"
)


class Calls:
    """The calls of one run; implements ``llm.budget.CallLog``."""

    def __init__(self, ledger: Ledger, *, run: int, clock: Callable[[], datetime]) -> None:
        """Keep the account of ``run``, a number of ``Ledger.begin_run``; ``clock`` gives the time, aware.

        A run that goes on where others were killed counts what they took as its own.
        """
        self._ledger, self._run, self._clock = ledger, run, clock
        self._runs = _chain(ledger, run)

    def answered(self, key: str) -> Answered | None:
        """See ``CallLog``."""
        rows = self._ledger.rows(
            "SELECT run, completion, 1, tokens_in, tokens_out, tokens_cached, nanos, 0 FROM calls"
            " WHERE key = ? AND state = 'done' ORDER BY id DESC LIMIT 1",
            (key,),
        )
        if not rows:
            return None
        run, completion, *usage = rows[0]
        try:
            found = Completion(**json.loads(completion))
        except (ValueError, TypeError):  # damaged, or of another version: it is asked once more
            return None
        return Answered(completion=found, usage=_usage(tuple(usage)), own=run in self._runs)

    def failed(self, key: str) -> CallFault | None:
        """See ``CallLog``."""
        rows = self._ledger.rows(
            "SELECT state, why, kind FROM calls WHERE key = ? AND state IN ('done', 'failed', 'unpaid')"
            " ORDER BY id DESC LIMIT 1",
            (key,),
        )
        if not rows or rows[0][0] == "done":
            return None
        _, why, kind = rows[0]
        return CallFault(str(why), kind=kind if kind in get_args(Kind) else None)

    def send(self, planned: Planned, caps: Caps) -> int:
        """See ``CallLog``."""
        now = self._clock().astimezone(UTC)
        day, nanos = f"{now:%Y-%m-%d}", round(planned.usd * _NANOS)
        with self._ledger.transaction() as db:
            for what, usage, usd, tokens, calls in (
                ("run", self._of_run(), caps.run_usd, caps.run_tokens, caps.run_calls),
                ("day", self._of_day(day), caps.day_usd, caps.day_tokens, caps.day_calls),
            ):
                _check(what, usage, planned, usd=usd, tokens=tokens, calls=calls)
            row = db.execute(
                "INSERT INTO calls (run, day, key, stage, about, model, attempt, tokens_in, tokens_out,"
                " nanos, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    *(self._run, day, planned.key, planned.stage, planned.about, planned.model),
                    *(planned.attempt, planned.tokens_in, planned.tokens_out, nanos, now.isoformat()),
                ),
            ).fetchone()
        return int(row[0])

    def done(self, call: int, completion: Completion, *, tokens_in: int, tokens_out: int, usd: float) -> None:
        """See ``CallLog``."""
        with self._ledger.transaction() as db:
            db.execute(
                "UPDATE calls SET state = 'done', completion = ?, tokens_in = ?, tokens_out = ?,"
                " tokens_cached = ?, nanos = ?, ended_at = ? WHERE id = ? AND state = 'sent'",
                (
                    json.dumps(asdict(completion)),
                    *(tokens_in, tokens_out, completion.tokens_cached, round(usd * _NANOS)),
                    *(self._clock().astimezone(UTC).isoformat(), call),
                ),
            )

    def fail(self, call: int, fault: CallFault) -> None:
        """See ``CallLog``."""
        free = "" if fault.billed else ", tokens_in = 0, tokens_out = 0, nanos = 0"
        state, ended = "failed" if fault.billed else "unpaid", self._clock().astimezone(UTC).isoformat()
        with self._ledger.transaction() as db:
            db.execute(
                f"UPDATE calls SET state = ?, why = ?, kind = ?, ended_at = ?{free}"
                " WHERE id = ? AND state = 'sent'",
                (state, str(fault), fault.kind, ended, call),
            )

    def account(self) -> Account:
        """See ``CallLog``."""
        stages = self._ledger.rows(
            f"SELECT stage, {_SUMS} FROM calls WHERE {self._mine()} GROUP BY stage ORDER BY MIN(id)",
            self._runs,
        )
        return Account(
            run=self._of_run(),
            day=self._of_day(f"{self._clock().astimezone(UTC):%Y-%m-%d}"),
            stages={row[0]: _usage(row[1:]) for row in stages},
        )

    def _of_run(self) -> Usage:
        return _usage(self._ledger.rows(f"SELECT {_SUMS} FROM calls WHERE {self._mine()}", self._runs)[0])

    def _of_day(self, day: str) -> Usage:
        return _usage(self._ledger.rows(f"SELECT {_SUMS} FROM calls WHERE day = ?", (day,))[0])

    def _mine(self) -> str:
        return f"run IN ({', '.join('?' * len(self._runs))})"


def is_answered(ledger: Ledger, key: str) -> bool:
    """Whether the answer to the ask of ``key`` is there, so that it is not paid again."""
    return bool(ledger.rows("SELECT 1 FROM calls WHERE key = ? AND state = 'done' LIMIT 1", (key,)))


def spent_usd(ledger: Ledger, when: str, *, model: str | None = None) -> float:
    """Dollars spent or set aside, by one model or all, in a day or month (UTC): "2026-11-22", "2026-11"."""
    rows = ledger.rows(
        "SELECT COALESCE(SUM(nanos), 0) FROM calls WHERE substr(day, 1, ?) = ? AND (? IS NULL OR model = ?)",
        (len(when), when, model, model),
    )
    return float(rows[0][0]) / _NANOS


def _chain(ledger: Ledger, run: int) -> list[int]:
    """``run`` and the runs of its edition right before it that never ended."""
    slug = ledger.rows("SELECT slug FROM runs WHERE id = ?", (run,))[0][0]
    chain = [run]
    for id, state in ledger.rows(
        "SELECT id, state FROM runs WHERE slug = ? AND id < ? ORDER BY id DESC", (slug, run)
    ):
        if state != "interrupted":
            break
        chain.append(id)
    return chain


def _check(
    what: str, usage: Usage, planned: Planned, *, usd: float | None, tokens: int | None, calls: int | None
) -> None:
    new_tokens, old_tokens = planned.tokens_in + planned.tokens_out, usage.tokens_in + usage.tokens_out
    over = f"over the budget of a {what}: {planned.about} may take"
    kind: Kind = "over_day" if what == "day" else "over_run"
    if usd is not None and round((usage.usd + planned.usd) * _NANOS) > round(usd * _NANOS):
        raise OverBudget(
            f"{over} ${planned.usd:.4f}, and of ${usd:g} ${usage.usd:.4f} is spent or set aside", kind=kind
        )
    if tokens is not None and old_tokens + new_tokens > tokens:
        raise OverBudget(
            f"{over} {new_tokens:,} tokens, and of {tokens:,} {old_tokens:,} are spent or set aside",
            kind=kind,
        )
    if calls is not None and usage.calls >= calls:
        raise OverBudget(f"{over} a call, and all {calls:,} are made", kind=kind)


def _usage(row: tuple[Any, ...]) -> Usage:
    calls, tokens_in, tokens_out, cached, nanos, retries = row
    return Usage(
        calls=calls,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        tokens_cached=cached,
        usd=nanos / _NANOS,
        retries=retries,
    )
