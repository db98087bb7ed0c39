"""Our own rows: JSON lines, JSON, CSV, Parquet."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from dawnchorus.tables import POSTS

NOON = datetime(2025, 11, 21, 4, 0, tzinfo=UTC)


def test_fields_arrive_as_they_are_and_missing_ones_are_null(reading_lines, row):
    full = row(
        author_name="Vela 芯片", lang="zh", url="https://x.com/vela_chips/status/1", like_count=0,
        repost_count=3, reply_count=4,
        quote_count=5, view_count=6, reply_to="x:9", repost_of="x:8", quote_of="x:7",
        quoted_author="nadir", quoted_text="slow", links=["https://a.example/1", "https://a.example/2"],
    )  # fmt: skip
    got = reading_lines(full, row(id="x:2"))

    created = datetime(2025, 11, 21, 7, 31, 45, tzinfo=UTC)
    assert got["x:1"] == full | {"created_at": created, "day": None, "extra": None}
    assert got["x:2"]["like_count"] is None
    assert got["x:2"]["links"] == []
    assert not got.bad


def test_unknown_keys_are_kept_aside_in_every_line(reading_lines, row):
    rows = [
        row(id=f"x:{i}", via="shop", tags=["新", {"a": i}], **({"late": i} if i > 6000 else {}))
        for i in range(9000)
    ]
    got = reading_lines(*rows)

    assert sorted(got.ids) == sorted(f"x:{i}" for i in range(9000))
    for i in (0, 1, 6001, 8999):
        late = {"late": i} if i > 6000 else {}
        assert json.loads(got[f"x:{i}"]["extra"]) == {"via": "shop", "tags": ["新", {"a": i}], **late}


def test_usual_other_names_of_fields_are_understood(reading_lines):
    other = {
        "id": "7", "full_text": "hello", "author_username": "@mira", "timestamp": "2025-11-21T04:00:00Z",
        "favorite_count": 2, "retweet_count": 1, "link": "https://a.example", "language": "en",
    }  # fmt: skip
    got = reading_lines(other)["7"]

    assert (got["text"], got["author"], got["like_count"], got["repost_count"]) == ("hello", "mira", 2, 1)
    assert (got["created_at"], got["links"], got["lang"]) == (NOON, ["https://a.example"], "en")
    assert got["extra"] is None


def test_our_name_wins_over_another_and_nothing_is_lost(reading_lines, row):
    got = reading_lines(row(author_username="other"))["x:1"]

    assert got["author"] == "vela_chips"
    assert json.loads(got["extra"]) == {"author_username": "other"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-11-21T04:00:00Z", NOON),
        ("2025-11-21T12:00:00+08:00", NOON),
        ("2025-11-21T12:00:00.000+0800", NOON),
        ("2025-11-21 12:00:00 +0800", NOON),
        ("2025-11-21 04:00:00 UTC", NOON),
        ("Fri Nov 21 04:00:00 +0000 2025", NOON),
        ("Fri, 21 Nov 2025 12:00:00 +0800", NOON),
        (1763697600, NOON),
        (1763697600000, NOON),
        ("1763697600", NOON),
    ],
)
def test_times_with_a_zone_are_read(reading_lines, row, written, meant):
    got = reading_lines(row(created_at=written))["x:1"]

    assert (got["created_at"], got["day"]) == (meant, None)


@pytest.mark.parametrize(
    "written",
    [
        "2025-11-21T04:00:00", "2025-11-21 04:00", "Fri, 21 Nov 2025 04:00:00", "yesterday", "2025-02-30",
        "2025-13-01T00:00:00Z", 12, True, {"at": 1}, 1e300,
        "Fri Nov 41 04:00:00 +0000 2025", "0001-01-01T00:00:00+14:00",
    ],
)  # fmt: skip
def test_a_time_without_a_zone_or_sense_costs_its_row(reading_lines, row, written):
    got = reading_lines(row(created_at=written), row(id="x:2"))

    assert got.ids == ["x:2"]
    (bad,) = got.bad
    assert (bad["id"], bad["stage"], bad["reason"]) == ("x:1", "read", "bad time")
    assert "posts.data:1: " in bad["detail"]


def test_a_date_alone_is_a_day_and_no_time_is_no_error(reading_lines, row):
    got = reading_lines(row(created_at="2025-11-21"), row(id="x:2", created_at=None))

    assert (got["x:1"]["created_at"], got["x:1"]["day"]) == (None, date(2025, 11, 21))
    assert (got["x:2"]["created_at"], got["x:2"]["day"]) == (None, None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12", 12),
        (12.0, 12),
        (-3, None),
        ("many", None),
        (1.5, None),
        (True, None),
        (2**70, None),
        ([1], None),
        (0, 0),
    ],
)
def test_counts_are_whole_numbers_or_unknown(reading_lines, row, written, meant):
    got = reading_lines(row(like_count=written))

    assert got["x:1"]["like_count"] == meant


def test_numbers_as_ids_become_strings(reading_lines, row):
    got = reading_lines(row(id=1991853674587685240, reply_to=17))

    assert got.ids == ["1991853674587685240"]
    assert got.posts[0]["reply_to"] == "17"


def test_a_row_without_id_or_text_costs_itself(reading_lines, row):
    got = reading_lines(row(id=None), row(id="x:2", text=" \n"), row(id="x:3", text={"a": 1}), row(id="x:4"))

    assert got.ids == ["x:4"]
    assert got.reasons == ["no id", "no text", "no text"]
    assert [bad["detail"].rsplit(":", 2)[1] for bad in got.bad] == ["1", "2", "3"]


def test_a_wrong_type_in_a_lesser_field_is_null_and_kept_aside(reading_lines, row):
    got = reading_lines(row(lang=["en", "zh"]))["x:1"]

    assert got["lang"] is None
    assert json.loads(got["extra"]) == {"lang": ["en", "zh"]}


def test_only_links_that_can_be_followed_are_links(reading_lines, row):
    bad = row(
        url="javascript:alert(1)", links=["https://a.example", "data:text/html,x", "https://a.example", None]
    )
    got = reading_lines(bad)["x:1"]

    assert got["url"] is None
    assert got["links"] == ["https://a.example"]


def test_source_follows_from_the_id_if_it_is_not_given(reading_lines, row):
    got = reading_lines(row(source=None), row(id="bsky:1", source=None), row(id="z", source=None))

    assert [post["source"] for post in got.posts] == ["x", "bluesky", "unknown"]


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_json_arrays_and_objects_are_read(reading_text, row, indent):
    rows = [row(), row(id="x:2", text="你好")]

    assert reading_text(json.dumps(rows, indent=indent)).ids == ["x:1", "x:2"]
    assert reading_text(json.dumps({"posts": rows}, indent=indent)).ids == ["x:1", "x:2"]
    assert reading_text(json.dumps(rows[1], indent=indent)).posts[0]["text"] == "你好"


def test_a_cut_off_json_array_gives_what_it_has(reading_text, row):
    whole = json.dumps([row(id=f"x:{i}") for i in range(5)], indent=1)
    got = reading_text(whole[:-60])

    assert got.ids == ["x:0", "x:1", "x:2", "x:3"]
    assert got.reasons == ["bad row"]


def test_csv_gives_the_same_posts_as_json(reading_text, row):
    text = (
        "ID,source,author,text,created_at,Like_Count,links,mood\r\n"
        'x:1,x,vela_chips,"多行\n文本, ""引用""",2025-11-21T04:00:00Z,12,https://a.example https://b.example,gut\r\n'
        "x:2,x,,plain,2025-11-21,,,\r\n"
        "x:3,too,few\r\n"
        "x:4,x,a,last,2025-11-21T04:00:00Z,-1,,\r\n"
    )
    got = reading_text("\ufeff" + text)

    first = got["x:1"]
    assert first["text"] == '多行\n文本, "引用"'
    assert (first["like_count"], first["created_at"]) == (12, NOON)
    assert first["links"] == ["https://a.example", "https://b.example"]
    assert json.loads(first["extra"]) == {"mood": "gut"}
    assert (got["x:2"]["author"], got["x:2"]["day"]) == (None, date(2025, 11, 21))
    assert got["x:4"]["like_count"] is None
    (bad,) = got.bad
    assert bad["reason"] == "bad row"
    assert "posts.data:5: 3 fields where the header has 8" in bad["detail"]


