"""The at most ten things that matter, in order of rank."""

from __future__ import annotations

from dawnchorus.model import Block, Sentence, Story
from dawnchorus.report.desk import Desk
from dawnchorus.report.evidence import LEAD_COLUMNS, choose

MOST = 10


def key_points(desk: Desk) -> tuple[Block, ...]:
    """A block a story: its words in bold, how large it is, what is new, and a second voice."""
    fresh = [story for story in desk.briefing.stories if story.status != "repeat"]
    blocks = [block for story in fresh[: 2 * MOST] if (block := _block(desk, story)) is not None][:MOST]
    if blocks:
        return tuple(blocks)
    none = desk.computed(desk.say.say("key-none"), [desk.figures.posts("fresh")])
    return (Block(kind="paragraph", sentences=(none,)),)


def _block(desk: Desk, story: Story) -> Block | None:
    opening = desk.opening(story)
    if opening is None or opening.post in desk.quoted:
        return None
    sentences: list[Sentence] = []
    if opening.columns <= LEAD_COLUMNS:
        lead = desk.lead(opening)
    else:
        label, facts, quotes = desk.label(story)
        if not facts:
            lead = desk.lead(opening)
        else:
            lead = desk.computed(label, facts, citations=desk.cited(story), quotes=quotes)
            sentences.append(desk.quotation(opening))
    detail, counted = desk.volume(story)
    sentences.append(
        desk.computed(
            desk.say.say("volume", detail=sentence_case(detail)), counted, citations=desk.cited(story, 5)
        )
    )
    if story.status == "update":
        sentences += _news(desk, story)
    second = choose(
        desk.passages(story.posts),
        limit=1,
        said=[opening],
        authors={opening.author} if opening.author else set(),
    )
    if second and len(sentences) < 3:
        sentences.append(desk.quotation(second[0]))
    return Block(kind="item", lead=lead, sentences=tuple(sentences), story=story.id, status=story.status)


def _news(desk: Desk, story: Story) -> list[Sentence]:
    """What an update brings that its thread had not: names, numbers, sites, with the posts that bring it."""
    of = f"story:{story.id}"
    found = [(item, desk.figures.containing(of, [item])) for item in story.news]
    held = [(item, fact) for item, fact in found if fact.value][:4]
    citations = story.new_posts[:3]
    if held:
        text = desk.say.say("update", items=desk.say.join([item for item, _ in held]))
        return [desk.computed(text, [fact for _, fact in held], citations=citations)]
    fact = desk.figures.posts(f"new:{story.id}")
    if not fact.value:
        return []
    return [desk.computed(desk.say.say("update-posts", n=fact.value), [fact], citations=citations)]


def sentence_case(text: str) -> str:
    """``text`` with its first letter in upper case, the rest as it stands."""
    return text[:1].upper() + text[1:]
