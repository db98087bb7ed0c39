"""A judge that asks a language model: its own prompt, a closed verdict, words of each cited post."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict

from dawnchorus.llm.asking import Ask, Model
from dawnchorus.llm.lenient import Each, Some
from dawnchorus.model import Judgement, Post, Quote
from dawnchorus.report.orders import is_order, speaks_to_model

AT_ONCE: Final = 6
_TOKENS: Final = 170  # of an answer, for one sentence
_LONGEST_TEXT = 1200
_LONGEST_SPAN = 300
_MOST_NAMES, _MOST_SPELLINGS = 6, 4

Question = tuple[str, tuple[Post, ...]]
"""A sentence and all the posts it cites."""


class Span(BaseModel):
    """Words of a post, by its number."""

    model_config = ConfigDict(extra="ignore")
    post: int
    words: str


def _plain(verdict: object) -> object:
    """``verdict`` as the prompt writes it: not "Not supported"."""
    return "_".join(re.findall("[a-z]+", verdict.lower())) if isinstance(verdict, str) else verdict


class Judged(BaseModel):
    """The verdict on a sentence, by its number."""

    model_config = ConfigDict(extra="ignore")
    number: int
    verdict: Annotated[Literal["supported", "not_supported", "unsure"], BeforeValidator(_plain)]
    spans: Some[Span]


class JudgeAnswer(BaseModel):
    """Answer to the prompt."""

    model_config = ConfigDict(extra="ignore")
    verdicts: Each[Judged]


class ModelJudge:
    """Implements ``plugins.Judge``; sentences considered together that share posts cost one call."""

    def __init__(self, model: Model, *, names: Iterable[Iterable[str]] = (), zone: tzinfo = UTC) -> None:
        """Ask ``model``.

        Args:
            model: Which.
            names: Groups of spellings of one name, told with a sentence that has one.
            zone: That times of posts are told in, the report's.
        """
        self.name, self._zone = model.name, zone
        self._names = [tuple(group) for group in names]
        self._model = model
        self._known: dict[tuple[str, tuple[str, ...]], Judgement] = {}

    def consider(self, questions: Sequence[Question]) -> None:
        """Ask about ``questions``, some at once; :meth:`judge` then knows the answers.

        What speaks to a model is not shown to it. What does so in words that we don't know stands beside
        nothing but sentences of the same posts: its author has no say in others.
        """
        for sentence, posts in questions:
            if speaks_to_model(sentence) or any(map(is_order, posts)):
                self._known[_key(sentence, posts)] = Judgement(verdict="unsure")
        unknown = list({_key(*one): one for one in questions if _key(*one) not in self._known}.values())
        batches = [
            group[start : start + AT_ONCE]
            for group in _of_same_posts(unknown)
            for start in range(0, len(group), AT_ONCE)
        ]
        asks = [
            Ask(
                stage="judge",
                about=f"judge {place} of {len(batches)}",
                system=_prompt(),
                user="\n\n".join(
                    _shown(number, *one, names=self._names, zone=self._zone)
                    for number, one in enumerate(batch, start=1)
                ),
                shape=JudgeAnswer,
                most_tokens=_TOKENS * len(batch) + 40,
            )
            for place, batch in enumerate(batches, start=1)
        ]
        for batch, reply in zip(batches, self._model.ask(asks), strict=True):
            found = {} if reply.value is None else _by_number(cast(JudgeAnswer, reply.value))
            for number, (sentence, posts) in enumerate(batch, start=1):
                self._known[_key(sentence, posts)] = _judgement(found.get(number), posts)

    def judge(self, sentence: str, posts: Sequence[Post]) -> Judgement:
        """See ``plugins.Judge``; without an answer it is "unsure"."""
        question = (sentence, tuple(posts))
        self.consider([question])
        return self._known[_key(*question)]


def _key(sentence: str, posts: Sequence[Post]) -> tuple[str, tuple[str, ...]]:
    return sentence, tuple(post.id for post in posts)


def _of_same_posts(questions: Sequence[Question]) -> list[list[Question]]:
    """``questions`` in groups of which no two share a post, in order of their first."""
    groups: list[tuple[set[str], list[int]]] = []
    for place, (_, posts) in enumerate(questions):
        ids = {post.id for post in posts}
        joined = [group for group in groups if group[0] & ids]
        groups = [group for group in groups if not group[0] & ids]
        places = sorted(one for _, found in joined for one in found)
        groups.append((ids.union(*(found for found, _ in joined)), [*places, place]))
    return [[questions[place] for place in places] for _, places in sorted(groups, key=lambda one: one[1])]


def _by_number(answer: JudgeAnswer) -> dict[int, Judged]:
    """One verdict a sentence; of two on one none counts."""
    numbers = [one.number for one in answer.verdicts]
    return {one.number: one for one in answer.verdicts if numbers.count(one.number) == 1}


def _judgement(judged: Judged | None, posts: Sequence[Post]) -> Judgement:
    if judged is None:
        return Judgement(verdict="unsure")
    # A citation is proved by one span: of two the longer.
    words: dict[int, str] = {}
    for span in judged.spans:
        if 1 <= span.post <= len(posts) and len(span.words) > len(words.get(span.post, "")):
            words[span.post] = span.words[:_LONGEST_SPAN]
    spans = tuple(Quote(post=posts[number - 1].id, text=text) for number, text in sorted(words.items()))
    return Judgement(verdict=judged.verdict, spans=spans)


def _shown(
    number: int, sentence: str, posts: Sequence[Post], *, names: Sequence[tuple[str, ...]], zone: tzinfo
) -> str:
    lines = [f"sentence {number}: {json.dumps(sentence, ensure_ascii=False)}"]
    if same := [group for group in names if any(one.casefold() in sentence.casefold() for one in group)]:
        lines.append(
            "names: " + "; ".join(" = ".join(group[:_MOST_SPELLINGS]) for group in same[:_MOST_NAMES])
        )
    for place, post in enumerate(posts, start=1):
        told: dict[str, object] = {"i": place, "by": post.author, "name": post.author_name}
        told["at"] = f"{post.created_at.astimezone(zone):%Y-%m-%d %H:%M}" if post.created_at else None
        told["text"] = " ".join(post.text.split())[:_LONGEST_TEXT]
        if post.quoted_text:
            quoted = " ".join(post.quoted_text.split())[:_LONGEST_TEXT]
            told["quotes"] = {"by": post.quoted_author, "text": quoted}
        lines.append(json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False))
    return "\n".join(lines)


@cache
def _prompt() -> str:
    text = (files(__package__) / "judge.txt").read_text("utf-8")
    return text.split("\n", 1)[1].strip()
