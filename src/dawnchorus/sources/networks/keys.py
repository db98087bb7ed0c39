"""Where keys may go: a topic file is often someone else's, and must not lead a key to a stranger's server."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from dawnchorus.errors import AccessDenied
from dawnchorus.visits import Visit

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def key_for(visit: Visit, name: str, *, server: str, own: Collection[str]) -> str | None:
    """The key in the variable ``name`` if it may go to ``server``; None if it is not set.

    It may go to the hosts in ``own``, to this machine, and to the host that the environment, which no topic
    file can change, names in ``name``_HOST.

    Raises:
        AccessDenied: It may not.
    """
    value = (visit.secret(name) or "").strip() or None
    if value is None or may_go(visit, name, server=server, own=own):
        return value
    host, home = _host(server), " or ".join(sorted(own))
    raise AccessDenied(
        f"{name} is for {home}, and the topic would send it to {host}; if that is what you want, set"
        f" {name}_HOST={host}"
    )


def may_go(visit: Visit, name: str, *, server: str, own: Collection[str]) -> bool:
    """Whether the key in the variable ``name`` may go to ``server``."""
    host = _host(server)
    if host in own or host in _THIS_MACHINE:
        return True
    named = (visit.secret(f"{name}_HOST") or "").strip().lower()
    return bool(host) and host == named


def _host(server: str) -> str:
    try:
        return urlsplit(server).hostname or ""
    except ValueError:
        return ""
