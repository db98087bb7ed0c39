"""What ``dawnchorus models`` says of a model: in one line, to a person."""

from __future__ import annotations

import pytest

from dawnchorus.pipeline.probe import probe
from dawnchorus.settings import Llm
from tests.llm.conftest import KEY, running_server, server

__all__ = ["running_server", "server"]


def line(server, fault: str | None = None, **more) -> tuple[bool, str]:
    server.script(*([{"fault": fault}] if fault else []))
    prices = {"price_in": 1.0, "price_out": 4.0}
    settings = Llm(
        **{"model": "scripted-1", "base_url": server.base_url, "call_seconds": 0.4} | prices | more
    )
    [found] = probe(settings, environment={"TOWN_KEY": KEY}.get)
    return found.works, found.line


def test_a_model_that_works(server):
    works, said = line(server)

    assert works
    assert "works; answers keep to a JSON Schema; $1 in, $4 out a million tokens; " in said
    assert said.endswith(" tokens a second")


@pytest.mark.parametrize("fault", ["big-usage", "absurd-usage", "no-usage", "zero-usage"])
def test_no_speed_is_told_of_tokens_that_cannot_be(fault, server):
    works, said = line(server, fault)

    assert works
    assert "tokens a second" not in said
    assert "; the server states " in said


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (
            "thought-only",
            "it thought and wrote no answer; if it thinks before it writes, turn that off with extra",
        ),
        (
            "think-open",
            "it thought and wrote no answer; if it thinks before it writes, turn that off with extra",
        ),
        ("length", "the answer was cut off before its end; if it thinks before it writes"),
        ("open-fence", "the answer holds no JSON object; if it was not asked in a way it knows"),
        ("empty-answer", "not the shape that was asked for: words: Field required; if it was not asked"),
        ("echo-escaped", "the answer held the key"),
        ("refusal", "the model refused to answer"),
    ],
)
def test_what_is_wrong_is_said_to_a_person(fault, why, server):
    works, said = line(server, fault, key_env="TOWN_KEY")

    assert not works
    assert said.startswith("scripted-1: does not work: ")
    assert why in said
    assert KEY not in said
    assert "be shorter" not in said
    assert "answer with" not in said
