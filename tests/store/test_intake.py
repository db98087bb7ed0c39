"""Pages come in whole, with their cursor, and reach the archive whatever kills the run."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest

from dawnchorus.errors import DawnchorusError, InputError, PublishError
from dawnchorus.model import Post
from dawnchorus.store import intake as module
from dawnchorus.store.archive import read_posts
from dawnchorus.store.arrivals import gone_ids, origins, quarantined, skipped
from dawnchorus.store.forgotten import remember_forgotten
from dawnchorus.store.intake import Intake
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.migrations import MIGRATIONS
from dawnchorus.visits import Page, Skipped

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SOURCE = {"label": "kites", "source": "net"}


def post(id: str, **changes: object) -> Post:
    made = Post(
        id=id,
        source="net",
        text=f"风筝 {id}",
        created_at=NOW - timedelta(hours=1),
        links=("https://a.example",),
    )
    return replace(made, **changes)


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def intake(tmp_path, ledger):
    return Intake(ledger, tmp_path)


def held(data: Path) -> list[str]:
    span = {"start": NOW - timedelta(days=30), "end": NOW + timedelta(days=30)}
    return read_posts(data, **span, undated=True)["id"].sort().to_list()


def add(intake: Intake, *posts: Post, at: datetime = NOW, **page: object) -> module.Taken:
    return intake.add(Page(posts=posts, **page), **SOURCE, at=at)


def test_posts_wait_in_the_inbox_and_reach_the_archive_as_they_were(tmp_path, intake, ledger):
    first = post(
        "net:1",
        author="ada",
        created_at=NOW - timedelta(days=1, microseconds=5000),
        like_count=2**53,
        extra='{"a": 1}',
        quoted_text="引",
    )
    add(intake, first, post("net:2", created_at=None, day=date(2026, 3, 9)), post("net:3", created_at=None))
    assert held(tmp_path) == []
    assert intake.drain() == {0: 3}
    found = read_posts(tmp_path, start=NOW - timedelta(days=2), end=NOW, undated=True)
    assert found["id"].to_list() == ["net:1", "net:2", "net:3"]
    row = found.row(0, named=True)
    assert Post(**{**row, "links": tuple(row["links"])}) == first
    assert (intake.drain(), ledger.rows("SELECT * FROM inbox")) == ({}, [])


def test_cursors_are_kept_by_topic_source_and_stream(intake):
    add(intake, stream="a", cursor="1")
    add(intake, stream="b", cursor="1")
    add(intake, stream="a", cursor="2")
    add(intake, stream="b")  # says nothing
    intake.add(Page(stream="a", cursor="x"), label="other", source="net", at=NOW)
    assert intake.cursors("kites", "net") == {"a": "2", "b": "1"}
    assert intake.cursors("other", "net") == {"a": "x"}
    assert intake.cursors("kites", "web") == {}


def test_a_page_is_stored_whole_or_not_at_all(intake, ledger, monkeypatch):
    monkeypatch.setattr(module, "_count_skipped", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add(intake, post("net:1"), stream="a", cursor="1", gone=("net:0",))
    assert [ledger.rows(f"SELECT COUNT(*) FROM {name}")[0][0] for name in ("inbox", "cursors", "gone")] == [
        0,
        0,
        0,
    ]


def test_of_two_versions_the_later_stands(tmp_path, intake):
    add(intake, post("net:1", like_count=1, url="https://a.example/1"))
    add(intake, post("net:1", like_count=2), post("net:1", text="edited"))
    assert intake.drain() == {0: 1}
    found = read_posts(tmp_path, start=NOW - timedelta(days=1), end=NOW).row(0, named=True)
    assert (found["text"], found["url"]) == ("edited", "https://a.example/1")


def test_new_posts_are_counted_for_the_visit_that_brought_them(intake):
    intake.add(Page(posts=(post("net:1"), post("net:2"))), **SOURCE, at=NOW, visit=7)
    intake.add(Page(posts=(post("net:2"), post("net:3"))), **SOURCE, at=NOW, visit=8)
    assert intake.drain() == {7: 2, 8: 1}


def test_origins_are_what_the_archive_calls_them(intake, ledger):
    add(intake, post("net:1", source=" rss:example.org\n"), post("net:2", source="rss:b.example"))
    intake.add(Page(posts=(post("x:1", source="x"),)), label="kites", source="x", at=NOW)
    intake.drain()
    assert origins(ledger, "kites") == {"rss:example.org", "rss:b.example", "x"}
    assert origins(ledger, "kites", {"net"}) == {"rss:example.org", "rss:b.example"}
    assert origins(ledger, "other") == set()


class TestDatesAhead:
    def test_a_post_more_than_ten_minutes_ahead_is_held_with_the_reason(self, tmp_path, intake, ledger):
        taken = add(
            intake,
            post("net:edge", created_at=NOW + timedelta(minutes=10)),
            post("net:ahead", created_at=NOW + timedelta(minutes=10, seconds=1)),
            post("net:today", created_at=None, day=date(2026, 3, 11)),  # it has begun in Auckland
            post("net:later", created_at=None, day=date(2026, 3, 12)),
        )
        intake.drain()
        assert held(tmp_path) == ["net:edge", "net:today"]
        assert ([one.id for one in taken.posts], taken.held) == (["net:edge", "net:today"], 2)
        assert [(one.id, one.reason) for one in quarantined(ledger, "kites")] == [
            ("net:ahead", "dated 2026-03-10 12:10:01+00:00, but was there at 2026-03-10 12:00 UTC already"),
            ("net:later", "dated 2026-03-12, but was there at 2026-03-10 12:00 UTC already"),
        ]

    def test_it_is_released_when_the_platform_gives_a_right_time(self, tmp_path, intake, ledger):
        add(intake, post("net:1", created_at=NOW + timedelta(days=9)))
        add(intake, post("net:1", created_at=NOW + timedelta(days=8)))
        assert len(quarantined(ledger, "kites")) == 1
        add(intake, post("net:1", created_at=NOW - timedelta(hours=2)))
        intake.drain()
        assert (held(tmp_path), quarantined(ledger, "kites")) == (["net:1"], [])

    def test_it_stays_out_when_its_date_has_come_unless_it_is_shown_again(self, tmp_path, intake, ledger):
        ahead = post("net:1", created_at=NOW + timedelta(days=1))
        add(intake, ahead)
        add(intake, post("net:2"), at=NOW + timedelta(days=2))
        intake.drain()
        assert held(tmp_path) == ["net:2"]
        add(intake, ahead, at=NOW + timedelta(days=2))
        intake.drain()
        assert held(tmp_path) == ["net:1", "net:2"]


def test_what_was_forgotten_is_not_put_down_at_all(tmp_path, intake, ledger):
    add(intake, post("net:0"))
    remember_forgotten(tmp_path, posts=["net:1"], authors=["net:ada"], on=NOW.date())
    later = NOW + timedelta(days=1)
    quoting = post(
        "net:4", quote_of="net:1", quoted_author="ines", quoted_text="the words of 1", like_count=3
    )
    mine = [post("net:1"), post("net:2", author="Ada"), post("net:3", author="ada", created_at=later)]
    taken = add(intake, *mine, quoting, post("net:5"), gone=("net:1", "net:9"))
    assert ([one.id for one in taken.posts], taken.held) == (["net:4", "net:5"], 0)
    assert "words of 1" not in str(ledger.rows("SELECT post FROM inbox"))
    assert gone_ids(ledger) == {"net:9"}
    intake.drain()
    assert held(tmp_path) == ["net:0", "net:4", "net:5"]
    found = read_posts(tmp_path, start=NOW - timedelta(days=2), end=NOW).filter(pl.col("id") == "net:4")
    assert (found["like_count"][0], found["created_at"][0]) == (3, NOW - timedelta(hours=1))


def test_what_the_platform_says_is_deleted_is_gone_until_it_is_shown_again(intake, ledger):
    add(intake, post("net:1"), gone=("net:0", "net:1", ""))
    assert gone_ids(ledger) == {"net:0", "net:1"}
    add(intake, post("net:1"))
    assert gone_ids(ledger) == {"net:0"}


def test_records_without_a_post_are_kept_with_the_reason_and_counted(intake, ledger):
    bad = Skipped(reason="bad time", why="not a time: 昨天", id="net:9")
    like = Skipped(reason="not a post", why="a like", id="net:5")
    taken = add(intake, post(" "), post("net:1", text="\n"), skipped=(bad, like, replace(like, id="net:6")))
    add(intake, skipped=(bad,), at=NOW + timedelta(days=1))
    assert taken.refused == 3
    found = skipped(ledger, "kites", start=NOW, end=NOW + timedelta(days=2))
    assert [(one.reason, one.why, one.id, one.times) for one in found] == [
        ("bad time", "not a time: 昨天", "net:9", 2),
        ("no id", "", None, 1),
        ("no text", "", "net:1", 1),
        ("not a post", "a like", None, 2),
    ]
    assert {
        one.reason
        for one in skipped(ledger, "kites", start=NOW + timedelta(days=1), end=NOW + timedelta(days=2))
    } == {"bad time"}


HOSTILE = [
    ({"text": "half \ud83d"}, "half \ufffd"),
    ({"text": "whole \ud83d\ude00"}, "whole \U0001f600"),
    ({"text": "a\0b"}, "ab"),
    ({"text": "\\u0000 as written"}, "\\u0000 as written"),
    (
        {"text": "'; DROP TABLE inbox; -- {{ liquid }} <script>"},
        "'; DROP TABLE inbox; -- {{ liquid }} <script>",
    ),
    ({"text": "巨" * 2_000_000}, "巨" * 2_000_000),
    ({"links": ("https://a.example/\ud800",)}, "风筝 net:1"),
    ({"created_at": datetime(2026, 3, 10, 19, tzinfo=timezone(timedelta(hours=8)))}, "风筝 net:1"),
]


@pytest.mark.parametrize(("changes", "text"), HOSTILE)
def test_hostile_values_come_through_sound(tmp_path, intake, changes, text):
    add(intake, post("net:1", **changes), post("net:2"), stream="s", cursor="c")
    intake.drain()
    found = read_posts(tmp_path, start=NOW - timedelta(days=1), end=NOW)
    assert dict(zip(found["id"], found["text"], strict=True)) == {"net:1": text, "net:2": "风筝 net:2"}
    assert found["created_at"].to_list() == [NOW - timedelta(hours=1)] * 2


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "net:1"},
        None,
        post(7),
        post("net:1", text=None),
        post("net:1", created_at="2026-03-10"),
        post("net:1", created_at=datetime(2026, 3, 10)),
        post("net:1", created_at=datetime.max.replace(tzinfo=timezone(timedelta(hours=-8)))),
        post("net:1", like_count="many"),
        post("net:1", like_count=2**64),
        post("net:1", like_count=2**63),
        post("net:1", like_count=True),
        post("net:1", links=(1,)),
        post("net:1", day="yesterday"),
    ],
    ids=lambda value: str(value)[-60:],
)
def test_what_is_no_post_costs_itself(tmp_path, intake, ledger, bad):
    assert add(intake, bad, post("net:2")).refused == 1
    intake.drain()
    assert held(tmp_path) == ["net:2"]
    (one,) = skipped(ledger, "kites", start=NOW, end=NOW + timedelta(days=1))
    assert one.reason == "bad row"


def test_hostile_names_of_streams_and_ids_are_stored(intake, ledger):
    add(intake, stream="s\ud800\0", cursor="c\udfff", gone=("net:\ud800",))
    assert intake.cursors("kites", "net") == {"s\ufffd": "c\ufffd"}
    assert gone_ids(ledger) == {"net:\ufffd"}


def test_batches_are_small_and_lose_nothing(tmp_path, intake, monkeypatch):
    monkeypatch.setattr(module, "_BATCH_POSTS", 4)
    monkeypatch.setattr(module, "_CHUNK_POSTS", 3)
    sizes = []
    real = module.add_posts
    monkeypatch.setattr(
        module, "add_posts", lambda data, frame: (sizes.append(frame.height), real(data, frame))[1]
    )
    add(intake, *(post(f"net:{n:02}", created_at=NOW - timedelta(days=n % 2)) for n in range(20)))
    assert intake.drain() == {0: 20}
    assert sizes == [6, 4, 6, 4]
    assert held(tmp_path) == [f"net:{n:02}" for n in range(20)]


def test_giants_come_in_batches_of_their_own(intake, monkeypatch):
    monkeypatch.setattr(module, "_BATCH_CHARACTERS", 1000)
    monkeypatch.setattr(module, "_CHUNK_POSTS", 1)
    sizes = []
    monkeypatch.setattr(module, "add_posts", lambda data, frame: sizes.append(frame.height) or 0)
    add(intake, post("net:1"), post("net:2", text="巨" * 5000), post("net:3"))
    intake.drain()
    assert sizes == [2, 1]


def test_deleted_posts_are_overwritten_on_disk(tmp_path, intake):
    add(intake, *(post(f"net:{n}", text=f"SECRETWORD {n}") for n in range(200)))
    files = [tmp_path / "ledger.sqlite", tmp_path / "ledger.sqlite-wal"]
    assert any(b"SECRETWORD" in file.read_bytes() for file in files)
    intake.drain()
    assert not any(b"SECRETWORD" in file.read_bytes() for file in files)


def test_threads_and_a_drain_at_the_same_time_lose_nothing(tmp_path, ledger):
    def visit(name: str) -> None:
        intake = Intake(ledger, tmp_path)
        for n in range(20):
            intake.add(
                Page(posts=(post(f"{name}:{n}"),), stream="s", cursor=str(n)),
                label="kites",
                source=name,
                at=NOW,
            )

    threads = [threading.Thread(target=visit, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    with Ledger(tmp_path / "ledger.sqlite") as other:  # as another process would have it
        while any(thread.is_alive() for thread in threads):
            Intake(other, tmp_path).drain()
    Intake(ledger, tmp_path).drain()
    assert held(tmp_path) == sorted(f"{name}:{n}" for name in "abcd" for n in range(20))
    assert Intake(ledger, tmp_path).cursors("kites", "a") == {"s": "19"}


# A process dies at the n-th point: around the end of a transaction or a rename of the archive.
KILLED = """
import os, sys
from contextlib import contextmanager
from pathlib import Path
from tests.store.test_intake import read_pages
from dawnchorus.store.ledger import Ledger

