from __future__ import annotations

import json
from datetime import timedelta

import pytest
import requests
import tweepy

from dawnchorus.errors import AccessDenied
from dawnchorus.sources.networks.x import X
from dawnchorus.testing import check_source, make_visit

from .buying import Buyer
from .fake_x import FakeX
from .server import Reply, at, offer
from .x_posts import NOW, START, TOKEN, posts, x


@pytest.fixture
def buyer(tmp_path):
    return Buyer(folder=tmp_path, secrets=dict(TOKEN))


# --- what is read


def test_a_search_is_read_page_by_page_to_its_end(buyer):
    with FakeX(now=NOW, offers=posts(250)) as server:
        pages = buyer.run(x(server), start=START, now=NOW)

    assert len(buyer.posts) == 250
    assert [len(page.posts) for page in pages] == [100, 100, 50]
    assert not buyer.faults
    post = buyer.posts["x:" + server.offers[3].native]
    assert (post.author, post.author_name, post.text) == ("ada3", "Ada3", "kites fly 3")
    assert (post.url, post.lang, post.like_count, post.view_count) == (
        f"https://x.com/ada3/status/{server.offers[3].native}",
        "en",
        0,
        100,
    )


def test_the_fake_is_read_by_tweepy():
    note = "A long note & more. " * 30
    offers = [
        *posts(15),
        offer("99", "2026-03-10 07:00", text=note),
        offer("98", "2026-03-10 07:30", text="kites again", extra={"quote_of": "99", "likes": 4}),
        offer("97", "2026-03-10 07:40", text="kites gone", extra={"quote_of": "404"}),
    ]
    with FakeX(now=NOW, offers=offers, lists={"5": ["ada1", "ada2"]}) as server:
        client = tweepy.Client(TOKEN["X_BEARER_TOKEN"])
        client.session.mount("https://api.twitter.com", _Elsewhere(server.url))
        fields = {"tweet_fields": ["created_at", "public_metrics", "note_tweet", "referenced_tweets"]}
        found = client.search_recent_tweets(
            "kites", max_results=10, expansions=["author_id", "referenced_tweets.id"], **fields
        )
        all_ids = [
            tweet.id
            for tweet in tweepy.Paginator(client.search_recent_tweets, "kites", max_results=10).flatten()
        ]
        user = client.get_users(usernames=["ada1", "nobody"])
        timeline = client.get_users_tweets(user.data[0].id, max_results=5)
        listed = client.get_list_tweets(5, max_results=10)
        looked_up = client.get_tweets(["98", "404"], **fields)
        bad = tweepy.Client("another-token")
        bad.session.mount("https://api.twitter.com", _Elsewhere(server.url))
        with pytest.raises(tweepy.Unauthorized):
            bad.search_recent_tweets("kites")

    by_id = {tweet.id: tweet for tweet in found.data}
    assert (by_id[98].public_metrics["like_count"], by_id[98].referenced_tweets[0].id) == (4, 99)
    assert found.includes["tweets"][0].note_tweet["text"].startswith("A long note &amp; more.")
    assert found.errors[0]["resource_id"] == "404"
    assert len(all_ids) == len(set(all_ids)) == 17
    assert (user.data[0].username, user.errors[0]["value"]) == ("ada1", "nobody")
    assert len(timeline.data) == 2
    assert {tweet.id for tweet in listed.data} <= set(all_ids)
    assert ([tweet.id for tweet in looked_up.data], looked_up.errors[0]["title"]) == ([98], "Not Found Error")


class _Elsewhere(requests.adapters.HTTPAdapter):
    def __init__(self, url):
        super().__init__()
        self._url = url

    def send(self, request, **more):
        request.url = request.url.replace("https://api.twitter.com", self._url)
        return super().send(request, **more)


