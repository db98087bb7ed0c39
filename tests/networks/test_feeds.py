import gzip
from dataclasses import replace
from datetime import timedelta

import pytest

from dawnchorus.sources.networks.feeds import Feeds
from dawnchorus.testing import check_source, make_visit
from tests.networks.fake_feeds import FakeFeeds, Site
from tests.networks.server import Reply, at, offer
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 12:00")
PAGE = "<!doctype html><html><head><title>风筝</title>{links}</head><body>hello</body></html>"


@pytest.fixture
def server():
    with FakeFeeds(now=NOW) as running:
        yield running


def read(server, *paths, reader=None, now=NOW):
    reader = reader or Reader()
    server.now = now
    reader.visit(Feeds(urls=[server.url + path for path in paths or ["/kites/feed"]]), start=START, now=now)
    return reader


def entries(count=3):
    return [
        offer(f"p{number}", f"2026-03-10 0{number}:00", text=f"风筝 & kites {number}")
        for number in range(count)
    ]


def entry(**extra):
    return offer("p1", "2026-03-10 08:00", text="Kites fly", extra=extra)


@pytest.mark.parametrize("kind", ["rss", "atom", "rdf", "json"])
def test_each_kind_of_feed_is_read(server, kind):
    server.sites["/kites/feed"] = Site(kind=kind)
    server.offers = entries()
    reader = read(server)
    assert reader.posts.keys() == {f"rss:https://kites.example/p{number}" for number in range(3)}
    post = reader.posts["rss:https://kites.example/p1"]
    assert (post.text, post.created_at) == ("风筝 & kites 1", at("2026-03-10 01:00"))
    assert (post.source, post.url) == ("rss:kites.example", "https://kites.example/p1")


def test_an_unchanged_feed_is_asked_for_and_not_sent(server):
    server.offers = entries(2)
    reader = read(server)
    pages = read(server, reader=reader).pages
    assert server.asked[-1].headers["if-none-match"].startswith('W/"')
    assert "if-modified-since" in server.asked[-1].headers
    assert [page.posts for page in pages] == [()]
    assert not reader.faults
    server.offers = entries(3)
    assert len(read(server, reader=reader).posts) == 3


def test_an_edited_entry_keeps_its_id_and_its_day(server):
    server.sites["/kites/feed"] = Site(kind="atom")
    server.offers = [entry()]
    reader = read(server)
    server.offers = [replace(entry(updated=at("2026-03-10 11:00")), text="Kites fly higher")]
    read(server, reader=reader)
    (post,) = reader.posts.values()
    assert (post.text, post.created_at) == ("Kites fly higher", at("2026-03-10 08:00"))


@pytest.mark.parametrize(
    ("extra", "id", "dated"),
    [
        ({"guid": None}, "rss:https://kites.example/p1", True),
        ({"guid": "17"}, "rss:kites.example:17", True),
        ({"guid": None, "link": ""}, "rss:kites.example:", True),
        ({"date": None}, "rss:https://kites.example/p1", False),
    ],
)
def test_entries_without_id_link_or_date(server, extra, id, dated):
    server.offers = [entry(**extra)]
    (post,) = read(server).posts.values()
    assert post.id.startswith(id)
    assert (post.created_at is not None) is dated
    again = read(server)
    assert again.posts.keys() == {post.id}


def test_a_time_without_a_zone_costs_its_entry(server):
    server.offers = [entry(date="2026-03-10 08:00:00"), offer("p2", "2026-03-10 09:00")]
    reader = read(server)
    assert reader.posts.keys() == {"rss:https://kites.example/p2"}
    assert [one.reason for one in reader.pages[0].skipped] == ["bad time"]


def test_links_may_be_relative(server):
    server.offers = [entry(link="/blog/p1", guid="p1")]
    (post,) = read(server).posts.values()
    assert post.url == f"{server.url}/blog/p1"


@pytest.mark.parametrize(
    "site",
    [
        Site(encoding="gb18030"),
        Site(encoding="utf-16"),
        Site(encoding="gb18030", charset=False),
        Site(type="text/html"),
        Site(type="text/plain"),
        Site(type="text/xml"),
    ],
)
def test_every_encoding_and_type(server, site):
    server.sites["/kites/feed"] = site
    server.offers = entries(1)
    (post,) = read(server).posts.values()
    assert post.text == "风筝 & kites 0"


