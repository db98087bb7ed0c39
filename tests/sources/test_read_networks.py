"""Mastodon, Bluesky and Hacker News, in the shapes they serve, all words invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

AT = datetime(2025, 11, 21, 7, 31, 45, tzinfo=UTC)
STAMP = "2025-11-21T07:31:45.000Z"


def status(native="110", content="<p>hello</p>", server="tide.example", **more):
    return {
        "id": native,
        "created_at": STAMP,
        "uri": f"https://{server}/users/mira/statuses/{native}",
        "url": f"https://{server}/@mira/{native}",
        "content": content,
        "account": {"acct": "mira", "display_name": "Mira 李", "url": f"https://{server}/@mira"},
        "language": "zh",
        "favourites_count": 5,
        "reblogs_count": 3,
        "replies_count": 2,
        "reblog": None,
    } | more


def test_a_status_is_read_as_its_reader_sees_it(reading_text):
    content = (
        '<p>看 <a href="https://a.example/long"><span class="invisible">https://</span><span>a.example/…</span></a>'
        '<br>R&amp;D <a href="https://tide.example/@nadir" class="u-url mention">@<span>nadir</span></a></p>'
        "<p>第二段</p><script>alert(1)</script>"
    )
    got = reading_text([status(content=content, in_reply_to_id="99", card={"url": "https://a.example/card"})])
    post = got["mastodon:tide.example:110"]

    assert post["text"] == "看 https://a.example/…\nR&D @nadir\n\n第二段"
    assert post["links"] == ["https://a.example/long", "https://a.example/card"]
    assert (post["author"], post["author_name"], post["created_at"]) == ("mira@tide.example", "Mira 李", AT)
    assert (post["like_count"], post["repost_count"], post["reply_count"]) == (5, 3, 2)
    assert (post["reply_to"], post["url"]) == ("mastodon:tide.example:99", "https://tide.example/@mira/110")


def test_boosts_quotes_and_content_warnings(reading_text):
    far = status("7", "<p>far away</p>", "reef.example", id="55", spoiler_text="Markets")
    far["account"]["acct"] = "vela@reef.example"
    boost = status(
        "111", "", uri="https://tide.example/users/mira/statuses/111/activity", url=None, reblog=far
    )
    quote = status("112", "<p>indeed</p>", quote={"state": "accepted", "quoted_status": far})
    got = reading_text(json.dumps(boost) + "\n" + json.dumps(quote))

    own = "mastodon:reef.example:7"
    assert got.ids == ["mastodon:tide.example:111", own, "mastodon:tide.example:112"]
    assert got[own]["text"] == "Markets\n\nfar away"
    assert got["mastodon:tide.example:111"]["text"] == "RT @vela@reef.example: Markets\n\nfar away"
    assert got["mastodon:tide.example:111"]["repost_of"] == own
    assert got["mastodon:tide.example:112"]["quote_of"] == own
    assert got["mastodon:tide.example:112"]["quoted_author"] == "vela@reef.example"


def test_recorded_answers_are_opened_and_the_others_counted(reading_text):
    answers = [
        {
            "method": "GET",
            "uri": "https://t",
            "status": {"code": 200},
            "headers": {},
            "body": json.dumps([status()]),
        },
        {
            "method": "GET",
            "uri": "https://t",
            "status": {"code": 200},
            "headers": {},
            "body": '{"domain": "t"}',
        },
    ]
    got = reading_text(json.dumps(answers, indent=1))

    assert got.ids == ["mastodon:tide.example:110"]
    assert "1 recorded answer without posts" in got.notes[0]
    assert not got.bad


def uri(key, did="did:plc:mira"):
    return f"at://{did}/app.bsky.feed.post/{key}"


def view(key="k1", text="hello", handle="mira.example", record=None, **more):
    return {
        "uri": uri(key),
        "author": {"did": "did:plc:mira", "handle": handle, "displayName": "Mira"},
        "record": {
            "$type": "app.bsky.feed.post",
            "text": text,
            "createdAt": STAMP,
            "langs": ["ja"],
            **(record or {}),
        },
        "likeCount": 5,
        "repostCount": 3,
        "replyCount": 2,
        "quoteCount": 1,
        "indexedAt": "2025-11-21T07:31:46.000Z",
    } | more


def test_feed_items_give_posts_reposts_replies_and_quotes(reading_text):
    quoted = {
        "uri": uri("q1", "did:plc:q"),
        "author": {"handle": "nadir.example"},
        "value": view(text="quoted")["record"],
    }
    facets = [
        {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/whole/link"}]}
    ]
    record = {"facets": facets, "reply": {"parent": {"uri": uri("p1")}, "root": {"uri": uri("p1")}}}
    item = {
        "post": view("k1", "看 a.example/who...", record=record, embed={"$type": "x", "record": quoted}),
        "reply": {"parent": view("p1", "parent"), "root": view("p1", "parent")},
        "reason": {
            "$type": "app.bsky.feed.defs#reasonRepost",
            "by": {"handle": "vela.example"},
            "indexedAt": "2025-11-21T09:00:00Z",
            "uri": "at://did:plc:v/app.bsky.feed.repost/r1",
        },
    }
    got = reading_text({"feed": [item], "cursor": "c"})

    assert got.ids == ["bsky:repost:r1", "bsky:k1", "bsky:q1", "bsky:p1"]
    post = got["bsky:k1"]
    assert (post["author"], post["author_name"], post["created_at"], post["lang"]) == (
        "mira.example",
        "Mira",
        AT,
        "ja",
    )
    assert (post["links"], post["reply_to"]) == (["https://a.example/whole/link"], "bsky:p1")
    assert (post["quote_of"], post["quoted_author"], post["quoted_text"]) == (
        "bsky:q1",
        "nadir.example",
        "quoted",
    )
    assert [post[f"{kind}_count"] for kind in ("like", "repost", "reply", "quote")] == [5, 3, 2, 1]
    assert post["url"] == "https://bsky.app/profile/mira.example/post/k1"
    repost = got["bsky:repost:r1"]
    assert (repost["author"], repost["repost_of"]) == ("vela.example", "bsky:k1")
    assert repost["text"] == "RT @mira.example: 看 a.example/who..."


@pytest.mark.parametrize(
    "wrap", [lambda v: {"posts": [v]}, lambda v: [v], lambda v: {"post": v}, lambda v: v]
)
def test_post_views_are_read_in_every_wrapping(reading_text, wrap):
    assert reading_text(wrap(view())).ids == ["bsky:k1"]


def test_threads_and_media_with_a_quote(reading_text):
    quoted = {"uri": uri("q1"), "author": {"handle": "handle.invalid"}, "value": view(text="引用")["record"]}
    embed = {"record": {"record": quoted}, "media": {"external": {"uri": "https://a.example/card"}}}
    thread = {
        "thread": {
            "post": view("k1", embed=embed),
            "parent": {"post": view("p1")},
            "replies": [{"post": view("r1")}],
        }
    }
    got = reading_text(thread)

    assert got.ids == ["bsky:p1", "bsky:k1", "bsky:q1", "bsky:r1"]
    assert got["bsky:k1"]["links"] == ["https://a.example/card"]
    assert got["bsky:q1"]["author"] == "did:plc:mira"


def test_jetstream_events_that_are_no_posts_are_counted(reading_text):
    def event(collection, operation="create", **record):
        commit = {
            "collection": f"app.bsky.{collection}",
            "operation": operation,
            "rkey": "k1",
            "record": record,
        }
        return {"did": "did:plc:mira", "time_us": 1763710305000000, "kind": "commit", "commit": commit}

    events = [
        event("feed.like"),
        event("feed.like"),
        event("feed.post", text="乗った！", createdAt=STAMP, langs=["ja"]),
        event("graph.follow"),
        event("feed.post", "delete"),
        {"did": "did:plc:mira", "time_us": 1, "kind": "identity", "identity": {}},
    ]
    got = reading_text("\n".join(map(json.dumps, events)))

    assert got.ids == ["bsky:k1"]
    assert (got["bsky:k1"]["author"], got["bsky:k1"]["text"]) == ("did:plc:mira", "乗った！")
    assert "5 records are no posts" in got.notes[0]
    assert "2 app.bsky.feed.like event" in got.notes[0]
    assert not got.bad


def test_a_picture_without_words_has_no_text(reading_text):
    got = reading_text({"feed": [{"post": view("k1", "")}, {"post": view("k2")}]})

    assert got.ids == ["bsky:k2"]
    assert [(bad["id"], bad["reason"]) for bad in got.bad] == [("bsky:k1", "no text")]


def test_hacker_news_items_and_hits(reading_text):
    story = {
        "by": "mira",
        "id": 1,
        "score": 20,
        "descendants": 2,
        "time": 1763710305,
        "type": "story",
        "title": "Vela opens its chip",
        "url": "https://a.example",
    }
    comment = {
        "by": "nadir",
        "id": 2,
        "parent": 1,
        "time": 1763710305,
        "type": "comment",
        "text": 'I &lt;3 it<p>see <a href="https:&#x2F;&#x2F;b.example">b</a>',
    }
    gone = {"id": 3, "deleted": True, "type": "comment", "time": 1763710305}
    got = reading_text("\n".join(map(json.dumps, [story, comment, gone])))

    first, second = got["hackernews:1"], got["hackernews:2"]
    assert (first["text"], first["links"], first["like_count"]) == (
        "Vela opens its chip",
        ["https://a.example"],
        20,
    )
    assert (first["author"], first["created_at"], first["reply_count"]) == ("mira", AT, 2)
    assert first["url"] == "https://news.ycombinator.com/item?id=1"
    assert (second["text"], second["links"]) == ("I <3 it\n\nsee b", ["https://b.example"])
    assert second["reply_to"] == "hackernews:1"
    assert "1 deleted item" in got.notes[0]

    hit = {
        "objectID": "4",
        "created_at_i": 1763710305,
        "author": "mira",
        "title": "Ask",
        "story_text": "why?",
        "points": 7,
        "num_comments": 1,
        "url": None,
        "parent_id": None,
        "_tags": ["story"],
    }
    post = reading_text({"hits": [hit], "nbHits": 1, "page": 0, "query": ""})["hackernews:4"]
    assert (post["text"], post["like_count"], post["reply_count"], post["created_at"]) == (
        "Ask\n\nwhy?",
        7,
        1,
        AT,
    )
