"""Links of posts, made safe to follow: only the web, and no character that could be markup."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit

import idna

# Unreserved characters and those that part an address (RFC 3986); brackets, quotes, "$", "*", ";" and all
# that Liquid, kramdown or HTML could read otherwise are percent-encoded.
_KEPT = "/:@,!=+-._~"
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*")


def web_link(url: str | None) -> str | None:
    """``url`` as an ASCII address a page can carry as it is, or None if it is no plain web address.

    Names of hosts in other scripts are written as punycode, so that a
    look-alike shows. Addresses with user or password are refused: their host
    is not the one a reader sees.
    """
    parts = _split(url)
    if parts is None:
        return None
    host = _ascii_host(parts.hostname)
    if host is None or parts.username is not None or parts.password is not None:
        return None
    try:
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return None
    path = _encode(parts.path, kept="/") or "/"
    query = f"?{_encode(parts.query, kept='&?/')}" if parts.query else ""
    fragment = f"#{_encode(parts.fragment, kept='&?/')}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{port}{path}{query}{fragment}"


def host(url: str) -> str:
    """Host of a link made by :func:`web_link`, without "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _split(url: str | None) -> SplitResult | None:
    # urlsplit drops tabs and line breaks silently, browsers read "\" as "/": no honest link has either.
    if not url or any(c <= " " or c in "\\\x7f" for c in url.strip()):
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname else None


def _ascii_host(name: str | None) -> str | None:
    try:
        found = idna.encode(name or "", uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        found = (name or "").lower()  # "_" and other names that resolve but are not IDNA
    return found if _HOST.fullmatch(found) else None


def _encode(text: str, *, kept: str) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8")
    return quote(_STRAY_PERCENT.sub("%25", text), safe=f"%{_KEPT}{kept}")