@pytest.mark.parametrize("kind", ["application/rss+xml", "application/atom+xml", "application/feed+json"])
def test_the_feed_of_a_page_is_found_and_remembered(server, kind):
    links = (
        f'<link rel="alternate" type="{kind}" title="Comments" href="/kites/comments">'
        f'<link rel="alternate" type="{kind}" href="feed">'
    )
    server.sites["/kites/"] = Site(page=PAGE.format(links=links))
    server.offers = entries()
    reader = read(server, "/kites/")
    assert len(reader.posts) == 3
    assert [asked.path for asked in server.asked] == ["/kites/", "/kites/feed"]
    server.asked.clear()
    read(server, "/kites/", reader=reader)
    assert [asked.path for asked in server.asked] == ["/kites/feed"]
    assert "if-none-match" in server.asked[0].headers


def test_a_feed_that_the_page_does_not_name_is_looked_for_in_the_usual_places(server):
    server.sites = {"/": Site(page=PAGE.format(links="")), "/atom.xml": Site(page=PAGE.format(links=""))}
    server.sites["/feed.xml"] = Site(kind="atom")
    server.offers = [offer("p1", "2026-03-10 08:00", extra={"site": "feed.xml"})]
    assert len(read(server, "/").posts) == 1
    assert len(server.asked) <= 6


def test_a_page_without_any_feed_is_told_after_few_requests(server):
    server.sites["/about"] = Site(page=PAGE.format(links=""))
    reader = read(server, "/about")
    assert "names no feed" in reader.faults[0]
    assert len(server.asked) <= 9
    assert not reader.cursors


def test_a_found_feed_that_went_is_looked_for_anew(server):
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    server.sites["/"] = Site(page=PAGE.format(links=link.format("/kites/feed")))
    server.offers = entries()
    reader = read(server, "/")
    server.sites["/"] = Site(page=PAGE.format(links=link.format("/kites/new")))
    server.sites["/kites/new"] = server.sites.pop("/kites/feed")
    server.offers = entries(5)
    assert "anew" in read(server, "/", reader=reader).faults[0]
    read(server, "/", reader=reader)
    assert len(reader.posts) == 5
    assert not reader.faults


def test_a_feed_that_moved_is_read_there_and_told_once(server):
    server.sites["/old"] = Site(moved="/kites/feed")
    server.offers = entries()
    reader, told = Reader(), []
    for _ in range(5):
        read(server, "/old", reader=reader)
        told.append(reader.faults)
    moved = [fault for faults in told for fault in faults]
    assert len(moved) == 1
    assert f"moved to {server.url}/kites/feed" in moved[0]
    assert server.asked[-1].path == "/kites/feed"
    assert [asked.path for asked in server.asked].count("/old") == 3
    assert len(reader.posts) == 3


def test_a_redirect_that_comes_and_goes_is_no_move(server):
    server.offers = entries()
    server.sites["/old"] = Site(moved="/kites/feed")
    reader = Reader()
    for _ in range(2):
        read(server, "/old", reader=reader)
    server.sites["/old"] = Site(moved="/kites/login")
    server.sites["/kites/login"] = Site(page=PAGE.format(links=""))
    assert read(server, "/old", reader=reader).faults
    server.sites["/old"] = Site(moved="/kites/feed")
    assert not read(server, "/old", reader=reader).faults or "moved" in reader.faults[0]


@pytest.mark.parametrize(("status", "words"), [(410, "taken down for good"), (404, "is not there")])
def test_a_feed_that_is_gone_is_told(server, status, words):
    server.sites["/kites/feed"] = Site(status=status)
    assert words in read(server).faults[0]


