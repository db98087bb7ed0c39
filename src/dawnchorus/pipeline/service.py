"""A topic's editions made when they fall due, one at a time, until a signal says to stop."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from dawnchorus.errors import DawnchorusError, LockedError
from dawnchorus.model import SourceHealth
from dawnchorus.pipeline.health import Health
from dawnchorus.pipeline.schedule import Due, Schedule, missed, newest_due
from dawnchorus.store.ledger import Ledger

# A sleep that the machine slept through ends late: the clock is looked at once a minute.
_LONGEST_WAIT: Final = 60.0
_RETRY_LOCKED: Final = timedelta(minutes=5)


class Stopped(BaseException):
    """A run was asked to end and has come to a safe point. No Exception: nothing may take it for a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run brought."""

    outcome: Literal["published", "unchanged", "empty", "failed"]
    detail: str  # where the report is, or the error
    sources: tuple[SourceHealth, ...] = ()
    model: Mapping[str, Any] | None = None  # see ``Health.end_run``


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the ledger knows of a topic's editions of a day."""

    published: Mapping[date, datetime]  # day: when the last run that published it began
    begun: date | None  # day, in the zone asked for, of the first run of all


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What became of all that was due."""

    due: int
    failed: int
    locked: bool  # another run was at work on one of them


def read_history(data: Path, *, out: Path, label: str, schedule: Schedule) -> History:
    """Read the ledger under ``data``; one that is not there yet is empty.

    What the ledger calls published counts only while its manifest lies under ``out``: a folder that was lost,
    or a commit that was never pushed, is made again.

    Raises:
        DawnchorusError: The ledger is damaged.
    """
    path = data / "ledger.sqlite"
    if not path.exists():
        return History(published={}, begun=None)
    with Ledger(path) as ledger:
        runs = [run for run in ledger.runs() if run.label == label]
    published: dict[date, datetime] = {}
    for run in runs:
        day = _day_of(run.slug, label)
        if day is not None and run.state == "published" and (out / run.slug / "manifest.json").is_file():
            published[day] = max(run.started_at, published.get(day, run.started_at))
    first = min((run.started_at for run in runs), default=None)
    return History(published=published, begun=first and first.astimezone(schedule.zone).date())


def make_due(
    schedule: Schedule,
    *,
    now: datetime,
    since: datetime,
    begun: date | None,
    history: History,
    make: Callable[[Due], Result],
    edition: Callable[[Due], str],
    catch_up_days: int,
    stopping: Callable[[], bool],
    tell: Callable[[str], None],
    warn: Callable[[str], None],
    health: Health,
) -> Round:
    """Make what is due at ``now``, oldest first.

    See :func:`~dawnchorus.pipeline.schedule.missed` for what is due. A run that fails is told and the next
    one is made; it is due again the next time.

    Raises:
        Stopped: The run at work was asked to end and did.
    """
    failed, locked = 0, False
    wanted = missed(
        schedule,
        now=now,
        since=since,
        begun=begun,
        published=history.published,
        catch_up_days=catch_up_days,
    )
    for due in wanted:
        if stopping():
            break
        name = edition(due)
        late = now - due.at
        tell(
            f"{name}: begins"
            + (f", due since {_shown(due.at, schedule)}" if late > timedelta(minutes=5) else "")
        )
        health.begin_run(name, next_run=schedule.next_fire(now))
        try:
            result = make(due)
        except Stopped:
            health.end_run("interrupted", detail="stopped by a signal; the next run goes on from there")
            tell(f"{name}: stopped at a safe point; the next run goes on from there")
            raise
        except DawnchorusError as error:
            locked = locked or isinstance(error, LockedError)
            result = Result(outcome="failed", detail=str(error))
        except Exception as error:
            # A bug, but one day's bug: tomorrow's edition must not wait for a person to come by.
            for line in traceback.format_exc().splitlines():
                warn(f"  {line}")
            fault = f"a fault of the program, {type(error).__name__}: {error}"
            result = Result(outcome="failed", detail=fault)
        failed += result.outcome == "failed"
        health.end_run(result.outcome, detail=result.detail, sources=result.sources, model=result.model)
        (warn if result.outcome == "failed" else tell)(f"{name}: {result.outcome}: {result.detail}")
        for one in result.sources:
            if one.status in ("failed", "partial"):
                (warn if one.status == "failed" else tell)(
                    f"{name}: source {one.name} {one.status}: {one.reason}"
                )
    return Round(due=len(wanted), failed=failed, locked=locked)


def serve(
    schedule: Schedule,
    *,
    make: Callable[[Due], Result],
    edition: Callable[[Due], str],
    history: Callable[[], History],
    catch_up_days: int,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
    stopping: Callable[[], bool],
    tell: Callable[[str], None],
    warn: Callable[[str], None],
    health: Health,
) -> None:
    """Make editions as they fall due until ``stopping`` says so.

    Where nothing was ever made the newest that is due is made at once: nobody waits a day for the first.

    Args:
        schedule: When.
        make: Makes one edition.
        edition: Its name.
        history: What was made before, as it stands when asked.
        catch_up_days: Days before the newest that are made if they were missed.
        clock: The present time.
        wait: Waits for at most so many seconds; returns at once when a signal comes.
        stopping: Whether a signal came.
        tell: Takes what goes on; makes one line of it.
        warn: The same for what went wrong.
        health: Where the state is kept.
    """
    since = clock()
    first = newest_due(schedule, since).day
    tell(f"makes an edition {schedule.text} ({schedule.zone.key}); Ctrl-C or SIGTERM ends it")
    while not stopping():
        now, before = clock(), history()
        try:
            round_ = make_due(
                schedule,
                now=now,
                since=since,
                begun=before.begun or first,
                history=before,
                make=make,
                edition=edition,
                catch_up_days=catch_up_days,
                stopping=stopping,
                tell=tell,
                warn=warn,
                health=health,
            )
        except Stopped:
            break
        upcoming = schedule.next_fire(now)
        if round_.locked:  # what fell due stays due
            upcoming = min(upcoming, clock() + _RETRY_LOCKED)
        else:
            since = now
        if upcoming > clock() and not stopping():
            tell(f"next run {_shown(upcoming, schedule)}")
            health.wait(upcoming)
        while not stopping() and (left := (upcoming - clock()).total_seconds()) > 0:
            wait(min(left, _LONGEST_WAIT))
    health.stop()
    tell("stopped")


def _day_of(slug: str, label: str) -> date | None:
    """Day of an edition of one day: "twitter_ai_20251121_20251121"."""
    first, _, last = slug.removeprefix(f"{label}_").partition("_")
    try:
        return date.fromisoformat(first) if first == last and len(first) == 8 else None
    except ValueError:
        return None


def _shown(at: datetime, schedule: Schedule) -> str:
    return f"{at.astimezone(schedule.zone):%Y-%m-%d %H:%M %Z}"
