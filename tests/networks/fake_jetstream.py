"""A Jetstream of the first version (bluesky-social/jetstream-legacy, README): a real websocket server.

It replays its log from ``cursor`` (microseconds), from its oldest event if that is too old, live if there
is none or it lies ahead; then it sends what happens as ``now`` moves. The network is never quiet: at its
``now`` it sends a few events of accounts, as the real one does. ``extra`` of an offer: "edits"
([(when, text)]), "langs", "embed", "facets", and what else ``fake_bluesky.record`` takes.
"""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.networks.fake_bluesky import POST, did, record
from tests.networks.server import Offer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def commit(offer: Offer, at: datetime, operation: str) -> dict[str, Any]:
    time_us = microseconds(at)
    body: dict[str, Any] = {
        "rev": f"3m{time_us:016}",
        "operation": operation,
        "collection": POST,
        "rkey": offer.native,
    }
    if operation != "delete":
        body |= {"record": record(offer), "cid": f"bafyrei{offer.native}"}
    return {"did": did(offer.author), "time_us": time_us, "kind": "commit", "commit": body}


def pulse(time_us: int) -> dict[str, Any]:
    """An event of an account, which every subscriber gets."""
    name = did("pulse.example")
    at = (_EPOCH + timedelta(microseconds=time_us)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    identity = {"did": name, "handle": "pulse.example", "seq": time_us, "time": at}
    return {"did": name, "time_us": time_us, "kind": "identity", "identity": identity}


def log_of(offers: list[Offer]) -> list[dict[str, Any]]:
    """What happens to ``offers``, in order."""
    found = []
    for offer in offers:
        found.append(commit(offer, offer.offered_at, "create"))
        found += [
            commit(replace(offer, text=text), when, "update") for when, text in offer.extra.get("edits", ())
        ]
        if offer.deleted_at is not None:
            found.append(commit(offer, offer.deleted_at, "delete"))
    return sorted(found, key=lambda event: (event["time_us"], event["did"], event["commit"]["rkey"]))


class FakeJetstream:
    """Runs while it is a context manager; ``asked`` holds the query of every connection.

    Faults: ``drops`` (events after which a connection ends, one a connection, None: never),
    ``twice`` and ``shuffled`` (share of events sent again, or behind later ones of the same seconds),
    ``garbage`` (share of frames that are none), ``kept_from`` (nothing older is kept), ``deaf`` (cursors
    are ignored), ``silent`` (connects, sends nothing), ``refusals`` (HTTP 503 so often),
    ``extra`` (events besides).
    """

    def __init__(self, *, now: datetime, offers: list[Offer] | None = None, seed: int = 0) -> None:
        self.now = now
        self.offers = offers or []
        self.asked: list[dict[str, str]] = []
        self.drops: Callable[[], int | None] | list[int | None] = []
        self.twice = self.shuffled = self.garbage = 0.0
        self.kept_from: datetime | None = None
        self.deaf = self.silent = False
        self.refusals = 0
        self.pulses = 12
        self.extra: list[dict[str, Any]] = []
        self._random = random.Random(seed)
        self._ended = threading.Event()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._port}"

    def __enter__(self):
        self._server = serve(self._handle, "127.0.0.1", 0, compression=None, process_request=self._gate)
        self._port = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join()

    def _gate(self, connection: ServerConnection, request: Any) -> Any:
        if self.refusals > 0:
            self.refusals -= 1
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "busy\n")
        if urlsplit(request.path).path != "/subscribe":
            return connection.respond(HTTPStatus.NOT_FOUND, "not found\n")
        return None

    def _handle(self, connection: ServerConnection) -> None:
        query = dict(parse_qsl(urlsplit(connection.request.path).query))
        self.asked.append(query)
        drop = self.drops() if callable(self.drops) else self.drops.pop(0) if self.drops else None
        cursor = microseconds(self.now) if self.deaf else int(query.get("cursor", microseconds(self.now)))
        if self.kept_from is not None:
            cursor = max(cursor, microseconds(self.kept_from))
        cursor = min(cursor, microseconds(self.now))
        sent = 0
        with contextlib.suppress(ConnectionClosed, OSError):
            while not self._ended.is_set():
                now = microseconds(self.now)
                for frame in self._frames(cursor, now) if not self.silent else ():
                    if sent == drop:
                        connection.socket.shutdown(socket.SHUT_RDWR)
                        return
                    connection.send(frame, text=True)
                    sent += 1
                cursor = now + 1
                while microseconds(self.now) < cursor and not self._ended.is_set():
                    time.sleep(0.005)
                    connection.ping()  # ends this when the client has gone

    def _frames(self, first: int, last: int) -> list[bytes]:
        known = sorted([*log_of(self.offers), *self.extra], key=lambda event: event["time_us"])
        events = [event for event in known if first <= event["time_us"] <= last]
        if last >= first:
            events += [pulse(last + number) for number in range(self.pulses)]
        for place in range(len(events) - 3):
            near = abs(events[place]["time_us"] - events[place + 2]["time_us"]) < 2_000_000
            if self._random.random() < self.shuffled and near:
                events[place], events[place + 2] = events[place + 2], events[place]
        frames = []
        for event in events:
            frame = json.dumps(event).encode()
            frames.append(frame)
            if self._random.random() < self.twice:
                frames.append(frame)
            if self._random.random() < self.garbage:
                junk = (b"", b"{", b"[]", b"null", frame[:-20], b'{"did":1,"time_us":"x","kind":"commit"}')
                frames.append(self._random.choice(junk))
        return frames
