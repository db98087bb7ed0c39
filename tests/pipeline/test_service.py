"""The service: weeks of it in a moment, with failing runs, sleep, signals and changes of clocks."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dawnchorus.errors import InputError, LockedError
from dawnchorus.model import SourceHealth
from dawnchorus.pipeline.health import Health
from dawnchorus.pipeline.schedule import parse_every
from dawnchorus.pipeline.service import History, Result, Stopped, read_history, serve
from dawnchorus.store.ledger import Ledger


class Days:
    """A world in which time passes only while the service waits or a run takes its time."""

    def __init__(self, tmp_path, *, every="day@15:30", tz="Asia/Shanghai", start, days, catch_up_days=3):
        self.zone = ZoneInfo(tz)
        self.now = datetime.fromisoformat(start).replace(tzinfo=self.zone).astimezone(UTC)
        self.end = self.now + timedelta(days=days)
        self.schedule = parse_every(every, tz=tz)
        self.catch_up_days = catch_up_days
        self.file = tmp_path / "health.json"
        self.made, self.lines, self.warned, self.waits, self.published = [], [], [], 0, {}
        self.begun = self.local().date()  # of the first run of all; the days before are not its own
        self.faults = {}  # number of the run: what it raises
        self.minutes = 10  # that a run takes
        self.asleep = None  # (from, to) in which no wait ends
        self.stop = False

    def local(self):
        return self.now.astimezone(self.zone)

    def wait(self, seconds):
        self.waits += 1
        self.now += timedelta(seconds=seconds)
        if (
            self.asleep
            and self.asleep[0] <= self.now.astimezone(self.zone).replace(tzinfo=None) < self.asleep[1]
        ):
            self.now = self.asleep[1].replace(tzinfo=self.zone).astimezone(UTC)

    def make(self, due):
        began = self.now
        self.made.append(f"{due.day:%d} at {self.local():%d %H:%M}")
        self.state = json.loads(self.file.read_text())
        self.now += timedelta(minutes=self.minutes)
        self.begun = self.begun or self.local().date()
        fault = self.faults.get(len(self.made))
        if fault:
            raise fault
        self.published[due.day] = began
        feeds = SourceHealth(name="feeds", status="failed", posts=0, reason="gone", failed_runs=2)
        return Result(outcome="published", detail="report.html", sources=(feeds,))

    def serve(self):
        health = Health(self.file, label="twitter_ai", clock=lambda: self.now, tell=self.lines.append)
        serve(
            self.schedule,
            make=self.make,
            edition=lambda due: f"twitter_ai {due.day}",
            history=lambda: History(published=self.published, begun=self.begun),
            catch_up_days=self.catch_up_days,
            clock=lambda: self.now,
            wait=self.wait,
            stopping=lambda: self.stop or self.now >= self.end,
            tell=self.lines.append,
            warn=self.warned.append,
            health=health,
        )
        return self.made


def test_a_week_has_seven_editions_each_at_its_time(tmp_path):
    days = Days(tmp_path, start="2025-11-17T12:00", days=7)
    assert days.serve() == [f"{day} at {day} 15:30" for day in range(17, 24)]
    assert days.waits < 7 * 24 * 61, "no more than a look at the clock a minute"


def test_without_any_history_what_is_due_is_made_at_once_and_once(tmp_path):
    days = Days(tmp_path, start="2025-11-17T12:00", days=2)
    days.begun = None
    assert days.serve() == ["16 at 17 12:00", "17 at 17 15:30", "18 at 18 15:30"]
    assert "twitter_ai 2025-11-16: begins, due since 2025-11-16 15:30 CST" in days.lines


@pytest.mark.parametrize("start", ["2025-03-28T12:00", "2025-10-24T12:00"])
def test_days_on_which_clocks_change_have_one_edition(tmp_path, start):
    days = Days(tmp_path, every="day@02:30", tz="Europe/Berlin", start=start, days=4)
    days.serve()
    # That of the first day fell due before the service began.
    assert len(days.made) == len({line[:2] for line in days.made}) == 5


def test_a_run_that_fails_is_told_and_made_first_the_next_time(tmp_path):
    days = Days(tmp_path, start="2025-11-17T12:00", days=3)
    days.faults = {2: InputError("no posts; see the sources")}
    assert days.serve() == ["17 at 17 15:30", "18 at 18 15:30", "18 at 19 15:30", "19 at 19 15:40"]
    assert "twitter_ai 2025-11-18: failed: no posts; see the sources" in days.warned


def test_a_fault_of_the_program_is_told_whole_and_costs_only_its_day(tmp_path):
    days = Days(tmp_path, start="2025-11-17T12:00", days=2)
    days.faults = {1: ZeroDivisionError("by zero")}
    assert len(days.serve()) == 3
    assert any("fault of the program, ZeroDivisionError: by zero" in line for line in days.warned)
    assert any("test_service.py" in line for line in days.warned), "where it came from"


def test_a_laptop_that_slept_through_two_times_makes_both_days(tmp_path):
    days = Days(tmp_path, start="2025-11-17T12:00", days=4)
    days.asleep = (datetime(2025, 11, 18, 14), datetime(2025, 11, 20, 9))
    assert days.serve() == [
        "17 at 17 15:30", "18 at 20 09:00", "19 at 20 09:10", "20 at 20 15:30",
    ]  # fmt: skip


def test_editions_missed_before_the_service_began_are_made_first(tmp_path):
    days = Days(tmp_path, start="2025-11-20T12:00", days=1, catch_up_days=2)
    days.begun = datetime(2025, 11, 1).date()
    assert days.serve() == ["17 at 20 12:00", "18 at 20 12:10", "19 at 20 12:20", "20 at 20 15:30"]


def test_a_run_longer_than_its_interval_is_followed_by_one_not_by_many(tmp_path):
    days = Days(tmp_path, every="hour", start="2025-11-20T08:30", days=0.5)
    days.minutes = 200
    assert days.serve() == [
        "20 at 20 08:30", "20 at 20 11:50", "20 at 20 15:10", "20 at 20 18:30",
    ]  # fmt: skip


def test_an_edition_that_another_run_makes_is_tried_again_soon(tmp_path):
    days = Days(tmp_path, start="2025-11-20T12:00", days=1)
    days.faults = {1: LockedError("being made by process 7")}
    days.minutes = 1
    assert days.serve() == ["20 at 20 15:30", "20 at 20 15:36"]


def test_a_stopped_run_ends_the_service_and_the_file_says_so(tmp_path):
    days = Days(tmp_path, start="2025-11-20T12:00", days=30)
    days.faults = {2: Stopped()}
    assert days.serve() == ["20 at 20 15:30", "21 at 21 15:30"]
    facts = json.loads(days.file.read_text())
    assert (facts["state"], facts["next_run"]) == ("stopped", None)
    assert facts["last_run"]["outcome"] == "interrupted"
    assert facts["failed_runs"] == 0


def test_the_file_follows_the_service(tmp_path):
    days = Days(tmp_path, start="2025-11-20T12:00", days=1.5)
    days.faults = {2: InputError("no\nposts")}
    days.serve()
    assert days.state["state"] == "running"
    assert days.state["run"] == {"edition": "twitter_ai 2025-11-21", "started": "2025-11-21T07:30:00Z"}
    assert days.state["next_run"] == "2025-11-22T07:30:00Z"
    facts = json.loads(days.file.read_text())
    assert facts["last_run"] == {
        "edition": "twitter_ai 2025-11-21",
        "started": "2025-11-21T07:30:00Z",
        "ended": "2025-11-21T07:40:00Z",
        "outcome": "failed",
        "detail": "no posts",
    }
    assert facts["failed_runs"] == 1
    assert facts["sources"][0]["failed_runs"] == 2


def test_the_history_is_of_this_topic_and_of_single_days(tmp_path):
    schedule = parse_every("day@15:30", tz="Asia/Shanghai")
    given = {"out": tmp_path / "site", "label": "ai", "schedule": schedule}
    assert read_history(tmp_path, **given) == History(published={}, begun=None)
    noon = datetime(2025, 11, 21, 12, tzinfo=UTC)
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        for number, (slug, label, state) in enumerate(
            [
                ("ai_20251120_20251120", "ai", "failed"),
                ("ai_20251121_20251121", "ai", "published"),
                ("ai_20251117_20251121", "ai", "published"),
                ("ai_20251122_20251122", "ai", None),
                ("ai_x_20251119_20251119", "ai_x", "published"),
            ]
        ):
            at = noon + timedelta(hours=number)
            run = ledger.begin_run(slug=slug, label=label, code_version="1", at=at)
            if state:
                ledger.end_run(run, state=state, at=at)
    assert read_history(tmp_path, **given).published == {}, "the site is not there"
    for slug in ("ai_20251120_20251120", "ai_20251121_20251121", "ai_20251117_20251121"):
        (tmp_path / "site" / slug).mkdir(parents=True)
        (tmp_path / "site" / slug / "manifest.json").touch()
    got = read_history(tmp_path, **given)
    assert got.published == {datetime(2025, 11, 21).date(): noon + timedelta(hours=1)}
    assert got.begun == datetime(2025, 11, 21).date()
