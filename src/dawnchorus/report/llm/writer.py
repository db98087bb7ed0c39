"""The writer that asks a language model; counts, headings, links and numbers stay ours.

A model is given stories, then its own sentences with what is wrong with them, then sentences that passed
to make others of. What it could not write, the extractive writer writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, zip_longest
from typing import Final, cast

from dawnchorus.errors import WriterError
from dawnchorus.llm.asking import Ask, Model
from dawnchorus.model import Block, Sentence, Story
from dawnchorus.report.briefing import Briefing, Draft
from dawnchorus.report.desk import Desk
from dawnchorus.report.extractive import fill
from dawnchorus.report.llm.answers import ComposeAnswer, ComposedLine, HeadlineAnswer, StoryAnswer
from dawnchorus.report.llm.briefs import numbered, packed, story_briefs, story_text
from dawnchorus.report.llm.lines import MOST_CITED, Line, Part, story_lines
from dawnchorus.report.llm.prompts import prompt
from dawnchorus.report.llm.repeats import Content, content, repeats
from dawnchorus.report.llm.vetting import vet
from dawnchorus.report.told import Told, ToldFact, ToldStory

_STORY_TOKENS: Final = 260  # of an answer, for one story, and for each of its posts
_POST_TOKENS: Final = 60
_COMPOSE_TOKENS: Final = 1100
_HEADLINE_TOKENS: Final = 120
_MOST_COMPOSED: Final = 5  # sentences of the overview and of the summary
_MOST_SOURCES: Final = 3  # sentences that one is made of
_LEAST_COMPOSED: Final = 2  # sentences that anything is made of
_HEADLINE_OF: Final = 6  # key points


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
        chosen = self._chosen(briefing)
        lines = _stories(desk, briefing.model, chosen)
        stories = _told(lines, briefing)
        printed = [sentence for story in stories.values() for sentence in _sentences(story)]
        composed = _composed(stories, briefing, briefing.model)
        desk.told = Told(
            stories, overview=_passed(composed, "overview"), summary=_passed(composed, "summary")
        )
        for sentence in printed:
            desk.mark_told(sentence)
        _quote_instead(lines, desk)
        for story in chosen:
            if (told := stories.get(story.id)) and told.title is None and told.facts:
                told.title = _title_instead(story, told, desk)
        sections = fill(desk)
        leads = [
            block.lead for block in sections["key_points"] if block.lead and block.lead.kind == "written"
        ]
        headline = _headline(leads, briefing, briefing.model) or next(iter(leads), None)
        return Draft(
            headline=headline or desk.headline(_listed(sections["key_points"], briefing)),
            sections=sections,
            fallback=tuple(story.id for story in chosen if not desk.told.has(story)),
            withheld=_failed(lines) + _failed(composed),
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
            most_tokens=sum(_STORY_TOKENS + _POST_TOKENS * len(brief.posts) for brief in pack),
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


def _told(lines: Sequence[Line], briefing: Briefing) -> dict[str, ToldStory]:
    """What passed, by story in their order; what a better story said before is left out.

    A story whose title says what another's does is the same event: what it adds is told with the other.
    """
    order = {story.id: place for place, story in enumerate(briefing.stories)}
    passed = [(line, line.sentence) for line in lines if line.passed and line.sentence is not None]
    passed.sort(key=lambda item: order[item[0].story])
    stories: dict[str, ToldStory] = {}
    home: dict[str, str] = {}  # story: the one it is told with
    said: list[tuple[str, Content]] = []  # of a title its story, and what it holds
    for line, sentence in passed:
        if line.part != "title":
            continue
        held = content(line.text)
        same = next((story for story, one in said if repeats(held, one) or repeats(one, held)), None)
        home[line.story] = same or line.story
        stories[line.story] = ToldStory(title=None if same else sentence)
        if same is None:
            said.append((line.story, held))
    # Of a fact that two stories tell the smaller keeps it: a large one is the more often a bundle.
    size = {story.id: len(story.posts) for story in briefing.stories}
    for line, sentence in sorted(passed, key=lambda item: size[item[0].story]):
        if line.part == "title":
            continue
        held = content(line.text)
        told = stories.setdefault(home.get(line.story, line.story), ToldStory())
        if any(repeats(held, one) for _, one in said):
            continue
        said.append((line.story, held))
        if line.part == "opinion":
            told.opinions.append(sentence)
        else:
            told.facts.append(ToldFact(sentence, line.about))
    return dict(sorted(stories.items(), key=lambda item: order[item[0]]))


def _title_instead(story: Story, told: ToldStory, desk: Desk) -> Sentence:
    """For a title that failed: the words its posts tell it by in the report's language, else a fact."""
    opening = desk.opening(story)
    if opening is not None and opening.title is not None:
        post = desk.briefing.posts[opening.title.post]
        if post["language"] == desk.briefing.lang:
            return desk.lead(opening.title)
    return told.facts.pop(0).sentence


