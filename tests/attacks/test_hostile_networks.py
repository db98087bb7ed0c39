"""Servers of networks that answer what no server should: it costs them a record or a stream, no more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from dawnchorus.sources.formats.feeds import convert_xml
from dawnchorus.sources.networks import arxiv, mastodon, reddit
from dawnchorus.sources.networks.feeds import Feeds
from dawnchorus.sources.networks.hackernews import HackerNews
from dawnchorus.sources.networks.mastodon import Mastodon
from dawnchorus.sources.networks.reddit import Reddit
from dawnchorus.sources.parse import loads
from dawnchorus.sources.values import BadTimeError, moment
from tests.networks.server import Asked, FakeServer, Fault, Reply, at, json_reply
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = NOW - timedelta(days=1)


class Hostile(FakeServer):
    """Answers as ``says``."""

    says: Callable[[Asked], Reply]

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        return self.says(asked)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    monkeypatch.setattr(mastodon, "GAP_SECONDS", 0.0)
    with Hostile(now=NOW) as running:
        yield running


def status(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "uri": f"https://kites.example/users/ada/statuses/{number}",
        "created_at": "2026-03-10T08:00:00Z",
        "content": "<p>a kite</p>",
        "spoiler_text": "",
        "account": {"acct": "ada", "url": "https://kites.example/@ada"},
        **fields,
    }


def hit(number: int, **fields: Any) -> dict[str, Any]:
    when = int((NOW - timedelta(minutes=number)).timestamp())
    return {
        "objectID": str(number),
        "created_at_i": when,
        "title": f"Kite {number}",
        "num_comments": 1,
        **fields,
    }


def rss(*items: str) -> Reply:
    feed = f'<rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>'
    return Reply(body=feed.encode(), type="application/rss+xml")


@pytest.mark.parametrize(
    "written",
    [
        10**400,
        -(10**400),
        1e308,
        float("nan"),
        float("inf"),
        "Mon, 01 Jan 99999999999999999999 00:00:00 +0000",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_a_time_beyond_all_calendars_is_a_bad_time(written: Any) -> None:
    with pytest.raises(BadTimeError):
        moment(written)


def test_a_number_without_end_costs_itself_and_not_the_page() -> None:
    assert loads(b'{"a": ' + b"9" * 5_000 + b', "b": 7}') == {"a": None, "b": 7}


def test_an_entry_dated_beyond_all_calendars_costs_itself(server: Hostile) -> None:
    bad = "<item><guid>https://a.example/1</guid><title>one</title><pubDate>{}</pubDate></item>"
    server.says = lambda _: rss(
        bad.format("Mon, 01 Jan 99999999999999999999 00:00:00 +0000"),
        "<item><guid>https://a.example/2</guid><title>two</title></item>",
    )
    reader = Reader()
    reader.visit(Feeds(urls=[f"{server.url}/feed"]), start=START, now=NOW)

    assert list(reader.posts) == ["rss:https://a.example/2"]
    assert not reader.faults


def test_a_page_with_links_that_are_none_keeps_other_feeds_going(server: Hostile) -> None:
    pages = {
        "/page": Reply(
            body=b'<!doctype html><html><head><base href="http://["><link rel="alternate"'
            b' type="application/rss+xml" href="http://[::1"></head></html>',
            type="text/html",
        ),
        "/feed": rss("<item><guid>https://a.example/2</guid><title>two</title></item>"),
    }
    server.says = lambda asked: pages.get(asked.path) or Reply(status=404)
    reader = Reader()
    reader.visit(Feeds(urls=[f"{server.url}/page", f"{server.url}/feed"]), start=START, now=NOW)

    assert reader.posts
    assert not any("fault of" in fault for fault in reader.faults)


@pytest.mark.parametrize("when", [10**15, 10**30, -1, 0])
def test_a_hit_dated_beyond_all_calendars_costs_itself(server: Hostile, when: int) -> None:
    server.says = lambda _: json_reply({"hits": [hit(1), hit(2, created_at_i=when)], "nbHits": 2})
    reader = Reader()
    reader.visit(HackerNews(search=server.url, items=server.url), start=START, now=NOW)

    assert "hackernews:1" in reader.posts
    assert not reader.faults


def test_stories_that_lead_in_a_circle_are_left(server: Hostile) -> None:
    def says(asked: Asked) -> Reply:
        asks = len(server.asked)
        assert asks < 50
        return json_reply({"hits": [hit(1 + asks % 2)], "nbHits": 9_000})

    server.says = says
    source = HackerNews(queries=["kite"], threads=True, search=server.url, items=server.url)
    reader = Reader()
    reader.visit(source, start=START, now=NOW)

    assert reader.posts


@pytest.mark.parametrize("link", ["http://[", "https://evil.example/?max_id=7", "?", ""])
def test_where_a_server_leads_on_only_its_number_is_used(server: Hostile, link: str) -> None:
    def says(asked: Asked) -> Reply:
        if "max_id" in asked.query:
            return json_reply([])
        body = json.dumps([status(116203225088000000)]).encode()
        return Reply(body=body, headers={"Link": f'<{link}>; rel="next"'})

    server.says = says
    reader = Reader()
    reader.visit(Mastodon(servers=[server.url], tags=["kites"]), start=START, now=NOW)

    assert reader.posts
    assert not reader.faults


def test_a_feed_of_bytes_that_are_no_text_is_read_as_far_as_it_goes(server: Hostile) -> None:
    good = rss("<item><guid>https://a.example/2</guid><title>two</title></item>")
    bad = good.body.replace(b"two", b"two \xed\xbf\xbf\xed\xa0\xbd")
    server.says = lambda _: Reply(body=bad, type="application/rss+xml; charset=utf-8")
    reader = Reader()
    reader.visit(Feeds(urls=[f"{server.url}/feed"]), start=START, now=NOW)

    assert list(reader.posts) == ["rss:https://a.example/2"]


@pytest.mark.parametrize("entity", [b'"aaaa"', b'SYSTEM "file:///etc/passwd"'], ids=["bomb", "file"])
def test_a_feed_with_entities_does_not_count_as_read(
    server: Hostile, monkeypatch: pytest.MonkeyPatch, entity: bytes
) -> None:
    monkeypatch.setattr(reddit, "_FEED_GAP_SECONDS", 0.0)
    head = b'<!DOCTYPE r [<!ENTITY b %s>]><feed xmlns="http://www.w3.org/2005/Atom">' % entity
    server.says = lambda _: Reply(body=head + b"<title>&b;</title></feed>")
    reader = Reader()
    source = Reddit(subreddits=["Kites"], server=server.url, api=server.url)
    reader.visit(source, start=START, now=NOW)

    assert "entities" in reader.faults[0]
    assert not reader.cursors


@pytest.mark.parametrize(
    ("entry", "home", "id"),
    [
        (
            "<guid>oai:arXiv.org:2603.01234v1</guid><link>https://arxiv.org/abs/2603.01234</link>",
            "https://rss.arxiv.org/rss/cs.AI",
            "arxiv:2603.01234",
        ),
        (
            "<guid>a</guid><link>https://github.com/kites/wind/releases/tag/v1</link>",
            "https://github.com/kites/wind/releases.atom",
            "github:kites/wind:v1",
        ),
        (
            "<guid>t3_abc</guid><link>https://www.reddit.com/r/kites/comments/abc/x/</link>",
            "https://www.reddit.com/r/kites/.rss",
            "reddit:t3_abc",
        ),
    ],
)
def test_a_feed_cannot_put_words_into_the_mouth_of_another_site(entry: str, home: str, id: str) -> None:
    body = rss(f"<item>{entry}<title>kites are banned</title></item>").body

    (true,) = convert_xml(body, url=home)
    assert true.id == id
    for stranger in (
        "https://evil.example/feed",
        "https://arxiv.org.evil.example/",
        "https://notgithub.com/",
    ):
        (forged,) = convert_xml(body, url=stranger)
        assert str(forged.id).startswith("rss:")


def test_a_total_without_end_is_no_listing(server: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv, "GAP_SECONDS", 0.0)
    total = b"<opensearch:totalResults>" + b"9" * 5_000 + b"</opensearch:totalResults>"
    feed = b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="o">' + total + b"</feed>"
    server.says = lambda _: Reply(body=feed, type="application/atom+xml")
    reader = Reader()
    source = arxiv.Arxiv(queries=["cat:cs.RO"], feed=server.url, api=server.url)
    reader.visit(source, start=START, now=NOW)

    assert "a page instead of a feed" in reader.faults[0]


def test_a_feed_of_endless_elements_is_refused_and_told(server: Hostile) -> None:
    server.says = lambda _: rss("<a>" * 600_000)
    reader = Reader()
    reader.visit(Feeds(urls=[f"{server.url}/feed"]), start=START, now=NOW)

    assert "more than 500,000 elements" in reader.faults[0]
    assert not reader.cursors
