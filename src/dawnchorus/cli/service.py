"""``dawnchorus run --every``: the service in this process, its signals, its log."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from dawnchorus.errors import DawnchorusError, UsageError
from dawnchorus.model import Lang, local_instant

if TYPE_CHECKING:
    from dawnchorus.pipeline.run import Ran
    from dawnchorus.pipeline.schedule import Due
    from dawnchorus.pipeline.service import Result
    from dawnchorus.pipeline.traffic import Traffic
    from dawnchorus.settings import Topic

_PATIENCE_SECONDS: Final = 10
_CATCH_UP_DAYS: Final = 3


def service_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--every`` and what goes with it, and ``--health``."""
    for option in reversed(
        (
            click.option(
                "--every",
                metavar="WHEN",
                help="Stay and make editions as they fall due: day@15:30, mon-fri@08:00, hour@:20, 6h.",
            ),
            click.option("--once", is_flag=True, help="With --every: make what is due now and end."),
            click.option(
                "--catch-up",
                type=click.IntRange(0, 366),
                metavar="DAYS",
                help="With --every: days before that are made if they were missed; default: 3.",
            ),
            click.option(
                "--health",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar="FILE",
                help="Keep the state there; default with --every: DATA/health.json.",
            ),
        )
    ):
        command = option(command)
    return command


def check_together(given: Mapping[str, Any]) -> None:
    """Refuse options that contradict one another.

    Raises:
        UsageError: Some do; the message says what to leave out.
    """
    if given["every"] is None:
        for name in ("once", "catch_up"):
            if given[name]:
                option = name.replace("_", "-")
                raise UsageError(f"--{option} goes with --every; add --every day@15:30, or leave it out")
        return
    for name, option in (("first", "from"), ("last", "to"), ("now", "now"), ("dry_run", "dry-run")):
        if given[name] and not (name == "now" and given["once"]):
            raise UsageError(f"--{option} and --every contradict each other; leave one out")


def run_every(
    topic: Topic,
    every: str,
    *,
    once: bool,
    catch_up_days: int | None,
    until: time | None,
    languages: tuple[Lang, ...],
    label: str | None,
    out: Path | None,
    data: Path | None,
    fetch: bool,
    traffic: Traffic,
    health: Path | None,
    quiet: bool,
    now: datetime | None = None,
) -> int:
    """Make editions as they fall due, until a signal comes; the exit code.

    Args:
        topic: The topic.
        every: The schedule, "day@15:30".
        once: Make what is due now and end.
        catch_up_days: Days before the newest that are made if they were missed; None: 3.
        until: Cut-off of each day; None: the topic's, else the time of the schedule.
        languages: Of the reports; none: all of the topic.
        label: Of the editions; None: the topic's.
        out: Folder of the site; None: the topic's.
        data: Archive and ledger; None: under ``out``.
        fetch: Whether to ask the sources.
        traffic: Which way calls to a language model take.
        health: The health file; None: under ``data``.
        quiet: Tell only what goes wrong.
        now: Taken for the present time, to rehearse; None: the clock's.

    Raises:
        UsageError: The schedule is none.
        DawnchorusError: The ledger or the health file cannot be used.
    """
    from dawnchorus.pipeline.health import Health  # noqa: PLC0415
    from dawnchorus.pipeline.schedule import newest_due, parse_every  # noqa: PLC0415
    from dawnchorus.pipeline.service import Stopped, make_due, read_history, serve  # noqa: PLC0415

    schedule = parse_every(every, tz=topic.tz)
    if topic.llm is not None or topic.writer.name == "llm":
        from dawnchorus.pipeline.models import check_models  # noqa: PLC0415

        check_models(topic, writer=topic.writer, traffic=traffic)

    def clock() -> datetime:
        return now or _clock()

    label, out = label or topic.label, out or topic.out
    data = data or out / ".dawnchorus"
    days = _CATCH_UP_DAYS if catch_up_days is None else catch_up_days
    warn = _log(schedule.zone.key)
    tell: Callable[[str], None] = (lambda line: None) if quiet else warn
    file = Health(
        health or data / "health.json", label=label, clock=clock, tell=warn, every=every, tz=topic.tz
    )
    history = partial(read_history, data, out=out, label=label, schedule=schedule)

    with _signals() as asked:

        def make(due: Due) -> Result:
            from dawnchorus.pipeline.run import run_topic  # noqa: PLC0415  heavy, and most looks find nothing due

            ran = run_topic(
                topic,
                first=due.day,
                last=due.day,
                until=_cut_off(due, until or topic.cutoff, topic),
                languages=languages,
                label=label,
                out=out,
                data=data,
                now=clock(),
                fetch=fetch,
                traffic=traffic,
                tell=_StoppingTeller(asked, note=tell),
                stop=asked.is_set,
            )
            if asked.is_set() and not ran.made:
                raise Stopped
            for made in ran.made:
                click.echo(made.page)
            return summed_up(ran)

        def edition(due: Due) -> str:
            return f"{label}_{due.day:%Y%m%d}_{due.day:%Y%m%d}"

        if not once:
            serve(
                schedule,
                make=make,
                edition=edition,
                history=history,
                catch_up_days=days,
                clock=clock,
                wait=asked.wait,
                stopping=asked.is_set,
                tell=tell,
                warn=warn,
                health=file,
            )
            return 0
        now, before = clock(), history()
        newest = newest_due(schedule, now).day
        try:
            done = make_due(
                schedule,
                now=now,
                since=now,
                begun=min(before.begun or newest, newest),
                history=before,
                make=make,
                edition=edition,
                catch_up_days=days,
                stopping=asked.is_set,
                tell=tell,
                warn=warn,
                health=file,
            )
        except Stopped:
            file.stop()
            return 1
        upcoming = schedule.next_fire(clock())
        if not done.due:
            tell(f"nothing is due; next time {upcoming.astimezone(schedule.zone):%Y-%m-%d %H:%M %Z}")
        file.wait(upcoming)
        return int(done.failed > 0)