def test_long_posts_quotations_reposts_and_answers_come_whole(buyer):
    long = "长文 " + "a long story of kites & strings. " * 20
    offers = [
        offer("1", "2026-03-01 07:00", text=long, author="vela"),
        offer("2", "2026-03-10 07:10", text="", author="mira", extra={"repost_of": "1"}),
        offer(
            "3",
            "2026-03-10 07:20",
            text="kites: see this",
            author="bo",
            extra={"quote_of": "1", "reply_to": "4"},
        ),
        offer("4", "2026-03-02 07:00", text="what do you fly?", author="cy"),
        offer(
            "5",
            "2026-03-10 07:30",
            text="kites " + long,
            author="dee",
            extra={"urls": ["https://e.example/a"]},
        ),
    ]
    with FakeX(now=NOW, offers=offers) as server:
        buyer.run(x(server, queries=["kites OR is:retweet"]), start=START, now=NOW)

    assert set(buyer.posts) == {"x:1", "x:2", "x:3", "x:4", "x:5"}
    assert buyer.posts["x:1"].text == long.strip() or buyer.posts["x:1"].text == long
    assert buyer.posts["x:2"].text == f"RT @vela: {long}"
    assert buyer.posts["x:2"].repost_of == "x:1"
    quoting = buyer.posts["x:3"]
    assert (quoting.quote_of, quoting.quoted_author, quoting.quoted_text, quoting.reply_to) == (
        "x:1",
        "vela",
        long,
        "x:4",
    )
    assert buyer.posts["x:5"].text == "kites " + long
    assert buyer.posts["x:5"].links == ("https://e.example/a",)


def test_a_quotation_inside_a_repost_is_fetched_by_id_once(buyer):
    offers = [
        offer("1", "2026-03-09 05:00", text="the first words", author="vela"),
        offer("2", "2026-03-09 06:00", text="so true", author="bo", extra={"quote_of": "1"}),
        offer("3", "2026-03-10 07:00", text="", author="mira", extra={"repost_of": "2"}),
    ]
    with FakeX(now=NOW, offers=offers) as server:
        source = x(server, queries=["is:retweet"])
        buyer.run(source, start=START, now=NOW)
        looked_up = [asked for asked in server.asked if asked.path == "/2/tweets"]
        buyer.run(source, start=START, now=NOW + timedelta(hours=1))

    assert buyer.posts["x:1"].text == "the first words"
    assert [asked.query["ids"] for asked in looked_up] == ["1"]
    assert len([asked for asked in server.asked if asked.path == "/2/tweets"]) == 1


def test_a_killed_run_still_fetches_the_quotation(buyer):
    offers = [
        offer("1", "2026-03-09 05:00", text="the first words", author="vela"),
        offer("2", "2026-03-09 06:00", text="so true", author="bo", extra={"quote_of": "1"}),
        offer("3", "2026-03-10 07:00", text="", author="mira", extra={"repost_of": "2"}),
    ]
    with FakeX(now=NOW, offers=offers) as server:
        source = x(server, queries=["is:retweet"])
        buyer.run(source, start=START, now=NOW, pages=2)  # the list of what waits, and the search
        assert "x:1" not in buyer.posts
        buyer.run(source, start=START, now=NOW)

    assert "x:1" in buyer.posts


def test_threads_of_much_liked_posts_are_read_on(buyer):
    offers = [
        offer("10", "2026-03-10 06:00", text="kites 1/3", author="vela", extra={"likes": 500, "replies": 3}),
        offer("11", "2026-03-10 06:01", text="two 2/3", author="vela", extra={"reply_to": "10"}),
        offer("12", "2026-03-10 06:02", text="three 3/3", author="vela", extra={"reply_to": "11"}),
        offer("13", "2026-03-10 06:03", text="nice", author="bo", extra={"reply_to": "10"}),
        offer("20", "2026-03-10 06:00", text="kites too", author="cy", extra={"likes": 5, "replies": 3}),
        offer("21", "2026-03-10 06:01", text="not asked for", author="cy", extra={"reply_to": "20"}),
    ]
    with FakeX(now=NOW, offers=offers) as server:
        source = x(server, threads=True, thread_likes=100)
        buyer.run(source, start=START, now=NOW)
        first = len(server.asked)
        buyer.run(source, start=START, now=NOW)

    assert set(buyer.posts) == {"x:10", "x:11", "x:12", "x:20"}
    assert buyer.posts["x:12"].reply_to == "x:11"
    assert [asked.query["query"][:16] for asked in server.asked[first:]] == ["kites"]  # the overlap only


