"""A server of the fediverse with Mastodon's client API (docs.joinmastodon.org, methods timelines and search).

``extra`` of an offer: "tags", "server" (host it was written on, else this one's), "content" (HTML),
"warning", "edits" ([(when, text)]), "boost" (native of another), "language", "card", "poll", "visibility",
"quote" (native).
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.networks.server import Asked, FakeServer, Fault, Offer, Reply, json_reply


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class FakeMastodon(FakeServer):
    """``host``: its name in addresses of posts; ``limited_to_users``: 401 without a token, or "422"."""

    def __init__(
        self, *, now: datetime, offers: list[Offer] | None = None, host: str = "kites.example"
    ) -> None:
        super().__init__(now=now, offers=offers)
        self.host = host
        self.tokens: set[str] = set()
        self.limited_to_users = 0
        self.plain_ids = False  # as servers number that are no Mastodon
        self.remaining = 300
        self._page_before: tuple[list[Any], dict[str, str]] | None = None

    def limited(self, seconds: int) -> Mapping[str, str]:
        reset = self.now + timedelta(seconds=seconds)
        return {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": stamp(reset)}

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:  # noqa: PLR0911
        known = asked.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens
        if "authorization" in asked.headers and not known:
            return json_reply({"error": "The access token is invalid"}, status=401)
        steps = asked.path.strip("/").split("/")
        if steps[:3] == ["api", "v1", "timelines"]:
            if self.limited_to_users and not known:
                error = "This method requires an authenticated user"
                return json_reply({"error": error}, status=self.limited_to_users)
            return self._timeline(steps[3:], asked, fault)
        if steps == ["api", "v1", "accounts", "lookup"]:
            name = asked.query.get("acct", "")
            if not any(name == offer.author for offer in self.offers):
                return json_reply({"error": "Record not found"}, status=404)
            return json_reply(self.account(name, self.host))
        if steps[:3] == ["api", "v1", "accounts"] and steps[4:] == ["statuses"]:
            mine = [one for one in self._home() if _account_id(one.author) == steps[3]]
            return self._page(mine, asked, fault)
        if steps == ["api", "v2", "search"]:
            return self._search(asked, known)
        if steps in (["api", "v1", "instance"], ["api", "v2", "instance"]):
            return json_reply(
                {
                    "uri": self.host,
                    "domain": self.host,
                    "version": "4.6.2",
                    "api_versions": {"mastodon": 8},
                    "title": "Kites",
                }
            )
        return json_reply({"error": "Record not found"}, status=404)

    def number(self, offer: Offer) -> str:
        """Its number here: by the time of the post, whenever it came, as Mastodon gives them."""
        place = self.offers.index(offer)
        if self.plain_ids:
            return f"A{int(offer.created_at.timestamp()) * 1000 + place:020}"
        return str((int(offer.created_at.timestamp() * 1000) << 16) + place)

    def account(self, author: str, server: str) -> dict[str, Any]:
        return {
            "id": _account_id(author),
            "username": author,
            "acct": author if server == self.host else f"{author}@{server}",
            "display_name": author.title(),
            "url": f"https://{server}/@{author}",
            "uri": f"https://{server}/users/{author}",
            "note": "",
            "bot": False,
            "locked": False,
            "created_at": "2020-01-01T00:00:00.000Z",
            "followers_count": 1,
            "following_count": 1,
            "statuses_count": 1,
            "emojis": [],
            "fields": [],
        }

    def status(self, offer: Offer, *, nested: bool = False) -> dict[str, Any]:
        server = offer.extra.get("server", self.host)
        edits = [edit for edit in offer.extra.get("edits", ()) if edit[0] <= self.now]
        text = edits[-1][1] if edits else offer.text
        tags = offer.extra.get("tags", ())
        links = " ".join(
            f'<a href="https://{server}/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
            for tag in tags
        )
        boosted = self._other(offer, "boost", nested)
        uri = f"https://{server}/users/{offer.author}/statuses/{offer.native}"
        quoted = self._other(offer, "quote", nested)
        return {
            "id": self.number(offer),
            "created_at": stamp(offer.created_at),
            "edited_at": stamp(edits[-1][0]) if edits else None,
            "in_reply_to_id": None,
            "in_reply_to_account_id": None,
            "sensitive": bool(offer.extra.get("warning")),
            "spoiler_text": offer.extra.get("warning", ""),
            "visibility": offer.extra.get("visibility", "public"),
            "language": offer.extra.get("language", "en"),
            "uri": f"{uri}/activity" if boosted else uri,
            "url": f"https://{server}/@{offer.author}/{offer.native}",
            "replies_count": 0,
            "reblogs_count": offer.extra.get("reposts", 0),
            "favourites_count": offer.extra.get("likes", 0),
            "quotes_count": 0,
            "content": offer.extra.get("content", f"<p>{html.escape(text)} {links}</p>"),
            "reblog": boosted,
            "account": self.account(offer.author, server),
            "media_attachments": [],
            "mentions": [],
            "tags": [{"name": tag, "url": f"https://{server}/tags/{tag}"} for tag in tags],
            "emojis": [],
            "quote": {"state": "accepted", "quoted_status": quoted} if quoted else None,
            "card": offer.extra.get("card"),
            "poll": offer.extra.get("poll"),
        }

    def _other(self, offer: Offer, key: str, nested: bool) -> dict[str, Any] | None:
        wanted = offer.extra.get(key)
        found = next((one for one in self.shown if one.native == wanted), None) if wanted else None
        return self.status(found, nested=True) if found and not nested else None

    def _home(self) -> list[Offer]:
        return [offer for offer in self.shown if offer.extra.get("server", self.host) == self.host]

    def _timeline(self, steps: list[str], asked: Asked, fault: Fault | None) -> Reply:
        def tagged(offer: Offer, tag: str) -> bool:
            return tag.lower() in (one.lower() for one in offer.extra.get("tags", ()))

        found = [one for one in self.shown if "boost" not in one.extra]
        found = [one for one in found if one.extra.get("visibility", "public") == "public"]
        if steps[0] == "tag":
            query = asked.query
            found = [
                one
                for one in found
                if (tagged(one, steps[1]) or ("any[]" in query and tagged(one, query["any[]"])))
                and ("all[]" not in query or tagged(one, query["all[]"]))
                and ("none[]" not in query or not tagged(one, query["none[]"]))
            ]
        for key, here in (("local", True), ("remote", False)):
            if asked.query.get(key) in ("true", "1"):
                found = [one for one in found if (one.extra.get("server", self.host) == self.host) is here]
        return self._page(found, asked, fault)

    def _search(self, asked: Asked, known: bool) -> Reply:
        query = asked.query
        if "offset" in query and not known:
            return json_reply(
                {"error": "Search queries pagination is not supported without authentication"}, status=401
            )
        before = int(query["max_id"]) if "max_id" in query else None
        found = [
            self.status(one)
            for one in self._sorted(self.shown)
            if known  # without a login, statuses are found by address only
            and query["q"].lower() in one.text.lower()
            and (before is None or int(self.number(one)) < before)
        ]
        first, limit = int(query.get("offset", "0")), min(int(query.get("limit", "20")), 40)
        return json_reply({"accounts": [], "hashtags": [], "statuses": found[first : first + limit]})

    def _sorted(self, offers: list[Offer]) -> list[Offer]:
        return sorted(offers, key=lambda offer: (len(self.number(offer)), self.number(offer)), reverse=True)

    def _page(self, offers: list[Offer], asked: Asked, fault: Fault | None) -> Reply:
        if fault == "loop" and self._page_before:
            return json_reply(self._page_before[0], **self._page_before[1])
        found = self._sorted(offers)
        limit = min(int(asked.query.get("limit", "20")), 40)
        first = 0
        if "max_id" in asked.query:
            first = sum(self.number(one).rjust(30) >= asked.query["max_id"].rjust(30) for one in found)
            first = max(0, first - 3) if fault == "overlap" else first
        shown = found[first : first + limit]
        headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": str(self.remaining)}
        if shown:
            base = f"{self.url}{asked.path}"
            headers["Link"] = (
                f'<{base}?max_id={self.number(shown[-1])}>; rel="next", '
                f'<{base}?min_id={self.number(shown[0])}>; rel="prev"'
            )
        self._page_before = ([self.status(one) for one in shown], headers)
        return json_reply(self._page_before[0], **headers)


def _account_id(author: str) -> str:
    return str(sum(ord(letter) * 31**place for place, letter in enumerate(author)) % 10**15)
