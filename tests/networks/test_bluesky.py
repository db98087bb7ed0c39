from datetime import timedelta

import pytest
from atproto import Client

from dawnchorus.sources.networks.bluesky import Bluesky
from dawnchorus.testing import check_source, make_visit
from tests.networks.fake_bluesky import FakeBluesky, did
from tests.networks.server import at, offer
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 12:00")
LOGIN = {"BLUESKY_HANDLE": "reader.example", "BLUESKY_APP_PASSWORD": "abcd-efgh"}
LIST = f"at://{did('ada.example')}/app.bsky.graph.list/3kfriends"
FEED = f"at://{did('ada.example')}/app.bsky.feed.generator/kites"


def many(count, *, text="a kite", author="ada.example", minutes=1, **more):
    return [
        offer(
            f"3l{number:011}",
            f"{NOW - timedelta(minutes=minutes * (number + 1)):%Y-%m-%d %H:%M}",
            text=f"{text} {number}",
            author=author,
            **more,
        )
        for number in range(count)
    ]


@pytest.fixture
def server():
    with FakeBluesky(now=NOW) as running:
        yield running


def search(server, **more):
    return Bluesky(**{"queries": ["kite"], "host": server.url, "pds": server.url} | more)


def ids(offers):
    return {f"bsky:{one.native}" for one in offers}


def test_own_client_reads_the_fake(server):
    server.offers = many(120, extra={"langs": ["en"]})
    server.logins = {"reader.example": "abcd-efgh"}
    client = Client(base_url=f"{server.url}/xrpc")
    found = client.app.bsky.feed.search_posts({"q": "kite", "limit": 100})
    assert [len(found.posts), found.posts[0].author.handle] == [100, "ada.example"]
    feed = client.app.bsky.feed.get_author_feed({"actor": "ada.example", "limit": 100})
    rest = client.app.bsky.feed.get_author_feed({"actor": "ada.example", "limit": 100, "cursor": feed.cursor})
    assert [len(feed.feed), len(rest.feed), rest.cursor] == [100, 20, None]
    session = client.com.atproto.server.create_session(
        {"identifier": "reader.example", "password": "abcd-efgh"}
    )
    assert session.did == did("reader.example")


def test_search_pages_by_time_without_a_login(server):
    server.offers = many(350)
    reader = Reader()
    reader.visit(search(server), start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)
    assert reader.faults == []
    assert not any("cursor" in one.query for one in server.asked)
    assert len(server.asked) <= 6


def test_posts_of_one_moment_over_two_pages_all_arrive(server):
    server.offers = many(150, minutes=0)
    server.offers[:] = [
        offer(one.native, "2026-03-10 11:00" if n > 60 else "2026-03-10 11:30", text=one.text)
        for n, one in enumerate(server.offers)
    ]
    reader = Reader()
    reader.visit(search(server), start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)


def test_next_visit_reads_only_what_is_not_settled_and_finds_late_posts(server):
    server.offers = many(400)
    reader = Reader()
    reader.visit(search(server, overlap_hours=2), start=START, now=NOW)
    before = len(server.asked)
    late = offer("3late", "2026-03-10 11:00", text="a kite, late", late=timedelta(hours=1, minutes=30))
    new = offer("3new", "2026-03-10 12:30", text="a kite, new")
    server.offers += [late, new]
    server.now = at("2026-03-10 13:00")
    reader.visit(search(server, overlap_hours=2), start=START, now=server.now)
    assert {"bsky:3late", "bsky:3new"} <= set(reader.posts)
    assert len(server.asked) - before <= 4
    assert min(one.query["since"] for one in server.asked[before:]) == "2026-03-10T10:00:00.000Z"


@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_killed_visit_goes_on_without_a_gap(server, killed_after):
    server.offers = many(350)
    reader = Reader()
    source = search(server, overlap_hours=0)
    reader.visit(source, start=START, now=NOW, pages=killed_after)
    reader.visit(source, start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)