def test_accounts_are_looked_up_once_and_lists_are_read(buyer):
    offers = posts(40)
    with FakeX(now=NOW, offers=offers, lists={"77": ["ada2", "ada3"]}) as server:
        source = x(server, queries=[], users=["@Ada1", "ada4", "ghost"], lists=["77", "78"])
        buyer.run(source, start=START, now=NOW)
        assert buyer.faults.keys() == {"user:ghost", "list:78"}
        assert buyer.faults["user:ghost"].startswith("@ghost: Could not find user")
        assert "Could not find list" in buyer.faults["list:78"]
        buyer.run(source, start=START, now=NOW)

    assert {post.author for post in buyer.posts.values()} == {"ada1", "ada2", "ada3", "ada4"}
    assert len(buyer.posts) == 24
    lookups = [asked.query["usernames"] for asked in server.asked if asked.path == "/2/users/by"]
    assert lookups == ["Ada1,ada4,ghost", "ghost"]
    # a timeline is asked for the missing stretch only; a list begins with its newest
    assert (
        len([asked for asked in server.asked if asked.path.endswith("/tweets") and "lists" in asked.path])
        == 4
    )


def test_pictures_are_asked_for_only_if_wanted(buyer):
    offers = [offer("1", "2026-03-10 07:00", text="kites", extra={"alt_texts": ["一只风筝 over a lake", ""]})]
    with FakeX(now=NOW, offers=offers) as server:
        buyer.run(x(server), start=START, now=NOW)
        assert buyer.posts["x:1"].extra is None
        assert not [id for kind, id in server.bought if kind == "media"]
        buyer.cursors.clear()
        buyer.run(x(server, media=True), start=START, now=NOW)

    shows = json.loads(buyer.posts["x:1"].extra)["media"]
    assert [one["alt_text"] for one in shows] == ["一只风筝 over a lake"]


def test_an_edited_post_is_linked_with_its_versions(buyer):
    edited = offer("2", "2026-03-10 06:20", text="kites fly high", extra={"edits": "1"})
    with FakeX(
        now=at("2026-03-10 06:15"), offers=[offer("1", "2026-03-10 06:00", text="kites fly hihg"), edited]
    ) as server:
        buyer.run(x(server), start=START, now=server.now)
        server.now = NOW
        buyer.run(x(server), start=START, now=NOW)

    assert buyer.posts["x:1"].extra is None
    assert json.loads(buyer.posts["x:2"].extra) == {"edit_history": ["x:1", "x:2"]}


def test_deleted_and_protected_references(buyer):
    offers = [
        offer("1", "2026-03-09 06:00", text="gone", deleted_at=at("2026-03-10 06:00")),
        offer("2", "2026-03-09 06:00", text="private", extra={"protected": True}),
        offer("3", "2026-03-10 07:00", text="kites a", extra={"quote_of": "1"}),
        offer("4", "2026-03-10 07:01", text="kites b", extra={"reply_to": "2"}),
    ]
    with FakeX(now=NOW, offers=offers) as server:
        [page] = buyer.run(x(server), start=START, now=NOW)

    assert {post.id for post in page.posts} == {"x:3", "x:4"}
    assert page.gone == ("x:1",)
    assert {(one.id, one.why) for one in page.skipped} == {
        ("x:1", "error of the API: Not Found Error"),
        ("x:2", "error of the API: Authorization Error"),
    }


# --- how far


def test_the_week_of_recent_search_is_told(buyer):
    with FakeX(now=NOW, offers=posts(9, first="2026-03-05 06:00", minutes=60 * 12)) as server:
        buyer.run(x(server), start=at("2026-03-01 00:00"), now=NOW)

    assert len(buyer.posts) == 9
    assert buyer.faults["search:kites"] == (
        "X's recent search goes back 7 days; not read: 2026-03-01 00:00 to 2026-03-03 12:15 UTC;"
        " set archive = true"
    )


def test_the_full_archive_goes_back_further(buyer):
    with FakeX(now=NOW, offers=posts(9, first="2026-01-05 06:00", minutes=60 * 12)) as server:
        buyer.run(x(server, archive=True), start=at("2026-01-01 00:00"), end=at("2026-02-01 00:00"), now=NOW)

    assert len(buyer.posts) == 9
    assert not buyer.faults
    assert {asked.path for asked in server.asked} == {"/2/tweets/search/all"}