@contextmanager
def health_of_run(path: Path | None, *, label: str, edition: str) -> Iterator[Callable[[Ran], None]]:
    """Keep the health file at ``path``, if there is to be one, of a single run; give it what came of the run.

    Raises:
        PublishError: The file cannot be written.
    """
    from dawnchorus.pipeline.health import Health  # noqa: PLC0415

    if path is None:
        yield lambda ran: None
        return
    file = Health(path, label=label, clock=_clock, tell=lambda line: click.echo(line, err=True))
    file.begin_run(edition)

    def end(ran: Ran) -> None:
        result = summed_up(ran)
        file.end_run(result.outcome, detail=result.detail, sources=result.sources, model=result.model)

    try:
        yield end
    except DawnchorusError as error:
        file.end_run("failed", detail=str(error))
        raise
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        file.end_run("interrupted" if interrupted else "failed", detail=f"{type(error).__name__}: {error}")
        raise
    finally:
        file.stop()


def summed_up(ran: Ran) -> Result:
    """A run in a word and a line."""
    from dawnchorus.pipeline.service import Result  # noqa: PLC0415

    pages = ", ".join(str(made.page) for made in ran.made)
    if ran.faults:
        return Result(outcome="failed", detail="; ".join(ran.faults), sources=ran.health)
    if ran.made:
        fresh = any(made.report is not None for made in ran.made)
        outcome: Literal["published", "unchanged"] = "published" if fresh else "unchanged"
        return Result(outcome=outcome, detail=pages, sources=ran.health, model=ran.model)
    days = ", ".join(f"{day}" for day in ran.empty) or "the days asked for"
    if ran.exit_code:
        why = "every source failed, and there are" if ran.health else "no source was asked, and there are"
        return Result(outcome="failed", detail=f"{why} no posts of {days}", sources=ran.health)
    return Result(outcome="empty", detail=f"no posts of {days}, so no edition", sources=ran.health)


class _Asked:
    """Whether a signal asked to stop. A pipe wakes who waits: locks may not be taken in a handler."""

    def __init__(self) -> None:
        self._set = False
        self._read, self._write = os.pipe()

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True
        os.write(self._write, b"\0")

    def wait(self, seconds: float) -> None:
        select.select([self._read], [], [], seconds)

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)


class _StoppingTeller:
    """Between two stages everything that was done is kept: there a run can end."""

    def __init__(self, asked: _Asked, *, note: Callable[[str], None]) -> None:
        self._asked, self._note = asked, note

    def step(self, name: str) -> None:
        from dawnchorus.pipeline.service import Stopped  # noqa: PLC0415

        if self._asked.is_set():
            raise Stopped

    def note(self, line: str) -> None:
        self._note(line)

    def doing(self, line: str) -> None:
        """Between two rounds of asks all answers are kept."""
        self._note(line)
        self.step(line)


@contextmanager
def _signals() -> Iterator[_Asked]:
    """Heed SIGTERM and SIGINT: the first asks, the second ends the process at once."""
    asked = _Asked()

    def say(line: bytes) -> None:
        os.write(2, line + b"\n")  # a handler may interrupt a print

    def first(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        asked.set()
        say(b"Stopping at the next safe point; the same signal again ends at once.")
        signal.alarm(_PATIENCE_SECONDS)

    def still(number: int, frame: FrameType | None) -> None:
        say(b"Still at work: the stage in hand goes on to its end. The same signal again ends at once.")

    before = {
        number: signal.signal(number, handler)
        for number, handler in ((signal.SIGTERM, first), (signal.SIGINT, first), (signal.SIGALRM, still))
    }
    try:
        yield asked
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)
        asked.close()


def _cut_off(due: Due, given: time | None, topic: Topic) -> datetime | None:
    """The earlier of the schedule's time and the cut-off that was asked for."""
    if given is None:
        return due.until
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    return min(local_instant(due.day, given, ZoneInfo(topic.tz)).astimezone(UTC), due.at)


def _clock() -> datetime:
    return datetime.now(UTC)


def _log(tz: str) -> Callable[[str], None]:
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from dawnchorus.pipeline.health import one_line  # noqa: PLC0415

    zone = ZoneInfo(tz)

    def log(text: str) -> None:
        # Indentation of a traceback stays.
        line = text[: len(text) - len(text.lstrip())] + one_line(text)
        click.echo(f"{_clock().astimezone(zone).isoformat(timespec='seconds')} {line}", err=True)

    return log
