"""Bluesky's XRPC queries as api.bsky.app and a personal data server answer them.

As in the lexicons app.bsky.feed.* (bluesky-social/atproto): pages of at most 100, newest first, a cursor
while there is more. Search without a login refuses the cursor (bluesky-social/bsky-docs issue 296).
``extra`` of an offer: "langs", "quote" (native of another), "embed", "facets", "reposted_by".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.networks.server import Asked, FakeServer, Fault, Offer, Reply, json_reply

POST = "app.bsky.feed.post"


def did(author: str) -> str:
    return f"did:plc:{author.replace('.', ''):z<24}"[:32]


def uri(offer: Offer) -> str:
    return f"at://{did(offer.author)}/{POST}/{offer.native}"


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record(offer: Offer) -> dict[str, Any]:
    found: dict[str, Any] = {"$type": POST, "createdAt": stamp(offer.created_at), "text": offer.text}
    return found | {
        key: offer.extra[key] for key in ("langs", "embed", "facets", "tags") if key in offer.extra
    }


class FakeBluesky(FakeServer):
    """``logins``: handle to app password; ``search_open``: whether it answers without a login."""

    def __init__(self, *, now: datetime, offers: list[Offer] | None = None) -> None:
        super().__init__(now=now, offers=offers)
        self.logins: dict[str, str] = {}
        self.search_open = True
        self.feeds: dict[str, list[str]] = {}  # address to natives, in the order of its maker
        self.members: dict[str, list[str]] = {}  # address of a list to authors
        self._page_before: dict[str, Any] | None = None

    def limited(self, seconds: int) -> Mapping[str, str]:
        # Bluesky gives no Retry-After; the reset is in seconds since 1970.
        reset = int(self.now.timestamp()) + seconds
        return {"ratelimit-limit": "3000", "ratelimit-remaining": "0", "ratelimit-reset": str(reset)}

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        if fault == "loop" and self._page_before is not None:
            return json_reply(self._page_before)
        method = asked.path.removeprefix("/xrpc/")
        found = {
            "com.atproto.server.createSession": self._session,
            "app.bsky.feed.searchPosts": self._search,
            "app.bsky.feed.getAuthorFeed": self._author,
            "app.bsky.feed.getListFeed": self._list,
            "app.bsky.feed.getFeed": self._feed,
            "app.bsky.actor.getProfiles": self._profiles,
        }.get(method)
        if found is None:
            return _error(501, "MethodNotImplemented", "Method Not Implemented")
        reply = found(asked, fault)
        return reply if isinstance(reply, Reply) else json_reply(reply)

    def profile(self, author: str) -> dict[str, Any]:
        return {
            "did": did(author),
            "handle": author,
            "displayName": author.split(".", maxsplit=1)[0].title(),
            "labels": [],
        }

    def view(self, offer: Offer, *, nested: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = {
            "uri": uri(offer),
            "cid": f"bafyrei{offer.native}",
            "author": self.profile(offer.author),
            "record": record(offer),
            "replyCount": 0,
            "repostCount": offer.extra.get("reposts", 0),
            "likeCount": offer.extra.get("likes", 0),
            "quoteCount": 0,
            "indexedAt": stamp(max(offer.created_at, offer.offered_at)),
            "labels": [],
        }
        quoted = next((one for one in self.shown if one.native == offer.extra.get("quote")), None)
        if quoted and not nested:
            inner = self.view(quoted, nested=True)
            value = inner.pop("record")
            shown = {"$type": "app.bsky.embed.record#viewRecord", **inner, "value": value}
            found["embed"] = {"$type": "app.bsky.embed.record#view", "record": shown}
        return found

    def _session(self, asked: Asked, _: Fault | None) -> Any:
        given = json.loads(asked.body)
        if not given.get("password") or self.logins.get(given["identifier"]) != given["password"]:
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        return {
            "did": did(given["identifier"]),
            "handle": given["identifier"],
            "accessJwt": _jwt(given["identifier"]),
            "refreshJwt": _jwt(given["identifier"]),
            "active": True,
        }

    def _search(self, asked: Asked, fault: Fault | None) -> Any:
        query = asked.query
        known = asked.headers.get("authorization", "").removeprefix("Bearer ") in map(_jwt, self.logins)
        if not known and (not self.search_open or "cursor" in query):
            return Reply(status=403, body=b"<html><h1>403 Forbidden</h1></html>", type="text/html")
        if not query.get("q"):
            return _error(400, "InvalidRequest", 'Error: Params must have the property "q"')
        found = [
            offer
            for offer in self.shown
            if query["q"].lower().strip('"') in offer.text.lower()
            and ("lang" not in query or query["lang"] in offer.extra.get("langs", ()))
            and ("since" not in query or stamp(offer.created_at) >= query["since"])
            and ("until" not in query or stamp(offer.created_at) < query["until"])
        ]
        found.sort(key=lambda offer: (offer.created_at, offer.native), reverse=True)
        return self._page([self.view(offer) for offer in found], "posts", query, fault)

    def _author(self, asked: Asked, fault: Fault | None) -> Any:
        actor = asked.query["actor"]
        if not any(actor in (offer.author, did(offer.author)) for offer in self.offers):
            return _error(400, "InvalidRequest", "Profile not found")
        return self._timeline(lambda author: actor in (author, did(author)), asked, fault)

    def _list(self, asked: Asked, fault: Fault | None) -> Any:
        if asked.query["list"] not in self.members:
            return _error(400, "UnknownList", "List not found")
        return self._timeline(self.members[asked.query["list"]].__contains__, asked, fault)

    def _timeline(self, by: Any, asked: Asked, fault: Fault | None) -> Any:
        found = []
        for offer in self.shown:
            if by(offer.author):
                found.append((stamp(offer.created_at), {"post": self.view(offer)}))
            for name, at in offer.extra.get("reposted_by", {}).items():
                if by(name) and at <= self.now:
                    reason = {
                        "$type": "app.bsky.feed.defs#reasonRepost",
                        "by": self.profile(name),
                        "uri": f"at://{did(name)}/app.bsky.feed.repost/{offer.native}",
                        "indexedAt": stamp(at),
                    }
                    found.append((stamp(at), {"post": self.view(offer), "reason": reason}))
        found.sort(key=lambda one: (one[0], one[1]["post"]["uri"]), reverse=True)
        return self._page([item for _, item in found], "feed", asked.query, fault)

    def _feed(self, asked: Asked, fault: Fault | None) -> Any:
        if asked.query["feed"] not in self.feeds:
            return _error(400, "UnknownFeed", "could not find feed")
        shown = {offer.native: offer for offer in self.shown}
        items = [{"post": self.view(shown[one])} for one in self.feeds[asked.query["feed"]] if one in shown]
        return self._page(items, "feed", asked.query, fault)

    def _profiles(self, asked: Asked, _: Fault | None) -> Any:
        # ``asked.query`` has the last of a repeated name only; the fake looks at all authors it knows.
        return {"profiles": [self.profile(author) for author in sorted({one.author for one in self.offers})]}

    def _page(
        self, views: list[dict[str, Any]], key: str, query: dict[str, str], fault: Fault | None
    ) -> dict[str, Any]:
        limit = min(int(query.get("limit", "50")), 100)
        first = int(query.get("cursor", "0"))
        if fault == "overlap":
            first = max(0, first - 3)
        found: dict[str, Any] = {key: views[first : first + limit]}
        if first + limit < len(views):
            found["cursor"] = str(first + limit)
        self._page_before = found
        return found


def _jwt(name: str) -> str:
    return f"ey.{name}.token"


def _error(status: int, error: str, message: str) -> Reply:
    return json_reply({"error": error, "message": message}, status=status)
