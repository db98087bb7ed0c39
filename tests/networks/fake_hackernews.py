"""Hacker News: Algolia's search_by_date and the items of Firebase, on one server.

As at hn.algolia.com/api: newest first, at most 1,000 hits a query, ``nbHits`` tells how many there are.
``extra`` of an offer: "type" ("story", "comment"), "parent", "story" (natives), "url", "points", "text".
"""

from __future__ import annotations

import re
from typing import Any

from tests.networks.server import Asked, FakeServer, Fault, Offer, Reply, json_reply


class FakeHackerNews(FakeServer):
    """``most_hits``: what one query shows; ``search_down``: Algolia answers 503, Firebase goes on."""

    most_hits = 1000
    search_down = False
    _page_before: Any = None

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        if asked.path.startswith("/v0/"):
            return self._firebase(asked.path.removeprefix("/v0/"))
        if asked.path != "/api/v1/search_by_date" or self.search_down:
            return json_reply({"error": "no"}, status=404 if not self.search_down else 503)
        if fault == "loop" and self._page_before is not None:
            return json_reply(self._page_before)
        found = sorted(
            (one for one in self.shown if self._holds(one, asked.query)),
            key=lambda one: (one.created_at, int(one.native)),
            reverse=True,
        )
        size = min(int(asked.query.get("hitsPerPage", 20)), self.most_hits)
        self._page_before = {
            "hits": [self.hit(one) for one in found[:size]],
            "nbHits": len(found),
            "page": 0,
            "nbPages": -(-min(len(found), 1000) // size),
            "hitsPerPage": size,
            "exhaustiveNbHits": True,
            "query": asked.query.get("query", ""),
        }
        return json_reply(self._page_before)

    def hit(self, offer: Offer) -> dict[str, Any]:
        comment = offer.extra.get("type") == "comment"
        story = self._by_native(offer.extra.get("story"))
        return {
            "objectID": offer.native,
            "created_at": f"{offer.created_at:%Y-%m-%dT%H:%M:%SZ}",
            "created_at_i": int(offer.created_at.timestamp()),
            "author": offer.author,
            "title": None if comment else offer.text,
            "url": offer.extra.get("url"),
            "points": None if comment else offer.extra.get("points", 1),
            "story_text": offer.extra.get("text"),
            "comment_text": f"<p>{offer.text}" if comment else None,
            "num_comments": None if comment else self._comments(offer),
            "story_id": int(offer.extra["story"]) if comment else None,
            "story_title": story.text if story else None,
            "parent_id": int(offer.extra["parent"]) if comment else None,
            "_tags": [offer.extra.get("type", "story"), f"author_{offer.author}"],
        }

    def _holds(self, offer: Offer, query: dict[str, str]) -> bool:
        at = int(offer.created_at.timestamp())
        for name, sign, number in re.findall(r"(\w+)(>=|<)(\d+)", query.get("numericFilters", "")):
            value = at if name == "created_at_i" else offer.extra.get("points", 1)
            if not (value >= int(number) if sign == ">=" else value < int(number)):
                return False
        tags = query.get("tags", "")
        if offer.extra.get("type", "story") != tags.partition(",")[0]:
            return False
        stories = re.findall(r"story_(\d+)", tags)
        words = query.get("query", "").lower().split()
        return (not stories or offer.extra.get("story") in stories) and all(
            word in offer.text.lower() for word in words
        )

    def _firebase(self, path: str) -> Reply:
        if path in ("newstories.json", "topstories.json"):
            stories = [one for one in self.shown if one.extra.get("type", "story") == "story"]
            newest = sorted(stories, key=lambda one: int(one.native), reverse=True)
            return json_reply([int(one.native) for one in newest[:500]])
        native = path.removeprefix("item/").removesuffix(".json")
        offer = self._by_native(native)
        if offer is None:
            return json_reply(None)
        if not offer.is_shown(self.now):
            time = int(offer.created_at.timestamp())
            return json_reply({"id": int(native), "type": "story", "time": time, "deleted": True})
        return json_reply(
            {
                "by": offer.author,
                "descendants": self._comments(offer),
                "id": int(native),
                "score": offer.extra.get("points", 1),
                "time": int(offer.created_at.timestamp()),
                "title": offer.text,
                "type": "story",
                "url": offer.extra.get("url", ""),
            }
        )

    def _comments(self, offer: Offer) -> int:
        return sum(one.extra.get("story") == offer.native for one in self.shown)

    def _by_native(self, native: object) -> Offer | None:
        return next((one for one in self.offers if one.native == native), None)
