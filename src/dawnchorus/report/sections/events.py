"""Events by story: what was said about each in the order it was said, with its numbers and dates."""

from __future__ import annotations

from collections.abc import Sequence

from dawnchorus.model import Block, Sentence, Story
from dawnchorus.report.desk import Desk
from dawnchorus.report.evidence import Passage, choose

_MOST_STORIES = 12
_MOST_QUOTATIONS = 3
_MOST_FACTS = 4
_MOST_SINGLES = 6
_LEAST_NEWS = -0.2  # of the form of a post, see newsworth: no questions and small talk
_LEAST_NEWS_ALONE = 0.35  # an event, or more


def events(desk: Desk) -> tuple[Block, ...]:
    """A block a story of two or more posts; then what only single posts tell."""
    fresh = [story for story in desk.briefing.stories if story.status != "repeat"]
    blocks = [
        block
        for story in [story for story in fresh if len(story.posts) > 1][:_MOST_STORIES]
        if (block := _block(desk, story)) is not None
    ]
    if not blocks:
        none = desk.computed(desk.say.say("events-none"), [desk.figures.posts("in-stories")])
        blocks.append(Block(kind="paragraph", sentences=(none,)))
    return (*blocks, *_singles(desk, fresh), *_repeats(desk))


def _singles(desk: Desk, stories: Sequence[Story]) -> list[Block]:
    """Events that one post reports: those a model told, then others in the order of their time."""
    written = [story for story in stories if len(story.posts) == 1 and desk.told.untitled(story)]
    found: list[tuple[Passage, Story]] = []
    for story in stories:
        one = desk.passage(story.head) if len(story.posts) == 1 and story.head not in desk.quoted else None
        if one is not None and one.news >= _LEAST_NEWS_ALONE and len(found) < _MOST_SINGLES:
            found.append((one, story))
    found.sort(key=lambda item: _when(desk, item[0]))
    return [
        *(block for story in written if (block := _told_block(desk, story)) is not None),
        *(Block(kind="item", sentences=(desk.quotation(one),), story=story.id) for one, story in found),
    ]


def _block(desk: Desk, story: Story) -> Block | None:
    if desk.told.has(story):
        return _told_block(desk, story)
    told = [desk.quoted[post] for post in story.posts if post in desk.quoted]
    authors = {one.author for one in told if one.author}
    chosen = choose(
        desk.passages(story.posts), limit=_MOST_QUOTATIONS, said=told, authors=authors, least_news=_LEAST_NEWS
    )
    if not chosen:
        return None
    label, facts, quotes = desk.label(story)
    posts = desk.figures.posts(f"story:{story.id}")
    heads = [*(quote.post for quote in quotes), story.head]
    lead = desk.computed(label, [*facts, posts], citations=heads, quotes=quotes)
    sentences = [desk.quotation(one) for one in sorted(chosen, key=lambda one: _when(desk, one))]
    return Block(
        kind="item",
        lead=lead,
        sentences=(*_course(desk, story), *sentences),
        story=story.id,
        status=story.status,
    )


def _told_block(desk: Desk, story: Story) -> Block | None:
    """What a model told of a story beyond its key point, under its title."""
    is_new = desk.told.untitled(story)
    facts = desk.told.facts(story, _MOST_FACTS)
    title = desk.told.title(story) if facts or is_new else None
    if title is None:
        return None
    sentences = (*facts, *_course(desk, story))
    if not sentences:
        return Block(kind="item", sentences=(title,), story=story.id, status=story.status)
    return Block(kind="item", lead=title, sentences=sentences, story=story.id, status=story.status)


def _course(desk: Desk, story: Story) -> list[Sentence]:
    """From when to when a story was spoken of, if its posts tell."""
    of = f"story:{story.id}"
    posts, first, last = desk.figures.posts(of), desk.figures.first_at(of), desk.figures.last_at(of)
    if first is None or last is None or first.value == last.value:
        return []
    text = desk.say.say(
        "course", n=posts.value, first=desk.clock(str(first.value)), last=desk.clock(str(last.value))
    )
    return [desk.computed(text, [posts, first, last], citations=desk.cited(story, 5))]


def _when(desk: Desk, one: Passage) -> tuple[str, str]:
    row = desk.briefing.posts[one.post]
    return (str(row["created_at"] or row["day"]), one.post)


def _repeats(desk: Desk) -> list[Block]:
    """One line for stories that bring nothing new: they are counted, not told again."""
    repeats = [story for story in desk.briefing.stories if story.status == "repeat" and len(story.posts) > 1]
    if not repeats:
        return []
    named = [desk.label(story) for story in repeats[:4]]
    count = desk.figures.stories("repeats")
    sentence = desk.computed(
        desk.say.say("repeats", n=len(repeats), labels=desk.say.series([label for label, _, _ in named])),
        [count, *(fact for _, facts, _ in named for fact in facts)],
        citations=[story.head for story in repeats],
        quotes=[quote for _, _, quotes in named for quote in quotes],
    )
    return [Block(kind="paragraph", sentences=(sentence,))]
