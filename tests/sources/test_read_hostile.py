"""Grounding 5.2, 63-73: hostile data costs its row, never the run."""

from __future__ import annotations

import json

import pytest

from dawnchorus.errors import InputError
from dawnchorus.sources import streams
from dawnchorus.sources.formats.html import decoded


def test_json_nested_beyond_reason_costs_its_row(reading_text, row):
    bomb = '{"id": "x:b", "text": "t", "a": ' + "[" * 100_000 + "]" * 100_000 + "}"
    got = reading_text("\n".join([json.dumps(row()), bomb, json.dumps(row(id="x:2"))]))

    assert got.ids == ["x:1", "x:2"]
    assert got.reasons == ["bad row"]
    assert "nested too deep" in got.bad[0]["detail"]


@pytest.mark.parametrize("bomb", ["[\n" * 100_000, '[{"a":\n' * 100_000])
def test_a_document_nested_beyond_reason_is_no_crash(reading_text, bomb):
    try:
        assert reading_text(bomb).reasons == ["bad row"]
    except InputError as error:
        assert "no posts found" in str(error)  # noqa: PT017


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_unknown(reading_text, row, number):
    text = json.dumps(row(like_count=0, more=1)).replace('"like_count": 0', f'"like_count": {number}')
    got = reading_text(text.replace('"more": 1', f'"more": {number}'))

    assert got["x:1"]["like_count"] is None
    assert json.loads(got["x:1"]["extra"]) == {"more": None}


def test_a_number_of_5000_digits_costs_its_row(reading_text, row):
    text = json.dumps(row(id=0)).replace('"id": 0', '"id": ' + "9" * 5000)
    got = reading_text(text + "\n" + json.dumps(row(id="x:2")))

    assert got.ids == ["x:2"]
    assert len(got.bad) == 1


def test_half_an_emoji_is_replaced_and_the_row_kept(reading_text, row):
    text = json.dumps(row(text="cut \ud83d", via="half \ude00", id="x:1")) + "\n" + json.dumps(row(id="x:2"))
    got = reading_text(text)

    assert got["x:1"]["text"] == "cut \ufffd"
    assert "half \ufffd" in got["x:1"]["extra"]
    assert got.ids == ["x:1", "x:2"] or set(got.ids) == {"x:1", "x:2"}
    json.dumps(got.posts, default=str).encode()


def test_half_an_emoji_in_a_learnt_key_is_replaced(reading_text, row):
    lines = [json.dumps(row(id=f"x:{i}", via="a" * 400)) for i in range(12_000)]
    got = reading_text("\n".join([*lines, json.dumps(row(id="x:bad", via="half \ude00"))]))

    assert json.loads(got["x:bad"]["extra"]) == {"via": "half \ufffd"}
    assert json.loads(got["x:11999"]["extra"]) == {"via": "a" * 400}


def test_invalid_utf8_is_replaced_and_the_row_kept(reading_text, row):
    got = reading_text(json.dumps(row(text="caf?", via="?")).encode().replace(b"?", b"\xe9"))

    assert got["x:1"]["text"] == "caf\ufffd"
    assert json.loads(got["x:1"]["extra"]) == {"via": "\ufffd"}


def test_nul_is_removed(reading_text, row):
    got = reading_text(json.dumps(row(text="a\0b", id="x:\0001", links=["https://a.example/\0x"])))

    (post,) = got.posts
    assert (post["id"], post["text"], post["links"]) == ("x:1", "ab", ["https://a.example/x"])


def test_a_text_of_nothing_but_nul_is_no_text(reading_lines, row):
    assert reading_lines(row(text="\0\0")).reasons == ["no text"]


def test_of_a_key_written_twice_the_last_counts(reading_text):
    got = reading_text('{"id": "x:1", "text": "first", "text": "last", "a": 1, "a": 2}')

    assert got["x:1"]["text"] == "last"
    assert json.loads(got["x:1"]["extra"]) == {"a": 2}


