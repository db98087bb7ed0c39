"""The topic's own section by sub-theme, and money: funding, earnings, deals, regulation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from dawnchorus.model import Block, Sentence
from dawnchorus.report.desk import Desk
from dawnchorus.report.evidence import choose
from dawnchorus.report.told import About

_MOST_OF_A_THEME = 3
_MOST_OF_FINANCE = 6
_ANY: Final = frozenset[About](("event", "market", "money"))
_LEAST_NEWS = 0.2  # of the form of a post, see newsworth: names, or a link, and nothing against it


def topic_section(desk: Desk) -> tuple[Block, ...]:
    """A subheading a theme, how much was said on it, and quotations not yet in the report.

    Where only questions and small talk are left to quote, the count stands alone.
    """
    blocks: list[Block] = []
    for theme in desk.briefing.themes:
        of = f"theme:{theme.id}"
        ids = desk.briefing.sets.get(of, ())
        if not ids:
            continue
        posts, share, authors = (
            desk.figures.posts(of),
            desk.figures.share(of),
            desk.figures.distinct("authors", of),
        )
        written = _told_of(desk, ids)
        chosen = choose(
            desk.passages(_to_quote(desk, ids, written)),
            limit=_MOST_OF_A_THEME - len(written) if written or not desk.told else 1,
            least_news=_LEAST_NEWS,
        )
        told = [*written, *(desk.quotation(one) for one in chosen)]
        # Feeds and title lists name no authors: "44 posts by 1 author" would be true and mislead.
        key = "theme-count" if 3 * int(authors.value) >= int(posts.value) else "theme-count-anonymous"
        count = desk.computed(
            desk.say.say(key, posts=posts.value, authors=authors.value, share=share.value),
            [posts, share, authors],
            citations=[*(one.post for one in chosen), *ids[:3]][:3],
        )
        heading = desk.computed(theme.name, [posts])
        blocks.append(Block(kind="subheading", sentences=(heading,)))
        blocks.append(Block(kind="paragraph", sentences=(count,)))
        blocks += [Block(kind="item", sentences=(sentence,)) for sentence in told]
    if blocks:
        return tuple(blocks)
    none = desk.computed(desk.say.say("topic-none"), [desk.figures.posts("themes")])
    return (Block(kind="paragraph", sentences=(none,)),)


def _told_of(desk: Desk, ids: Sequence[str]) -> list[Sentence]:
    """What a model told of a theme and nothing printed: single posts, and what stories have beyond the first.

    Each keeps two facts for its own block; of a theme that would be left with none, only one.
    """
    written = list(islice(_alone(desk, ids), _MOST_OF_A_THEME))
    for leaving in (2, 1):
        left = (_MOST_OF_A_THEME if leaving > 1 else 1) - len(written)
        written += desk.told.on(_ANY, posts=ids, most=max(0, left), leaving=leaving)
    return written


def _to_quote(desk: Desk, ids: Sequence[str], written: Sequence[Sentence]) -> Sequence[str]:
    """Posts of a theme to quote: what no model told, or if nothing else is said, what a reader can read."""
    if not desk.told:
        return ids
    return desk.untold(ids) if written else desk.readable(ids)


def _alone(desk: Desk, ids: Sequence[str]) -> Iterator[Sentence]:
    """What a model told of single posts among ``ids`` and no section printed: too small for an event."""
    within = frozenset(ids)
    for story in desk.briefing.stories:
        if len(story.posts) == 1 and story.head in within and desk.told.untitled(story):
            title = desk.told.title(story)
            if title is not None:
                yield title


def finance(desk: Desk) -> tuple[Block, ...]:
    """Quotations that speak of money, those with figures first."""
    ids = desk.briefing.sets["finance"]
    posts = desk.figures.posts("finance")
    if not ids:
        return (Block(kind="paragraph", sentences=(desk.computed(desk.say.say("finance-none"), [posts]),)),)
    every = desk.briefing.sets["kept"]
    written = desk.told.on({"money", "market"}, posts=every, most=_MOST_OF_FINANCE, of_a_story=2)
    most = _MOST_OF_FINANCE - len(written)
    passages = [one for one in desk.passages(desk.untold(ids)) if one.news >= _LEAST_NEWS]
    chosen = choose([one for one in passages if one.numbers], limit=most)
    if len(chosen) < most:
        chosen += choose(
            [one for one in passages if not one.numbers],
            limit=most - len(chosen),
            said=chosen,
            authors={one.author for one in chosen if one.author},
        )
    share = desk.figures.share("finance")
    told: list[Sentence] = [*written, *(desk.quotation(one) for one in chosen)]
    count = desk.computed(
        desk.say.say("finance-count", posts=posts.value, share=share.value),
        [posts, share],
        citations=[*(one.post for one in chosen), *ids[:3]][:3],
    )
    return (
        Block(kind="paragraph", sentences=(count,)),
        *(Block(kind="item", sentences=(sentence,)) for sentence in told),
    )
