from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dawnchorus.errors import LockedError, UsageError
from dawnchorus.llm.asking import Completion
from dawnchorus.llm.budget import Caps, Planned
from dawnchorus.llm.faults import TryAgain
from dawnchorus.model import Judgement, Quote, Report, Sentence, Verdict
from dawnchorus.pipeline.edition import make_edition
from dawnchorus.pipeline.forget import Found, find, forget, unfinished
from dawnchorus.pipeline.targets import parse_targets
from dawnchorus.pipeline.withdraw import withdraw
from dawnchorus.publish.report_json import dump, load
from dawnchorus.store.archive import add_posts, read_posts
from dawnchorus.store.calls import Calls
from dawnchorus.store.forgotten import Forgotten, load_forgotten
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.lock import hold_lock, lock_path
from dawnchorus.store.manifest import edition_faults
from dawnchorus.tables import POSTS, conform

from .conftest import Told, post, posts_of

SLUG = "valves_20260310_20260310"
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
WORDS = "Obrel recalls 38,000 V2 vent valves made in November 2025."
GONE = "quillmark88"
"""The author who wants to be forgotten; the story of the day is told by that post."""


def a_day() -> list[dict[str, Any]]:
    posts = posts_of()
    posts[0] |= {"author": GONE, "author_name": "Quill Markham", "like_count": 900}
    posts[0]["url"] = f"https://x.example/{GONE}/status/0310000"
    posts[7]["text"] = posts[7]["text"].replace("author0", GONE)
    posts[8] |= {
        "quote_of": "x:0310000",
        "quoted_author": GONE,
        "quoted_text": posts[0]["text"],
        "in_reply_to_screen_name": GONE,
    }
    return [*posts, post(10, "Lunch was fine, no valve in it.", author=GONE, author_name="Quill Markham")]


@pytest.fixture(scope="module")
def once() -> dict[str, Path]:
    return {}


@pytest.fixture
def published(
    job: Callable[..., Any], write_posts: Callable[..., Path], told: Told, once: dict[str, Path]
) -> Any:
    """A published edition in two languages; made once, each test has its own copy."""
    made = job(write_posts(a_day()), languages=("zh", "en"))
    if "site" not in once:
        make_edition(made, tell=told)
        once["site"] = made.out.with_name("first site")
        once["data"] = made.out.with_name("first data")
        shutil.copytree(made.out, once["site"])
        shutil.copytree(made.data, once["data"])
    else:
        shutil.copytree(once["site"], made.out)
        shutil.copytree(once["data"], made.data)
    return made


def forgotten(job: Any, *words: str) -> Found:
    found = find(parse_targets(words), data=job.data, out=job.out)
    for _ in forget(found, data=job.data, out=job.out, now=NOW):
        pass
    return found


def report_of(job: Any, lang: str = "zh") -> Report:
    name = SLUG if lang == "zh" else f"{SLUG}_{lang}"
    return load((job.out / name / "report.json").read_bytes())


def held_bytes(*folders: Path) -> dict[str, bytes]:
    """All that is on the disk, as bytes and as what packed files hold."""
    found = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += pl.read_parquet(path).write_json().encode()
        if path.suffix == ".arrow":
            content += pl.read_ipc(path).write_json().encode()
        if path.suffix == ".gz":
            content += gzip.decompress(content)
        found[str(path)] = content
    return found


def places_of(text: str, *folders: Path) -> list[str]:
    """Where ``text`` stands, also escaped in the ways that JSON, HTML and Markdown write it."""
    forms = {
        text.encode(),
        json.dumps(text)[1:-1].encode(),
        text.replace(",", "&#44;").replace(".", "&#46;").encode(),
    }
    return [path for path, held in held_bytes(*folders).items() if any(form in held for form in forms)]


@pytest.mark.parametrize("words", [(f"x:@{GONE}",), (f"https://x.com/{GONE}",)])
def test_neither_words_nor_author_are_left_in_any_byte(published, words):
    assert places_of(WORDS, published.data, published.out)
    assert places_of(GONE, published.data, published.out)
    had = published.data / "editions" / "valves" / "posts"
    assert places_of("x:0310000", had)  # which posts the edition had, so that none is picked up late again

    found = forgotten(published, *words)

    assert found.ids == {"x:0310000", "x:0310007", "x:0310010"}
    assert found.reposts == 1
    for text in (
        WORDS,
        "Obrel recalls 38,000",
        GONE,
        "Quill Markham",
        "Lunch was fine",
        "x:0310000",
        "0310010",
    ):
        assert places_of(text, published.data, published.out) == [], text


