"""The server of llama-cpp-python over a model of random weights, in a process of its own.

    python -m tests.noise.serve FOLDER '{"seed": 1, "words": [], "context": 16384, "shaped": false}'

prints its port and ends when its standard input does. FOLDER gets the model and ``answers.jsonl``: every
request with what was answered, written by a layer that only listens. With ``shaped`` that layer also hands
the schema of a request on in the words this server has for it (it knows no "json_schema"), so that its
grammar holds the answer to our shape.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
from llama_cpp.server.app import create_app
from llama_cpp.server.settings import ModelSettings, ServerSettings

from tests.noise.weights import write_model

_Message = dict[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]


class _Listening:
    """Writes each request and its answer to a log."""

    def __init__(self, app: Callable[..., Awaitable[None]], log: Path, *, shaped: bool) -> None:
        self._app, self._log, self._shaped = app, log.open("a", encoding="utf-8"), shaped

    async def __call__(self, scope: dict[str, Any], receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = b""
        while True:
            message = await receive()
            asked += message.get("body", b"")
            if not message.get("more_body"):
                break
        given = self._reshaped(asked) if self._shaped else asked
        headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
        scope = {**scope, "headers": [*headers, (b"content-length", str(len(given)).encode())]}
        answered, status, handed = b"", 0, False

        async def once() -> _Message:
            nonlocal handed
            if handed:
                return await receive()
            handed = True
            return {"type": "http.request", "body": given, "more_body": False}

        async def heard(message: _Message) -> None:
            nonlocal answered, status
            status = message.get("status", status)
            answered += message.get("body", b"")
            # Before it leaves: a client that has an answer finds it in the log.
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._note(asked, status, answered)
            await send(message)

        await self._app(scope, once, heard)

    def _note(self, asked: bytes, status: int, answered: bytes) -> None:
        form = (json.loads(asked).get("response_format") or {"type": "prompt"})["type"]
        row = {"form": form, "status": status, "answer": answered.decode()}
        self._log.write(json.dumps(row) + "\n")
        self._log.flush()

    def _reshaped(self, asked: bytes) -> bytes:
        body = json.loads(asked)
        wanted = body.get("response_format") or {}
        if wanted.get("type") == "json_schema":
            schema = wanted["json_schema"]["schema"]
            body["response_format"] = {"type": "json_object", "schema": schema}
        return json.dumps(body).encode()


def main() -> None:
    folder, given = Path(sys.argv[1]), json.loads(sys.argv[2])
    model = folder / "noise.gguf"
    write_model(model, seed=given["seed"], context=given["context"], words=given["words"])
    settings = ModelSettings(
        model=str(model),
        model_alias="noise",
        n_ctx=given["context"],
        n_threads=1,
        n_threads_batch=1,
        seed=given["seed"],
        chat_format="chatml",
        flash_attn=True,
        verbose=False,
    )
    app = create_app(server_settings=ServerSettings(), model_settings=[settings])
    listening = _Listening(app, folder / "answers.jsonl", shaped=given["shaped"])
    held = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(listening, log_level="error", access_log=False))
    threading.Thread(target=_end_with_input, daemon=True).start()
    print(held.getsockname()[1], flush=True)
    asyncio.run(server.serve(sockets=[held]))


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
