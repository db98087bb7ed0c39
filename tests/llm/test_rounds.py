"""Asks in rounds against the scripted server: attempts, waits, forms, options, the breaker, the order."""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from dawnchorus.llm.asking import Completion, Request
from dawnchorus.llm.budget import Caps, Price
from dawnchorus.llm.faults import NotServed, TryAgain
from dawnchorus.llm.rounds import ATTEMPTS
from tests.llm.conftest import Waits, ask, begin

WORDS = ["wren", "robin", "rook"]
NAMES = ["ants", "bees", "cats", "dogs", "eels", "foxes"]


# What comes of an ask whose every attempt meets the fault: requests made, and whether there is an answer.
ALONE = {
    "400": (1, False),
    "400-schema": (2, True),
    "400-object": (3, True),
    "400-temperature": (2, True),
    "400-max-tokens": (2, True),
    "400-context": (1, False),
    "401": (1, False),
    "402": (1, False),
    "403": (1, False),
    "403-flagged": (1, False),
    "404": (1, False),
    "408": (3, False),
    "413": (1, False),
    "429": (3, False),
    "429-after": (3, False),
    "429-absurd": (1, False),
    "429-quota": (1, False),
    "500": (3, False),
    "500-schema": (3, True),
    "503": (3, False),
    "529": (3, False),
    "redirect": (1, False),
    "reset": (3, False),
    "reset-mid": (3, False),
    "truncated": (3, False),
    "html": (3, False),
    "no-choices": (3, False),
    "stream": (3, False),
    "bomb": (3, False),
    "length": (1, False),
    "no-finish": (1, False),
    "refusal": (1, False),
    "content-filter": (1, False),
    "null-content": (1, False),
    "prose": (1, True),
    "fence": (1, True),
    "open-fence": (1, False),
    "blank": (1, False),
    "comma": (1, True),
    "extra-keys": (1, True),
    "duplicate-keys": (1, True),
    "deep": (1, False),
    "nan": (1, False),
    "long-number": (1, False),
    "other-shape": (1, False),
    "empty-answer": (1, False),
    "no-usage": (1, True),
    "absurd-usage": (1, True),
    "odd-usage": (1, True),
    "other-model": (1, True),
    "big-usage": (1, True),
    "parts": (1, True),
    "function-call": (1, True),
    "thought-only": (1, False),
    "think-block": (1, True),
    "think-open": (1, False),
    "braces": (1, True),
    "echo": (1, False),
    "echo-escaped": (1, False),
    "echo-name": (1, True),
    "slow": (1, True),
}


@pytest.mark.parametrize("fault", ALONE)
def test_a_fault_that_stays(fault, server, model, calls):
    server.script({"fault": fault})
    asked = model()

    [reply] = asked.ask([ask()])

    requests, answered = ALONE[fault]
    assert len(server.seen) == requests
    assert reply.ok is answered
    assert bool(reply.fault) is not answered
    assert "\n" not in reply.fault
    assert calls.account().run.calls == requests
    if answered:
        assert reply.value.words == WORDS


@pytest.mark.parametrize("fault", ["408", "429", "500", "503", "529", "hang", "reset-mid", "html", "bomb"])
def test_a_fault_that_passes_is_tried_again(fault, server, model):
    server.script({"fault": fault, "nth": [1]})
    waits = Waits()

    [reply] = model(sleep=waits).ask([ask()])

    assert reply.value.words == WORDS
    assert len(server.seen) == 2
    assert len(waits) == 1
    assert 0.5 <= waits[0] <= 1.0


def test_waits_grow_and_are_never_the_same(server, model):
    server.script({"fault": "500"})
    drawn = []
    for what in NAMES:
        waits = Waits()
        model(sleep=waits).ask([ask(what)])
        assert 0.5 <= waits[0] <= 1.0 <= waits[1] <= 2.0
        drawn += waits

    assert len(set(drawn)) == len(drawn)


