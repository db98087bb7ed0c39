"""Topic files and remembered files with something wrong in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dawnchorus.errors import DawnchorusError
from dawnchorus.store.ledger import Ledger

from .conftest import TOPIC, Bench, rows


@pytest.mark.parametrize(
    "line",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "{a = " * 2000 + "1" + "}" * 2000,
        "seed = " + "9" * 5000,
        'label = "x" # \x00',
    ],
    ids=["deep list", "deep table", "digits", "null"],
)
def test_toml_that_overruns_its_reader_is_one_line(bench: Bench, line: str) -> None:
    bench.topic.write_text(line + "\n" + TOPIC, encoding="utf-8")

    done = bench.report(rows())

    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert "valves.toml" in done.stderr


def test_a_name_longer_than_a_line_is_refused(bench: Bench) -> None:
    bench.topic.write_text(TOPIC.replace("Valves", "V" * 301), encoding="utf-8")

    done = bench.report(rows())

    assert done.exit_code == 2
    assert "names.en: is longer than 300 characters" in done.stderr


def test_a_folder_whose_name_is_no_utf8_is_refused(bench: Bench) -> None:
    done = bench.report(rows(), "--data", bench.folder / os.fsdecode(b"a\xff"))

    assert done.exit_code == 2
    assert "not UTF-8" in done.stderr


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"", b"[]", b'{"files": null}'])
def test_a_damaged_manifest_has_the_edition_made_again(bench: Bench, content: bytes) -> None:
    bench.report(rows())
    before = _files(bench.out)
    (bench.edition / "manifest.json").write_bytes(content)

    done = bench.report(rows())

    assert done.exit_code == 0, done.stderr
    assert _files(bench.out) == before


@pytest.mark.parametrize("damage", [b"", b"\x00" * 500, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_ledger_is_one_line_or_begun_anew(bench: Bench, damage: bytes) -> None:
    bench.report(rows())
    (bench.out / ".dawnchorus" / "ledger.sqlite").write_bytes(damage)
    (bench.edition / "manifest.json").unlink()

    done = bench.report(rows())

    assert done.exit_code == (1 if damage else 0)
    assert len(done.stderr.splitlines()) == (1 if damage else 0)


def test_a_ledger_whose_tables_have_unreadable_names_is_one_line(bench: Bench) -> None:
    bench.report(rows())
    ledger = bench.out / ".dawnchorus" / "ledger.sqlite"
    ledger.write_bytes(ledger.read_bytes().replace(b"CREATE TABLE", b"CRE\xab\xffE TABLE"))

    done = bench.report(rows(), "--lang", "zh")

    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "ledger.sqlite" in done.stderr


def _files(out: Path) -> dict[str, bytes]:
    found = (path for path in out.rglob("*") if path.is_file())
    return {
        str(path.relative_to(out)): path.read_bytes() for path in found if ".dawnchorus" not in path.parts
    }


@pytest.mark.parametrize("command", ["stories", "write"])
def test_a_full_standard_output_is_one_line(bench: Bench, command: str) -> None:
    posts = bench.folder / "posts.jsonl"
    posts.write_text("\n".join(map(json.dumps, rows())), encoding="utf-8")
    options = [] if command == "stories" else ["--topic", str(bench.topic), "--from", "2026-03-10"]
    called = [sys.executable, "-m", "dawnchorus", command, str(posts), *options, "-q"]

    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            called, stdout=full, stderr=subprocess.PIPE, text=True, cwd=bench.folder, check=False
        )

    assert done.returncode == 1
    assert done.stderr == "Error: standard output cannot be written: No space left on device\n"


def test_a_ledger_on_a_full_disk_is_one_line(tmp_path: Path) -> None:
    at = datetime(2026, 3, 10, tzinfo=UTC)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger._db.execute("PRAGMA max_page_count = 1")  # no room for another page
        run = ledger.begin_run(slug="s", label="l", code_version="1", at=at)

        with pytest.raises(DawnchorusError, match="ledger cannot be written") as told:
            ledger.end_run(run, state="failed", at=at, detail="x" * 100_000)

        ledger.end_run(run, state="failed", at=at)  # the connection is still good
    assert "\n" not in str(told.value)