def test_a_post_by_address_or_id_leaves_its_authors_other_posts(published):
    forgotten(published, f"https://x.example/{GONE}/status/0310000")

    left = read_posts(published.data, start=published.window.start, end=published.window.end)
    assert "x:0310000" not in set(left["id"])
    assert "x:0310010" in set(left["id"])
    assert places_of(WORDS, published.data, published.out) == []
    quoting = left.filter(pl.col("id") == "x:0310008").row(0, named=True)
    assert (quoting["quoted_text"], quoting["quoted_author"], quoting["extra"]) == (None, None, None)
    assert quoting["quote_of"].startswith("gone:")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_edition_keeps_numbers_and_counts_and_says_what_is_gone(published, lang):
    before = report_of(published, lang)
    number = next(one.number for one in before.cited if one.id == "x:0310000")

    forgotten(published, f"x:@{GONE}")

    after = report_of(published, lang)
    gone = after.cited[number - 1]
    assert (gone.number, gone.gone, gone.text, gone.author, gone.url) == (number, NOW.date(), "", None, None)
    assert after.coverage == before.coverage
    assert {name: len(ids) for name, ids in after.sets.items()} == {
        name: len(ids) for name, ids in before.sets.items()
    }
    assert after.hourly == before.hourly
    kept = {one.id: one for one in after.cited}
    assert all(
        kept[one.id] == one for one in before.cited if one.author != GONE and not one.text.startswith("RT")
    )
    slug = after.slug
    for page in (published.out / f"_posts/2026-03-10-{slug}.md", published.out / slug / "report.html"):
        text = page.read_text()
        assert f'id="post-{number}"' in text
        assert "2026-04-01" in text.replace("&#45;", "-").replace("\u2011", "-")
        assert {"zh": "原文不再保留", "en": "Its text was not kept"}[lang] in text
    evidence = [
        json.loads(line) for line in (published.out / slug / "evidence.jsonl").read_text().splitlines()
    ]
    assert evidence[number - 1]["gone"] == "2026-04-01"
    assert edition_faults(published.out / slug) == []


def test_sentences_that_stand_on_it_are_withdrawn_and_the_others_keep_their_words(published):
    before = sentences(report_of(published, "en"))
    quoting = [one for one in before if any(quote.post in ("x:0310000", "x:0310007") for quote in one.quotes)]
    assert quoting

    forgotten(published, f"x:@{GONE}")

    after = sentences(report_of(published, "en"))
    texts = [one.text for one in after]
    assert not {one.text for one in quoting} & set(texts)
    assert [one.text for one in before if one not in quoting and one.kind == "quotation"] == [
        one.text for one in after if one.kind == "quotation"
    ]
    withdrawn = [one for one in after if one.text.startswith("Withdrawn: ")]
    assert withdrawn
    assert all(one.kind == "computed" for one in withdrawn)


def sentences(report: Report) -> list[Any]:
    return [
        sentence
        for section in report.sections
        for block in section.blocks
        for sentence in (*([block.lead] if block.lead else []), *block.sentences)
    ]


def test_the_checker_finds_nothing_forged_and_cannot_count_again_what_is_gone(published, write_posts):
    from dawnchorus.pipeline.recheck import check_file  # noqa: PLC0415

    posts = write_posts(a_day())
    notes: list[str] = []
    for slug in (SLUG, f"{SLUG}_en"):
        path = published.out / slug / "report.json"
        rows = check_file(path, [str(posts)], data=published.data, tz="UTC", tell=notes.append)
        assert {row["verdict"] for row in rows} == {"supported"}
    forgotten(published, f"x:@{GONE}")
    left = [one for one in a_day() if one["id"] not in ("x:0310000", "x:0310007", "x:0310010")]
    write_posts(left)

    for slug in (SLUG, f"{SLUG}_en"):
        path = published.out / slug / "report.json"
        rows = check_file(path, [str(posts)], data=published.data, tz="UTC", tell=notes.append)
        assert [row for row in rows if row["verdict"] == "rejected"] == []
        assert {row["verdict"] for row in rows} == {"supported", "escalated"}
        why = [reason["detail"] for row in rows if row["verdict"] == "escalated" for reason in row["reasons"]]
        assert all("were removed since" in detail for detail in why), why
    assert "3 posts were removed since" in notes[-1]


