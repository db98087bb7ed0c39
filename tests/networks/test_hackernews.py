from datetime import timedelta

import pytest

from dawnchorus.sources.networks.hackernews import HackerNews
from dawnchorus.testing import check_source, make_visit
from tests.networks.fake_hackernews import FakeHackerNews
from tests.networks.server import at, offer
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 12:00")


@pytest.fixture
def server():
    with FakeHackerNews(now=NOW) as running:
        yield running


def source(server, **options):
    return HackerNews(search=server.url, items=server.url, **options)


def stories(count, *, minutes=1, text="Kites", **extra):
    return [
        offer(str(90_000 - number), f"{NOW - timedelta(minutes=minutes * (number + 1)):%Y-%m-%d %H:%M}",
              text=f"{text} {number}", extra=extra)
        for number in range(count)
    ]  # fmt: skip


def comment(native, created, *, story, text, **more):
    return offer(
        native, created, text=text, extra={"type": "comment", "story": story, "parent": story}, **more
    )


def ids(offers):
    return {f"hackernews:{one.native}" for one in offers}


def test_a_day_of_more_than_a_query_shows_comes_whole(server):
    server.most_hits = 100
    server.offers = stories(250)
    reader = Reader()
    pages = reader.visit(source(server), start=START, now=NOW)
    assert reader.posts.keys() == ids(server.offers)
    assert [len(page.posts) for page in pages] == [100, 100, 52]  # the second of each end is read again
    assert len(server.asked) == 3


def test_many_stories_of_one_second_are_not_split(server):
    server.most_hits = 10
    server.offers = [offer(str(number), "2026-03-10 08:00") for number in range(100, 108)]
    server.offers += [offer(str(number), "2026-03-10 09:00") for number in range(200, 208)]
    reader = Reader()
    reader.visit(source(server), start=START, now=NOW)
    assert reader.posts.keys() == ids(server.offers)


def test_only_what_is_new_or_came_late_is_asked_for_again(server):
    server.offers = [
        offer("1", "2026-03-10 01:00"),
        offer("2", "2026-03-10 08:00", late=timedelta(hours=5)),
        offer("3", "2026-03-10 13:30"),
    ]
    reader = Reader()
    reader.visit(source(server), start=START, now=NOW)
    assert reader.posts.keys() == {"hackernews:1"}
    server.now = at("2026-03-10 14:00")
    reader.visit(source(server), start=START, now=server.now)
    assert reader.posts.keys() == ids(server.offers)
    assert reader.times["hackernews:1"] == 1


def test_a_killed_visit_goes_on_where_it_was(server):
    server.most_hits = 50
    server.offers = stories(200, minutes=6)
    reader = Reader()
    reader.visit(source(server), start=START, now=NOW, pages=3)
    server.asked.clear()
    reader.visit(source(server), start=START, now=NOW)
    assert reader.posts.keys() == ids(server.offers)
    assert len(server.asked) < 5


def test_a_comment_carries_the_title_it_is_under(server):
    server.offers = [
        offer("1", "2026-03-10 08:00", text="Lumenfold opens its kites", extra={"points": 9}),
        comment("2", "2026-03-10 09:00", story="1", text="It is too slow for 风筝"),
    ]
    reader = Reader()
    reader.visit(source(server, comments=True), start=START, now=NOW)
    post = reader.posts["hackernews:2"]
    assert (post.text, post.quoted_text) == ("It is too slow for 风筝", "Lumenfold opens its kites")
    assert (post.reply_to, reader.posts["hackernews:1"].like_count) == ("hackernews:1", 9)


def test_threads_bring_comments_without_the_word(server):
    server.offers = [
        offer("1", "2026-03-08 20:00", text="Kites again"),
        offer("2", "2026-03-10 08:00", text="Trains"),
        comment("3", "2026-03-10 03:00", story="1", text="too slow"),
        comment("4", "2026-03-10 09:30", story="2", text="on time"),
        comment("5", "2026-03-08 21:00", story="1", text="before the window"),
    ]
    reader = Reader()
    reader.visit(source(server, queries=["kites"], threads=True), start=START, now=NOW)
    assert reader.posts.keys() == {"hackernews:3"}
    server.asked.clear()
    later = NOW + timedelta(hours=1)
    reader.visit(source(server, queries=["kites"], threads=True), start=START, now=later)
    assert reader.times["hackernews:3"] == 1  # settled: only the last six hours are read again


def test_a_story_below_the_mark_is_seen_when_it_rises(server):
    low = offer("1", "2026-03-10 01:00", extra={"points": 3})
    server.offers = [low]
    reader = Reader()
    reader.visit(source(server, min_points=50), start=START, now=NOW)
    assert not reader.posts
    server.offers = [offer("1", "2026-03-10 01:00", extra={"points": 80})]
    server.now = NOW + timedelta(hours=12)
    reader.visit(source(server, min_points=50), start=START, now=server.now)
    assert reader.posts["hackernews:1"].like_count == 80


