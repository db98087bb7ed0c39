"""The scripted server, once for all tests here, and models that ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from dawnchorus.llm.asking import Ask, Request
from dawnchorus.llm.budget import Caps, Price
from dawnchorus.llm.keys import Secret
from dawnchorus.llm.openai_wire import OpenAIWire
from dawnchorus.llm.rounds import AskedInRounds, Limits
from dawnchorus.llm.structured import strict_schema
from dawnchorus.llm.wire import Wire
from dawnchorus.store.calls import Calls
from dawnchorus.store.ledger import Ledger
from tests.llm.server import ScriptedServer

KEY = "sk-canary-0123456789"
SECONDS = 0.4  # of an attempt
NOW = datetime(2026, 3, 11, 6, tzinfo=UTC)
FREE = Caps(run_usd=None, day_usd=None, run_tokens=None, run_calls=None, run_seconds=None)


class Birds(BaseModel):
    """What the tests ask for; the actors know it as a probe."""

    words: list[str]


def ask(what: str = "birds", *, most: int = 200) -> Ask:
    return Ask(
        stage="story",
        about=what,
        system="Answer with one JSON object.",
        user=f"Name ten {what}.",
        shape=Birds,
        most_tokens=most,
    )


def request(what: str = "birds", **changes: Any) -> Request:
    given: dict[str, Any] = {
        "model": "scripted-1",
        "system": "Answer with one JSON object.",
        "user": f"Name ten {what}.",
        "schema": strict_schema(Birds),
        "most_tokens": 200,
        "temperature": 0.0,
        "form": "schema",
    }
    return Request(**given | changes)


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedServer]:
    with ScriptedServer(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(running_server: ScriptedServer) -> ScriptedServer:
    """Answers soberly until it is given a script."""
    running_server.script()
    return running_server


@pytest.fixture
def wire(server: ScriptedServer) -> Iterator[OpenAIWire]:
    wire = OpenAIWire(base_url=server.base_url, key=Secret(KEY), user_agent="dawnchorus/test")
    yield wire
    wire.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


@pytest.fixture
def calls(ledger: Ledger) -> Calls:
    """The account of a run that has just begun."""
    return begin(ledger)


def begin(ledger: Ledger, *, now: datetime = NOW, slug: str = "birds") -> Calls:
    run = ledger.begin_run(slug=slug, label=slug, code_version="", at=now)
    return Calls(ledger, run=run, clock=lambda: now)


class Waits(list[float]):
    """A sleep that only remembers."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def model(wire: OpenAIWire, calls: Calls) -> Callable[..., AskedInRounds]:
    """Makes models on the scripted server that never really wait."""

    def make(
        *,
        through: Wire = wire,
        log: Calls = calls,
        caps: Caps = FREE,
        price: Price | None = None,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] | None = None,
        replay: bool = False,
        **limits: Any,
    ) -> AskedInRounds:
        more = {"clock": clock} if clock else {}
        return AskedInRounds(
            through,
            name="scripted-1",
            price=price or Price(tokens_in=1.0, tokens_out=2.0),
            log=log,
            limits=Limits(caps=caps, **{"seconds": SECONDS} | limits),
            sleep=Waits() if sleep is None else sleep,
            replay=replay,
            **more,
        )

    return make
