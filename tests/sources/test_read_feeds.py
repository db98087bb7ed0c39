"""RSS, RDF, Atom and JSON Feed, well-formed, ill-formed and hostile."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dawnchorus.sources import readers

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"><channel><title>Новости</title><link>https://www.news.example/</link><language>ru-RU</language>
<item><title>Чип &amp; память</title><link>https://news.example/1</link><guid>17</guid>
<pubDate>Fri, 21 Nov 2025 10:31:45 +0300</pubDate>
<description>&lt;p&gt;Цена &lt;b&gt;выросла&lt;/b&gt;&lt;/p&gt;&lt;p&gt;&lt;a href="https://b.example"&gt;ещё&lt;/a&gt;&lt;/p&gt;</description></item>
<item><title>Без времени</title><link>https://news.example/2</link></item>
<item><title>Без пояса</title><link>https://news.example/3</link><pubDate>2025-11-21 10:31:45</pubDate></item>
<item><title>День</title><guid>https://news.example/4</guid><pubDate>2025-11-21</pubDate></item>
<item><guid>empty</guid></item>
</channel></rss>"""


@pytest.mark.parametrize("encoding", ["UTF-8", "KOI8-R", "windows-1251", "UTF-16"])
def test_rss_in_every_encoding(reading_text, encoding):
    text = RSS.replace("ё", "е").format(encoding=encoding)
    got = reading_text(text.encode(encoding))

    assert got.ids == ["rss:news.example:17", "rss:https://news.example/2", "rss:https://news.example/4"]
    post = got["rss:news.example:17"]
    assert post["text"] == "Чип & память\n\nЦена выросла\n\nеще"
    assert (post["source"], post["lang"], post["author"]) == ("rss:news.example", "ru-ru", None)
    assert post["created_at"] == datetime(2025, 11, 21, 7, 31, 45, tzinfo=UTC)
    assert (post["url"], post["links"]) == ("https://news.example/1", ["https://b.example"])
    assert got["rss:https://news.example/2"]["created_at"] is None
    assert got["rss:https://news.example/4"]["day"] == date(2025, 11, 21)
    assert sorted(got.reasons) == ["bad time", "no text"]


def test_atom_takes_the_whole_content(reading_text):
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh"><title>t</title>
    <link href="https://blog.example/"/>
    <entry><title type="html">新 &amp;amp; 快</title><id>tag:blog.example,2025:1</id>
    <link href="https://blog.example/1"/><author><name>Mira</name></author>
    <published>2025-11-21T07:31:45Z</published><updated>2025-11-22T00:00:00Z</updated>
    <summary>short</summary><content type="html">&lt;p&gt;the whole text, not the cut one&lt;/p&gt;</content>
    </entry>
    </feed>"""
    post = reading_text(atom)["rss:tag:blog.example,2025:1"]

    assert post["text"] == "新 & 快\n\nthe whole text, not the cut one"
    assert (post["author"], post["created_at"].day) == ("Mira", 21)


def test_rdf_and_ill_formed_feeds_are_read(reading_text):
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>c</title><link>https://rdf.example/</link></channel>
    <item><title>one</title><link>https://rdf.example/1</link><dc:date>2025-11-21T07:31:45Z</dc:date></item></rdf:RDF>"""
    assert reading_text(rdf)["rss:https://rdf.example/1"]["created_at"] is not None

    broken = "<rss><channel><item><title>a & b</title><link>https://c.example/1</link></item></channel>"
    assert reading_text(broken).posts[0]["text"] == "a & b"


BOMB = '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
THEFT = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [BOMB, THEFT])
@pytest.mark.parametrize("end", ["</channel></rss>", ""])
def test_feeds_with_entities_are_refused(reading_text, doctype, end):
    got = reading_text(f"{doctype}<rss><channel><item><title>&b;&x;</title></item>{end}")

    assert not got.posts
    assert got.reasons == ["bad row"]
    assert "entities" in got.bad[0]["detail"]


def test_json_feed(reading_text):
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "home_page_url": "https://j.example/",
        "language": "en",
        "authors": [{"name": "House"}],
        "items": [
            {
                "id": "2",
                "title": "Title",
                "content_text": "plain < text",
                "content_html": "<p>html</p>",
                "url": "https://j.example/2",
                "date_published": "2025-11-21T07:31:45Z",
                "language": "de",
            },
            {
                "id": "1",
                "content_html": "<p>你好 <a href='https://b.example'>b</a></p>",
                "author": {"name": "Jane"},
            },
            {"id": "0", "content_text": "x", "date_published": "2025-11-21T07:31:45"},
        ],
    }
    got = reading_text(feed)

    assert got.ids == ["rss:j.example:2", "rss:j.example:1"]
    assert got["rss:j.example:2"]["text"] == "Title\n\nplain < text"
    assert got["rss:j.example:2"]["lang"] == "de"
    assert (got["rss:j.example:1"]["author"], got["rss:j.example:1"]["links"]) == (
        "Jane",
        ["https://b.example"],
    )
    assert got.reasons == ["bad time"]


def test_the_same_entry_keeps_its_id(reading_text):
    text = RSS.format(encoding="UTF-8")

    assert reading_text(text).ids == reading_text(text.replace("Новости", "Другое")).ids


def test_a_feed_beyond_reason_is_refused(reading_text, monkeypatch):
    monkeypatch.setattr(readers, "_MAX_FEED", 10_000)
    got = reading_text("<rss><channel>" + "<item><title>a</title></item>" * 1000 + "</channel></rss>")

    assert not got.posts
    assert got.reasons == ["bad row"]
