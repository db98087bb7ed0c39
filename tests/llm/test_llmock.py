"""Our wire and rounds against LLMock, an independent fake that was not made to please us."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dawnchorus.llm.faults import TryAgain
from dawnchorus.llm.keys import Secret
from dawnchorus.llm.openai_wire import OpenAIWire
from dawnchorus.llm.rounds import AskedInRounds
from tests.llm.conftest import KEY, Waits, ask, request

scenarios = pytest.importorskip("llmock.scenarios")
testing = pytest.importorskip("llmock.testing")
verdicts = pytest.importorskip("llmock.verdict")

WREN = '{"words": ["wren"]}'


@pytest.fixture(scope="module")
def running() -> Iterator[testing.LLMockServer]:
    with testing.LLMockServer() as mock:
        yield mock


@pytest.fixture
def mock(running: testing.LLMockServer) -> testing.LLMockServer:
    running.state.reset()
    return running


@pytest.fixture
def ours(mock: testing.LLMockServer) -> Iterator[OpenAIWire]:
    wire = OpenAIWire(base_url=mock.base_url("openai"), key=Secret(KEY), user_agent="dawnchorus/test")
    yield wire
    wire.close()


def play(mock: testing.LLMockServer, *behaviours: object) -> None:
    for one in behaviours:
        mock.state.scenarios.add(one)


def requests(mock: testing.LLMockServer) -> int:
    return len(mock.state.journal.records(wait=1.0))


def test_a_scripted_reply(mock, ours):
    play(mock, scenarios.Reply(text=WREN))

    completion = ours.complete(request(), seconds=5)

    assert completion.text == WREN
    assert completion.finish == "stop"
    assert completion.tokens_in
    assert completion.tokens_out
    assert requests(mock) == 1


@pytest.mark.parametrize("status", [429, 500, 503, 529])
def test_a_fault_that_passes(status, mock, ours, model: Callable[..., AskedInRounds]):
    play(mock, scenarios.Fail(status, times=2), scenarios.Reply(text=WREN, times=None))
    waits = Waits()

    [reply] = model(through=ours, sleep=waits, seconds=5.0).ask([ask()])

    assert reply.value.words == ["wren"]
    assert requests(mock) == 3
    assert len(waits) == 2


def test_the_wait_it_asks_for(mock, ours, model):
    play(mock, scenarios.Fail(429, retry_after=7), scenarios.Reply(text=WREN, times=None))
    waits = Waits()

    assert model(through=ours, sleep=waits, seconds=5.0).ask([ask()])[0].ok
    assert waits == [7.0]


def test_a_delay_beyond_the_deadline(mock, ours):
    play(mock, scenarios.Delay(0.8))

    with pytest.raises(TryAgain, match="no whole answer in time"):
        ours.complete(request(), seconds=0.2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_is_final_is_not_tried_again(status, mock, ours, model):
    play(mock, scenarios.Fail(status, times=None))

    [reply] = model(through=ours, seconds=5.0).ask([ask()])

    assert not reply.ok
    assert requests(mock) == 1


def test_its_verdict_on_us(mock, ours, model):
    """It judges a client by what it saw: storms, waits not kept, retries of what is final."""
    play(mock, scenarios.Fail(503, retry_after=0.05), scenarios.Reply(text=WREN, times=None))
    import time  # noqa: PLC0415

    assert model(through=ours, sleep=time.sleep, seconds=5.0).ask([ask()])[0].ok

    verdict = verdicts.judge(mock.state.journal.records(wait=1.0))
    assert verdict.passed, verdict.render()
    assert not verdict.warnings, verdict.render()
