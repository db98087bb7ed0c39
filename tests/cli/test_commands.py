from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dawnchorus.cli import main

POSTS = [
    {
        "id": f"x:{number}",
        "source": "x",
        "author": f"a{number}",
        "text": text,
        "created_at": f"2026-03-10T0{number}:15:00Z",
        "url": f"https://x.example/a{number}/status/{number}",
    }
    for number, text in enumerate(
        [
            "OpenAI is said to test a smaller model, hearing it from two people.",
            "The new 7B language model from Lumen scores 71.4% on our benchmark, weights are open.",
            "Lumen's 7B language model: 71.4% on the benchmark, open weights, and it runs on a phone.",
            "Lumen 发布 70 亿参数开源大模型，基准成绩 71.4%，手机上能跑。",
            "I think the Lumen benchmark is misleading: 71.4% only with their own language model prompt.",
        ]
    )
]
WINDOW = ["--topic", "ai", "--from", "2026-03-10", "--tz", "UTC"]


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(json.dumps(post) + "\n" for post in POSTS), encoding="utf-8")
    return path


@pytest.fixture
def site(tmp_path: Path, posts: Path) -> Path:
    assert run("report", posts, *WINDOW, "--lang", "en", "--out", tmp_path / "site", "-q") == 0
    return tmp_path / "site"


def edition(site: Path) -> Path:
    return site / "ai_20260310_20260310"


def test_report_prints_the_page_it_made(posts, tmp_path, capsys):
    code = run("report", posts, *WINDOW, "--lang", "zh,en", "--out", tmp_path / "site", "-q")

    pages = capsys.readouterr().out.split()
    assert code == 0
    assert [Path(page).is_file() for page in pages] == [True, True]


def test_report_reads_gzip_globs_and_standard_input_alike(posts, tmp_path, capsys, monkeypatch):
    packed = tmp_path / "more" / "posts.jsonl.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(posts.read_bytes()))
    stdin = io.TextIOWrapper(io.BytesIO(posts.read_bytes()))

    run("report", packed, *WINDOW, "--out", tmp_path / "1", "-q")
    run("report", tmp_path / "more" / "*.gz", *WINDOW, "--out", tmp_path / "2", "-q")
    monkeypatch.setattr(sys, "stdin", stdin)
    run("report", "-", *WINDOW, "--out", tmp_path / "3", "-q")

    pages = [edition(tmp_path / name) / "report.html" for name in "123"]
    assert len({page.read_bytes() for page in pages}) == 1


def test_stories_prints_a_line_a_post_in_the_order_read(posts, capsys):
    assert run("stories", posts, "--json", "-q") == 0

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["id"] for row in rows] == [post["id"] for post in POSTS]
    assert list(rows[0]) == ["id", "story", "thread", "duplicate_of", "dropped"]
    assert rows[1]["story"] is not None
    assert rows[1]["story"] == rows[2]["story"]
    assert rows[0]["story"] is None


def test_stories_says_why_a_post_is_out(posts, capsys):
    run("stories", posts, "--json", "-q", "--from", "2026-03-09")
    capsys.readouterr()
    assert run("stories", posts, "--json", "-q", "--from", "2026-03-10", "--tz", "America/New_York") == 0

    dropped = [json.loads(line)["dropped"] for line in capsys.readouterr().out.splitlines()]
    assert dropped == ["outside window"] * 4 + [None]


def test_write_check_and_publish_are_the_stages_of_report(posts, tmp_path, site, capsys):
    capsys.readouterr()
    draft = tmp_path / "draft.json"
    assert run("write", posts, *WINDOW, "--lang", "en", "-q") == 0
    draft.write_text(capsys.readouterr().out, encoding="utf-8")
    assert run("check", draft, "--posts", posts) == 0
    assert run("publish", draft, "--posts", posts, "--out", tmp_path / "again") == 0

    whole = (edition(site) / "report.json").read_bytes()
    assert (edition(tmp_path / "again") / "report.json").read_bytes() == whole


def test_check_passes_our_own_markdown(site, posts, capsys):
    [post] = (site / "_posts").iterdir()
    capsys.readouterr()

    run("check", post, "--posts", posts, "--json")

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) > 8
    assert [row["text"] for row in rows if row["verdict"] == "rejected"] == []


