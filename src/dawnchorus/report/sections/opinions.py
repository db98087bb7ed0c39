"""Who said what: named voices, and where they disagree."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from dawnchorus.model import Block, Sentence, Story
from dawnchorus.report.cues import DOUBT, OPINION, PRAISE, QUESTION
from dawnchorus.report.desk import Desk
from dawnchorus.report.evidence import Passage, choose

_MOST = 12
_MOST_OF_A_STORY = 3
_MOST_BESIDE = 3
_LEAST_NEWS = (
    -0.7
)  # of the form of a post, see newsworth: a view is personal, but no joke, tout or reply alone


def opinions(desk: Desk) -> tuple[Block, ...]:
    """Quotations of named authors that voice an opinion, by story, best story first."""
    ids = desk.briefing.sets["opinions"]
    written = _written(desk)
    if not ids and written:
        return tuple(written)
    if not ids:
        none = desk.computed(desk.say.say("opinions-none"), [desk.figures.posts("opinions")])
        return (Block(kind="paragraph", sentences=(none,)),)
    authors = desk.figures.distinct("authors", "opinions")
    posts = desk.figures.posts("opinions")
    blocks = []
    # Beside what a model wrote only a few more voices: it has read and weighed them.
    left = _MOST_BESIDE if written else _MOST
    quoted_authors = set[str]()
    story_of = {post: story for story in desk.briefing.stories for post in story.posts}
    by_story: dict[str, list[Passage]] = defaultdict(list)
    # Beside what a model wrote, a quotation in another language is a stumbling block.
    read = desk.readable(ids) if written else ids
    for one in desk.passages(read, named=True):
        if OPINION.search(one.text) and one.news >= _LEAST_NEWS and not QUESTION.search(one.text):
            by_story[story_of[one.post].id if one.post in story_of else ""].append(one)
    for story in [*desk.briefing.stories, None]:
        candidates = by_story.get(story.id if story else "", [])
        limit = min(left, _MOST_OF_A_STORY) if story else left
        chosen = choose(candidates, limit=limit, authors=quoted_authors)
        if not chosen:
            continue
        left -= len(chosen)
        quoted_authors |= {one.author for one in chosen if one.author}
        told = [desk.quotation(one) for one in chosen]
        if story is None or len(story.posts) < 2:
            blocks += [Block(kind="item", sentences=(sentence,)) for sentence in told]
        else:
            dispute = _dispute(desk, story)
            blocks.append(Block(kind="item", sentences=(*dispute, *told), story=story.id))
    count = desk.computed(
        desk.say.say("opinions-count", n=authors.value, posts=posts.value),
        [authors, posts],
        citations=[block.sentences[-1].citations[0] for block in blocks] or ids[:3],
    )
    return (Block(kind="paragraph", sentences=(count,)), *written, *blocks)


def _written(desk: Desk) -> list[Block]:
    """What a model tells of opinions, by story."""
    found = [(story, desk.told.opinions(story, _MOST_OF_A_STORY)) for story in desk.briefing.stories]
    blocks = [
        Block(kind="item", sentences=tuple(sentences), story=story.id if len(story.posts) > 1 else None)
        for story, sentences in found
        if sentences
    ]
    return blocks[:_MOST]


def _dispute(desk: Desk, story: Story) -> list[Sentence]:
    """A count of words of doubt and praise, where two or more posts of a story doubt."""
    of = f"story:{story.id}"
    doubt, praise = _heard(desk, of, DOUBT), _heard(desk, of, PRAISE)
    doubts = desk.figures.containing(of, doubt)
    if int(doubts.value) < 2:
        return []
    label, facts, quotes = desk.label(story)
    shown = desk.say.join(doubt)
    frame = desk.briefing.posts.of(story.posts)
    citing = frame.filter(_holds(doubt))["id"].head(5).to_list()
    praises = desk.figures.containing(of, praise)
    if praises.value:
        more = desk.say.join(praise)
        text = desk.say.say(
            "doubt-both", label=label, n=doubts.value, words=shown, m=praises.value, more=more
        )
        return [desk.computed(text, [*facts, doubts, praises], citations=citing, quotes=quotes)]
    text = desk.say.say("doubt", label=label, n=doubts.value, words=shown)
    return [desk.computed(text, [*facts, doubts], citations=citing, quotes=quotes)]


def _heard(desk: Desk, of: str, cues: tuple[str, ...]) -> tuple[str, ...]:
    """The at most three of ``cues`` that most posts of the set hold."""
    counts = [(int(desk.figures.containing(of, [cue]).value), cue) for cue in cues]
    return tuple(cue for count, cue in sorted(counts, key=lambda item: (-item[0], item[1]))[:3] if count)


def _holds(cues: tuple[str, ...]) -> pl.Expr:
    return pl.col("clean_text").str.to_lowercase().str.contains_any([cue.lower() for cue in cues])
