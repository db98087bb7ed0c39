"""Every fault of a server, alone, at the wire: one attempt, one request, in time, in the right class."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator

import pytest

from dawnchorus.llm.faults import CallFault, NotServed, NotThisOne, OptionRefused, TryAgain
from dawnchorus.llm.keys import Secret
from dawnchorus.llm.openai_wire import OpenAIWire
from tests.llm.conftest import KEY, SECONDS, request
from tests.llm.faults import FAULTS

REFUSED = {
    "400": NotThisOne,
    "400-schema": OptionRefused,
    "400-object": OptionRefused,
    "400-temperature": OptionRefused,
    "400-max-tokens": OptionRefused,
    "400-context": NotThisOne,
    "401": NotServed,
    "402": NotServed,
    "403": NotServed,
    "403-flagged": NotThisOne,
    "404": NotServed,
    "408": TryAgain,
    "409": TryAgain,
    "413": NotThisOne,
    "422": NotThisOne,
    "429": TryAgain,
    "429-after": TryAgain,
    "429-date": TryAgain,
    "429-absurd": TryAgain,
    "429-nonsense": TryAgain,
    "429-minute": TryAgain,
    "429-quota": NotServed,
    "500": TryAgain,
    "500-schema": OptionRefused,
    "502": TryAgain,
    "503": TryAgain,
    "504": TryAgain,
    "529": TryAgain,
    "redirect": NotServed,
    "hang": TryAgain,
    "drip": TryAgain,
    "drip-headers": TryAgain,
    "reset": TryAgain,
    "reset-mid": TryAgain,
    "close": TryAgain,
    "truncated": TryAgain,
    "garbage": TryAgain,
    "html": TryAgain,
    "empty-body": TryAgain,
    "no-content": TryAgain,
    "not-json": TryAgain,
    "bad-utf8": TryAgain,
    "array": TryAgain,
    "null": TryAgain,
    "error-200": TryAgain,
    "no-choices": TryAgain,
    "odd-choices": TryAgain,
    "no-message": TryAgain,
    "null-message": TryAgain,
    "cut-json": TryAgain,
    "stream": TryAgain,
    "bomb": TryAgain,
    "broken-gzip": TryAgain,
    "brotli": TryAgain,
    "huge": TryAgain,
    "echo": NotThisOne,
    "echo-escaped": NotThisOne,
}
FINISHED = {
    "null-content": "stop",
    "odd-content": "stop",
    "duplicate-keys": "stop",
    "slow": "stop",
    "length": "length",
    "length-empty": "length",
    "no-finish": "length",  # and no brace at its end: cut off
    "odd-finish": "stop",  # a word of its own for it, and a brace at its end
    "refusal": "refused",
    "content-filter": "refused",
    "prose": "stop",
    "fence": "stop",
    "open-fence": "stop",
    "blank": "length",
    "comma": "stop",
    "extra-keys": "stop",
    "deep": "stop",
    "nan": "stop",
    "long-number": "stop",
    "other-shape": "stop",
    "surrogates": "stop",
    "lost-characters": "stop",
    "empty-answer": "stop",
    "no-usage": "stop",
    "absurd-usage": "stop",
    "zero-usage": "stop",
    "thinking": "stop",
    "odd-usage": "stop",
    "verbose": "stop",
    "other-model": "stop",
    "big-usage": "stop",
    "parts": "stop",
    "function-call": "stop",
    "thought-only": "thought",
    "think-block": "stop",
    "think-open": "stop",
    "braces": "stop",
    "string-numbers": "stop",
    "null-lists": "stop",
    "no-json": "stop",
    "echo-name": "stop",
}


def test_no_fault_is_left_out():
    assert set(REFUSED) | set(FINISHED) == set(FAULTS)


@pytest.mark.parametrize("fault", REFUSED)
def test_refused(fault, server, wire):
    server.script({"fault": fault})
    began = time.monotonic()

    with pytest.raises(CallFault) as caught:
        wire.complete(request(), seconds=SECONDS)

    assert type(caught.value) is REFUSED[fault]
    assert len(server.seen) == 1
    assert time.monotonic() - began < SECONDS + 1
    line = str(caught.value)
    assert line.startswith(f"127.0.0.1:{server.port}: ")
    assert line.isprintable()
    assert len(line) < 300
    assert KEY not in line


@pytest.mark.parametrize("fault", FINISHED)
def test_completed(fault, server, wire):
    server.script({"fault": fault})

    completion = wire.complete(request(), seconds=SECONDS)

    assert completion.finish == FINISHED[fault]
    assert len(server.seen) == 1


def test_a_sound_answer_comes_with_its_counts(server, wire):
    completion = wire.complete(request(), seconds=SECONDS)

    assert completion.text == '{"words": ["wren", "robin", "rook"]}'
    assert (completion.finish, completion.model) == ("stop", "scripted-1")
    assert (completion.tokens_in, completion.tokens_out) == (14, 12)


@pytest.mark.parametrize("fault", ["no-usage", "odd-usage"])
def test_a_count_that_is_none_is_unknown(fault, server, wire):
    server.script({"fault": fault})

    completion = wire.complete(request(), seconds=SECONDS)

    assert (completion.tokens_in, completion.tokens_out) == (None, None)


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [("429-after", 7, 7), ("429-date", 5, 7), ("429-absurd", 86_400, 366 * 86_400)],
)
def test_the_wait_a_server_asks_for_is_told(fault, least, most, server, wire):
    server.script({"fault": fault, "seconds": 7})

    with pytest.raises(TryAgain) as caught:
        wire.complete(request(), seconds=SECONDS)

    assert caught.value.wait is not None
    assert least <= caught.value.wait <= most


@pytest.mark.parametrize("fault", ["429", "429-nonsense", "503", "529"])
def test_a_server_that_did_no_work_is_not_paid(fault, server, wire):
    server.script({"fault": fault})

    with pytest.raises(TryAgain) as caught:
        wire.complete(request(), seconds=SECONDS)

    assert caught.value.wait is None
    assert not caught.value.billed


def test_a_redirect_is_not_followed(server, wire):
    there = f"http://localhost:{server.port}/v1/chat/completions"
    for status in (301, 302, 303, 307, 308):
        server.script({"fault": "redirect", "to": there, "status": status})

        with pytest.raises(NotServed):
            wire.complete(request(), seconds=SECONDS)

        assert len(server.seen) == 1, status


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port that refuses connections."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, not listening
        yield held.getsockname()[1]


def _failed(base_url: str) -> CallFault:
    wire = OpenAIWire(base_url=base_url, key=Secret(KEY), user_agent="t")
    with pytest.raises(CallFault) as caught:
        wire.complete(request(), seconds=SECONDS)
    wire.close()
    return caught.value


def test_connection_refused(nobody):
    fault = _failed(f"http://127.0.0.1:{nobody}/v1")

    assert isinstance(fault, TryAgain)
    assert not fault.billed
    assert str(fault) == f"127.0.0.1:{nobody}: no connection"


def test_tls_error(server):
    fault = _failed(f"https://127.0.0.1:{server.port}/v1")

    assert isinstance(fault, TryAgain)
    assert not fault.billed


@pytest.mark.parametrize(("error", "kind"), [(socket.EAI_NONAME, NotServed), (socket.EAI_AGAIN, TryAgain)])
def test_dns_error(error, kind, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(error, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    fault = _failed("https://models.example/v1")

    assert type(fault) is kind
    assert not fault.billed


def test_a_public_name_that_leads_into_the_private_network_is_the_users_own_choice(server, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", server.port))])
    wire = OpenAIWire(base_url=f"http://models.lan:{server.port}/v1", key=Secret(""), user_agent="t")

    assert wire.complete(request(), seconds=SECONDS).finish == "stop"
    wire.close()


# --- what goes out -------------------------------------------------------------------------------------


def test_only_our_headers_go_out(server, wire):
    wire.complete(request(), seconds=SECONDS)

    headers = server.seen[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["user-agent"] == "dawnchorus/test"
    assert set(headers) == {
        "host",
        "accept",
        "accept-encoding",
        "connection",
        "user-agent",
        "content-type",
        "content-length",
        "authorization",
    }


def test_the_clients_environment_is_not_heeded(server, monkeypatch):
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"OPENAI_{name}", "sk-of-another-host")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv(
        "OPENAI_CUSTOM_HEADERS", "Authorization: Bearer sk-of-another-host\nX-A: sk-of-another-host"
    )
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    wire = OpenAIWire(base_url=server.base_url, key=Secret(""), user_agent="t")
    wire.complete(request(), seconds=SECONDS)
    wire.close()

    assert "sk-of-another-host" not in str(server.seen[0])
    assert "authorization" not in server.seen[0].headers


@pytest.mark.parametrize(
    ("form", "kind", "in_prompt"),
    [("schema", "json_schema", False), ("object", "json_object", True), ("prompt", None, True)],
)
def test_the_shape_is_asked_for_in_three_forms(form, kind, in_prompt, server, wire):
    assert wire.complete(request(form=form), seconds=SECONDS).text.startswith('{"words"')

    body = server.seen[0].body
    assert body.get("response_format", {}).get("type") == kind
    assert ('"additionalProperties": false' in server.seen[0].system) is in_prompt
    if kind == "json_schema":
        assert body["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize(
    ("left_out", "has"),
    [
        (frozenset(), {"max_tokens", "temperature"}),
        (frozenset({"temperature"}), {"max_tokens"}),
        (frozenset({"max_tokens"}), {"max_completion_tokens", "temperature"}),
    ],
)
def test_options_that_were_refused_are_left_out(left_out, has, server, wire):
    wire.complete(request(left_out=left_out), seconds=SECONDS)

    body = server.seen[0].body
    assert set(body) & {"max_tokens", "max_completion_tokens", "temperature"} == has
    assert body.get("max_tokens", body.get("max_completion_tokens")) == 200
    assert "tools" not in body
    assert "stream" not in body


def test_half_a_character_does_not_stop_a_request(server, wire):
    completion = wire.complete(request(user="Name ten \ud83d birds."), seconds=SECONDS)

    assert completion.finish == "stop"
    assert server.seen[0].user == "Name ten ? birds."


# --- the key --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["echo", "echo-escaped"])
def test_an_answer_that_holds_the_key_is_none(fault, server, wire, caplog):
    server.script({"fault": fault})
    with caplog.at_level(logging.DEBUG, logger="openai"), pytest.raises(NotThisOne) as caught:
        wire.complete(request(), seconds=SECONDS)

    assert str(caught.value).endswith("the answer held the key")
    assert caught.value.billed
    assert "request_id" in caplog.text  # the client's log was on
    assert KEY not in repr(caught.value) + caplog.text + repr(vars(wire))


def test_a_key_in_the_name_of_the_model_is_hidden(server, wire):
    server.script({"fault": "echo-name"})

    assert wire.complete(request(), seconds=SECONDS).model == "model …"


def test_a_word_that_the_question_has_is_no_key(server):
    """Local servers want none: people give them "ollama"."""
    wire = OpenAIWire(base_url=server.base_url, key=Secret("wren"), user_agent="t")

    with pytest.raises(NotThisOne, match="held the key"):
        wire.complete(request(), seconds=SECONDS)
    assert "wren" in wire.complete(request("wrens"), seconds=SECONDS).text
    wire.close()


@pytest.mark.parametrize("fault", ["parts", "function-call"])
def test_an_answer_in_another_place_is_found(fault, server, wire):
    server.script({"fault": fault})

    assert wire.complete(request(), seconds=SECONDS).text == '{"words": ["wren", "robin", "rook"]}'


def test_a_reason_that_tells_the_key_in_escapes_is_not_told(server, wire):
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in KEY)
    server.script({"fault": "401", "say": f"bad {escaped} and &#{ord(KEY[0])};{KEY[1:]}"})

    with pytest.raises(NotServed) as caught:
        wire.complete(request(), seconds=SECONDS)

    assert KEY[4:] not in str(caught.value)
    assert escaped[1:6] not in str(caught.value)


def test_a_reason_is_told_without_the_key(server, wire):
    server.script({"fault": "401", "say": "key {key} is wrong"})

    with pytest.raises(NotServed) as caught:
        wire.complete(request(), seconds=SECONDS)

    assert str(caught.value).endswith("answered 401: key … is wrong")


def test_no_part_of_the_key_is_told_where_a_reason_is_cut(server, wire):
    for blanks in range(3940, 4000, 3):
        server.script({"fault": "401", "say": "key" + " " * blanks + "{key}"})

        with pytest.raises(NotServed) as caught:
            wire.complete(request(), seconds=SECONDS)

        assert KEY[:4] not in str(caught.value)


def test_a_500_about_the_answers_shape_is_asked_for_without_it(server, wire):
    # As llama-cpp-python 0.3.36 words it.
    server.script(
        {"fault": "500", "say": "{'loc': ('body', 'response_format', 'type'), 'input': 'json_schema'}"}
    )

    with pytest.raises(OptionRefused):
        wire.complete(request(form="schema"), seconds=SECONDS)
    with pytest.raises(TryAgain):
        wire.complete(request(form="prompt"), seconds=SECONDS)
