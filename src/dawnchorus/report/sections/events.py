"""Events by story: what was said about each in the order it was said, with its numbers and dates."""

from __future__ import annotations

from dawnchorus.model import Block, Story
from dawnchorus.report.desk import Desk
from dawnchorus.report.evidence import Passage, choose

_MOST_STORIES = 12
_MOST_QUOTATIONS = 3
_MOST_SINGLES = 6


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
    singles = [
        Block(kind="item", sentences=(desk.quotation(one),), story=story.id)
        for story in fresh
        if len(story.posts) == 1
        and story.head not in desk.quoted
        and (one := desk.passage(story.head)) is not None
    ][:_MOST_SINGLES]
    return (*blocks, *singles, *_repeats(desk))


def _block(desk: Desk, story: Story) -> Block | None:
    told = [desk.quoted[post] for post in story.posts if post in desk.quoted]
    authors = {one.author for one in told if one.author}
    chosen = choose(desk.passages(story.posts), limit=_MOST_QUOTATIONS, said=told, authors=authors)
    if not chosen:
        return None
    label, facts, quotes = desk.label(story)
    lead = desk.computed(
        label, [*facts, desk.figures.posts(f"story:{story.id}")], citations=[story.head], quotes=quotes
    )
    sentences = tuple(desk.quotation(one) for one in sorted(chosen, key=lambda one: _when(desk, one)))
    return Block(kind="item", lead=lead, sentences=sentences, story=story.id, status=story.status)


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
