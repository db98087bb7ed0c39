"""``dawnchorus run --every``: what falls due is made from the archive, and signals end it in order."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dawnchorus.cli import main, service
from dawnchorus.errors import DawnchorusError, InputError
from dawnchorus.model import SourceHealth
from dawnchorus.pipeline import run as pipeline_run
from dawnchorus.pipeline.edition import Made
from dawnchorus.pipeline.run import Ran
from dawnchorus.pipeline.service import History

TOPIC = """
label = "lamps"
languages = ["en", "zh"]
tz = "Asia/Shanghai"
sources = ["hackernews"]
[names]
en = "Lamps"
zh = "灯具"
"""
DAY = date(2026, 3, 10)


@pytest.fixture
def topic(tmp_path: Path) -> Path:
    path = tmp_path / "lamps.toml"
    path.write_text(TOPIC, encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def clock(monkeypatch):
    """``clock("2026-03-10T16:00")``: what the service takes for the present, in Shanghai."""

    def set_to(text: str) -> None:
        at = datetime.fromisoformat(f"{text}:00+08:00").astimezone(UTC)
        monkeypatch.setattr(service, "_clock", lambda: at)

    set_to("2026-03-10T16:00")
    return set_to


class Runs:
    """Stands in for the pipeline: writes down what it is asked for and gives what it is told to."""

    def __init__(self, out: Path) -> None:
        self.out, self.asked = out, []
        self.answer = self.published

    def published(self, day: date, **more) -> Ran:
        page = self.out / f"lamps_{day:%Y%m%d}_{day:%Y%m%d}" / "report.html"
        made = Made(report=None, slug=page.parent.name, page=page)
        return Ran(**{"made": (made,), "health": (), "faults": (), "empty": (), **more})

    def __call__(self, topic, *, first, last, until, now, **more) -> Ran:
        assert first == last
        self.asked.append((first, until and until.astimezone(UTC)))
        self.more = more
        return self.answer(first)


@pytest.fixture
def runs(monkeypatch, out, clock) -> Runs:
    stand_in = Runs(out)
    monkeypatch.setattr(pipeline_run, "run_topic", stand_in)
    return stand_in


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["run", *map(str, arguments)])
    return int(ended.value.code or 0)


def once(topic: Path, out: Path, *more: str, every: str = "day@15:30") -> int:
    return run(topic, "--out", out, "--every", every, "--once", *more)


def health(out: Path):
    return json.loads((out / ".dawnchorus" / "health.json").read_text())


def test_what_fell_due_last_is_made_with_the_cut_off_of_the_schedule(topic, out, runs, capsys):
    assert once(topic, out) == 0
    assert runs.asked == [(DAY, datetime(2026, 3, 10, 7, 30, tzinfo=UTC))]
    got = capsys.readouterr()
    assert got.out == f"{out}/lamps_20260310_20260310/report.html\n"
    lines = got.err.splitlines()
    assert (
        lines[0]
        == "2026-03-10T16:00:00+08:00 lamps_20260310_20260310: begins, due since 2026-03-10 15:30 CST"
    )
    assert lines[-1].startswith("2026-03-10T16:00:00+08:00 lamps_20260310_20260310: unchanged: ")
    assert health(out)["state"] == "waiting", "for who runs it the next time"
    assert health(out)["next_run"] == "2026-03-11T07:30:00Z"
    assert health(out)["last_run"]["edition"] == "lamps_20260310_20260310"


def test_before_its_time_the_day_before_is_due(topic, out, runs, clock):
    clock("2026-03-10T15:29")
    assert once(topic, out) == 0
    assert runs.asked == [(date(2026, 3, 9), datetime(2026, 3, 9, 7, 30, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("key", "options", "expected"),
    [
        ('cutoff = "12:00"', [], "04:00"),
        ('cutoff = "18:00"', [], "07:30"),
        ("", ["--until", "09:00"], "01:00"),
        ('cutoff = "12:00"', ["--until", "09:00"], "01:00"),
        ("", ["--until", "23:00"], "07:30"),
    ],
)
def test_an_earlier_cut_off_holds_and_a_later_one_has_not_come(topic, runs, key, options, expected):
    topic.write_text(f"{key}\n{TOPIC}", encoding="utf-8")
    assert once(topic, runs.out, *options) == 0
    assert runs.asked == [(DAY, datetime.fromisoformat(f"2026-03-10T{expected}:00+00:00"))]


def test_a_whole_day_has_no_cut_off(topic, out, runs, clock):
    clock("2026-03-11T00:00")
    assert once(topic, out, every="day@24:00") == 0
    assert runs.asked == [(DAY, None)]


def test_quiet_tells_nothing_but_what_went_wrong(topic, out, runs, capsys):
    assert once(topic, out, "--quiet") == 0
    assert capsys.readouterr().err == ""
    x = SourceHealth(name="x", status="failed", posts=0, reason="no\x1b[31m key", failed_runs=3)
    feeds = SourceHealth(name="feeds", status="partial", posts=4, reason="one is gone")
    runs.answer = lambda day: runs.published(day, health=(x, feeds))
    assert once(topic, out, "--quiet") == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("lamps_20260310_20260310: source x failed: no\ufffd[31m key")


DOWN = SourceHealth(name="x", status="failed", posts=0)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            Ran(made=(), health=(), faults=("2026-03-10: full disk",), empty=()),
            "failed: 2026-03-10: full disk",
        ),
        (
            Ran(made=(), health=(DOWN,), faults=(), empty=(DAY,)),
            "failed: every source failed, and there are no posts of",
        ),
        (InputError("the archive is damaged"), "failed: the archive is damaged"),
    ],
)
def test_an_edition_that_failed_is_told_and_is_the_exit_code(topic, runs, capsys, answer, told):
    def give(day):
        if isinstance(answer, DawnchorusError):
            raise answer
        return answer

    runs.answer = give
    assert once(topic, runs.out, "--quiet") == 1
    assert told in capsys.readouterr().err
    assert health(runs.out)["last_run"]["outcome"] == "failed"


def test_that_nothing_is_due_is_said(topic, runs, monkeypatch, capsys):
    known = History(published={DAY: datetime(2026, 3, 10, 7, 31, tzinfo=UTC)}, begun=DAY)
    monkeypatch.setattr("dawnchorus.pipeline.service.read_history", lambda *args, **more: known)
    assert once(topic, runs.out) == 0
    assert runs.asked == []
    assert capsys.readouterr().err.endswith(" nothing is due; next time 2026-03-11 15:30 CST\n")


def test_a_day_without_posts_is_no_failure(topic, out, runs, capsys):
    quiet = SourceHealth(name="x", status="empty", posts=0)
    runs.answer = lambda day: Ran(made=(), health=(quiet,), faults=(), empty=(day,))
    assert once(topic, out) == 0
    assert "empty: no posts of 2026-03-10, so no edition" in capsys.readouterr().err


def test_once_can_be_rehearsed_for_another_time(topic, out, runs):
    assert once(topic, out, "--now", "2026-01-05T09:00:00Z") == 0
    assert runs.asked == [(date(2026, 1, 5), datetime(2026, 1, 5, 7, 30, tzinfo=UTC))]
    assert health(out)["next_run"] == "2026-01-06T07:30:00Z"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--every", "noon"],
        ["--once"],
        ["--catch-up", "2"],
        ["--every", "day@15:30", "--catch-up", "-1"],
        ["--every", "day@15:30", "--from", "2026-03-10"],
        ["--every", "day@15:30", "--to", "2026-03-10"],
        ["--every", "day@15:30", "--now", "2026-03-10T00:00:00Z"],
        ["--every", "day@15:30", "--dry-run"],
    ],
)
def test_options_that_do_not_go_together_are_wrong_use(topic, out, runs, wrong, capsys):
    assert run(topic, "--out", out, *wrong) == 2
    assert "--" in capsys.readouterr().err.splitlines()[-1]
    assert runs.asked == []
    assert not out.exists()


def test_a_single_run_keeps_the_file_if_it_is_named(topic, out, tmp_path, monkeypatch):
    asked = {}

    def stand_in(settings, **given) -> Ran:
        asked.update(json.loads((tmp_path / "h.json").read_text()))
        raise InputError("nothing to read")

    monkeypatch.setattr(pipeline_run, "run_topic", stand_in)
    assert (
        run(
            topic, "--out", out, "--from", "2026-03-10", "--to", "2026-03-11", "--health", tmp_path / "h.json"
        )
        == 1
    )
    assert asked["run"]["edition"] == "2026-03-10 to 2026-03-11"
    after = json.loads((tmp_path / "h.json").read_text())
    assert (after["state"], after["run"]) == ("stopped", None)
    assert (after["last_run"]["outcome"], after["last_run"]["detail"]) == ("failed", "nothing to read")


@pytest.fixture
def serve(topic, out):
    """``serve(code)``: the service in a process of its own, begun once its file says so; ended after all."""
    begun = []

    def begin(code: str = "") -> subprocess.Popen[str]:
        program = f"from dawnchorus.cli import main, service\n{code}\nmain()"
        process = subprocess.Popen(
            [sys.executable, "-c", program, "run", topic, "--out", out, "--no-fetch", "--every", "day@12:00"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        file = out / ".dawnchorus" / "health.json"
        deadline = time.monotonic() + 60
        while not (file.exists() and json.loads(file.read_text())["state"] in ("waiting", "running")):
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def test_a_signal_ends_a_service_that_waits_at_once_and_in_order(serve, out):
    process = serve()
    assert health(out)["next_run"].endswith("T04:00:00Z")
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert err.splitlines()[-1].endswith(" stopped")
    assert health(out)["state"] == "stopped"


# A run that owes the edition of the day before yesterday and does not end of itself.
BUSY = """
from datetime import datetime, timedelta, UTC
from dawnchorus.pipeline import run, service as services
def stand_in(topic, *, tell, stop, **more):
    import time
    while not (stop() and {heeds}):
        time.sleep(0.01)
    tell.step("write")
