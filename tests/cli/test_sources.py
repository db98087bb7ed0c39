from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dawnchorus.cli import main
from dawnchorus.model import Post, SourceHealth
from dawnchorus.store.intake import Intake
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.spending import Spending
from dawnchorus.store.visits_log import begin_fetch, begin_visit, end_visit
from dawnchorus.visits import Page, Skipped

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
TOPIC = """
label = "valves"
sources = ["hackernews", {name = "x", queries = ["valve"]}, {name = "hackernews", queries = ["seal"]}]
[names]
en = "Valves"
"""


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def visit(
    ledger: Ledger, name: str, *, hours_ago: int, status: str, posts: int = 0, reason: str = ""
) -> None:
    at = NOW - timedelta(hours=hours_ago)
    fetch = begin_fetch(ledger, label="valves", follow=False, at=at)
    number = begin_visit(ledger, fetch=fetch, label="valves", name=name, since=at, at=at)
    health = SourceHealth(name=name, status=status, posts=posts, reason=reason)  # type: ignore[arg-type]
    end_visit(ledger, number, health=health, requests=1, seconds=1.0, at=at)


@pytest.fixture
def topic(tmp_path, monkeypatch):
    for name in ("X_BEARER_TOKEN", "TWITTERAPI_KEY"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "valves.toml"
    path.write_text(TOPIC)
    return path


@pytest.fixture
def data(tmp_path):
    with Ledger(tmp_path / "data" / "ledger.sqlite") as ledger:
        visit(ledger, "hackernews", hours_ago=49, status="ok", posts=120)
        visit(
            ledger, "hackernews", hours_ago=25, status="failed", reason="503; the next run goes on from there"
        )
        visit(ledger, "hackernews", hours_ago=1, status="empty")
        page = Page(stream="new", cursor="{}")
        Intake(ledger, tmp_path / "data").add(
            page, label="valves", source="hackernews", at=NOW - timedelta(hours=1)
        )
        budget = Spending(ledger, fetch=1, clock=lambda: NOW)
        budget.reserve(kind="x:post", count=500, price_usd=0.005, run_usd=10, month_usd=10)
    return tmp_path / "data"


def rows_of(capsys, *arguments):
    capsys.readouterr()
    code = run("sources", "--json", "--now", NOW.isoformat(), *arguments)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return code, {row["name"]: row for row in rows if row["kind"] == "source" and "visits" in row}


def test_health_is_told_source_by_source(topic, data, capsys):
    code, rows = rows_of(capsys, "--topic", topic, "--data", data)

    assert list(rows) == ["hackernews", "x", "hackernews 2"]
    news = rows["hackernews"]
    assert [(one["status"], one["posts"]) for one in news["visits"]] == [
        ("ok", 120),
        ("failed", 0),
        ("empty", 0),
    ]
    assert news["last_success"] == (NOW - timedelta(hours=1)).isoformat()
    assert news["reason"] == "503; the next run goes on from there"
    assert news["cursors"] == {"count": 1, "oldest_seconds": 3600, "newest_seconds": 3600}
    assert (news["state"], news["failed_runs"], news["keys"]) == ("configured", 0, {})
    assert rows["hackernews 2"]["visits"] == []
    assert rows["x"]["state"] == "no key"
    assert rows["x"]["keys"] == {"X_BEARER_TOKEN": False}
    assert rows["x"]["spent_usd"] == 2.5
    assert code == 1


def test_a_key_is_named_and_never_shown(topic, data, capsys, monkeypatch):
    monkeypatch.setenv("X_BEARER_TOKEN", "sesame-open-wide")
    assert rows_of(capsys, "--topic", topic, "--data", data)[1]["x"]["keys"] == {"X_BEARER_TOKEN": True}
    run("sources", "--topic", topic, "--data", data, "--now", NOW.isoformat())
    told = capsys.readouterr().out
    assert "X_BEARER_TOKEN (set)" in told
    assert "sesame" not in told


def test_three_failures_in_a_row_are_a_failing_source(topic, data, capsys):
    with Ledger(data / "ledger.sqlite") as ledger:
        for _ in range(3):
            visit(ledger, "hackernews", hours_ago=0, status="failed", reason="no answer")
    code, rows = rows_of(capsys, "--topic", topic, "--data", data)
    assert (rows["hackernews"]["state"], rows["hackernews"]["failed_runs"]) == ("failing", 3)
    assert code == 1


def test_people_read_visits_in_one_line(topic, data, capsys):
    run("sources", "--topic", topic, "--data", data, "--now", NOW.isoformat())
    told = capsys.readouterr().out
    assert "visits: 03-08 14:00 ok 120 · 03-09 14:00 failed 0 · 03-10 14:00 empty 0" in told
    assert "last success 2026-03-10 14:00 UTC" in told
    assert "cursors: 1, moved last 1 h ago, the oldest 1 h ago" in told
    assert "keys: none needed" in told
    assert "spent or set aside this month: $2.50" in told


def test_what_was_kept_out_is_told(topic, data, capsys):
    ahead = Post(id="hackernews:9", source="hackernews", text="valve", created_at=NOW + timedelta(days=9))
    given = [("bad row", "no title"), ("bad row", "no time"), ("not a post", "a like")]
    records = tuple(Skipped(reason=reason, why=why, id=why) for reason, why in given)
    with Ledger(data / "ledger.sqlite") as ledger:
        Intake(ledger, data).add(
            Page(posts=(ahead,), skipped=records), label="valves", source="hackernews", at=NOW
        )
    _, rows = rows_of(capsys, "--topic", topic, "--data", data)
    assert [one["id"] for one in rows["hackernews"]["held"]] == ["hackernews:9"]
    assert rows["hackernews"]["refused"] == {"bad row": 2}
    assert (rows["x"]["held"], rows["x"]["refused"]) == ([], {})
    run("sources", "--topic", topic, "--data", data, "--now", NOW.isoformat())
    told = capsys.readouterr().out
    assert "held back: 1 dated in the future, such as hackernews:9 (dated 2026-03-19" in told
    assert "gave no post in the last 7 days: 2 bad row" in told


def test_options_that_a_source_refuses_are_told_and_cost_only_that_source(topic, data, capsys):
    topic.write_text(TOPIC.replace('queries = ["valve"]', "colour = 1"))
    code, rows = rows_of(capsys, "--topic", topic, "--data", data)
    assert rows["x"]["state"] == "broken"
    assert "options are wrong" in rows["x"]["detail"]
    assert rows["hackernews"]["state"] == "configured"
    assert code == 1


def test_without_a_topic_all_that_was_ever_visited_is_shown(data, capsys):
    _, rows = rows_of(capsys, "--data", data)
    assert (rows["hackernews"]["state"], rows["hackernews"]["detail"]) == ("empty", "of valves")


def test_a_missing_source_is_named(topic, tmp_path, capsys):
    topic.write_text(TOPIC.replace('"hackernews", {name = "x"', '"nowhere", {name = "x"'))
    code, rows = rows_of(capsys, "--topic", topic, "--data", tmp_path / "none")
    assert rows["nowhere"]["state"] == "missing"
    assert code == 1
    assert not (tmp_path / "none").exists()


def test_people_read_what_needs_a_hand_first_and_formats_last(topic, data, capsys):
    run("sources", "--topic", topic, "--data", data, "--now", NOW.isoformat())
    heads = [line.split() for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert heads[0][:2] == ["source", "x"]
    assert "no key" in " ".join(heads[0])
    assert [head[1] for head in heads[1:3]] == ["hackernews", "hackernews"]
    assert heads[-1][0] == "format"
    kinds = [head[0] for head in heads[3:]]
    assert kinds.index("writer") < kinds.index("format")


def test_a_key_that_is_not_set_is_named_once(topic, tmp_path, capsys, monkeypatch):
    for name in ("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    topic.write_text(
        TOPIC.replace('"hackernews", {name = "x"', '{name = "reddit", subreddits = ["valves"]}, {name = "x"')
    )
    run("fetch", topic, "--data", tmp_path / "none", "--dry-run", "--now", NOW.isoformat())
    [line] = [one for one in capsys.readouterr().out.splitlines() if one.startswith("reddit: ")]
    assert line.count("REDDIT_CLIENT_ID") == 1