real, rename, left = Ledger.transaction, os.replace, [0]
def point():
    left[0] -= 1
    if left[0] == 0:
        os._exit(9)
@contextmanager
def transaction(self):
    with real(self) as db:
        yield db
        point()
    point()
def replace(*args, **more):
    point(); rename(*args, **more); point()

def run(folder, number):
    folder.mkdir()
    with Ledger(folder / "ledger.sqlite") as ledger:
        left[0] = number
        Ledger.transaction, os.replace = transaction, replace
        read_pages(ledger, folder, drain=True)
    os._exit(0)

for number in range(1, 100):  # forks, because a new interpreter takes seconds to import polars
    child = os.fork()
    if child == 0:
        run(Path(sys.argv[1]) / str(number), number)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 9:
        break
print(number)
"""


def read_pages(ledger: Ledger, folder: Path, *, drain: bool) -> None:
    """Two pages of two days, from the cursor on."""
    intake = Intake(ledger, folder)
    for n in range(int(intake.cursors("kites", "net").get("all", 0)), 2):
        both = (post(f"net:{n}"), post(f"net:{n}b", created_at=NOW - timedelta(days=1)))
        intake.add(Page(posts=both, stream="all", cursor=str(n + 1)), **SOURCE, at=NOW)
        if drain:
            intake.drain()
    intake.drain()


def test_killed_between_any_two_steps_and_resumed_the_archive_is_the_same(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.getcwd(), "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    kills = int(done.stdout) - 1  # the last ran to its end
    assert kills == 2 * (2 + 2 * (2 + 2))  # a page; two days, each a rename and a transaction
    for number in range(1, kills + 1):
        folder = tmp_path / str(number)
        with Ledger(folder / "ledger.sqlite") as ledger:
            read_pages(ledger, folder, drain=False)
            assert ledger.rows("SELECT COUNT(*) FROM inbox") == [(0,)]
            assert origins(ledger, "kites") == {"net"}
        assert held(folder) == ["net:0", "net:0b", "net:1", "net:1b"], f"point {number}"


def test_a_full_disk_is_one_line_and_the_inbox_keeps_its_posts(
    tmp_path, intake, ledger, full_disk, monkeypatch
):
    add(intake, post("net:1"))
    with pytest.raises(PublishError, match=r"posts\.parquet: cannot be written: No space left"):
        intake.drain()
    monkeypatch.undo()
    assert intake.drain() == {0: 1}


def test_a_full_ledger_is_one_line_and_takes_no_page(intake, ledger):
    ledger.rows(f"PRAGMA max_page_count = {ledger.rows('PRAGMA page_count')[0][0]}")
    with pytest.raises(
        DawnchorusError, match=r"the ledger cannot be written: .*full; see that the disk has room"
    ):
        add(intake, post("net:1", text="巨" * 100_000), stream="a", cursor="1")
    assert intake.cursors("kites", "net") == {}
    ledger.rows("PRAGMA max_page_count = 1000000")
    add(intake, post("net:1"))
    assert intake.drain() == {0: 1}


def test_a_ledger_that_may_only_be_read_is_one_line(intake, ledger):
    ledger.rows("PRAGMA query_only = ON")
    with pytest.raises(DawnchorusError, match=r"the ledger cannot be written: .*readonly"):
        add(intake, post("net:1"))


def test_a_damaged_day_of_the_archive_keeps_its_posts_in_the_inbox(tmp_path, intake, ledger):
    add(intake, post("net:1"))
    intake.drain()
    (path,) = tmp_path.rglob("*.parquet")
    path.write_bytes(b"torn")
    add(intake, post("net:2"))
    with pytest.raises(InputError, match="move it away"):
        intake.drain()
    path.unlink()
    assert intake.drain() == {0: 1}
    assert held(tmp_path) == ["net:2"]


def test_an_older_ledger_gets_the_new_tables(tmp_path):
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    with Ledger(path) as ledger:
        add(Intake(ledger, tmp_path), post("net:1"), stream="a", cursor="1")
        assert Intake(ledger, tmp_path).cursors("kites", "net") == {"a": "1"}
