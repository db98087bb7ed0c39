"""The program in processes of its own: ``run_topic`` with the real door, ledger and archive, and its death.

A process that has imported everything waits and forks one for each command, so that imports are paid
once. Until then it has used nothing that it imported: there is no pool of threads that a fork would lose.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Death = Literal["commit", "committed", "rename", "renamed", "request", "time"]


@dataclass(frozen=True, kw_only=True)
class Command:
    """One run of the program."""

    topic: str  # TOML
    now: str
    site: str
    result: str  # file that gets what ``run_topic`` gave
    secrets: dict[str, str]
    first: str | None = None
    last: str | None = None
    fetch: bool = True
    death: str | None = None  # "commit" … of this process; "request" and "time" are the caller's
    after: int = 0


class Program:
    """Starts commands; a context manager."""

    def __enter__(self):
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "tests.simulation.program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *raised: object) -> None:
        self._mother.stdin.close()
        self._mother.wait()
        self._mother.stdout.close()

    def start(self, command: Command) -> Running:
        self._mother.stdin.write(json.dumps(asdict(command)) + "\n")
        self._mother.stdin.flush()
        return Running(int(self._mother.stdout.readline()), mother=self._mother)


class Running:
    """A command at work."""

    def __init__(self, pid: int, *, mother: subprocess.Popen[str]) -> None:
        self._pid, self._mother = pid, mother
        self._lock, self._over = threading.Lock(), False

    def kill(self) -> None:
        with self._lock:
            if not self._over:
                os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> bool:
        """Until it ends; whether it was killed."""
        died_of = int(self._mother.stdout.readline())
        with self._lock:
            self._over = True
            self._mother.stdin.write("\n")
            self._mother.stdin.flush()
        if died_of not in (0, signal.SIGKILL):
            raise RuntimeError(f"the program died of signal {died_of}")
        return died_of == signal.SIGKILL


def main() -> None:
    import dawnchorus  # noqa: PLC0415

    for module in pkgutil.walk_packages(dawnchorus.__path__, "dawnchorus."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("fontTools.ttLib", "wordcloud"):  # what it imports late
        importlib.import_module(name)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live(Command(**json.loads(line)))
        print(pid, flush=True)
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        print(ended.si_status if ended.si_code == os.CLD_KILLED else 0, flush=True)
        # Reaped only when the caller knows that it is over: until then its number is no other's.
        sys.stdin.readline()
        os.waitpid(pid, 0)


def _live(command: Command) -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        _run(command)
        os._exit(0)
    except BaseException:
        Path(command.result).write_text(json.dumps({"error": traceback.format_exc()}))
        os._exit(1)


def _run(command: Command) -> None:
    from datetime import date, datetime, timedelta  # noqa: PLC0415
    from time import monotonic  # noqa: PLC0415

    from dawnchorus.pipeline.run import run_topic  # noqa: PLC0415
    from dawnchorus.settings import parse_topic  # noqa: PLC0415
    from dawnchorus.sources.web.door import Door  # noqa: PLC0415

    now, begun, notes = datetime.fromisoformat(command.now), monotonic(), []

    class Teller:
        def step(self, name: str) -> None:
            pass

        def note(self, line: str) -> None:
            notes.append(line)

    _prepare_death(command)
    with Door(
        user_agent="dawnchorus/simulation",
        trusted_hosts={"127.0.0.1"},
        deadline_seconds=2,
        sleep=lambda _: None,  # waits of the simulated time
        clock=lambda: now + timedelta(seconds=monotonic() - begun),
    ) as http:
        ran = run_topic(
            parse_topic(command.topic, file="month.toml", id="month"),
            now=now,
            first=date.fromisoformat(command.first) if command.first else None,
            last=date.fromisoformat(command.last) if command.last else None,
            out=Path(command.site),
            fetch=command.fetch,
            tell=Teller(),
            http=http,
            secret=command.secrets.get,
        )
    result = {
        "health": [[one.name, one.status, one.posts, one.reason] for one in ran.health],
        "faults": ran.faults,
        "made": [[one.slug, str(one.page), one.report is not None] for one in ran.made],
        "empty": [day.isoformat() for day in ran.empty],
        "notes": notes,
        "seconds": monotonic() - begun,
    }
    Path(command.result).write_text(json.dumps(result))


def _prepare_death(command: Command) -> None:
    """This process ends itself before or after its n-th commit to the ledger or rename of a file."""
    from contextlib import contextmanager  # noqa: PLC0415

    from dawnchorus.store.ledger import Ledger  # noqa: PLC0415

    left, lock = command.after, threading.Lock()

    def step(place: str) -> None:
        nonlocal left
        if place != command.death:
            return
        with lock:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    transaction, rename = Ledger.transaction, os.replace

    @contextmanager
    def watched(self):
        with transaction(self) as db:
            yield db
            step("commit")
        step("committed")

    def replaced(*given: Any, **more: Any) -> None:
        step("rename")
        rename(*given, **more)
        step("renamed")

    if command.death in ("commit", "committed"):
        Ledger.transaction = watched
    elif command.death in ("rename", "renamed"):
        os.replace = replaced


if __name__ == "__main__":
    main()