def test_the_wait_that_a_server_asks_for_is_kept(server, model):
    server.script({"fault": "429-after", "seconds": 17, "nth": [1]})
    waits = Waits()

    [reply] = model(sleep=waits).ask([ask()])

    assert reply.ok
    assert waits == [17.0]


def test_a_wait_beyond_reason_or_patience_is_not_waited(server, model):
    for limits, seconds in (({}, 61), ({"patience_seconds": 20.0}, 21)):
        server.script({"fault": "429-after", "seconds": seconds})
        waits = Waits()

        [reply] = model(sleep=waits, **limits).ask([ask(str(seconds))])

        assert "429" in reply.fault
        assert waits == []
        assert len(server.seen) == 1


def test_all_waits_of_a_run_come_out_of_one_patience(server, model):
    server.script({"fault": "429-after", "seconds": 10})
    waits = Waits()

    model(sleep=waits, patience_seconds=35.0, concurrency=1).ask([ask(what) for what in NAMES])

    assert waits == [10.0] * 3


def test_four_asks_in_a_row_without_an_answer_end_it(server, model):
    server.script({"fault": "503"})

    replies = model(concurrency=2).ask([ask(what) for what in NAMES])

    assert len(server.seen) == 4 * ATTEMPTS
    assert [reply.ok for reply in replies] == [False] * 6
    assert "4 asks in a row had no answer" in replies[-1].fault


def test_an_answer_in_between_keeps_it_going(server, model):
    server.script(*({"fault": "500", "contains": what} for what in NAMES if what != "cats"))

    replies = model(concurrency=1).ask([ask(what) for what in NAMES])

    assert [reply.ok for reply in replies] == [what == "cats" for what in NAMES]
    assert len(server.seen) == 1 + 5 * ATTEMPTS


@pytest.mark.parametrize("fault", ["401", "402", "403", "404", "429-quota"])
def test_a_server_that_refuses_all_is_not_asked_again(fault, server, model):
    server.script({"fault": fault})
    asked = model(concurrency=2)

    replies = [*asked.ask([ask(what) for what in NAMES]), *asked.ask([ask("gulls")])]

    assert len(server.seen) == 2  # those that were on their way together
    assert not any(reply.ok for reply in replies)
    assert all(reply.fault for reply in replies)


@pytest.mark.parametrize("fault", ["400-context", "403-flagged", "413", "refusal", "length"])
def test_one_ask_that_cannot_be_answered_leaves_the_others(fault, server, model):
    server.script({"fault": fault, "contains": "bees"})

    replies = model().ask([ask(what) for what in NAMES])

    assert [reply.ok for reply in replies] == [what != "bees" for what in NAMES]
    assert len(server.seen) == len(NAMES)


@pytest.mark.parametrize(
    ("fault", "form"), [("400-schema", "object"), ("400-object", "prompt"), ("400-temperature", "schema")]
)
def test_what_the_server_does_not_take_is_learnt_once(fault, form, server, model):
    server.script({"fault": fault})
    asked = model(concurrency=3)

    replies = asked.ask([ask(what) for what in NAMES])
    before = len(server.seen)
    later = asked.ask([ask("gulls")])

    assert all(reply.ok for reply in [*replies, *later])
    assert asked.form == form
    assert len(server.seen) == before + 1
    assert before <= len(NAMES) + 2 * 3


def test_a_form_that_the_user_fixed_is_kept(server, model):
    server.script({"fault": "400-schema"})

    [reply] = model(form="schema").ask([ask()])

    assert "json_schema" in reply.fault
    assert len(server.seen) == 1


def test_a_server_that_takes_no_limit_of_tokens_is_not_asked_forever(server, model):
    server.script({"fault": "400", "say": "max_tokens and max_completion_tokens are not supported"})

    [reply] = model().ask([ask()])

    assert not reply.ok
    assert len(server.seen) <= 3


