"""What is to be made: which posts, for which topic, over which window, in which languages, where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from dawnchorus.model import Lang, Window
from dawnchorus.settings import PluginUse, Topic

SEED = 20251121
"""Of the word cloud's layout; any number would do, but it must not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One edition of one topic in one or more languages.

    The clock and the seed come in here, so that the same job makes the same
    bytes on another day.
    """

    inputs: tuple[str, ...]  # files, folders, globs; standard input is spooled to a file first
    sources: tuple[str, ...] = ()  # installed sources to read besides
    topic: Topic
    label: str
    window: Window
    languages: tuple[Lang, ...]
    out: Path
    data: Path
    now: datetime
    undated: Literal["exclude", "include"] = "exclude"
    writer: PluginUse
    publishers: tuple[PluginUse, ...]
    seed: int = SEED

    def slug(self, lang: Lang) -> str:
        """Name of the edition's files. The first language has the plain name of the house format."""
        plain = f"{self.label}_{self.window.first:%Y%m%d}_{self.window.last:%Y%m%d}"
        return plain if lang == self.languages[0] else f"{plain}_{lang}"
