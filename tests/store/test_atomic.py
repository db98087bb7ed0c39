import os
import subprocess
import sys
from pathlib import Path

import pytest

from dawnchorus.errors import PublishError
from dawnchorus.store.atomic import whole_file, write_bytes


def test_a_write_makes_folders_and_leaves_nothing_else(tmp_path):
    write_bytes(tmp_path / "a" / "b.txt", b"new")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]


def test_a_kill_before_the_rename_leaves_the_old_file_and_the_next_write_cleans_up(tmp_path):
    path = tmp_path / "a.txt"
    write_bytes(path, b"old")
    script = (
        "import os, signal, sys; from pathlib import Path; from dawnchorus.store import atomic\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "atomic.write_bytes(Path(sys.argv[1]), b'new')"
    )
    assert subprocess.run([sys.executable, "-c", script, path], check=False).returncode == -9
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    write_bytes(path, b"newer")
    assert path.read_bytes() == b"newer"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_temporary_file_of_a_living_process_is_left_alone(tmp_path):
    other = tmp_path / f".a.txt.{os.getppid()}"
    other.write_bytes(b"at work")
    write_bytes(tmp_path / "a.txt", b"new")
    assert other.exists()


def test_a_full_disk_is_one_line_and_leaves_the_old_file(tmp_path, monkeypatch, request):
    path = tmp_path / "a.txt"
    write_bytes(path, b"old")
    request.getfixturevalue("full_disk")
    with pytest.raises(
        PublishError, match=r"a\.txt: cannot be written: No space left on device; the file before"
    ):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_where_a_folder_should_be_is_one_line(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(PublishError, match=r"cannot be written: (File exists|Not a directory)"):
        write_bytes(tmp_path / "a" / "b.txt", b"new")


def test_any_other_error_removes_the_temporary_file(tmp_path):
    def fail(temporary: Path) -> None:
        temporary.write_bytes(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), whole_file(tmp_path / "a.txt") as temporary:
        fail(temporary)
    assert list(tmp_path.iterdir()) == []


def test_a_symbolic_link_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"mine")
    (tmp_path / "a.txt").symlink_to(tmp_path / "elsewhere")
    write_bytes(tmp_path / "a.txt", b"new")
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"
    assert not (tmp_path / "a.txt").is_symlink()
