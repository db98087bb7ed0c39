from __future__ import annotations

import errno
import json
import os
from datetime import date
from pathlib import Path

import pytest

from dawnchorus.errors import InputError, LockedError, PublishError
from dawnchorus.model import Window
from dawnchorus.pipeline import edition
from dawnchorus.pipeline.edition import make_edition
from dawnchorus.publish.report_json import load
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.lock import hold_lock, lock_path

from .conftest import DAY, post, posts_of

SLUG = "valves_20260310_20260310"


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything a reader sees: not the archive and caches."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".dawnchorus" not in path.parts
    }


def test_an_edition_has_all_the_files_of_the_contract(job, told):
    make_edition(job(), tell=told)

    site = job().out
    assert (site / f"_posts/2026-03-10-{SLUG}.md").is_file()
    for name in (
        f"wordcloud_{SLUG}.jpg",
        "report.html",
        "report.json",
        "evidence.jsonl",
        "dropped.jsonl",
        "manifest.json",
        "posts_per_hour.svg",
    ):
        assert (site / SLUG / name).is_file(), name


def test_every_published_sentence_is_supported_and_cites_or_counts(job, told):
    [made] = make_edition(job(), tell=told)

    report = load((made.page.parent / "report.json").read_bytes())
    sentences = [
        sentence
        for section in report.sections
        for block in section.blocks
        for sentence in (*([block.lead] if block.lead else []), *block.sentences)
    ]
    assert len(sentences) > 15
    assert {sentence.kind for sentence in sentences} == {"quotation", "computed"}
    assert all(sentence.verdict and sentence.verdict.verdict == "supported" for sentence in sentences)
    assert all(sentence.citations or sentence.facts for sentence in sentences)
    assert not report.ai_generated


def test_nothing_is_withheld_from_a_plain_day(job, told):
    for lang in ("zh", "en"):
        [made] = make_edition(job(languages=(lang,), out=job().out / lang), tell=told)
        assert made.report is not None
        assert [sentence.text for sentence in made.report.withheld] == []


def test_running_it_again_does_no_work_and_changes_no_byte(job, told):
    make_edition(job(), tell=told)
    before = files_of(job().out)
    told.steps.clear()

    [again] = make_edition(job(), tell=told)

    assert again.report is None
    assert told.steps == []
    assert files_of(job().out) == before


def test_the_order_of_rows_and_files_changes_no_byte(job, told, write_posts, tmp_path):
    posts = posts_of()
    whole = write_posts(posts)
    parts = [write_posts(posts[5:][::-1], "b.jsonl"), write_posts(posts[:5][::-1], "a.jsonl")]

    make_edition(job(whole, out=tmp_path / "one", data=tmp_path / "d1"), tell=told)
    make_edition(job(*parts, out=tmp_path / "two", data=tmp_path / "d2"), tell=told)

    one, two = files_of(tmp_path / "one"), files_of(tmp_path / "two")
    one.pop(f"{SLUG}/manifest.json")
    two.pop(f"{SLUG}/manifest.json")  # it names the files
    assert one == two


def test_a_second_language_stands_beside_the_first(job, told):
    made = make_edition(job(languages=("zh", "en")), tell=told)

    assert [one.slug for one in made] == [SLUG, f"{SLUG}_en"]
    assert all(one.page.is_file() for one in made)


def test_what_was_not_used_is_kept_with_the_reason(job, told, write_posts):
    path = write_posts(
        [*posts_of(), post(50, "Too early for valves", day=date(2026, 3, 1)), {"id": "x:none"}]
    )

    [made] = make_edition(job(path), tell=told)

    rows = [json.loads(line) for line in (made.page.parent / "dropped.jsonl").read_text().splitlines()]
    reasons = {row["id"]: row["reason"] for row in rows}
    assert reasons["x:0310006"] == "off topic"
    assert reasons["x:0301050"] == "outside window"
    assert len(rows) == 4 - 1
    assert made.report
    assert made.report.coverage.read == 12


def test_a_story_told_yesterday_without_news_is_not_told_again(job, told, write_posts):
    make_edition(job(write_posts(posts_of())), tell=told)
    day = date(2026, 3, 11)
    again = [post(n, one["text"], day=day) for n, one in enumerate(posts_of()[:3])]
    window = Window(first=day, last=day, tz="Asia/Shanghai")

    [made] = make_edition(job(write_posts(again, "next.jsonl"), window=window), tell=told)

    assert made.report
    assert {story.status for story in made.report.stories if len(story.posts) > 1} == {"repeat"}
    key_points = next(section for section in made.report.sections if section.id == "key_points")
    assert all(block.status is None for block in key_points.blocks)


