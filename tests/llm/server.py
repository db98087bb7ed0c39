"""A chat-completions server on loopback, in a process of its own, that fails as its script says.

It answers like a sound OpenAI-compatible server, with what an actor (``tests.llm.actors``) says, unless a
rule of its script names a fault. Which fault meets which request is decided by what the request asks and
how often that was asked before, so it does not depend on which of several requests is quicker. Every
request is written to the log before it is answered, and what was sent of the answer after; a run that is
killed loses neither.

    python -m tests.llm.server LOG          prints its port, ends when its standard input does

    PUT /_script {"actor": "sober", "rules": [{"fault": "429", "stage": "story", "times": 2}]}

A rule: ``fault`` (see ``tests.llm.faults``) and any of

- ``stage`` ("story", "judge", …) and ``contains`` (in the request's user text): which requests it is for;
- ``nth``: a list, the times this very text is asked, from 1; ``times``: how many requests it takes;
- ``share`` with ``seed``: of requests, drawn by their content and how often they were asked;
- ``actor``: another for this request; ``seconds``: of a wait; ``to``: of a redirect; ``say``: a reason.

The first rule that holds counts. ``mix``, a list of such parts, draws one of them for each request.
"""

from __future__ import annotations

import hashlib
import json
import random
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.llm import actors
from tests.llm.faults import FAULTS, Answer, Asked, sound

_ROOT = Path(__file__).parents[2]


class _Script:
    """What is to be answered; one lock for all that counts."""

    def __init__(self, log: Path) -> None:
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self._number = 0
        self._log = log.open("a", encoding="utf-8")
        self.load({})

    def load(self, script: dict[str, Any]) -> None:
        with self.lock:
            self.ended.set()  # those that hang for the script before go on
            self.ended = threading.Event()
            self._number, self._script, self._asked = self._number + 1, script, 0
            self._times: Counter[str] = Counter()
            self._used: Counter[int] = Counter()
            self.note({"event": "script"}, self._number)

    def take(
        self, path: str, body: dict[str, Any], headers: dict[str, str], size: int
    ) -> tuple[int, int, Asked]:
        question = actors.question(body)
        digest = hashlib.sha256(question.user.encode("utf-8", "surrogatepass")).hexdigest()
        with self.lock:
            self._asked += 1
            self._times[digest] += 1
            nth = self._times[digest]
            rule = self._rule(question, digest, nth) or {}
            row = {
                "event": "asked",
                "n": self._asked,
                "path": path,
                "stage": question.kind,
                "digest": digest[:16],
                "nth": nth,
                "fault": rule.get("fault", ""),
                "actor": rule.get("actor") or self._script.get("actor", "sober"),
                "bytes": size,
                "headers": headers,
                "body": body,
            }
            if ledger := self._script.get("ledger"):
                row["rows"] = _rows(ledger)
            self.note(row, self._number)
            number, of = self._asked, self._number
        actor = row["actor"]
        rule = {**rule, "authorization": headers.get("authorization", "").removeprefix("Bearer ")}
        return number, of, Asked(body=body, rule=rule, text=actors.answer(actor, question))

    def note(self, row: dict[str, Any], script: int) -> None:
        self._log.write(json.dumps(row | {"script": script}) + "\n")
        self._log.flush()

    def _rule(self, question: actors.Question, digest: str, nth: int) -> dict[str, Any] | None:
        for place, rule in enumerate(self._script.get("rules", [])):
            if (
                rule.get("stage", question.kind) != question.kind
                or rule.get("contains", "") not in question.user
            ):
                continue
            if nth not in rule.get("nth", [nth]) or self._used[place] >= rule.get("times", sys.maxsize):
                continue
            dice = random.Random(f"{rule.get('seed', 0)} {place} {digest} {nth}")
            if dice.random() >= rule.get("share", 1.0):
                continue
            self._used[place] += 1
            return {**rule, **dice.choice(rule["mix"])} if "mix" in rule else rule
        return None


def _rows(ledger: str) -> list[list[Any]]:
    """Calls that stand in the run's ledger at this moment: key, state."""
    db = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=5)
    try:
        return [list(row) for row in db.execute("SELECT key, state FROM calls ORDER BY id")]
    finally:
        db.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *given: Any) -> None:
        if not isinstance(sys.exception(), OSError | ValueError):  # a client that was killed, a reset of ours
            super().handle_error(*given)


