from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dawnchorus.cli import main
from dawnchorus.model import Post
from dawnchorus.store.archive import read_posts
from dawnchorus.store.intake import Intake
from dawnchorus.store.ledger import Ledger
from dawnchorus.visits import Page

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
POSTS = [
    {
        "id": f"x:{number}",
        "source": "x",
        "author": author,
        "text": text,
        "created_at": f"2026-03-10T0{number}:15:00Z",
        "url": f"https://x.com/{author}/status/{number}",
    }
    for number, (author, text) in enumerate(
        [
            ("ines", "The new 7B language model from Lumen scores 71.4% on our benchmark, weights are open."),
            (
                "tomas",
                "Lumen's 7B language model: 71.4% on the benchmark, open weights, and it runs on a phone.",
            ),
            ("lena", "Lumen 发布 70 亿参数开源大模型，基准成绩 71.4%，手机上能跑。"),
            (
                "ines",
                "I think the Lumen benchmark is misleading: 71.4% only with their own language model prompt.",
            ),
        ]
    )
]


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def first_site(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("first")
    posts = tmp_path / "posts.jsonl"
    posts.write_text("".join(json.dumps(post) + "\n" for post in POSTS), encoding="utf-8")
    window = ["--topic", "ai", "--from", "2026-03-10", "--tz", "UTC", "--lang", "en", "--label", "news"]
    assert run("report", posts, *window, "--out", tmp_path / "site", "-q") == 0
    return tmp_path / "site"


@pytest.fixture
def site(first_site, tmp_path):
    return Path(shutil.copytree(first_site, tmp_path / "site"))


def held(site: Path) -> set[str]:
    start, end = AT.replace(hour=0), AT.replace(day=11)
    return set(read_posts(site / ".dawnchorus", start=start, end=end)["id"])


def test_an_author_is_forgotten_and_each_place_is_told(site, capsys):
    capsys.readouterr()
    assert run("forget", "https://x.com/ines", "--out", site, "--yes", "--now", AT.isoformat()) == 0

    told = capsys.readouterr()
    assert held(site) == {"x:1", "x:2"}
    assert "posts/source=x/date=2026-03-10/posts.parquet: 2 posts removed" in told.out
    assert "news_20260310_20260310: published again" in told.out
    assert "cache: emptied" in told.out
    assert "2 posts found" in told.err
    assert "history of a git repository" in told.err
    report = (site / "news_20260310_20260310" / "report.json").read_text()
    assert not re.search(r"\bines\b", report)


def test_a_dry_run_tells_and_changes_nothing(site, capsys):
    page = site / "news_20260310_20260310" / "report.html"
    before = page.read_bytes()
    assert run("forget", "x:@ines", "--out", site, "--dry-run") == 0
    assert "counted or cited 2 of them" in capsys.readouterr().err
    assert held(site) == {"x:0", "x:1", "x:2", "x:3"}
    assert page.read_bytes() == before
    assert not (site / ".dawnchorus" / "forgotten.json").exists()


def test_what_platforms_report_as_deleted_is_forgotten_at_once(site):
    with Ledger(site / ".dawnchorus" / "ledger.sqlite") as ledger:
        Intake(ledger, site / ".dawnchorus").add(Page(gone=("x:1", "x:99")), label="ai", source="x", at=AT)
    assert run("forget", "--gone", "--out", site, "--yes") == 0
    assert held(site) == {"x:0", "x:2", "x:3"}
    with Ledger(site / ".dawnchorus" / "ledger.sqlite") as ledger:
        assert ledger.rows("SELECT id FROM gone") == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["@ines", "--yes"], "of which network"),
        ([], "nothing to forget"),
        (["x:1"], "add --yes"),
        (["x:1", "--yes", "--data", "nowhere"], "no archive there"),
    ],
)
def test_wrong_use_is_one_line(site, capsys, monkeypatch, arguments, told):
    monkeypatch.chdir(site.parent)
    capsys.readouterr()
    assert run("forget", *arguments, "--out", site) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert told in last
    assert held(site) == {"x:0", "x:1", "x:2", "x:3"}


def test_what_is_not_here_is_kept_away_all_the_same(site, capsys):
    assert run("forget", "mastodon:@nobody@tech.example", "--out", site, "--yes") == 0
    assert "from now on it is not let in" in capsys.readouterr().err
    with Ledger(site / ".dawnchorus" / "ledger.sqlite") as ledger:
        intake = Intake(ledger, site / ".dawnchorus")
        one = Post(
            id="mastodon:tech.example:1",
            source="mastodon",
            text="Hi.",
            author="Nobody@tech.example",
            created_at=AT,
        )
        intake.add(Page(posts=(one,)), label="ai", source="mastodon", at=AT)
        intake.drain()
    assert held(site) == {"x:0", "x:1", "x:2", "x:3"}


@pytest.mark.parametrize("word", ["nobody", "ines", "风筝"])
def test_a_bare_word_is_refused_with_what_to_write(site, capsys, word):
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert run("forget", word, "--out", site, "--yes") == 2
    assert f"write x:@{word} for an account" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()} == before


def test_of_who_is_not_here_nothing_but_the_name_is_written(site, capsys):
    capsys.readouterr()
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert run("forget", "x:@nobody", "--out", site, "--yes", "--now", AT.isoformat()) == 0

    told = capsys.readouterr()
    assert "0 posts found" in told.err
    assert "from now on it is not let in" in told.err
    # The cache may hold posts that the archive never took: it goes in any case.
    assert re.fullmatch(r"cache: emptied, [\d,]+ bytes\n", told.out)
    changed = {path for path in site.rglob("*") if path.is_file() and path.read_bytes() != before.get(path)}
    assert {path.name for path in changed} - {"ledger.sqlite"} == {"forgotten.json"}
    assert "packed" not in told.out
    lost = {path for path in before if not path.exists()}
    assert all((site / ".dawnchorus" / "cache") in path.parents for path in lost)
