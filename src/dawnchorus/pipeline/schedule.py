"""When editions are due: a schedule such as "day@15:30", in a zone, and what of it is still to be made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from dawnchorus.errors import UsageError

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EXAMPLES: Final = "day@15:30, day@08:00,15:30, day@24:00, mon-fri@08:00, mon,thu@09:00, hour@:20 or 6h"
_TIME: Final = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_MINUTE: Final = re.compile(r":([0-5]\d)")
_HOURS: Final = re.compile(r"(\d{1,2})h")
_STEPS: Final = (1, 2, 3, 4, 6, 8, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An edition that is to be made."""

    day: date
    at: datetime  # UTC, when it fell due
    until: datetime | None  # UTC, cut-off by the schedule; None: the whole day


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Times of a week in a zone.

    A time that a change of clocks skips fires as much later as the clocks jump; one that comes twice fires
    the first time, except where every hour is meant.
    """

    text: str
    zone: ZoneInfo
    triggers: tuple[Any, ...]  # CronTrigger
    hourly: bool

    def next_fire(self, after: datetime) -> datetime:
        """The first time later than ``after``, in UTC."""
        return min(self._next(trigger, after) for trigger in self.triggers)

    def fires(self, after: datetime, upto: datetime) -> Iterator[datetime]:
        """All times later than ``after`` and not later than ``upto``, in UTC, in order."""
        while (after := self.next_fire(after)) <= upto:
            yield after

    def due(self, at: datetime) -> Due:
        """The edition that falls due at ``at``: of the day that was then, up to then."""
        here = at.astimezone(self.zone)
        if here.time() == time():
            return Due(day=here.date() - timedelta(days=1), at=at, until=None)
        return Due(day=here.date(), at=at, until=at)

    def _next(self, trigger: Any, after: datetime) -> datetime:
        while True:
            fire: datetime = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
            after = fire.astimezone(UTC)
            if self.hourly or not fire.fold:
                return after


def parse_every(text: str, *, tz: str) -> Schedule:
    """Read a schedule.

    ``day@15:30``, ``day@08:00,15:30``, ``mon-fri@08:00``, ``mon,thu@09:00``; ``24:00`` is the end of the
    day. ``hour``, ``hour@:20``, ``6h``, ``6h@:20`` count from midnight.

    Raises:
        UsageError: It is none of these; one line with examples.
    """
    when, at, times = text.strip().lower().partition("@")
    zone = ZoneInfo(tz)
    steps = _HOURS.fullmatch("1h" if when == "hour" else when)
    if steps:
        hours = int(steps[1])
        if hours not in _STEPS:
            _refuse(text, f"{when} does not divide the day; use {', '.join(f'{n}h' for n in _STEPS)}")
        if at and not times:
            _refuse(text, 'nothing stands after "@"')
        minutes = times.split(",") if at else [":00"]
        for minute in minutes:
            if not _MINUTE.fullmatch(minute):
                _refuse(text, f'{minute!r:.40} is no minute of an hour; write ":20"')
        triggers = tuple(
            CronTrigger(hour=f"*/{hours}", minute=int(minute[1:]), timezone=zone)
            for minute in sorted(set(minutes))
        )
        return Schedule(text=text, zone=zone, triggers=triggers, hourly=hours == 1)
    days = set(range(7)) if when == "day" else _weekdays(text, when)
    if not times:
        _refuse(text, f'it has no time; write "{when}@15:30"')
    return Schedule(
        text=text,
        zone=zone,
        triggers=tuple(_daily(text, days, clock, zone) for clock in sorted(set(times.split(",")))),
        hourly=False,
    )


def newest_due(schedule: Schedule, now: datetime) -> Due:
    """The edition that fell due last."""
    return _newest(schedule, now, days=0)[-1]


def missed(
    schedule: Schedule,
    *,
    now: datetime,
    since: datetime,
    begun: date | None,
    published: Mapping[date, datetime],
    catch_up_days: int,
) -> list[Due]:
    """What is to be made at ``now``, oldest day first: a day once, at the last of its times that has passed.

    An edition of an earlier day that stands published is left alone, however its schedule was then.

    Args:
        schedule: The times.
        now: The present, with a zone.
        since: From here on the service was at work: times after it are due if their edition was not
            published since.
        begun: First day that editions were made of or should be; times before ``since`` are due only from
            this day on. None: none of them.
        published: Days of whole editions, with the time of their last run.
        catch_up_days: Days before the newest that are still made.
    """
    newest = _newest(schedule, now, days=catch_up_days)
    last = newest[-1].day
    wanted = []
    for due in newest:
        day, done = due.day, published.get(due.day)
        renewed = due.at > since or day == last
        open_ = done is None or (renewed and done < due.at)
        if open_ and (due.at > since or (begun is not None and day >= begun)):
            wanted.append(due)
    return wanted


def _newest(schedule: Schedule, now: datetime, *, days: int) -> list[Due]:
    """What fell due last of each day, oldest first: of the newest day and of ``days`` before it."""
    today = now.astimezone(schedule.zone).date()
    # A week of room: the newest time may lie that far back, as with "mon@08:00".
    start = datetime.combine(today - timedelta(days=days + 8), time(), tzinfo=schedule.zone)
    fires = schedule.fires(start.astimezone(UTC), now.astimezone(UTC))
    found = sorted({due.day: due for due in map(schedule.due, fires)}.values(), key=lambda due: due.day)
    return [due for due in found if due.day >= found[-1].day - timedelta(days=days)]


def _daily(text: str, days: set[int], clock: str, zone: ZoneInfo) -> Any:
    found = _TIME.fullmatch(clock)
    if not found or (found[1] == "24" and found[2] != "00"):
        _refuse(text, f'{clock!r:.40} is no time of day; write "08:00", or "24:00" for the whole day')
    hour, minute = int(found[1]), int(found[2])
    if hour == minute == 0:
        _refuse(text, 'at 00:00 the day has no posts yet; write "24:00" for the whole day')
    if hour == 24:  # the first moment of the next day
        hour, days = 0, {(day + 1) % 7 for day in days}
    on = ",".join(_WEEK[day] for day in sorted(days))
    return CronTrigger(day_of_week=on, hour=hour, minute=minute, timezone=zone)


def _weekdays(text: str, when: str) -> set[int]:
    days: set[int] = set()
    for part in when.split(","):
        first, dash, last = part.partition("-")
        if first not in _WEEK or (dash and last not in _WEEK):
            _refuse(text, f'{part!r:.40} is no day; write "day", "mon" to "sun" or "mon-fri"')
        begin, end = _WEEK.index(first), _WEEK.index(last if dash else first)
        days |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return days


def _refuse(text: str, why: str) -> NoReturn:
    raise UsageError(f"--every {text!r:.80}: {why} (for example {_EXAMPLES})")
