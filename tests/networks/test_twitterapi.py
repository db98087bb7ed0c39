from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dawnchorus.errors import AccessDenied
from dawnchorus.sources.networks.twitterapi import TwitterApi
from dawnchorus.sources.networks.x import X
from dawnchorus.testing import check_source, make_visit

from .buying import Buyer
from .fake_twitterapi import FakeTwitterApi
from .fake_x import FakeX
from .server import Reply, at, offer
from .x_posts import NOW, START, posts

KEY = {"TWITTERAPI_IO_KEY": "a-bearer-token"}


@pytest.fixture
def buyer(tmp_path):
    return Buyer(folder=tmp_path, secrets=dict(KEY))


def source(server, **options):
    return TwitterApi(base_url=server.url, **{"queries": ["kites"], **options})


def spent(buyer):
    return buyer.spent_usd(NOW, "twitterapi")


def test_searches_and_accounts_are_read_to_their_end(buyer):
    offers = [*posts(60), *posts(30, first="2026-03-10 03:00", text="strings")]
    with FakeTwitterApi(now=NOW, offers=offers) as server:
        buyer.run(source(server, users=["@ada3", "ghost"]), start=START, now=NOW)

    assert len([post for post in buyer.posts.values() if "kites" in post.text]) == 60
    assert {post.author for post in buyer.posts.values() if "strings" in post.text} == {"ada3"}
    assert buyer.faults == {
        "user:ghost": "twitterapi.io, posts of @ghost: user not found; see that it is there and public;"
        " the next run goes on from there"
    }
    assert spent(buyer) == pytest.approx(server.charged_usd)


def test_its_posts_are_those_of_x(buyer):
    long = "长文 " + "a long story & more. " * 30
    offers = [
        offer("1", "2026-03-09 07:00", text=long, author="vela"),
        offer(
            "2", "2026-03-10 07:10", text="kites: see this", author="bo", extra={"quote_of": "1", "likes": 3}
        ),
        offer(
            "3",
            "2026-03-10 07:20",
            text="kites",
            author="cy",
            extra={"reply_to": "2", "urls": ["https://e.example/"]},
        ),
    ]
    with FakeTwitterApi(now=NOW, offers=offers) as server:
        buyer.run(source(server), start=START, now=NOW)
    here = dict(buyer.posts)
    buyer.secrets["X_BEARER_TOKEN"] = "a-bearer-token"
    buyer.posts.clear()
    buyer.cursors.clear()
    with FakeX(now=NOW, offers=offers) as server:
        buyer.run(X(base_url=server.url, queries=["kites"]), start=START, now=NOW)

    assert here == buyer.posts


def test_what_was_read_is_not_bought_again(buyer):
    with FakeTwitterApi(now=NOW, offers=posts(50)) as server:
        buyer.run(source(server), start=START, end=at("2026-03-10 10:00"), now=NOW)
        charged = server.charged_usd
        buyer.run(source(server), start=START, end=at("2026-03-10 10:00"), now=NOW)
        assert server.charged_usd == charged


def test_late_posts_come_within_the_overlap(buyer):
    late = offer("5", "2026-03-10 11:50", text="kites late", late=timedelta(minutes=15))
    with FakeTwitterApi(now=NOW, offers=[*posts(3), late]) as server:
        buyer.run(source(server), start=START, now=NOW)
        server.now = NOW + timedelta(days=1)
        buyer.run(source(server), start=START, now=server.now)

    assert "x:5" in buyer.posts


def test_no_request_could_pass_a_cap(buyer):
    with FakeTwitterApi(now=NOW, offers=posts(400, first="2026-03-10 05:00")) as server:
        for cap in ({"usd_per_run": 0.02}, {"usd_per_month": 0.03}, {"max_posts_per_run": 40}):
            before = server.charged_usd
            buyer.run(source(server, **cap), start=START, now=NOW)
            assert server.charged_usd - before <= 0.02
            assert next(iter(cap)) in buyer.faults["search:kites"]
            assert spent(buyer) == pytest.approx(server.charged_usd)
        buyer.run(source(server), start=START, now=NOW)

    assert len(buyer.posts) == 400
    assert not buyer.faults


def test_a_missing_or_refused_key_and_used_up_credits_end_the_source(buyer):
    with FakeTwitterApi(now=NOW, offers=posts(50), credits_usd=0.001) as server:
        with pytest.raises(AccessDenied, match="402"):
            buyer.run(source(server, queries=["kites", "fly", "high"]), start=START, now=NOW)
        assert len(server.asked) == 2
        buyer.secrets["TWITTERAPI_IO_KEY"] = "another-key"
        with pytest.raises(AccessDenied, match="401") as caught:
            buyer.run(source(server), start=START, now=NOW)
        assert "another-key" not in str(caught.value)
        buyer.secrets.clear()
        with pytest.raises(AccessDenied, match="TWITTERAPI_IO_KEY is not set; get a key"):
            buyer.run(source(server), start=START, now=NOW)
        assert "TWITTERAPI_IO_KEY" in buyer.estimate(source(server), start=START, now=NOW).note


@pytest.mark.parametrize(
    "fault", ["404", "429-long", "500", "503", "html", "empty", "truncated", "cut", "reset", "loop"]
)
def test_a_fault_costs_its_stream_and_the_next_run_goes_on(buyer, fault):
    with FakeTwitterApi(now=NOW, offers=[*posts(50), *posts(5, text="strings")]) as server:
        server.faults = lambda asked: fault if asked.query.get("cursor") else None
        both = source(server, queries=["kites", "strings"])
        buyer.run(both, start=START, now=NOW)
        assert buyer.faults.keys() == {"search:kites"}
        assert spent(buyer) >= server.charged_usd - 1e-9
        server.faults = [None, "429", "503", "overlap"]
        buyer.run(both, start=START, now=NOW)

    assert not buyer.faults
    assert len(buyer.posts) == 55


def test_hostile_answers_harm_nobody(buyer):
    for value in (
        [],
        {"a": 1},
        {"tweets": 4},
        {"tweets": [None, {"id": 1}], "has_next_page": True, "next_cursor": {}},
        {"status": "error", "msg": ["x"]},
        {"data": {"tweets": [{"id": "1", "text": None, "createdAt": "?", "retweetCount": 0, "author": {}}]}},
    ):
        with FakeTwitterApi(now=NOW) as server:
            server.answer = lambda asked, fault, value=value: Reply(body=json.dumps(value).encode())
            buyer.run(source(server), start=START, now=NOW)
            assert len(server.asked) == 1
    assert not buyer.posts


def test_an_estimate_sends_nothing(buyer):
    with FakeTwitterApi(now=NOW) as server:
        told = buyer.estimate(source(server, usd_per_run=0.3), start=START, now=NOW)
        assert (told.usd, told.reads) == (0.3, 2000)
        assert not server.asked


def test_contract():
    with (
        FakeTwitterApi(now=NOW, offers=posts(70)) as server,
        make_visit(
            start=START, end=at("2026-03-10 11:00"), now=NOW, secrets=KEY, trusted_hosts=["127.0.0.1"]
        ) as visit,
    ):
        check_source(source(server, users=["ada1"], usd_per_run=50, usd_per_month=50), visit=visit, least=60)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "name what to read"),
        ({"queries": ["a"], "users": ["a b"]}, "no name of an account"),
        ({"queries": ["a"], "gap_seconds": -1}, "gap_seconds is -1"),
        ({"queries": ["a"], "base_url": "twitterapi.io"}, "base_url"),
    ],
)
def test_wrong_options_are_told(options, words):
    with pytest.raises(ValueError, match=words):
        TwitterApi(**options)