def test_it_does_not_come_back_fetched_or_in_a_file(published, told, write_posts):
    forgotten(published, f"x:@{GONE}")
    rows = conform(
        pl.DataFrame([{"id": "x:1", "source": "x", "text": "New.", "author": GONE.upper()}]), POSTS
    )
    assert add_posts(published.data, rows) == 0
    before = report_of(published)

    make_edition(published, tell=told)

    assert places_of(WORDS, published.data, published.out) == []
    assert places_of(GONE, published.data, published.out) == []
    assert report_of(published).coverage.read == before.coverage.read


def test_a_later_edition_of_the_same_file_counts_it_as_dropped(published, told):
    forgotten(published, f"x:@{GONE}")
    (published.out / SLUG / "manifest.json").unlink()
    (published.out / f"{SLUG}_en" / "manifest.json").unlink()

    make_edition(published, tell=told)

    report = report_of(published)
    assert dict(report.coverage.dropped)["forgotten"] == 3
    assert not any(post.gone for post in report.cited)
    assert places_of(WORDS, published.data, published.out) == []
    assert places_of(GONE, published.data, published.out) == []


def test_answers_of_models_go_with_it_and_what_they_cost_stays(published):
    path = published.data / "ledger.sqlite"
    answer = Completion(text=f"{WORDS} @{GONE}", finish="stop", tokens_in=90, tokens_out=9)
    with Ledger(path) as ledger:
        run = ledger.begin_run(slug=SLUG, label="valves", code_version="", at=NOW)
        calls = Calls(ledger, run=run, clock=lambda: NOW)
        for key in ("lost", "kept"):
            planned = Planned(
                key=key, stage="story", about=f"stories {GONE}", model="m", attempt=1,
                tokens_in=100, tokens_out=10, usd=0.5,
            )  # fmt: skip
            number = calls.send(planned, Caps(run_usd=2.0, day_usd=None))
            if key == "kept":
                calls.done(number, answer, tokens_in=90, tokens_out=9, usd=0.25)
            else:
                calls.fail(number, TryAgain(f"400: {WORDS}"))

    forgotten(published, f"x:@{GONE}")

    assert not {name for name in (WORDS, GONE) if name.encode() in path.read_bytes()}
    with Ledger(path) as ledger:
        calls = Calls(ledger, run=run, clock=lambda: NOW)
        assert calls.answered("kept") is None
        assert calls.account().run.usd == 0.75
        assert calls.account().run.calls == 2


def test_a_written_sentence_keeps_no_words_that_a_judge_pointed_at(published):
    report = report_of(published, "en")
    section = next(one for one in report.sections if one.id == "key_points")
    block = section.blocks[0]
    told = Sentence(
        text="Obrel recalls 38,000 V2 vent valves.",
        kind="written",
        citations=("x:0310000", "x:0310001"),
        verdict=Verdict(verdict="supported", score=1.0),
        judgement=Judgement(verdict="supported", spans=(Quote(post="x:0310000", text=WORDS),)),
    )
    section = replace(section, blocks=(replace(block, sentences=(told,)),))
    report = replace(report, sections=(section,))
    known = Forgotten().adding(posts=["x:0310000"], authors=[], on=NOW.date())

    changed = withdraw(report, known, holds=lambda words, kept: None)

    (left,) = changed.sections[0].blocks[0].sentences
    assert left.text == told.text
    assert left.judgement is None
    assert WORDS.encode() not in dump(replace(changed, cited=()))


def test_again_it_changes_no_byte(published):
    forgotten(published, f"x:@{GONE}")
    before = held_bytes(published.out, published.data)
    forgotten(published, f"x:@{GONE}", "x:0310000")
    after = held_bytes(published.out, published.data)
    moving = {str(published.data / name) for name in ("ledger.sqlite", "forgotten.json")}
    assert {name for name in after if after[name] != before.get(name)} <= moving


