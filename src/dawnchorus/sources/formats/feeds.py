"""Feeds: RSS, RDF, Atom (through feedparser) and JSON Feed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any, Final
from urllib.parse import urljoin
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
import feedparser
from defusedxml.common import DefusedXmlException

from dawnchorus.model import Post
from dawnchorus.sources.formats import reddit
from dawnchorus.sources.formats.feed_sites import known
from dawnchorus.sources.formats.html import text_and_links
from dawnchorus.sources.values import (
    BAD_ROW,
    BAD_TIME,
    Converted,
    host,
    instant,
    items,
    link,
    member,
    word,
)
from dawnchorus.visits import Skipped

_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|RDF)[\s>]")
_ROOT_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>")
_TAIL = 2**12  # bytes; some servers add a comment or a counter behind the root
_MOST_TAGS: Final = 500_000  # feedparser takes a minute for so many; the largest feeds have a tenth
HEAD: Final = 2**14
"""Bytes of a document that tell whether it is a feed."""

_BEFORE_ROOT = re.compile(
    r"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>\s*)*", re.DOTALL
)


def is_feed(head: bytes) -> bool:
    """Whether XML that begins with ``head`` is a feed: its root is rss, feed or RDF."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    text = head.removeprefix(b"\xef\xbb\xbf").decode(encoding, "replace")
    before = _BEFORE_ROOT.match(text)
    return _ROOT.match(text, before.end() if before else 0) is not None


def is_cut(data: bytes) -> bool:
    """Whether a feed ends before its root does: what came is good, but there was more."""
    return not _ROOT_END.search(data.replace(b"\x00", b"")[-_TAIL:])


def convert_xml(data: bytes, *, url: str | None = None, charset: str | None = None) -> Iterator[Converted]:
    """Entries of an RSS, RDF or Atom document in any encoding.

    Args:
        data: The document.
        url: Where it is from: relative links start there.
        charset: What its server says; without one the document's own word counts.
    """
    if data.count(b"<") > _MOST_TAGS:
        yield Skipped(reason=BAD_ROW, why=f"the feed has more than {_MOST_TAGS:,} elements; not read")
        return
    try:
        defusedxml.ElementTree.fromstring(data)
    except DefusedXmlException:
        yield Skipped(reason=BAD_ROW, why="the feed declares XML entities; refused")
        return
    except (ParseError, ValueError, LookupError):
        # Feeds of the wild are often ill-formed; feedparser reads on without resolving entities.
        if b"<!ENTITY" in data.replace(b"\x00", b""):
            yield Skipped(reason=BAD_ROW, why="the feed declares XML entities; refused")
            return
    # Told where the feed is from, feedparser would make addresses of ids as well.
    said = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    try:
        feed = _parsed(data, said)
    except Exception:  # feedparser stumbles over some bytes that are no text in any encoding
        try:
            feed = _parsed(
                data.decode("utf-8", "replace").encode(), {"content-type": "application/xml; charset=utf-8"}
            )
        except Exception as error:
            yield Skipped(reason=BAD_ROW, why=f"the feed cannot be read: {type(error).__name__}")
            return
    home = (
        host(link(member(feed.feed, "link")))
        or host(next((found for entry in feed.entries if (found := link(entry.get("link")))), None))
        or host(url)
    )
    lang = word(member(feed.feed, "language"))
    for entry in feed.entries:
        key = word(entry.get("id"))
        body = max(
            [str(part.get("value") or "") for part in entry.get("content") or []]
            + [str(entry.get("summary") or "")],
            key=len,
        )
        time = entry.get("published") or entry.get("updated") or entry.get("created")
        title, author, page = word(entry.get("title")), _author(entry), _link(entry, url)
        if key and host(page) == "reddit.com" and reddit.is_feed_entry(key) and _may_speak(url, "reddit.com"):
            yield reddit.feed_entry(key=key, title=title, html=body, author=author, time=time, url=page)
            continue
        one = _post(home=home, key=key, title=title, html=body, author=author, time=time, url=page, lang=lang)
        of_site = known(one, key=key, category=_category(entry)) if isinstance(one, Post) else one
        yield of_site if of_site is one or _may_speak(url, "arxiv.org", "github.com") else one


