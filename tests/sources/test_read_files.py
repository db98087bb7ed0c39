"""Inputs of every kind: files, folders, patterns, pipes, compression, and what is wrong with them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest
import zstandard

from dawnchorus.errors import InputError
from dawnchorus.sources.files import read_posts


@pytest.fixture
def folder(tmp_path, row):
    """Two files of posts, in folders, and what lies beside them in real life."""
    deep = tmp_path / "in" / "deep"
    deep.mkdir(parents=True)
    (deep / "a.jsonl").write_text(json.dumps(row(id="x:a")) + "\n")
    (tmp_path / "in" / "z.weird").write_bytes(gzip.compress(json.dumps(row(id="x:z")).encode()))
    (tmp_path / "in" / "README.md").write_text("# Posts\n\nsome, here\n")
    (tmp_path / "in" / ".hidden.jsonl").write_text(json.dumps(row(id="x:hidden")))
    (tmp_path / "in" / "empty.jsonl").write_text("")
    (tmp_path / "in" / "links.jsonl").write_text('{"url": "https://a.example", "title": "t"}\n')
    with tarfile.open(tmp_path / "in" / "raw.tar.gz", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("a.json"), io.BytesIO())
    return tmp_path / "in"


def test_a_folder_gives_its_posts_in_order_of_path_and_says_what_it_left_out(reading, folder):
    got = reading(folder)

    assert got.ids == ["x:z", "x:a"]
    assert not got.bad
    said = "\n".join(got.notes)
    for name in ("README.md", "empty.jsonl", "links.jsonl", "raw.tar.gz"):
        assert name in said
    assert "hidden" not in said


def test_a_pattern_finds_files_and_each_file_is_read_once(reading, folder):
    assert reading(f"{folder}/**/*.jsonl", folder / "deep" / "a.jsonl", folder).ids == ["x:a", "x:z"]


def test_standard_input_is_read(reading, row):
    assert reading("-", stdin=json.dumps(row()).encode()).ids == ["x:1"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda data: gzip.compress(data) * 2])
def test_compression_is_told_by_the_bytes_not_the_name(reading_text, row, pack):
    got = reading_text(pack(json.dumps(row(text="压缩")).encode() + b"\n"), name="posts.txt")

    assert {post["text"] for post in got.posts} == {"压缩"}


def test_a_cut_off_compressed_file_gives_what_it_has(reading_text, row):
    lines = "".join(json.dumps(row(id=f"x:{i}", text=f"{i * 7919 % 9973} {i}")) + "\n" for i in range(3000))
    for whole in (gzip.compress(lines.encode()), zstandard.compress(lines.encode())):
        got = reading_text(whole[: len(whole) * 3 // 4])

        assert 0 < len(got.ids) < 3000
        assert set(got.reasons) == {"bad row"}
        assert any("cut off" in bad["detail"] for bad in got.bad)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n\n", ""])
def test_line_ends_and_empty_lines_do_not_matter(reading_text, row, end):
    text = json.dumps(row()) + (end or "\n") + json.dumps(row(id="x:2")) + end

    got = reading_text("\ufeff" + text)
    assert got.ids == ["x:1", "x:2"]
    assert not got.bad


def test_a_bad_line_costs_itself_with_file_and_line(reading_text, row):
    good = [json.dumps(row(id=f"x:{i}")) for i in range(4)]
    got = reading_text(
        "\n".join(['{"id": "x:cut", "te', *good[:2], "[1, 2", "nonsense", "", *good[2:], "{}"])
    )

    assert got.ids == ["x:0", "x:1", "x:2", "x:3"]
    assert got.reasons == ["bad row"] * 4
    assert [bad["detail"].split(": ")[0].rsplit(":")[-1] for bad in got.bad] == ["1", "4", "5", "9"]


def test_half_a_json_line_alone_is_one_bad_row(reading_text):
    got = reading_text('{"id": "x:1", "text": "hal')

    assert got.reasons == ["bad row"]
    assert "posts.data:1: not JSON" in got.bad[0]["detail"]


def test_an_empty_file_among_good_ones_is_a_note(reading, tmp_path, row):
    (tmp_path / "a").write_text("")
    (tmp_path / "b").write_text(json.dumps(row()))
    got = reading(tmp_path / "a", tmp_path / "b")

    assert got.ids == ["x:1"]
    assert got.notes == [f"{tmp_path}/a: empty file"]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "no such file or folder"),
        (lambda path: path.write_text(""), "empty file"),
        (lambda path: path.write_text(" \n\n"), "empty file"),
        (lambda path: path.mkdir(), "no files in this folder"),
        (lambda path: path.write_text("Dear diary,\ntoday\n"), "not posts"),
        (lambda path: path.write_text('{"a": 1}\n{"a": 2}\n'), "not posts"),
        (lambda path: path.write_text("[]"), "no posts found"),
        (lambda path: path.write_text("<html><body>hello"), "not posts"),
        (lambda path: path.write_bytes(b"PAR1 but not really"), None),
        (lambda path: path.write_bytes(gzip.compress(b"")[:8]), "damaged or cut off"),
        (lambda path: path.write_bytes(bytes(range(256)) * 40), "not posts"),
    ],
)
def test_unusable_input_is_one_clear_line(tmp_path, make, says):
    path = tmp_path / "posts\nin put"
    make(path)
    if says is None:
        (batch,) = read_posts([str(path)])
        assert "damaged Parquet" in batch.bad["detail"][0]
        return
    with pytest.raises(InputError, match=says) as error:
        list(read_posts([str(path)]))

    assert "posts?in put" in str(error.value)
    assert "\n" not in str(error.value)


def test_nothing_is_read_before_every_input_is_found(tmp_path, row):
    (tmp_path / "a").write_text(json.dumps(row()))

    with pytest.raises(InputError, match="nowhere"):
        next(read_posts([str(tmp_path / "a"), str(tmp_path / "nowhere")]))
    with pytest.raises(InputError, match="no file matches"):
        next(read_posts([str(tmp_path / "*.none")]))
    with pytest.raises(InputError, match="nothing to read"):
        next(read_posts([]))


def test_a_file_that_cannot_be_read_is_one_clear_line():
    with pytest.raises(InputError, match="/proc/self/mem: cannot be read"):
        list(read_posts(["/proc/self/mem"]))


def test_a_folder_without_posts_is_an_error(tmp_path):
    (tmp_path / "notes.md").write_text("nothing")

    with pytest.raises(InputError, match=r"no posts found.*notes\.md"):
        list(read_posts([str(tmp_path)]))


def test_the_same_input_gives_the_same_posts(reading, folder):
    assert reading(folder).posts == reading(folder).posts
