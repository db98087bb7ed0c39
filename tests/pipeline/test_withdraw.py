from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from dawnchorus.model import (
    GONE,
    Block,
    CitedPost,
    Coverage,
    Fact,
    LinkedTitle,
    Quote,
    Report,
    Section,
    Sentence,
    Term,
    Verdict,
    Window,
)
from dawnchorus.pipeline.withdraw import gone_since, withdraw
from dawnchorus.store.forgotten import Forgotten

ON = date(2026, 4, 1)
TEXTS = {
    "x:1": ("obrel", "Obrel", "We recall 38,000 valves, says our letter."),
    "x:2": ("tomas", "Tomas", "Obrel recalls 38,000 valves."),
    "x:3": ("quill", "Quill Markham", "Seals get stiff in the cold. 密封圈变硬。"),
}
PASSED = Verdict(verdict="supported")


def cited(number: int, id: str) -> CitedPost:
    author, name, text = TEXTS[id]
    return CitedPost(
        number=number,
        id=id,
        url=f"https://x.example/{author}/{id[2:]}",
        author=author,
        author_name=name,
        source="x",
        created_at=datetime(2026, 3, 10, 8, tzinfo=UTC),
        day=None,
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
    )


def report(*sentences: Sentence, **changes: Any) -> Report:
    fields: dict[str, Any] = {
        "version": "1",
        "slug": "valves_20260310_20260310",
        "label": "valves",
        "topic": "valves",
        "lang": "en",
        "window": Window(first=date(2026, 3, 10), last=date(2026, 3, 10), tz="UTC"),
        "first_line": "Valves",
        "title": "Valves: report",
        "headline": None,
        "description": "",
        "writer": "extractive",
        "ai_generated": False,
        "coverage": Coverage(
            read=3, in_window=3, dropped=(), kept=3, authors=3, languages=(), networks=(), stories=0
        ),
        "sections": (
            Section(
                id="events", level=3, heading="Events", blocks=(Block(kind="paragraph", sentences=sentences),)
            ),
        ),
        "stories": (),
        "sets": {"kept": tuple(TEXTS)},
        "cited": tuple(cited(number, id) for number, id in enumerate(TEXTS, start=1)),
        "terms": (),
    }
    return Report(**fields | changes)


def quoting(id: str, words: str) -> Sentence:
    text = f"@{TEXTS[id][0]} wrote: “{words}”"
    return Sentence(
        text=text, kind="quotation", citations=(id,), quotes=(Quote(post=id, text=words),), verdict=PASSED
    )


def counting(text: str, *facts: Fact, citations: tuple[str, ...] = ()) -> Sentence:
    return Sentence(text=text, kind="computed", citations=citations, facts=facts, verdict=PASSED)


def without(made: Report, *ids: str) -> Report:
    forgotten = Forgotten().adding(posts=ids, authors=(), on=ON)
    return withdraw(made, forgotten, holds=lambda forms, left: None)


def texts(made: Report) -> list[str]:
    return [sentence.text for sentence in made.sections[0].blocks[0].sentences]


def test_what_nobody_forgot_is_the_same_report():
    made = report(quoting("x:1", "We recall"))
    assert without(made, "x:99") is made


def test_what_is_withdrawn_is_said_once_in_a_block_and_twice_changes_nothing():
    others = quoting("x:2", "Obrel recalls")
    made = report(quoting("x:3", "Seals get stiff"), others, quoting("x:3", "in the cold"))
    after = without(made, "x:3")
    notice, kept = after.sections[0].blocks[0].sentences
    assert notice.text == "Withdrawn: the post this stood on was removed by or for its author."
    assert [GONE.fullmatch(post) is not None for post in notice.citations] == [True]
    assert kept == others
    assert without(after, "x:3") is after
    assert len(gone_since(after)) == 1


def test_a_count_stays_and_cites_what_is_gone_by_its_alias():
    posts = Fact(measure="posts", of="kept", value=3)
    after = without(report(counting("3 posts in all.", posts, citations=("x:3", "x:1"))), "x:3")
    (kept,) = after.sections[0].blocks[0].sentences
    assert (kept.text, kept.facts, kept.citations[1]) == ("3 posts in all.", (posts,), "x:1")
    assert kept.citations[0] == after.cited[2].id == after.sets["kept"][2]


def test_a_count_that_names_the_author_goes_but_not_one_that_names_a_company_called_like_an_account():
    top = Fact(measure="top", of="kept", basis="author", value="quill")
    made = report(
        counting("Most posts are by @quill.", top),
        counting(
            "Obrel stands in 2 posts.", Fact(measure="containing", of="kept", value=2, words=("Obrel",))
        ),
    )
    assert texts(without(made, "x:3")) == [
        "Withdrawn: the post this stood on was removed by or for its author.",
        "Obrel stands in 2 posts.",
    ]
    assert texts(without(made, "x:1")) == texts(made)


def test_a_written_sentence_stands_if_the_posts_that_are_left_support_it():
    written = Sentence(
        text="Obrel recalls 38,000 valves.", kind="written", citations=("x:1", "x:2"), verdict=PASSED
    )
    kept = without(report(written), "x:1").sections[0].blocks[0].sentences[0]
    assert kept.text == written.text
    assert kept.citations[1] == "x:2"
    alone = Sentence(text="Seals get stiff.", kind="written", citations=("x:2", "x:3"), verdict=PASSED)
    assert texts(without(report(alone), "x:3"))[0].startswith("Withdrawn")


def test_pages_of_others_that_are_the_post_or_name_its_author_are_shown_no_more():
    pages = [
        LinkedTitle(link=f"https://x.example/{n}", address=f"https://x.example/{n}", title=title)
        for n, title in ((1, "A letter"), (2, "Quill Markham on seals"), (3, "Seals"))
    ]
    made = report(cited=(replace(cited(1, "x:1"), links=tuple(pages)), cited(2, "x:3")))
    assert without(made, "https://x.example/1").cited[0].links == tuple(pages[1:])
    assert without(made, "x:3").cited[0].links == (pages[0], pages[2])
    assert without(made, "x:99") is made


def test_headline_description_and_withheld_words_go():
    said = quoting("x:3", "Seals get stiff")
    made = report(said, headline=said, description=said.text, withheld=(said,))
    after = without(made, "x:3")
    assert (after.headline, after.description) == (None, made.title)
    assert [(one.text, one.quotes) for one in after.withheld] == [("", ())]


def test_a_word_of_the_cloud_takes_another_example_or_goes():
    terms = tuple(
        Term(text=text, weight=1.0, posts=1, example=example)
        for text, example in (("valves", "x:1"), ("letter", "x:1"), ("stiff", "x:3"))
    )
    after = without(report(terms=terms), "x:1")
    assert [(term.text, term.example) for term in after.terms] == [("valves", "x:2"), ("stiff", "x:3")]
