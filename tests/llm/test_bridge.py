"""A folder as a model: requests and answers as files."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from dawnchorus.errors import UsageError
from dawnchorus.llm.bridge import Bridge
from dawnchorus.llm.faults import NotThisOne, TryAgain
from tests.llm.conftest import ask, request


class Answering:
    """A sleep in which somebody answers what lies there."""

    def __init__(self, folder: Path, content: str) -> None:
        self.folder, self.content, self.naps = folder, content, 0

    def __call__(self, seconds: float) -> None:
        self.naps += 1
        for path in self.folder.glob("*.request.json"):
            answer = path.with_name(path.name.replace("request", "answer"))
            hidden = answer.with_suffix(f".{threading.get_ident()}")
            hidden.write_text(self.content, encoding="utf-8")
            hidden.rename(answer)


def bridged(folder: Path, content: str) -> Bridge:
    return Bridge(folder, sleep=Answering(folder, content))


@pytest.mark.parametrize(
    "content", ['{"answer": {"words": ["wren"]}}', '{"text": "{\\"words\\": [\\"wren\\"]}"}']
)
def test_an_answer_is_read(content, tmp_path):
    completion = bridged(tmp_path, content).complete(request(), seconds=5)

    assert json.loads(completion.text) == {"words": ["wren"]}
    assert completion.finish == "stop"
    asked = json.loads((tmp_path / "000001.request.json").read_text("utf-8"))
    assert asked["user"] == "Name ten birds."
    assert asked["schema"]["properties"]["words"]


def test_a_refusal_is_one(tmp_path):
    assert bridged(tmp_path, '{"refused": true}').complete(request(), seconds=5).finish == "refused"


@pytest.mark.parametrize("content", ["", "{}", "[]", "no", '{"texts": 1}', "[" * 100_000, '"text"'])
def test_what_is_no_answer_is_told(content, tmp_path):
    with pytest.raises(NotThisOne, match=r"000001\.answer\.json: no answer; write"):
        bridged(tmp_path, content).complete(request(), seconds=5)


def test_nobody_answers(tmp_path):
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    bridge = Bridge(tmp_path, sleep=sleep, clock=lambda: now[0])

    with pytest.raises(TryAgain, match="nobody wrote it in 7 seconds") as caught:
        bridge.complete(request(), seconds=7)
    assert not caught.value.billed


def test_numbers_go_on_after_those_that_are_there(tmp_path):
    (tmp_path / "000041.request.json").write_text("{}")
    bridged(tmp_path, '{"answer": {}}').complete(request(), seconds=5)

    assert (tmp_path / "000042.request.json").exists()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="--bridge"):
        Bridge(tmp_path / "file" / "folder")


def test_half_a_character_can_be_asked(tmp_path):
    bridged(tmp_path, '{"answer": {}}').complete(request(user="\ud83d"), seconds=5)

    assert json.loads((tmp_path / "000001.request.json").read_text("utf-8"))["user"] == "\ud83d"


def test_a_model_over_a_bridge(model, tmp_path):
    asked = model(through=bridged(tmp_path / "there", '{"answer": {"words": ["wren"]}}'), seconds=5.0)

    replies = asked.ask([ask("ants"), ask("bees"), ask("cats")])

    assert [reply.value.words for reply in replies] == [["wren"]] * 3
    assert sorted(path.name for path in (tmp_path / "there").glob("*.request.json")) == [
        f"00000{number}.request.json" for number in (1, 2, 3)
    ]


def test_a_bridge_that_is_closed_waits_no_longer(tmp_path):
    bridge = Bridge(tmp_path, sleep=lambda seconds: bridge.close())

    with pytest.raises(TryAgain):
        bridge.complete(request(), seconds=3600)


def test_who_looks_for_requests_finds_none_that_is_not_whole(tmp_path, monkeypatch):
    found, replace = [], os.replace

    def looked(part, path):
        found.append(list(tmp_path.glob("*.request.json")))  # a leading dot hides nothing from glob
        replace(part, path)

    monkeypatch.setattr(os, "replace", looked)
    bridged(tmp_path, '{"answer": {}}').complete(request(), seconds=5)

    assert found == [[]]
