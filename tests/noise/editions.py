"""Editions whose model is noise, and what must be true of each."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dawnchorus.llm.asking import Completion
from dawnchorus.llm.structured import Unusable, value_of
from dawnchorus.model import Lang, Report
from dawnchorus.report.llm import answers
from tests.llm.whole import TEXTS, Outcome, check, run
from tests.noise.server import Answered, NoiseServer

_WORD: Mapping[Lang, str] = {
    "en": r" ?[A-Za-z]+[.,]?| ?\d[\d.,]*\d| ?\d",
    "zh": r"[一-鿿]{1,2}|\d[\d.]*\d|[，。]",
}


def words(lang: Lang) -> tuple[str, ...]:
    """Words that the posts in ``lang`` are made of: noise in them looks like a report."""
    posts = [text for text in TEXTS if bool(re.search("[一-鿿]", text)) is (lang == "zh")]
    return tuple(dict.fromkeys(word for text in posts for word in re.findall(_WORD[lang], text)))


_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)*)')
_SHORT = 12  # letters: shorter ones may be anywhere by chance


@dataclass(kw_only=True)
class Figures:
    """What became of all editions."""

    editions: int = 0
    completions: int = 0
    ends: Counter[str] = field(default_factory=Counter)  # of completions
    forms: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)  # answers that are no completion, by status
    said: int = 0  # strings of the model long enough to be told from others
    withheld: int = 0  # sentences of the model that were checked and not printed
    reports: Counter[str] = field(default_factory=Counter)
    tokens_in: int = 0
    tokens_out: int = 0
    breaches: list[str] = field(default_factory=list)


def drawn(seed: int, lang: Lang | None) -> dict[str, Any]:
    """What edition ``seed`` is made of and how the model is asked: arguments of ``run``."""
    dice = random.Random(seed)
    llm = {
        "model": "noise",
        "call_seconds": 120.0,
        "concurrency": dice.randint(1, 4),
        "temperature": dice.choice([0.7, 0.8, 1.0, 1.3]),
        "form": ("auto", "schema", "auto", "auto", "object", "schema", "prompt")[seed % 7],
        "extra": {"seed": seed},
    }
    return {
        "texts": tuple(dice.sample(TEXTS, dice.randint(2, 4))),
        "languages": (lang or dice.choice(["en", "zh"]),),
        "llm": llm,
    }


def make(server: NoiseServer, folder: Path, seed: int, figures: Figures, *, lang: Lang | None) -> None:
    """Make edition ``seed`` into ``folder``, in ``lang`` or any, and add what became of it to ``figures``."""
    made = drawn(seed, lang)
    made["llm"]["base_url"] = server.base_url
    answered: list[Answered] = []
    try:
        outcome = run(server, folder, **made)  # type: ignore[arg-type]
        answered = server.answered()
        check(outcome)
        figures.breaches += [f"edition {seed}: {line}" for line in _breaches(outcome, answered)]
    except Exception as error:  # any is a find; the others are still made
        answered = answered or server.answered()
        figures.breaches.append(f"edition {seed}: {type(error).__name__}: {str(error)[:500]}")
        return
    finally:
        _count(answered, figures)
    figures.editions += 1
    figures.stages.update(row["stage"] for row in outcome.calls if row["state"] == "done")
    figures.withheld += sum(len(report.withheld) for report in outcome.reports)
    figures.reports.update("degraded" if _marked(one) else "NOT MARKED" for one in outcome.reports)


def _count(answered: list[Answered], figures: Figures) -> None:
    for one in answered:
        figures.forms[one.form if one.status == 200 else f"{one.form} refused"] += 1
        if one.status != 200:
            figures.refusals[str(one.status)] += 1
            continue
        figures.completions += 1
        figures.ends[_end(one)] += 1
        figures.said += len(_said(one))
        figures.tokens_in += one.tokens_in
        figures.tokens_out += one.tokens_out


def _breaches(outcome: Outcome, answered: list[Answered]) -> Iterator[str]:
    if outcome.error:
        yield f"refused: {outcome.error}"
    for report in outcome.reports:
        if not _marked(report):
            yield f"{report.slug}: not marked as degraded"
    for text in outcome.written:
        yield f"printed as the model's: {text!r:.300}"
    pages = "\n".join(_printed(outcome))
    for text in {text for one in answered for text in _said(one)}:
        if text in pages and not any(text in post for post in TEXTS):
            yield f"on a page: {text!r:.300}"
    counted = Counter((one.tokens_in, one.tokens_out) for one in answered if one.status == 200)
    kept = Counter((row["tokens_in"], row["tokens_out"]) for row in outcome.calls if row["state"] == "done")
    if counted != kept:
        yield f"tokens: the server counted {counted - kept}, the ledger has {kept - counted}"
    told = [report.cost for report in outcome.reports]
    spent = [sum(one.tokens_in for one in told), sum(one.tokens_out for one in told)]
    if spent != [sum(one.tokens_in for one in answered), sum(one.tokens_out for one in answered)]:
        yield f"tokens: the reports tell of {spent}, in and out"


def _marked(report: Report) -> bool:
    return bool(report.fallback or report.cost.unanswered)


def _printed(outcome: Outcome) -> Iterator[str]:
    """Every sentence of the reports, whatever its kind."""
    for report in outcome.reports:
        if report.headline:
            yield report.headline.text
        for section in report.sections:
            for block in section.blocks:
                yield from (one.text for one in (*([block.lead] if block.lead else []), *block.sentences))


def _said(one: Answered) -> set[str]:
    """The strings of a completion, also of one that was cut off."""
    if one.status != 200:
        return set()
    found = set()
    for raw in _STRING.findall(one.text):
        with suppress(ValueError):
            found.add(" ".join(json.loads(f'"{raw}"').split()))
    return {text for text in found if len(text) >= _SHORT}


_SHAPES = (
    answers.StoryAnswer,
    answers.RepairAnswer,
    answers.ComposeAnswer,
    answers.HeadlineAnswer,
)


def _end(one: Answered) -> str:
    """How a completion ended, and whether it holds anything that could be used."""
    ended: Any = "length" if one.finish == "length" else "stop"
    completion = Completion(text=one.text, finish=ended)
    for shape in _SHAPES:
        with suppress(Unusable):
            value_of(completion, shape)
            return f"{ended}, of a shape that was asked for"
    try:
        found = json.loads(one.text)
    except ValueError:
        return f"{ended}, no JSON"
    return f"{ended}, JSON of no shape" if isinstance(found, dict) else f"{ended}, JSON but no object"
