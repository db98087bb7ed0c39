"""Options of sources, checked: each error names the option and what was expected."""

from __future__ import annotations

from urllib.parse import urlsplit

from dawnchorus.sources.networks.paging import names


def number(given: object, *, option: str, most: float, least: float = 0) -> float:
    """A number from ``least`` to ``most``.

    Raises:
        ValueError: It is none.
    """
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not least <= given <= most:
        raise ValueError(f"{option}: {given!r} is no number from {least:g} to {most:g}")
    return given


def hosts(given: object, *, option: str, schemes: tuple[str, ...] = ("https", "http")) -> tuple[str, ...]:
    """Servers as their addresses without a path: "https://example.org"; a bare name gets the first scheme.

    Raises:
        ValueError: It is no list of servers.
    """
    found = []
    for one in names(given, option=option):
        written = one if "://" in one else f"{schemes[0]}://{one}"
        try:
            parts = urlsplit(written)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or parts.scheme not in schemes or parts.path.strip("/") or parts.query or "@" in one:
            raise ValueError(f"{option}: {one!r} is no server; write it as {schemes[0]}://example.org")
        found.append(f"{parts.scheme}://{parts.netloc.lower()}")
    return tuple(dict.fromkeys(found))