def test_without_archive_access_the_recent_days_are_read_and_the_rest_is_told(buyer):
    offers = [*posts(3, first="2026-03-01 06:00"), *posts(5)]
    with FakeX(now=NOW, offers=offers, archive=False) as server:
        source = x(server, archive=True, queries=["kites", "fly"])
        buyer.run(source, start=at("2026-03-01 00:00"), now=NOW)

    assert len(buyer.posts) == 5
    fault = buyer.faults["search:kites"]
    assert "the full archive was refused" in fault
    assert "not read: 2026-03-01 00:00 to 2026-03-03 12:15 UTC" in fault
    assert [asked.path for asked in server.asked].count("/2/tweets/search/all") == 1  # not asked twice
    assert buyer.spent_usd(NOW) == pytest.approx(server.billed_usd)


def test_what_was_read_is_not_asked_for_again(buyer):
    with FakeX(now=NOW, offers=posts(100)) as server:
        source = x(server)
        buyer.run(source, start=START, end=at("2026-03-10 10:00"), now=NOW)
        asked = len(server.asked)
        buyer.run(source, start=START, end=at("2026-03-10 10:00"), now=NOW)
        assert len(server.asked) == asked
        buyer.run(source, start=at("2026-03-09 00:00"), end=at("2026-03-10 11:00"), now=NOW)

    stretches = [(one.query["start_time"], one.query["end_time"]) for one in server.asked[asked:]]
    assert stretches == [
        ("2026-03-10T10:00:00Z", "2026-03-10T11:00:00Z"),
        ("2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z"),
    ]
    assert not server.bought_again()


def test_posts_that_x_shows_late_are_read_within_the_overlap(buyer):
    late = offer("5", "2026-03-10 11:50", text="kites late", late=timedelta(minutes=15))
    with FakeX(now=NOW, offers=[*posts(3), late]) as server:
        buyer.run(x(server), start=START, now=NOW)
        assert "x:5" not in buyer.posts
        server.now = NOW + timedelta(days=1)
        buyer.run(x(server), start=START, now=server.now)

    assert "x:5" in buyer.posts
    assert server.bought_again() == []


def test_a_damaged_cursor_begins_anew(buyer):
    with FakeX(now=NOW, offers=posts(5)) as server:
        source = x(server, users=["ada1"], threads=True)
        buyer.run(source, start=START, now=NOW)
        before = dict(buyer.posts)
        for broken in ("", "[1", "{}", "null", '{"waiting": 3, "id": "x"}', '["a"]'):
            buyer.cursors = dict.fromkeys(buyer.cursors, broken)
            buyer.posts.clear()
            buyer.run(source, start=START, now=NOW)
            assert buyer.posts == before


# --- refusals and faults


def test_a_missing_token_says_where_to_get_one(buyer):
    buyer.secrets.clear()
    with FakeX(now=NOW) as server:
        with pytest.raises(AccessDenied, match="X_BEARER_TOKEN is not set; make an app"):
            buyer.run(x(server), start=START, now=NOW)
        assert buyer.estimate(x(server), start=START, now=NOW).note.startswith("X_BEARER_TOKEN is not set")
    assert not server.asked


@pytest.mark.parametrize(
    ("more", "words"), [({"token": "other"}, "401"), ({"enrolled": False}, "developer App|keys and toke")]
)
def test_a_refused_token_ends_the_source_at_once_and_costs_nothing(buyer, more, words):
    with (
        FakeX(now=NOW, offers=posts(5), **more) as server,
        pytest.raises(AccessDenied, match=words) as caught,
    ):
        buyer.run(x(server, queries=["kites", "fly", "high"]), start=START, now=NOW)
    assert "a-bearer-token" not in str(caught.value)
    assert len(server.asked) == 1
    assert buyer.spent_usd(NOW) == 0


@pytest.mark.parametrize(
    "fault",
    ["403", "404", "429-long", "500", "503", "html", "empty", "truncated", "cut", "reset", "bomb", "loop"],
)
def test_a_fault_on_the_second_page_costs_its_stream_and_the_next_run_goes_on(buyer, fault):
    with FakeX(now=NOW, offers=[*posts(250), *posts(30, first="2026-03-10 01:00", text="strings")]) as server:
        source = x(server, queries=["kites", "strings"])

        def second_page(asked):
            return fault if "next_token" in asked.query else None

        server.faults = second_page
        buyer.run(source, start=START, now=NOW)
        assert buyer.faults.keys() == {"search:kites"}
        assert len([post for post in buyer.posts.values() if "strings" in post.text]) == 30
        billed = server.billed_usd
        assert buyer.spent_usd(NOW) >= billed - 1e-9
        server.faults = []
        buyer.run(source, start=START, now=NOW)

    assert not buyer.faults
    assert len(buyer.posts) == 280
    assert buyer.spent_usd(NOW) >= server.billed_usd - 1e-9
    assert not server.bought_again()