def test_a_look_changes_nothing(published):
    before = held_bytes(published.out)
    found = find(parse_targets([f"x:@{GONE}"]), data=published.data, out=published.out)
    assert [slug for slug, _ in found.editions] == [SLUG, f"{SLUG}_en"]
    assert held_bytes(published.out) == before


class Killed(BaseException):
    """The process ends here: nothing may catch it."""


@pytest.mark.parametrize("at", [1, 2, 3, 5, 8, 13, 18])
def test_killed_anywhere_it_goes_on_when_run_again_without_arguments(published, monkeypatch, at):
    left = [at]

    def dying(rename: Callable[..., None]) -> Callable[..., None]:
        def rename_or_die(source: str, target: str, **folders: int) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            rename(source, target, **folders)

        return rename_or_die

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dying(os.replace))
        try:
            forgotten(published, f"x:@{GONE}")
            assert left[0] > 0
        except Killed:
            assert at == 1 or unfinished(published.data)

    forgotten(published, *([f"x:@{GONE}"] if at == 1 else []))  # at 1 nothing had been written down yet

    assert not unfinished(published.data)
    assert places_of(WORDS, published.data, published.out) == []
    assert places_of(GONE, published.data, published.out) == []
    assert edition_faults(published.out / SLUG) == []
    assert edition_faults(published.out / f"{SLUG}_en") == []


def test_copies_and_mentions_by_others_stay_and_are_told(published):
    others = [
        post(20, a_day()[0]["text"], author="copycat"),
        post(21, f"Asked @{GONE} about it.", author="asker"),
        post(22, f"Asked @{GONE}_fan about it.", author="asker"),
    ]
    rows = pl.DataFrame(others).with_columns(pl.col("created_at").str.to_datetime(time_zone="UTC"))
    add_posts(published.data, conform(rows, POSTS))

    found = forgotten(published, f"x:@{GONE}")

    assert found.copies == ("x:0310020",)
    assert found.mentions == ("x:0310021",)
    left = read_posts(published.data, start=published.window.start, end=published.window.end)
    assert {"x:0310020", "x:0310021"} <= set(left["id"])


def test_nothing_is_forgotten_while_an_edition_is_being_made(published):
    found = find(parse_targets([f"x:@{GONE}"]), data=published.data, out=published.out)
    with (
        hold_lock(lock_path(published.out, "valves"), what="valves", since=NOW),
        pytest.raises(LockedError, match="is being made by process"),
    ):
        next(forget(found, data=published.data, out=published.out, now=NOW))
    assert not load_forgotten(published.data).known


@pytest.mark.parametrize(
    ("word", "posts", "authors"),
    [
        ("x:199", {"x:199"}, set()),
        ("https://x.com/ines/status/199?s=20", {"https://x.com/ines/status/199?s=20", "x:199"}, set()),
        ("x:@Ines", set(), {"x:ines"}),
        ("https://twitter.com/Ines/", set(), {"x:ines"}),
        ("mastodon:@ines@tech.example", set(), {"mastodon:ines@tech.example"}),
        ("https://tech.example/@ines", set(), {"mastodon:ines@tech.example"}),
        (
            "https://tech.example/@ines/115",
            {"https://tech.example/@ines/115", "mastodon:tech.example:115"},
            set(),
        ),
        ("https://bsky.app/profile/ines.example", set(), {"bluesky:ines.example"}),
        ("https://news.ycombinator.com/user?id=pg", set(), {"hackernews:pg"}),
        ("https://www.reddit.com/user/ines", set(), {"reddit:ines"}),
        ("https://blog.example/a", {"https://blog.example/a"}, set()),
    ],
)
def test_how_posts_and_authors_are_named(word, posts, authors):
    found = parse_targets([word])
    assert (found.posts, found.authors) == (posts, authors)


@pytest.mark.parametrize("word", ["@ines", "", "  "])
def test_a_handle_without_its_network_is_refused(word):
    with pytest.raises(UsageError, match="of which network"):
        parse_targets([word])
