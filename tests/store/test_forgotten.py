from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from dawnchorus.errors import InputError
from dawnchorus.model import GONE, Post
from dawnchorus.store.archive import add_posts, purge_archive, read_posts
from dawnchorus.store.arrivals import quarantined
from dawnchorus.store.forgotten import (
    Forgotten,
    account,
    load_forgotten,
    remember_forgotten,
    settle_forgotten,
)
from dawnchorus.store.intake import Intake
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.pages import add_pages, read_pages
from dawnchorus.store.purge import purge_editions, purge_ledger, purge_pages
from dawnchorus.tables import THREADS, conform
from dawnchorus.visits import Page

ON = date(2026, 3, 12)
START, END = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC)


def held(data):
    return set(read_posts(data, start=START, end=END)["id"])


def test_neither_ids_nor_names_are_written_down(tmp_path):
    # A whole id, as X gives them: three digits stand in one of forty lists by the chance of a hash.
    native = "2031999904417728519"
    named = [f"x:{native}", f"https://x.com/ines/status/{native}"]
    remember_forgotten(tmp_path, posts=named, authors=["x:ines"], on=ON)
    text = (tmp_path / "forgotten.json").read_text()
    assert "ines" not in text
    assert native not in text


def test_two_installations_share_no_hash(tmp_path):
    one, other = (
        remember_forgotten(tmp_path / name, posts=["x:199"], authors=["x:ines"], on=ON) for name in "ab"
    )
    assert not set(one.posts) & set(other.posts)
    assert one.alias("x:199") != other.alias("x:199")


def test_a_day_stays_the_first_and_unfinished_ends(tmp_path):
    remember_forgotten(tmp_path, posts=["x:199"], on=ON)
    assert load_forgotten(tmp_path).unfinished
    settle_forgotten(tmp_path)
    assert not load_forgotten(tmp_path).unfinished
    again = remember_forgotten(tmp_path, posts=["x:199", "x:200"], on=date(2026, 4, 1))
    assert (again.post("x:199"), again.post("x:200"), again.post("x:201")) == (ON, date(2026, 4, 1), None)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"version": 9}', b'{"version":1,"salt":"zz"}', b"\xff"])
def test_a_damaged_list_stops_everything_rather_than_let_posts_back_in(tmp_path, make_posts, content):
    (tmp_path / "forgotten.json").write_bytes(content)
    with pytest.raises(InputError, match=r"forgotten\.json: not readable .* bring it back from a backup"):
        add_posts(tmp_path, make_posts({"id": "a"}))


def test_an_alias_is_one_and_stays(tmp_path):
    forgotten = Forgotten().adding(posts=["x:199"], authors=[], on=ON)
    alias = forgotten.alias("x:199")
    assert GONE.fullmatch(alias)
    assert forgotten.alias(alias) == alias


@pytest.mark.parametrize(
    ("source", "author", "same"),
    [
        ("x", "@Ines", "x:ines"),
        ("reddit:localllama", "ines", "reddit:ines"),
        ("rss:a.example", "Jane Doe", "rss:jane doe"),
    ],
)
def test_an_account_is_the_same_whatever_place_and_case(source, author, same):
    assert account(source, author) == same


def test_the_door_knows_posts_authors_and_who_passes_them_on(tmp_path, make_posts):
    remember_forgotten(tmp_path, posts=["x:1", "https://a.example/2"], authors=["x:ines"], on=ON)
    posts = make_posts(
        {"id": "x:1"},
        {"id": "x:2", "url": "https://a.example/2"},
        {"id": "x:3", "author": "INES"},
        {"id": "x:4", "author": "tomas", "repost_of": "x:1"},
        {"id": "x:5", "author": "tomas", "text": "RT @ines: 风筝"},
        {"id": "x:6", "author": "inesita", "text": "RT @inesita: 风筝"},
        {"id": "b:7", "author": "ines", "source": "bluesky"},
        {"id": "x:8", "author": None, "reply_to": "x:1", "extra": '{"to":"ines"}'},
        {
            "id": "x:9",
            "quoted_author": "Ines",
            "quoted_text": "secret",
            "links": ["https://a.example/2", "https://b.example"],
        },
    )
    assert add_posts(tmp_path, posts) == 4
    assert held(tmp_path) == {"x:6", "b:7", "x:8", "x:9"}
    rows = {row["id"]: row for row in read_posts(tmp_path, start=START, end=END).iter_rows(named=True)}
    assert GONE.fullmatch(rows["x:8"]["reply_to"])
    assert rows["x:8"]["extra"] is None
    assert (rows["x:9"]["quoted_author"], rows["x:9"]["quoted_text"]) == (None, None)
    assert rows["x:9"]["links"] == ["https://b.example"]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")}
    assert add_posts(tmp_path, posts) == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")} == before


