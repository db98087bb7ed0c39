"""The summary: sentences of the sections above once more, and how much of it is new."""

from __future__ import annotations

from collections.abc import Sequence

from dawnchorus.model import Block, Sentence
from dawnchorus.report.desk import Desk

_STORIES = 5


def summary(
    desk: Desk, *, overview: Sequence[Block], key: Sequence[Block], others: Sequence[Block]
) -> tuple[Block, ...]:
    """The first sentences of the overview, the counts that open other sections, and the first key points.

    Of a model: the sentences it made for this place, and how much is new.
    """
    if not desk.briefing.sets["kept"]:
        none = desk.computed(desk.say.say("summary-none"), [desk.figures.posts("kept")])
        return (Block(kind="paragraph", sentences=(none,)),)
    written = desk.told.summary
    sentences: list[Sentence] = [] if written else list(overview[0].sentences[:2])
    listed = [block for block in key if block.status is not None]
    if any(block.status == "update" for block in listed):
        stories, new, updates, repeats = (
            desk.figures.stories(name) for name in ("in-stories", "new-stories", "update-stories", "repeats")
        )
        text = desk.say.say(
            "fresh", n=stories.value, new=new.value, updates=updates.value, repeats=repeats.value
        )
        heads = [block.lead.citations[0] for block in listed if block.lead]
        sentences.append(desk.computed(text, [stories, new, updates, repeats], citations=heads))
    if written:
        parts = (written, tuple(sentences))
        return tuple(Block(kind="paragraph", sentences=part) for part in parts if part)
    sentences += [block.sentences[0] for block in others if len(block.sentences[0].citations) > 1]
    told = [sentence for block in listed if (sentence := _telling(block)) is not None]
    return (
        Block(kind="paragraph", sentences=tuple(sentences)),
        *(Block(kind="item", sentences=(sentence,)) for sentence in told[:_STORIES]),
    )


def _telling(block: Block) -> Sentence | None:
    """The words a key point is told in: its title, or the quotation under a title of names."""
    spoken = [one for one in (block.lead, *block.sentences) if one is not None and one.kind == "quotation"]
    return spoken[0] if spoken else block.lead
