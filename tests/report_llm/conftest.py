"""A small edition and a model that says what the test tells it to; posts and names are invented."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from dawnchorus.llm.asking import Ask, Completion, Reply
from dawnchorus.llm.structured import Unusable, value_of
from dawnchorus.model import Lang, Story, Window
from dawnchorus.pipeline.examiner import Examiner
from dawnchorus.pipeline.prepare import keep
from dawnchorus.pipeline.sets import named_sets
from dawnchorus.query import parse_query
from dawnchorus.report.briefing import Briefing, PostsById, Theme
from dawnchorus.report.check.evidence import EvidenceTable
from dawnchorus.report.instruments import MENTIONS
from dawnchorus.tables import POSTS, conform, empty

START = datetime(2026, 3, 10, 1, tzinfo=UTC)
DAY = date(2026, 3, 10)
ALIASES = {"Velmora": ("维尔莫拉",), "Quorra Labs": ("阔拉实验室",)}


@dataclass
class ScriptedModel:
    """Answers each ask of a stage with the next thing scripted for it; None is no answer at all."""

    script: dict[str, list[Any]] = field(default_factory=dict)
    name: str = "scripted"
    asked: list[Ask] = field(default_factory=list)

    def ask(self, asks: Sequence[Ask]) -> list[Reply]:
        return [self._reply(ask) for ask in asks]

    def _reply(self, ask: Ask) -> Reply:
        self.asked.append(ask)
        said = self.script.get(ask.stage, [])
        answer = said.pop(0) if said else None
        if answer is None:
            return Reply(value=None, fault="503 from the server")
        finish: Any = "stop"
        if isinstance(answer, tuple):
            answer, finish = answer
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        try:
            return Reply(value=value_of(Completion(text=text, finish=finish), ask.shape))
        except Unusable as why:
            return Reply(value=None, fault=str(why))

    def of(self, stage: str) -> list[Ask]:
        return [ask for ask in self.asked if ask.stage == stage]


@dataclass(frozen=True)
class _Models:
    """The part of ``pipeline.models.Models`` that an examiner looks at."""

    judge: ScriptedModel


def line(text: str, *posts: int, **more: Any) -> dict[str, Any]:
    return {"text": text, "posts": list(posts), **more}


def told(number: int, title: Any, facts: Sequence[Any] = (), opinions: Sequence[Any] = ()) -> dict[str, Any]:
    return {"story": number, "title": title, "facts": list(facts), "opinions": list(opinions)}


def story(*posts: str, status: Any = "new", **rest: Any) -> Story:
    fields: dict[str, Any] = {"thread": f"s-{posts[0]}", "terms": (), "reasons": ()} | rest
    return Story(id=f"s-{posts[0]}", status=status, posts=posts, head=posts[0], score=1.0, **fields)


@pytest.fixture
def brief() -> Callable[..., Briefing]:
    """A briefing with a model: posts get the ids p0, p1, … and times in order."""

    def made(
        posts: Sequence[dict[str, Any]],
        stories: Sequence[Story],
        model: ScriptedModel | None,
        *,
        lang: Lang = "en",
        most_written: int = 10,
        finance: str = "raises OR raised OR 融资",
        **more: Any,
    ) -> Briefing:
        rows = [
            {
                "id": f"p{number}",
                "source": "x",
                "author": f"author{number}",
                "url": f"https://x.example/{number}",
            }
            | {"created_at": START + timedelta(minutes=number)}
            | post
            for number, post in enumerate(posts)
        ]
        schema = {name: dtype for name, dtype in POSTS.items() if any(name in row for row in rows)}
        frame: pl.DataFrame = keep(conform(pl.DataFrame(rows, schema=schema), POSTS), query=None)[0]
        window = Window(first=DAY, last=DAY, tz="UTC")
        sets = named_sets(
            frame,
            stories=stories,
            themes={"power": parse_query("tidal OR valve* OR 潮汐 OR 阀")},
            finance=parse_query(finance),
            mentions=empty(MENTIONS),
            window=window,
        )
        briefing = Briefing(
            lang=lang,
            window=window,
            posts=PostsById(frame),
            stories=tuple(stories),
            sets=sets,
            themes=(Theme(id="power", name="Power" if lang == "en" else "电力"),),
            instruments=(),
            aliases=ALIASES,
        )
        if model is not None:
            examiner = Examiner(
                EvidenceTable(frame),
                window=window,
                aliases=[(name, *others) for name, others in ALIASES.items()],
                names=("Power", "电力"),
                models=_Models(judge=model),  # type: ignore[arg-type]
            )
            briefing = replace(
                briefing,
                model=model,
                most_written=most_written,
                examine=examiner.examine,
                judge=examiner.judge,
            )
        return replace(briefing, **more)

    return made
