"""An internet of one local server: names that a test invents, every address leading to it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from httpcore2 import SyncBackend

from dawnchorus.net import guard
from dawnchorus.sources.web.door import Door
from tests.networks.server import Asked, FakeServer, Fault, Reply, at

PUBLIC = "93.184.215.14"


class Site(FakeServer):
    """Answers by path; ``pages`` holds replies, or makes them."""

    def __init__(self) -> None:
        super().__init__(now=at("2026-03-10 12:00"))
        self.pages: dict[str, Reply | Callable[[Asked], Reply]] = {}

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        page = self.pages.get(asked.path, Reply(status=404))
        return page(asked) if callable(page) else page


class Internet:
    def __init__(self, site: Site) -> None:
        self.site, self.slept = site, []
        self.port = int(site.url.rpartition(":")[2])
        self.names: dict[str, list[str]] = {}  # others are public
        self.looked_up: list[str] = []
        self.connected: list[tuple[str, int]] = []
        self._doors: list[Door] = []

    def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        try:
            socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
        except OSError:
            return self.names.get(host, [PUBLIC])
        return [host]

    def door(self, **options) -> Door:
        given = {"user_agent": "dawnchorus/test", "sleep": self.slept.append, "resolve": self.resolve}
        door = Door(**(given | options))
        self._doors.append(door)
        return door

    def close(self) -> None:
        for door in self._doors:
            door.__exit__()


@pytest.fixture
def internet(monkeypatch) -> Iterator[Internet]:
    with Site() as site:
        net = Internet(site)

        class Wire(SyncBackend):
            def connect_tcp(self, host, port, *more, **options):
                net.connected.append((host, port))
                return super().connect_tcp("127.0.0.1", net.port, *more, **options)

        monkeypatch.setattr(guard, "SyncBackend", Wire)
        yield net
        net.close()


@pytest.fixture
def raw_server():
    """``raw_server(talk)``: a socket on loopback that does what ``talk(connection)`` says; its URL."""

    @contextmanager
    def serve(talk: Callable[[socket.socket], None]) -> Iterator[str]:
        listener = socket.create_server(("127.0.0.1", 0))

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with closing(connection):
                    connection.settimeout(5)
                    with suppress(OSError):  # the client has gone
                        talk(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(5)

    return serve
