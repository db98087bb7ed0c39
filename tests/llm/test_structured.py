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
        # Braces of prose, before and behind.
        f"Sure! Here {{is}} the JSON you {{asked}} for:\n\n{SOUND}\n\nHope {{that}} helps!",
        f'I fill {{"words": […]}} in: {SOUND}',
        '{"words": "a list"} is its form. ' + SOUND,
        '{"words": []} is empty, so: ' + SOUND,
        f'{SOUND} Without birds it were {{"words": []}}.',
        '{"words": ["emu"]} No, wait: ' + SOUND,
        "{a}" * 5000 + SOUND,
        # What was thought is no answer.
        f"<think>Short.</think>\n{SOUND}",
        f'<think>First {{"words": ["emu"]}}, {{bad}} ```json\n{{}}\n```</think>\n{SOUND}',
        f'<THINK>a</THINK><thinking>{{"words": ["emu"]}}</thinking>```json\n{SOUND}\n```',
        f'First {{"words": ["emu"]}} and more.</think>\n{SOUND}',
        f'<think>a<think>b</think>{{"words": ["emu"]}}</think>{SOUND}',
        f'{SOUND}<think>Or {{"words": ["emu"]}}?</think>',
        f'{SOUND}\n<think>Or {{"words": ["emu"]}}',
        "<think>" + '{"' * 5000 + f"</think>{SOUND}",
    ],
)
def test_found(text):
    assert value(text).words == ["wren", "鸫"]


@pytest.mark.parametrize("word", ["<think>", "</think>", "<think>a</think>", "{", '{"words": []}'])
def test_marks_within_an_answer_are_words_of_it(word):
    assert value(json.dumps({"words": [word, "wren"]})).words == [word, "wren"]


@pytest.mark.parametrize("finish", ["stop", "length"])
@pytest.mark.parametrize(
    "text",
    [
        f"<think>{SOUND}",
        f"<think>{SOUND}</think>",
        f"{SOUND}</think>",
        f"<think>{SOUND}</think> Done.",
        "<think>",
    ],
)
def test_what_was_only_thought_is_no_answer(text, finish):
    with pytest.raises(Unusable, match="it thought and wrote no answer"):
        value(text, finish=finish)


def test_faults_speak_to_a_person():
    """They are what ``dawnchorus models`` prints, not what a model is told."""
    for text, finish in (
        ("", "stop"),
        (SOUND[:9], "length"),
        ("{}", "stop"),
        ("", "refused"),
        ("", "thought"),
    ):
        with pytest.raises(Unusable) as caught:
            value(text, finish=finish)

        assert "answer with" not in str(caught.value)
        assert "be shorter" not in str(caught.value)


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
        ("{}", "not the shape that was asked for: words: Field required"),
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
    [
        "```json" + " " * 400_000,
        "```" * 150_000,
        "{" + "\n" * 400_000,
        "{" * 200_000,
        "," * 400_000 + "{}",
        "{}" * 200_000,
        '{"a": 1}' * 50_000,
        '{"a":' * 80_000,
        '{"a": [' * 30 + "1," * 200_000,
        '{"a": "b' * 50_000,
        "<think>" * 60_000,
        "</think>" * 50_000,
        "<think></think>{" * 30_000,
    ],
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
