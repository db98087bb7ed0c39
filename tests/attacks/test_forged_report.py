"""Reports changed by another hand, or put in the place of others, as ``check`` and ``publish`` meet them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .conftest import Bench, rows

HUGE = 10**30


def change_section(report: dict[str, Any], name: str, **values: Any) -> None:
    next(one for one in report["sections"] if one["id"] == name).update(values)


FORGERIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "description": lambda r: r.update(description="Everyone should sell."),
    "title": lambda r: r.update(title="Obrel is bankrupt"),
    "first line": lambda r: r.update(first_line="Obrel is bankrupt"),
    "heading": lambda r: change_section(r, "events", heading="Obrel is bankrupt"),
    "level": lambda r: change_section(r, "events", level=2),
    "order": lambda r: r["sections"].reverse(),
    "removal": lambda r: r["sections"].pop(3),
    "hours": lambda r: r["hourly"][0].__setitem__(1, 9000),
    "read": lambda r: r["coverage"].update(read=HUGE, dropped=[["off topic", HUGE - r["coverage"]["kept"]]]),
    "dropped": lambda r: r["coverage"].update(dropped=[["fraud", 1]]),
    "stories": lambda r: r["coverage"].update(stories=HUGE),
    "cost": lambda r: r["cost"].update(money_usd=-5.0),
    "huge cost": lambda r: r["cost"].update(tokens_in=HUGE),
    "model": lambda r: r.update(ai_generated=True),
    "slug": lambda r: r.update(slug="../../evil"),
    "label": lambda r: r.update(label="../evil"),
    "topic": lambda r: r.update(topic="<b>"),
    "story": lambda r: r["stories"][0].update(thread="../../x"),
    "story posts": lambda r: r["stories"][0].update(posts=r["stories"][0]["posts"][:1]),
    "weight": lambda r: r["terms"][0].update(weight=1e300) if r["terms"] else r.update(title="x"),
    "window": lambda r: r["window"].update(first="2026-03-11", last="2026-03-10"),
    "author": lambda r: r["cited"][0].update(author_name="Obrel Newsroom"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A published edition that no test changes."""
    bench = Bench(tmp_path_factory.mktemp("sound"))
    assert bench.report(rows()).exit_code == 0
    return bench


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_report_is_neither_passed_nor_published(sound: Bench, bench: Bench, forgery: str) -> None:
    report = sound.made
    FORGERIES[forgery](report)
    draft, posts = bench.folder / "draft.json", sound.folder / "posts.jsonl"
    draft.write_text(json.dumps(report), encoding="utf-8")

    for done in (
        bench.run("check", draft, "--posts", posts),
        bench.run("publish", draft, "--posts", posts, "--out", bench.folder / "new"),
    ):
        assert done.exit_code == 1
        assert "Traceback" not in done.stderr
    assert not list((bench.folder / "new").rglob("*.html"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("author", ["Jane Doe", "a|b", '"q"', "said: “x”", "{{", "王小明"])
def test_quotations_of_any_byline_are_published(bench: Bench, author: str, lang: str) -> None:
    done = bench.report(rows(author=author, author_name=author, source="rss:news.example"), "--lang", lang)

    assert done.exit_code == 0, done.stderr
    assert bench.made["coverage"]["withheld"] == 0
    said = [
        one["text"]
        for part in bench.made["sections"]
        for block in part["blocks"]
        for one in block["sentences"]
    ]
    assert any(f"{author} w" in text or f"{author} 写" in text for text in said)


def later(days: int) -> Callable[[int], str]:
    start = datetime(2026, 3, 10, 2, tzinfo=UTC) + timedelta(days=days)
    return lambda number: (start + timedelta(minutes=7 * number)).isoformat()


def test_the_edition_of_a_second_day_passes_where_it_was_published(bench: Bench) -> None:
    assert bench.report(rows()).exit_code == 0
    second = rows(id=lambda number: f"y:{number}", created_at=later(1))
    done = bench.report(second, "--from", "2026-03-11")
    assert done.exit_code == 0, done.stderr
    report = bench.out / "valves_20260311_20260311" / "report.json"
    assert (
        '"before"' in report.read_text()
        or '"ratio"' in report.read_text()
        or '"change"' in report.read_text()
    )

    done = bench.run("check", report, "--posts", bench.folder / "posts.jsonl")
    assert (done.exit_code, done.stdout) == (0, ""), done.stdout

    away = bench.folder / "away.json"
    away.write_bytes(report.read_bytes())
    done = bench.run("check", away, "--posts", bench.folder / "posts.jsonl")
    assert done.exit_code == 1
    assert "give --data" in done.stdout


def draft(bench: Bench, lang: str, posts: Path) -> Path:
    done = bench.run("write", posts, "--topic", bench.topic, "--from", "2026-03-10", "--lang", lang, "-q")
    assert done.exit_code == 0, done.stderr
    path = bench.folder / f"{lang}.json"
    path.write_bytes(done.stdout_bytes)
    return path


def test_a_draft_does_not_take_the_place_of_an_edition_in_another_language(bench: Bench) -> None:
    bench.report(rows(), "--lang", "en")
    posts, before = bench.folder / "posts.jsonl", bench.edition.joinpath("report.json").read_bytes()

    done = bench.run("publish", draft(bench, "zh", posts), "--posts", posts, "--out", bench.out)

    assert done.exit_code == 1
    assert "another language (en, the draft is zh); give another --out" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert bench.edition.joinpath("report.json").read_bytes() == before


def test_a_draft_from_other_posts_replaces_an_edition_with_a_word(bench: Bench) -> None:
    bench.report(rows(), "--lang", "en")
    posts = bench.folder / "fewer.jsonl"
    posts.write_text("".join(json.dumps(one) + "\n" for one in rows()[:4]), encoding="utf-8")

    done = bench.run("publish", draft(bench, "en", posts), "--posts", posts, "--out", bench.out)

    assert done.exit_code == 0, done.stderr
    assert "replaces an edition made from other posts" in done.stderr


@pytest.mark.parametrize("content", ["# A report\n", "", "[]", "null"])
def test_publish_of_what_is_no_report_says_what_to_do(bench: Bench, content: str) -> None:
    bench.report(rows())
    some = bench.folder / "some.md"
    some.write_text(content, encoding="utf-8")

    done = bench.run("publish", some, "--posts", bench.folder / "posts.jsonl", "--out", bench.folder / "new")

    assert done.exit_code == 1
    assert done.stderr == f"Error: {some} is no report.json; make one with dawnchorus write\n"


def test_a_markdown_report_without_a_sentence_is_not_passed(bench: Bench) -> None:
    bench.report(rows())
    some = bench.folder / "some.md"
    some.write_text("# A report\n\n<p>Obrel is bankrupt.</p>\n", encoding="utf-8")

    done = bench.run("check", some, "--posts", bench.folder / "posts.jsonl")

    assert done.exit_code == 1
    assert "not looked at: 1 heading, 1 HTML block" in done.stderr


def test_one_is_not_counted_as_many(bench: Bench) -> None:
    claims = bench.folder / "c.jsonl"
    claims.write_text('{"claim": "Obrel recalls valves.", "evidence": ["Obrel recalls valves."]}\n')
    assert "1 claim: 1 supported" in bench.run("check", "--claims", claims).stderr
