"""The language models of a run: opened from the topic's settings, their cost told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from dawnchorus import __version__
from dawnchorus.errors import UsageError
from dawnchorus.llm.asking import Usage
from dawnchorus.llm.budget import Caps, Price
from dawnchorus.llm.endpoints import open_endpoint
from dawnchorus.llm.prices import price_of
from dawnchorus.llm.rounds import AskedInRounds, Limits
from dawnchorus.llm.wire import Wire
from dawnchorus.model import Cost, StageCost
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.settings import Llm
from dawnchorus.store.calls import Calls
from dawnchorus.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The model that writes and the one that judges; they may be one."""

    writer: AskedInRounds
    judge: AskedInRounds
    most_written: int

    def cost(self) -> Cost:
        """What the answers took, by stage."""
        used = [*self.writer.used.items()]
        if self.judge is not self.writer:
            used += self.judge.used.items()
        whole = sum((usage for _, usage in used), Usage())
        names = dict.fromkeys([self.writer.name, self.judge.name])
        return Cost(
            calls=whole.calls,
            tokens_in=whole.tokens_in,
            tokens_out=whole.tokens_out,
            money_usd=round(whole.usd, 6),
            model=", ".join(names),
            stages=tuple(
                StageCost(
                    stage=stage,
                    calls=usage.calls,
                    tokens_in=usage.tokens_in,
                    tokens_out=usage.tokens_out,
                    money_usd=round(usage.usd, 6),
                )
                for stage, usage in sorted(used)
            ),
        )


@contextmanager
def open_models(
    settings: Llm,
    *,
    ledger: Ledger,
    run: int,
    traffic: Traffic,
    tell: Callable[[str], object],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    environment: Callable[[str], str | None] = os.environ.get,
) -> Iterator[Models]:
    """The models of ``run``, whose calls go into ``ledger``.

    Raises:
        UsageError: The endpoint, the key or the price is missing or wrong.
    """
    wire, base_url, local = _wire(settings, traffic, environment)
    calls = Calls(ledger, run=run, clock=clock)

    def model(name: str) -> AskedInRounds:
        return AskedInRounds(
            wire,
            name=name,
            price=_price(settings, name, base_url=base_url, local=local),
            log=calls,
            limits=limits_of(settings),
            tell=tell,
            replay=traffic.ledger_only,
        )

    try:
        writer = model(settings.model)
        same = settings.judge in (None, settings.model)
        judge = writer if same else model(str(settings.judge))
        yield Models(writer=writer, judge=judge, most_written=settings.stories)
    finally:
        wire.close()


@contextmanager
def models_of(
    job: Job, *, ledger: Ledger, run: int, tell: Callable[[str], object]
) -> Iterator[Models | None]:
    """The models of ``job``; None if its topic names none or its writer asks none."""
    if job.topic.llm is None or not job.asks_model:
        yield None
        return
    with open_models(job.topic.llm, ledger=ledger, run=run, traffic=job.traffic, tell=tell) as models:
        yield models


def limits_of(settings: Llm) -> Limits:
    """How the models of ``settings`` may be used."""
    caps = Caps(
        run_usd=settings.run_usd,
        day_usd=settings.day_usd,
        run_tokens=settings.run_tokens,
        day_tokens=settings.day_tokens,
        run_calls=settings.run_calls,
        day_calls=settings.day_calls,
        run_seconds=settings.run_seconds,
    )
    return Limits(
        caps=caps,
        concurrency=settings.concurrency,
        seconds=settings.call_seconds,
        temperature=settings.temperature,
        form=settings.form,
    )


def _wire(
    settings: Llm, traffic: Traffic, environment: Callable[[str], str | None]
) -> tuple[Wire, str, bool]:
    """The way to the models, its address, and whether it is free of charge."""
    wire: Wire
    address, local = "", True
    if traffic.replay:
        from dawnchorus.llm.recording import Player  # noqa: PLC0415

        wire = Player(traffic.replay)
    elif traffic.bridge:
        from dawnchorus.llm.bridge import Bridge  # noqa: PLC0415

        wire = Bridge(traffic.bridge)
    else:
        endpoint = open_endpoint(
            provider=settings.provider,
            base_url=settings.base_url,
            key_env=settings.key_env,
            key_file=settings.key_file,
            environment=environment,
        )
        try:
            from dawnchorus.llm.openai_wire import OpenAIWire  # noqa: PLC0415
        except ImportError:
            raise UsageError('the writer "llm" needs the openai client; install dawnchorus[llm]') from None
        wire = OpenAIWire(
            base_url=endpoint.base_url, key=endpoint.key, user_agent=f"dawnchorus/{__version__}"
        )
        address, local = endpoint.base_url, endpoint.local
    if traffic.record:
        from dawnchorus.llm.recording import Recorder  # noqa: PLC0415

        wire = Recorder(wire, traffic.record)
    return wire, address, local


def _price(settings: Llm, name: str, *, base_url: str, local: bool) -> Price:
    prices = settings.price_in, settings.price_out
    if name == settings.judge and name != settings.model:
        prices = settings.judge_price_in, settings.judge_price_out
    stated = None
    if prices != (None, None):
        if None in prices:
            raise UsageError("[llm] states one price of two; a million tokens in and out each have one")
        stated = Price(tokens_in=prices[0] or 0.0, tokens_out=prices[1] or 0.0)
    return price_of(name, base_url=base_url, stated=stated, local=local)
