"""X's API v2 as its documentation describes it, with invented posts, on loopback.

What only X has stands in ``Offer.extra``: ``likes``, ``replies``, ``lang``, ``urls``, ``alt_texts``;
``reply_to``, ``quote_of``, ``repost_of``, ``edits`` (natives of other offers; the newer version names the
older); ``protected``. It keeps its own bill: each resource of an answer once in a day (UTC).
"""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .server import Asked, FakeServer, Fault, Offer, Reply, json_reply
from .x_query import query_of

PRICES = {"post": 0.005, "user": 0.010, "media": 0.005}
_PROBLEMS = "https://api.twitter.com/2/problems/"
_EPOCH_MS = 1_288_834_974_657  # of X's ids
_RT_LENGTH = 140
_LENGTH = 280


def snowflake(at: datetime, *, low: int = 0) -> str:
    """An id as X made it at that moment."""
    return str((int(at.timestamp() * 1000) - _EPOCH_MS << 22) + low)


class _Refused(Exception):
    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class FakeX(FakeServer):
    def __init__(
        self,
        *,
        now: datetime,
        offers: list[Offer] | None = None,
        token: str = "a-bearer-token",
        archive: bool = True,
        enrolled: bool = True,
        lists: Mapping[str, Collection[str]] | None = None,
        suspended: Collection[str] = (),
        limits: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(now=now, offers=offers)
        self.token, self.archive, self.enrolled = token, archive, enrolled
        self.lists, self.suspended = dict(lists or {}), set(suspended)
        self.limits = {"search/recent": 450, "search/all": 300, **(limits or {})}
        self.bought: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)  # kind and id: days
        self._used: Counter[tuple[str, int]] = Counter()

    @property
    def billed_usd(self) -> float:
        """What X charges: a resource once in a day."""
        return sum(PRICES[kind] * len(days) for (kind, _), days in self.bought.items())

    def bought_again(self, kind: str = "post") -> list[str]:
        """Ids that were charged on more than one day."""
        return sorted(id for (one, id), days in self.bought.items() if one == kind and len(days) > 1)

    def native(self, offer: Offer) -> str:
        if offer.native.isdigit():
            return offer.native
        return snowflake(offer.created_at, low=zlib.crc32(offer.native.encode()) % 2**22)

    def user(self, name: str) -> str:
        return str(10**9 + zlib.crc32(name.encode()))

    def limited(self, seconds: int) -> Mapping[str, str]:
        """X says when in an epoch, and sends no Retry-After."""
        reset = int(self.now.timestamp()) + seconds
        return {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        try:
            self._check_token(asked)
            endpoint, act = self._route(asked.path)
            headers = self._count(endpoint)
            reply = act(asked, fault)
        except _Refused as refused:
            return refused.reply
        return Reply(status=reply.status, body=reply.body, headers={**reply.headers, **headers})

    def _failed(self, fault: Fault | None) -> Reply | None:
        match fault:
            case "401":
                return _problem(401, "Unauthorized")
            case "403":
                return self._forbidden()
            case "429" | "429-long":
                headers = self.limited(3600 if fault == "429-long" else 1)
                return _problem(429, "Too Many Requests", **headers)
            case "503":
                return _problem(503, "Service Unavailable")
        return super()._failed(fault)

    def _forbidden(self) -> Reply:
        return json_reply(
            {
                "client_id": "12345",
                "detail": "When authenticating requests to the X API v2 endpoints, you must use keys"
                " and tokens from a developer App that is attached to a Project.",
                "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
                "title": "Client Forbidden",
                "required_enrollment": "Appropriate Level of API Access",
                "reason": "client-not-enrolled",
                "type": _PROBLEMS + "client-forbidden",
            },
            status=403,
        )

    def _check_token(self, asked: Asked) -> None:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            raise _Refused(_problem(401, "Unauthorized"))
        if not self.enrolled:
            raise _Refused(self._forbidden())

    def _route(self, path: str) -> tuple[str, Any]:
        if path == "/2/tweets":
            return "tweets", self._lookup
        if path == "/2/users/by":
            return "users/by", self._users_by
        if path == "/2/tweets/search/recent":
            return "search/recent", self._recent
        if path == "/2/tweets/search/all":
            if not self.archive:
                raise _Refused(self._forbidden())
            return "search/all", self._all
        if found := re.fullmatch(r"/2/users/(\d+)/tweets", path):
            return "users/tweets", lambda asked, fault: self._timeline(asked, fault, found[1])
        if found := re.fullmatch(r"/2/lists/(\d+)/tweets", path):
            return "lists/tweets", lambda asked, fault: self._list(asked, fault, found[1])
        raise _Refused(_problem(404, "Not Found"))

    def _count(self, endpoint: str) -> dict[str, str]:
        limit, window = self.limits.get(endpoint, 900), int(self.now.timestamp()) // 900
        self._used[endpoint, window] += 1
        left = limit - self._used[endpoint, window]
        headers = {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(max(0, left)),
            "x-rate-limit-reset": str((window + 1) * 900),
        }
        if left < 0:
            raise _Refused(_problem(429, "Too Many Requests", **headers))
        return headers

    def _recent(self, asked: Asked, fault: Fault | None) -> Reply:
        self._check_query(asked, most=512, results=(10, 100))
        week = self.now - timedelta(days=7)
        if (start := asked.query.get("start_time")) and _time(start) < week:
            raise _Refused(_invalid("start_time", start, f"must be on or after {week:%Y-%m-%dT%H:%MZ}"))
        return self._search(asked, fault, since=week)

    def _all(self, asked: Asked, fault: Fault | None) -> Reply:
        self._check_query(asked, most=1024, results=(10, 500))
        return self._search(asked, fault, since=self.now - timedelta(days=30))

    def _check_query(self, asked: Asked, *, most: int, results: tuple[int, int]) -> None:
        query = asked.query.get("query", "")
        if not 0 < len(query) <= most:
            raise _Refused(_invalid("query", query, f"length must be greater than 0 and at most {most}"))
        _check_results(asked, *results)

    def _search(self, asked: Asked, fault: Fault | None, *, since: datetime) -> Reply:
        end = asked.query.get("end_time")
        if end and _time(end) > self.now - timedelta(seconds=10):
            raise _Refused(
                _invalid("end_time", end, "must be a minimum of 10 seconds prior to the request time")
            )
        start = _time(asked.query["start_time"]) if "start_time" in asked.query else since
        matches = query_of(asked.query["query"])
        found = [offer for offer in self._listed() if matches(self, offer)]
        return self._page(asked, fault, found, start=start, token="next_token", endless=10**9)

    def _timeline(self, asked: Asked, fault: Fault | None, id: str) -> Reply:
        _check_results(asked, 5, 100)
        name = next((offer.author for offer in self.offers if self.user(offer.author) == id), None)
        if name is None or name in self.suspended:
            return json_reply({"errors": [_error("Not Found Error", "user", "id", id)]})
        if all(offer.extra.get("protected") for offer in self.offers if offer.author == name):
            return json_reply({"errors": [_error("Authorization Error", "user", "id", id)]})
        found = [offer for offer in self._listed() if offer.author == name]
        start = (
            _time(asked.query["start_time"])
            if "start_time" in asked.query
            else datetime(2010, 1, 1, tzinfo=UTC)
        )
        return self._page(asked, fault, found[:3200], start=start, token="pagination_token", endless=3200)

    def _list(self, asked: Asked, fault: Fault | None, id: str) -> Reply:
        _check_results(asked, 1, 100)
        if id not in self.lists:
            return json_reply({"errors": [_error("Not Found Error", "list", "id", id)]})
        if asked.query.keys() & {"start_time", "end_time"}:
            raise _Refused(_invalid("start_time", "", "is not one of the parameters of this endpoint"))
        found = [offer for offer in self._listed() if offer.author in self.lists[id]]
        start = datetime(2010, 1, 1, tzinfo=UTC)
        return self._page(asked, fault, found[:800], start=start, token="pagination_token", endless=800)

    def _listed(self) -> list[Offer]:
        """Newest first: no protected posts, of edited ones the newest version."""
        shown = self.shown
        superseded = {offer.extra["edits"] for offer in shown if "edits" in offer.extra}
        listed = [o for o in shown if not o.extra.get("protected") and o.native not in superseded]
        return sorted(listed, key=lambda o: (o.created_at, int(self.native(o))), reverse=True)

    def _page(
        self,
        asked: Asked,
        fault: Fault | None,
        found: list[Offer],
        *,
        start: datetime,
        token: str,
        endless: int,
    ) -> Reply:
        end = _time(asked.query["end_time"]) if "end_time" in asked.query else self.now + timedelta(days=1)
        found = [offer for offer in found if start <= offer.created_at < end]
        size = int(asked.query.get("max_results", 10))
        at = 0
        if given := asked.query.get(token) or asked.query.get("pagination_token"):
            place = _untoken(given)
            at = next((i for i, offer in enumerate(found) if self._place(offer) < place), len(found))
            if fault == "overlap":
                at = max(0, at - 2)
        page = found[at : at + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": self.native(page[0]), "oldest_id": self.native(page[-1])}
        if at + size < len(found):
            meta["next_token"] = _token(self._place(page[-1]))
        if fault == "loop" and page:
            meta["next_token"] = _token((self._place(page[0])[0], self._place(page[0])[1] + 1))
        return self._tweets(asked, page, meta=meta)

    def _place(self, offer: Offer) -> tuple[int, int]:
        return int(offer.created_at.timestamp() * 1000), int(self.native(offer))

    def _lookup(self, asked: Asked, fault: Fault | None) -> Reply:
        ids = asked.query.get("ids", "").split(",")
        if not 0 < len(ids) <= 100:
            raise _Refused(_invalid("ids", "", "size must be between 1 and 100"))
        shown = {self.native(offer): offer for offer in self.shown}
        errors = [error for id in ids if (error := self._missing(id, shown, parameter="ids"))]
        page = [shown[id] for id in ids if not self._missing(id, shown, parameter="ids")]
        return self._tweets(asked, page, errors=errors)

    def _missing(self, id: str, shown: Mapping[str, Offer], *, parameter: str) -> dict[str, Any] | None:
        if id not in shown:
            return _error("Not Found Error", "tweet", parameter, id)
        if shown[id].extra.get("protected"):
            return _error("Authorization Error", "tweet", parameter, id)
        return None

    def _users_by(self, asked: Asked, fault: Fault | None) -> Reply:
        names = asked.query.get("usernames", "").split(",")
        known = {offer.author.lower(): offer.author for offer in self.offers}
        users, errors = [], []
        for name in names:
            if name.lower() not in known:
                errors.append(_error("Not Found Error", "user", "usernames", name))
            elif known[name.lower()] in self.suspended:
                errors.append(_error("Forbidden", "user", "usernames", name))
            else:
                users.append(self._user(known[name.lower()]))
        self._buy("user", [user["id"] for user in users])
        return json_reply({**({"data": users} if users else {}), **({"errors": errors} if errors else {})})

    def _tweets(
        self,
        asked: Asked,
        page: list[Offer],
        *,
        meta: dict[str, Any] | None = None,
        errors: Collection[dict[str, Any]] = (),
    ) -> Reply:
        fields = set(asked.query.get("tweet.fields", "").split(","))
        wanted = set(asked.query.get("expansions", "").split(","))
        shown = {self.native(offer): offer for offer in self.shown}
        problems = {error["value"]: error for error in errors}
        referred: dict[str, Offer] = {}
        if "referenced_tweets.id" in wanted:
            for offer in page:
                for one in self._references(offer):
                    problem = self._missing(one["id"], shown, parameter="referenced_tweets.id")
                    if problem:
                        problems[one["id"]] = problem
                    elif shown[one["id"]] not in page:
                        referred[one["id"]] = shown[one["id"]]
        names = {offer.author for offer in page} if "author_id" in wanted else set()
        if "referenced_tweets.id.author_id" in wanted:
            names |= {offer.author for offer in referred.values()}
        media = (
            [one for offer in page for one in self._media(offer)]
            if "attachments.media_keys" in wanted
            else []
        )
        includes = {
            "users": [self._user(name) for name in sorted(names)],
            "tweets": [self._tweet(offer, fields) for offer in referred.values()],
            "media": media,
        }
        self._buy("post", [self.native(offer) for offer in [*page, *referred.values()]])
        self._buy("user", [user["id"] for user in includes["users"]])
        self._buy("media", [one["media_key"] for one in media])
        value: dict[str, Any] = {"data": [self._tweet(offer, fields) for offer in page]} if page else {}
        if includes := {name: some for name, some in includes.items() if some}:
            value["includes"] = includes
        if problems:
            value["errors"] = list(problems.values())
        if meta is not None:
            value["meta"] = meta
        return json_reply(value)

    def _buy(self, kind: str, ids: Collection[str]) -> None:
        for id in set(ids):
            self.bought[kind, id][f"{self.now:%Y-%m-%d}"] += 1

    def _user(self, name: str) -> dict[str, Any]:
        return {"id": self.user(name), "name": name.title(), "username": name}

    def _find(self, native: str) -> str:
        return next((self.native(o) for o in self.offers if o.native == native), native)

    def _references(self, offer: Offer) -> list[dict[str, str]]:
        kinds = {"repost_of": "retweeted", "quote_of": "quoted", "reply_to": "replied_to"}
        return [{"type": kinds[k], "id": self._find(offer.extra[k])} for k in kinds if k in offer.extra]

    def _conversation(self, offer: Offer) -> str:
        seen = 0
        while (above := offer.extra.get("reply_to")) and seen < 50:
            found = next((one for one in self.offers if one.native == above), None)
            if found is None:
                return self._find(above)
            offer, seen = found, seen + 1
        return self.native(offer)

    def _versions(self, offer: Offer) -> list[str]:
        versions = [offer]
        while before := next((o for o in self.offers if o.native == versions[0].extra.get("edits")), None):
            versions.insert(0, before)
        while after := next((o for o in self.shown if o.extra.get("edits") == versions[-1].native), None):
            versions.append(after)
        return [self.native(one) for one in versions]

    def _media(self, offer: Offer) -> list[dict[str, Any]]:
        return [
            {
                "media_key": f"3_{int(self.native(offer)) + i}",
                "type": "photo",
                "url": f"https://pbs.twimg.com/media/{i}.jpg",
                **({"alt_text": alt} if alt else {}),
            }
            for i, alt in enumerate(offer.extra.get("alt_texts", ()))
        ]

    def _tweet(self, offer: Offer, fields: Collection[str]) -> dict[str, Any]:
        text = offer.text
        if original := next((o for o in self.offers if o.native == offer.extra.get("repost_of")), None):
            text = f"RT @{original.author}: {original.text}"
            text = text if len(text) <= _RT_LENGTH else text[: _RT_LENGTH - 1] + "…"
        extra = offer.extra
        whole = {
            "author_id": self.user(offer.author),
            "conversation_id": self._conversation(offer),
            "created_at": f"{offer.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
            "entities": {
                "urls": [
                    {
                        "start": 0,
                        "end": 23,
                        "url": "https://t.co/x",
                        "expanded_url": url,
                        "display_url": url[8:],
                    }
                    for url in extra.get("urls", ())
                ]
            },
            "lang": extra.get("lang", "en"),
            "public_metrics": {
                "retweet_count": extra.get("reposts", 0),
                "reply_count": extra.get("replies", 0),
                "like_count": extra.get("likes", 0),
                "quote_count": 0,
                "bookmark_count": 0,
                "impression_count": extra.get("views", 100),
            },
            "referenced_tweets": self._references(offer),
            "attachments": {"media_keys": [one["media_key"] for one in self._media(offer)]},
            "note_tweet": {"text": _escape(text)} if len(text) > _LENGTH else None,
        }
        cut = text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
        tweet = {
            "id": self.native(offer),
            "text": _escape(cut),
            "edit_history_tweet_ids": self._versions(offer),
        }
        return tweet | {
            name: value
            for name, value in whole.items()
            if name in fields and value not in (None, [], {"media_keys": []})
        }


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _problem(status: int, title: str, **headers: str) -> Reply:
    value = {"title": title, "type": "about:blank", "status": status, "detail": title}
    return json_reply(value, status=status, **headers)


def _invalid(parameter: str, value: str, why: str) -> Reply:
    return json_reply(
        {
            "errors": [
                {
                    "parameters": {parameter: [value]},
                    "message": f"Invalid '{parameter}':'{value}'. '{parameter}' {why}.",
                }
            ],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": _PROBLEMS + "invalid-request",
        },
        status=400,
    )


def _check_results(asked: Asked, least: int, most: int) -> None:
    results = asked.query.get("max_results", "10")
    if not least <= int(results) <= most:
        raise _Refused(_invalid("max_results", results, f"is not between {least} and {most}"))


def _error(title: str, kind: str, parameter: str, value: str) -> dict[str, Any]:
    details = {
        "Not Found Error": (f"Could not find {kind} with {parameter}: [{value}].", "resource-not-found"),
        "Authorization Error": (
            f"Sorry, you are not authorized to see the {kind} with {parameter}: [{value}].",
            "not-authorized-for-resource",
        ),
        "Forbidden": (f"User has been suspended: [{value}].", "resource-not-found"),
    }
    detail, problem = details[title]
    return {
        "value": value,
        "resource_id": value,
        "resource_type": kind,
        "parameter": parameter,
        "title": title,
        "detail": detail,
        "type": _PROBLEMS + problem,
    }


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _token(place: tuple[int, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _untoken(token: str) -> tuple[int, int]:
    try:
        first, second = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        raise _Refused(_invalid("next_token", token, "is not valid")) from None
    return first, second
