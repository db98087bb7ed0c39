"""``dawnchorus stories``: the table, and why two posts are in one story."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from dawnchorus.cli import main
from dawnchorus.cli.story_table import sparkline

TEXTS = (
    "Velmora unveils the Kestrel turbine at the Halden expo",
    "The Kestrel turbine from Velmora was unveiled in Halden today",
    "Velmora shows Kestrel, its turbine, at Halden",
    "澜港三号码头今日停摆，吊机系统瘫痪，货主损失数百万元，港务局称最快周五恢复，工会要求彻查并公布维修记录与外包合同",
    "吊机系统瘫痪，澜港三号码头停摆一整天，港务局道歉",
    "Gutters leaking again, plumber arrives Thursday afternoon with nine buckets",
)
TOPIC = """
label = "t"
tz = "UTC"
[names]
en = "T"
"""
HOSTILE = "[bold red]boo[/] \x1b[31mred\x1b[0m \u202eevil :smile: [link=https://bad.example]x[/link]"


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def written(path: Path, texts: tuple[str, ...], *, day: str = "2026-03-10") -> Path:
    start = datetime.fromisoformat(f"{day}T06:00:00+00:00")
    rows = [
        {
            "id": f"x:{day[-2:]}{number}",
            "source": "x",
            "author": f"a{number}",
            "text": text,
            "created_at": (start + timedelta(hours=number)).astimezone(UTC).isoformat(),
            "url": f"https://x.example/a{number}/status/{day[-2:]}{number}",
        }
        for number, text in enumerate(texts)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    return written(tmp_path / "posts.jsonl", TEXTS)


@pytest.mark.parametrize("columns", [80, 160])
def test_the_table_fits_its_width_and_counts_wide_characters(posts, columns, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run("stories", posts, "-q") == 0

    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= columns
    assert max(map(cell_len, lines)) > columns - 8
    row = next(line for line in lines if "Kestrel" in line)
    assert re.search(r" 3 +3 (2026-)?03-10 06:00 .*█.* new$", row)
    assert any("澜港三号码头" in line for line in lines)


def test_a_pipe_gets_no_colours_and_hostile_posts_do_nothing(tmp_path, capsys):
    path = written(tmp_path / "posts.jsonl", (HOSTILE, *TEXTS))
    assert run("stories", path, "-q", "--top", "0") == 0

    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[bold red]boo[/]" in out
    assert ":smile:" in out


def test_top_cuts_the_list_and_says_so(posts, capsys):
    assert run("stories", posts, "-q", "--top", "1") == 0

    told = capsys.readouterr()
    assert "more stories; --top 0 lists all" in told.err
    assert len([line for line in told.out.splitlines() if line.endswith("new")]) == 1


def test_earlier_editions_tell_what_is_an_update(tmp_path, capsys):
    first = written(tmp_path / "first.jsonl", TEXTS)
    more = tuple(f"{text}: 48,000 orders for Tessaly" for text in TEXTS[:3])
    second = written(tmp_path / "second.jsonl", more, day="2026-03-11")
    topic = tmp_path / "t.toml"
    topic.write_text(TOPIC, encoding="utf-8")
    made = run("report", first, "--topic", topic, "--from", "2026-03-10", "--tz", "UTC", "--lang", "en",
               "--out", tmp_path / "site", "-q")  # fmt: skip
    capsys.readouterr()
    assert made == 0

    day = ("--topic", topic, "--from", "2026-03-11", "--data", tmp_path / "site" / ".dawnchorus")
    assert run("stories", second, *day, "-q") == 0

    row = next(line for line in capsys.readouterr().out.splitlines() if "Kestrel" in line)
    assert re.search(r" 03-10 .* update$", row)

    assert run("stories", second, *day, "-q", "--why", "x:110", "x:100") == 0
    told = capsys.readouterr().out
    assert "One story over days" in told
    assert "x:100 is in an earlier edition only, that of 2026-03-10" in told
    assert re.search(r"^Shared words: .*kestrel", told, re.MULTILINE)

    assert run("stories", second, *day, "-q", "--why", "x:100", "x:103", "--json") == 0
    assert json.loads(capsys.readouterr().out)["over_days"]["one_thread"] is False


def test_why_names_what_two_posts_share(posts, capsys):
    assert run("stories", posts, "-q", "--why", "x:100", "https://x.example/a1/status/101") == 0

    out = capsys.readouterr().out
    assert "One story" in out
    assert re.search(r"\d\.\d+ +\d+ +kestrel$", out, re.MULTILINE)
    assert "community" in out


def test_why_as_an_object(posts, capsys):
    assert run("stories", posts, "-q", "--why", "100", "105", "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert told["posts"] == ["x:100", "x:105"]
    assert told["why"]["together"] is False
    assert told["why"]["stories"][1] is None


def test_why_of_a_dropped_post_is_the_reason(posts, capsys):
    day = ("--from", "2026-03-11")
    assert run("stories", posts, *day, "-q", "--why", "x:100", "x:101") == 0

    assert "dropped, outside window" in capsys.readouterr().out


def test_why_of_an_unknown_post_is_one_line(posts, capsys):
    assert run("stories", posts, "-q", "--why", "x:100", "nosuch\x1b") == 1

    [line] = capsys.readouterr().err.splitlines()
    assert "none of 6 posts" in line
    assert "\x1b" not in line


def test_a_sparkline_shows_where_posts_fall():
    start = datetime(2026, 3, 10, tzinfo=UTC)
    times = [start, start, start, start + timedelta(hours=12), start + timedelta(hours=24)]

    assert sparkline(times, start=start, end=start + timedelta(hours=24), bins=4) == "█ ▃▃"
    assert sparkline([], start=start, end=start, bins=3) == "   "