def test_the_same_ask_is_one_request_and_later_none(server, model, calls):
    asked = model()

    replies = asked.ask([ask(), ask(), ask("bees")])
    again = model().ask([ask()])

    assert [reply.value.words for reply in [*replies, *again]] == [WORDS] * 4
    assert len(server.seen) == 2
    assert sum(usage.calls for usage in asked.used.values()) == 2


def test_another_temperature_length_or_model_is_another_call(server, model):
    model().ask([ask()])
    model(temperature=0.5).ask([ask()])
    model().ask([ask(most=201)])

    assert len(server.seen) == 3


def test_replay_asks_nobody(server, model, ledger):
    model().ask([ask()])
    server.script({"fault": "500"})
    model().ask([ask("bees")])
    server.script()

    replies = model(replay=True, log=begin(ledger)).ask([ask(), ask("bees"), ask("cats")])

    assert [reply.ok for reply in replies] == [True, False, False]
    assert "500" in replies[1].fault
    assert "never asked" in replies[2].fault
    assert server.seen == []


def test_a_row_stands_in_the_ledger_before_its_request_leaves(server, model, tmp_path):
    server.script({"fault": "503", "nth": [1], "share": 0.5}, ledger=tmp_path / "ledger.sqlite")

    model(concurrency=3).ask([ask(what) for what in NAMES])

    assert len(server.seen) > len(NAMES)
    for seen in server.seen:
        assert len(seen.rows) >= seen.n
        assert "sent" in [state for _, state in seen.rows]


# --- time ----------------------------------------------------------------------------------------------


