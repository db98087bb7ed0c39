"""What a model may answer: broken parts cost themselves, not the rest."""

from __future__ import annotations

import time

import pytest
from pydantic import ValidationError

from dawnchorus.llm.structured import strict_schema
from dawnchorus.report.llm.answers import (
    ComposeAnswer,
    HeadlineAnswer,
    RepairAnswer,
    StoryAnswer,
)
from tests.report_llm.conftest import line, told

GOOD = told(1, line("Velmora raised $40M.", 1), [line("The plant is in Lankport.", 2, about="event")])


@pytest.mark.parametrize("broken", [None, 7, "text", {}, {"story": "one"}, {"title": line("T", 1)}])
def test_a_broken_story_costs_itself(broken):
    answer = StoryAnswer.model_validate({"stories": [broken, GOOD]})

    assert [one.story for one in answer.stories] == [1]


def test_a_broken_fact_costs_itself():
    broken = [None, 3, {"text": "no posts"}, line("Two.", "x"), {"text": "Two.", "posts": None}]
    facts = [line("One.", 1), *broken, line("Three.", 2, about="event")]

    answer = StoryAnswer.model_validate({"stories": [told(1, line("T", 1), facts)]})

    assert [fact.text for fact in answer.stories[0].facts] == ["One.", "Three."]


@pytest.mark.parametrize("facts", [None, [], [None], "none", 0, [{"text": "no posts"}]])
def test_a_story_without_facts_keeps_the_rest(facts):
    given = told(1, line("T", 1)) | {"facts": facts, "opinions": [line("O", 2)]}

    [story] = StoryAnswer.model_validate({"stories": [given]}).stories

    assert (story.title.text, story.facts) == ("T", [])
    assert [one.text for one in story.opinions] == ["O"]


def test_lists_that_were_left_out_are_empty():
    [story] = StoryAnswer.model_validate({"stories": [{"story": 1, "title": line("T", 1)}]}).stories

    assert (story.facts, story.opinions) == ([], [])


@pytest.mark.parametrize("title", [None, "T", {"text": "T"}, {"text": None, "posts": [1]}])
def test_a_broken_title_costs_itself(title):
    given = told(1, line("T", 1), [line("F", 2)]) | {"title": title}

    [story] = StoryAnswer.model_validate({"stories": [given]}).stories

    assert (story.title.text, story.title.posts) == ("", [])
    assert [fact.text for fact in story.facts] == ["F"]


@pytest.mark.parametrize("posts", [2, "2", ["2"], [2.0], ["[2]"], "[2]", [" 2 "]])
def test_numbers_of_posts_as_they_are_meant(posts):
    fact = {"text": "F", "posts": posts}

    [story] = StoryAnswer.model_validate({"stories": [told("1", line("T", 1), [fact])]}).stories

    assert (story.story, story.facts[0].posts) == (1, [2])


@pytest.mark.parametrize("posts", [None, True, [True], "two", ["1-3"], [1.5], {"i": 1}, "9" * 5000, [[1]]])
def test_numbers_that_are_none_cost_their_sentence(posts):
    facts = [{"text": "F", "posts": posts}, line("G", 1)]

    [story] = StoryAnswer.model_validate({"stories": [told(1, line("T", 1), facts)]}).stories

    assert [fact.text for fact in story.facts] == ["G"]


def test_an_overview_without_a_summary_is_an_answer():
    answer = ComposeAnswer.model_validate({"overview": [None, {"text": "O", "lines": "1"}], "summary": None})

    assert [(one.text, one.lines) for one in answer.overview] == [("O", [1])]
    assert ComposeAnswer.model_validate({"summary": [{"text": "S", "lines": 1}]}).overview == []
    with pytest.raises(ValidationError):
        ComposeAnswer.model_validate({"text": "O"})


def test_lists_beyond_all_measure_cost_no_time():
    began = time.process_time()
    facts = [None] * 300_000

    answer = StoryAnswer.model_validate({"stories": [told(1, line("T", 1), facts), *facts]})

    assert len(answer.stories) == 1
    with pytest.raises(ValidationError):
        StoryAnswer.model_validate({"stories": facts})
    assert time.process_time() - began < 2


def test_an_answer_of_broken_stories_alone_is_none():
    with pytest.raises(ValidationError):
        StoryAnswer.model_validate({"stories": [7, None]})


def test_no_stories_are_an_answer():
    assert StoryAnswer.model_validate({"stories": []}).stories == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [("market", "market"), ("money", "money"), ("Börse", "event"), (None, "event"), (3, "event")],
)
def test_a_fact_on_something_unknown_is_an_event(given, kept):
    answer = StoryAnswer.model_validate({"stories": [told(1, line("T", 1), [line("F", 1, about=given)])]})

    assert answer.stories[0].facts[0].about == kept


@pytest.mark.parametrize("shape", [StoryAnswer, RepairAnswer, ComposeAnswer, HeadlineAnswer])
def test_schemas_are_strict(shape):
    def check(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert node["required"] == list(node["properties"])
            for child in node.values():
                check(child)
        elif isinstance(node, list):
            for child in node:
                check(child)

    check(strict_schema(shape))
