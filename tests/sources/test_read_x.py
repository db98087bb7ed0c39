"""X in its five dialects, each in the shape X serves, all words invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

WHEN = "Fri Nov 21 07:31:45 +0000 2025"
AT = datetime(2025, 11, 21, 7, 31, 45, tzinfo=UTC)
LONG = "Vela & Nadir <together>: " + "the long story in full. " * 20
CUT = "Vela &amp; Nadir &lt;together&gt;: the long story…"


def urls(*targets):
    return {"urls": [{"url": "https://t.co/a", "expanded_url": target} for target in targets]}


def v1(native="10", text="plain", name="mira", **more):
    return {
        "id": int(native),
        "id_str": native,
        "full_text": text,
        "created_at": WHEN,
        "lang": "en",
        "retweet_count": 3,
        "favorite_count": 5,
        "entities": urls(),
        "in_reply_to_status_id_str": None,
        "user": {"screen_name": name, "name": name.title()},
    } | more


def web(native="10", text="plain", name="mira", *, note=None, quoted=None, original=None, **legacy):
    tweet = {
        "__typename": "Tweet",
        "rest_id": native,
        "views": {"count": "900", "state": "EnabledWithCount"},
        "core": {
            "user_results": {
                "result": {"__typename": "User", "core": {"screen_name": name, "name": "Mira 李"}}
            }
        },
        "legacy": {
            "full_text": text,
            "created_at": WHEN,
            "id_str": native,
            "lang": "en",
            "favorite_count": 5,
            "retweet_count": 3,
            "reply_count": 2,
            "quote_count": 1,
            "entities": urls(),
            **legacy,
        },
    }
    if note:
        tweet["note_tweet"] = {
            "note_tweet_results": {"result": {"text": note, "entity_set": urls("https://n.example")}}
        }
    if quoted:
        tweet["quoted_status_result"] = {"result": quoted}
    if original:
        tweet["legacy"]["retweeted_status_result"] = {"result": original}
    return tweet


def timeline(*results):
    entries = [
        {"entryId": f"tweet-{i}", "content": {"itemContent": {"tweet_results": {"result": one}}}}
        for i, one in enumerate(results)
    ]
    instructions = [{"type": "TimelineAddEntries", "entries": entries}]
    return {
        "data": {"search_by_raw_query": {"search_timeline": {"timeline": {"instructions": instructions}}}}
    }


def test_v1_retweets_quotes_and_extended_texts_take_their_full_form(reading_text):
    quoted = v1("7", "what Nadir said", "nadir")
    original = v1(
        "8", CUT, "vela", extended_tweet={"full_text": LONG, "entities": urls("https://a.example/1")}
    )
    retweet = v1("9", "RT @vela: Vela &amp; Nadir…", retweeted_status=original)
    quote = v1(
        "10", "看 https://t.co/q", quoted_status=quoted, entities=urls("https://twitter.com/nadir/status/7")
    )
    got = reading_text([retweet, quote])

    assert got.ids == ["x:9", "x:8", "x:10", "x:7"]
    assert got["x:9"]["text"] == f"RT @vela: {LONG}"
    assert (got["x:9"]["repost_of"], got["x:9"]["author"]) == ("x:8", "mira")
    assert (got["x:8"]["text"], got["x:8"]["links"]) == (LONG, ["https://a.example/1"])
    assert (got["x:10"]["quote_of"], got["x:10"]["quoted_author"]) == ("x:7", "nadir")
    assert (got["x:10"]["quoted_text"], got["x:10"]["links"]) == ("what Nadir said", [])


@pytest.mark.parametrize("form", ["array", "lines", "single", "search"])
def test_v1_is_read_in_every_wrapping(reading_text, form):
    tweet = v1("9", in_reply_to_status_id_str="5")
    forms = {
        "array": [tweet],
        "lines": json.dumps(tweet) + "\n" + json.dumps(v1("11")),
        "single": tweet,
        "search": {"statuses": [tweet], "search_metadata": {"count": 1}},
    }
    post = reading_text(forms[form])["x:9"]

    assert (post["author"], post["author_name"], post["created_at"]) == ("mira", "Mira", AT)
    assert (post["like_count"], post["repost_count"], post["reply_count"], post["view_count"]) == (
        5,
        3,
        None,
        None,
    )
    assert (post["url"], post["reply_to"]) == ("https://x.com/mira/status/9", "x:5")


def test_web_notes_retweets_quotes_and_wrappers(reading_text):
    note = web("8", CUT, "vela", note=LONG.replace("&", "&amp;").replace("<", "&lt;"))
    hidden = {"__typename": "TweetWithVisibilityResults", "tweet": web("12", "limited")}
    grave = {"__typename": "TweetTombstone", "tombstone": {"text": {"text": "deleted"}}}
    retweet = web("9", "RT @vela: Vela…", original=note)
    quote = web("10", "look", quoted=hidden, in_reply_to_status_id_str="5")
    got = reading_text(timeline(retweet, quote, grave, web("11", lang="zxx")))

    assert got.ids == ["x:9", "x:8", "x:10", "x:12", "x:11"]
    assert got["x:9"]["text"] == f"RT @vela: {LONG}"
    assert (got["x:8"]["text"], got["x:8"]["links"]) == (LONG, ["https://n.example"])
    assert (got["x:10"]["quote_of"], got["x:10"]["quoted_text"]) == ("x:12", "limited")
    assert got["x:10"]["reply_to"] == "x:5"
    post = got["x:11"]
    assert (post["author"], post["author_name"], post["created_at"], post["lang"]) == (
        "mira",
        "Mira 李",
        AT,
        None,
    )
    assert [post[f"{kind}_count"] for kind in ("like", "repost", "reply", "quote", "view")] == [
        5,
        3,
        2,
        1,
        900,
    ]
    assert "1 deleted or withheld tweet" in got.notes[0]


def test_web_users_of_older_recordings_and_advertisements(reading_text):
    old = web("9")
    old["core"]["user_results"]["result"] = {"legacy": {"screen_name": "old", "name": "Old"}}
    page = timeline(old, web("10"))
    page["data"]["search_by_raw_query"]["search_timeline"]["timeline"]["instructions"][0]["entries"][1][
        "content"
    ]["itemContent"]["promotedMetadata"] = {"advertiser": 1}
    got = reading_text(page)

    assert got.ids == ["x:9"]
    assert got["x:9"]["author"] == "old"


def test_a_bad_tweet_costs_itself_not_its_page(reading_text):
    got = reading_text(timeline(web("9", created_at="2025-11-21 07:00"), web("10")))

    assert got.ids == ["x:10"]
    assert got.reasons == ["bad time"]


V2_PAGE = {
    "data": [
        {
            "id": "9",
            "text": "RT @vela: Vela &amp; Nadir…",
            "author_id": "1",
            "created_at": "2025-11-21T07:31:45.000Z",
            "lang": "en",
            "edit_history_tweet_ids": ["9"],
            "referenced_tweets": [{"type": "retweeted", "id": "8"}],
            "public_metrics": {
                "retweet_count": 3,
                "reply_count": 2,
                "like_count": 5,
                "quote_count": 1,
                "bookmark_count": 0,
                "impression_count": 900,
            },
        },
        {
            "id": "10",
            "text": "想看 https://t.co/a",
            "author_id": "1",
            "created_at": "2025-11-21T07:31:45.000Z",
            "referenced_tweets": [{"type": "quoted", "id": "7"}, {"type": "replied_to", "id": "6"}],
            "entities": {
                "urls": [
                    {"expanded_url": "https://x.com/nadir/status/7"},
                    {"expanded_url": "https://a.example", "unwound_url": "https://a.example/whole"},
                ]
            },
        },
        {"id": "11", "text": "no zone", "author_id": "1", "created_at": "2025-11-21T07:31:45"},
    ],
    "includes": {
        "users": [
            {"id": "1", "username": "mira", "name": "Mira"},
            {"id": "2", "username": "vela", "name": "Vela"},
        ],
        "tweets": [
            {
                "id": "8",
                "text": CUT,
                "author_id": "2",
                "note_tweet": {"text": LONG},
                "created_at": "2025-11-20T01:00:00Z",
            },
            {"id": "7", "text": "quoted words", "author_id": "3", "created_at": "2025-11-19T01:00:00Z"},
        ],
        "media": [{"media_key": "3_1", "type": "photo"}],
    },
    "errors": [{"resource_type": "tweet", "resource_id": "6", "title": "Not Found Error"}],
    "meta": {"result_count": 3, "newest_id": "11"},
}


@pytest.mark.parametrize(
    "wrap", [lambda page: page, lambda page: json.dumps(page) + "\n", lambda page: [page]]
)
def test_v2_pages_join_tweets_with_users_and_originals(reading_text, wrap):
    got = reading_text(wrap(V2_PAGE))

    assert got.ids == ["x:9", "x:10", "x:8", "x:7"]
    assert got["x:9"]["text"] == f"RT @vela: {LONG}"
    assert (got["x:9"]["author"], got["x:9"]["author_name"], got["x:9"]["repost_of"]) == (
        "mira",
        "Mira",
        "x:8",
    )
    assert (got["x:9"]["created_at"], got["x:9"]["view_count"], got["x:9"]["like_count"]) == (AT, 900, 5)
    assert (got["x:10"]["quote_of"], got["x:10"]["reply_to"]) == ("x:7", "x:6")
    assert (got["x:10"]["quoted_text"], got["x:10"]["quoted_author"]) == ("quoted words", None)
    assert got["x:10"]["links"] == ["https://a.example/whole"]
    assert got["x:7"]["url"] == "https://x.com/i/status/7"
    assert got.reasons == ["bad time"]
    assert "error of the API" in got.notes[0]


def test_v2_single_lookup_and_bare_objects(reading_text):
    bare = {"id": "20", "text": "bare", "author_id": "1", "created_at": "2025-11-21T07:31:45Z"}

    assert reading_text({"data": bare}).ids == ["x:20"]
    assert reading_text({"data": [bare, bare | {"id": "21"}]}).ids == ["x:20", "x:21"]
    assert reading_text(json.dumps(bare) + "\n" + json.dumps(bare | {"id": "21"})).ids == ["x:20", "x:21"]


def test_twitterapi_io_tweets_are_found_in_any_wrapping(reading_text):
    quoted = {
        "type": "tweet",
        "id": "7",
        "text": "older",
        "createdAt": WHEN,
        "retweetCount": 0,
        "author": {"userName": "nadir", "name": "Nadir"},
    }
    tweet = {
        "type": "tweet",
        "id": "9",
        "text": "a &gt; b",
        "createdAt": WHEN,
        "lang": "en",
        "retweetCount": 3,
        "replyCount": 2,
        "likeCount": 5,
        "quoteCount": 1,
        "viewCount": 900,
        "inReplyToId": "5",
        "author": {"type": "user", "userName": "mira", "name": "Mira"},
        "entities": urls("https://a.example"),
        "quoted_tweet": quoted,
    }
    for wrapped in (
        [tweet],
        {"tweets": [tweet], "has_next_page": False},
        {"followings": [{"user": {}, "tweets": [tweet]}]},
    ):
        got = reading_text(wrapped)
        post = got["x:9"]
        assert got.ids == ["x:9", "x:7"]
        assert (post["text"], post["author"], post["created_at"], post["reply_to"]) == (
            "a > b",
            "mira",
            AT,
            "x:5",
        )
        assert (post["view_count"], post["links"], post["quoted_text"]) == (
            900,
            ["https://a.example"],
            "older",
        )


def test_the_archive_takes_its_owner_from_the_file_beside_it(reading, tmp_path):
    tweet = {
        "id_str": "9",
        "id": "9",
        "full_text": "mine &amp; 我的",
        "created_at": WHEN,
        "favorite_count": "10",
    }
    (tmp_path / "tweets.js").write_text(
        "window.YTD.tweets.part0 = " + json.dumps([{"tweet": tweet}], indent=2)
    )
    (tmp_path / "like.js").write_text('window.YTD.like.part0 = [{"like": {"tweetId": "1", "fullText": "x"}}]')

    alone = reading(tmp_path / "tweets.js")["x:9"]
    assert (alone["author"], alone["text"], alone["like_count"]) == (None, "mine & 我的", 10)

    account = [{"account": {"username": "mira", "accountDisplayName": "Mira"}}]
    (tmp_path / "account.js").write_text("window.YTD.account.part0 = " + json.dumps(account))
    got = reading(tmp_path)
    assert (got["x:9"]["author"], got["x:9"]["url"]) == ("mira", "https://x.com/mira/status/9")
    assert any("like of an X archive" in note for note in got.notes)


def test_of_two_forms_of_a_post_on_a_page_the_richer_is_kept(reading_text):
    poor = v1("8", "Vela…", "vela", retweet_count=None)
    rich = v1("8", "Vela and Nadir in full", "vela")
    got = reading_text([v1("9", "RT", retweeted_status=poor), rich, v1("10", "RT", retweeted_status=poor)])

    assert got.ids == ["x:9", "x:8", "x:10"]
    assert got["x:8"]["text"] == "Vela and Nadir in full"
