"""What earlier editions said of a thread is read from their published reports."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dawnchorus.pipeline.told_before import told_before
from dawnchorus.store.editions import EditionRef

PASSED, FAILED = {"verdict": "supported"}, {"verdict": "rejected"}


def said(text, kind="written", verdict=PASSED):
    return {"text": text, "kind": kind, "verdict": verdict}


def publish(out, name, *, lang="en", blocks=(), stories=(("s1", "t1"),)):
    (out / name).mkdir(parents=True)
    report = {
        "lang": lang,
        "stories": [{"id": story, "thread": thread} for story, thread in stories],
        "sections": [{"blocks": list(blocks)}],
    }
    (out / name / "report.json").write_text(json.dumps(report), encoding="utf-8")
    return EditionRef(
        slug=name.removesuffix("_en").removesuffix("_zh"), first=date(2026, 3, 9), last=date(2026, 3, 9)
    )


def block(*sentences, lead=None, story="s1"):
    return {"lead": lead, "sentences": list(sentences), "story": story}


def test_titles_facts_and_quotations_that_passed_are_told_without_counts(tmp_path):
    ref = publish(
        tmp_path,
        "d_1",
        blocks=[
            block(said("Fact."), said("9 posts.", "computed"), lead=said("Title")),
            block(said("@a wrote: “x”", "quotation"), said("Wrong.", verdict=FAILED)),
            block(said("Of nobody."), story=None),
        ],
    )

    assert told_before(tmp_path, [ref], lang="en") == {"t1": ("Title", "Fact.", "@a wrote: “x”")}


def test_three_sentences_are_told_each_once(tmp_path):
    ref = publish(tmp_path, "d_1", blocks=[block(*(said(text) for text in "AABCDE"))])

    assert told_before(tmp_path, [ref], lang="en") == {"t1": ("A", "B", "C")}


def test_the_latest_edition_with_the_thread_speaks(tmp_path):
    old = publish(tmp_path, "d_1", blocks=[block(said("Old."))])
    new = publish(tmp_path, "d_2", blocks=[block(said("New."))])

    assert told_before(tmp_path, [old, new], lang="en") == {"t1": ("New.",)}


def test_the_report_in_the_language_is_read_whichever_name_it_has(tmp_path):
    ref = publish(tmp_path, "d_1", lang="zh", blocks=[block(said("旧。"))])
    publish(tmp_path, "d_1_en", lang="en", blocks=[block(said("Old."))])

    assert told_before(tmp_path, [ref], lang="zh") == {"t1": ("旧。",)}
    assert told_before(tmp_path, [ref], lang="en") == {"t1": ("Old.",)}


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"lang": "en"}', '{"lang": "en", "stories": 3, "sections": []}', "\x00"]
)
def test_a_report_that_cannot_be_read_is_passed_over(tmp_path, text):
    ref = publish(tmp_path, "d_1", blocks=[block(said("A."))])
    (tmp_path / "d_1" / "report.json").write_text(text, encoding="utf-8")

    assert told_before(tmp_path, [ref], lang="en") == {}


def test_a_report_that_is_gone_is_passed_over(tmp_path):
    ref = EditionRef(slug="gone", first=date(2026, 3, 9), last=date(2026, 3, 9))

    assert told_before(tmp_path, [ref], lang="en") == {}
