"""Traffic in a file: without the key, and played back to the same end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dawnchorus.errors import DawnchorusError, UsageError
from dawnchorus.llm.asking import Completion, Request
from dawnchorus.llm.faults import CallFault, NotServed, NotThisOne, OptionRefused, TryAgain
from dawnchorus.llm.recording import Player, Recorder
from tests.llm.conftest import KEY, SECONDS, ask, begin, request

NAMES = ["ants", "bees", "cats", "dogs"]


def test_what_was_recorded_comes_back_to_the_same_end(server, wire, model, ledger, tmp_path):
    server.script(
        {"fault": "400-schema", "contains": "ants"},
        {"fault": "503", "nth": [1, 2], "contains": "bees"},
        {"fault": "refusal", "contains": "cats"},
        {"fault": "echo"},
    )
    path = tmp_path / "traffic.jsonl"
    recorder = Recorder(wire, path)
    first = model(through=recorder).ask([ask(what) for what in NAMES])
    before = ledger.rows("SELECT about, state, tokens_in, nanos, why FROM calls ORDER BY id")
    server.script({"fault": "500"})

    with_player = model(through=Player(path), log=begin(ledger, slug="again"), temperature=0.0)
    ledger.rows("UPDATE calls SET key = 'old'")  # or the ledger would answer
    again = with_player.ask([ask(what) for what in NAMES])

    assert again == first
    assert server.seen == []
    after = ledger.rows("SELECT about, state, tokens_in, nanos, why FROM calls WHERE run = 2 ORDER BY id")
    assert after == before
    assert KEY not in path.read_text("utf-8")


class Odd:
    """A wire that gives what it is told, or raises it."""

    def __init__(self, *outcomes: Completion | CallFault) -> None:
        self.outcomes = list(outcomes)

    def complete(self, request: Request, *, seconds: float) -> Completion:
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, CallFault):
            raise outcome
        return outcome

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "text",
    [
        "\ud83d half a character",
        "line\u2028end\u0085of\x1ckinds\r\n",
        "\x00\x1b[31m",
        "“中文” 👩‍👩‍👧",
        '"}\n{"call": "x"}',
    ],
)
def test_any_text_survives(text, tmp_path):
    path = tmp_path / "traffic.jsonl"
    completion = Completion(text=text, finish="stop", model=text, tokens_in=3)
    recorder = Recorder(Odd(completion), path)
    recorder.complete(request(user=text), seconds=1)
    recorder.close()

    assert Player(path).complete(request(user=text), seconds=1) == completion
    assert len(path.read_bytes().splitlines()) == 1 or b"\x1c" not in path.read_bytes()


def test_faults_come_back_as_they_were_and_the_last_again(tmp_path):
    path = tmp_path / "traffic.jsonl"
    faults = [
        TryAgain("slow", wait=30.0, billed=False),
        TryAgain("cut"),
        OptionRefused("no schema", option="response_format"),
        NotThisOne("too long"),
        NotServed("no key"),
    ]
    recorder = Recorder(Odd(*faults), path)
    for _ in faults:
        with pytest.raises(CallFault):
            recorder.complete(request(), seconds=1)
    recorder.close()
    player = Player(path)

    for expected in [*faults, faults[-1]]:
        with pytest.raises(CallFault) as caught:
            player.complete(request(), seconds=1)
        assert type(caught.value) is type(expected)
        assert str(caught.value) == str(expected)
        assert caught.value.billed == expected.billed
        if isinstance(caught.value, TryAgain):
            assert caught.value.wait == 0.0  # nobody waits for a file


def test_a_call_that_is_not_in_it_is_told(tmp_path):
    path = tmp_path / "traffic.jsonl"
    path.write_text("")

    with pytest.raises(NotThisOne, match="not in the recording"):
        Player(path).complete(request(), seconds=1)


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[]",
        "1",
        "{}",
        '{"call": "a"}',
        '{"call": "a", "completion": {"colour": 1}}',
        '{"call": "a", "fault": "Odd", "why": ""}',
        '{"call": []}',
        "[" * 100_000,
        None,
    ],
)
def test_what_is_no_recording_is_refused_in_a_line(content, tmp_path):
    path = tmp_path / "traffic.jsonl"
    if content is not None:
        path.write_text(content)

    with pytest.raises(UsageError, match=r"--replay .*; give a file that --record wrote") as caught:
        Player(path)

    assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_asked(tmp_path):
    with pytest.raises(UsageError, match="--record"):
        Recorder(Odd(), tmp_path / "none" / "traffic.jsonl")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_stops_the_run_in_a_line():
    recorder = Recorder(Odd(Completion(text="{}", finish="stop")), Path("/dev/full"))

    with pytest.raises(DawnchorusError, match="--record: cannot be written: No space left"):
        recorder.complete(request(), seconds=SECONDS)
    recorder.close()


def test_a_line_says_what_was_asked_and_answered(wire, tmp_path):
    path = tmp_path / "traffic.jsonl"
    recorder = Recorder(wire, path)
    recorder.complete(request(), seconds=SECONDS)

    line = json.loads(path.read_text("utf-8"))
    assert line["user"] == "Name ten birds."
    assert line["completion"]["text"].startswith('{"words"')
    assert not {"key", "headers", "base_url"} & set(line)
