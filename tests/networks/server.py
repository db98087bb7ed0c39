"""A server on loopback that answers as a network would, and fails on demand.

A network's fake is a subclass with ``answer``. Its clock is the test's: what was not offered yet is not
shown. Faults are drawn, one a request, from ``faults``; None is a good answer.
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

Fault = Literal[
    "401",
    "403",
    "404",
    "429",  # with Retry-After of a second
    "429-long",  # ... of an hour
    "500",
    "503",
    "html",  # 200, but a page for people
    "empty",  # 200 and no body
    "truncated",  # fewer bytes than Content-Length says
    "cut",  # whole as HTTP, JSON or XML cut in the middle
    "reset",  # the connection ends before any answer
    "hang",  # nothing comes until the client gives up
    "drip",  # a byte a while
    "bomb",  # gzip that grows beyond all bounds
    "loop",  # network's own: the page says that it is followed by itself
    "overlap",  # network's own: the page begins with posts of the one before
]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A post that a network shows from ``offered_at`` to ``deleted_at``."""

    native: str
    text: str
    author: str
    created_at: datetime
    offered_at: datetime
    deleted_at: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)  # what only one network has

    def is_shown(self, now: datetime) -> bool:
        return self.offered_at <= now and (self.deleted_at is None or now < self.deleted_at)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int = 200
    body: bytes = b""
    type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(value: Any, *, status: int = 200, **headers: str) -> Reply:
    return Reply(status=status, body=json.dumps(value, ensure_ascii=False).encode(), headers=headers)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *given: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that was killed
            super().handle_error(*given)


class FakeServer:
    """Runs while it is a context manager; ``asked`` holds every request."""

    def __init__(self, *, now: datetime, offers: list[Offer] | None = None) -> None:
        self.now = now
        self.offers = offers or []
        self.faults: Callable[[Asked], Fault | None] | list[Fault | None] = []
        self.asked: list[Asked] = []
        self.drip_seconds = 0.05
        self.hang_seconds = 30.0
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        """The network's good answer; "loop" and "overlap" are its own to play."""
        raise NotImplementedError

    def limited(self, seconds: int) -> Mapping[str, str]:
        """Headers of a 429; a network adds its own."""
        return {"Retry-After": str(seconds)}

    @property
    def shown(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.is_shown(self.now)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10  # an idle connection does not keep a test alive
            disable_nagle_algorithm = True  # or each answer waits 40 ms for the client's acknowledgement

            def do_GET(self) -> None:
                outer._serve(self)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        asked = Asked(
            method=handler.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in handler.headers.items()},
            body=handler.rfile.read(int(handler.headers.get("Content-Length") or 0)),
        )
        with self._lock:
            self.asked.append(asked)
            fault = (
                self.faults(asked) if callable(self.faults) else self.faults.pop(0) if self.faults else None
            )
        if fault == "reset":
            handler.close_connection = True
            handler.connection.close()
            return
        if fault == "hang":
            self._ended.wait(self.hang_seconds)
            handler.close_connection = True
            return
        reply = self._failed(fault) or self.answer(asked, fault)
        self._send(handler, reply, fault)

    def _failed(self, fault: Fault | None) -> Reply | None:
        match fault:
            case "401" | "403" | "404" | "500" | "503":
                return json_reply({"error": f"told to fail with {fault}"}, status=int(fault))
            case "429" | "429-long":
                headers = dict(self.limited(3600 if fault == "429-long" else 1))
                return Reply(status=429, body=b"{}", headers=headers)
            case "html":
                return Reply(body=b"<!doctype html><title>Just a moment</title>", type="text/html")
            case "empty":
                return Reply()
            case "bomb":
                return Reply(body=_bomb(), headers={"Content-Encoding": "gzip"})
        return None

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply, fault: Fault | None) -> None:
        body = reply.body[: len(reply.body) // 2] if fault == "cut" else reply.body
        try:
            handler.send_response_only(reply.status)  # no Date of its own: the clock is the test's
            handler.send_header("Content-Type", reply.type)
            handler.send_header("Date", format_datetime(self.now.astimezone(UTC), usegmt=True))
            length = len(body) + (100 if fault == "truncated" else 0)
            if reply.status != 304:
                handler.send_header("Content-Length", str(length))
            for name, value in reply.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            if fault == "drip":
                for byte in body:
                    handler.wfile.write(bytes([byte]))
                    handler.wfile.flush()
                    if self._ended.is_set():
                        break
                    time.sleep(self.drip_seconds)
            elif reply.status != 304:
                handler.wfile.write(body)
            if fault == "truncated":
                handler.close_connection = True
                handler.connection.close()
        except OSError:  # the client has gone
            handler.close_connection = True


def at(text: str) -> datetime:
    """ "2026-03-10 12:00" in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def offer(native: str, created: str, *, text: str = "", author: str = "ada", **more: Any) -> Offer:
    """An offer shown from its creation on, unless told otherwise."""
    created_at = at(created)
    late = more.pop("late", timedelta())
    return Offer(
        native=native,
        text=text or f"Post {native} about kites",
        author=author,
        created_at=created_at,
        offered_at=created_at + late,
        **more,
    )


@cache
def _bomb() -> bytes:
    return gzip.compress(b"\0" * 200_000_000, compresslevel=9)
