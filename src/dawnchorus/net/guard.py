"""Which machines may be asked: checked where a connection is made, so that nothing gets past it.

A name is looked up once, every address of it must be public, and the connection goes to the very
address that was checked: a name that answers differently the second time (DNS rebinding) gains
nothing. Hosts that the user named in a topic file may be private. TLS and ``Host`` keep the name.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit
from weakref import WeakSet

from httpcore2 import ConnectError, ConnectTimeout, NetworkBackend, NetworkStream, ReadTimeout, SyncBackend

Resolve = Callable[[str, int], list[str]]
"""Addresses of a host name; raises ``socket.gaierror`` if there are none."""

WEB_PORTS: Final = frozenset({80, 443, 8080, 8443})
CONNECT_SECONDS: Final = 10.0
_MOST_ADDRESSES = 4  # tried one after another
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_deadline: ContextVar[float] = ContextVar("deadline")


class Refused(Exception):
    """This host or address will not be asked, and why."""


def is_public(address: str) -> bool:
    """Whether ``address`` is one of the public internet, also after what is wrapped in it is unwrapped."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if (inner := _embedded(found)) is not None:
            return is_public(str(inner))
        if found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def look_up(host: str, port: int) -> list[str]:
    """Addresses of ``host``, each once, in the order the system prefers."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def hosts_in(options: Mapping[str, Any]) -> frozenset[str]:
    """Hosts that the options of a source name, for ``Door(trusted_hosts=…)``.

    "https://social.lan/@a" gives "social.lan:443", "127.0.0.1:3000" itself, and a bare "social.lan"
    trusts every port.
    """
    return frozenset(host for value in options.values() for host in _hosts(value))


def _hosts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from hosts_in(value)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _hosts(one)
    elif isinstance(value, str) and not any(letter.isspace() for letter in value):
        try:
            parts = urlsplit(value if "://" in value else f"//{value}")
            default = {"http": 80, "https": 443}.get(parts.scheme)
            if parts.hostname:
                port = parts.port or default
                yield f"{parts.hostname}:{port}" if port else parts.hostname
        except ValueError:  # a word that is no host
            return


def is_trusted(host: str, port: int, trusted: Collection[str]) -> bool:
    """Whether the user named ``host``, or ``host`` with this port."""
    return host in trusted or f"{host}:{port}" in trusted


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """End every wait for the network in here, together, after ``seconds``, however slowly bytes drip in."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _left(timeout: float | None = None) -> float:
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise ReadTimeout("the whole answer took too long")
    return left if timeout is None else min(timeout, left)


class GuardedBackend(NetworkBackend):
    """Connects to public addresses and to ``trusted`` hosts only; what it gives keeps to :func:`within`."""

    def __init__(self, *, trusted: Collection[str], resolve: Resolve = look_up) -> None:
        self._trusted, self._resolve, self._system = frozenset(trusted), resolve, SyncBackend()
        self._open = _Open()

    def abort(self) -> None:
        """End every wait on connections of this backend, from any thread; later ones end as they begin."""
        self._open.end()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        """Look ``host`` up, check all its addresses, and connect to the first that answers.

        Raises:
            Refused: It must not be asked, or does not exist.
            httpcore2.ConnectError, httpcore2.ConnectTimeout: No address of it answered.
        """
        trusted = is_trusted(host, port, self._trusted)
        if not trusted and port not in WEB_PORTS:
            raise Refused(f"port {port} is not one of the web's")
        addresses = self._addresses(host, port)
        if not trusted and not all(map(is_public, addresses)):
            raise Refused("a private address; only hosts named in the topic file may have one")
        for address in addresses[:_MOST_ADDRESSES]:
            try:
                stream = self._system.connect_tcp(
                    address, port, _left(min(timeout or CONNECT_SECONDS, CONNECT_SECONDS)), local_address
                )
                return _Timed(stream, self._open)
            except (ConnectError, ConnectTimeout) as error:
                failed = error
        raise failed

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host.strip("[]"), port)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise ConnectError("its name cannot be looked up now") from None
            raise Refused("no such host; check the name, and that this machine is online") from None
        except UnicodeError:
            raise Refused("not a host name") from None
        if not addresses:
            raise Refused("no such host; check the name, and that this machine is online")
        return addresses


class _Open:
    """Connections that are open, to end all at once."""

    def __init__(self) -> None:
        self._streams: WeakSet[_Timed] = WeakSet()
        self._lock, self._ended = Lock(), False

    def add(self, stream: _Timed) -> None:
        with self._lock:
            self._streams.add(stream)
        if self._ended:
            stream.end()

    def end(self) -> None:
        self._ended = True
        with self._lock:
            streams = tuple(self._streams)
        for stream in streams:
            stream.end()


class _Timed(NetworkStream):
    """A stream on which every wait takes no more than what is left of the deadline."""

    def __init__(self, stream: NetworkStream, among: _Open) -> None:
        self._stream, self._among = stream, among
        among.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)), self._among)

    def end(self) -> None:
        with suppress(OSError):  # it ended by itself
            self.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