def test_an_update_names_what_is_new_and_cites_a_new_post(job, told, write_posts):
    make_edition(job(write_posts(posts_of())), tell=told)
    day = date(2026, 3, 11)
    texts = [
        "Obrel widens the recall of V2 vent valves to 61,000: lots V2-12 and V2-13 added. Free exchange.",
        "Obrel V2 vent valves recall widened from 38,000 to 61,000, first injury at Osk South confirmed.",
        "Recall of Obrel V2 vent valves now 61,000 with lots V2-12 and V2-13, made until January 2026.",
    ]
    window = Window(first=day, last=day, tz="Asia/Shanghai")
    posts = [post(n, text, day=day) for n, text in enumerate(texts)]

    [made] = make_edition(job(write_posts(posts, "next.jsonl"), window=window, languages=("en",)), tell=told)

    assert made.report
    update = next(story for story in made.report.stories if story.status == "update")
    assert set(update.new_posts) <= {one["id"] for one in posts}
    assert any("61,000" in item for item in update.news)


def test_a_window_without_posts_says_which_days_there_are(job, told):
    with pytest.raises(InputError, match="2026-03-10 to 2026-03-10") as error:
        make_edition(job(window=Window(first=date(2025, 1, 1), last=date(2025, 1, 1), tz="UTC")), tell=told)

    assert "\n" not in str(error.value)
    assert not (job().out / SLUG).exists()


def test_posts_that_are_all_off_topic_give_an_edition_that_says_so(job, told, write_posts):
    path = write_posts([post(n, f"Ferry number {n} is late again") for n in range(5)])

    [made] = make_edition(job(path), tell=told)

    assert made.report
    assert made.report.coverage.kept == 0
    for section in made.report.sections:
        if section.id in (
            "overview",
            "key_points",
            "opinions",
            "events",
            "markets",
            "topic",
            "finance",
            "summary",
        ):
            assert len(section.blocks) == 1, section.id
            assert section.blocks[0].sentences[0].verdict.verdict == "supported"


def test_the_second_of_two_runs_is_told_who_holds_the_lock(job, told):
    one = job()
    with (
        hold_lock(lock_path(one.out, one.label), what="valves", since=one.now),
        pytest.raises(LockedError, match=str(os.getpid())),
    ):
        make_edition(one, tell=told)


def test_a_full_disk_leaves_nothing_half_written_and_the_next_run_goes_on(job, told, monkeypatch):
    real = os.replace

    def full(source, target, **kwargs):
        if str(target).endswith("report.html"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(source, target, **kwargs)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(PublishError, match="disk is full"):
        make_edition(job(), tell=told)
    monkeypatch.setattr(os, "replace", real)

    assert not (job().out / SLUG / "manifest.json").exists()
    assert not list(job().out.rglob("*.part"))
    told.steps.clear()
    [made] = make_edition(job(), tell=told)
    assert made.page.is_file()


def test_a_run_killed_at_any_stage_goes_on_to_the_same_bytes(job, told, monkeypatch, tmp_path):
    make_edition(job(out=tmp_path / "whole", data=tmp_path / "d0"), tell=told)
    wanted = files_of(tmp_path / "whole")

    for stage in ("prepare", "stories", "write zh", "draw zh"):

        class Killed(BaseException):
            pass

        def tell(name, stage=stage, Killed=Killed):
            if name == stage:
                raise Killed

        killed = job(out=tmp_path / stage, data=tmp_path / f"data {stage}")
        monkeypatch.setattr(told, "step", tell)
        with pytest.raises(Killed):
            make_edition(killed, tell=told)
        monkeypatch.undo()
        assert not (killed.out / SLUG).exists()

        make_edition(killed, tell=told)
        assert files_of(killed.out) == wanted


def test_the_ledger_knows_runs_and_stages(job, told):
    make_edition(job(), tell=told)
    make_edition(job(), tell=told)

    with Ledger(job().data / "ledger.sqlite") as ledger:
        first, second = ledger.runs()
        assert [first.state, second.state] == ["published", "published"]
        assert [row.stage for row in ledger.stages(first.id)][:2] == ["read", "prepare"]
        assert ledger.stages(second.id) == []


def test_the_cut_off_leaves_later_posts_out(job, told):
    until = job().window.start.replace(hour=10, minute=30)
    window = Window(first=DAY, last=DAY, tz="Asia/Shanghai", until=until)

    [made] = make_edition(job(window=window), tell=told)

    assert made.report
    assert made.report.window.cutoff.strftime("%H:%M:%S") == "10:30:00"
    assert made.report.coverage.in_window == 5


def test_code_that_changed_makes_the_edition_again(job, told, monkeypatch):
    make_edition(job(), tell=told)
    monkeypatch.setattr(edition, "code_version", lambda: "another")

    [again] = make_edition(job(), tell=told)

    assert again.report is not None
