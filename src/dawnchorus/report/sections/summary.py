"""The summary: sentences of the sections above once more, and how much of it is new."""

from __future__ import annotations

from collections.abc import Sequence

from dawnchorus.model import Block, Sentence
from dawnchorus.report.desk import Desk

_LEADS = 3


def summary(
    desk: Desk, *, overview: Sequence[Block], key: Sequence[Block], others: Sequence[Block]
) -> tuple[Block, ...]:
    """The first sentences of the overview, the first leads, and the counts that open other sections."""
    if not desk.briefing.sets["kept"]:
        none = desk.computed(desk.say.say("summary-none"), [desk.figures.posts("kept")])
        return (Block(kind="paragraph", sentences=(none,)),)
    sentences: list[Sentence] = list(overview[0].sentences[:2])
    listed = [block for block in key if block.status is not None]
    if any(block.status == "update" for block in listed):
        stories, new, updates = (
            desk.figures.stories(name) for name in ("fresh", "new-stories", "update-stories")
        )
        text = desk.say.say("fresh", n=stories.value, new=new.value, updates=updates.value)
        heads = [block.lead.citations[0] for block in listed if block.lead]
        sentences.append(desk.computed(text, [stories, new, updates], citations=heads))
    sentences += [block.sentences[0] for block in others if block.sentences[0].citations]
    leads = [block.lead for block in listed[:_LEADS] if block.lead]
    return (
        Block(kind="paragraph", sentences=tuple(sentences)),
        *(Block(kind="item", sentences=(lead,)) for lead in leads),
    )
