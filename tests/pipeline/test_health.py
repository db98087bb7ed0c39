"""The health file and the question whether all is well."""

import json
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from dawnchorus.cli.health import command
from dawnchorus.errors import InputError, PublishError
from dawnchorus.model import SourceHealth
from dawnchorus.pipeline.health import Health, complaints, read_health

NOON = datetime(2025, 11, 21, 12, tzinfo=UTC)


class Clock:
    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def told():
    return []


@pytest.fixture
def file(tmp_path):
    return tmp_path / "health.json"


@pytest.fixture
def health(file, told):
    return Health(
        file, label="twitter_ai", clock=Clock(), tell=told.append, every="day@15:30", tz="Asia/Shanghai"
    )


def source(status, *, name="bluesky", reason=""):
    return SourceHealth(name=name, status=status, posts=0, reason=reason, failed_runs=int(status == "failed"))


def test_a_run_that_went_well_is_no_complaint(health, file):
    health.begin_run("twitter_ai_20251121_20251121")
    health.end_run("published", detail="site/report.html", sources=[source("partial"), source("empty")])
    assert complaints(read_health(file), now=NOON) == []


def test_failures_are_counted_in_a_row_and_over_restarts(health, file, told):
    for detail in ("first", "second"):
        health.begin_run("x")
        health.end_run("failed", detail=detail)
    again = Health(file, label="twitter_ai", clock=Clock(), tell=told.append)
    assert complaints(read_health(file), now=NOON) == ["the last run, of x, failed, 2 in a row: second"]
    again.begin_run("y")
    again.end_run("published")
    assert complaints(read_health(file), now=NOON) == []


def test_another_topic_does_not_inherit(health, file, told):
    health.begin_run("x")
    health.end_run("failed", detail="first")
    Health(file, label="other", clock=Clock(), tell=told.append)
    assert read_health(file)["last_run"] is None


def test_a_source_that_failed_is_a_complaint_with_its_reason(health, file):
    health.begin_run("x")
    health.end_run("published", sources=[source("failed", reason="X_BEARER_TOKEN is not set")])
    assert complaints(read_health(file), now=NOON) == ["source bluesky failed: X_BEARER_TOKEN is not set"]


def test_a_run_that_is_overdue_or_hangs_is_a_complaint(health, file):
    health.wait(NOON + timedelta(hours=1))
    assert complaints(read_health(file), now=NOON + timedelta(hours=2)) == []
    (line,) = complaints(read_health(file), now=NOON + timedelta(hours=4))
    assert line.startswith("a run was due at 2025-11-21T13:00:00Z and has not begun")
    health.begin_run("x", next_run=NOON + timedelta(hours=24))
    assert complaints(read_health(file), now=NOON + timedelta(hours=1)) == []
    (line,) = complaints(read_health(file), now=NOON + timedelta(hours=3))
    assert line.startswith("a run began at 2025-11-21T12:00:00Z and has not ended")
    health.stop()
    assert complaints(read_health(file), now=NOON + timedelta(days=9)) == []


def test_a_file_that_cannot_be_written_is_told_at_once_at_the_start(tmp_path, told):
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError):
        Health(tmp_path / "file" / "health.json", label="x", clock=Clock(), tell=told.append)


def test_a_file_that_cannot_be_written_later_is_told_once_and_costs_nothing(health, file, told):
    file.unlink()
    file.mkdir()
    health.begin_run("x")
    health.end_run("published")
    assert len(told) == 1
    assert "health file" in told[0]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 99}', "null"])
def test_what_is_no_health_file_is_refused_in_one_line(file, content):
    file.write_text(content)
    with pytest.raises(InputError, match="not a health file"):
        read_health(file)


def test_the_command_answers_with_its_exit_code(health, file):
    got = CliRunner().invoke(command, [str(file)], standalone_mode=False)
    assert (got.return_value, got.output) == (0, "twitter_ai: starting; nothing was run yet\n")
    health.begin_run("x")
    health.end_run("failed", detail="no posts")
    got = CliRunner().invoke(command, [str(file)], standalone_mode=False)
    assert (got.return_value, got.output) == (1, "the last run, of x, failed: no posts\n")


def test_the_summary_names_every_source_and_no_server_writes_markup_into_it(health, file):
    health.begin_run("x")
    evil = "</td><img src=x>|**bold** [a](http://x)\n# head \u202e\ud800"
    health.end_run(
        "published", detail="report.html", sources=[source("failed", reason=evil), source("ok", name="feeds")]
    )
    got = CliRunner().invoke(command, [str(file), "--markdown"], standalone_mode=False)
    assert got.return_value == 1, got.output
    lines = got.output.splitlines()
    assert lines[0] == "### twitter&#95;ai: published"
    assert "| feeds | ok | 0 |  |" in lines
    (row,) = [line for line in lines if line.startswith("| bluesky")]
    assert row.count("|") == 5
    assert not set("<>[]*\u202e") & set(got.output.replace("&#", ""))
    assert len([line for line in lines if line.startswith("#")]) == 1


def test_times_are_utc_and_the_file_is_plain_json(health, file):
    facts = json.loads(file.read_bytes())
    assert facts["started"] == facts["updated"] == "2025-11-21T12:00:00Z"
    assert (facts["every"], facts["tz"], facts["state"]) == ("day@15:30", "Asia/Shanghai", "starting")


def test_the_line_of_the_docs_for_monitors_tells_a_failure(health, file):
    docs = Path(__file__).parents[2] / "docs/scheduling.md"
    (line,) = [line for line in docs.read_text("utf-8").splitlines() if line.startswith("    python3 -c ")]
    command = [sys.executable, *shlex.split(line)[1:-1], str(file)]
    for outcome in ("published", "failed"):
        health.begin_run("x")
        health.end_run(outcome)
        assert subprocess.run(command, check=False).returncode == int(outcome == "failed")
