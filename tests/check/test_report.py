"""A whole report: sentences, figures and cited posts."""

from dataclasses import replace

import polars as pl
import pytest

from dawnchorus.model import Fact, LinkedTitle, Quote, Sentence
from dawnchorus.report.check.report import check_report


def rules(checked):
    return [reason.rule for failure in checked.failures for reason in failure.verdict.reasons]


def test_a_sound_report_passes_and_carries_its_verdicts(report, posts):
    checked = check_report(report, posts)
    assert checked.failures == ()
    assert checked.sentences == 2
    assert [s.verdict.verdict for s in checked.report.sections[2].blocks[0].sentences] == ["supported"] * 2


def quotation(text, words, post="x:1"):
    return Sentence(text=text, kind="quotation", citations=(post,), quotes=(Quote(post=post, text=words),))


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        (
            quotation(
                "@lena: “Helioform closed a $1.9B Series D today.”",
                "Helioform closed a $1.9B Series D today.",
            ),
            "quote",
        ),
        (quotation("@wu 写道：“Brightwater led.”", "Brightwater led."), "attribution"),
        (quotation("@lena: “Brightwater led.”", "Brightwater led.", post="x:99"), "structure"),
        (quotation("99 人看过的 @lena：“Brightwater led.”", "Brightwater led."), "number"),
        (Sentence(text="Brightwater led.", kind="written"), "structure"),
        (Sentence(text="See https://evil.example.", kind="written", citations=("x:1",)), "structure"),
        (Sentence(text="", kind="written", citations=("x:1",)), "structure"),
    ],
)
def test_a_sentence_that_is_not_borne_out_fails(with_sentence, posts, sentence, rule):
    checked = check_report(with_sentence(sentence), posts)
    assert rule in rules(checked)
    assert checked.failures[0].where == "key_points.blocks[0].sentences[0]"


@pytest.mark.parametrize(
    "text",
    [
        "@lena 写道：“Helioform closed a $1.6B Series D today. Brightwater led.”",
        "“Helioform closed a $1.6B Series D today. Brightwater led.” — @lena",
        "“Helioform closed a $1.6B Series D today. Brightwater led.” — Lena Okafor",
        "“Helioform closed … Brightwater led.”",
        "X 上的帖文：“Brightwater led.”",
    ],
)
def test_quotations_pass_in_every_usual_framing(with_sentence, posts, text):
    words = text[text.index("“") + 1 : text.index("”")]
    assert check_report(with_sentence(quotation(text, words)), posts).failures == ()


def test_hostile_words_in_a_verified_quote_need_no_further_check(with_sentence, posts):
    words = "Plans to hire 2,000 people in Tucson, {{ site.time }}"
    failures = check_report(with_sentence(quotation(f"@lena：“{words}”", words, "x:3")), posts).failures
    assert [failure.where for failure in failures] == ["cited"]  # only that the post is not listed


def computed(text, *facts):
    return Sentence(text=text, kind="computed", facts=facts)


POSTS = Fact(measure="posts", of="kept", value=4)
CHANGE = Fact(measure="change", of="kept", basis="x_ai_20251120_20251120", value=1.0)
BEFORE = Fact(measure="before", of="kept", basis="x_ai_20251120_20251120", value=2)
EARLIER = {"x_ai_20251120_20251120": {"kept": ("a", "b"), "story:a": 3}}


@pytest.mark.parametrize(
    "sentence",
    [
        computed("4 posts, 100% more than on 20 November.", POSTS, CHANGE),
        computed("帖文由昨天的 2 条增至 4 条，增加 100%。", POSTS, BEFORE, CHANGE),
        computed("3 voices.", Fact(measure="voices", of="kept", value=2), Fact(measure="authors", of="kept", value=3)),  # noqa: E501
        computed("最多 40 个赞。", Fact(measure="likes", of="kept", value=40)),
        computed("高峰在 11 时。", Fact(measure="peak_hour", of="kept", value=11)),
        computed("Most link to helioform.example.", Fact(measure="top", of="kept", basis="domain", value="helioform.example")),  # noqa: E501
        computed("$1.6B：3 条。", Fact(measure="containing", of="kept", words=("$1.6B", "16亿"), value=3)),
        computed("1 story.", Fact(measure="stories", of="kept", value=1)),
        computed("2 languages, 2 networks, 1 site.", Fact(measure="languages", of="kept", value=2),
                 Fact(measure="networks", of="kept", value=2), Fact(measure="domains", of="kept", value=1)),
    ],
)  # fmt: skip
def test_facts_that_the_posts_give_pass(with_sentence, posts, sentence):
    failures = check_report(with_sentence(sentence), posts, earlier=EARLIER).failures
    assert [failure for failure in failures if failure.where != "cited"] == []


