"""Which days a run makes editions of, and when each is closed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dawnchorus.errors import UsageError
from dawnchorus.model import Window, local_instant


def day_windows(
    first: date | None, last: date | None, *, tz: str, until: time | datetime | None, now: datetime
) -> tuple[Window, ...]:
    """A window for each day from ``first`` to ``last``, in order.

    Args:
        first: None: ``last``; if that is None too, the latest day whose cut-off is past at ``now``.
        last: None: ``first``.
        tz: Zone of the days.
        until: Cut-off of each day in ``tz``, or an instant on the only day; None: midnight at its end.
        now: Aware. A day that is still open then is read until now.

    Raises:
        UsageError: A day is in the future, days are the wrong way round, a cut-off leaves nothing of a day.
    """
    zone = ZoneInfo(tz)
    if first is None and last is None:
        day = now.astimezone(zone).date()
        while _window(day, tz, until).end.astimezone(UTC) > now:
            day -= timedelta(days=1)
        first = last = day
    first, last = first or last, last or first
    assert first is not None
    assert last is not None
    if last < first:
        raise UsageError(f"--to {last} is before --from {first}; swap them")
    if isinstance(until, datetime) and first != last:
        raise UsageError("--until: several days have no one instant; give a time of day, as 15:30")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return tuple(_open_until(_window(day, tz, until), now) for day in days)


def _window(day: date, tz: str, until: time | datetime | None) -> Window:
    whole = Window(first=day, last=day, tz=tz)
    if until is None:
        return whole
    cut = until if isinstance(until, datetime) else local_instant(day, until, whole.zone)
    cut = cut.astimezone(UTC)
    if whole.start == whole.end:  # a day that the zone skipped, as Samoa did on 2011-12-30
        return whole
    if not whole.start.astimezone(UTC) < cut <= whole.end.astimezone(UTC):
        shown = cut.astimezone(whole.zone)
        raise UsageError(
            f"the cut-off {shown:%Y-%m-%d %H:%M} leaves nothing of {day} in {tz}; give a later one, "
            "or none for midnight at the day's end"
        )
    return Window(first=day, last=day, tz=tz, until=cut.astimezone(whole.zone))


def _open_until(window: Window, now: datetime) -> Window:
    """``window``, cut off at ``now`` if it is still open: what is to come does not count."""
    if now >= window.end.astimezone(UTC):
        return window
    if now <= window.start.astimezone(UTC):
        raise UsageError(
            f"{window.first} is in the future; "
            f"it is {now.astimezone(window.zone):%Y-%m-%d %H:%M} in {window.tz}"
        )
    return Window(
        first=window.first,
        last=window.last,
        tz=window.tz,
        until=now.astimezone(window.zone).replace(microsecond=0),
    )
