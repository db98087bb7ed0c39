from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from dawnchorus.sources.networks.dumps import Dumps
from dawnchorus.testing import check_source, make_visit

from .server import at
from .visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 00:00")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def line(id, text="风筝 kites", **more):
    return json.dumps({"id": id, "text": text, "created_at": "2026-03-09T08:00:00Z", "author": "ada", **more})


def read(reader, *paths, **more):
    return reader.visit(Dumps(paths=list(paths)), start=START, now=NOW, **more)


def archive(folder, *, text="RT-free words of my own"):
    data = folder / "archive" / "data"
    data.mkdir(parents=True)
    tweet = {
        "id_str": "77",
        "full_text": text,
        "created_at": "Mon Mar 09 07:31:45 +0000 2026",
        "favorite_count": "3",
    }
    (data / "tweets.js").write_text(f"window.YTD.tweets.part0 = {json.dumps([{'tweet': tweet}])}")
    (data / "account.js").write_text(
        'window.YTD.account.part0 = [{"account": {"username": "mira", "accountDisplayName": "Mira 李"}}]'
    )
    (data / "like.js").write_text('window.YTD.like.part0 = [{"like": {"tweetId": "1", "fullText": "x"}}]')


def test_files_folders_patterns_and_an_account_archive_are_read(here):
    (here / "posts.jsonl").write_text("\n".join(line(f"a{i}") for i in range(2_300)))
    (here / "more").mkdir()
    (here / "more" / "one.csv").write_text("id,text,created_at\nc1,hello,2026-03-09T08:00:00Z\n")
    archive(here)
    reader = Reader()
    pages = read(reader, "posts.jsonl", "more/*.csv", "archive")

    assert len(reader.posts) == 2_302
    assert (reader.posts["x:77"].author, reader.posts["x:77"].author_name) == ("mira", "Mira 李")
    assert reader.posts["c1"].text == "hello"
    assert max(len(page.posts) for page in pages) <= 1_000
    assert not reader.faults
    notes = [one.why for page in pages for one in page.skipped]
    assert any("like of an X archive" in note for note in notes)


def test_a_file_is_read_again_only_if_it_changed(here):
    file = here / "posts.jsonl"
    file.write_text(line("a1"))
    reader = Reader()
    assert read(reader, "posts.jsonl")
    assert not read(reader, "posts.jsonl")

    os.utime(file, (1, 1))  # touched: its content is compared, and its new time is kept
    [page] = read(reader, "posts.jsonl")
    assert (page.posts, page.fault, page.cursor is not None) == ((), "", True)
    assert not read(reader, "posts.jsonl")

    file.write_text(line("a1") + "\n" + line("a2"))
    read(reader, "posts.jsonl")
    assert reader.posts.keys() == {"a1", "a2"}
    assert reader.times == {"a1": 2, "a2": 1}


def test_a_file_that_was_half_read_is_read_again(here):
    (here / "posts.jsonl").write_text("\n".join(line(f"a{i}") for i in range(1_500)))
    reader = Reader()
    read(reader, "posts.jsonl", pages=1)
    assert 0 < len(reader.posts) <= 1_000
    read(reader, "posts.jsonl")

    assert len(reader.posts) == 1_500
    assert not read(reader, "posts.jsonl")


def test_bad_rows_are_skipped_with_file_line_and_reason(here):
    (here / "posts.jsonl").write_text("\n".join([line("a1"), "{no json", line("a3", created_at="noon")]))
    reader = Reader()
    pages = read(reader, "posts.jsonl")

    assert reader.posts.keys() == {"a1"}
    skipped = [one for page in pages for one in page.skipped]
    assert sorted(one.reason for one in skipped) == ["bad row", "bad time"]
    assert all(one.why.startswith("posts.jsonl:") for one in skipped)


def test_a_missing_path_or_a_file_of_no_posts_costs_only_itself(here):
    (here / "posts.jsonl").write_text(line("a1"))
    (here / "notes.txt").write_text("nothing to see\n")
    (here / "empty").mkdir()
    reader = Reader()
    read(reader, "missing.jsonl", "empty", "notes.txt", "posts.jsonl")

    assert reader.posts.keys() == {"a1"}
    assert [fault.split(":")[0] for fault in reader.faults] == ["missing.jsonl", "empty", "notes.txt"]
    assert reader.faults[0] == "missing.jsonl: no such file or folder; correct paths in the topic file"
    assert "not posts" in reader.faults[2]


def test_a_file_that_may_not_be_read_is_told(here, monkeypatch):
    (here / "posts.jsonl").write_text(line("a1"))

    def refused(*_: object) -> None:  # root, as CI may be, could read any file
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", refused)
    reader = Reader()
    read(reader, "posts.jsonl")
    assert "see its permissions" in reader.faults[0]


def test_a_file_named_twice_is_read_once(here):
    (here / "posts.jsonl").write_text(line("a1"))
    (here / "link.jsonl").symlink_to("posts.jsonl")
    reader = Reader()
    read(reader, "posts.jsonl", "./posts.jsonl", ".", "*.jsonl")
    assert reader.times == {"a1": 1}


def test_an_estimate_tells_what_is_missing(here):
    with make_visit(start=START, end=NOW) as visit:
        told = Dumps(paths=["missing.jsonl"]).estimate(visit)
    assert (told.requests, told.usd) == (0, 0.0)
    assert "missing.jsonl: no such file" in told.note


def test_contract(here):
    (here / "posts.jsonl").write_text("\n".join(line(f"a{i}") for i in range(1_200)))
    (here / "more.jsonl").write_text("\n".join(line(f"b{i}") for i in range(20)))
    with make_visit(start=START, end=NOW) as visit:
        check_source(Dumps(paths=["posts.jsonl", "more.jsonl"]), visit=visit, least=1_220)


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        ([], "name what to read"),
        ("posts.jsonl", "write a list"),
        (["-"], "'-' is not read here"),
        ([""], "no text"),
    ],
)
def test_wrong_paths_are_told(paths, words):
    with pytest.raises(ValueError, match=words):
        Dumps(paths=paths)