@pytest.mark.parametrize(
    "sentence",
    [
        computed("5 posts.", Fact(measure="posts", of="kept", value=5)),
        computed("5 posts.", POSTS),
        computed("4 posts, 50% more than on 20 November.", POSTS, CHANGE),
        computed("帖文减少 100%。", CHANGE),
        computed("4 posts.", replace(POSTS, of="ticker:NVDA")),
        computed("4 posts by Nvidia.", POSTS),
        computed("4 posts on 3 March.", POSTS),
        computed("4 posts, first at 09:15.", POSTS),
        computed("Many things happened.", ),
    ],
)  # fmt: skip
def test_facts_that_the_posts_do_not_give_are_rejected(with_sentence, posts, sentence):
    failure = check_report(with_sentence(sentence), posts, earlier=EARLIER).failures[0]
    assert failure.verdict.verdict == "rejected"
    assert failure.where == "key_points.blocks[0].sentences[0]"


def test_an_earlier_edition_that_is_not_at_hand_leaves_it_open(with_sentence, posts):
    ratio = Fact(measure="ratio", of="kept", basis="x_ai_20251120_20251120", value=2.0)
    sentence = computed("Twice as many.", ratio)
    assert check_report(with_sentence(sentence), posts).failures[0].verdict.verdict == "escalated"
    failures = check_report(with_sentence(sentence), posts, earlier=EARLIER).failures
    assert failures == ()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda r: replace(r, coverage=replace(r.coverage, kept=5)), "coverage.kept"),
        (lambda r: replace(r, coverage=replace(r.coverage, authors=9)), "coverage.authors"),
        (lambda r: replace(r, coverage=replace(r.coverage, languages=(("en", 4),))), "coverage.languages"),
        (lambda r: replace(r, sets={**r.sets, "theme:a": ("x:1", "gone")}), "sets[theme:a]"),
        (lambda r: replace(r, sets={**r.sets, "kept": r.sets["kept"][:3]}), "sets[story:a]"),
        (lambda r: replace(r, cited=(replace(r.cited[0], sha256="0"), *r.cited[1:])), "cited[0]"),
        (lambda r: replace(r, cited=(replace(r.cited[0], author="other"), *r.cited[1:])), "cited[0]"),
        (lambda r: replace(r, cited=r.cited[:1]), "cited"),
        (lambda r: replace(r, terms=(replace(r.terms[0], posts=4),)), "terms[0]"),
        (lambda r: replace(r, terms=(replace(r.terms[0], example="x:3"),)), "terms[0]"),
    ],
)
def test_figures_without_a_sentence_are_checked_too(report, posts, change, where):
    assert where in [failure.where for failure in check_report(change(report), posts).failures]


PAGE = LinkedTitle(
    link="https://news.example/1", address="https://news.example/1", title="Buy now", site="News"
)


def listed(report, *pages):
    return replace(report, cited=(replace(report.cited[0], links=pages), *report.cited[1:]))


def test_a_page_stands_under_a_post_that_links_to_it_whatever_it_calls_itself(report, posts):
    linking = posts.with_columns(urls=pl.lit(["https://news.example/1"]))
    assert check_report(listed(report, PAGE), linking).failures == ()
    assert check_report(listed(report, replace(PAGE, title="{% raw %} <b>")), linking).failures == ()
    assert check_report(listed(report, PAGE), posts.drop("urls")).failures == ()  # posts as read


@pytest.mark.parametrize(
    "pages",
    [
        (replace(PAGE, link="https://other.example"),),
        (replace(PAGE, address="javascript:alert(1)"),),
        (replace(PAGE, address="https://user@news.example/1"),),
        (replace(PAGE, title=""),),
        (replace(PAGE, title="one\ntwo"),),
        (replace(PAGE, site="a\u202eb"),),
        (replace(PAGE, title="a" * 301),),
        (PAGE,) * 6,
    ],
)
def test_forged_pages_are_found(report, posts, pages):
    linking = posts.with_columns(urls=pl.lit(["https://news.example/1"]))
    assert [one.where for one in check_report(listed(report, *pages), linking).failures] == ["cited[0]"]


def test_the_same_report_gives_the_same_verdicts(report, posts):
    assert check_report(report, posts) == check_report(report, posts.reverse().reverse())
