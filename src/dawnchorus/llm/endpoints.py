"""Which endpoint a model is asked at, and which key may go there.

A topic file is often someone else's: it must not lead a key to a stranger's server, so a key goes to the
host it belongs to, or to the one that the environment, which no topic file can change, names for it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dawnchorus.errors import UsageError
from dawnchorus.llm.keys import Secret, check_variable, read_key

_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9._:\[\]-]+(?:/[\w.~%/-]*)?", re.ASCII | re.IGNORECASE)
_SHORT_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,16}")
_FILE_HOST: Final = "DAWNCHORUS_KEY_HOST"
"""Variable that names the host of a key that is kept in a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An endpoint with a short name."""

    base_url: str
    key_env: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a model is asked, and with which key."""

    base_url: str
    key: Secret

    @property
    def host(self) -> str:
        """Its host, without port."""
        return _host(self.base_url)

    @property
    def local(self) -> bool:
        """Whether it is this machine or a private network."""
        return _is_local(self.host)


@cache
def providers() -> dict[str, Provider]:
    """Endpoints by short name."""
    data = tomllib.loads((files(__package__) / "providers.toml").read_text("utf-8"))
    return {name: Provider(**entry) for name, entry in data.items()}


def open_endpoint(
    *,
    provider: str | None,
    base_url: str | None,
    key_env: str | None,
    key_file: Path | None,
    environment: Callable[[str], str | None],
) -> Endpoint:
    """The endpoint that settings name, with its key.

    Raises:
        UsageError: The provider is unknown, the address is none, or the key is missing or may not go there.
    """
    known = _provider(provider)
    address = base_url or (known.base_url if known else None)
    if address is None:
        raise UsageError("[llm] names no endpoint: write provider = … or base_url = …; see docs/models.md")
    _check_address(address)
    host = _host(address)
    variable = key_env or (known.key_env if known and host == _host(known.base_url) else None)
    if key_file:
        _check_way_of_file(host, environment)
    elif variable:
        check_variable(variable)
        _check_way(variable, host, environment)
    return Endpoint(base_url=address, key=read_key(variable=variable, file=key_file, environment=environment))


def _provider(name: str | None) -> Provider | None:
    if name is None:
        return None
    if name not in providers():
        names = ", ".join(sorted(providers()))
        told = f" {name!r}" if _SHORT_NAME.fullmatch(name) else ""
        raise UsageError(f"[llm] provider{told}: not known; known: {names}; others: base_url = …")
    return providers()[name]


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if (
        not usable
        or not _ADDRESS.fullmatch(address)
        or parts.username
        or parts.password
        or parts.query
        or parts.fragment
    ):
        raise UsageError('[llm] base_url is no address; write one such as "https://api.openai.com/v1"')
    if parts.scheme == "http" and not _is_local(_host(address)):
        raise UsageError("[llm] base_url: a key and posts would cross the internet in the clear; use https")


def _check_way(variable: str, host: str, environment: Callable[[str], str | None]) -> None:
    owners = {_host(one.base_url) for one in providers().values() if one.key_env == variable}
    named = (environment(f"{variable}_HOST") or "").strip().lower()
    if host in owners or host == named or (_is_local(host) and not owners):
        return
    raise UsageError(
        f"[llm] the key in {variable} is not sent to {host}: it is not known to belong there; if it does, set"
        f" {variable}_HOST={host}"
    )


def _check_way_of_file(host: str, environment: Callable[[str], str | None]) -> None:
    owners = {_host(one.base_url) for one in providers().values()}
    named = (environment(_FILE_HOST) or "").strip().lower()
    if host in owners or host == named or _is_local(host):
        return
    raise UsageError(
        f"[llm] the key in key_file is not sent to {host}: it is not known to belong there; if it does, set"
        f" {_FILE_HOST}={host}"
    )


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").lower()


def _is_local(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".lan", ".internal", ".localhost"))
