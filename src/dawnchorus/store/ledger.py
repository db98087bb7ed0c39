"""What was run, when, and with what outcome: one SQLite file.

Write-ahead log with ``synchronous=FULL``: a row that was committed survives the
loss of power (3.5 ms a commit; a run makes a few dozen, and one a page that a source gives).
What is deleted is overwritten. One connection serves all threads, one at a time; other processes
wait for each other.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from dawnchorus.errors import DawnchorusError, LockedError
from dawnchorus.store.migrations import MIGRATIONS

EndState = Literal["published", "failed", "interrupted"]
RunState = EndState | Literal["running"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A row of the ledger; times as they were given."""

    id: int
    slug: str
    label: str
    code_version: str
    started_at: datetime
    ended_at: datetime | None
    state: RunState
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """A stage of a run, in the order they ended."""

    stage: str
    digest: str  # of input, arguments and code
    output: str  # file that holds the result, "" if none
    use: str  # "made", "reused", "not stored"
    seconds: float


class Ledger:
    """The open file; a context manager. Times come in as arguments and carry their zone."""

    def __init__(self, path: Path) -> None:
        """Open the ledger, make it if there is none, and bring an older one up to date.

        Raises:
            DawnchorusError: The file is no ledger, is from a later version, or cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = threading.RLock()
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")
            self._migrate(path)
        except OSError as error:
            raise DawnchorusError(
                f"{path}: cannot be made: {error.strerror}; choose another folder"
            ) from error
        except sqlite3.OperationalError as error:  # the file may be good: nobody should move it away
            raise DawnchorusError(f"{path}: cannot be opened or written: {_next_step(error)}") from error
        except (sqlite3.Error, ValueError) as error:  # a damaged schema may be no UTF-8 either
            raise DawnchorusError(f"{path}: no usable ledger: {error}; move it away to begin anew") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """BEGIN IMMEDIATE … COMMIT: waits for another writer at the start, not in the middle.

        Raises:
            DawnchorusError: The file cannot be written; nothing of the transaction is left.
        """
        with self._lock, _told():
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has ended the transaction already
                    self._db.execute("ROLLBACK")
                raise

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query gives.

        Raises:
            DawnchorusError: The file cannot be read.
        """
        with self._lock, _told():
            return self._db.execute(sql, parameters).fetchall()

    def tidy(self) -> None:
        """Take deleted content out of the log that is written ahead, if no other process is reading."""
        with self._lock, _told():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def begin_run(self, *, slug: str, label: str, code_version: str, at: datetime) -> int:
        """Record the start of a run and return its number.

        Runs of ``label`` that never ended are marked interrupted: the caller holds the label's lock, so none
        of them can still be at work.
        """
        with self.transaction() as db:
            db.execute(
                "UPDATE runs SET state = 'interrupted', ended_at = ? WHERE label = ? AND state = 'running'",
                (at.isoformat(), label),
            )
            row = db.execute(
                "INSERT INTO runs (slug, label, code_version, started_at) VALUES (?, ?, ?, ?) RETURNING id",
                (slug, label, code_version, at.isoformat()),
            ).fetchone()
        return int(row[0])

    def add_stage(self, run: int, stage: StageRow) -> None:
        """Record that a stage of ``run`` has its result."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO stages SELECT ?, COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ?"
                " FROM stages WHERE run = ?",
                (run, stage.stage, stage.digest, stage.output, stage.use, stage.seconds, run),
            )

    def end_run(self, run: int, *, state: EndState, at: datetime, detail: str = "") -> None:
        """Record how ``run`` ended; ``detail`` is the error in one line, or where the report is."""
        with self.transaction() as db:
            db.execute(
                "UPDATE runs SET state = ?, ended_at = ?, detail = ? WHERE id = ?",
                (state, at.isoformat(), detail, run),
            )

    def runs(self, *, slug: str | None = None) -> list[Run]:
        """Runs, oldest first, of one edition or of all."""
        rows = self.rows(
            "SELECT id, slug, label, code_version, started_at, ended_at, state, detail FROM runs"
            " WHERE ? IS NULL OR slug = ? ORDER BY id",
            (slug, slug),
        )
        return [
            Run(
                id=row[0],
                slug=row[1],
                label=row[2],
                code_version=row[3],
                started_at=datetime.fromisoformat(row[4]),
                ended_at=None if row[5] is None else datetime.fromisoformat(row[5]),
                state=row[6],
                detail=row[7],
            )
            for row in rows
        ]

    def stages(self, run: int) -> list[StageRow]:
        """Stages of ``run`` in the order they ended."""
        rows = self.rows(
            "SELECT stage, digest, output, use, seconds FROM stages WHERE run = ? ORDER BY number", (run,)
        )
        return [
            StageRow(stage=row[0], digest=row[1], output=row[2], use=row[3], seconds=row[4]) for row in rows
        ]

    def _migrate(self, path: Path) -> None:
        with self.transaction():
            version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            if version > len(MIGRATIONS):
                raise DawnchorusError(
                    f"{path}: written by a later dawnchorus (schema {version}, known {len(MIGRATIONS)});"
                    " upgrade dawnchorus"
                )
            for script in MIGRATIONS[version:]:
                for statement in filter(str.strip, script.split(";")):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def state_after(error: BaseException) -> EndState:
    """How a run ended that ``error`` ended: one that was stopped goes on, and its budget with it."""
    return "failed" if isinstance(error, Exception) else "interrupted"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if type(error) not in (sqlite3.OperationalError, sqlite3.DatabaseError):
            raise  # a bug of ours
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise LockedError(
                "another process has kept the ledger to itself for half a minute; wait for it, or end it"
            ) from error
        done = "read" if _is_of_schema(error) else "written"
        raise DawnchorusError(f"the ledger cannot be {done}: {_next_step(error)}") from error


def _next_step(error: sqlite3.DatabaseError) -> str:
    if _is_of_schema(error):
        return f"{error}; its tables are not those of this dawnchorus: upgrade, or restore it from a backup"
    return f"{error}; see that the disk has room and the folder can be written"


def _is_of_schema(error: sqlite3.DatabaseError) -> bool:
    """Whether a table or column is missing; the disk has nothing to do with it then."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR
