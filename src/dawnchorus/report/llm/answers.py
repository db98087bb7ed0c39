"""What a model answers, as JSON: plain sentences and the numbers of what they stand on."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)

from dawnchorus.llm.lenient import Each, Numbers, Some
from dawnchorus.report.told import About

_EXTRA = ConfigDict(extra="ignore")


class WrittenLine(BaseModel):
    """A sentence and the numbers of its posts."""

    model_config = _EXTRA
    text: str
    posts: Numbers


class WrittenFact(WrittenLine):
    """A fact, and what it is on."""

    about: About = "event"

    @field_validator("about", mode="before")
    @classmethod
    def _known(cls, about: object) -> object:
        # A word of its own for it is no reason to lose the sentence.
        return about if about in ("event", "market", "money") else "event"


def _or_empty(title: object, validate: ValidatorFunctionWrapHandler) -> object:
    try:
        return validate(title)
    except ValidationError:
        return WrittenLine(text="", posts=[])


class WrittenStory(BaseModel):
    """What is told of one story."""

    model_config = _EXTRA
    story: int
    title: Annotated[WrittenLine, WrapValidator(_or_empty)]  # empty: none that can be used
    facts: Some[WrittenFact]
    opinions: Some[WrittenLine]


class StoryAnswer(BaseModel):
    """Answer to the prompt "story"."""

    model_config = _EXTRA
    stories: Each[WrittenStory]


class RepairedLine(BaseModel):
    """A sentence written anew; an empty text gives it up."""

    model_config = _EXTRA
    number: int
    text: str
    posts: Numbers


class RepairAnswer(BaseModel):
    """Answer to the prompt "repair"."""

    model_config = _EXTRA
    lines: Each[RepairedLine]


class ComposedLine(BaseModel):
    """A sentence made of checked ones."""

    model_config = _EXTRA
    text: str
    lines: Numbers


class ComposeAnswer(BaseModel):
    """Answer to the prompt "compose"."""

    model_config = _EXTRA
    overview: Some[ComposedLine]
    summary: Some[ComposedLine]

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("neither overview nor summary")
        return self


class HeadlineAnswer(BaseModel):
    """Answer to the prompt "headline"."""

    model_config = _EXTRA
    text: str
    lines: Numbers
