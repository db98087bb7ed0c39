"""Schedules: what is understood, when it fires on odd days, and which editions are due."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dawnchorus.errors import UsageError
from dawnchorus.pipeline.schedule import missed, newest_due, parse_every

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


def fires(text, tz, first, days):
    """Local times at which ``text`` fires from midnight of ``first`` on."""
    schedule = parse_every(text, tz=tz)
    start = datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(tz)).astimezone(UTC)
    end = (start.astimezone(ZoneInfo(tz)) + timedelta(days=days)).astimezone(UTC)
    return [
        f"{at.astimezone(ZoneInfo(tz)):%a %H:%M}"
        for at in schedule.fires(start - timedelta(seconds=1), end - timedelta(seconds=1))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day@15:30", ["Fri 15:30", "Sat 15:30"]),
        ("day@15:30,08:00", ["Fri 08:00", "Fri 15:30", "Sat 08:00", "Sat 15:30"]),
        ("mon-fri@08:00", ["Fri 08:00"]),
        ("sat-mon@08:00", ["Sat 08:00"]),
        ("thu,sat@23:59", ["Sat 23:59"]),
        ("day@24:00", ["Fri 00:00", "Sat 00:00"]),
        ("fri@24:00", ["Sat 00:00"]),
        ("12h", ["Fri 00:00", "Fri 12:00", "Sat 00:00", "Sat 12:00"]),
        ("12h@:20,:50", ["Fri 00:20", "Fri 00:50", "Fri 12:20", "Fri 12:50",
         "Sat 00:20", "Sat 00:50", "Sat 12:20", "Sat 12:50"]),
    ],
)  # fmt: skip
def test_a_schedule_fires_when_it_says(text, expected):
    assert fires(text, SHANGHAI, "2025-11-21", 2) == expected


def test_every_hour_is_24_times_a_day_and_as_many_as_the_day_has_hours():
    assert len(fires("hour@:20", SHANGHAI, "2025-11-21", 1)) == 24
    assert len(fires("hour@:20", BERLIN, "2025-03-30", 1)) == 23
    assert len(fires("1h", BERLIN, "2025-10-26", 1)) == 25


@pytest.mark.parametrize("text", ["day@02:30", "2h@:30"])
def test_a_time_that_the_clocks_skip_or_repeat_fires_once(text):
    skipped, repeated = (fires(text, BERLIN, day, 1) for day in ("2025-03-30", "2025-10-26"))
    assert [at for at in skipped if at in ("Sun 02:30", "Sun 03:30")] == ["Sun 03:30"]
    assert repeated.count("Sun 02:30") == 1


@pytest.mark.parametrize(
    "text",
    [
        "", "day", "day@", "day@25:00", "day@24:30", "day@00:00", "day@8:00", "day@08:00,", "day@15h30", "5h",
        "0h", "24h", "hour@20", "hour@", "hour@:60", "noon@12:00", "mon-@08:00",
        "mon-fri", "fri-xxx@08:00", "日@08:00", "day@०८:००", "@", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_in_one_line_with_examples(text):
    with pytest.raises(UsageError) as caught:
        parse_every(text, tz=SHANGHAI)
    told = str(caught.value)
    assert told.startswith("--every ")
    assert "day@15:30" in told
    assert "\n" not in told
    assert len(told) < 400


def test_an_edition_is_of_the_day_it_falls_due_in_up_to_then():
    due = newest_due(parse_every("day@15:30", tz=SHANGHAI), datetime(2025, 11, 21, 9, tzinfo=UTC))
    assert (due.day, due.until) == (date(2025, 11, 21), datetime(2025, 11, 21, 7, 30, tzinfo=UTC))


def test_an_edition_at_24_hours_is_of_the_whole_day_before():
    due = newest_due(parse_every("day@24:00", tz=SHANGHAI), datetime(2025, 11, 20, 16, 1, tzinfo=UTC))
    assert (due.day, due.until) == (date(2025, 11, 20), None)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(SHANGHAI))


def days_due(text, *, now, since, begun=None, published=(), catch_up_days=3):
    found = missed(
        parse_every(text, tz=SHANGHAI),
        now=at(now),
        since=at(since),
        begun=begun and date.fromisoformat(begun),
        published={date.fromisoformat(done[:10]): at(done) for done in published},
        catch_up_days=catch_up_days,
    )
    return [f"{due.day:%d} {due.at.astimezone(ZoneInfo(SHANGHAI)):%H:%M}" for due in found]


def test_a_service_that_never_ran_owes_nothing_of_before():
    assert days_due("day@15:30", now="2025-11-21T16:00", since="2025-11-21T16:00") == []


def test_days_missed_while_the_service_was_down_come_first_and_in_order():
    got = days_due(
        "day@15:30",
        now="2025-11-21T16:00",
        since="2025-11-21T16:00",
        begun="2025-11-01",
        published=["2025-11-18T15:30"],
    )
    assert got == ["19 15:30", "20 15:30", "21 15:30"]


def test_no_more_days_are_caught_up_than_asked_for():
    given = {"now": "2025-11-21T16:00", "since": "2025-11-21T16:00", "begun": "2025-11-01"}
    assert days_due("day@15:30", **given, catch_up_days=1) == ["20 15:30", "21 15:30"]
    assert days_due("day@15:30", **given, catch_up_days=0) == ["21 15:30"]
    assert days_due("day@24:00", **given, catch_up_days=0) == ["20 00:00"]


def test_days_before_the_first_run_of_all_were_not_missed():
    got = days_due("day@15:30", now="2025-11-21T16:00", since="2025-11-21T16:00", begun="2025-11-20")
    assert got == ["20 15:30", "21 15:30"]


def test_times_a_laptop_slept_through_are_made_once_a_day_at_the_last_of_them():
    got = days_due("day@08:00,15:30", now="2025-11-21T09:00", since="2025-11-19T08:00")
    assert got == ["19 15:30", "20 15:30", "21 08:00"]


def test_an_edition_made_by_hand_after_its_time_is_not_made_again():
    given = {"now": "2025-11-21T16:00", "since": "2025-11-21T15:00", "begun": "2025-11-21"}
    assert days_due("day@15:30", **given, published=["2025-11-21T15:45"]) == []
    assert days_due("day@15:30", **given, published=["2025-11-21T11:00"]) == ["21 15:30"]


def test_a_later_time_in_the_schedule_does_not_renew_editions_of_days_gone_by():
    got = days_due(
        "day@18:00",
        now="2025-11-21T19:00",
        since="2025-11-21T19:00",
        begun="2025-11-01",
        published=["2025-11-18T15:30", "2025-11-19T15:30", "2025-11-20T15:30", "2025-11-21T15:30"],
    )
    assert got == ["21 18:00"]
