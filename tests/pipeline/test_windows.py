"""Days in zones whose clocks jump: each instant is in one window, cut-offs are instants of their day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import pytest

from dawnchorus.errors import UsageError
from dawnchorus.model import Window
from dawnchorus.pipeline.hours import hourly
from dawnchorus.pipeline.windows import day_windows
from dawnchorus.posts.window import in_window
from dawnchorus.report.check.frame import _hourly as counted_again
from dawnchorus.tables import POSTS, conform

LATE = datetime(2031, 1, 1, tzinfo=UTC)
CHANGES = [
    ("America/New_York", "2025-03-09", 23, "00:00"),
    ("America/New_York", "2025-11-02", 25, "00:00"),
    ("Europe/Berlin", "2025-03-30", 23, "00:00"),
    ("Australia/Lord_Howe", "2025-10-05", 23.5, "00:00"),
    ("Australia/Lord_Howe", "2025-04-06", 24.5, "00:00"),
    ("America/Sao_Paulo", "2018-11-04", 23, "01:00"),  # a day without midnight
    ("America/Sao_Paulo", "2018-02-17", 25, "00:00"),  # 24:00 became 23:00
    ("Asia/Beirut", "2025-03-30", 23, "01:00"),
    ("Asia/Beirut", "2025-10-25", 25, "00:00"),
    ("America/Havana", "2025-11-02", 25, "00:00"),  # midnight comes twice
    ("America/St_Johns", "2010-11-07", 25, "00:00"),  # 00:01 became 23:01 of the day before
    ("Asia/Kathmandu", "2025-11-21", 24, "00:00"),
    ("Asia/Shanghai", "2025-11-21", 24, "00:00"),
]


def window(tz: str, day: str, **options: object) -> Window:
    [found] = day_windows(date.fromisoformat(day), None, tz=tz, until=None, now=LATE, **options)
    return found


def length(of: Window) -> timedelta:
    return of.end.astimezone(UTC) - of.start.astimezone(UTC)


@pytest.mark.parametrize(("tz", "day", "hours", "begins"), CHANGES)
def test_a_day_has_its_own_length_and_begins_with_its_first_instant(tz, day, hours, begins):
    found = window(tz, day)

    assert length(found) == timedelta(hours=hours)
    assert f"{found.start:%H:%M}" == begins
    assert found.cutoff.date().isoformat() == day
    assert found.end.astimezone(UTC) - found.cutoff.astimezone(UTC) == timedelta(seconds=1)


@pytest.mark.parametrize(("tz", "day"), [change[:2] for change in CHANGES])
def test_following_days_leave_no_gap_and_share_no_instant(tz, day):
    middle = date.fromisoformat(day)
    windows = day_windows(middle - timedelta(days=2), middle + timedelta(days=2), tz=tz, until=None, now=LATE)
    start, end = windows[0].start.astimezone(UTC), windows[-1].end.astimezone(UTC)
    every = pl.datetime_range(start, end, "15m", closed="left", time_zone="UTC", eager=True)
    frame = conform(pl.DataFrame({"id": [str(i) for i in range(len(every))], "created_at": every}), POSTS)

    found = [id for one in windows for id in in_window(frame, one)[0]["id"]]

    assert sorted(found, key=int) == frame["id"].to_list()


@pytest.mark.parametrize(
    ("tz", "day", "until", "instant"),
    [
        ("America/New_York", "2025-03-09", "02:30", "2025-03-09T07:30Z"),  # skipped: shown as 03:30
        ("America/New_York", "2025-11-02", "01:30", "2025-11-02T05:30Z"),  # twice: the first
        ("America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04T03:30Z"),
        ("Australia/Lord_Howe", "2025-10-05", "02:15", "2025-10-04T15:45Z"),
        ("Asia/Shanghai", "2025-11-21", "15:30", "2025-11-21T07:30Z"),
    ],
)
def test_a_cut_off_that_clocks_skip_or_show_twice_is_one_instant(tz, day, until, instant):
    [found] = day_windows(date.fromisoformat(day), None, tz=tz, until=time.fromisoformat(until), now=LATE)

    assert found.end.astimezone(UTC) == datetime.fromisoformat(instant)
    assert found.cutoff.date().isoformat() == day


def test_a_cut_off_in_a_skipped_hour_is_shown_as_clocks_show_it():
    [found] = day_windows(date(2025, 3, 9), None, tz="America/New_York", until=time(2, 30), now=LATE)

    assert f"{found.cutoff:%H:%M:%S %z}" == "03:30:00 -0400"


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("2025-11-21T15:30+08:00", "11-21 15:30:00"),
        ("2025-11-21T07:30+00:00", "11-21 15:30:00"),
        ("2025-11-22T00:00+08:00", "11-21 23:59:59"),
        (None, "11-21 23:59:59"),
    ],
)
def test_readers_are_told_the_cut_off_itself_and_the_end_of_a_day_on_that_day(until, told):
    found = Window(
        first=date(2025, 11, 20),
        last=date(2025, 11, 21),
        tz="Asia/Shanghai",
        until=datetime.fromisoformat(until) if until else None,
    )

    assert f"{found.cutoff:%m-%d %H:%M:%S}" == told


def test_a_cut_off_at_midnight_within_a_window_is_told_on_the_day_it_ends():
    found = Window(
        first=date(2025, 11, 20),
        last=date(2025, 11, 21),
        tz="Asia/Shanghai",
        until=datetime.fromisoformat("2025-11-21T00:00+08:00"),
    )

    assert f"{found.cutoff:%m-%d %H:%M:%S}" == "11-20 23:59:59"


def test_a_day_that_a_zone_skipped_is_empty():
    assert length(window("Pacific/Apia", "2011-12-30")) == timedelta(0)
    assert length(window("Pacific/Apia", "2011-12-29")) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("now", "until", "day"),
    [
        ("2025-11-21T07:29:59Z", "15:30", "2025-11-20"),
        ("2025-11-21T07:30:00Z", "15:30", "2025-11-21"),
        ("2025-11-21T07:30:00Z", None, "2025-11-20"),
        ("2025-11-21T15:59:59Z", None, "2025-11-20"),
        ("2025-11-21T16:00:00Z", None, "2025-11-21"),
    ],
)
def test_without_days_the_latest_whose_cut_off_is_past_is_taken(now, until, day):
    [found] = day_windows(
        None,
        None,
        tz="Asia/Shanghai",
        until=time.fromisoformat(until) if until else None,
        now=datetime.fromisoformat(now),
    )

    assert found.first.isoformat() == day


def test_a_day_still_open_is_read_until_now():
    now = datetime(2025, 11, 21, 4, 0, 7, 5, tzinfo=UTC)
    [found] = day_windows(date(2025, 11, 21), None, tz="Asia/Shanghai", until=time(15, 30), now=now)

    assert found.end.astimezone(UTC) == datetime(2025, 11, 21, 4, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "until", "says"),
    [
        (date(2025, 11, 21), date(2025, 11, 20), None, "swap them"),
        (date(2032, 11, 21), None, None, "in the future"),
        (date(2025, 11, 21), None, time(0, 0), "leaves nothing"),
        (date(2025, 11, 20), date(2025, 11, 21), LATE, "time of day"),
        (date(2025, 11, 20), None, LATE, "leaves nothing"),
    ],
)
def test_days_that_cannot_be_are_refused(first, last, until, says):
    with pytest.raises(UsageError, match=says):
        day_windows(first, last, tz="UTC", until=until, now=LATE)


@pytest.mark.parametrize(("tz", "day"), [change[:2] for change in CHANGES])
def test_hours_are_those_the_clocks_show_and_the_checker_counts_the_same(tz, day):
    found = window(tz, day)
    every = pl.datetime_range(
        found.start.astimezone(UTC),
        found.end.astimezone(UTC),
        "10m",
        closed="left",
        time_zone="UTC",
        eager=True,
    )
    kept = conform(pl.DataFrame({"id": [str(i) for i in range(len(every))], "created_at": every}), POSTS)

    counts = hourly(kept, found)

    assert len(dict(counts)) == len(counts)
    assert sum(count for _, count in counts) == len(every)
    assert dict(counts) == counted_again(kept["created_at"], found.zone)
    instants = [datetime.fromisoformat(hour) for hour, _ in counts]
    assert instants == sorted(instants)


def test_hours_without_posts_stand_between_those_with_some():
    found = window("America/New_York", "2025-11-02")
    times = [datetime(2025, 11, 2, hour, tzinfo=UTC) for hour in (4, 8)]
    kept = conform(pl.DataFrame({"id": ["a", "b"], "created_at": times}), POSTS)

    assert hourly(kept, found) == (
        ("2025-11-02T00:00-04:00", 1),
        ("2025-11-02T01:00-04:00", 0),
        ("2025-11-02T01:00-05:00", 0),
        ("2025-11-02T02:00-05:00", 0),
        ("2025-11-02T03:00-05:00", 1),
    )
