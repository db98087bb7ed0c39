"""What a writer says and no rule can decide is told in the words of the post, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dawnchorus.model import Block, Judgement, Quote, Sentence, Verdict
from dawnchorus.pipeline import write
from dawnchorus.pipeline.draft import draft_report
from dawnchorus.report.briefing import Draft
from dawnchorus.report.check import report as check
from dawnchorus.report.check.sentence import Context, check_sentence

from .conftest import post, posts_of

SURE = "author0 writes that Obrel recalls 38,000 V2 vent valves made in November 2025."
DOUBTFUL = "author5 grumbles that the recall pays nobody for the hours."
DOUBTFUL_ZH = "author3 讽刺说换批号没用。"
DOUBTFUL_EN = "author3 scoffs that a new batch number is of no use."
WRONG = "Obrel recalls 83,000 V2 vent valves made in November 2025."
SWAPPED = "x:0310005"
SEALS = "x:0310003"


def written(text: str, *cited: str, **marks) -> Sentence:
    return Sentence(text=text, kind="written", citations=cited, **marks)


class Scripted:
    """A writer that says what it is told to."""

    name = "scripted"
    ai_generated = True

    def __init__(self, *sentences: Sentence, headline: Sentence | None = None, lead=None, rest=()) -> None:
        block = Block(kind="paragraph", sentences=sentences)
        led = (Block(kind="item", lead=lead, sentences=rest),) if lead else ()
        self.draft = Draft(headline=headline, sections={"events": (block,), "opinions": led})

    def write(self, briefing):
        return self.draft


def verdict(text: str) -> Verdict:
    """What the rules are made to say here of written sentences, so that their tuning moves no test."""
    if text == WRONG:
        return Verdict(verdict="rejected")
    return Verdict(
        verdict="escalated" if text.startswith(("author3", "author5", "author20")) else "supported"
    )


def checked(sentence: Sentence, context: Context) -> Verdict:
    return verdict(sentence.text) if sentence.kind == "written" else check_sentence(sentence, context)


@pytest.fixture
def report(job, told, monkeypatch, write_posts):
    def made(*sentences: Sentence, posts=None, **changes):
        writer = Scripted(*sentences, **changes)
        monkeypatch.setattr(write, "load_plugin", lambda *_, **__: writer)
        monkeypatch.setattr(check, "check_sentence", checked)
        paths = () if posts is None else (write_posts(posts),)
        return draft_report(job(*paths, languages=("en",)), data=None, tell=told)

    return made


def of(report, section: str) -> list[Sentence]:
    [found] = [one for one in report.sections if one.id == section]
    return [sentence for block in found.blocks for sentence in (block.lead, *block.sentences) if sentence]


def test_doubtful_sentence_gives_way_to_the_words_of_its_post(report):
    made = report(written(SURE, "x:0310000"), written(DOUBTFUL, SWAPPED, "x:0310000"))

    first, second = of(made, "events")
    assert (first.text, first.kind) == (SURE, "written")
    assert second.kind == "quotation"
    assert second.citations == (SWAPPED,)
    assert second.quotes[0].text == posts_of()[5]["text"]
    assert "author5" in second.text
    assert second.verdict.verdict == "supported"
    assert [(one.text, one.verdict.verdict) for one in made.withheld] == [(DOUBTFUL, "escalated")]
    assert made.coverage.withheld == 1


def test_words_are_found_across_languages(report):
    [shown] = of(report(written(DOUBTFUL_EN, "x:0310002", SEALS)), "events")

    assert shown.citations == (SEALS,)
    assert shown.quotes[0].text == posts_of()[3]["text"]


def test_rejected_sentence_is_left_out_and_not_quoted(report):
    made = report(written(SURE, "x:0310000"), written(WRONG, "x:0310000"))

    assert [one.text for one in of(made, "events")] == [SURE]
    assert [one.verdict.verdict for one in made.withheld] == ["rejected"]


def test_post_is_quoted_once(report):
    made = report(written(DOUBTFUL, SWAPPED), written(DOUBTFUL.replace("grumbles", "complains"), SWAPPED))

    assert [one.citations for one in of(made, "events")] == [(SWAPPED,)]
    assert len(made.withheld) == 2


def test_section_that_loses_all_it_had_says_so(report):
    made = report(written(WRONG, "x:0310000"))

    [notice] = of(made, "events")
    assert notice.kind == "computed"
    assert not notice.citations


def test_headline_and_bold_words_are_replaced_as_well(report):
    made = report(
        written(SURE, "x:0310000"),
        headline=written(DOUBTFUL, SWAPPED),
        lead=written(DOUBTFUL_ZH, SEALS),
        rest=(written("据 author2，召回的阀共有3.8万只。", "x:0310002"),),
    )

    assert made.headline.kind == "quotation"
    assert [one.kind for one in of(made, "opinions")] == ["quotation", "written"]


def test_of_a_long_post_the_sentence_that_it_speaks_of_is_quoted(report):
    filler = " ".join(f"Valve batch {n} went back to the dealer in crate {n}." for n in range(12, 30))
    told = "Swapped 14 V2 valves today, 40 minutes each. The recall pays for parts, not for the hours."
    posts = [*posts_of(), post(20, f"{filler} {told}")]

    [shown] = of(report(written(DOUBTFUL.replace("author5", "author20"), "x:0310020"), posts=posts), "events")

    assert shown.quotes[0].text == "The recall pays for parts, not for the hours."


def test_writer_cannot_bring_a_verdict_or_a_judgement_along(report):
    passed = Verdict(verdict="supported")
    shown = Judgement(
        verdict="supported", by="me", spans=(Quote(post=SWAPPED, text="The recall pays for parts"),)
    )

    made = report(written(DOUBTFUL, SWAPPED, verdict=passed, judgement=shown))

    assert [one.kind for one in of(made, "events")] == ["quotation"]
    assert made.withheld[0].judgement is None


def test_report_without_doubt_is_not_touched(report):
    made = report(written(SURE, "x:0310000"))

    assert made.withheld == ()
    assert replace(of(made, "events")[0], verdict=None) == written(SURE, "x:0310000")
