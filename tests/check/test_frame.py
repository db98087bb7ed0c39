"""What stands around the sentences of a report: a forged one does not pass."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dawnchorus.model import Cost, Sentence, SourceHealth, StageCost
from dawnchorus.report.check.frame import MOST, fault_of_line
from dawnchorus.report.check.report import check_report

HUGE = 10**30
COST = Cost(
    calls=3,
    tokens_in=900,
    tokens_out=90,
    money_usd=0.01,
    model="example/small-2, example/judge",
    stages=(
        StageCost(stage="judge", calls=1, tokens_in=200, tokens_out=20, money_usd=0.002),
        StageCost(stage="story", calls=2, tokens_in=700, tokens_out=70, money_usd=0.008),
    ),
)


def _section(report, name, **changes):
    return replace(
        report,
        sections=tuple(replace(one, **changes) if one.id == name else one for one in report.sections),
    )


def _coverage(report, **changes):
    return replace(report, coverage=replace(report.coverage, **changes))


def _source(report, name, posts, *, status="ok", **fields):
    return _coverage(report, sources=(SourceHealth(name=name, status=status, posts=posts, **fields),))


def _story(report, **changes):
    return replace(report, stories=(replace(report.stories[0], **changes),))


def _block(report, **changes):
    (block,) = report.sections[2].blocks
    return _section(report, "key_points", blocks=(replace(block, **changes),))


def _printed(report):
    return report.sections[2].blocks[0].sentences


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda r: replace(r, description="Everyone says so."), "description"),
        (lambda r: replace(r, title="Nvidia is bankrupt"), "title"),
        (lambda r: replace(r, first_line="Buy now"), "first_line"),
        (lambda r: _section(r, "events", heading="Scandals"), "events.heading"),
        (lambda r: _section(r, "topic", heading="x" * 81), "topic.heading"),
        (lambda r: _section(r, "topic", heading="<script>alert(1)</script>"), "topic.heading"),
        (lambda r: _section(r, "topic", heading="a\nb"), "topic.heading"),
        (lambda r: _section(r, "events", level=2), "sections"),
        (lambda r: replace(r, sections=r.sections[:-1]), "sections"),
        (lambda r: replace(r, sections=r.sections[::-1]), "sections"),
        (lambda r: replace(r, sections=()), "sections"),
        (lambda r: replace(r, hourly=()), "hourly"),
        (lambda r: replace(r, hourly=(("2025-11-21T10:00+08:00", HUGE),)), "hourly"),
        (lambda r: replace(r, hourly=r.hourly + r.hourly[:1]), "hourly"),
        (lambda r: _coverage(r, read=3), "coverage.read"),
        (lambda r: _coverage(r, read=HUGE), "coverage.read"),
        (lambda r: _coverage(r, read=10**4000), "coverage.read"),
        (lambda r: _coverage(r, in_window=9), "coverage.read"),
        (lambda r: _coverage(r, dropped=(("off topic", 2),)), "coverage.dropped"),
        (lambda r: _coverage(r, dropped=(("off topic", 3), ("bad row", -2))), "coverage.dropped"),
        (lambda r: _coverage(r, dropped=(("<b>buy</b>", 1),)), "coverage.dropped"),
        (lambda r: _coverage(r, stories=7), "coverage.stories"),
        (lambda r: _source(r, "x", -1), "coverage.sources"),
        (lambda r: _source(r, "x", HUGE), "coverage.sources"),
        (lambda r: _source(r, "{{", 1), "coverage.sources"),
        (lambda r: _source(r, "x", 5), "coverage.sources"),
        (lambda r: _source(r, "x", 0, status="failed"), "coverage.sources"),
        (lambda r: _source(r, "x", 0, failed_runs=3), "coverage.sources"),
        (lambda r: _source(r, "x", 0, failing_since=datetime(2025, 11, 19, tzinfo=UTC)), "coverage.sources"),
        (lambda r: _source(r, "x", 0, status="failed", reason="a [b](https://c)"), "coverage.sources"),
        (lambda r: _coverage(r, late=1), "coverage.late"),
        (lambda r: replace(r, sets={**r.sets, "late": ("x:1",)}), "sets[late]"),
        (lambda r: replace(r, sets={**r.sets, "timely": ("x:1",)}), "sets[timely]"),
        (lambda r: replace(r, window=replace(r.window, since=datetime(2025, 11, 1, tzinfo=UTC))), "window"),
        (lambda r: replace(r, cost=Cost(money_usd=-1.0)), "cost"),
        (lambda r: replace(r, cost=Cost(calls=1)), "cost"),
        (lambda r: replace(r, cost=Cost(tokens_in=HUGE), ai_generated=True, writer="llm"), "cost"),
        (lambda r: replace(r, ai_generated=True), "ai_generated"),
        (lambda r: replace(r, writer="<b>"), "writer"),
        (lambda r: _story(r, posts=("x:1",)), "stories[0]"),
        (lambda r: _story(r, head="x:3"), "stories[0]"),
        (lambda r: _story(r, thread="../../etc"), "stories[0]"),
        (lambda r: _story(r, new_posts=("x:3",)), "stories[0]"),
        (lambda r: _story(r, score=float("inf")), "stories[0]"),
        (lambda r: _story(r, first_seen=date(2026, 1, 1)), "stories[0]"),
        (lambda r: _story(r, id="b"), "stories[0]"),
        (lambda r: replace(r, stories=r.stories * 2), "stories[0]"),
        (lambda r: replace(r, stories=()), "key_points.blocks[0]"),
        (lambda r: _block(r, story="b"), "key_points.blocks[0]"),
        (lambda r: _block(r, status="update"), "key_points.blocks[0]"),
        (lambda r: _block(r, story=None), "key_points.blocks[0]"),
        (lambda r: replace(r, slug="../evil"), "slug"),
        (lambda r: replace(r, slug="x_ai_20251121_20251121_en"), "slug"),
        (lambda r: replace(r, label="X AI"), "label"),
        (lambda r: replace(r, label="a" * 61), "label"),
        (lambda r: replace(r, topic="../ai"), "topic"),
        (lambda r: replace(r, names=("AI\u202e", "X")), "names[0]"),
        (lambda r: replace(r, names=()), "names"),
        (lambda r: replace(r, window=replace(r.window, first=date(2025, 11, 22))), "window"),
        (lambda r: replace(r, window=replace(r.window, until=datetime(2031, 1, 1, tzinfo=UTC))), "window"),
        (lambda r: replace(r, withheld=(_printed(r)[0],)), "withheld[0]"),
        (lambda r: replace(r, terms=(replace(r.terms[0], weight=1e300),)), "terms[0]"),
        (lambda r: replace(r, terms=(replace(r.terms[0], weight=float("nan")),)), "terms[0]"),
        (lambda r: replace(r, sets={**r.sets, "language:en": ("x:2",)}), "sets[language:en]"),
        (lambda r: replace(r, sets={**r.sets, "network:x": r.sets["kept"]}), "sets[network:x]"),
        (lambda r: replace(r, cited=(replace(r.cited[0], author_name="Elon"), *r.cited[1:])), "cited[0]"),
        (lambda r: replace(r, cited=(replace(r.cited[0], source="evil"), *r.cited[1:])), "cited[0]"),
    ],
)  # fmt: skip
def test_what_is_forged_is_found(report, posts, change, where):
    assert check_report(report, posts).failures == ()
    assert where in [failure.where for failure in check_report(change(report), posts).failures]


def test_a_written_sentence_needs_the_word_that_a_model_wrote_it(with_sentence, posts):
    written = Sentence(text="Helioform closed a $1.6B Series D.", kind="written", citations=("x:1",))
    report = with_sentence(written)
    assert [failure.where for failure in check_report(report, posts).failures] == ["ai_generated"]
    told = replace(report, ai_generated=True, writer="llm", cost=COST)
    assert check_report(told, posts).failures == ()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda r: replace(r, cost=replace(COST, calls=4)), "cost.stages"),
        (lambda r: replace(r, cost=replace(COST, money_usd=0.02)), "cost.stages"),
        (lambda r: replace(r, cost=replace(COST, stages=())), "cost.stages"),
        (lambda r: replace(r, cost=replace(COST, stages=COST.stages * 2)), "cost.stages"),
        (lambda r: replace(r, cost=replace(COST, model="")), "cost.model"),
        (lambda r: replace(r, cost=replace(COST, model="<b>m</b>")), "cost.model"),
        (lambda r: replace(r, cost=replace(COST, unanswered=-1)), "cost"),
        (lambda r: replace(r, fallback=("no-such-story",)), "fallback"),
        (lambda r: replace(r, fallback=(r.stories[0].id,) * 2), "fallback"),
        (lambda r: replace(r, writer="extractive", ai_generated=False), "cost"),
    ],
)
def test_what_a_model_took_and_left_adds_up(report, posts, change, where):
    told = replace(report, ai_generated=True, writer="llm", cost=COST, fallback=(report.stories[0].id,))
    assert check_report(told, posts).failures == ()
    assert where in [failure.where for failure in check_report(change(told), posts).failures]


def test_a_model_may_have_been_asked_in_vain(report, posts):
    told = replace(report, ai_generated=False, writer="llm", cost=replace(COST, unanswered=2))
    assert check_report(told, posts).failures == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_description_may_be_the_title_or_a_sentence_that_passed(report, posts, lang):
    for text in ("", report.title, _printed(report)[1].text):
        assert check_report(replace(report, description=text), posts).failures == ()


@pytest.mark.parametrize(
    "text", ["人工智能相关内容", "R&D, art (2025): what’s “new”?", "C++ / C#", "AI-related: 5 %"]
)
def test_headings_of_topics_may_hold_usual_punctuation(text):
    assert fault_of_line(text) is None


@pytest.mark.parametrize(
    "text",
    ["", " ", "a\tb\n", "[x](y)", "{% x %}", "`x`", "# x", "https://x.example", "a\x00", "建议买入英伟达"],
)
def test_lines_with_markup_links_or_advice_are_no_headings(text):
    assert fault_of_line(text)


def test_facts_beyond_measure_are_rejected_without_error(with_sentence, posts):
    from dawnchorus.model import Fact  # noqa: PLC0415

    for value in (HUGE, 10**400, -HUGE, 1e300, MOST + 1):
        for measure in ("posts", "share", "likes", "before", "top"):
            fact = Fact(measure=measure, of="kept", value=value, basis="domain", rank=-1)
            sentence = Sentence(text=f"{HUGE} posts.", kind="computed", facts=(fact,))
            assert check_report(with_sentence(sentence), posts).failures