def test_purging_takes_rows_and_words_out_of_every_partition(tmp_path, make_posts):
    add_posts(
        tmp_path,
        make_posts(
            {"id": "x:1", "text": "a secret of mine"},
            {"id": "x:2", "source": "y", "quoted_text": "a secret of mine", "quoted_author": "ines"},
            {"id": "x:3", "source": "y", "quoted_text": "another thing"},
        ),
    )
    remember_forgotten(tmp_path, posts=["x:1"], on=ON)
    purged = purge_archive(tmp_path)
    assert sum(one.posts for one in purged) == 1
    assert sum(one.quotes for one in purged) == 1
    assert held(tmp_path) == {"x:2", "x:3"}
    assert not (tmp_path / "posts" / "source=x" / "date=2026-03-10" / "posts.parquet").exists()
    texts = read_posts(tmp_path, start=START, end=END)["quoted_text"].to_list()
    assert sorted(texts, key=str) == [None, "another thing"]
    assert purge_archive(tmp_path) == []


@pytest.mark.parametrize("rename", [1, 2])
def test_a_purge_that_was_killed_still_finds_what_is_quoted_elsewhere(
    tmp_path, make_posts, killed_at_rename, monkeypatch, rename
):
    add_posts(
        tmp_path,
        make_posts(
            {"id": "x:0"},
            {"id": "x:1", "text": "a secret of mine"},
            {"id": "x:2", "source": "y", "quoted_text": "a secret of mine"},
        ),
    )
    remember_forgotten(tmp_path, posts=["x:1"], on=ON)
    with pytest.raises(killed_at_rename(rename)):
        purge_archive(tmp_path)
    monkeypatch.undo()
    purge_archive(tmp_path)
    left = read_posts(tmp_path, start=START, end=END)
    assert set(left["id"]) == {"x:0", "x:2"}
    assert left["quoted_text"].drop_nulls().is_empty()


def test_pages_at_forgotten_addresses_go(tmp_path):
    found = [
        {"url": f"https://a.example/{number}", "day": ON, "title": f"Title {number}", "fault": ""}
        for number in (1, 2)
    ]
    add_pages(tmp_path, pl.DataFrame(found))
    forgotten = remember_forgotten(tmp_path, posts=["https://a.example/1"], on=ON)
    assert purge_pages(tmp_path, forgotten) == 1
    assert read_pages(tmp_path)["title"].to_list() == ["Title 2"]
    assert purge_pages(tmp_path, forgotten) == 0


def test_the_quarantine_loses_posts_and_words_of_whom_was_forgotten(tmp_path):
    later = datetime(2027, 1, 1, tzinfo=UTC)
    posts = (
        Post(id="x:1", source="x", author="ines", text="a secret of mine", created_at=later),
        Post(
            id="x:2",
            source="x",
            author="tomas",
            text="see",
            created_at=later,
            quoted_author="ines",
            quoted_text="a secret of mine",
        ),
    )
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        Intake(ledger, tmp_path).add(Page(posts=posts), label="ai", source="x", at=START)
        forgotten = remember_forgotten(tmp_path, authors=["x:ines"], on=ON)
        assert [one.id for one in quarantined(ledger, "ai")] == ["x:1", "x:2"]
        assert purge_ledger(ledger, path, forgotten) == 2
        assert [one.id for one in quarantined(ledger, "ai")] == ["x:2"]
        assert purge_ledger(ledger, path, forgotten) == 0
    for file in tmp_path.glob("ledger.sqlite*"):
        assert b"a secret of mine" not in file.read_bytes(), file
        assert b"ines" not in file.read_bytes(), file


def test_a_name_is_forgotten_where_others_spoke_of_it(tmp_path):
    path = tmp_path / "editions" / "news" / "2026-03-10_news_20260310_20260310.parquet"
    path.parent.mkdir(parents=True)
    row = {"story": "s-1", "post_ids": ["x:1"], "spoken_of": ["ines", "ada", "tove"], "names": ["ines"]}
    conform(pl.DataFrame([row], infer_schema_length=None), THREADS).write_parquet(
        path, metadata={"dawnchorus": "{}"}
    )
    remember_forgotten(tmp_path, posts=[], authors=["x:ines"], on=ON)

    purge_editions(tmp_path, load_forgotten(tmp_path), names=frozenset({"ines", "ada@example.social"}))

    after = pl.read_parquet(path).row(0, named=True)
    assert after["spoken_of"] == ["tove"]
    assert after["names"] == []
