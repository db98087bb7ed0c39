"""``dawnchorus fetch`` as a process would be run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from dawnchorus import plugins
from dawnchorus.cli import main
from dawnchorus.errors import SourceError
from dawnchorus.model import Post
from dawnchorus.store.archive import read_posts
from dawnchorus.visits import Estimate, Page

DAY = datetime(2026, 3, 10, tzinfo=UTC)
NOW = "2026-03-10T12:00:00+00:00"
TOPIC = """
names = {en = "Kites", zh = "风筝"}
sources = [{name = "good"}, {name = "bad"}]
"""


class Good:
    """A post an hour, and if it follows one more every moment."""

    name = "good"

    def pages(self, visit):
        for hour in range(3):
            at = DAY.replace(hour=hour)
            if visit.start <= at < visit.end:
                yield Page(posts=(Post(id=f"good:{hour}", source="good", text="风筝", created_at=at),))
        number = 3
        while visit.follow and not visit.stop():
            post = Post(id=f"good:{number}", source="good", text="风筝", created_at=DAY)
            yield Page(posts=(post,), stream="live", cursor=str(number))
            number += 1
            time.sleep(0.05)

    def estimate(self, visit):
        visit.secret("GOOD_KEY")
        return Estimate(requests=2, reads=300, usd=1.5, note="$3.50 of $5 a month are left")


class Bad(Good):
    name = "bad"

    def pages(self, visit):
        raise SourceError("bad: the server is down; the next run goes on")
        yield


def install(monkeypatch) -> None:
    points = [EntryPoint(one.name, f"{__name__}:{one.__name__}", "") for one in (Good, Bad)]
    monkeypatch.setattr(plugins, "entry_points", lambda group: points)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    install(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOOD_KEY", raising=False)
    Path("kites.toml").write_text(TOPIC, encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["fetch", "kites.toml", "--data", "data", "--now", NOW, *arguments])
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return call


def archived(folder: Path) -> set[str]:
    return set(read_posts(folder, start=DAY, end=DAY.replace(day=11))["id"])


def test_it_prints_a_line_a_source_and_fails_only_if_all_did(run, tmp_path):
    code, out, _ = run()
    assert (code, [" ".join(line.split()) for line in out.splitlines()]) == (
        0,
        ["good ok 3 posts 3 new", "bad failed 0 posts 0 new bad: the server is down; the next run goes on"],
    )
    assert archived(tmp_path / "data") == {"good:0", "good:1", "good:2"}
    assert " ".join(run("--source", "good")[1].split()) == "good ok 3 posts 0 new"
    code, out, _ = run("--source", "bad")
    assert code == 1
    assert out.startswith("bad")


def test_days_are_those_of_the_topic(run, tmp_path):
    run("--from", "2026-03-10", "--until", "02:00")
    assert archived(tmp_path / "data") == {"good:0", "good:1"}


def test_a_dry_run_sends_and_leaves_nothing(run, tmp_path):
    code, out, _ = run("--dry-run")
    line = "2 requests; at most 300 paid reads, $1.50; $3.50 of $5 a month are left; not set: GOOD_KEY"
    assert code == 0
    assert out.splitlines() == [f"good: {line}", f"bad: {line}", "all: 4 requests; at most $3.00"]
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--source", "none"], "no source named 'none'; installed: bad, good"),
        (["--until", "15:00"], "--until belongs to days; add --from"),
        (["--follow", "--from", "2026-03-10", "--to", "2026-03-10"], "--follow has no end"),
        (["--from", "2026-03-11"], "future"),
        (["--from", "tomorrow"], "'tomorrow' is no day"),
        (["--label", "Kites!"], "--label: 'Kites!' is not allowed"),
    ],
)
def test_wrong_use_is_one_line(run, arguments, told):
    code, out, err = run("--quiet", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_topic_without_sources_says_what_to_add(run):
    Path("kites.toml").write_text('names = {en = "Kites"}')
    assert "names no sources; add [[sources]]" in run()[2]


FOLLOW = """
import sys
from tests.cli import test_fetch as here
class Patch:
    setattr = staticmethod(setattr)
here.install(Patch)
here.main(["fetch", "kites.toml", "--data", "data", "--source", "good", "--follow", "--now", here.NOW])
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_following_stops_in_order_when_told_to(run, tmp_path, number):
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", FOLLOW],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        for line in process.stderr:
            if "following" in line:
                break
        time.sleep(0.4)  # it has begun; some posts more or less make no difference
        process.send_signal(number)
        out, _ = process.communicate(timeout=20)
    name, status, posts, *_ = out.split()
    assert (process.returncode, name, status) == (0, "good", "ok")
    assert len(archived(tmp_path / "data")) == int(posts) >= 3
