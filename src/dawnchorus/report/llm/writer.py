"""The writer that asks a language model; counts, headings, links and numbers stay ours.

A model is given stories, then its own sentences with what is wrong with them, then sentences that passed
to make others of. What it could not write, the extractive writer writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from dawnchorus.errors import WriterError
from dawnchorus.llm.asking import Ask, Model
from dawnchorus.model import Block, Sentence, Story
from dawnchorus.report.briefing import Briefing, Draft
from dawnchorus.report.desk import Desk
from dawnchorus.report.extractive import fill
from dawnchorus.report.llm.answers import ComposeAnswer, ComposedLine, HeadlineAnswer, StoryAnswer
from dawnchorus.report.llm.briefs import numbered, packed, story_briefs, story_text
from dawnchorus.report.llm.lines import Line, Part, story_lines
from dawnchorus.report.llm.prompts import prompt
from dawnchorus.report.llm.vetting import vet
from dawnchorus.report.told import Told, ToldStory

_STORY_TOKENS: Final = 520  # of an answer, for one story
_COMPOSE_TOKENS: Final = 1100
_HEADLINE_TOKENS: Final = 120
_MOST_COMPOSED: Final = 5  # sentences of the overview and of the summary
_MOST_SOURCES: Final = 3  # sentences that one is made of
_MOST_CITED: Final = 4


class LlmWriter:
    """Writes the stories with a model, each sentence checked as it comes."""

    name = "llm"
    ai_generated = True

    def write(self, briefing: Briefing) -> Draft:
        """See ``plugins.Writer``.

        Raises:
            WriterError: No model was given.
        """
        if briefing.model is None:
            raise WriterError('the writer "llm" needs a model: add [llm] to the topic; see docs/models.md')
        desk = Desk(briefing)
        lines = _stories(desk, briefing.model, self._chosen(briefing))
        desk.told = _told(lines, briefing)
        printed = [line.sentence for line in lines if line.passed and line.sentence is not None]
        for sentence in printed:
            desk.mark_told(sentence)
        _quote_instead(lines, desk)
        sections = fill(desk)
        composed = _composed(printed, briefing)
        sections["overview"] = (*_paragraph(composed, "overview"), *sections["overview"])
        if summary := _paragraph(composed, "summary"):
            # The counts that open an extractive summary stay; its quotations give way.
            counts = [block for block in sections["summary"] if block.kind == "paragraph"][:1]
            sections["summary"] = (*summary, *counts)
        titles = [line.sentence for line in lines if line.part == "title" and line.passed and line.sentence]
        headline = _headline(titles, briefing) or next(iter(titles), None)
        by_hand = tuple(story.id for story in self._chosen(briefing) if not desk.told.has(story))
        return Draft(
            headline=headline or desk.headline(_listed(sections["key_points"], briefing)),
            sections=sections,
            fallback=by_hand,
            withheld=_failed(lines),
        )

    def _chosen(self, briefing: Briefing) -> list[Story]:
        fresh = [story for story in briefing.stories if story.status != "repeat"]
        return fresh[: briefing.most_written]


def _stories(desk: Desk, model: Model, stories: Sequence[Story]) -> list[Line]:
    briefing = desk.briefing
    packs = packed(story_briefs(desk, stories))
    numbers = [numbered(pack) for pack in packs]
    asks = [
        Ask(
            stage="story",
            about="stories " + ", ".join(brief.story.id for brief in pack),
            system=prompt("story", briefing.lang),
            user=story_text(desk, pack, given),
            shape=StoryAnswer,
            most_tokens=_STORY_TOKENS * len(pack),
        )
        for pack, given in zip(packs, numbers, strict=True)
    ]
    lines = [
        line
        for pack, given, reply in zip(packs, numbers, model.ask(asks), strict=True)
        if reply.value is not None
        for line in story_lines(cast(StoryAnswer, reply.value), pack, given)
    ]
    vet(lines, briefing, model)
    return lines


def _told(lines: Sequence[Line], briefing: Briefing) -> Told:
    """What passed, by story in their order."""
    stories: dict[str, ToldStory] = {}
    said: set[str] = set()
    order = {story.id: place for place, story in enumerate(briefing.stories)}
    for line in sorted(lines, key=lambda line: order[line.story]):
        if not line.passed or line.sentence is None or line.text in said:
            continue
        said.add(line.text)
        told = stories.setdefault(line.story, ToldStory())
        if line.part == "title":
            told.title = line.sentence
        elif line.part == "fact":
            told.facts.append(line.sentence)
        else:
            told.opinions.append(line.sentence)
    return Told(stories)


def _quote_instead(lines: Sequence[Line], desk: Desk) -> None:
    """A quotation of its post in place of each sentence that failed, where the post is not told yet."""
    for line in lines:
        if line.passed or line.part == "title":
            continue
        for post in line.posts:
            passage = None if post in desk.quoted else desk.passage(post)
            if passage is not None:
                desk.told.add(line.story, desk.quotation(passage), opinion=line.part == "opinion")
                break


def _composed(printed: Sequence[Sentence], briefing: Briefing) -> list[Line]:
    """Sentences made of those that passed, for overview and summary."""
    if len(printed) < 2 or briefing.model is None:
        return []
    ask = Ask(
        stage="compose",
        about="overview and summary",
        system=prompt("compose", briefing.lang),
        user=_listing(printed),
        shape=ComposeAnswer,
        most_tokens=_COMPOSE_TOKENS,
    )
    reply = briefing.model.ask([ask])[0]
    if reply.value is None:
        return []
    answer = cast(ComposeAnswer, reply.value)
    given: list[tuple[Part, ComposedLine]] = [("overview", one) for one in answer.overview[:_MOST_COMPOSED]]
    given += [("summary", one) for one in answer.summary[:_MOST_COMPOSED]]
    lines = [line for part, one in given if (line := _made_of(part, one, printed)) is not None]
    vet(lines, briefing, briefing.model)
    return lines


def _headline(titles: Sequence[Sentence], briefing: Briefing) -> Sentence | None:
    if not titles or briefing.model is None:
        return None
    ask = Ask(
        stage="headline",
        about="headline",
        system=prompt("headline", briefing.lang),
        user=_listing(titles[:10]),
        shape=HeadlineAnswer,
        most_tokens=_HEADLINE_TOKENS,
    )
    reply = briefing.model.ask([ask])[0]
    if reply.value is None:
        return None
    answer = cast(HeadlineAnswer, reply.value)
    line = _made_of("headline", ComposedLine(text=answer.text, lines=answer.lines), titles[:10])
    if line is None:
        return None
    vet([line], briefing, briefing.model)
    return line.sentence if line.passed else None


def _made_of(part: Part, one: ComposedLine, sentences: Sequence[Sentence]) -> Line | None:
    """A line that cites what its sentences cite; None if they are none or too many."""
    numbers = list(dict.fromkeys(one.lines))
    if not one.text.strip() or not 1 <= len(numbers) <= _MOST_SOURCES:
        return None
    if not all(1 <= number <= len(sentences) for number in numbers):
        return None
    cited = dict.fromkeys(post for number in numbers for post in sentences[number - 1].citations)
    return Line(part=part, story="", text=one.text, posts=tuple(cited)[:_MOST_CITED])


def _listing(sentences: Sequence[Sentence]) -> str:
    return "\n".join(f"{number}. {sentence.text}" for number, sentence in enumerate(sentences, start=1))


def _paragraph(lines: Sequence[Line], part: Part) -> tuple[Block, ...]:
    found = tuple(line.sentence for line in lines if line.part == part and line.passed and line.sentence)
    return (Block(kind="paragraph", sentences=found),) if found else ()


def _listed(key_points: Sequence[Block], briefing: Briefing) -> list[Story]:
    told = {block.story for block in key_points}
    return [story for story in briefing.stories if story.id in told]


def _failed(lines: Sequence[Line]) -> tuple[Sentence, ...]:
    """Sentences that were checked and not passed, with their reasons."""
    found = [line.sentence for line in lines if not line.passed and line.sentence is not None]
    return tuple({sentence.text: sentence for sentence in found}.values())
