"""What a model may answer: broken parts cost themselves, not the rest."""

from __future__ import annotations

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


@pytest.mark.parametrize("broken", [None, 7, "text", {}, {"story": "one"}, {"story": 2, "title": "a string"}])
def test_a_broken_story_costs_itself(broken):
    answer = StoryAnswer.model_validate({"stories": [broken, GOOD]})

    assert [one.story for one in answer.stories] == [1]


def test_a_broken_fact_costs_itself():
    facts = [line("One.", 1), {"text": "no posts"}, line("Two.", "x"), line("Three.", 2, about="event")]

    answer = StoryAnswer.model_validate({"stories": [told(1, line("T", 1), facts)]})

    assert [fact.text for fact in answer.stories[0].facts] == ["One.", "Three."]


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