class Clock:
    """Time that passes only where it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Slow:
    """A wire whose every call takes ``takes`` seconds of a clock; fails first."""

    def __init__(self, clock: Clock, takes: float, *, fails: int = 0) -> None:
        self.clock, self.takes, self.fails = clock, takes, fails
        self.given: list[float] = []

    def complete(self, request: Request, *, seconds: float) -> Completion:
        self.given.append(seconds)
        self.clock.now += min(self.takes, seconds)
        if self.takes > seconds or len(self.given) <= self.fails:
            raise TryAgain("slow: no whole answer in time")
        return Completion(text='{"words": []}', finish="stop", tokens_in=1, tokens_out=1)

    def close(self) -> None:
        pass


def test_a_run_takes_no_second_more_than_its_cap(model):
    clock = Clock()
    slow = Slow(clock, 40)
    caps = Caps(run_seconds=100)

    replies = model(through=slow, clock=clock, caps=caps, concurrency=1, seconds=60.0, sleep=clock.sleep).ask(
        [ask(what) for what in NAMES]
    )

    assert clock.now <= 100
    assert slow.given[:3] == [60.0, 60.0, 20.0]
    assert [reply.ok for reply in replies] == [True, True, *[False] * 4]
    assert "100 seconds" in replies[-1].fault


def test_no_wait_goes_beyond_the_seconds_of_a_run(model):
    clock = Clock()
    slow = Slow(clock, 5, fails=9)

    model(
        through=slow, clock=clock, caps=Caps(run_seconds=5.2), concurrency=1, seconds=60.0, sleep=clock.sleep
    ).ask([ask()])

    assert clock.now <= 5.2


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What a shell starts in the background has SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("fault", "after"), [("hang", 0.3), ("drip", 0.3), ("hang", 0.08)])
def test_ctrl_c_waits_for_no_answer(fault, after, server, model, ledger):
    server.script({"fault": fault})
    main = threading.main_thread().ident
    assert main
    threading.Timer(after, signal.pthread_kill, (main, signal.SIGINT)).start()
    began = time.monotonic()

    with pytest.raises(KeyboardInterrupt):
        model(seconds=20.0).ask([ask(what) for what in NAMES])

    assert time.monotonic() - began < 5
    assert {state for (state,) in ledger.rows("SELECT state FROM calls")} <= {"sent"}  # they count in full


# --- order ---------------------------------------------------------------------------------------------


class Shuffled:
    """A wire that answers the calls of a round in an order of its own; some are lost the first time."""

    def __init__(self, order: tuple[int, ...], lost: frozenset[str]) -> None:
        self._order, self._lost = itertools.cycle(order), lost
        self._lock = threading.Lock()
        self._asked: set[str] = set()

    def complete(self, request: Request, *, seconds: float) -> Completion:
        with self._lock:
            place = next(self._order)
            first = request.user not in self._asked
            self._asked.add(request.user)
        time.sleep(0.008 * place)
        if first and request.user in self._lost:
            raise TryAgain("lost")
        return Completion(text='{"words": []}', finish="stop", tokens_in=60, tokens_out=20)

    def close(self) -> None:
        pass


def test_which_answer_is_quicker_changes_nothing(ledger, model):
    """The budget is tight: some asks are refused, and they are the same ones in every order."""
    asks = [ask(what) for what in NAMES]
    lost = frozenset({asks[1].user, asks[4].user})
    told = []
    for number, order in enumerate(itertools.permutations(range(3))):
        log = begin(ledger, slug=f"run-{number}")
        shuffled = Shuffled(order, lost)
        keyed = [ask(what, most=200 + number) for what in NAMES]  # not answered by the run before
        replies = model(
            through=shuffled,
            log=log,
            caps=Caps(run_tokens=1600, run_usd=None, day_usd=None),
            concurrency=3,
        ).ask(keyed)
        rows = ledger.rows(
            "SELECT about, attempt, state FROM calls WHERE run = (SELECT MAX(run) FROM calls) ORDER BY id"
        )
        told.append((rows, [reply.ok for reply in replies]))

    assert all(one == told[0] for one in told)
    assert not all(told[0][1])
    assert any(told[0][1])


@pytest.mark.parametrize("concurrency", [1, 2, 5, 8])
def test_how_many_are_under_way_changes_nothing_where_there_is_room(concurrency, server, model, ledger):
    asked = model(concurrency=concurrency)

    replies = asked.ask([ask(what) for what in NAMES])

    assert all(reply.ok for reply in replies)
    rows = ledger.rows("SELECT about, attempt, state, tokens_in, tokens_out FROM calls ORDER BY id")
    assert [row[:3] for row in rows] == [(what, 1, "done") for what in NAMES]
    assert {seen.user for seen in server.seen} == {ask(what).user for what in NAMES}


def test_no_more_are_under_way_than_allowed(model):
    under_way, most = [0], [0]
    lock = threading.Lock()
    full = threading.Event()

    class Counting:
        def complete(self, request: Request, *, seconds: float) -> Completion:
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
                if under_way[0] == 3:
                    full.set()
            full.wait(0.2)
            with lock:
                under_way[0] -= 1
            return Completion(text="{}", finish="stop")

        def close(self) -> None:
            pass

    model(through=Counting(), concurrency=3).ask([ask(str(number)) for number in range(12)])

    assert most == [3]


def test_what_the_run_used_is_told_by_stage(server, model):
    asked = model(price=Price(tokens_in=10.0, tokens_out=100.0))

    asked.ask([ask()])

    used = asked.used["story"]
    assert (used.calls, used.tokens_in, used.tokens_out) == (1, 14, 12)
    assert used.usd == pytest.approx((14 * 10 + 12 * 100) / 1e6)
    assert asked.missed == 0


def test_asks_that_came_to_nothing_are_counted(server, model):
    server.script({"fault": "503", "contains": "bees"}, {"fault": "refusal", "contains": "cats"})
    asked = model()

    asked.ask([ask(what) for what in NAMES])

    assert asked.missed == 1  # a refusal is an answer, if a poor one


def test_an_odd_fault_of_the_wire_is_told_like_others(model):
    class Broken:
        def complete(self, request: Request, *, seconds: float) -> Completion:
            raise NotServed("broken: no such host")

        def close(self) -> None:
            pass

    [reply] = model(through=Broken()).ask([ask()])

    assert reply.fault == "broken: no such host"
