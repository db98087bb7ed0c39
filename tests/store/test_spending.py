"""Money is set aside before a request; what was never settled counts in full."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from dawnchorus.errors import BudgetSpent
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.spending import Spending, spent_in_month

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
CAPS = {"run_usd": 1.0, "month_usd": 3.0}


class Clock:
    def __init__(self, at=NOON):
        self.at = at

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def budget(ledger, clock):
    return Spending(ledger, fetch=1, clock=clock)


def buy(budget, count, ids=None, *, kind="x:post", price=0.005):
    number = budget.reserve(kind=kind, count=count, price_usd=price, **CAPS)
    if ids is not None:
        budget.settle(number, ids=ids)
    return number


def names(count, start=0):
    return [f"x:{n}" for n in range(start, start + count)]


def test_a_reservation_counts_in_full_until_it_is_settled(budget):
    number = buy(budget, 100)
    assert budget.spent_usd("x:post") == (0.5, 0.5)
    budget.settle(number, ids=names(10))
    assert budget.spent_usd("x:post") == (0.05, 0.05)
    budget.settle(number, ids=names(50))  # a second time changes nothing
    assert budget.spent_usd("x:post") == (0.05, 0.05)


def test_an_id_is_paid_once_in_a_day(budget, clock):
    buy(budget, 10, names(10))
    buy(budget, 10, [*names(10), *names(10)])
    assert budget.spent_usd("x:post")[0] == 0.05
    buy(budget, 10, names(10), kind="x:user", price=0.01)  # another thing of the same name
    assert budget.spent_usd("x:post")[0] == 0.15
    clock.at += timedelta(days=1)
    buy(budget, 10, names(10))
    assert budget.spent_usd("x:post")[0] == 0.2


def test_over_midnight_an_id_is_free_only_if_it_was_paid_on_both_days(budget, clock):
    clock.at = NOON.replace(hour=23, minute=59)
    buy(budget, 1, ["x:1"])
    late = buy(budget, 1)
    clock.at += timedelta(minutes=2)
    budget.settle(late, ids=["x:1"])  # it may have been billed on the new day
    assert budget.spent_usd("x:post")[0] == 0.01


def test_more_ids_than_were_set_aside_are_all_paid(budget):
    buy(budget, 1, names(5))
    assert budget.spent_usd("x:post")[0] == 0.025


def test_the_cap_of_a_run_is_hard_and_exact(budget):
    buy(budget, 200)
    with pytest.raises(
        BudgetSpent, match=r"x: 1 more reads would cost \$0.01, and of \$1.00 a run \$1.00 is spent"
    ):
        buy(budget, 1)
    assert budget.spent_usd("x") == (1.0, 1.0)


def test_many_small_prices_add_up_exactly(budget):
    for n in range(10):  # as floats they would be 0.9999999999999999
        buy(budget, 1, [f"x:{n}"], price=0.1)
    assert budget.spent_usd("x") == (1.0, 1.0)


def test_all_that_one_seller_sells_shares_a_cap_and_others_do_not(budget):
    buy(budget, 200, kind="x:user")
    with pytest.raises(BudgetSpent):
        buy(budget, 1, kind="x:post")
    buy(budget, 1, kind="twitterapi:post")
    assert budget.spent_usd("twitterapi:post") == (0.005, 0.005)


def test_the_cap_of_a_month_holds_over_runs_and_begins_anew(ledger, clock):
    for fetch in (1, 2, 3):
        buy(Spending(ledger, fetch=fetch, clock=clock), 200)
    with pytest.raises(
        BudgetSpent, match=r"of \$3.00 a month \$3.00 is spent or set aside; raise the limit, or wait"
    ):
        buy(Spending(ledger, fetch=4, clock=clock), 1)
    assert spent_in_month(ledger, clock.at) == {"x": 3.0}
    clock.at = datetime(2026, 4, 1, tzinfo=UTC)
    buy(Spending(ledger, fetch=5, clock=clock), 1)
    assert spent_in_month(ledger, clock.at) == {"x": 0.005}


@pytest.mark.parametrize("wrong", [{"count": -1, "price": 1.0}, {"count": 1, "price": -1.0}])
def test_nobody_earns_money_here(budget, wrong):
    with pytest.raises(ValueError, match="must not be negative"):
        buy(budget, wrong["count"], price=wrong["price"])


def test_threads_and_connections_never_pass_the_cap(tmp_path, ledger, clock):
    got: list[int] = []

    def shop(own: Ledger) -> None:
        budget = Spending(own, fetch=1, clock=clock)
        try:
            while True:
                got.append(buy(budget, 7))
        except BudgetSpent:
            pass

    with Ledger(tmp_path / "ledger.sqlite") as other:
        threads = [threading.Thread(target=shop, args=(own,)) for own in (ledger, other) * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(got)) == len(got) == 200 // 7
    assert Spending(ledger, fetch=1, clock=clock).spent_usd("x")[0] == pytest.approx(28 * 7 * 0.005)


KILLED = """
import os, signal, sys
from pathlib import Path
from dawnchorus.store.ledger import Ledger
from tests.store.test_spending import Clock, Spending, buy, names
budget = Spending(Ledger(Path(sys.argv[1])), fetch=1, clock=Clock())
buy(budget, 100, names(10))
buy(budget, 100)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_had_set_aside_counts_in_full(tmp_path, ledger, clock):
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path / "ledger.sqlite"], check=False, env=environment
    )
    assert done.returncode == -signal.SIGKILL
    budget = Spending(ledger, fetch=2, clock=clock)
    assert budget.spent_usd("x:post") == (0.0, 0.55)
    buy(budget, 20, names(20))  # ten of them were paid for before the kill
    assert budget.spent_usd("x:post") == (0.05, 0.6)


def test_ids_are_forgotten_when_they_serve_no_more(budget, ledger, clock):
    buy(budget, 1, ["x:1"])
    clock.at += timedelta(days=3)
    buy(budget, 1, ["x:2"])
    assert ledger.rows("SELECT id FROM paid") == [("x:2",)]
