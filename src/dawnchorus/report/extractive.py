"""The writer that needs no model: quotations of posts and sentences computed from them, nothing else."""

from __future__ import annotations

from dawnchorus.model import Block, SectionId
from dawnchorus.report.briefing import Briefing, Draft
from dawnchorus.report.desk import Desk
from dawnchorus.report.sections.events import events
from dawnchorus.report.sections.key_points import key_points
from dawnchorus.report.sections.markets import markets
from dawnchorus.report.sections.opinions import opinions
from dawnchorus.report.sections.overview import overview
from dawnchorus.report.sections.summary import summary
from dawnchorus.report.sections.themes import finance, topic_section


class ExtractiveWriter:
    """Writes every section of a report out of a briefing, the same way each time."""

    name = "extractive"
    ai_generated = False

    def write(self, briefing: Briefing) -> Draft:
        """See ``plugins.Writer``."""
        desk = Desk(briefing)
        sections = fill(desk)
        told = {block.story for block in sections["key_points"]}
        headline = desk.headline([story for story in briefing.stories if story.id in told])
        return Draft(headline=headline, sections=sections)


def fill(desk: Desk) -> dict[SectionId, tuple[Block, ...]]:
    """All sections; a post is quoted once in the whole report, the summary aside.

    Sections choose in another order than they are printed in: what only
    a narrow section can say must not have been used up by a broad one.
    """
    sections: dict[SectionId, tuple[Block, ...]] = {"key_points": key_points(desk)}
    sections["markets"] = markets(desk)
    sections["finance"] = finance(desk)
    sections["opinions"] = opinions(desk)
    # Of what a model told the themes take what is too small for an event; of quotations they take the rest.
    if desk.told:
        sections["topic"] = topic_section(desk)
        sections["events"] = events(desk)
    else:
        sections["events"] = events(desk)
        sections["topic"] = topic_section(desk)
    sections["overview"] = overview(desk)
    sections["summary"] = summary(
        desk,
        overview=sections["overview"],
        key=sections["key_points"],
        others=[sections["markets"][0], sections["finance"][0]],
    )
    return sections
