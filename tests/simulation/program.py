"""The program in processes of its own: ``run_topic`` with real door, ledger and archive, and its death."""

from __future__ import annotations

import json
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tests.kills import deaths
from tests.kills.forks import Mother, Running

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
        self._mother = Mother("tests.simulation.program:live").__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._mother.__exit__(*raised)

    def start(self, command: Command) -> Running:
        return self._mother.start(asdict(command))


def live(given: dict[str, Any]) -> int:
    """One command, in this process."""
    command = Command(**given)
    try:
        _run(command)
    except Exception:
        Path(command.result).write_text(json.dumps({"error": traceback.format_exc()}))
        return 1
    return 0


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

        def doing(self, line: str) -> None:
            pass

    deaths.prepare(command.death, command.after)
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