def test_a_feed_that_became_a_page_is_told_and_nothing_is_forgotten(server):
    server.offers = entries()
    reader = read(server)
    before = dict(reader.cursors)
    server.sites["/kites/feed"] = Site(page=PAGE.format(links=""))
    assert "a page for people instead of a feed" in read(server, reader=reader).faults[0]
    assert reader.cursors == before
    server.sites["/kites/feed"] = Site()
    assert not read(server, reader=reader).faults


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
@pytest.mark.parametrize(
    "fault", ["html", "empty", "cut", "truncated", "500", "503", "403", "reset", "bomb", "429-long"]
)
def test_a_feed_that_fails_leaves_the_others_and_is_read_whole_later(server, kind, fault):
    server.sites = {"/kites/feed": Site(kind=kind), "/wind/feed": Site(kind=kind)}
    server.offers = [*entries(9), offer("w1", "2026-03-10 08:00", extra={"site": "wind"})]
    server.faults = lambda asked: fault if asked.path == "/kites/feed" else None
    reader = read(server, "/kites/feed", "/wind/feed")
    assert "rss:https://kites.example/w1" in reader.posts
    assert [page.stream for page in reader.pages if page.fault] == [f"{server.url}/kites/feed"]
    assert list(reader.cursors) == [f"{server.url}/wind/feed"]
    server.faults = []
    read(server, "/kites/feed", "/wind/feed", reader=reader)
    assert len(reader.posts) == 10
    assert not reader.faults


def test_of_a_feed_that_is_cut_off_the_good_entries_are_used(server):
    server.offers = entries(9)
    server.faults = ["cut"]
    reader = read(server)
    assert 0 < len(reader.posts) < 9
    assert "cut off" in reader.faults[0]


def test_a_feed_with_entities_is_refused_and_told(server):
    bomb = '<!DOCTYPE r [<!ENTITY a "lol">]><rss><channel><item><title>&a;</title></item></channel></rss>'
    server.answer = lambda asked, fault: Reply(body=bomb.encode(), type="application/rss+xml")
    assert "entities" in read(server).faults[0]


def test_a_compressed_feed_is_read(server):
    server.offers = entries()
    plain = server.answer

    def packed(asked, fault):
        reply = plain(asked, fault)
        return replace(
            reply, body=gzip.compress(reply.body), headers={**reply.headers, "Content-Encoding": "gzip"}
        )

    server.answer = packed
    assert len(read(server).posts) == 3


def test_pages_come_in_the_order_of_the_topic(server):
    paths = [f"/s{number}/feed" for number in range(14)]
    server.sites = {path: Site() for path in paths}
    reader = read(server, *paths)
    assert [page.stream for page in reader.pages] == [server.url + path for path in paths]


def test_a_visit_told_to_stop_asks_for_no_more(server):
    paths = [f"/s{number}/feed" for number in range(14)]
    server.sites = {path: Site() for path in paths}
    Reader().visit(Feeds(urls=[server.url + path for path in paths]), start=START, now=NOW, stop=lambda: True)
    assert len(server.asked) == 6


@pytest.mark.parametrize("cursor", ["{", "[]", '{"etag": 5}', '{"led": "x"}', "null"])
def test_a_damaged_cursor_begins_anew(server, cursor):
    server.offers = entries()
    reader = Reader(cursors={f"{server.url}/kites/feed": cursor})
    assert len(read(server, reader=reader).posts) == 3


@pytest.mark.parametrize("urls", [[], "https://kites.example", ["ftp://kites.example/"], ["kites"], [5]])
def test_wrong_options_are_told_in_a_line(urls):
    with pytest.raises(ValueError, match="urls") as told:
        Feeds(urls=urls)
    assert "\n" not in str(told.value)


def test_late_entries_dated_before_the_window_are_harmless(server):
    server.offers = [replace(one, created_at=one.created_at - timedelta(days=30)) for one in entries()]
    assert len(read(server).posts) == 3


@pytest.mark.parametrize("kind", ["rss", "atom", "rdf", "json"])
def test_contract(server, kind):
    server.sites = {"/kites/feed": Site(kind=kind), "/wind/feed": Site(kind=kind)}
    server.offers = [*entries(9), offer("w1", "2026-03-10 08:00", extra={"site": "wind"})]
    urls = [server.url + path for path in server.sites]
    with make_visit(start=START, end=NOW, trusted_hosts=["127.0.0.1"]) as visit:
        check_source(Feeds(urls=urls), visit=visit, least=10)
