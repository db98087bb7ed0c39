"""How a process ends itself: before or after its n-th commit to a SQLite file or rename of a file."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Final

PLACES: Final = ("commit", "committed", "rename", "renamed")


def prepare(place: str | None, after: int) -> None:
    """From now on the ``after``-th ``place`` of this process is its last."""
    left, lock = after, threading.Lock()

    def step(here: str) -> None:
        nonlocal left
        if here != place:
            return
        with lock:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    if place is not None:
        _watch(step)


def count() -> dict[str, int]:
    """Count commits and renames of this process, in what is returned."""
    found = dict.fromkeys(PLACES, 0)

    def step(here: str) -> None:
        found[here] += 1

    _watch(step)
    return found


def _watch(step: Callable[[str], None]) -> None:
    rename, connect = os.replace, sqlite3.connect

    class Watched(sqlite3.Connection):
        def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
            if sql != "COMMIT":
                return super().execute(sql, *more)
            step("commit")
            done = super().execute(sql, *more)
            step("committed")
            return done

    def replaced(*given: Any, **more: Any) -> None:
        step("rename")
        rename(*given, **more)
        step("renamed")

    def watched(*given: Any, **more: Any) -> sqlite3.Connection:
        return connect(*given, **{"factory": Watched} | more)

    sqlite3.connect, os.replace = watched, replaced
