"""The instructions: both languages have all of them, each with a version and an example that is valid."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from dawnchorus.report.llm import prompts
from dawnchorus.report.llm.answers import ComposeAnswer, HeadlineAnswer, RepairAnswer, StoryAnswer

NAMES = get_args(prompts.Name)
SHAPES = {"story": StoryAnswer, "repair": RepairAnswer, "compose": ComposeAnswer, "headline": HeadlineAnswer}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_each_has_a_version_and_its_language(name, lang):
    assert re.fullmatch(rf"{name}, version \d+", prompts.version(name, lang))
    text = prompts.prompt(name, lang)
    assert not text.startswith("#")
    assert bool(re.search("[\u4e00-\u9fff]", text)) is (lang == "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_the_example_answer_is_of_the_shape(name, lang):
    example = prompts.prompt(name, lang).rsplit("\n", 1)[-1]
    found = example[example.index("{") : example.rindex("}") + 1]

    SHAPES[name].model_validate_json(found)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_are_of_one_version(name):
    assert prompts.version(name, "zh") == prompts.version(name, "en")
