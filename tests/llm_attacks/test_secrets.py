"""A key goes into the header of a request and nowhere else, whatever a server or a post does to get it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dawnchorus.pipeline.traffic import Traffic
from tests.llm import whole
from tests.llm.test_whole import TINY
from tests.llm_attacks.obeying import KEY
from tests.llm_attacks.server import STATUSES

PIECE = KEY[:18]  # a reason that is cut must not hold the beginning of a key either


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("TOWN_KEY", KEY)


def hits(folder: Path) -> list[Path]:
    """Files under ``folder`` that hold the key or its beginning; those of SQLite are files like others."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name != "the.key" and PIECE.encode() in path.read_bytes()
    ]


@pytest.mark.parametrize("status", STATUSES)
def test_a_server_that_tells_the_key_again(status, server, tmp_path, caplog, capfd):
    caplog.set_level("DEBUG")
    outcome = whole.run(
        server,
        tmp_path,
        {"fault": f"tells {status}"},
        texts=TINY,
        llm={"key_env": "TOWN_KEY"},
        traffic=Traffic(record=tmp_path / "traffic.jsonl"),
    )

    assert not outcome.error
    assert outcome.seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert outcome.seen[0].fault == f"tells {status}"
    assert (tmp_path / "traffic.jsonl").read_text()
    assert not hits(tmp_path)
    out, err = capfd.readouterr()
    told = [out, err, caplog.text, *outcome.told, json.dumps(outcome.calls), repr(outcome.reports)]
    assert not [text for text in told if PIECE in text]


def test_a_bridge_is_given_no_key(server, tmp_path):
    outcome = whole.run(
        server,
        tmp_path,
        texts=TINY,
        llm={"key_env": "TOWN_KEY", "call_seconds": 0.1},
        traffic=Traffic(bridge=tmp_path / "bridge"),
    )

    assert list((tmp_path / "bridge").glob("*.request.json"))
    assert outcome.seen == []
    assert not hits(tmp_path)


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_key_file_that_others_can_read_stops_the_run_before_anything_is_sent(mode, server, tmp_path):
    file = tmp_path / "the.key"
    file.write_text(KEY)
    file.chmod(mode)
    outcome = whole.run(server, tmp_path, texts=TINY, llm={"key_file": file})

    if mode == 0o600:
        assert not outcome.error
        assert outcome.seen[0].headers["authorization"] == f"Bearer {KEY}"
    else:
        assert "chmod 600" in outcome.error
        assert outcome.seen == []
    assert PIECE not in outcome.error
    assert not hits(tmp_path)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_redirect_takes_neither_posts_nor_key_along(host, server, tmp_path):
    there = f"http://{host}:{server.port}/v1/elsewhere"
    outcome = whole.run(
        server, tmp_path, {"fault": "redirect", "to": there}, texts=TINY, llm={"key_env": "TOWN_KEY"}
    )

    assert not outcome.error
    assert outcome.degraded
    assert {one.path for one in outcome.seen} == {"/v1/chat/completions"}


@pytest.mark.parametrize(
    "address",
    [
        "https://user:word@models.example/v1",
        "http://key@127.0.0.1:9/v1",
        "https://models.example/v1?key=abc",
        "https://models.example/v1#abc",
    ],
)
def test_an_address_with_credentials_is_refused_and_not_repeated(address, server, tmp_path):
    outcome = whole.run(server, tmp_path, texts=TINY, llm={"base_url": address, "key_env": "TOWN_KEY"})

    assert "base_url is no address" in outcome.error
    assert not [word for word in ("word", "key@", "abc") if word in outcome.error.partition(";")[0]]
    assert outcome.seen == []


def test_a_program_shows_its_key_neither_on_its_command_line_nor_in_what_it_says(server, tmp_path):
    """The real program: output, files, arguments; a server that tells the key again and then fails."""
    server.script({"fault": "tells 200", "times": 1}, {"fault": "tells 500"})
    topic = tmp_path / "town.toml"
    topic.write_text(
        whole.TOPIC.replace(
            "[names]",
            '[llm]\nmodel = "scripted-1"\nkey_env = "TOWN_KEY"\ncall_seconds = 1\n'
            f'base_url = "{server.base_url}"\nprice_in = 1.0\nprice_out = 4.0\nrun_seconds = 4\n[names]',
        )
    )
    posts = tmp_path / "posts.jsonl"
    posts.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in whole.posts(TINY)))
    command = [sys.executable, "-m", "dawnchorus", "report", str(posts), "--topic", str(topic)]
    command += [
        "--writer",
        "llm",
        "--from",
        "2026-03-10",
        "--to",
        "2026-03-10",
        "--out",
        str(tmp_path / "site"),
    ]
    command += ["--data", str(tmp_path / "data"), "--lang", "en"]
    process = subprocess.Popen(
        command, env=os.environ | {"TOWN_KEY": KEY}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    arguments: list[bytes] = []
    watching = threading.Event()

    def watch() -> None:
        while not watching.wait(0.05):
            try:
                arguments.append(Path(f"/proc/{process.pid}/cmdline").read_bytes())
            except OSError:
                return

    threading.Thread(target=watch, daemon=True).start()
    out, err = process.communicate(timeout=60)
    watching.set()

    assert process.returncode == 0, err.decode()
    assert server.seen
    assert any(b"dawnchorus" in one for one in arguments)
    assert not [one for one in [out, err, *arguments] if PIECE.encode() in one]
    assert b"Traceback" not in err
    assert not hits(tmp_path)
