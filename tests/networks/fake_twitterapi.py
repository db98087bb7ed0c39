"""twitterapi.io as its documentation describes it, with the posts and the search of ``fake_x``.

It charges for a post each time it comes, and for an empty page as for one post.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from .fake_x import FakeX
from .server import Asked, Fault, Offer, Reply, json_reply
from .x_query import query_of

PRICE = 0.00015
_PAGE = 20
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class FakeTwitterApi(FakeX):
    """``token`` is the key; ``credits_usd`` what is left to spend."""

    def __init__(self, *, credits_usd: float = 100.0, **more: Any) -> None:
        super().__init__(**more)
        self.credits_usd = credits_usd
        self.charged_usd = 0.0

    def limited(self, seconds: int) -> dict[str, str]:
        return {"Retry-After": str(seconds)} if seconds > 60 else {}

    def _failed(self, fault: Fault | None) -> Reply | None:
        match fault:
            case "401":
                return _unauthorized("API key is invalid")
            case "403":
                return json_reply({"error": "Forbidden", "message": "API key required."}, status=403)
        return super(FakeX, self)._failed(fault)

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        if refused := self._refusal(asked):
            return refused
        match asked.path:
            case "/twitter/tweet/advanced_search":
                return self._sell(asked, fault, self._found(asked), nested=False)
            case "/twitter/user/last_tweets":
                name = asked.query.get("userName", "").lower()
                found = [offer for offer in self._listed() if offer.author.lower() == name]
                if not any(offer.author.lower() == name for offer in self.offers):
                    self.charged_usd += PRICE
                    return json_reply({"status": "error", "msg": "user not found", "code": 1})
                return self._sell(asked, fault, found, nested=True)
        return json_reply({"detail": "Not Found"}, status=404)

    def _refusal(self, asked: Asked) -> Reply | None:
        key = asked.headers.get("x-api-key")
        if key is None:
            return json_reply({"error": "Forbidden", "message": "API key required."}, status=403)
        if key != self.token:
            return _unauthorized("API key is invalid")
        if self.charged_usd >= self.credits_usd:
            return _unauthorized("Credits is not enough.Please recharge", status=402)
        return None

    def _found(self, asked: Asked) -> list[Offer]:
        query = asked.query["query"]
        since, until = (re.search(rf"\b{name}_time:(\d+)", query) for name in ("since", "until"))
        start = datetime.fromtimestamp(int(since[1]), UTC) if since else datetime(2006, 3, 21, tzinfo=UTC)
        end = datetime.fromtimestamp(int(until[1]), UTC) if until else self.now
        matches = query_of(re.sub(r"\b(since|until)_time:\d+", "", query))
        return [o for o in self._listed() if matches(self, o) and start <= o.created_at < end]

    def _sell(self, asked: Asked, fault: Fault | None, found: list[Offer], *, nested: bool) -> Reply:
        at = 0
        if cursor := asked.query.get("cursor"):
            place = tuple(map(int, cursor.split("-")))
            at = next((i for i, offer in enumerate(found) if self._place(offer) < place), len(found))
            if fault == "overlap":
                at = max(0, at - 2)
        page = found[at : at + _PAGE]
        tweets = [self._camel(offer) for offer in page]
        nested_count = sum(
            one[key] is not None for one in tweets for key in ("quoted_tweet", "retweeted_tweet")
        )
        self.charged_usd += PRICE * max(1, len(tweets) + nested_count)
        cursor = "-".join(map(str, self._place(page[-1]))) if page else ""
        if fault == "loop" and page:
            cursor = f"{self._place(page[0])[0]}-{self._place(page[0])[1] + 1}"
        # It says so as long as the page is full, whether anything follows or not.
        value: dict[str, Any] = {"has_next_page": len(page) == _PAGE, "next_cursor": cursor}
        if nested:  # the two endpoints wrap differently
            value |= {
                "status": "success",
                "code": 0,
                "msg": "success",
                "data": {"pin_tweet": None, "tweets": tweets},
            }
        else:
            value |= {"tweets": tweets}
        return json_reply(value)

    def _camel(self, offer: Offer, *, depth: int = 0) -> dict[str, Any]:
        extra, created = offer.extra, offer.created_at.astimezone(UTC)
        native = self.native(offer)
        tweet = {
            "type": "tweet",
            "id": native,
            "url": f"https://x.com/{offer.author}/status/{native}",
            "text": offer.text,
            "createdAt": f"{_DAYS[created.weekday()]} {_MONTHS[created.month - 1]}"
            f" {created:%d %H:%M:%S +0000 %Y}",
            "lang": extra.get("lang", "en"),
            "retweetCount": extra.get("reposts", 0),
            "replyCount": extra.get("replies", 0),
            "likeCount": extra.get("likes", 0),
            "quoteCount": 0,
            "viewCount": extra.get("views", 100),
            "isReply": "reply_to" in extra,
            "inReplyToId": self._find(extra["reply_to"]) if "reply_to" in extra else None,
            "conversationId": self._conversation(offer),
            "author": {
                "type": "user",
                "userName": offer.author,
                "id": self.user(offer.author),
                "name": offer.author.title(),
            },
            "entities": {
                "urls": [{"url": "https://t.co/x", "expanded_url": url} for url in extra.get("urls", ())]
            },
            "quoted_tweet": None,
            "retweeted_tweet": None,
        }
        for key, kind in (("quote_of", "quoted_tweet"), ("repost_of", "retweeted_tweet")):
            inner = next((one for one in self.shown if one.native == extra.get(key)), None)
            if inner is not None and depth < 2:
                tweet[kind] = self._camel(inner, depth=depth + 1)
        return tweet


def _unauthorized(message: str, *, status: int = 401) -> Reply:
    return json_reply({"error": "Unauthorized", "message": message}, status=status)
