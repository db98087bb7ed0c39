"""A sentence of a model on its way into the report: text, posts, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from dawnchorus.model import Sentence
from dawnchorus.report.briefing import Briefing
from dawnchorus.report.llm.answers import StoryAnswer, WrittenFact, WrittenLine
from dawnchorus.report.llm.briefs import Numbered, StoryBrief
from dawnchorus.report.llm.form import LONGEST, LONGEST_TITLE, fault_of, is_salad, tidy
from dawnchorus.report.llm.sourcing import with_source
from dawnchorus.report.told import About

Part = Literal["title", "fact", "opinion", "overview", "summary", "headline"]

MOST_CITED = 4
_MOST: dict[Part, int] = {"title": 1, "fact": 5, "opinion": 3}
_HANDLE = re.compile(r"@([A-Za-z0-9_][\w.-]*)")


@dataclass(slots=True, kw_only=True)
class Line:
    """One sentence; ``sentence`` is there, with its verdict, once its form is right."""

    part: Part
    story: str  # id, "" for what is made of several
    text: str
    posts: tuple[str, ...]
    faults: tuple[str, ...] = ()  # why it can't be printed as it stands
    sentence: Sentence | None = None
    about: About = "event"

    @property
    def passed(self) -> bool:
        """Whether it may be printed."""
        return self._verdict == "supported"

    @property
    def escalated(self) -> bool:
        """Whether a judge may still let it be printed."""
        return self._verdict == "escalated"

    @property
    def _verdict(self) -> str:
        verdict = self.sentence.verdict if self.sentence else None
        return verdict.verdict if verdict else ""


def examine(line: Line, briefing: Briefing) -> None:
    """Check form and content of ``line`` and note what is wrong."""
    is_title = line.part in ("title", "headline")
    line.text, line.sentence = tidy(line.text, lang=briefing.lang, title=is_title), None
    if not line.posts or len(line.posts) > MOST_CITED:
        line.faults = (f"it must name one to {MOST_CITED} of the posts given",)
        return
    longest = LONGEST_TITLE if is_title else LONGEST
    handles = _handles(line.posts, briefing)
    if fault := fault_of(line.text, lang=briefing.lang, handles=handles, longest=longest):
        line.faults = (fault,)
        return
    if briefing.lang == "en" and is_salad(line.text, _words_of(line.posts, briefing)):
        line.faults = ("its words stand nowhere in its posts as they stand in it",)
        return
    line.text = with_source(line.text, line.posts, briefing)
    sentence = Sentence(text=line.text, kind="written", citations=line.posts)
    line.sentence = briefing.examine(sentence)
    verdict = line.sentence.verdict
    line.faults = tuple(dict.fromkeys(reason.detail for reason in verdict.reasons)) if verdict else ()


def _words_of(posts: Sequence[str], briefing: Briefing) -> str:
    rows = (briefing.posts[post] for post in posts)
    names = ("author", "author_name", "clean_text", "quoted_text", "quoted_author")
    return " ".join(str(row[name]) for row in rows for name in names if row.get(name))


def story_lines(answer: StoryAnswer, pack: Sequence[StoryBrief], numbers: Numbered) -> list[Line]:
    """The lines of ``answer``, story by story; those on a story or post that was not given are left out."""
    lines: list[Line] = []
    seen: set[int] = set()
    for told in answer.stories:
        if not 1 <= told.story <= len(pack) or told.story in seen:
            continue
        seen.add(told.story)
        brief = pack[told.story - 1]
        parts: list[tuple[Part, Sequence[WrittenLine]]] = [("title", [told.title])]
        parts += [("fact", told.facts), ("opinion", told.opinions)]
        for part, written in parts:
            found = (_line(part, one, brief, numbers) for one in written)
            lines += islice((line for line in found if line is not None), _MOST[part])
    return lines


def _line(part: Part, written: WrittenLine, brief: StoryBrief, numbers: Numbered) -> Line | None:
    posts = numbers.ids(written.posts)
    if not written.text.strip() or posts is None or not set(posts) <= set(brief.posts):
        return None
    about = written.about if isinstance(written, WrittenFact) else "event"
    return Line(part=part, story=brief.story.id, text=written.text, posts=posts, about=about)


def _handles(posts: Sequence[str], briefing: Briefing) -> Iterator[str]:
    for post in posts:
        row = briefing.posts[post]
        yield from (str(row[name]) for name in ("author", "quoted_author") if row[name])
        yield from _HANDLE.findall(str(row["clean_text"]))
