"""What a model told: each sentence is taken once, a title stands over what is left."""

from __future__ import annotations

import pytest

from dawnchorus.model import Sentence
from dawnchorus.report.told import Told, ToldFact, ToldStory
from tests.report_llm.conftest import story

FIRST, SECOND = story("p0", "p1"), story("p2")


def said(text, *posts):
    return Sentence(text=text, kind="written", citations=posts or ("p0",))


@pytest.fixture
def told():
    facts = [ToldFact(said("A")), ToldFact(said("B", "p1"), "money"), ToldFact(said("C"), "market")]
    return Told(
        {
            "s-p0": ToldStory(title=said("T"), facts=facts, opinions=[said("O"), said("P")]),
            "s-p2": ToldStory(title=said("U", "p2"), facts=[ToldFact(said("D", "p2"), "money")]),
        }
    )


def test_facts_and_opinions_are_taken_once(told):
    assert [one.text for one in told.facts(FIRST, 2)] == ["A", "B"]
    assert [one.text for one in told.facts(FIRST, 2)] == ["C"]
    assert told.facts(FIRST, 2) == []
    assert [one.text for one in told.opinions(FIRST, 9)] == ["O", "P"]
    assert told.opinions(FIRST, 9) == []


def test_a_title_is_printed_until_it_is_not_untitled(told):
    assert told.untitled(FIRST)
    assert told.title(FIRST).text == "T"
    assert not told.untitled(FIRST)
    assert told.title(FIRST).text == "T"


def test_a_story_that_was_not_told_has_nothing(told):
    other = story("p9")

    assert (told.has(other), told.title(other), told.untitled(other)) == (False, None, False)
    assert told.facts(other, 3) == told.opinions(other, 3) == []
    told.add(other.id, said("X"), opinion=False)
    assert told.facts(other, 3) == []


def test_facts_on_money_come_from_every_story_within_the_posts(told):
    assert [one.text for one in told.on({"money"}, posts=["p1", "p2"], most=5)] == ["B", "D"]
    assert told.on({"money"}, posts=["p1", "p2"], most=5) == []
    assert [one.text for one in told.facts(FIRST, 5)] == ["A", "C"]


def test_no_more_of_a_story_than_allowed_and_none_beyond_the_posts(told):
    assert told.on({"money", "market", "event"}, posts=["p3"], most=5) == []
    assert [one.text for one in told.on({"event", "market"}, posts=["p0"], most=5)] == ["A"]
    assert [one.text for one in told.on({"market"}, posts=["p0"], most=0)] == []


def test_a_quotation_in_place_joins_its_kind(told):
    told.add("s-p2", said("Q", "p2"), opinion=False)
    told.add("s-p2", said("R", "p2"), opinion=True)

    assert [one.text for one in told.facts(SECOND, 5)] == ["D", "Q"]
    assert [one.text for one in told.opinions(SECOND, 5)] == ["R"]