def test_backfill_of_older_days_leaves_the_settled_alone(server):
    server.offers = many(60, minutes=60)
    reader = Reader()
    source = search(server, overlap_hours=0)
    reader.visit(source, start=START, now=NOW)
    reader.visit(source, start=NOW - timedelta(days=3), end=NOW, now=NOW)
    assert set(reader.posts) == ids(server.offers)
    assert server.asked[-1].query["until"] <= "2026-03-09T12:00:00.000Z"


@pytest.mark.parametrize(
    "fault", ["500", "503", "html", "cut", "truncated", "reset", "empty", "404", "429-long"]
)
def test_fault_in_the_middle_is_told_and_the_next_run_goes_on(server, fault):
    server.offers = many(350)
    server.faults = [None, None] + [fault] * 3
    reader = Reader()
    source = search(server, authors=["ada.example"])
    reader.visit(source, start=START, now=NOW)
    assert reader.faults
    assert all("\n" not in fault and len(fault) < 400 for fault in reader.faults)
    assert reader.pages[-1].stream == "author:ada.example"
    server.faults = []
    reader.visit(source, start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)
    assert reader.faults == []


def test_looping_search_ends_with_a_fault(server):
    server.offers = many(350)
    server.faults = [None, *["loop"] * 50]
    reader = Reader()
    reader.visit(search(server), start=START, now=NOW)
    assert "repeats itself" in reader.faults[0]
    assert len(server.asked) < 5


def test_looping_author_feed_ends_with_a_fault(server):
    server.offers = many(350)
    server.faults = [None, *["loop"] * 50]
    reader = Reader()
    reader.visit(search(server, queries=[], authors=["ada.example"]), start=START, now=NOW)
    assert "repeats itself" in reader.faults[0]
    assert len(server.asked) < 5


def test_refused_search_says_which_keys_to_set(server):
    server.search_open = False
    server.offers = many(3)
    reader = Reader()
    reader.visit(search(server, authors=["ada.example"]), start=START, now=NOW)
    assert "BLUESKY_APP_PASSWORD" in reader.faults[0]
    assert set(reader.posts) == ids(server.offers)  # the account needs no login


def test_refused_search_logs_in_once(server):
    server.search_open = False
    server.logins = {"reader.example": "abcd-efgh"}
    server.offers = many(250)
    reader = Reader()
    reader.visit(search(server, queries=["kite", "kite 1"]), start=START, now=NOW, secrets=LOGIN)
    assert set(reader.posts) == ids(server.offers)
    assert [one.path.rsplit(".", 1)[-1] for one in server.asked].count("createSession") == 1


def test_wrong_password_is_told_without_the_password(server):
    server.search_open = False
    server.logins = {"reader.example": "another"}
    reader = Reader()
    reader.visit(search(server), start=START, now=NOW, secrets=LOGIN)
    assert "BLUESKY_HANDLE" in reader.faults[0]
    assert "abcd-efgh" not in reader.faults[0]


def test_authors_and_lists_are_walked_with_reposts_to_the_start(server):
    server.offers = [
        *many(130),
        offer(
            "3old",
            "2026-03-01 00:00",
            author="bo.example",
            extra={"reposted_by": {"ada.example": at("2026-03-10 11:59")}},
        ),
    ]
    server.members = {LIST: ["ada.example", "bo.example"]}
    reader = Reader()
    reader.visit(search(server, queries=[], authors=["@ada.example"], lists=[LIST]), start=START, now=NOW)
    repost = reader.posts["bsky:repost:3old"]
    assert [repost.author, repost.repost_of] == ["ada.example", "bsky:3old"]
    assert ids(server.offers) <= set(reader.posts)
    assert sorted(reader.cursors) == ["author:ada.example", f"list:{LIST}"]


def test_author_killed_half_way_is_walked_anew(server):
    server.offers = many(350)
    reader = Reader()
    source = search(server, queries=[], authors=["ada.example"], overlap_hours=0)
    reader.visit(source, start=START, now=NOW, pages=2)
    reader.visit(source, start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)


