"""What is set aside and spent never passes a cap: in any order, side by side, after kills, over days."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dawnchorus.llm.asking import Completion
from dawnchorus.llm.budget import Caps, OverBudget, Planned, Price
from dawnchorus.llm.faults import NotServed, TryAgain
from dawnchorus.llm.rounds import most_tokens_in
from dawnchorus.store.calls import Calls
from dawnchorus.store.ledger import Ledger
from tests.llm.conftest import NOW, ask, begin

DONE = Completion(text="{}", finish="stop")
PRICE = Price(tokens_in=1.0, tokens_out=4.0)


def planned(
    key: str = "k", *, tokens_in: int = 100, tokens_out: int = 50, usd: float | None = None
) -> Planned:
    cost = PRICE.usd(tokens_in=tokens_in, tokens_out=tokens_out) if usd is None else usd
    return Planned(
        key=key,
        stage="story",
        about=f"story {key}",
        model="m",
        attempt=1,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        usd=cost,
    )


@dataclass
class Row:
    """A call as the tests keep account of it."""

    run: int  # its edition's, over kills
    day: str
    tokens: int
    usd: float


class Accounts(RuleBasedStateMachine):
    """Calls of two editions over days, with kills; the account is kept twice, and once wrongly is enough."""

    @initialize(
        usd=st.integers(0, 400),
        tokens=st.none() | st.integers(0, 3000),
        calls=st.none() | st.integers(0, 12),
        day=st.integers(1, 3),
    )
    def start(self, usd: int, tokens: int | None, calls: int | None, day: int) -> None:
        self.caps = Caps(
            run_usd=usd / 1e5,
            day_usd=day * usd / 2e5,
            run_tokens=tokens,
            day_tokens=None if tokens is None else tokens * day // 2,
            run_calls=calls,
            day_calls=None if calls is None else calls * day // 2,
        )
        self.ledger = Ledger(Path(":memory:"))
        self.now = NOW
        self.rows: dict[int, Row] = {}
        self.open: dict[int, Planned] = {}
        self.chain = 0
        self.begin("a", killed=False)

    def begin(self, label: str, *, killed: bool) -> None:
        if not killed:
            self.chain += 1
        run = self.ledger.begin_run(slug=label, label=label, code_version="", at=self.now)
        self.run_number, self.label = run, label
        self.calls = Calls(self.ledger, run=run, clock=lambda: self.now)

    @rule(tokens_in=st.integers(0, 900), tokens_out=st.integers(0, 900))
    def send(self, tokens_in: int, tokens_out: int) -> None:
        one = planned(str(len(self.rows)), tokens_in=tokens_in, tokens_out=tokens_out)
        fits = self._fits(one)
        try:
            call = self.calls.send(one, self.caps)
        except OverBudget:
            assert not fits
        else:
            assert fits
            self.open[call] = one
            self.rows[call] = Row(self.chain, f"{self.now:%Y-%m-%d}", tokens_in + tokens_out, one.usd)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), share=st.floats(0, 1))
    def done(self, data: st.DataObject, share: float) -> None:
        call = data.draw(st.sampled_from(sorted(self.open)))
        one = self.open.pop(call)
        tokens_in, tokens_out = int(one.tokens_in * share), int(one.tokens_out * share)
        usd = PRICE.usd(tokens_in=tokens_in, tokens_out=tokens_out)
        self.calls.done(call, DONE, tokens_in=tokens_in, tokens_out=tokens_out, usd=usd)
        self.rows[call].tokens, self.rows[call].usd = tokens_in + tokens_out, usd

    @precondition(lambda self: self.open)
    @rule(data=st.data(), billed=st.booleans())
    def fail(self, data: st.DataObject, billed: bool) -> None:
        call = data.draw(st.sampled_from(sorted(self.open)))
        self.open.pop(call)
        self.calls.fail(call, TryAgain("503", billed=billed))
        if not billed:
            self.rows[call].tokens, self.rows[call].usd = 0, 0.0

    @rule()
    def kill(self) -> None:
        self.open.clear()  # nobody will ever say what became of them
        self.begin(self.label, killed=True)

    @rule(label=st.sampled_from("ab"))
    def finish(self, label: str) -> None:
        self.open.clear()
        self.ledger.end_run(self.run_number, state="published", at=self.now)
        self.begin(label, killed=False)

    @rule(hours=st.integers(1, 30))
    def later(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def never_over(self) -> None:
        if not hasattr(self, "caps"):
            return
        run, day = self._sums()
        account = self.calls.account()
        for mine, theirs, usd, tokens, calls in (
            (run, account.run, self.caps.run_usd, self.caps.run_tokens, self.caps.run_calls),
            (day, account.day, self.caps.day_usd, self.caps.day_tokens, self.caps.day_calls),
        ):
            assert theirs.calls == len(mine)
            assert theirs.tokens_in + theirs.tokens_out == sum(row.tokens for row in mine)
            assert theirs.usd == pytest.approx(sum(row.usd for row in mine), abs=1e-8)
            assert usd is None or theirs.usd <= usd + 1e-9
            assert tokens is None or sum(row.tokens for row in mine) <= tokens
            assert calls is None or len(mine) <= calls

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.__exit__(None, None, None)

    def _sums(self) -> tuple[list[Row], list[Row]]:
        today = f"{self.now:%Y-%m-%d}"
        run = [row for row in self.rows.values() if row.run == self.chain]
        return run, [row for row in self.rows.values() if row.day == today]

    def _fits(self, one: Planned) -> bool:
        run, day = self._sums()
        fits = True
        for rows, usd, tokens, calls in (
            (run, self.caps.run_usd, self.caps.run_tokens, self.caps.run_calls),
            (day, self.caps.day_usd, self.caps.day_tokens, self.caps.day_calls),
        ):
            fits &= usd is None or round(sum(row.usd for row in rows) * 1e9) + round(one.usd * 1e9) <= round(
                usd * 1e9
            )
            whole = sum(row.tokens for row in rows) + one.tokens_in + one.tokens_out
            fits &= tokens is None or whole <= tokens
            fits &= calls is None or len(rows) < calls
        return fits


TestAccounts = Accounts.TestCase
TestAccounts.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize(
    "caps",
    [
        Caps(run_usd=None, day_usd=0.0021),
        Caps(run_usd=0.0021, day_usd=None),
        Caps(run_tokens=1060),
        Caps(day_tokens=1060),
        Caps(run_calls=7),
        Caps(day_calls=7),
    ],
)
def test_many_threads_and_two_processes_worth_of_ledgers_fit_under_one_cap(caps, tmp_path):
    """150 tokens and $0.0003 a call: seven fit."""
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as one, Ledger(path) as other:
        run = one.begin_run(slug="s", label="s", code_version="", at=NOW)
        accounts = [Calls(ledger, run=run, clock=lambda: NOW) for ledger in (one, other)]
        sent: list[int] = []
        start = threading.Barrier(6)

        def hammer(calls: Calls) -> None:
            start.wait()
            for number in range(4):
                try:
                    sent.append(calls.send(planned(str(number)), caps))
                except OverBudget:
                    return

        threads = [threading.Thread(target=hammer, args=(accounts[number % 2],)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(sent) == len(set(sent)) == 7


def test_what_was_under_way_when_a_run_was_killed_counts_in_full(ledger):
    begin(ledger).send(planned(), Caps())
    after = begin(ledger)

    assert after.account().run.tokens_in == 100
    with pytest.raises(OverBudget, match="run"):
        after.send(planned(), Caps(run_tokens=299))


def test_a_run_that_ended_is_not_part_of_the_next(ledger):
    calls = begin(ledger)
    calls.send(planned(), Caps())
    ledger.end_run(1, state="published", at=NOW)

    assert begin(ledger).account().run.calls == 0
    assert begin(ledger).account().day.calls == 1


def test_the_day_is_utcs(ledger):
    late = datetime.fromisoformat("2026-03-10T20:30:00-05:00")  # the 11th in UTC
    begin(ledger, now=late).send(planned(), Caps())

    assert begin(ledger, slug="other", now=NOW).account().day.calls == 1


def test_an_answer_is_had_once_and_again_for_nothing(ledger):
    calls = begin(ledger)
    call = calls.send(planned("k"), Caps())
    assert calls.answered("k") is None
    calls.done(call, Completion(text="\ud800 ok", finish="stop"), tokens_in=60, tokens_out=5, usd=0.00008)
    calls.fail(call, NotServed("too late"))  # settled once is settled

    found = begin(ledger).answered("k")

    assert found is not None
    assert found.completion.text == "\ud800 ok"
    assert (found.usage.tokens_in, found.usage.tokens_out) == (60, 5)


@pytest.mark.parametrize("fault", ["absurd-usage", "big-usage", "no-usage", "odd-usage", "zero-usage"])
def test_a_count_that_cannot_be_costs_what_was_set_aside(fault, server, model, calls):
    server.script({"fault": fault})
    model(price=PRICE).ask([ask()])

    run = calls.account().run
    assert (run.tokens_in, run.tokens_out) == (most_tokens_in(ask()), 200)
    assert run.usd == pytest.approx(PRICE.usd(tokens_in=run.tokens_in, tokens_out=200))


@pytest.mark.parametrize("fault", ["absurd-usage", "big-usage", "thinking", "verbose"])
def test_no_cap_is_passed_whatever_a_server_states(fault, server, model, calls):
    server.script({"fault": fault})
    size = most_tokens_in(ask("ants")) + 200
    caps = Caps(run_tokens=2 * size, run_usd=1.0, day_usd=1.0)

    replies = model(caps=caps, concurrency=3, price=PRICE).ask([ask("ants"), ask("bees"), ask("cats")])

    assert sum(reply.ok for reply in replies) >= 2
    assert calls.account().run.tokens_in + calls.account().run.tokens_out <= 2 * size


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("big-usage", "states 900,000 tokens of a call that can have 312 at most; counted as 312"),
        ("thinking", "states 7,000 tokens of a call that can have 200 at most; counted as 200"),
    ],
)
def test_counts_that_cannot_be_are_told_once(fault, line, server, model):
    server.script({"fault": fault})
    asked = model(price=PRICE)

    asked.ask([ask("ants"), ask("bees")])
    asked.ask([ask("cats")])

    assert asked.odd_count == "the server " + line.replace("312", str(most_tokens_in(ask("ants"))))


def test_counts_that_can_be_are_believed(server, model, calls):
    asked = model(price=PRICE)
    asked.ask([ask()])

    assert (calls.account().run.tokens_in, calls.account().run.tokens_out) == (14, 12)
    assert asked.counts
    assert asked.odd_count == ""


def test_a_server_that_states_no_tokens_is_known(server, model):
    server.script({"fault": "no-usage"})
    asked = model(price=PRICE)
    asked.ask([ask()])

    assert not asked.counts
    assert asked.odd_count == ""


def test_tokens_for_thinking_are_set_aside_and_allowed(server, model):
    [reply] = model(thinking_tokens=3000, caps=Caps(run_tokens=3300)).ask([ask()])
    assert "over the budget" in reply.fault

    assert model(thinking_tokens=3000).ask([ask()])[0].ok
    assert server.seen[0].body["max_tokens"] == 3200


@pytest.mark.parametrize(
    "text", ["plain words", "简体中文的帖子", "👩‍👩‍👧", "a" * 1000, "\ud800", "\x00\x01"]
)
def test_more_is_set_aside_than_any_tokeniser_counts(text):
    """Byte-level tokenisers make at most one token of a byte."""
    base = most_tokens_in(ask(""))

    assert most_tokens_in(ask(text)) - base == len(text.encode("utf-8", "surrogatepass"))


def test_retries_come_out_of_the_same_budget(server, model, calls):
    server.script({"fault": "500"})
    size = most_tokens_in(ask()) + 200

    [reply] = model(caps=Caps(run_tokens=2 * size), price=PRICE).ask([ask()])

    assert len(server.seen) == 2
    assert "over the budget of a run" in reply.fault
    assert calls.account().run.retries == 1


def test_a_cap_of_nothing_sends_nothing(server, model):
    for caps in (Caps(run_usd=0.0), Caps(run_tokens=0), Caps(run_calls=0), Caps(day_usd=0.0)):
        [reply] = model(caps=caps, price=PRICE).ask([ask()])
        assert not reply.ok

    assert server.seen == []


def test_a_free_model_is_held_by_tokens_and_calls_only(server, model):
    free = Price(tokens_in=0.0, tokens_out=0.0)

    assert model(caps=Caps(run_usd=0.0, day_usd=0.0), price=free).ask([ask()])[0].ok


def test_cached_tokens_cost_less_and_never_less_than_nothing():
    price = Price(tokens_in=10.0, tokens_out=0.0, cached=1.0)

    assert price.usd(tokens_in=100, tokens_out=0, cached=40) == pytest.approx((60 * 10 + 40) / 1e6)
    assert price.usd(tokens_in=100, tokens_out=0, cached=500) == pytest.approx(100 / 1e6)
    dear = Price(tokens_in=1.0, tokens_out=0.0, cached=9.0)
    assert dear.usd(tokens_in=100, tokens_out=0, cached=100) == pytest.approx(100 / 1e6)
