"""Sentences that a model wrote and that passed, for the sections to take.

A title stands over its story's key point and, if there is more to tell, over its events; each other sentence
is printed once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dawnchorus.model import Sentence, Story

About = Literal["event", "market", "money"]
"""What a fact is on: prices of stocks and coins; funding, earnings, deals, regulation; anything else."""


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact and what it is on."""

    sentence: Sentence
    about: About = "event"


@dataclass(slots=True, kw_only=True)
class ToldStory:
    """What a model told of a story; what a section printed is taken out."""

    title: Sentence | None = None
    facts: list[ToldFact] = field(default_factory=list)
    opinions: list[Sentence] = field(default_factory=list)
    is_titled: bool = False  # its title is printed


class Told:
    """The written sentences of a report by story; of an extractive one there are none."""

    def __init__(
        self,
        stories: Mapping[str, ToldStory] | None = None,
        *,
        overview: tuple[Sentence, ...] = (),
        summary: tuple[Sentence, ...] = (),
    ) -> None:
        self._stories = dict(stories or {})
        self.overview, self.summary = overview, summary

    def __bool__(self) -> bool:
        return bool(self._stories)

    def has(self, story: Story) -> bool:
        """Whether a model told ``story``, printed or not."""
        return story.id in self._stories

    def add(self, story: str, sentence: Sentence, *, opinion: bool) -> None:
        """One more of a story that a model told; of another nothing is kept."""
        if told := self._stories.get(story):
            if opinion:
                told.opinions.append(sentence)
            else:
                told.facts.append(ToldFact(sentence))

    def title(self, story: Story) -> Sentence | None:
        """The title of ``story``, which is printed now."""
        told = self._stories.get(story.id)
        if told is None or told.title is None:
            return None
        told.is_titled = True
        return told.title

    def untitled(self, story: Story) -> bool:
        """Whether ``story`` has a title that no section printed."""
        told = self._stories.get(story.id)
        return told is not None and told.title is not None and not told.is_titled

    def facts(self, story: Story, most: int) -> list[Sentence]:
        """The next facts of ``story``."""
        told = self._stories.get(story.id)
        if told is None:
            return []
        taken, told.facts = told.facts[:most], told.facts[most:]
        return [one.sentence for one in taken]

    def opinions(self, story: Story, most: int) -> list[Sentence]:
        """The next opinions on ``story``."""
        told = self._stories.get(story.id)
        if told is None:
            return []
        taken, told.opinions = told.opinions[:most], told.opinions[most:]
        return taken

    def on(
        self,
        about: Collection[About],
        *,
        posts: Collection[str],
        most: int,
        of_a_story: int = 1,
        leaving: int = 0,
    ) -> list[Sentence]:
        """The next facts, best story first, that are on one of ``about`` and cite none but ``posts``.

        Args:
            about: What they are on.
            posts: What they stand on.
            most: So many at most ...
            of_a_story: ... and of one story.
            leaving: Facts that each story keeps for its own block, its first ones.
        """
        wanted = frozenset(posts)
        taken: list[Sentence] = []
        for told in self._stories.values():
            found = [
                one
                for one in told.facts[leaving:]
                if one.about in about and wanted.issuperset(one.sentence.citations)
            ]
            for one in found[: min(of_a_story, most - len(taken))]:
                told.facts.remove(one)
                taken.append(one.sentence)
        return taken
