"""httpx2's transport over guarded connections, and answers read no further than agreed."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from functools import cache
from typing import Final

import httpcore2
import httpx2

ENCODINGS: Final = "gzip, deflate"
"""Compressions that may be asked for; :func:`bounded` refuses any other."""

# Its debug log tells the headers of answers, and a server may put a key there.
logging.getLogger("httpcore2").setLevel(logging.INFO)

_KNOWN = frozenset({"", "identity", "gzip", "deflate"})
_RATIO = 200  # of decompressed to sent bytes; text and JSON of real servers stay under 50
_RATIO_FROM = 1_000_000  # bytes; smaller answers harm nobody


class NotReadable(Exception):
    """An answer that is not read (further), and why, in a few words."""


class GuardedTransport(httpx2.HTTPTransport):
    """httpx2's transport over connections of ``backend``; it has no option for them."""

    def __init__(self, backend: httpcore2.NetworkBackend) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_tls(), max_connections=None, keepalive_expiry=5.0, network_backend=backend
        )


@cache
def _tls() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)  # a fifth of a second: one for all


def bounded(response: httpx2.Response, *, most: int) -> Iterator[bytes]:
    """The body, decompressed, while it is no larger than ``most`` bytes and no bomb.

    Raises:
        NotReadable: It is.
    """
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in _KNOWN:
        raise NotReadable(f"sent in a form nobody asked for ({ascii(coding)[1:-1][:40]})")
    size = 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > most:
            raise NotReadable(f"an answer of more than {most:,} bytes")
        if size > _RATIO_FROM and size > _RATIO * response.num_bytes_downloaded:
            raise NotReadable("compressed beyond reason")
        yield piece
