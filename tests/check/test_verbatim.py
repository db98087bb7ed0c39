"""A sentence of a post, cited to that post, is never rejected: its words are the evidence."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import islice

import pytest
from evals.groundbench.scenarios import Scenario, load

from dawnchorus.model import Verdict, Window
from dawnchorus.report.check.claims import check_claim
from dawnchorus.segment import sentences

EVERY = 3  # scenarios: all of them take a quarter of a minute
SHORT = 8  # characters: "So true." is no sentence that a report would take over


def is_open(scenario: Scenario) -> bool:
    return scenario.third in ("tune", "held")


def own_sentences(scenario: Scenario) -> list[Verdict]:
    posts = {post.key: post for sentence in scenario.sentences for post in sentence.posts}
    window = Window(first=scenario.day, last=scenario.day, tz="Asia/Shanghai")
    found = []
    for post in posts.values():
        evidence = {
            "id": "x:1",
            "source": "x",
            "author": post.author,
            "author_name": post.name,
            "created_at": post.at.isoformat(),
            "lang": post.lang,
            "text": post.text,
        }
        found += [check_claim(one, [evidence], window) for one in sentences(post.text) if len(one) >= SHORT]
    return found


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    chosen = islice((one for one in load() if is_open(one)), 0, None, EVERY)
    return [verdict for scenario in chosen for verdict in own_sentences(scenario)]


def test_no_number_and_no_date_of_a_post_is_held_against_it(verdicts: list[Verdict]) -> None:
    rejecting = Counter(
        reason.rule
        for verdict in verdicts
        if verdict.verdict == "rejected"
        for reason in verdict.reasons[:1]
        if reason.rule in ("number", "date")
    )
    assert not rejecting


def test_own_sentences_of_posts_are_hardly_ever_doubted(verdicts: list[Verdict]) -> None:
    counts = Counter(verdict.verdict for verdict in verdicts)
    assert len(verdicts) > 200
    assert counts["rejected"] <= 0.015 * len(verdicts)
    assert counts["rejected"] + counts["escalated"] <= 0.05 * len(verdicts)


@pytest.mark.parametrize(
    "text",
    [
        "The board met last night and put the vote off to Tuesday.",
        "昨天下午停了三次電，客服說下週二才修好。",
        "We sold 1,240 of the 3,000 kits, the rest went back on 4 May.",
        "Six of nine pumps failed within 5h20, that's $1.9 Billion of risk.",
    ],
)
def test_a_post_of_another_day_keeps_its_own_words(text: str) -> None:
    post = {"id": "x:1", "source": "x", "author": "a", "text": text, "created_at": "2026-05-05T03:00:00Z"}
    day = date(2026, 5, 7)

    verdict = check_claim(text, [post], Window(first=day, last=day, tz="Asia/Shanghai"))

    assert verdict.verdict != "rejected", verdict.reasons
