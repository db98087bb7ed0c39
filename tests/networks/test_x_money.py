from __future__ import annotations

import random
from datetime import timedelta

import pytest

from .buying import Buyer
from .fake_x import FakeX
from .server import at
from .x_posts import NOW, START, TOKEN, posts, x


@pytest.fixture
def buyer(tmp_path):
    return Buyer(folder=tmp_path, secrets=dict(TOKEN))


def test_the_ledger_agrees_with_the_bill(buyer):
    with FakeX(now=NOW, offers=posts(120)) as server:
        buyer.run(x(server, users=["ada2"]), start=START, now=NOW)

    assert server.billed_usd == pytest.approx(120 * 0.005 + 7 * 0.010)
    assert buyer.spent_usd(NOW) == pytest.approx(server.billed_usd)


def test_no_request_could_pass_the_cap_of_a_run(buyer):
    with FakeX(now=NOW, offers=posts(400, first="2026-03-10 05:00")) as server:
        source = x(server, usd_per_run=1.0)
        buyer.run(source, start=START, now=NOW)
        assert server.billed_usd <= 1.0
        assert all(int(asked.query["max_results"]) * 0.045 <= 1.0 for asked in server.asked)
        fault = buyer.faults["search:kites"]
        assert fault.startswith("budget: $0.")
        assert "usd_per_run = 1 are spent or set aside" in fault
        assert fault.endswith("the next run goes on from there, or raise usd_per_run")
        for _ in range(20):  # each run of the same day has its own dollar, and buys nothing twice
            before = server.billed_usd
            buyer.run(source, start=START, now=NOW)
            assert server.billed_usd - before <= 1.0
            if not buyer.faults:
                break

    assert len(buyer.posts) == 400
    assert not server.bought_again()
    assert buyer.spent_usd(NOW) == pytest.approx(server.billed_usd)


def test_the_cap_of_a_month_holds_over_runs_and_ends_with_the_month(buyer):
    with FakeX(now=NOW, offers=posts(400, first="2026-03-10 05:00")) as server:
        source = x(server, usd_per_run=1.0, usd_per_month=1.4)
        for _ in range(6):
            buyer.run(source, start=START, now=NOW)
        assert server.billed_usd <= 1.4
        assert "usd_per_month = 1.4" in buyer.faults["search:kites"]
        asked = len(server.asked)
        buyer.run(source, start=START, now=NOW)
        assert len(server.asked) == asked

    assert buyer.spent_usd(at("2026-04-01 00:00")) == 0


def test_an_answer_that_a_killed_run_never_saw_is_paid_in_full(buyer, monkeypatch):
    def die(*_, **__):
        raise KeyboardInterrupt

    with FakeX(now=NOW, offers=posts(200)) as server:
        source = x(server, usd_per_run=2.0, usd_per_month=2.9)
        with monkeypatch.context() as killed:
            killed.setattr("dawnchorus.sources.networks.x_api.read_json", die)
            with pytest.raises(KeyboardInterrupt):
                buyer.run(source, start=START, now=NOW)
        results = int(server.asked[0].query["max_results"])
        assert buyer.spent_usd(NOW) == pytest.approx(results * 0.045)
        assert buyer.spent_usd(NOW) > server.billed_usd > 0
        for _ in range(5):
            buyer.run(source, start=START, now=NOW)
        assert server.billed_usd <= 2.9
        assert not server.bought_again()


def test_the_money_is_shared_between_the_streams(buyer):
    offers = [*posts(100), *posts(100, text="strings")]
    with FakeX(now=NOW, offers=offers) as server:
        buyer.run(x(server, queries=["kites", "strings"], usd_per_run=2.0), start=START, now=NOW)

    found = [sum(word in post.text for post in buyer.posts.values()) for word in ("kites", "strings")]
    assert min(found) >= 20


def test_max_posts_per_run_ends_a_run(buyer):
    with FakeX(now=NOW, offers=posts(400, first="2026-03-10 05:00")) as server:
        source = x(server, max_posts_per_run=150)
        buyer.run(source, start=START, now=NOW)
        assert len(buyer.posts) == 150
        assert "max_posts_per_run" in buyer.faults["search:kites"]
        buyer.run(source, start=START, now=NOW)

    assert 285 <= len(buyer.posts) <= 300  # the overlap was read twice


def test_a_cap_too_small_for_a_page_sends_nothing(buyer):
    with FakeX(now=NOW, offers=posts(20)) as server:
        buyer.run(x(server, usd_per_run=0.1, users=["ada1"]), start=START, now=NOW)
        assert not [asked for asked in server.asked if "/search/" in asked.path]
    assert "the next page may cost $0.45" in buyer.faults["search:kites"]


def test_without_context_a_page_costs_less_at_most(buyer):
    with FakeX(now=NOW, offers=posts(20)) as server:
        buyer.run(x(server, usd_per_run=0.4, context=False, user_price_usd=0.0), start=START, now=NOW)
        assert {asked.query["max_results"] for asked in server.asked} == {"20"}
        assert "referenced" not in server.asked[0].query["expansions"]
    assert len(buyer.posts) == 20


def test_an_estimate_sends_nothing_and_names_the_most(buyer):
    with FakeX(now=NOW, offers=posts(20)) as server:
        source = x(server, usd_per_run=1.5, usd_per_month=20.0)
        told = buyer.estimate(source, start=START, now=NOW)
        assert (told.usd, told.reads) == (1.5, 300)
        assert not server.asked
        buyer.run(source, start=START, end=at("2026-03-10 11:00"), now=NOW)
        again = buyer.estimate(source, start=START, end=at("2026-03-10 11:00"), now=NOW)
        assert (again.requests, again.usd) == (0, 0.0)


@pytest.mark.parametrize("seed", range(3))
def test_a_week_of_kills_and_faults_loses_nothing_and_passes_no_cap(buyer, seed):
    """Every post is there once, what is spent is counted, and only overlaps are bought a second time."""
    draw = random.Random(seed)
    kinds = ["429", "503", "500", "html", "cut", "truncated", "reset", "overlap", "429-long", "loop"]
    offers = [
        *posts(300, minutes=30, first="2026-03-01 01:00"),
        *posts(100, minutes=90, first="2026-03-01 00:10", text="strings"),
    ]
    with FakeX(now=NOW, offers=offers) as server:
        source = x(server, queries=["kites", "strings"], users=["ada5"], usd_per_run=3.0, usd_per_month=60)
        for day in range(1, 8):
            for hour, calm in ((12, False), (13, False), (14, True), (15, True), (16, True)):
                server.now = at(f"2026-03-{day:02} {hour}:00")
                server.faults = lambda asked: None if calm or draw.random() > 0.2 else draw.choice(kinds)  # noqa: B023
                before = server.billed_usd
                buyer.run(
                    source,
                    start=at(f"2026-03-{day:02} 00:00") - timedelta(days=1),
                    now=server.now,
                    pages=10_000 if calm else draw.randint(1, 6),
                )
                assert server.billed_usd - before <= 3.0
                assert buyer.spent_usd(server.now) >= server.billed_usd - 1e-9
        assert server.billed_usd <= 60
        # Posts of the overlaps and of the seconds in which a run was killed, a listing.
        assert len(server.bought_again()) <= 7 * 4 * 3
    due = {"x:" + offer.native for offer in offers if offer.created_at < at("2026-03-07 15:30")}
    assert due <= buyer.posts.keys()
    assert not buyer.faults