run.run_topic = stand_in
began = datetime.now(UTC).date() - timedelta(days=9)
services.read_history = lambda *a, **k: services.History(published={{}}, begun=began)
"""


def test_a_run_at_work_ends_at_its_next_safe_point(serve, out):
    process = serve(BUSY.format(heeds=True))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Stopping at the next safe point" in err
    assert "stopped at a safe point; the next run goes on from there" in err
    assert err.count(": begins") == 1, "no other day is begun"
    assert health(out)["last_run"]["outcome"] == "interrupted"


def test_the_second_signal_ends_what_does_not_heed_the_first(serve, out):
    impatient = "service._PATIENCE_SECONDS = 1\n"
    process = serve(impatient + BUSY.format(heeds=False))
    process.send_signal(signal.SIGTERM)
    told = ""
    while "Still at work" not in told:
        told = process.stderr.readline()
        assert told, "it ended by itself"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGTERM
    assert health(out)["state"] == "running", "as the file said when it was ended"


def test_the_service_catches_up_after_days_on_which_it_was_down(topic, runs, monkeypatch):
    known = History(
        published={DAY - timedelta(days=2): datetime(2026, 3, 8, tzinfo=UTC)}, begun=DAY - timedelta(days=30)
    )
    monkeypatch.setattr("dawnchorus.pipeline.service.read_history", lambda *args, **more: known)
    assert once(topic, runs.out, "--catch-up", "3") == 0
    assert [day.day for day, _ in runs.asked] == [7, 9, 10]


def test_a_run_that_read_nothing_says_why_before_what_is_missing(topic, out, runs, monkeypatch, capsys):
    feeds = SourceHealth(name="feeds", status="failed", posts=0, reason="no connection")
    line = "2026-03-10 to 2026-03-10: the archive has no posts"

    def stand_in(settings, **given) -> Ran:
        return Ran(made=(), health=(feeds,), faults=(), empty=(DAY,), notes=(line,))

    monkeypatch.setattr(pipeline_run, "run_topic", stand_in)
    assert run(topic, "--out", out, "--data", out / "my data") == 1
    assert capsys.readouterr().err.splitlines() == [
        "feeds: failed: no connection",
        line,
        f"How sources did: dawnchorus sources --topic {topic} --data '{out / 'my data'}'",
    ]
