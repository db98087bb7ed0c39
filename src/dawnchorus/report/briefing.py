"""What a writer is given: the posts, the stories, the named sets, and what came before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from dawnchorus.llm.asking import Model
from dawnchorus.model import Block, Lang, SectionId, Sentence, Story, Window

PostRow = Mapping[str, Any]
"""A row of ``tables.KEPT`` by column name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A sub-theme of the topic's own section; its posts are the set "theme:<id>"."""

    id: str
    name: str  # in the language of the report


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A stock or coin of the watch list; its posts are the set "ticker:<symbol>"."""

    symbol: str
    kind: str  # "stock" or "coin"
    name: str  # in the language of the report, or the symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The edition before: its slug, its day as shown, and how many posts each of its sets had.

    ``told`` is what it and those before it said, by language and thread.
    """

    slug: str
    day: str
    counts: Mapping[str, int]
    told: Mapping[Lang, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


class PostsById:
    """Rows of a frame by post id, without turning the whole frame into Python objects."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._row = {post: number for number, post in enumerate(frame["id"])}

    def __contains__(self, post: str) -> bool:
        return post in self._row

    def __getitem__(self, post: str) -> PostRow:
        return self.frame.row(self._row[post], named=True)

    def of(self, ids: tuple[str, ...]) -> pl.DataFrame:
        """The rows of ``ids``, in that order."""
        return self.frame[[self._row[post] for post in ids]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """All that a writer may speak of. Facts are counted over ``sets``, quotations come from ``posts``."""

    lang: Lang
    window: Window
    posts: PostsById  # tables.KEPT
    stories: tuple[Story, ...]  # best first, repeats included
    sets: Mapping[str, tuple[str, ...]]  # "kept", "story:…", "theme:…", "ticker:…", "finance", …
    themes: tuple[Theme, ...]
    instruments: tuple[Instrument, ...]  # those mentioned, most posts first
    earlier: Earlier | None = None
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # a name: its other spellings
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # thread -> what earlier editions said
    model: Model | None = None
    most_written: int = 0  # stories that a model is to write
    examine: Callable[[Sentence], Sentence] = lambda sentence: sentence  # with the checker's verdict
    judge: Callable[[Sequence[Sentence]], list[Sentence]] | None = None  # of those that escalated


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a writer gives back: blocks for the sections it fills, and a headline.

    Section headings and their order are not a writer's to choose.
    """

    headline: Sentence | None
    sections: Mapping[SectionId, tuple[Block, ...]] = field(default_factory=dict)
    fallback: tuple[str, ...] = ()  # ids of stories that a model was to write and did not
    withheld: tuple[Sentence, ...] = ()  # sentences the writer gave up itself, with their verdicts
