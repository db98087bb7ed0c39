"""Sentences that a model wrote and that passed, for the sections to take: each is printed once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from dawnchorus.model import Sentence, Story


@dataclass(slots=True, kw_only=True)
class ToldStory:
    """What is left to be printed of a story."""

    title: Sentence | None = None
    facts: list[Sentence] = field(default_factory=list)
    opinions: list[Sentence] = field(default_factory=list)


class Told:
    """The written sentences of a report by story; of an extractive one there are none."""

    def __init__(self, stories: Mapping[str, ToldStory] | None = None) -> None:
        self._stories = dict(stories or {})

    def has(self, story: Story) -> bool:
        """Whether a model told ``story``, printed or not."""
        return story.id in self._stories

    def add(self, story: str, sentence: Sentence, *, opinion: bool) -> None:
        """One more of a story that a model told; of another nothing is kept."""
        if told := self._stories.get(story):
            (told.opinions if opinion else told.facts).append(sentence)

    def title(self, story: Story) -> Sentence | None:
        """The title of ``story``, once."""
        told = self._stories.get(story.id)
        if told is None or told.title is None:
            return None
        title, told.title = told.title, None
        return title

    def facts(self, story: Story, most: int) -> list[Sentence]:
        """The next facts of ``story``."""
        told = self._stories.get(story.id)
        if told is None:
            return []
        taken, told.facts = told.facts[:most], told.facts[most:]
        return taken

    def opinions(self, story: Story, most: int) -> list[Sentence]:
        """The next opinions on ``story``."""
        told = self._stories.get(story.id)
        if told is None:
            return []
        taken, told.opinions = told.opinions[:most], told.opinions[most:]
        return taken

    def about(self, posts: Collection[str], most: int) -> list[Sentence]:
        """Facts, best story first, whose every cited post is among ``posts``; no more than one of a story."""
        wanted = frozenset(posts)
        taken: list[Sentence] = []
        for told in self._stories.values():
            found = next((one for one in told.facts if wanted.issuperset(one.citations)), None)
            if found is not None and len(taken) < most:
                told.facts.remove(found)
                taken.append(found)
        return taken
