import errno
import os

import pytest

from dawnchorus.errors import PublishError
from dawnchorus.publish.files import check_file_name, check_slug, write_all


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def fail_on(monkeypatch, call, code, nth):
    """The ``nth`` use of ``os.<call>`` fails."""
    real, seen = getattr(os, call), []

    def failing(*args, **kwargs):
        seen.append(args)
        if len(seen) == nth:
            raise OSError(code, os.strerror(code))
        return real(*args, **kwargs)

    monkeypatch.setattr(os, call, failing)


def test_files_are_written_with_their_folders(tmp_path):
    written = write_all(tmp_path / "new" / "site", {"_posts/a.md": b"a", "b/c.json": b"c"})
    assert written == [tmp_path / "new/site/_posts/a.md", tmp_path / "new/site/b/c.json"]
    assert tree(tmp_path / "new/site") == {"_posts/a.md": b"a", "b/c.json": b"c"}


def test_files_that_hold_the_same_bytes_are_left_alone(tmp_path):
    write_all(tmp_path, {"a.md": b"same", "b.md": b"old"})
    os.utime(tmp_path / "a.md", (1, 1))
    write_all(tmp_path, {"a.md": b"same", "b.md": b"new"})
    assert (tmp_path / "a.md").stat().st_mtime == 1
    assert (tmp_path / "b.md").read_bytes() == b"new"


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_full_disk_changes_nothing(tmp_path, monkeypatch, nth):
    write_all(tmp_path, {"a.md": b"old"})
    fail_on(monkeypatch, "fsync", errno.ENOSPC, nth)
    with pytest.raises(PublishError, match=r"cannot write .*: the disk is full; free some space"):
        write_all(tmp_path, {"a.md": b"new", "x/b.md": b"b", "x/y/c.md": b"c"})
    assert tree(tmp_path) == {"a.md": b"old"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.md"]


def test_leftovers_of_a_killed_run_are_cleared(tmp_path):
    (tmp_path / ".a.md.part").write_bytes(b"half")
    write_all(tmp_path, {"a.md": b"whole"})
    assert tree(tmp_path) == {"a.md": b"whole"}


@pytest.mark.parametrize("path", ["a.md", "x/a.md"])
def test_symbolic_links_are_refused(tmp_path, path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (elsewhere / "a.md").write_bytes(b"theirs")
    (out / path.split("/")[0]).symlink_to(elsewhere if "/" in path else elsewhere / "a.md")
    with pytest.raises(PublishError, match="link"):
        write_all(out, {path: b"ours"})
    assert tree(elsewhere) == {"a.md": b"theirs"}


def test_an_output_folder_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_all(tmp_path / "link", {"a.md": b"a"})
    assert tree(tmp_path / "real") == {"a.md": b"a"}


def test_a_file_where_the_folder_must_be_is_named(tmp_path):
    (tmp_path / "out").write_bytes(b"a file")
    with pytest.raises(PublishError, match=r"out: a file stands where a folder must be"):
        write_all(tmp_path / "out", {"a.md": b"a"})
    assert (tmp_path / "out").read_bytes() == b"a file"


def test_a_folder_where_the_file_must_be_is_named(tmp_path):
    (tmp_path / "a.md").mkdir()
    with pytest.raises(PublishError, match=r"a\.md: a folder stands where the file must be"):
        write_all(tmp_path, {"a.md": b"a"})


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch, code):
    fail_on(monkeypatch, "mkdir", code, 1)
    with pytest.raises(PublishError, match="choose another output folder"):
        write_all(tmp_path / "out", {"a.md": b"a"})


@pytest.mark.parametrize("path", ["../a.md", "x/../../a.md", "/a.md"])
def test_nothing_is_written_outside(tmp_path, path):
    with pytest.raises(PublishError):
        write_all(tmp_path / "out", {path: b"a"})
    assert not (tmp_path / "a.md").exists()


@pytest.mark.parametrize(
    "slug",
    [
        "",
        ".",
        "..",
        "../../_config",
        "a/b",
        "-x",
        "_x",
        "a b",
        "a\x00",
        "a\n",
        "é",
        "推特",
        "a" * 121,
        "{{x}}",
        "a.b",
    ],
)
def test_a_name_outside_the_allow_list_is_refused(slug):
    with pytest.raises(PublishError, match="cannot name an edition"):
        check_slug(slug)


@pytest.mark.parametrize("slug", ["twitter_ai_20251121_20251121", "Twitter-AI_20251121_20251121", "a" * 120])
def test_a_plain_name_is_itself(slug):
    assert check_slug(slug) == slug


@pytest.mark.parametrize("name", ["x", "../x.jpg", "a/b.jpg", ".jpg", "x.", "x.j-g", "x y.jpg", "x.jpg\n"])
def test_a_picture_has_a_plain_file_name(name):
    with pytest.raises(PublishError, match="cannot name a picture"):
        check_file_name(name)
