"""What a model answers, as JSON: plain sentences and the numbers of what they stand on."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from dawnchorus.report.told import About

_EXTRA = ConfigDict(extra="ignore")

T = TypeVar("T")


def _each(items: object, validate: ValidatorFunctionWrapHandler) -> object:
    """Those of ``items`` that are whole: one that is not costs itself, all that are not cost the answer."""
    if not isinstance(items, list):
        return validate(items)
    found: list[object] = []
    for item in items:
        try:
            found += validate([item])
        except ValidationError:
            continue
    return found if found else validate(items)


Each = Annotated[list[T], WrapValidator(_each)]
"""A list whose broken items are left out."""


class WrittenLine(BaseModel):
    """A sentence and the numbers of its posts."""

    model_config = _EXTRA
    text: str
    posts: list[int]


class WrittenFact(WrittenLine):
    """A fact, and what it is on."""

    about: About = "event"

    @field_validator("about", mode="before")
    @classmethod
    def _known(cls, about: object) -> object:
        # A word of its own for it is no reason to lose the sentence.
        return about if about in ("event", "market", "money") else "event"


class WrittenStory(BaseModel):
    """What is told of one story."""

    model_config = _EXTRA
    story: int
    title: WrittenLine
    facts: Each[WrittenFact]
    opinions: Each[WrittenLine]


class StoryAnswer(BaseModel):
    """Answer to the prompt "story"."""

    model_config = _EXTRA
    stories: Each[WrittenStory]


class RepairedLine(BaseModel):
    """A sentence written anew; an empty text gives it up."""

    model_config = _EXTRA
    number: int
    text: str
    posts: list[int]


class RepairAnswer(BaseModel):
    """Answer to the prompt "repair"."""

    model_config = _EXTRA
    lines: Each[RepairedLine]


class ComposedLine(BaseModel):
    """A sentence made of checked ones."""

    model_config = _EXTRA
    text: str
    lines: list[int]


class ComposeAnswer(BaseModel):
    """Answer to the prompt "compose"."""

    model_config = _EXTRA
    overview: Each[ComposedLine]
    summary: Each[ComposedLine]


class HeadlineAnswer(BaseModel):
    """Answer to the prompt "headline"."""

    model_config = _EXTRA
    text: str
    lines: list[int]
