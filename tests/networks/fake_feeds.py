"""Web sites with feeds: RSS, Atom, RDF or JSON Feed, validators, redirects, pages that link to a feed.

An offer is an entry of the site named by ``extra["site"]`` ("kites" unless told): its feed is at /kites/feed.
``extra``: "title", "guid" (None: none), "link", "date" (None: none; a text: as it stands), "updated".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import Literal

from tests.networks.server import Asked, FakeServer, Fault, Offer, Reply

Kind = Literal["rss", "atom", "rdf", "json"]


@dataclass
class Site:
    kind: Kind = "rss"
    size: int = 30  # entries that a feed shows
    encoding: str = "utf-8"
    type: str | None = None
    moved: str | None = None  # path or address it redirects to
    status: int = 200
    page: str | None = None  # HTML instead of a feed
    validators: bool = True
    charset: bool = True  # whether the server says the encoding


class FakeFeeds(FakeServer):
    """``sites``: path to what is there; "/kites/feed" holds the entries of the site "kites"."""

    def __init__(self, **more: object) -> None:
        super().__init__(**more)
        self.sites: dict[str, Site] = {"/kites/feed": Site()}

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        site = self.sites.get(asked.path)
        if site is None:
            return Reply(status=404, body=b"<html><title>Not found</title></html>", type="text/html")
        if site.moved:
            return Reply(status=301, headers={"Location": site.moved})
        if site.status != 200:
            return Reply(status=site.status, body=b"<html><title>Gone</title></html>", type="text/html")
        if site.page is not None:
            return Reply(body=site.page.encode(), type="text/html; charset=utf-8")
        entries = [one for one in self.shown if one.extra.get("site", "kites") == asked.path.split("/")[1]]
        entries = sorted(entries, key=lambda one: (one.created_at, one.native), reverse=True)[: site.size]
        body = write(site, entries)
        etag = f'W/"{sha256(body).hexdigest()[:12]}"'
        if site.validators and asked.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        kinds = {"rss": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml",
                 "json": "application/feed+json"}  # fmt: skip
        charset = f"; charset={site.encoding}" if site.charset else ""
        return Reply(
            body=body,
            type=site.type or kinds[site.kind] + charset,
            headers={"ETag": etag, "Last-Modified": format_datetime(self.now, usegmt=True)}
            if site.validators
            else {},
        )


def write(site: Site, entries: list[Offer]) -> bytes:
    if site.kind == "json":
        return json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Kites",
                "home_page_url": "https://kites.example/",
                "items": [_json_item(one) for one in entries],
            },
            ensure_ascii=False,
        ).encode()
    inside = "".join(_ENTRY[site.kind](one) for one in entries)
    return _FRAME[site.kind].format(inside=inside, encoding=site.encoding).encode(site.encoding)


_FRAME = {
    "rss": '<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>风筝 Kites</title>'
    "<link>https://kites.example/</link><description>d</description>{inside}</channel></rss>",
    "atom": '<?xml version="1.0" encoding="{encoding}"?><feed xmlns="http://www.w3.org/2005/Atom">'
    '<title>Kites</title><link href="https://kites.example/"/><id>urn:kites</id>{inside}</feed>',
    "rdf": '<?xml version="1.0" encoding="{encoding}"?><rdf:RDF xmlns="http://purl.org/rss/1.0/" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<channel><title>Kites</title><link>https://kites.example/</link></channel>{inside}</rdf:RDF>",
}


def _link(offer: Offer) -> str:
    return offer.extra.get("link", f"https://kites.example/{offer.native}")


def _guid(offer: Offer) -> str | None:
    return offer.extra.get("guid", f"https://kites.example/{offer.native}")


def _rss(offer: Offer) -> str:
    date = offer.extra.get("date", format_datetime(offer.created_at))
    return (
        f"<item><title>{escape(offer.extra.get('title', ''))}</title><link>{escape(_link(offer))}</link>"
        + (f'<guid isPermaLink="false">{escape(_guid(offer))}</guid>' if _guid(offer) else "")
        + (f"<pubDate>{date}</pubDate>" if date else "")
        + f"<description>{escape(escape(offer.text))}</description><author>{offer.author}</author></item>"
    )


def _atom(offer: Offer) -> str:
    updated = offer.extra.get("updated", offer.created_at)
    return (
        f'<entry><title>{escape(offer.extra.get("title", ""))}</title><link href="{escape(_link(offer))}"/>'
        f"<id>{escape(_guid(offer) or '')}</id><published>{offer.created_at.isoformat()}</published>"
        f"<updated>{updated.isoformat()}</updated><author><name>{offer.author}</name></author>"
        f'<content type="html">{escape(escape(offer.text))}</content></entry>'
    )


def _rdf(offer: Offer) -> str:
    return (
        f'<item rdf:about="{escape(_link(offer))}"><title>{escape(offer.text)}</title>'
        f"<link>{escape(_link(offer))}</link><dc:date>{offer.created_at.isoformat()}</dc:date></item>"
    )


_ENTRY = {"rss": _rss, "atom": _atom, "rdf": _rdf}


def _json_item(offer: Offer) -> dict[str, object]:
    return {
        "id": _guid(offer) or "",
        "url": _link(offer),
        "content_text": offer.text,
        "date_published": offer.created_at.isoformat(),
        "authors": [{"name": offer.author}],
    }
