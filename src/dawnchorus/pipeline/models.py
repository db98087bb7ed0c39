"""The language models of a run: opened from the topic's settings, their cost told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dawnchorus import __version__
from dawnchorus.errors import UsageError
from dawnchorus.llm.asking import Completion, Request, Stage, Usage
from dawnchorus.llm.budget import Caps, Price
from dawnchorus.llm.endpoints import Endpoint, open_endpoint, providers
from dawnchorus.llm.faults import NotServed
from dawnchorus.llm.keys import Secret
from dawnchorus.llm.prices import price_of
from dawnchorus.llm.rounds import AskedInRounds, Limits
from dawnchorus.llm.wire import Wire
from dawnchorus.model import Cost, StageCost
from dawnchorus.pipeline.job import Job, asks_model
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.settings import Llm, PluginUse, Topic
from dawnchorus.store.calls import Calls
from dawnchorus.store.ledger import Ledger

_REASONS: dict[str, Any] = {"over_run": "limit", "over_day": "limit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The model that writes and the one that judges; they may be one."""

    writer: AskedInRounds
    judge: AskedInRounds
    most_written: int

    @property
    def each(self) -> tuple[AskedInRounds, ...]:
        """Both, or the one that they are."""
        return tuple(dict.fromkeys([self.writer, self.judge]))

    def cost(self) -> Cost:
        """What the answers took, by stage."""
        used: dict[Stage, Usage] = {}
        for model in self.each:
            for stage, usage in model.used.items():
                used[stage] = used.get(stage, Usage()) + usage
        whole = sum(used.values(), Usage())
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
                for stage, usage in sorted(used.items())
                if stage != "probe"
            ),
            unanswered=sum(model.missed for model in self.each),
            unusable=sum(model.unusable for model in self.each),
            reasons=tuple(
                sorted({_REASONS.get(loss.kind, loss.kind) for model in self.each for loss in model.losses})
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
    anew: bool = False,
    began: float | None = None,
) -> Iterator[Models]:
    """The models of ``run``, whose calls go into ``ledger``.

    Args:
        settings: The topic's.
        ledger: Where calls are kept.
        run: A number of ``Ledger.begin_run``.
        traffic: The way calls take.
        tell: Told how far it is and what it has cost.
        clock: The time of calls, aware.
        environment: Variables by name, for keys.
        anew: Answers of earlier runs are asked for once more, because no use was made of any.
        began: When, on ``time.monotonic``, the run began that the time cap is for; None: now.

    Raises:
        UsageError: The endpoint, the key or the price is missing or wrong.
    """
    wire, prices = _opened(settings, traffic, environment)
    calls = Calls(ledger, run=run, clock=clock)

    def model(name: str) -> AskedInRounds:
        return AskedInRounds(
            wire,
            name=name,
            price=prices[name],
            log=calls,
            limits=limits_of(settings),
            tell=tell,
            replay=traffic.ledger_only,
            anew=anew,
            free=traffic.bridge is not None,
            began=began,
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
    job: Job,
    *,
    ledger: Ledger,
    run: int,
    tell: Callable[[str], object],
    anew: bool = False,
    began: float | None = None,
) -> Iterator[Models | None]:
    """The models of ``job``, see :func:`open_models`; None if it asks none."""
    if job.topic.llm is None or not job.asks_model:
        yield None
        return
    with open_models(
        job.topic.llm, ledger=ledger, run=run, traffic=job.traffic, tell=tell, anew=anew, began=began
    ) as models:
        yield models


def check_models(
    topic: Topic,
    *,
    writer: PluginUse,
    traffic: Traffic,
    environment: Callable[[str], str | None] = os.environ.get,
) -> None:
    """Refuse a writer whose model could not be asked, before any work is done; nothing is sent.

    Raises:
        UsageError: No model is named, or its endpoint, key or price is missing or wrong.
    """
    if writer.name == "llm" and topic.llm is None:
        raise UsageError(
            f'the writer "llm" asks a model, and topic {topic.id} names none: add [llm] with model = … and'
            " provider = … to its file; see docs/models.md"
        )
    if topic.llm is None or not asks_model(writer):
        return
    _opened(topic.llm, traffic, environment)[0].close()


def names_of(settings: Llm) -> tuple[str, ...]:
    """The model that writes, and the one that judges if it is another."""
    return tuple(dict.fromkeys([settings.model, settings.judge or settings.model]))


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
        thinking_tokens=settings.thinking_tokens,
        extra=settings.extra,
        form=settings.form,
    )


def address_of(settings: Llm) -> str:
    """Where ``settings`` ask, without the key; "" if they do not say."""
    known = providers().get(settings.provider or "")
    return settings.base_url or (known.base_url if known else "")


def price(settings: Llm, name: str, traffic: Traffic) -> Price:
    """What the model ``name`` of ``settings`` costs by the way that calls take.

    Raises:
        UsageError: Nobody knows it, and it is to be asked for real.
    """
    prices = settings.price_in, settings.price_out
    if name == settings.judge and name != settings.model:
        prices = settings.judge_price_in, settings.judge_price_out
    stated = None
    if prices != (None, None):
        if None in prices:
            raise UsageError("[llm] states one price of two; a million tokens in and out each have one")
        stated = Price(tokens_in=prices[0] or 0.0, tokens_out=prices[1] or 0.0)
    if traffic.bridge is not None:
        return Price(tokens_in=0.0, tokens_out=0.0)
    address = address_of(settings)
    local = _is_near(address)
    try:
        return price_of(name, base_url=address, stated=stated, local=local)
    except UsageError:
        if traffic.replay or traffic.ledger_only:
            return Price(tokens_in=0.0, tokens_out=0.0)  # nothing is bought
        raise


def _is_near(address: str) -> bool:
    try:
        return bool(address) and Endpoint(base_url=address, key=Secret("")).local
    except ValueError:  # no address; whoever opens it says so
        return False


class _Nobody:
    """Where nothing is to be sent; see ``llm.wire.Wire``."""

    def complete(self, request: Request, *, seconds: float) -> Completion:
        """Refuse."""
        raise NotServed("nothing is sent: answers are taken from the ledger")

    def close(self) -> None:
        """See ``llm.wire.Wire``."""


def _opened(
    settings: Llm, traffic: Traffic, environment: Callable[[str], str | None]
) -> tuple[Wire, dict[str, Price]]:
    """The way to the models and what each costs; all that is missing is told at once."""
    faults: list[str] = []
    wire: Wire | None = None
    prices: dict[str, Price] = {}
    try:
        wire = _wire(settings, traffic, environment)
    except UsageError as error:
        faults.append(str(error))
    if wire is not None or address_of(settings):  # else nobody can tell whose price it is
        try:
            prices = {name: price(settings, name, traffic) for name in names_of(settings)}
        except UsageError as error:
            faults.append(str(error))
    if wire is None or faults:
        if wire is not None:
            wire.close()
        raise UsageError("; and ".join(faults))
    return wire, prices


def _wire(settings: Llm, traffic: Traffic, environment: Callable[[str], str | None]) -> Wire:
    """The way to the models."""
    wire: Wire
    if traffic.ledger_only:
        return _Nobody()
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
            raise UsageError(
                'the writer "llm" needs the openai client: pip install "dawnchorus[llm]"'
            ) from None
        wire = OpenAIWire(
            base_url=endpoint.base_url,
            key=endpoint.key,
            user_agent=f"dawnchorus/{__version__}",
            extra=settings.extra,
        )
    if traffic.record:
        from dawnchorus.llm.recording import Recorder  # noqa: PLC0415

        wire = Recorder(wire, traffic.record)
    return wire
