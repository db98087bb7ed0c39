"""Reddit: token, listings of the API, and the Atom feeds of www.reddit.com, on one server.

As in reddit.com/dev/api: newest first, at most 100 a page, ``after`` while there is more, about 1,000 in all.
Offers have ``extra``: "place" (subreddit), "type" ("comment"), "on" (its submission), "url", "score".
"""

from __future__ import annotations

import base64
from html import escape
from typing import Any
from urllib.parse import parse_qs

from tests.networks.server import Asked, FakeServer, Fault, Offer, Reply, json_reply

TOKEN = "eyJhbGci.token.of-the-fake"


class FakeReddit(FakeServer):
    """``clients``: id to secret; ``most_listed``: where every listing ends."""

    most_listed = 1000
    _page_before: Reply | None = None

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.clients: dict[str, str] = {}

    def limited(self, seconds: int) -> dict[str, str]:
        return {"x-ratelimit-used": "100", "x-ratelimit-remaining": "0.0", "x-ratelimit-reset": str(seconds)}

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        if asked.path == "/api/v1/access_token":
            return self._token(asked)
        if fault == "loop" and self._page_before is not None:
            return self._page_before
        as_feed = asked.path.endswith(".rss")
        if not as_feed and asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return json_reply({"message": "Unauthorized", "error": 401}, status=401)
        path = asked.path.removesuffix(".rss").strip("/")
        found = self._listed(path, asked.query)[: self.most_listed]
        size = min(int(asked.query.get("limit", 25)), 100)
        first = 0
        if after := asked.query.get("after"):
            places = [number for number, one in enumerate(found) if fullname(one) == after]
            first = places[0] + 1 if places else len(found)
        page = found[first : first + size]
        more = fullname(page[-1]) if page and first + size < len(found) else None
        self._page_before = self._feed(path, page) if as_feed else json_reply(self._listing(page, more))
        return self._page_before

    def _token(self, asked: Asked) -> Reply:
        given = base64.b64decode(asked.headers.get("authorization", "").removeprefix("Basic ")).decode()
        id, _, secret = given.partition(":")
        form = parse_qs(asked.body.decode())
        if not secret or self.clients.get(id) != secret or form.get("grant_type") != ["client_credentials"]:
            return json_reply({"message": "Unauthorized", "error": 401}, status=401)
        return json_reply({"access_token": TOKEN, "token_type": "bearer", "expires_in": 86400, "scope": "*"})

    def _listed(self, path: str, query: dict[str, str]) -> list[Offer]:
        parts = path.split("/")
        places = parts[1].lower().split("+") if parts[0] == "r" else None
        kind = "comment" if parts[-1] == "comments" else "story"
        words = query.get("q", "").lower().split()
        found = [
            one
            for one in self.shown
            if (places is None or place(one).lower() in places)
            and one.extra.get("type", "story") == kind
            and all(word in one.text.lower() for word in words)
        ]
        return sorted(found, key=lambda one: (one.created_at, one.native), reverse=True)

    def _listing(self, page: list[Offer], more: str | None) -> dict[str, Any]:
        children = [{"kind": fullname(one)[:2], "data": self.thing(one)} for one in page]
        return {"kind": "Listing", "data": {"after": more, "dist": len(page), "modhash": None,
                "geo_filter": "", "children": children, "before": None}}  # fmt: skip

    def thing(self, offer: Offer) -> dict[str, Any]:
        shared = {
            "id": offer.native,
            "name": fullname(offer),
            "author": offer.author,
            "subreddit": place(offer),
            "created_utc": offer.created_at.timestamp(),
            "score": offer.extra.get("score", 1),
            "permalink": permalink(offer),
            "edited": False,
        }
        if offer.extra.get("type") == "comment":
            about = next((one.text for one in self.offers if one.native == offer.extra["on"]), "")
            parent = f"t3_{offer.extra['on']}"
            return shared | {"body": offer.text, "parent_id": parent, "link_id": parent, "link_title": about}
        target = offer.extra.get("url")
        return shared | {
            "title": offer.text,
            "selftext": "",
            "is_self": target is None,
            "url": target or f"https://www.reddit.com{permalink(offer)}",
            "num_comments": sum(one.extra.get("on") == offer.native for one in self.shown),
            "removed_by_category": None,
        }

    def _feed(self, path: str, page: list[Offer]) -> Reply:
        entries = "".join(self._entry(one) for one in page)
        text = (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:media="http://search.yahoo.com/mrss/"><category term="multi" label="r/multi"/>'
            f"<updated>{self.now:%Y-%m-%dT%H:%M:%S}+00:00</updated><id>/{path}/.rss</id>"
            f'<link rel="self" href="https://www.reddit.com/{path}/.rss" type="application/atom+xml" />'
            f'<link rel="alternate" href="https://www.reddit.com/{path}/" type="text/html" />'
            f"<title>newest submissions</title>{entries}</feed>"
        )
        return Reply(body=text.encode(), type="application/atom+xml; charset=UTF-8")

    def _entry(self, offer: Offer) -> str:
        link = f"https://www.reddit.com{permalink(offer)}"
        stamp = f"{offer.created_at:%Y-%m-%dT%H:%M:%S}+00:00"
        comment = offer.extra.get("type") == "comment"
        about = next((one.text for one in self.offers if one.native == offer.extra.get("on")), "")
        content = (
            f'<!-- SC_OFF --><div class="md"><p>{escape(offer.text)}</p></div><!-- SC_ON -->'
            if comment
            else f' submitted by <a href="https://www.reddit.com/user/{offer.author}"> /u/{offer.author} </a>'
            f' to <a href="https://www.reddit.com/r/{place(offer)}/"> r/{place(offer)} </a> <br/> '
            f'<span><a href="{offer.extra.get("url", link)}">[link]</a></span> '
            f'<span><a href="{link}">[comments]</a></span>'
        )
        title = f"/u/{offer.author} on {about}" if comment else offer.text
        return (
            f"<entry><author><name>/u/{offer.author}</name>"
            f"<uri>https://www.reddit.com/user/{offer.author}</uri></author>"
            f'<category term="{place(offer)}" label="r/{place(offer)}"/>'
            f'<content type="html">{escape(content)}</content><id>{fullname(offer)}</id>'
            f'<link href="{link}" /><updated>{stamp}</updated>'
            f"{'' if comment else f'<published>{stamp}</published>'}<title>{escape(title)}</title></entry>"
        )


def fullname(offer: Offer) -> str:
    return f"{'t1' if offer.extra.get('type') == 'comment' else 't3'}_{offer.native}"


def place(offer: Offer) -> str:
    return offer.extra.get("place", "Kites")


def permalink(offer: Offer) -> str:
    if offer.extra.get("type") == "comment":
        return f"/r/{place(offer)}/comments/{offer.extra['on']}/kites/{offer.native}/"
    return f"/r/{place(offer)}/comments/{offer.native}/kites/"
