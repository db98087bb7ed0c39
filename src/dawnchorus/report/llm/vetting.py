"""Every sentence checked; what fails is written anew once, judged, quoted, or dropped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar, cast

from dawnchorus.llm.asking import Ask, Model
from dawnchorus.model import Sentence
from dawnchorus.report.briefing import Briefing
from dawnchorus.report.llm.answers import RepairAnswer
from dawnchorus.report.llm.briefs import Numbered, post_line
from dawnchorus.report.llm.lines import Line, examine
from dawnchorus.report.llm.prompts import prompt

T = TypeVar("T")

REPAIRED_AT_ONCE: Final = 6
_LINE_TOKENS: Final = 130  # of an answer, for one line
_FRAME_TOKENS: Final = 60
_MOST_FAULTS = 3
_MOST_REPAIRED: Final = 60  # sentences at a time
_MOST_JUDGED: Final = 60


def vet(lines: Sequence[Line], briefing: Briefing, model: Model) -> None:
    """Check ``lines``; have those that fail repaired, check them again, and ask the judge about the rest.

    Afterwards those that ``passed`` may be printed.
    """
    for line in lines:
        examine(line, briefing)
    # Titles first: a story without one costs its reader most. Of a model whose every sentence fails the rest
    # is quoted, or it would cost more to mend its work than to have it.
    first = sorted(lines, key=lambda line: line.part != "title")
    _repair([line for line in first if not line.passed][:_MOST_REPAIRED], briefing, model)
    _judge([line for line in first if line.escalated][:_MOST_JUDGED], briefing)


def _repair(lines: Sequence[Line], briefing: Briefing, model: Model) -> None:
    batches = list(_batches(lines, REPAIRED_AT_ONCE))
    numbers = [_numbers(batch) for batch in batches]
    asks = [
        Ask(
            stage="repair",
            about=f"repair {place} of {len(batches)}",
            system=prompt("repair", briefing.lang),
            user="\n\n".join(
                _shown(place, line, briefing, given, faults=True) for place, line in enumerate(batch, start=1)
            ),
            shape=RepairAnswer,
            most_tokens=_FRAME_TOKENS + _LINE_TOKENS * len(batch),
        )
        for place, (batch, given) in enumerate(zip(batches, numbers, strict=True), start=1)
    ]
    for batch, given, reply in zip(batches, numbers, model.ask(asks), strict=True):
        if reply.value is None:
            continue
        repaired = {one.number: one for one in cast(RepairAnswer, reply.value).lines}
        for place, line in enumerate(batch, start=1):
            new = repaired.get(place)
            posts = given.ids(new.posts) if new else None
            # It may cite fewer posts or others of its own, none of another sentence.
            if new is None or not new.text.strip() or posts is None or not set(posts) <= set(line.posts):
                continue
            line.text, line.posts = new.text, posts
            examine(line, briefing)


def _judge(lines: Sequence[Line], briefing: Briefing) -> None:
    if briefing.judge is None or not lines:
        return
    sentences = [cast(Sentence, line.sentence) for line in lines]
    for line, judged in zip(lines, briefing.judge(sentences), strict=True):
        line.sentence = judged


def _shown(place: int, line: Line, briefing: Briefing, numbers: Numbered, *, faults: bool) -> str:
    told = [f"line {place}: {json.dumps(line.text, ensure_ascii=False)}"]
    if faults:
        told += [f"- {fault}" for fault in line.faults[:_MOST_FAULTS]]
    return "\n".join([*told, *(post_line(briefing, post, numbers.number(post)) for post in line.posts)])


def _numbers(lines: Sequence[Line]) -> Numbered:
    return Numbered(tuple(dict.fromkeys(post for line in lines for post in line.posts)))


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