def _parsed(data: bytes, headers: dict[str, str]) -> Any:
    return feedparser.parse(
        BytesIO(data), sanitize_html=False, resolve_relative_uris=True, response_headers=headers
    )


def _may_speak(url: str | None, *sites: str) -> bool:
    """Whether the feed at ``url`` may give posts of ``sites``: any other could put words into their mouths.

    A file is trusted, and so is this machine: who reads a feed through a proxy of their own knows why.
    """
    name = host(url)
    if name is None or name in ("127.0.0.1", "localhost", "::1"):
        return True
    return any(name == site or name.endswith(f".{site}") for site in sites)


def _link(entry: Any, url: str | None) -> str | None:
    written = word(entry.get("link"))
    if not written or not url:
        return link(written)
    try:
        return link(urljoin(url, written))
    except ValueError:
        return None


def _author(entry: Any) -> str | None:
    """The author, of several the first: one voice is one name."""
    people = items(entry.get("authors"))
    first = next((name for person in people if (name := word(member(person, "name")))), None)
    return first or word(entry.get("author"))


def _category(entry: Any) -> str | None:
    return next((term for tag in items(entry.get("tags")) if (term := word(member(tag, "term")))), None)


def matches(value: Any) -> bool:
    """A JSON Feed: it says so in "version"."""
    return str(member(value, "version")).startswith("https://jsonfeed.org/version/") and "items" in value


def convert(value: dict[str, Any]) -> Iterator[Converted]:
    """Items of a JSON Feed."""
    home = host(link(value.get("home_page_url")) or link(value.get("feed_url")))
    for item in items(value.get("items")):
        url = link(member(item, "url")) or link(member(item, "external_url"))
        people = items(member(item, "authors")) or [member(item, "author")]
        # Of two forms of one text the plain one needs no guessing.
        plain = member(item, "content_text")
        markup = member(item, "content_html") or member(item, "summary")
        yield _post(
            home=home or host(url),
            key=word(member(item, "id")),
            title=word(member(item, "title")),
            html=markup if isinstance(markup, str) else "",
            plain=plain if isinstance(plain, str) else None,
            author=next((name for person in people if (name := word(member(person, "name")))), None),
            time=member(item, "date_published") or member(item, "date_modified"),
            url=url,
            lang=word(member(item, "language")) or word(value.get("language")),
        )


def _post(
    *,
    home: str | None,
    key: str | None,
    title: str | None,
    html: str,
    author: str | None,
    time: Any,
    url: str | None,
    lang: str | None,
    plain: str | None = None,
) -> Converted:
    # Feeds use titles as plain text, as escaped HTML, and as both at once.
    heading = text_and_links(title)[0] if title else ""
    body, found = text_and_links(html)
    body = body if plain is None else plain.strip()
    text = body if body.startswith(heading) else f"{heading}\n\n{body}".strip()
    own = _id(home, key=key, url=url, text=text)
    try:
        created_at, day = instant(time)
    except ValueError as error:
        return Skipped(id=own, reason=BAD_TIME, why=str(error))
    return Post(
        id=own,
        source=f"rss:{home}" if home else "rss",
        text=text,
        # A feed names a person or a desk; it has no handles.
        author=author,
        author_name=author,
        created_at=created_at,
        day=day,
        lang=lang.lower() if lang else None,
        url=url,
        links=tuple(one for one in found if one != url),
    )


def _id(home: str | None, *, key: str | None, url: str | None, text: str) -> str:
    """The same for the same entry on another day: its own id, its link, or its words."""
    name = key or url or sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    # An id such as "17" is one only within its feed.
    return f"rss:{name}" if ":" in name else f"rss:{home or 'unknown'}:{name}"
