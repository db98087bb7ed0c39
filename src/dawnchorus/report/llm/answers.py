"""What a model answers, as JSON: plain sentences and the numbers of what they stand on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

_EXTRA = ConfigDict(extra="ignore")


class WrittenLine(BaseModel):
    """A sentence and the numbers of its posts."""

    model_config = _EXTRA
    text: str
    posts: list[int]


class WrittenStory(BaseModel):
    """What is told of one story."""

    model_config = _EXTRA
    story: int
    title: WrittenLine
    facts: list[WrittenLine]
    opinions: list[WrittenLine]


class StoryAnswer(BaseModel):
    """Answer to the prompt "story"."""

    model_config = _EXTRA
    stories: list[WrittenStory]


class RepairedLine(BaseModel):
    """A sentence written anew; an empty text gives it up."""

    model_config = _EXTRA
    number: int
    text: str
    posts: list[int]


class RepairAnswer(BaseModel):
    """Answer to the prompt "repair"."""

    model_config = _EXTRA
    lines: list[RepairedLine]


class ComposedLine(BaseModel):
    """A sentence made of checked ones."""

    model_config = _EXTRA
    text: str
    lines: list[int]


class ComposeAnswer(BaseModel):
    """Answer to the prompt "compose"."""

    model_config = _EXTRA
    overview: list[ComposedLine]
    summary: list[ComposedLine]


class HeadlineAnswer(BaseModel):
    """Answer to the prompt "headline"."""

    model_config = _EXTRA
    text: str
    lines: list[int]
