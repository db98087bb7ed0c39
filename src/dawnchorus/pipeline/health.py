"""The health file: how the runs of a topic go, for monitors and people.

``docs/scheduling.md`` has its keys.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import dawnchorus
from dawnchorus.errors import DawnchorusError, InputError, PublishError
from dawnchorus.model import SourceHealth
from dawnchorus.store.atomic import write_bytes

FORMAT: Final = 1
Outcome = Literal["published", "unchanged", "empty", "failed", "interrupted"]
_LATE_SECONDS: Final = 2 * 3600


class Health:
    """The file of a service or of a single run, written whole at every change.

    A file that cannot be written is told, once, and costs no edition.
    """

    def __init__(
        self,
        path: Path,
        *,
        label: str,
        clock: Callable[[], datetime],
        tell: Callable[[str], None],
        every: str | None = None,
        tz: str | None = None,
    ) -> None:
        """Begin the file: state "starting".

        Raises:
            PublishError: It cannot be written at all.
        """
        self._path, self._clock, self._tell = path, clock, tell
        self._told = False
        self._facts: dict[str, Any] = {
            "format": FORMAT,
            "program": f"dawnchorus {dawnchorus.__version__}",
            "topic": label,
            "every": every,
            "tz": tz,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "started": _stamp(clock()),
            "state": "starting",
            "updated": None,
            "next_run": None,
            "run": None,
            "last_run": None,
            "failed_runs": 0,
            "sources": [],
            "model": None,
        }
        before = _last_words(path, label)
        self._facts |= {
            key: before[key] for key in ("last_run", "failed_runs", "sources", "model") if key in before
        }
        self._write()

    def begin_run(self, edition: str, *, next_run: datetime | None = None) -> None:
        """A run begins that makes ``edition``, or more than one: "from … to …"."""
        self._change(
            state="running",
            next_run=_stamp(next_run),
            run={"edition": edition, "started": _stamp(self._clock())},
        )

    def end_run(
        self,
        outcome: Outcome,
        *,
        detail: str = "",
        sources: Sequence[SourceHealth] = (),
        model: Mapping[str, Any] | None = None,
    ) -> None:
        """The run ended; ``detail`` is the error, or where the report is. No sources or model: as they were.

        ``model`` is the language model that was asked: "name", "usd" of this run, "month_usd", "unanswered"
        calls, "quoted" stories that it was to write, "why": a line for each reason.
        """
        run = self._facts["run"] or {"edition": None, "started": _stamp(self._clock())}
        failed = self._facts["failed_runs"]
        change: dict[str, Any] = {
            "run": None,
            "last_run": {
                **run,
                "ended": _stamp(self._clock()),
                "outcome": outcome,
                "detail": one_line(detail),
            },
            "failed_runs": failed + 1 if outcome == "failed" else failed if outcome == "interrupted" else 0,
        }
        if sources:
            change["sources"] = [
                {
                    "name": one.name,
                    "status": one.status,
                    "posts": one.posts,
                    "reason": one_line(one.reason),
                    "failed_runs": one.failed_runs,
                }
                for one in sources
            ]
        if model:
            change["model"] = dict(model)
        self._change(**change)

    def wait(self, next_run: datetime) -> None:
        """Nothing is at work until ``next_run``; then this process or another one begins."""
        self._change(state="waiting", next_run=_stamp(next_run))

    def stop(self) -> None:
        """The program ends in order."""
        self._change(state="stopped", next_run=None, run=None)

    def _change(self, **facts: Any) -> None:
        self._facts |= facts
        try:
            self._write()
        except PublishError as error:
            if not self._told:
                self._tell(f"health file: {error}; the service goes on without it")
            self._told = True

    def _write(self) -> None:
        self._facts["updated"] = _stamp(self._clock())
        text = json.dumps(
            self._facts, ensure_ascii=True, indent=1
        )  # half an emoji in a reason stays writable
        write_bytes(self._path, f"{text}\n".encode())


def read_health(path: Path) -> Mapping[str, Any]:
    """The facts of a health file.

    Raises:
        InputError: There is none, or it is not one.
    """
    try:
        facts = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"{path}: no health file: {error.strerror}; dawnchorus run TOPIC --health {path} writes it"
        ) from None
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise InputError(f"{path}: not a health file of this version; give what --health wrote")
    return facts


def complaints(facts: Mapping[str, Any], *, now: datetime, late_seconds: float = _LATE_SECONDS) -> list[str]:
    """What is wrong, a line each; none: all is well.

    A run that failed, one that was due ``late_seconds`` ago and has not begun or is still at it, a source
    that failed. Partial reads are no complaint.
    """
    found = []
    last = facts["last_run"]
    if last and last["outcome"] == "failed":
        times = f", {facts['failed_runs']} in a row" if facts["failed_runs"] > 1 else ""
        found.append(f"the last run, of {last['edition']}, failed{times}: {last['detail']}")
    run, due = facts["run"], facts["next_run"]
    if run and _seconds_since(run["started"], now) > late_seconds:
        process = f"process {facts['pid']} on {facts['host']}"
        found.append(f"a run began at {run['started']} and has not ended; see whether {process} is alive")
    elif due and _seconds_since(due, now) > late_seconds:
        found.append(f"a run was due at {due} and has not begun; see whether its service or timer is at work")
    model = facts.get("model")
    if model:
        found += [f"the model of the last run: {line}" for line in model.get("why", ())]
    found += [
        f"source {one['name']} {one['status']}: {one['reason']}"
        for one in facts["sources"]
        if one["status"] == "failed"
    ]
    return found


def one_line(text: str) -> str:
    """``text`` as one line that can be shown anywhere: words of servers may hold anything."""
    return "".join(char if char.isprintable() else "\ufffd" for char in " ".join(text.split()))


def _seconds_since(stamp: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(stamp)).total_seconds()


def _last_words(path: Path, label: str) -> Mapping[str, Any]:
    """What a service before this one left, so that a restart forgets no failure."""
    try:
        facts = read_health(path)
    except DawnchorusError:
        return {}
    return facts if facts.get("topic") == label else {}


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
