"""The scripted server speaks as real ones do: the official client reads it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest

from dawnchorus.llm.structured import strict_schema
from tests.llm import actors
from tests.llm.conftest import Birds
from tests.llm.faults import FAULTS
from tests.llm.server import ScriptedServer

MESSAGES: list[Any] = [
    {"role": "system", "content": "Answer with one JSON object."},
    {"role": "user", "content": "Name ten birds."},
]
SHAPE: Any = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "strict": True, "schema": strict_schema(Birds)},
}


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=server.base_url,
        api_key="sk-test",
        max_retries=0,
        timeout=0.3,
        http_client=httpx2.Client(trust_env=False),
    ) as client:
        yield client


def test_the_official_client_reads_a_sound_answer(client, server):
    made = client.chat.completions.create(model="m", messages=MESSAGES, response_format=SHAPE, max_tokens=50)

    assert json.loads(made.choices[0].message.content) == {"words": ["wren", "robin", "rook"]}
    assert made.choices[0].finish_reason == "stop"
    assert made.usage.total_tokens == made.usage.prompt_tokens + made.usage.completion_tokens
    assert [seen.headers["authorization"] for seen in server.seen] == ["Bearer sk-test"]
    assert server.seen[0].sent > 200


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("400", openai.BadRequestError),
        ("401", openai.AuthenticationError),
        ("403", openai.PermissionDeniedError),
        ("404", openai.NotFoundError),
        ("422", openai.UnprocessableEntityError),
        ("429", openai.RateLimitError),
        ("500", openai.InternalServerError),
        ("503", openai.InternalServerError),
        ("hang", openai.APITimeoutError),
        ("reset", openai.APIConnectionError),
        ("reset-mid", openai.APIConnectionError),
        ("close", openai.APIConnectionError),
        ("truncated", openai.APIConnectionError),
        ("garbage", openai.APIConnectionError),
    ],
)
def test_faults_are_what_the_official_client_takes_them_for(client, server, fault, kind):
    server.script({"fault": fault})

    with pytest.raises(openai.OpenAIError) as caught:
        client.chat.completions.create(model="m", messages=MESSAGES)

    assert type(caught.value) is kind
    assert len(server.seen) == 1


def test_the_official_clients_own_retries_are_seen(client, server):
    server.script({"fault": "500"})

    with pytest.raises(openai.InternalServerError):
        client.with_options(max_retries=1).chat.completions.create(model="m", messages=MESSAGES)

    assert len(server.seen) == 2


def test_a_fault_meets_what_its_rule_says(client, server):
    server.script({"fault": "503", "nth": [2]}, {"fault": "404", "contains": "fish", "times": 1})

    def status(what: str) -> int:
        messages: list[Any] = [MESSAGES[0], {"role": "user", "content": what}]
        try:
            client.chat.completions.create(model="m", messages=messages)
        except openai.APIStatusError as error:
            return error.status_code
        return 200

    assert [status(what) for what in ("birds", "birds", "birds", "fish", "fish")] == [200, 503, 200, 404, 503]
    assert [seen.nth for seen in server.seen] == [1, 2, 3, 1, 2]


def test_a_drawn_fault_depends_on_the_request_not_on_its_turn(server):
    def drawn(order: list[str]) -> dict[str, str]:
        server.script({"mix": [{"fault": "503"}, {"fault": "404"}], "share": 0.5, "seed": 3})
        with httpx2.Client(trust_env=False) as client:
            for what in order:
                body = {"model": "m", "messages": [MESSAGES[0], {"role": "user", "content": what}]}
                client.post(f"{server.base_url}/chat/completions", json=body)
        return {seen.user: seen.fault for seen in server.seen}

    names = ["ant", "bee", "cat", "dog", "eel", "fox"]

    assert drawn(names) == drawn(names[::-1])
    assert set(drawn(names).values()) == {"", "503", "404"}


def test_the_server_survives_a_client_that_is_killed(server):
    server.script({"fault": "hang", "times": 1})
    code = (
        "import sys, urllib.request as u; print(flush=True);"
        f"u.build_opener(u.ProxyHandler({{}})).open(u.Request('{server.base_url}/chat/completions',"
        "data=b'{\"messages\": []}'))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        while not server.seen:
            assert killed.poll() is None
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()

    with httpx2.Client(trust_env=False) as client:
        answer = client.post(f"{server.base_url}/chat/completions", json={"messages": MESSAGES})

    assert answer.status_code == 200
    assert len(server.seen) == 2


def test_every_fault_is_reachable_and_every_actor_answers_every_question():
    for actor in actors.ACTORS:
        for kind in ("story", "repair", "compose", "headline", "judge", "probe", ""):
            user = (
                '1. Kites fly.\nstory 1 (new): 1 post\n{"i": 1, "by": "ada", "text": "Kites were sold out."}'
                if kind != "judge"
                else 'sentence 1: "Kites were sold out."\n{"i": 1, "text": "Kites were sold out."}'
            )
            asked = actors.Question(system="", user=user, kind=kind)
            assert isinstance(actors.answer(actor, asked), str)
    assert len(FAULTS) >= 60