def test_a_line_without_end_is_skipped_within_bounded_memory(reading_text, row, monkeypatch):
    monkeypatch.setattr(streams, "MAX_RECORD", 100_000)
    monkeypatch.setattr(streams, "_BLOCK", 30_000)
    giant = '{"id": "x:g", "text": "' + "g" * 1_000_000 + '"}'
    got = reading_text("\n".join([json.dumps(row()), giant, json.dumps(row(id="x:2"))]))

    assert got.ids == ["x:1", "x:2"]
    assert "posts.data:2: line of more than" in got.bad[0]["detail"]


def test_a_document_without_end_is_given_up(reading_text, row, monkeypatch):
    monkeypatch.setattr(streams, "MAX_RECORD", 100_000)
    monkeypatch.setattr(streams, "_BLOCK", 30_000)
    got = reading_text("[" + json.dumps(row()) + ',\n{"id": "x:g", "text": "' + "g" * 1_000_000 + '"}]')

    assert got.ids == ["x:1"]
    assert got.reasons == ["bad row"]


def test_keys_without_number_are_kept_without_being_learnt(reading_lines, row):
    got = reading_lines(*(row(id=f"x:{i}", **{f"k{i}-{j}": j for j in range(30)}) for i in range(200)))

    assert len(got.ids) == 200
    assert json.loads(got["x:199"]["extra"]) == {f"k199-{j}": j for j in range(30)}


def test_markup_and_control_characters_of_posts_stay_for_the_stages_that_know(reading_lines, row):
    text = "{{ site.time }} <script>x</script> \u202eabc\u200b {% raw %}"

    assert reading_lines(row(text=text))["x:1"]["text"] == text


AT = "at://d/app.bsky.feed.post/r"


@pytest.mark.parametrize(
    "value",
    [
        {"data": [{"id": "1", "text": "t", "author_id": {}, "public_metrics": [], "referenced_tweets": 3}]},
        {
            "data": [{"id": "1", "text": "t", "author_id": "1"}],
            "includes": {"users": [{"id": []}, 3], "x": 1},
        },
        {"id_str": "1", "text": ["x"], "user": 3, "entities": "x"},
        {"id_str": "1", "text": "x", "user": {}, "entities": {"urls": [1, {"expanded_url": {}}]}},
        {"account": {}, "content": 5, "reblogs_count": "x", "quote": [1], "reblog": {"account": 1}},
        {"uri": AT, "record": {"text": 1, "facets": [1], "langs": "en", "createdAt": []}},
        {"post": {"uri": AT, "record": {}}, "reply": 1, "reason": {"by": 3}},
        {"did": "d", "time_us": 1, "kind": "commit", "commit": {"collection": AT[7:25], "record": 1}},
        {"type": "story", "id": [], "time": "x"},
        {"objectID": None, "created_at_i": None},
        {"version": "https://jsonfeed.org/version/1", "items": [1, {"authors": 3, "content_html": []}]},
        {"tweets": [{"id": {}, "text": 1, "createdAt": 1, "author": {}, "retweetCount": 0}]},
        {"data": {"instructions": [{"rest_id": 1, "legacy": {"full_text": 1, "created_at": 1}}]}},
        {"tweet": {"id_str": "1", "full_text": 7}},
        {"thread": {"post": {"uri": AT, "record": {"text": "t"}}, "replies": [1, {}]}},
        {"status": 200, "method": "GET", "body": "[[["},
    ],
)
def test_twisted_shapes_of_every_platform_cost_only_themselves(reading_text, row, value):
    got = reading_text(json.dumps(row()) + "\n" + json.dumps(value) + "\n" + json.dumps(row(id="x:last")))

    assert {"x:1", "x:last"} <= set(got.ids)
    assert all("posts.data:2" in bad["detail"] for bad in got.bad)


def test_an_entity_of_five_thousand_digits_is_no_character():
    assert decoded("a &#" + "9" * 5000 + "; &amp; &#65;") == "a \ufffd & A"
