"""What reads cost, reserved before a request leaves and settled with what came.

X charges "per resource returned in the response" and each resource once in a day (UTC): posts $0.005,
users $0.010, media $0.005 (docs.x.com, pricing, read in November 2026). Whether objects of ``includes``
are charged it does not say; they are counted as if they were.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from dawnchorus.errors import BudgetSpent
from dawnchorus.visits import Budget

# An answer that breaks off may have been charged: its reservation stands. So no request takes more than
# this part of a run, as long as a page can be that small.
_SHARE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Most:
    """What an answer may hold at most of one kind: ``each`` a result, and ``once``."""

    kind: str  # "post"
    usd: float
    each: int = 0
    once: int = 0

    def count(self, results: int) -> int:
        """Resources in an answer of ``results``."""
        return self.each * results + self.once


class Purse:
    """The money of one source in one visit; all its kinds share the caps."""

    def __init__(self, budget: Budget, *, account: str, run_usd: float, month_usd: float) -> None:
        """Pay from ``account``, "x"; the budget adds up what is bought under "x:post", "x:user", …"""
        self._budget, self._account = budget, account
        self._run_usd, self._month_usd = run_usd, month_usd

    @property
    def left_usd(self) -> float:
        """What may still be reserved."""
        run, month = self._budget.spent_usd(self._account)
        return max(0.0, min(self._run_usd - run, self._month_usd - month))

    def results(self, bill: Collection[Most], *, least: int, most: int) -> int:
        """How many results a request may ask for, ``least`` to ``most``.

        Raises:
            BudgetSpent: Not even ``least``.
        """
        once = sum(part.usd * part.once for part in bill)
        each = sum(part.usd * part.each for part in bill)
        if not each:
            fits = least if once <= self.left_usd + 1e-9 else 0
        else:
            wanted = min(self.left_usd, max(self._run_usd / _SHARE, once + each * least))
            fits = int((wanted - once) / each + 1e-6)
        if fits < least:
            raise self._spent(once + each * least)
        return min(most, fits)

    def reserve(self, bill: Collection[Most], *, results: int) -> Reservation:
        """Set aside what an answer of ``results`` may cost.

        Raises:
            BudgetSpent: It is not there (any more); nothing is set aside.
        """
        numbers: dict[str, int] = {}
        reservation = Reservation(self._budget, numbers)
        for part in bill:
            if not part.count(results):
                continue
            try:
                numbers[part.kind] = self._budget.reserve(
                    kind=f"{self._account}:{part.kind}",
                    count=part.count(results),
                    price_usd=part.usd,
                    run_usd=self._run_usd,
                    month_usd=self._month_usd,
                )
            except BudgetSpent:
                reservation.settle({})
                raise self._spent(part.usd * part.count(results)) from None
        return reservation

    def _spent(self, needed_usd: float) -> BudgetSpent:
        run, month = self._budget.spent_usd(self._account)
        if self._month_usd - month < self._run_usd - run:
            spent, cap, option, when = month, self._month_usd, "usd_per_month", "the next month"
        else:
            spent, cap, option, when = run, self._run_usd, "usd_per_run", "the next run"
        return BudgetSpent(
            f"budget: ${spent:.2f} of {option} = {cap:g} are spent or set aside, and the next page may cost"
            f" ${needed_usd:.2f}; {when} goes on from there, or raise {option}"
        )


class Reservation:
    """Set aside for one request; whoever never settles it pays it in full."""

    def __init__(self, budget: Budget, numbers: Mapping[str, int]) -> None:
        self._budget, self._numbers = budget, numbers

    @property
    def key(self) -> str:
        """No other reservation of the ledger has it."""
        return "-".join(map(str, self._numbers.values()))

    def settle(self, came: Mapping[str, Collection[str]]) -> None:
        """Pay for ``came``, ids by kind, instead."""
        for kind, number in self._numbers.items():
            self._budget.settle(number, ids=came.get(kind, ()))
