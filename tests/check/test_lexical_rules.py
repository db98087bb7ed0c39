"""Wording that says more than the posts: what each rule rejects, holds back and lets pass."""

import pytest

from dawnchorus.report.check import finding
from dawnchorus.report.check.claims import check_claim
from dawnchorus.report.check.lexicon import words


@pytest.fixture(autouse=True)
def points(monkeypatch):
    """What posts hardly speak of at a weight that does not change when points are fitted anew."""
    fixed = finding.points() | dict.fromkeys(("content.hardly", "content.little", "content.partly"), 1.0)
    monkeypatch.setattr(finding, "points", lambda: fixed)


def post(text, author="mika"):
    return {"id": author, "author": author, "text": text, "created_at": "2026-03-10T02:00:00Z"}


FERRY = post("The Orvik ferry carried 40,000 cars in February. Its new hull may be ready in autumn.")
RENLIN = post("仁林公司周二发布了一款水泵，厂方说每小时抽水九吨。", "wu")


def found(claim, *posts):
    verdict = check_claim(claim, list(posts))
    return {(reason.rule, verdict.verdict) for reason in verdict.reasons}


@pytest.mark.parametrize(
    ("claim", "posted", "rule"),
    [
        ("The Orvik ferry carried the largest load of cars in February.", FERRY, "superlative"),
        ("仁林公司发布了全球首款水泵。", RENLIN, "superlative"),
        ("The Orvik ferry is increasingly carrying cars.", FERRY, "trend"),
        ("仁林公司的水泵越来越多。", RENLIN, "trend"),
        ("Farmers widely agree that the ferry carried 40,000 cars.", FERRY, "voices"),
        ("业内普遍认为仁林公司的水泵每小时抽水九吨。", RENLIN, "voices"),
        ("Seven engineers say the Orvik ferry carried 40,000 cars.", FERRY, "sources"),
        ("Drivers should book the Orvik ferry.", FERRY, "advice"),
        ("用户应尽快购买仁林公司的水泵。", RENLIN, "advice"),
    ],
)
def test_what_goes_beyond_the_posts_is_rejected(claim, posted, rule):
    assert (rule, "rejected") in found(claim, posted)


@pytest.mark.parametrize(
    ("claim", "posted", "rule"),
    [
        ("The Orvik ferry carried 40,000 cars because of snow.", FERRY, "cause"),
        ("已经核实，仁林公司的水泵每小时抽水九吨。", RENLIN, "proof"),
        ("Dolphins, lanterns and brass bands greeted the Orvik ferry.", FERRY, "content"),
    ],
)
def test_what_needs_a_second_look_escalates(claim, posted, rule):
    assert (rule, "escalated") in found(claim, posted)


def test_a_hint_told_as_done_is_rejected():
    assert ("modality", "rejected") in found(
        "The new hull of the Orvik ferry has been ready since autumn.", FERRY
    )
    assert not found("The new hull of the Orvik ferry may be ready in autumn.", FERRY)


@pytest.mark.parametrize(
    ("claim", "posted"),
    [
        ("At least 40,000 cars took the ferry.", post("At least 40,000 cars took the ferry.")),
        ("最近仁林公司发布了一款水泵。", post("仁林公司最近发布了一款水泵。", "wu")),
        ("The Orvik ferry is the largest.", post("The Orvik ferry is the biggest of all.")),
    ],
)  # fmt: skip
def test_words_that_only_look_so_pass(claim, posted):
    assert not found(claim, posted)


def test_entries_are_words_patterns_and_exceptions():
    both = words({"zh": ["普遍…认为"], "en": ["grow*", "/a+b"], "no": ["grown-up"]})
    assert both.first("市场普遍都认为好") == "普遍都认为"
    assert both.first("growing") == "growing"
    assert both.first("aab") == "aab"
    assert both.first("outgrow") is None
    assert both.first("grown-up") is None