def test_short_waits_and_overlapping_pages_are_taken_in_stride(buyer):
    with FakeX(now=NOW, offers=posts(250)) as server:
        server.faults = [None, "429", "503", "overlap", "overlap"]
        buyer.run(x(server), start=START, now=NOW)

    assert not buyer.faults
    assert len(buyer.posts) == 250
    assert buyer.spent_usd(NOW) == pytest.approx(server.billed_usd)


def test_the_last_request_of_a_rate_limit_is_the_last(buyer):
    with FakeX(now=NOW, offers=posts(250), limits={"search/recent": 2}) as server:
        buyer.run(x(server), start=START, now=NOW)
        assert len(server.asked) == 2
        assert (
            "rate limit of /2/tweets/search/recent is used up until 12:15 UTC" in buyer.faults["search:kites"]
        )
        server.now = NOW + timedelta(minutes=20)
        buyer.run(x(server), start=START, now=server.now)

    assert not buyer.faults
    assert len(buyer.posts) == 250


def test_hostile_answers_harm_nobody(buyer):
    values = [
        [],
        {"hello": "world"},
        {"data": "no list", "meta": {"next_token": 5, "result_count": 1}},
        {
            "data": [
                3,
                {"id": "7"},
                {"id": "8", "text": None},
                {"id": "9", "text": "kites", "created_at": "never"},
            ]
        },
        {
            "data": [
                {
                    "id": "6",
                    "text": "kites \ud800\u202e",
                    "created_at": "2026-03-10T07:00:00.000Z",
                    "public_metrics": {"like_count": 10**40},
                    "author_id": [1],
                    "referenced_tweets": [None, {"type": "quoted"}],
                    "entities": {"urls": [{"expanded_url": "javascript:alert(1)"}]},
                    "edit_history_tweet_ids": [None, {}],
                }
            ],
            "includes": {"users": [None], "tweets": [4], "media": "x"},
            "errors": [None, {"title": 5}],
            "meta": 4,
        },
    ]
    for value in values:
        with FakeX(now=NOW) as server:
            server.answer = lambda asked, fault, value=value: _reply(value)
            buyer.cursors.clear()
            buyer.run(x(server), start=START, now=NOW)
            assert len(server.asked) <= 11
    assert set(buyer.posts) == {"x:6"}
    assert buyer.posts["x:6"].like_count is None
    assert not buyer.posts["x:6"].links


def _reply(value):
    return Reply(body=json.dumps(value).encode())


# --- options


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"queries": []}, "name what to read"),
        ({"queries": "kites"}, "queries: write a list"),
        ({"queries": ["k" * 513]}, "513 characters, X takes 512; split it"),
        ({"queries": ["k" * 1025], "archive": True}, "X takes 1024"),
        ({"users": ["not a name"]}, "no name of an account"),
        ({"lists": ["https://x.com/i/lists/1"]}, "no list id"),
        ({"usd_per_run": -1}, "usd_per_run is -1"),
        ({"usd_per_month": "20"}, "usd_per_month is '20'"),
        ({"price_usd": True}, "price_usd is True"),
        ({"max_posts_per_run": 0}, "max_posts_per_run is 0"),
        ({"overlap_hours": -1}, "overlap_hours is -1"),
        ({"base_url": "ftp://x"}, "base_url"),
    ],
)
def test_wrong_options_are_told(options, words):
    with pytest.raises(ValueError, match=words):
        X(**{"queries": ["kites"], **options})


def test_contract():
    offers = [*posts(130), *posts(20, first="2026-03-10 03:00", text="strings")]
    with (
        FakeX(now=NOW, offers=offers, lists={"5": ["ada2"]}) as server,
        make_visit(
            start=START, end=at("2026-03-10 11:00"), now=NOW, secrets=TOKEN, trusted_hosts=["127.0.0.1"]
        ) as visit,
    ):
        source = x(server, queries=["kites", "strings"], users=["ada1"], lists=["5"], threads=True)
        check_source(source, visit=visit, least=140)
