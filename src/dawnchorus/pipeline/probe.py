"""One tiny call to the model of a topic: does it answer, in which form, at what price, how fast."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from pydantic import BaseModel

from dawnchorus.llm.asking import Ask, Reply
from dawnchorus.llm.rounds import AskedInRounds
from dawnchorus.pipeline.losses import advice
from dawnchorus.pipeline.models import open_models
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.settings import Llm
from dawnchorus.store.ledger import Ledger

_FORMS = {
    "schema": "answers keep to a JSON Schema",
    "object": "answers are JSON, the schema goes into the prompt",
    "prompt": "JSON has to be asked for in the prompt",
}


class Probe(BaseModel):
    """What the tiny call asks for."""

    words: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What became of the call to one model."""

    model: str
    works: bool
    line: str


def probe(settings: Llm, *, environment: Callable[[str], str | None] = os.environ.get) -> list[Probed]:
    """Ask each model of ``settings`` once; at most a few hundred tokens.

    Raises:
        UsageError: The endpoint, the key or the price is missing or wrong.
    """
    found = []
    with Ledger(Path(":memory:")) as ledger:
        run = ledger.begin_run(slug="probe", label="probe", code_version="", at=datetime.now(UTC))
        with open_models(
            settings,
            ledger=ledger,
            run=run,
            traffic=Traffic(),
            tell=lambda line: None,
            environment=environment,
        ) as models:
            for model in dict.fromkeys([models.writer, models.judge]):
                began = perf_counter()
                ask = Ask(
                    stage="probe",
                    about="probe",
                    system="Answer with one JSON object and nothing else.",
                    user='Name ten birds, in English: {"words": ["…"]}',
                    shape=Probe,
                    most_tokens=200,
                )
                reply = model.ask([ask])[0]
                found.append(_told(model, reply, advice(reply.kind, settings), perf_counter() - began))
    return found


def _told(model: AskedInRounds, reply: Reply, hint: str, seconds: float) -> Probed:
    name = model.name
    if reply.fault:
        line = "; ".join(filter(None, [f"{name}: does not work: {reply.fault}", hint]))
        return Probed(model=name, works=False, line=line)
    used = model.used["probe"]
    speed = f"{used.tokens_out / seconds:.0f} tokens a second" if seconds else ""
    if model.odd_count or not model.counts:
        speed = model.odd_count or "the server states no tokens: each call counts as the most it can take"
    price = f"${model.price.tokens_in:g} in, ${model.price.tokens_out:g} out a million tokens"
    free = not (model.price.tokens_in or model.price.tokens_out)
    line = f"{name}: works; {_FORMS[model.form]}; {'free' if free else price}; {speed}"
    return Probed(model=name, works=True, line=line)
