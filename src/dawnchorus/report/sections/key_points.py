"""The at most ten things that matter, in order of rank."""

from __future__ import annotations

from dawnchorus.model import Block, Sentence, Story
from dawnchorus.report.cues import OPINION
from dawnchorus.report.desk import Desk, Opening
from dawnchorus.report.evidence import choose
from dawnchorus.report.tokens import term_pattern

MOST = 10
# Of the form of a post, see newsworth: an event, or names with a link, for a post on its own; what several
# speak of may be told by a plain remark, not by a question or a joke.
_LEAST_NEWS_ALONE = 0.35
_LEAST_NEWS = -0.3
_LEAST_NEWS_SECOND = -0.2
_EVERYDAY = 0.1  # share of an edition's posts from which a name is its field, not news
_MOST_READ = 12  # new names and numbers looked at


def key_points(desk: Desk) -> tuple[Block, ...]:
    """A block a story: its words in bold, how large it is, what is new, and a second voice.

    A post that nobody else speaks of is listed only if its form is that of a
    report; nothing is padded to a count.
    """
    fresh = [story for story in desk.briefing.stories if story.status != "repeat"]
    blocks: list[Block] = []
    for story in fresh[: 3 * MOST]:
        if len(blocks) < MOST and (block := _block(desk, story)) is not None:
            blocks.append(block)
    if blocks:
        return tuple(blocks)
    none = desk.computed(desk.say.say("key-none"), [desk.figures.posts("fresh")])
    return (Block(kind="paragraph", sentences=(none,)),)


def _block(desk: Desk, story: Story) -> Block | None:
    if desk.told.has(story):
        # Without a title it is told with another story.
        title = desk.told.title(story)
        return None if title is None else _told_block(desk, story, title)
    opening = desk.opening(story)
    if opening is None or opening.whole.post in desk.quoted:
        return None
    alone = len(story.posts) == 1
    if opening.whole.news < (_LEAST_NEWS_ALONE if alone else _LEAST_NEWS):
        return None
    if alone and OPINION.search(opening.whole.text):
        return None  # one view is no event; it is told among the opinions
    sentences: list[Sentence] = []
    if opening.title is not None:
        lead = desk.lead(opening.title)
        if opening.rest is not None and _adds(opening):
            sentences.append(desk.quotation(opening.rest))
    else:
        label, facts, quotes = desk.label(story)
        if facts:
            lead = desk.computed(label, facts, citations=desk.cited(story), quotes=quotes)
            sentences.append(desk.quotation(opening.whole))
        else:
            lead = desk.lead(opening.whole)
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
        said=[opening.whole],
        authors={opening.whole.author} if opening.whole.author else set(),
        least_news=_LEAST_NEWS_SECOND,
    )
    sentences += [desk.quotation(one) for one in second]
    return Block(kind="item", lead=lead, sentences=tuple(sentences), story=story.id, status=story.status)


def _told_block(desk: Desk, story: Story, title: Sentence) -> Block:
    """A story that a model told: its title, its first fact, how large it is, what is new."""
    detail, counted = desk.volume(story)
    volume = desk.say.say("volume", detail=sentence_case(detail))
    facts = desk.told.facts(story, 1)
    sentences = [*facts, desk.computed(volume, counted, citations=desk.cited(story, 5))]
    if story.status == "update":
        # Of what is new only what the reader was told: a word alone says nothing.
        sentences += _news(desk, story, among=" ".join(one.text for one in (title, *facts)))
    return Block(kind="item", lead=title, sentences=tuple(sentences), story=story.id, status=story.status)


def _adds(opening: Opening) -> bool:
    """Whether the words after a title bring a number or name that it lacks."""
    title, rest = opening.title, opening.rest
    return bool(title and rest and (rest.numbers - title.numbers or rest.names - title.names))


def _news(desk: Desk, story: Story, *, among: str | None = None) -> list[Sentence]:
    """What an update brings that its thread had not: names, numbers, sites, with the posts that bring it.

    With ``among`` only what stands in that text is named.
    """
    of = f"story:{story.id}"
    specific = _specific(desk, story)
    if among is not None:
        spellings = {one for name, others in desk.briefing.aliases.items() for one in (name, *others)}
        # A Chinese word is cut by measure: two characters of a name, or a thing that is no news.
        specific = [
            item
            for item in specific
            if (item.isascii() or item in spellings or any(char.isdigit() for char in item))
            and term_pattern(item).search(among)
        ]
    found = [(item, desk.figures.containing(of, [item])) for item in specific]
    held = [(item, fact) for item, fact in found if fact.value][:4]
    citations = story.new_posts[:3]
    if held:
        text = desk.say.say("update", items=desk.say.join([item for item, _ in held]))
        return [desk.computed(text, [fact for _, fact in held], citations=citations)]
    fact = desk.figures.posts(f"new:{story.id}")
    if not fact.value:
        return []
    return [desk.computed(desk.say.say("update-posts", n=fact.value), [fact], citations=citations)]


def _specific(desk: Desk, story: Story) -> list[str]:
    """What is new in a story: no part of another item, no word that the whole day is full of."""
    everyday = max(4, _EVERYDAY * len(desk.briefing.sets["kept"]))
    whole = [
        item
        for item in story.news
        if not desk.say.is_calendar_word(item)
        and (desk.briefing.lang == "zh" or not any("\u3400" <= char <= "\u9fff" for char in item))
        and not any(item != other and item.lower() in other.lower() for other in story.news)
    ]
    return [
        item for item in whole[:_MOST_READ] if int(desk.figures.containing("kept", [item]).value) <= everyday
    ]


def sentence_case(text: str) -> str:
    """``text`` with its first letter in upper case, the rest as it stands."""
    return text[:1].upper() + text[1:]
