from dataclasses import replace
from datetime import timedelta

import pytest

from dawnchorus.errors import AccessDenied
from dawnchorus.sources.formats import reddit as form
from dawnchorus.sources.networks import reddit
from dawnchorus.sources.networks.reddit import Reddit
from dawnchorus.testing import check_source, make_visit
from tests.networks.fake_reddit import FakeReddit
from tests.networks.server import at, offer
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 12:00")
KEY = {"REDDIT_CLIENT_ID": "client", "REDDIT_CLIENT_SECRET": "secret-of-it"}


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(reddit, "_FEED_GAP_SECONDS", 0.0)
    monkeypatch.setattr(reddit, "_API_GAP_SECONDS", 0.0)
    with FakeReddit(now=NOW) as running:
        running.clients = {"client": "secret-of-it"}
        yield running


def source(server, **options):
    return Reddit(**{"subreddits": ["r/Kites"], "server": server.url, "api": server.url} | options)


def many(count, *, minutes=1, **extra):
    return [
        offer(f"{1_000_000 - number:07}", f"{NOW - timedelta(minutes=minutes * (number + 1)):%Y-%m-%d %H:%M}",
              text=f"风筝 {number}", extra=extra)
        for number in range(count)
    ]  # fmt: skip


def comment(native, created, *, on, text):
    return offer(native, created, text=text, extra={"type": "comment", "on": on})


@pytest.fixture(params=[KEY, {}], ids=["api", "feeds"])
def secrets(request):
    return request.param


def test_pages_are_followed_with_and_without_a_key(server, secrets):
    server.offers = many(250)
    reader = Reader()
    reader.visit(source(server), start=START, now=NOW, secrets=secrets)
    assert len(reader.posts) == 250
    assert not reader.faults


def test_both_ways_give_the_same_post(server):
    server.offers = [
        offer("1abc", "2026-03-10 08:00", text="Lumenfold & 风筝", author="ada",
              extra={"url": "https://kites.example/v9", "place": "Kite_Makers"}),
        comment("1def", "2026-03-10 09:00", on="1abc", text="It is <too> slow"),
    ]  # fmt: skip
    server.offers[1].extra["place"] = "Kite_Makers"
    readers = Reader(), Reader()
    options = {"subreddits": ["Kite_Makers"], "comments": True}
    readers[0].visit(source(server, **options), start=START, now=NOW, secrets=KEY)
    readers[1].visit(source(server, **options), start=START, now=NOW)
    for id in ("reddit:t3_1abc", "reddit:t1_1def"):
        api, feed = (reader.posts[id] for reader in readers)
        assert replace(api, like_count=None, reply_count=None) == replace(feed, author_name=None)
    post, answer = readers[0].posts["reddit:t3_1abc"], readers[0].posts["reddit:t1_1def"]
    assert (post.text, post.author, post.source) == ("Lumenfold & 风筝", "ada", "reddit:kite_makers")
    assert post.links == ("https://kites.example/v9",)
    assert (post.like_count, post.reply_count) == (1, 1)
    assert post.url == "https://www.reddit.com/r/Kite_Makers/comments/1abc/kites/"
    assert (answer.reply_to, answer.quoted_text) == ("reddit:t3_1abc", "Lumenfold & 风筝")


def test_without_a_key_all_subreddits_are_one_request(server):
    server.offers = [*many(3), offer("0zz", "2026-03-10 01:00", extra={"place": "Wind"})]
    reader = Reader()
    reader.visit(source(server, subreddits=["Kites", "Wind"]), start=START, now=NOW)
    assert [asked.path for asked in server.asked] == ["/r/Kites+Wind/new/.rss"]
    assert len(reader.posts) == 4


def test_with_a_key_who_asks_is_told_as_reddit_wants_it(server):
    reader = Reader()
    reader.visit(source(server, account="ada_kites"), start=START, now=NOW, secrets=KEY)
    assert all(
        asked.headers["user-agent"].startswith("python:dawnchorus:v")
        and asked.headers["user-agent"].endswith("(by /u/ada_kites)")
        for asked in server.asked
    )


def test_a_search_stays_in_its_subreddits(server, secrets):
    server.offers = [
        offer("1a", "2026-03-10 01:00", text="Lumenfold lands"),
        offer("1b", "2026-03-10 02:00", text="Lumenfold lands", extra={"place": "Other"}),
        offer("1c", "2026-03-10 03:00", text="Trains"),
    ]
    reader = Reader()
    reader.visit(source(server, queries=["lumenfold"]), start=START, now=NOW, secrets=secrets)
    assert reader.posts.keys() == {"reddit:t3_1a"}
    everywhere = Reader()
    everywhere.visit(
        source(server, subreddits=[], queries=["lumenfold"]), start=START, now=NOW, secrets=secrets
    )
    assert everywhere.posts.keys() == {"reddit:t3_1a", "reddit:t3_1b"}