def test_csv_of_spreadsheets_is_read(reading_text):
    text = "id;text\nx:1;größer\n"

    assert reading_text(text.encode("utf-16"))["x:1"]["text"] == "größer"
    assert reading_text(text.replace(";", "\t"))["x:1"]["text"] == "größer"


def test_parquet_is_read_and_its_rows_are_checked(reading, tmp_path):
    path = tmp_path / "posts.parquet"
    pl.DataFrame(
        {
            "id": [1, 2, 3],
            "text": ["eins", "zwei", None],
            "created_at": [NOON, None, NOON],
            "likes": [1.0, None, 2.0],
            "links": [["https://a.example"], None, None],
            "mood": ["a", None, "b"],
        }
    ).write_parquet(path)
    got = reading(path)

    assert got.ids == ["1", "2"]
    assert (got["1"]["created_at"], got["1"]["like_count"]) == (NOON, 1)
    assert got["1"]["links"] == ["https://a.example"]
    assert json.loads(got["1"]["extra"])["mood"] == "a"
    assert got.reasons == ["no text"]


def test_parquet_times_without_a_zone_are_no_times(reading, tmp_path):
    path = tmp_path / "posts.parquet"
    pl.DataFrame({"id": ["a"], "text": ["b"], "created_at": [datetime(2025, 11, 21)]}).write_parquet(path)

    assert reading(path).reasons == ["bad time"]


def test_our_own_tables_come_back_unchanged(reading_lines, reading, row, tmp_path):
    first = reading_lines(row(links=["https://a.example"], via="x"), row(id="x:2", created_at="2025-11-21"))
    path = tmp_path / "own.parquet"
    pl.DataFrame(first.posts, schema=POSTS).write_parquet(path)

    assert reading(path).posts == first.posts
