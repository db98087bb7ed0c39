"""A judge that follows a script: for tests, and for whoever wants to play the judge by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast, get_args

from dawnchorus.model import Judgement, JudgementName, Post, Quote


class ScriptedJudge:
    """Gives the judgement that is written down for a sentence, "unsure" for any other."""

    name = "scripted"

    def __init__(self, answers: Mapping[str, Judgement]) -> None:
        self._answers = dict(answers)
        self.asked: list[tuple[str, tuple[Post, ...]]] = []  # what it was shown, in order

    @classmethod
    def from_file(cls, path: Path) -> ScriptedJudge:
        """Read JSON lines {"sentence", "verdict", "spans": {id of a post: its words}}.

        Raises:
            ValueError: A line is none of these; the message has its number.
        """
        lines = path.read_text(encoding="utf-8").splitlines()
        return cls(
            dict(_answer(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip())
        )

    def judge(self, sentence: str, posts: Sequence[Post]) -> Judgement:
        """The answer written down for ``sentence``."""
        self.asked.append((sentence, tuple(posts)))
        return self._answers.get(sentence, Judgement(verdict="unsure"))


def _answer(line: str, where: str) -> tuple[str, Judgement]:
    try:
        given = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{where}: not JSON: {error}") from None
    if not isinstance(given, dict):
        raise ValueError(f"{where}: not an object")
    sentence, verdict, spans = given.get("sentence"), given.get("verdict"), given.get("spans", {})
    if not isinstance(sentence, str):
        raise ValueError(f"{where}: sentence is missing")
    if verdict not in get_args(JudgementName):
        raise ValueError(f"{where}: verdict {verdict!r} is none of {', '.join(get_args(JudgementName))}")
    if not isinstance(spans, dict) or not all(isinstance(words, str) for words in spans.values()):
        raise ValueError(f"{where}: spans must be an object of posts and their words")
    quotes = tuple(Quote(post=post, text=words) for post, words in spans.items())
    return sentence, Judgement(verdict=cast(JudgementName, verdict), spans=quotes)
