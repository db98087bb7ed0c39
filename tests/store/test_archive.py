from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from dawnchorus.errors import InputError, PublishError
from dawnchorus.store.archive import add_posts, read_posts
from dawnchorus.tables import POSTS

SHANGHAI = ZoneInfo("Asia/Shanghai")
START, END = datetime(2026, 3, 10, tzinfo=SHANGHAI), datetime(2026, 3, 11, tzinfo=SHANGHAI)


def ids(frame: pl.DataFrame) -> list[str]:
    assert frame.schema == POSTS
    return frame["id"].to_list()


def test_a_window_is_read_back_in_its_own_zone(tmp_path, make_posts):
    posts = make_posts(
        {"id": "c", "created_at": datetime(2026, 3, 10, 15, 59, tzinfo=UTC)},
        {"id": "late", "created_at": datetime(2026, 3, 10, 16, tzinfo=UTC)},
        {"id": "a", "created_at": datetime(2026, 3, 9, 16, tzinfo=UTC), "source": "rss:example.org/风筝"},
        {"id": "early", "created_at": datetime(2026, 3, 9, 15, 59, tzinfo=UTC)},
    )
    assert add_posts(tmp_path, posts) == 4
    assert ids(read_posts(tmp_path, start=START, end=END)) == ["a", "c"]
    assert ids(read_posts(tmp_path, start=START, end=END, sources={"x"})) == ["c"]
    assert (tmp_path / "posts" / "source=x" / "date=2026-03-10" / "posts.parquet").exists()


def test_adding_again_changes_no_byte(tmp_path, make_posts):
    posts = make_posts({"id": "a"}, {"id": "b", "links": ["https://example.org"]})
    add_posts(tmp_path, posts)
    (path,) = tmp_path.rglob("*.parquet")
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert add_posts(tmp_path, posts[::-1]) == 0
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_of_two_versions_the_later_stands_and_keeps_what_only_the_earlier_says(tmp_path, make_posts):
    add_posts(tmp_path, make_posts({"id": "a", "like_count": 3, "url": "https://example.org/a"}, {"id": "b"}))
    assert add_posts(tmp_path, make_posts({"id": "a", "like_count": 9, "text": "edited"}, {"id": "c"})) == 1
    found = read_posts(tmp_path, start=START, end=END)
    assert ids(found) == ["a", "b", "c"]
    assert found.row(0, named=True)["like_count"] == 9
    assert found.row(0, named=True)["text"] == "edited"
    assert found.row(0, named=True)["url"] == "https://example.org/a"


def test_posts_with_a_day_only_or_none_at_all(tmp_path, make_posts):
    add_posts(
        tmp_path,
        make_posts(
            {"id": "day", "created_at": None, "day": date(2026, 3, 10)},
            {"id": "next", "created_at": None, "day": date(2026, 3, 11)},
            {"id": "never", "created_at": None},
        ),
    )
    assert ids(read_posts(tmp_path, start=START, end=END)) == ["day"]
    assert ids(read_posts(tmp_path, start=START, end=END, undated=True)) == ["day", "never"]


def test_a_post_whose_time_became_known_is_read_once(tmp_path, make_posts):
    add_posts(tmp_path, make_posts({"id": "a", "created_at": None, "day": date(2026, 3, 10)}))
    add_posts(tmp_path, make_posts({"id": "a", "created_at": datetime(2026, 3, 9, 17, tzinfo=UTC)}))
    found = read_posts(tmp_path, start=START, end=END)
    assert ids(found) == ["a"]
    assert found["created_at"].is_not_null().all()


def test_an_empty_archive_gives_an_empty_frame(tmp_path):
    assert ids(read_posts(tmp_path, start=START, end=END)) == []


def test_a_time_without_a_zone_is_refused(tmp_path):
    with pytest.raises(ValueError, match="must carry a zone"):
        read_posts(tmp_path, start=datetime(2026, 3, 10), end=END)


def test_a_damaged_file_is_one_line_that_says_what_to_do(tmp_path, make_posts):
    add_posts(tmp_path, make_posts({"id": "a"}))
    (path,) = tmp_path.rglob("*.parquet")
    path.write_bytes(path.read_bytes()[:40])
    for use in (
        lambda: add_posts(tmp_path, make_posts({"id": "b"})),
        lambda: read_posts(tmp_path, start=START, end=END),
    ):
        with pytest.raises(InputError, match=r"posts\.parquet: archive file not readable .* move it away"):
            use()


def test_a_data_folder_that_is_a_file_is_one_line(tmp_path, make_posts):
    (tmp_path / "data").write_text("")
    with pytest.raises(PublishError, match=r"cannot be written: .*; choose another data folder"):
        add_posts(tmp_path / "data", make_posts({"id": "a"}))


def test_folders_of_others_are_left_alone(tmp_path, make_posts):
    add_posts(tmp_path, make_posts({"id": "a"}))
    other = tmp_path / "posts" / "source=x" / "date=old"
    other.mkdir()
    (other / "posts.parquet").write_bytes(b"not ours")
    assert ids(read_posts(tmp_path, start=START, end=END)) == ["a"]


@pytest.mark.parametrize("rename", [1, 2])
def test_a_kill_leaves_each_day_old_or_new_and_adding_again_mends_it(
    tmp_path, make_posts, killed_at_rename, monkeypatch, rename
):
    old = make_posts({"id": "a"}, {"id": "b", "source": "y"})
    new = make_posts({"id": "a2"}, {"id": "b2", "source": "y"})
    add_posts(tmp_path, old)
    with pytest.raises(killed_at_rename(rename)):
        add_posts(tmp_path, new)
    held = set(ids(read_posts(tmp_path, start=START, end=END)))
    assert held == ({"a", "b"} if rename == 1 else {"a", "a2", "b"})
    monkeypatch.undo()
    add_posts(tmp_path, new)
    assert set(ids(read_posts(tmp_path, start=START, end=END))) == {"a", "a2", "b", "b2"}