def test_check_finds_a_number_that_was_changed_in_the_report(site, posts, capsys):
    path = edition(site) / "report.json"
    path.write_text(path.read_text("utf-8").replace("71.4%", "74.1%"), encoding="utf-8")
    capsys.readouterr()

    assert run("check", path, "--posts", posts) == 1
    assert "74.1%" in capsys.readouterr().out


def test_publish_refuses_what_does_not_pass(site, posts, tmp_path, capsys):
    path = edition(site) / "report.json"
    path.write_text(path.read_text("utf-8").replace("71.4%", "74.1%"), encoding="utf-8")

    assert run("publish", path, "--posts", posts, "--out", tmp_path / "new") == 1
    assert not (tmp_path / "new").exists()


def test_check_judges_claims_against_texts_and_posts(tmp_path, capsys):
    claims = tmp_path / "claims.jsonl"
    rows = [
        {"id": "good", "claim": "Lumen's model scored 71.4%.", "evidence": [POSTS[2]["text"]]},
        {"id": "bad", "claim": "Lumen's model scored 91.4%.", "evidence": [POSTS[2]]},
    ]
    claims.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    assert run("check", "--claims", claims, "--json") == 1

    got = {row["id"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert got["good"]["verdict"] == "supported"
    assert got["bad"]["verdict"] == "rejected"
    assert 0 <= got["bad"]["score"] <= 1
    assert got["bad"]["reasons"][0]["words"] == "91.4%"


def test_init_lays_out_a_site_that_report_publishes_into(tmp_path, posts, capsys):
    folder = tmp_path / "mine"

    assert run("init", folder, "--topic", "ai", "--lang", "en") == 0
    assert (
        run("report", posts, "--topic", folder / "ai.toml", "--from", "2026-03-10", "--out", folder, "-q")
        == 0
    )

    assert (folder / "_config.yml").is_file()
    assert (folder / ".github" / "workflows").is_dir()
    assert run("init", folder) == 2


def test_sources_shows_what_is_installed_and_how_runs_went(site, capsys):
    capsys.readouterr()
    assert run("sources", "--json", "--topic", "ai", "--data", site / ".dawnchorus") == 0

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"kind": "writer", "name": "extractive"}.items() <= next(
        r for r in rows if r["kind"] == "writer"
    ).items()
    assert [row["state"] for row in rows if row["kind"] == "run"] == ["published"]


WRONG = {
    "no posts named": (["report", *WINDOW], 2, "no posts to read"),
    "no such file": (["report", "nowhere.jsonl", *WINDOW], 1, "nowhere.jsonl"),
    "no days": (["report", "{posts}", "--topic", "ai"], 2, "--from"),
    "no day": (["report", "{posts}", "--topic", "ai", "--from", "21.11.2025"], 2, "2025-11-21"),
    "wrong zone": (["report", "{posts}", *WINDOW, "--tz", "Asia/Shangai"], 2, "Asia/Shangai"),
    "wrong label": (["report", "{posts}", *WINDOW, "--label", "../x"], 2, "--label"),
    "no topic": (["report", "{posts}", "--topic", "aii", "--from", "2026-03-10"], 2, "built in: ai"),
    "no language": (["report", "{posts}", *WINDOW, "--lang", "fr"], 2, "'fr'"),
    "days swapped": (["report", "{posts}", *WINDOW, "--to", "2026-03-01"], 2, "swap"),
    "not in window": (["report", "{posts}", "--topic", "ai", "--from", "2020-01-01"], 1, "2026-03-10"),
    "empty file": (["report", "{empty}", *WINDOW], 1, "empty"),
    "half a line": (["report", "{half}", *WINDOW], 1, "half.jsonl"),
    "not posts": (["report", "{folder}", *WINDOW], 1, "folder"),
    "out is a file": (["report", "{posts}", *WINDOW, "--out", "{posts}"], 1, "posts.jsonl"),
    "no writer": (["report", "{posts}", *WINDOW, "--writer", "poet"], 2, "poet"),
    "no report": (["check", "nowhere.json", "--posts", "{posts}"], 1, "nowhere.json"),
    "not a report": (["check", "{empty}", "--posts", "{posts}"], 1, "report"),
    "check nothing": (["check"], 2, "nothing to check"),
    "half a claim": (["check", "--claims", "{half}"], 1, "half.jsonl:1"),
    "no command": (["reprot"], 2, "reprot"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_is_told_in_one_line_and_leaves_nothing(name, posts, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file, content in (("empty.json", ""), ("half.jsonl", '{"id": "x:1", "text": "half')):
        (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("not posts\n", encoding="utf-8")
    places = {"posts": posts, "empty": tmp_path / "empty.json", "half": tmp_path / "half.jsonl"}
    arguments, code, words = WRONG[name]
    filled = [part.format(**places, folder=tmp_path / "folder") for part in arguments]

    assert (
        run(*filled, *(["-q", "--out", "made"] if "report" in filled and "--out" not in filled else []))
        == code
    )

    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Error")]
    assert len(told) == 1
    assert words in told[0]
    assert not list(tmp_path.glob("made/_posts"))


def test_an_unreadable_file_is_named(tmp_path, posts, capsys, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)

    assert run("report", posts, *WINDOW, "--out", tmp_path / "made") == 1
    assert "no permission" in capsys.readouterr().err


def test_help_loads_nothing_heavy():
    heavy = "{'polars', 'numba', 'numpy', 'matplotlib', 'babel', 'pydantic', 'scipy', 'rich'}"
    code = (
        "import sys; from dawnchorus.cli import main\n"
        "try: main(['--help'])\n"
        f"except SystemExit: print(sorted({heavy} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_without_posts_the_archive_is_read(site, tmp_path, capsys):
    data = site / ".dawnchorus"
    code = run("report", *WINDOW, "--lang", "en", "--out", tmp_path / "again", "--data", data, "-q")
    told = capsys.readouterr()
    grouped = run("stories", "--json", "--data", data, "-q")

    assert (code, grouped) == (0, 0)
    assert Path(told.out.strip()).is_file()
    assert len(capsys.readouterr().out.splitlines()) == len(POSTS)


@pytest.mark.parametrize("command", [["report", *WINDOW], ["write", *WINDOW], ["stories"]])
def test_without_posts_and_archive_it_says_where_posts_come_from(command, tmp_path, capsys):
    code = run(*command, "--data", tmp_path / "none", "-q")

    told = capsys.readouterr().err
    assert code == 2
    assert "no posts to read" in told
    assert "dawnchorus run TOPIC" in told


def test_a_dry_run_says_what_would_be_made_and_does_nothing(tmp_path, capsys):
    topic = tmp_path / "kites.toml"
    topic.write_text('names = { en = "Kites" }\ntz = "Asia/Shanghai"\ncutoff = "15:30"\n', encoding="utf-8")
    now = ["--now", "2025-11-21T16:00:00+08:00", "--out", tmp_path / "site"]

    code = run("run", topic, *now, "--dry-run", "--no-fetch")

    assert code == 0
    assert capsys.readouterr().out == (
        "edition kites_20251121_20251121: 2025-11-21 00:00 to 2025-11-21 15:30 (Asia/Shanghai)\n"
    )
    assert not (tmp_path / "site").exists()


def test_a_run_of_a_topic_without_sources_says_what_to_add(tmp_path, capsys):
    topic = tmp_path / "kites.toml"
    topic.write_text('names = { en = "Kites" }\n', encoding="utf-8")

    assert run("run", topic, "--out", tmp_path / "site", "-q") == 2
    assert "sources = […]" in capsys.readouterr().err


def test_an_interrupt_while_a_command_is_imported_is_one_line(monkeypatch, capsys):
    def interrupted(name):
        raise KeyboardInterrupt

    monkeypatch.setattr("dawnchorus.cli.importlib.import_module", interrupted)
    with pytest.raises(SystemExit) as ended:
        main(["sources"])
    assert ended.value.code == 1
    assert capsys.readouterr().err.strip() == "Interrupted; run the same command again to go on."