def _sentences(told: ToldStory) -> Iterator[Sentence]:
    if told.title is not None:
        yield told.title
    yield from (one.sentence for one in told.facts)
    yield from told.opinions


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


def _composed(stories: Mapping[str, ToldStory], briefing: Briefing, model: Model) -> list[Line]:
    """Sentences made of those that passed, for overview and summary."""
    groups = [list(_sentences(told)) for told in stories.values()]
    printed = [sentence for group in groups for sentence in group]
    if len(printed) < _LEAST_COMPOSED:
        return []
    ask = Ask(
        stage="compose",
        about="overview and summary",
        system=prompt("compose", briefing.lang),
        user=_listing(groups),
        shape=ComposeAnswer,
        most_tokens=_COMPOSE_TOKENS,
    )
    reply = model.ask([ask])[0]
    if reply.value is None:
        return []
    answer = cast(ComposeAnswer, reply.value)
    given: list[tuple[Part, ComposedLine]] = [("overview", one) for one in answer.overview[:_MOST_COMPOSED]]
    given += [("summary", one) for one in answer.summary[:_MOST_COMPOSED]]
    lines = [line for part, one in given if (line := _made_of(part, one, printed)) is not None]
    vet(lines, briefing, model)
    return _distinct(lines)


def _distinct(lines: Sequence[Line]) -> list[Line]:
    """``lines`` without those that say what one before them said."""
    found: list[Line] = []
    said: list[Content] = []
    for line in lines:
        held = content(line.text)
        if line.passed and any(repeats(held, one) for one in said):
            continue
        said += [held] if line.passed else []
        found.append(line)
    return found


def _headline(titles: Sequence[Sentence], briefing: Briefing, model: Model) -> Sentence | None:
    titles = titles[:_HEADLINE_OF]
    if not titles:
        return None
    ask = Ask(
        stage="headline",
        about="headline",
        system=prompt("headline", briefing.lang),
        user=_listing([titles]),
        shape=HeadlineAnswer,
        most_tokens=_HEADLINE_TOKENS,
    )
    reply = model.ask([ask])[0]
    if reply.value is None:
        return None
    answer = cast(HeadlineAnswer, reply.value)
    line = _made_of("headline", ComposedLine(text=answer.text, lines=answer.lines), titles)
    if line is None:
        return None
    vet([line], briefing, model)
    return line.sentence if line.passed else None


def _made_of(part: Part, one: ComposedLine, sentences: Sequence[Sentence]) -> Line | None:
    """A line that cites what its sentences cite; None if they are none or too many."""
    numbers = list(dict.fromkeys(one.lines))
    if not one.text.strip() or not 1 <= len(numbers) <= _MOST_SOURCES:
        return None
    if not all(1 <= number <= len(sentences) for number in numbers):
        return None
    # The first post of each before the second of any: a sentence of three must not stand on one of them.
    ranks = zip_longest(*(sentences[number - 1].citations for number in numbers))
    cited = dict.fromkeys(post for rank in ranks for post in rank if post is not None)
    return Line(part=part, story="", text=one.text, posts=tuple(cited)[:MOST_CITED])


def _listing(groups: Sequence[Sequence[Sentence]]) -> str:
    """Sentences with numbers from 1; an empty line parts stories."""
    number = count(1)
    return "\n\n".join(
        "\n".join(f"{next(number)}. {sentence.text}" for sentence in group) for group in groups if group
    )


def _passed(lines: Sequence[Line], part: Part) -> tuple[Sentence, ...]:
    return tuple(line.sentence for line in lines if line.part == part and line.passed and line.sentence)


def _listed(key_points: Sequence[Block], briefing: Briefing) -> list[Story]:
    told = {block.story for block in key_points}
    return [story for story in briefing.stories if story.id in told]


def _failed(lines: Sequence[Line]) -> tuple[Sentence, ...]:
    """Sentences that were checked and not passed, with their reasons."""
    found = [line.sentence for line in lines if not line.passed and line.sentence is not None]
    return tuple({sentence.text: sentence for sentence in found}.values())