def _handler(script: _Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        disable_nagle_algorithm = True

        def do_PUT(self) -> None:
            script.load(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response_only(204)
            self.end_headers()

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            number, of, asked = script.take(self.path, json.loads(raw), headers, len(raw))
            if self.path != "/v1/chat/completions":
                asked.rule["fault"] = "404"
            answer = FAULTS.get(asked.rule.get("fault", ""), sound)(asked)
            sent = 0
            try:
                sent = _send(self, answer, script.ended)
            except OSError:  # the client has gone
                self.close_connection = True
            with script.lock:
                script.note({"event": "sent", "n": number, "bytes": sent}, of)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _send(handler: BaseHTTPRequestHandler, answer: Answer, ended: threading.Event) -> int:
    """Send ``answer`` in its way; how many bytes of its body went out."""
    if answer.way in ("hang", "slow"):
        ended.wait(answer.seconds)
    if answer.way in ("hang", "close", "reset", "garbage"):
        handler.close_connection = True
        if answer.way == "reset":
            _reset(handler)
        elif answer.way == "garbage":
            handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        return 0
    head, body = _head(answer), answer.body
    if answer.way == "drip-headers":
        return _drip(handler, head + body, answer.seconds, ended)
    handler.wfile.write(head)
    if answer.way == "drip":
        return _drip(handler, body, answer.seconds, ended)
    if answer.way == "reset-mid":
        body = body[: len(body) // 2]
    handler.wfile.write(body)
    if answer.way == "reset-mid":
        time.sleep(0.02)  # or the reset may overtake what was sent
        _reset(handler)
    handler.close_connection = answer.way in ("short", "reset-mid")
    return len(body)


def _head(answer: Answer) -> bytes:
    headers = {"Content-Type": "application/json", **answer.headers}
    if answer.status != 204:
        headers["Content-Length"] = str(len(answer.body) + (100 if answer.way == "short" else 0))
    lines = [f"HTTP/1.1 {answer.status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def _drip(handler: BaseHTTPRequestHandler, body: bytes, seconds: float, ended: threading.Event) -> int:
    for sent, byte in enumerate(body):
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        if ended.wait(seconds):
            handler.close_connection = True
            return sent
    return len(body)


def _reset(handler: BaseHTTPRequestHandler) -> None:
    """End the connection with RST."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.shutdown(socket.SHUT_RD)
    handler.rfile.close()
    handler.wfile.close()
    handler.connection.close()


def main(log: str) -> None:
    script = _Script(Path(log))
    server = _Server(("127.0.0.1", 0), _handler(script))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.buffer.read()  # until whoever started us is gone


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request as the server saw it."""

    n: int
    path: str
    stage: str
    digest: str  # of its user text
    nth: int  # time it was asked
    fault: str
    actor: str
    bytes: int
    headers: dict[str, str]
    body: dict[str, Any]
    rows: list[list[Any]] = field(default_factory=list)  # of the ledger when it came, see ``script``
    sent: int | None = None  # bytes of the answer; None: it did not end

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][1]["content"])


class ScriptedServer:
    """The server in its own process; a context manager."""

    module = "tests.llm.server"

    def __init__(self, folder: Path) -> None:
        self._log = folder / "requests.jsonl"
        self._script = 1  # scripts it was given
        self._from = 0  # where the present one's begin in the log

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", self.module, str(self._log)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # what is killed around it does not take it along
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def script(
        self, *rules: dict[str, Any], actor: str = "sober", ledger: Path | None = None, **more: Any
    ) -> None:
        """Begin anew: counts at zero, these rules. With ``ledger`` each request tells what stood in it."""
        self._from = self._log.stat().st_size
        content = {"actor": actor, "rules": rules, "ledger": str(ledger) if ledger else None, **more}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/_script", data=json.dumps(content).encode(), method="PUT"
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(request, timeout=10).close()
        self._script += 1

    @property
    def seen(self) -> list[Seen]:
        """Requests since the script was set, in the order they came."""
        rows = [json.loads(line) for line in self._read().splitlines()]
        rows = [row for row in rows if row.pop("script") == self._script]
        sent = {row["n"]: row["bytes"] for row in rows if row["event"] == "sent"}
        return [
            Seen(**{name: value for name, value in row.items() if name != "event"}, sent=sent.get(row["n"]))
            for row in rows
            if row["event"] == "asked"
        ]

    def _read(self) -> str:
        with self._log.open(encoding="utf-8") as log:
            log.seek(self._from)
            return log.read()


if __name__ == "__main__":
    main(sys.argv[1])
