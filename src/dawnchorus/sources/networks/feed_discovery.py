"""Where the feed of a web page is: what the page says, else the usual places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from dawnchorus.sources.values import link

_TYPES: Final = (
    "application/atom+xml",
    "application/rss+xml",
    "application/rdf+xml",
    "application/feed+json",
)
_USUAL: Final = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss", "feed.json")
"""WordPress, Hugo, Jekyll, Ghost and Next.js sites keep theirs there."""


def is_page(body: bytes) -> bool:
    """Whether ``body`` is a page for people."""
    head = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html")) or b"<head" in head


def linked_feeds(body: bytes, *, url: str) -> tuple[str, ...]:
    """Feeds that the page at ``url`` links to as its own, those of comments last."""
    tree = LexborHTMLParser(body)
    base = tree.css_first("base[href]")
    start = _joined(url, (base.attributes.get("href") or "") if base else "") or url
    found: list[tuple[bool, str]] = []
    for node in tree.css("link[rel][href]"):
        rel = (node.attributes.get("rel") or "").lower().split()
        kind = (node.attributes.get("type") or "").partition(";")[0].strip().lower()
        if ("alternate" in rel or "feed" in rel) and kind in _TYPES:
            target = link(_joined(start, node.attributes.get("href") or ""))
            if target:
                words = f"{node.attributes.get('title') or ''} {target}".lower()
                found.append(("comment" in words or "评论" in words, target))
    return tuple(dict.fromkeys(target for _, target in sorted(found, key=lambda one: one[0])))


def _joined(start: str, written: str) -> str | None:
    try:
        return urljoin(start, written)
    except ValueError:  # "http://["
        return None


def usual_places(url: str) -> Iterator[str]:
    """Addresses below the page, then below its site's root, at which sites often keep a feed."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    page = f"{root}{parts.path.strip('/')}/" if parts.path.strip("/") else root
    for base in dict.fromkeys((page, root)):
        for name in _USUAL if base == root else _USUAL[:2]:
            yield base + name
