"""What is to be made: which posts, for which topic, over which window, in which languages, where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from dawnchorus.model import Lang, SourceHealth, Window
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.settings import PluginUse, Topic

SEED = 20251121
"""Of the word cloud's layout; any number would do, but it must not change."""


def asks_model(writer: PluginUse) -> bool:
    """Whether ``writer`` may ask a language model."""
    return writer.name != "extractive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One edition of one topic in one or more languages.

    The clock and the seed come in here, so that the same job makes the same
    bytes on another day.
    """

    inputs: tuple[str, ...]  # files, folders, globs (standard input is spooled first); none: the archive
    topic: Topic
    label: str
    window: Window
    languages: tuple[Lang, ...]
    out: Path
    data: Path
    now: datetime
    undated: Literal["exclude", "include"] = "exclude"
    writer: PluginUse
    traffic: Traffic = field(default_factory=Traffic)
    publishers: tuple[PluginUse, ...]
    seed: int = SEED
    health: tuple[SourceHealth, ...] | None = None  # how sources were read for it; None: they were not
    leading: Lang | None = None  # language that has the plain name already; None: the first of ``languages``

    @property
    def asks_model(self) -> bool:
        """Whether its writer may ask a language model."""
        return asks_model(self.writer)

    @property
    def plain_slug(self) -> str:
        """Name of the edition in the house format: "twitter_ai_20251121_20251121"."""
        return f"{self.label}_{self.window.first:%Y%m%d}_{self.window.last:%Y%m%d}"

    def slug(self, lang: Lang) -> str:
        """Name of the edition's files: plain for the leading language, with "_en" or "_zh" for another."""
        return self.plain_slug if lang == (self.leading or self.languages[0]) else f"{self.plain_slug}_{lang}"
