"""A machine that does not do as it should: one line that says so, and nothing good is to be thrown away."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from dawnchorus.errors import DawnchorusError, LockedError, UsageError
from dawnchorus.pipeline.targets import parse_targets
from dawnchorus.store.ledger import Ledger


def test_a_ledger_that_cannot_be_opened_is_not_called_worthless(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").mkdir()  # as unable to be opened as on a disk that is read-only

    with pytest.raises(
        DawnchorusError, match="see that the disk has room and the folder can be written"
    ) as told:
        Ledger(tmp_path / "ledger.sqlite")

    assert "move it away" not in str(told.value)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(DawnchorusError, match=r"cannot be made: .*; choose another folder"):
        Ledger(tmp_path / "data" / "ledger.sqlite")


def test_a_ledger_that_another_process_keeps_to_itself_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def impatient(path: Path, **options: Any) -> sqlite3.Connection:
        return connect(path, **options | {"timeout": 0.05})

    monkeypatch.setattr(sqlite3, "connect", impatient)
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        other = connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match="another process"), ledger.transaction():
            pass
        other.execute("ROLLBACK")
        other.close()
        with ledger.transaction():  # and goes on
            pass


@pytest.mark.parametrize("word", ["https://[", "\udc80", "https://x.com/\udcff", "", "@ines"])
def test_what_cannot_be_forgotten_is_wrong_use(word: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_targets([word])

    assert len(str(told.value).splitlines()) == 1