def test_what_was_read_is_not_read_again_but_late_ones_are(server, secrets):
    server.offers = [
        *many(150, minutes=2),
        offer("0late", "2026-03-10 10:00", late=timedelta(hours=2, minutes=30)),
    ]
    reader = Reader()
    reader.visit(source(server), start=START, now=NOW, secrets=secrets)
    server.now = NOW + timedelta(hours=1)
    server.asked.clear()
    reader.visit(source(server), start=START, now=server.now, secrets=secrets)
    assert len(reader.posts) == 151
    assert sum("/new" in asked.path for asked in server.asked) == 2


def test_a_listing_that_ends_before_the_window_begins_is_told(server):
    server.most_listed = 1000
    server.offers = many(1200)
    reader = Reader()
    reader.visit(source(server, most_posts=1000), start=START, now=NOW, secrets=KEY)
    assert len(reader.posts) == 1000
    assert len(reader.faults) == 1


def test_a_thousand_listed_and_not_one_more(server):
    server.offers = many(1000)
    reader = Reader()
    source_ = source(server, most_posts=1000)
    source_._most = 5000
    reader.visit(source_, start=START, now=NOW, secrets=KEY)
    assert "lists only its newest 1000" in reader.faults[0]


@pytest.mark.parametrize("fault", ["html", "empty", "cut", "truncated", "500", "404", "reset", "429-long"])
def test_a_stream_that_fails_is_told_and_read_whole_later(server, secrets, fault):
    server.offers = [
        *many(3, minutes=300),
        comment("1x", "2026-03-10 09:00", on="1000000", text="steady wind"),
    ]
    server.faults = lambda asked: fault if "/new" in asked.path else None
    reader = Reader()
    reader.visit(source(server, comments=True), start=START, now=NOW, secrets=secrets)
    assert reader.posts.keys() == {"reddit:t1_1x"}
    assert len(reader.faults) == 1
    server.faults = []
    reader.visit(source(server, comments=True), start=START, now=NOW, secrets=secrets)
    assert len(reader.posts) == 4
    assert not reader.faults


def test_a_listing_that_repeats_itself_ends(server, secrets):
    server.offers = many(250)
    server.faults = lambda asked: "loop" if "after" in asked.query else None
    reader = Reader()
    reader.visit(source(server), start=START, now=NOW, secrets=secrets)
    assert "repeats itself" in reader.faults[0]
    server.faults = []
    reader.visit(source(server), start=START, now=NOW, secrets=secrets)
    assert len(reader.posts) == 250


@pytest.mark.parametrize(
    "secrets", [{"REDDIT_CLIENT_ID": "client"}, KEY | {"REDDIT_CLIENT_SECRET": "wrong-one"}]
)
def test_a_key_that_is_wrong_or_half_set_is_told_without_it(server, secrets):
    with pytest.raises(AccessDenied) as told:
        Reader().visit(source(server), start=START, now=NOW, secrets=secrets)
    assert "wrong-one" not in str(told.value)


@pytest.mark.parametrize(
    "options",
    [{}, {"subreddits": "Kites"}, {"subreddits": ["a b"]}, {"queries": ["x"], "comments": True},
     {"subreddits": ["Kites"], "account": "no one"}, {"subreddits": ["Kites"], "most_posts": 5000}],
)  # fmt: skip
def test_wrong_options_are_told_in_a_line(options):
    with pytest.raises(ValueError, match=r"give|write|subreddit|account|most_posts") as told:
        Reddit(**options)
    assert "\n" not in str(told.value)


def test_dumps_are_recognised_and_what_was_removed_is_not_a_post():
    line = {"id": "1q", "subreddit": "Kites", "created_utc": "1773129600", "title": "风",
            "selftext": "[removed]",
            "author": "[deleted]", "permalink": "/r/Kites/comments/1q/x/"}  # fmt: skip
    kept = line | {"author": "ada", "selftext": "body &amp; soul", "score": 3}
    assert form.matches(line)
    (gone,), (post,) = list(form.convert(line)), list(form.convert(kept))
    assert (gone.reason, gone.id) == ("not a post", "reddit:t3_1q")
    assert (post.id, post.like_count, post.text) == ("reddit:t3_1q", 3, "风\n\nbody &amp; soul")
    thread = {"kind": "Listing", "data": {"children": [
        {"kind": "t1", "data": {"id": "c1", "body": "yes", "subreddit": "Kites", "created_utc": 1773129600,
         "author": "bo", "parent_id": "t3_1q", "replies": {"kind": "Listing", "data": {"children": [
             {"kind": "t1", "data": {"id": "c2", "body": "no", "subreddit": "Kites", "author": "cy",
              "created_utc": 1773129601, "parent_id": "t1_c1", "replies": ""}},
             {"kind": "more", "data": {"count": 7}}]}}}}]}}  # fmt: skip
    found = list(form.convert(thread))
    assert [getattr(one, "reply_to", one) for one in found[:2]] == ["reddit:t3_1q", "reddit:t1_c1"]
    assert found[2].reason == "not a post"


def test_contract(server, secrets, monkeypatch):
    monkeypatch.setattr(reddit, "PAGE", 20)
    server.offers = [*many(30), comment("1x", "2026-03-10 09:00", on="1000000", text="steady wind")]
    with make_visit(start=START, end=NOW, secrets=secrets, trusted_hosts=["127.0.0.1"]) as visit:
        check_source(source(server, comments=True), visit=visit, least=31)