def test_firebase_steps_in_and_the_search_fills_up_later(server):
    server.offers = [
        *stories(5),
        offer("50", "2026-03-10 07:00", text="Deleted kites", deleted_at=NOW - timedelta(minutes=1)),
        comment("60", "2026-03-10 08:00", story="90000", text="kites"),
        offer("70", "2026-03-10 06:00", text="Trains"),
    ]
    server.search_down = True
    reader = Reader()
    pages = reader.visit(source(server, queries=["kites"], comments=True), start=START, now=NOW)
    assert reader.posts.keys() == ids(stories(5))
    assert sorted(page.stream for page in pages if page.fault) == ["comment:kites", "story:kites"]
    assert all("the next run " in fault for fault in reader.faults)
    assert not reader.cursors
    server.search_down = False
    reader.visit(source(server, queries=["kites"], comments=True), start=START, now=NOW)
    assert reader.posts.keys() == ids(stories(5)) | {"hackernews:60"}
    assert not reader.faults


def test_a_story_that_was_deleted_is_told_by_firebase(server):
    gone = offer("50", "2026-03-10 07:00", text="Kites", deleted_at=NOW - timedelta(minutes=1))
    server.offers = [gone, *stories(1)]
    server.search_down = True
    reader = Reader()
    reader.posts["hackernews:50"] = None
    listed = server._firebase

    def with_deleted(path):
        reply = listed(path)
        if path == "newstories.json":
            return type(reply)(body=b"[90000, 50]")
        return reply

    server._firebase = with_deleted
    reader.visit(source(server), start=START, now=NOW)
    assert reader.posts.keys() == {"hackernews:90000"}


@pytest.mark.parametrize("fault", ["html", "empty", "cut", "truncated", "500", "503", "403", "404", "reset"])
def test_a_query_that_fails_leaves_the_others_and_is_read_whole_later(server, fault):
    server.offers = [
        offer("1", "2026-03-10 08:00", text="kites"),
        offer("2", "2026-03-10 09:00", text="wind"),
    ]
    server.faults = lambda asked: fault if asked.query.get("query") == "kites" else None
    reader = Reader()
    reader.visit(source(server, queries=["kites", "wind"]), start=START, now=NOW)
    assert "hackernews:2" in reader.posts
    assert len(reader.faults) == 1
    assert "story:kites" not in reader.cursors
    server.faults = []
    reader.visit(source(server, queries=["kites", "wind"]), start=START, now=NOW)
    assert reader.posts.keys() == ids(server.offers)
    assert not reader.faults


def test_a_listing_that_repeats_itself_ends(server):
    server.most_hits = 50
    server.offers = stories(200)
    server.faults = [None, "loop", "loop", "loop"]
    reader = Reader()
    reader.visit(source(server), start=START, now=NOW)
    assert len(server.asked) == 2
    assert "repeats itself" in reader.faults[0]
    server.faults = []
    reader.visit(source(server), start=START, now=NOW)
    assert reader.posts.keys() == ids(server.offers)


def test_a_damaged_cursor_begins_anew(server):
    server.offers = stories(3)
    reader = Reader(cursors={"story:": '[["2026'})
    reader.visit(source(server), start=START, now=NOW)
    assert len(reader.posts) == 3


@pytest.mark.parametrize(
    "options",
    [{"queries": "AI"}, {"queries": [""]}, {"min_points": -1}, {"overlap_hours": "6"}, {"comments": "yes"},
     {"threads": True}, {"search": "hn.algolia.com/api"}],
)  # fmt: skip
def test_wrong_options_are_told_in_a_line(options):
    with pytest.raises(ValueError, match=next(iter(options))) as told:
        HackerNews(**options)
    assert "\n" not in str(told.value)


def test_what_a_visit_takes_is_told_before(server):
    reader = Reader()
    visits = []

    class Spy(HackerNews):
        def pages(self, visit):
            visits.append(visit)
            return super().pages(visit)

    reader.visit(
        Spy(search=server.url, items=server.url, queries=["a", "b"], comments=True), start=START, now=NOW
    )
    assert (
        source(server, queries=["a", "b"], comments=True).estimate(visits[0]).requests
        == len(server.asked)
        == 4
    )


def test_contract(server):
    server.most_hits = 40
    server.offers = [*stories(100), comment("5", "2026-03-10 09:00", story="90000", text="Kites")]
    options = {"queries": ["kites"], "comments": True, "threads": True}
    with make_visit(start=START, end=NOW, trusted_hosts=["127.0.0.1"]) as visit:
        check_source(source(server, **options), visit=visit, least=101)