def test_unknown_author_is_a_fault_of_its_own(server):
    server.offers = many(3)
    reader = Reader()
    reader.visit(search(server, queries=[], authors=["nobody.example", "ada.example"]), start=START, now=NOW)
    assert len(reader.faults) == 1
    assert len(reader.posts) == 3


def test_custom_feed_is_read_from_the_top_without_a_cursor(server):
    server.offers = many(120)
    server.feeds = {FEED: [one.native for one in reversed(server.offers)]}
    reader = Reader()
    reader.visit(search(server, queries=[], feeds=[FEED]), start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)
    assert reader.cursors == {}


def test_most_posts_stops_with_a_fault_and_the_next_run_goes_on(server):
    server.offers = many(350)
    reader = Reader()
    source = search(server, most_posts=200, overlap_hours=0)
    reader.visit(source, start=START, now=NOW)
    assert "most_posts = 200" in reader.faults[0]
    assert 190 < len(reader.posts) <= 200
    reader.visit(source, start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)
    assert reader.faults == []


@pytest.mark.parametrize("cursor", ["", "{", "[[1, 2]]", '[["2026-03-10", "x"]]', "null", '"3l"'])
def test_damaged_cursor_begins_anew(server, cursor):
    server.offers = many(5)
    reader = Reader(cursors={"search:kite": cursor})
    reader.visit(search(server), start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)


def test_broken_view_costs_only_itself(server):
    server.offers = [
        *many(3),
        offer("3bad", "2026-03-10 11:00", text="a kite", extra={"embed": 7, "facets": {"a": 1}}),
    ]
    server.view = lambda offer, real=server.view: (
        {"uri": 1, "record": None} if offer.native == "3bad" else real(offer)
    )
    reader = Reader()
    reader.visit(search(server), start=START, now=NOW)
    assert len(reader.posts) == 3
    assert [one.reason for page in reader.pages for one in page.skipped][:1] == ["bad row"]


def test_listing_without_times_claims_nothing(server):
    server.offers = many(3)
    server.view = lambda offer, real=server.view: {
        **real(offer),
        "record": {"text": "kite"},
        "indexedAt": "?",
    }
    reader = Reader()
    reader.visit(search(server), start=START, now=NOW)
    assert "no times" in reader.faults[0]
    assert reader.cursors == {}


def test_quoted_posts_come_along(server):
    server.offers = [
        offer("3one", "2026-03-10 10:00", text="风筝节今天开幕", author="bo.example"),
        offer("3two", "2026-03-10 11:00", text="kite news", extra={"quote": "3one", "langs": ["en"]}),
    ]
    reader = Reader()
    reader.visit(search(server, lang="en"), start=START, now=NOW)
    assert [reader.posts["bsky:3two"].quoted_text, "bsky:3one" in reader.posts] == ["风筝节今天开幕", True]
    assert list(reader.cursors) == ["search:en:kite"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "nothing to read"),
        ({"queries": "kite"}, "queries"),
        ({"queries": [" "]}, "queries"),
        ({"feeds": ["https://bsky.app/x"]}, "feeds"),
        ({"lists": [FEED]}, "lists"),
        ({"queries": ["a"], "overlap_hours": -1}, "overlap_hours"),
        ({"queries": ["a"], "most_posts": 0}, "most_posts"),
        ({"queries": ["a"], "host": "ftp://x"}, "host"),
        ({"queries": ["a"], "lang": ["en"]}, "lang"),
    ],
)
def test_wrong_options_are_refused_in_one_line(options, said):
    with pytest.raises(ValueError, match=said) as raised:
        Bluesky(**options)
    assert "\n" not in str(raised.value)


def test_contract(server):
    server.offers = many(110)
    source = search(server, authors=["ada.example"])
    with make_visit(start=START, end=NOW, trusted_hosts=["127.0.0.1"]) as visit:
        check_source(source, visit=visit, least=110)
