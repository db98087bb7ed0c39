"""From what a model writes to a value: JSON found in what surrounds it, checked, or refused with a reason."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from dawnchorus.llm.asking import Completion
from dawnchorus.llm.structured import Unusable, strict_schema, value_of
from dawnchorus.report.judging.model_judge import JudgeAnswer
from dawnchorus.report.llm.answers import ComposeAnswer, HeadlineAnswer, RepairAnswer, StoryAnswer
from tests.llm.conftest import Birds

SOUND = '{"words": ["wren", "鸫"]}'


def value(text: str, *, finish: str = "stop", shape: type[BaseModel] = Birds) -> BaseModel:
    return value_of(Completion(text=text, finish=finish), shape)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        f"\n\n {SOUND} \n",
        f"```json\n{SOUND}\n```",
        f"```\n{SOUND}```",
        f"Here you are:\n```json\n{SOUND}\n```\nAnything else?",
        f"Sure! {SOUND} Hope that helps.",
        f"Sure! {SOUND} As you see, {{}} is empty.",
        f"{SOUND}{SOUND}",
        '{"words": ["wren", "鸫",],}',
        'Well: {"words": ["wren", "鸫", ] , } .',
        '{"words": 1, "words": ["wren", "鸫"]}',
        '{"more": {"a": [1, null]}, "words": ["wren", "鸫"]}',
        f"\ufeff{SOUND}",
    ],
)
def test_found(text):
    assert value(text).words == ["wren", "鸫"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("I can't do that.", "no JSON"),
        ("null", "no JSON"),
        ("[1, 2]", "no JSON"),
        ('"words"', "no JSON"),
        ("{'words': []}", "no JSON"),
        ('{"words": [NaN]}', "no JSON"),
        ('{"words": [' + "9" * 5000 + "]}", "no JSON"),
        ('{"words": ' + "[" * 50 + "]" * 50 + "}", "no JSON"),
        ('{"words": ' + "[" * 100_000, "no JSON"),
        ("{}", "words: Field required"),
        ('{"words": "wren"}', "words: Input should be a valid list"),
        ('{"words": [1]}', "words.0: Input should be a valid string"),
    ],
)
def test_refused_with_a_reason(text, why):
    with pytest.raises(Unusable) as caught:
        value(text)

    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_half_a_character_is_left_out():
    assert value('{"words": ["a\\ud800b", "\\ud83d\\ude00"]}').words == ["ab", "\U0001f600"]


def test_how_it_ended_is_told():
    with pytest.raises(Unusable, match="refused"):
        value(SOUND, finish="refused")
    with pytest.raises(Unusable, match="cut off"):
        value(SOUND[:-3], finish="length")
    assert value(SOUND, finish="length").words  # whole all the same


@pytest.mark.parametrize(
    "text",
    ["```json" + " " * 400_000, "```" * 150_000, "{" + "\n" * 400_000, "{" * 200_000, "," * 400_000 + "{}"],
)
def test_endless_answers_cost_no_time(text):
    began = time.process_time()

    with pytest.raises(Unusable):
        value(text)

    assert time.process_time() - began < 2


@pytest.mark.parametrize("shape", [StoryAnswer, RepairAnswer, ComposeAnswer, HeadlineAnswer, JudgeAnswer])
def test_schemas_are_as_strict_endpoints_want_them(shape):
    schema = strict_schema(shape)
    objects = [schema, *schema.get("$defs", {}).values()]

    for one in objects:
        assert one["additionalProperties"] is False
        assert sorted(one["required"]) == sorted(one["properties"])
    text = json.dumps(schema)
    assert '"default"' not in text
    assert '"title": {"' in text or '"title"' not in text  # a property of that name stays


@given(st.text())
def test_any_text_is_a_value_or_unusable(text):
    with suppress(Unusable):
        assert isinstance(value(text), Birds)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["stories", "story", "title", "facts", "text", "posts"]), _JSON))
def test_any_json_is_a_value_or_unusable(found):
    with suppress(Unusable):
        assert isinstance(value(json.dumps(found), shape=StoryAnswer), StoryAnswer)
