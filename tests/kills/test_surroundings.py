"""A disk that is full or read-only, another process, damaged files: one line, nothing half-done, and on."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dawnchorus.store.lock import hold_lock, lock_path
from tests.kills.edition import LABEL, Place
from tests.kills.lives import Lives
from tests.kills.promises import kept, look, temporary


@contextmanager
def _disk(folder: Path, size: str) -> Iterator[None]:
    """A file system of its own at ``folder``."""
    folder.mkdir(parents=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "dawnchorus-test", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def _refused(lives: Lives, place: Place, *more: str, **options: int) -> str:
    """What the program says when it fails, without its name for it."""
    assert lives.mother.start(place.command("--quiet", *more, **options)).wait() == 1
    [line] = place.told.splitlines()
    assert line.startswith("Error: ")
    assert list(look(place, lives.expected["fresh"])) == []
    return line.removeprefix("Error: ")


def _goes_on(lives: Lives, place: Place) -> None:
    assert lives.mother.start(place.command()).wait() == 0, place.told
    assert place.files() == lives.expected["fresh"].new
    assert kept(place) == lives.expected["fresh"].kept
    assert temporary(place) == []


@pytest.mark.parametrize("size", ["64k", "160k"])
def test_a_disk_that_is_full_leaves_nothing_half_done(size, lives: Lives, place: Place):
    with _disk(place.site, size):
        line = _refused(lives, place)
        assert "full" in line or "room" in line or "No space" in line
        _remount(place.site, "size=20m")
        _goes_on(lives, place)


@pytest.mark.parametrize("most_bytes", [30_000, 200_000])
def test_files_that_may_not_grow_leave_nothing_half_done(most_bytes, lives: Lives, place: Place):
    line = _refused(lives, place, most_bytes=most_bytes)

    assert "cannot be written" in line or "cannot write" in line
    _goes_on(lives, place)


def test_a_site_that_is_read_only_is_told(lives: Lives, place: Place):
    with _disk(place.site, "20m"):
        _remount(place.site, "ro")
        assert "choose another output folder" in _refused(lives, place)
        assert lives.server.seen == []
        _remount(place.site, "rw")
        _goes_on(lives, place)


def test_a_site_that_becomes_read_only_keeps_its_edition(lives: Lives, place: Place):
    _goes_on(lives, place)
    place.lay_out(lives.server, texts=("Obrel recalls 100 valves.",))
    with hold_lock(lock_path(place.site, LABEL), what="", since=datetime.now(UTC)):
        pass
    for path in place.site.glob("town_*"):
        path.rename(place.folder / path.name)
        path.write_bytes(b"")  # no folder can be made here, by root either
    found = lives.mother.start(place.command("--quiet")).wait()

    assert found == 1
    assert "a file or a link stands where a folder must be" in place.told
    assert len(place.told.splitlines()) == 1


def test_a_second_process_is_told_who_is_at_work(lives: Lives, place: Place):
    with hold_lock(lock_path(place.site, LABEL), what="", since=datetime(2026, 3, 11, tzinfo=UTC)):
        line = _refused(lives, place)
        assert f"is being made by process {os.getpid()} on " in line
        assert lives.server.seen == []
    _goes_on(lives, place)


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "gone"])
def test_a_damaged_result_in_the_cache_is_made_again(harm, lives: Lives, place: Place):
    _goes_on(lives, place)
    place.site.rename(place.folder / "before")
    before = len(lives.server.seen)
    for file in sorted((place.data / "cache").rglob("*")):
        if not file.is_file():
            continue
        content = file.read_bytes()
        middle = len(content) // 2
        harmed = {
            "flip": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "cut": content[:middle],
            "empty": b"",
            "gone": None,
        }[harm]
        file.unlink() if harmed is None else file.write_bytes(harmed)

    _goes_on(lives, place)
    assert len(lives.server.seen) == before  # answers are in the ledger, not in the cache


@pytest.mark.parametrize("harm", ["header", "cut", "middle"])
def test_a_damaged_ledger_is_told_and_left_as_it_is(harm, lives: Lives, place: Place):
    _goes_on(lives, place)
    before, seen = place.files(), len(lives.server.seen)
    ledger = place.data / "ledger.sqlite"
    content = ledger.read_bytes()
    junk = b"not a page" * 410
    harmed = {
        "header": junk + content[len(junk) :],
        "cut": content[: len(content) // 3],
        "middle": content[:4096] + junk * (len(content) // len(junk)),
    }[harm]
    ledger.write_bytes(harmed)
    for left in place.data.glob("ledger.sqlite-*"):
        left.unlink()

    assert lives.mother.start(place.command("--quiet")).wait() == 1
    [line] = place.told.splitlines()
    assert line.startswith("Error: ")
    assert "ledger" in line
    assert place.files() == before
    assert len(lives.server.seen) == seen
    ledger.rename(ledger.with_suffix(".damaged"))  # as the line says
    _goes_on(lives, place)


def test_a_damaged_answer_is_asked_for_once_more(lives: Lives, place: Place):
    _goes_on(lives, place)
    before = len(lives.server.seen)
    place.site.rename(place.folder / "before")
    with closing(sqlite3.connect(place.data / "ledger.sqlite")) as db, db:
        for harm, which in (('{"text', "MIN"), ("[]", "MAX")):
            chosen = f"(SELECT {which}(id) FROM calls WHERE state = 'done')"
            db.execute(f"UPDATE calls SET completion = ? WHERE id = {chosen}", (harm,))

    _goes_on(lives, place)
    assert len(lives.server.seen) == before + 2
