"""Instructions to models, written for each language; the first line names prompt and version."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from dawnchorus.model import Lang

Name = Literal["story", "repair", "compose", "headline"]


@cache
def prompt(name: Name, lang: Lang) -> str:
    """The instructions, without their first line."""
    return _text(name, lang).split("\n", 1)[1].strip()


def version(name: Name, lang: Lang) -> str:
    """Name and version as their first line says them: "story, version 1"."""
    return _text(name, lang).split("\n", 1)[0].removeprefix("# ")


def _text(name: str, lang: str) -> str:
    return (files(__package__) / lang / f"{name}.txt").read_text("utf-8")
