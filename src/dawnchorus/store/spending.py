"""Money for reads that cost some: set aside before the request leaves, settled by what came.

What was set aside and never settled, because the run was killed, counts in full: the request may have
been billed. Amounts are whole billionths of a dollar.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final

from dawnchorus.errors import BudgetSpent
from dawnchorus.store.ledger import Ledger

_NANOS: Final = 1_000_000_000
_SPENT: Final = (
    "SELECT COALESCE(SUM(price_nanos * reads), 0) FROM reservations WHERE account = ? AND {column} = ?"
)


class Spending:
    """The budget of one fetch; implements ``visits.Budget``, safe from several threads and processes.

    Caps hold for all that is bought of one seller, by what stands before ":" in a kind: "x:post" and
    "x:user" are paid from one account, by all topics of the ledger.
    """

    def __init__(self, ledger: Ledger, *, fetch: int, clock: Callable[[], datetime]) -> None:
        """Buy for ``fetch``; ``clock`` gives the time, aware."""
        self._ledger, self._fetch, self._clock = ledger, fetch, clock

    def reserve(self, *, kind: str, count: int, price_usd: float, run_usd: float, month_usd: float) -> int:
        """See ``visits.Budget``."""
        if count < 0 or price_usd < 0:
            raise ValueError("count and price must not be negative")
        now, account, price = self._clock().astimezone(UTC), _account(kind), round(price_usd * _NANOS)
        with self._ledger.transaction():
            spent = self._spent(account, now)
            for what, limit, before in (("run", run_usd, spent[0]), ("month", month_usd, spent[1])):
                if before + price * count > round(limit * _NANOS):
                    raise BudgetSpent(
                        f"{account}: {count} more reads would cost ${price * count / _NANOS:.2f}, and of"
                        f" ${limit:.2f} a {what} ${before / _NANOS:.2f} is spent or set aside;"
                        f" raise the limit, or wait for the next {what}"
                    )
            return int(
                self._ledger.rows(
                    "INSERT INTO reservations (fetch, account, kind, month, day, price_nanos, reads)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                    (self._fetch, account, kind, f"{now:%Y-%m}", f"{now:%Y-%m-%d}", price, count),
                )[0][0]
            )

    def settle(self, reservation: int, *, ids: Collection[str]) -> None:
        """See ``visits.Budget``; settling twice changes nothing.

        Over midnight nobody knows on which day the seller counts: an id is free only if it was paid on both.
        """
        today = f"{self._clock().astimezone(UTC):%Y-%m-%d}"
        with self._ledger.transaction() as db:
            found = self._ledger.rows(
                "SELECT kind, day FROM reservations WHERE id = ? AND settled = 0", (reservation,)
            )
            if not found:
                return
            kind, day = found[0]
            bought = 0
            for id in set(ids):
                known = sum(
                    db.execute(
                        "SELECT 1 FROM paid WHERE (kind, day, id) = (?, ?, ?)", (kind, when, id)
                    ).fetchone()
                    is not None
                    for when in {day, today}
                )
                bought += known < len({day, today})
                db.execute("INSERT OR IGNORE INTO paid VALUES (?, ?, ?)", (kind, day, id))
            db.execute("UPDATE reservations SET reads = ?, settled = 1 WHERE id = ?", (bought, reservation))
            # Two days are enough for any question; ids are not kept for longer than they serve.
            db.execute("DELETE FROM paid WHERE day < date(?, '-2 days')", (min(day, today),))

    def spent_usd(self, kind: str) -> tuple[float, float]:
        """See ``visits.Budget``; of all that stands before ":" in ``kind``."""
        run, month = self._spent(_account(kind), self._clock().astimezone(UTC))
        return run / _NANOS, month / _NANOS

    def _spent(self, account: str, now: datetime) -> tuple[int, int]:
        run = self._ledger.rows(_SPENT.format(column="fetch"), (account, self._fetch))
        month = self._ledger.rows(_SPENT.format(column="month"), (account, f"{now:%Y-%m}"))
        return int(run[0][0]), int(month[0][0])


def spent_in_month(ledger: Ledger, now: datetime) -> dict[str, float]:
    """Dollars spent or set aside in the calendar month (UTC) of ``now``, by seller."""
    rows = ledger.rows(
        "SELECT account, SUM(price_nanos * reads) FROM reservations WHERE month = ? GROUP BY account",
        (f"{now.astimezone(UTC):%Y-%m}",),
    )
    return {account: nanos / _NANOS for account, nanos in rows}


def _account(kind: str) -> str:
    return kind.partition(":")[0]
