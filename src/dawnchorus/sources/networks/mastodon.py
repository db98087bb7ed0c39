"""Mastodon and servers that speak its client API: hashtags, public timelines, accounts, search.

A server numbers posts by their time (a snowflake: milliseconds since 1970, then sixteen bits), also
those of other servers, which it may learn of hours late: they appear in the middle of a listing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from dawnchorus.errors import AccessDenied, SourceError
from dawnchorus.sources.formats import mastodon as format
from dawnchorus.sources.networks.descending import Step, read_down
from dawnchorus.sources.networks.keys import may_go
from dawnchorus.sources.networks.options import hosts, number
from dawnchorus.sources.networks.paging import attempts, hours, names, told
from dawnchorus.sources.spans import Span
from dawnchorus.sources.values import NOT_A_POST, Converted, moment, word
from dawnchorus.sources.web.answers import read_json
from dawnchorus.visits import Answer, Estimate, Page, Skipped, Visit

PAGE: Final = 40
"""Most statuses a page, by Mastodon's documentation."""

GAP_SECONDS: Final = 0.5
"""Between two requests to a server; most allow 300 in five minutes and say so in their headers."""

_TIMELINES: Final[Mapping[str, dict[str, str]]] = {
    "local": {"local": "true"},
    "remote": {"remote": "true"},
    "all": {},
}
_KEY: Final = "MASTODON_ACCESS_TOKEN"
_OWN: Final = frozenset({"mastodon.social"})
_VARIABLE = re.compile(r"MASTODON_\w+", re.ASCII)
_TAG = re.compile(r"\w+")
_ACCOUNT = re.compile(r"@?([\w.-]+)@((?:https?://)?[\w.-]+(?::\d+)?)")
_NEXT = re.compile(r'<([^<>]+)>\s*;\s*rel="?next"?')


class Mastodon:
    """Public posts of the fediverse, as named servers know them."""

    name = "mastodon"

    def __init__(
        self,
        *,
        servers: Sequence[str] = ("https://mastodon.social",),
        tags: Sequence[str | Mapping[str, Any]] = (),
        public: str = "",
        queries: Sequence[str] = (),
        accounts: Sequence[str] = (),
        token_env: Mapping[str, str] | None = None,
        overlap_hours: float = 6,
        most_posts: int = 2000,
    ) -> None:
        """Check the options.

        Args:
            servers: Asked for ``tags``, ``public`` and ``queries``, each.
            tags: Hashtags; or tables ``{tag, any, all, none}`` with further tags.
            public: Read the servers' public timelines: "local", "remote" or "all".
            queries: What to search for; needs a token, and a server with full-text search.
            accounts: "name@server", read from their own server.
            token_env: Server to the variable that holds its token; MASTODON_ACCESS_TOKEN is the first's.
            overlap_hours: How late a server may learn of a post.
            most_posts: A stream and run.

        Raises:
            ValueError: An option is wrong, or there is nothing to read.
        """
        self._servers = hosts(servers, option="servers")
        self._tags = _tags(tags)
        if public not in ("", *_TIMELINES):
            raise ValueError(f"public: {public!r} is none of 'local', 'remote', 'all'")
        self._public = public
        self._queries = names(queries, option="queries")
        self._accounts = tuple(_account(one) for one in names(accounts, option="accounts"))
        if not ((self._servers and (self._tags or public or self._queries)) or self._accounts):
            raise ValueError("nothing to read: give tags, public, queries or accounts")
        self._token_env = _tokens(token_env or {}, self._servers)
        self._overlap = hours(overlap_hours)
        self._most = int(number(most_posts, option="most_posts", least=1, most=1_000_000))

    def pages(self, visit: Visit) -> Iterator[Page]:
        """Each hashtag, timeline, search and account of each server is a stream of its own."""
        for listing in self._listings():
            yield from self._read(visit, listing)
            if visit.stop():
                return

    def estimate(self, visit: Visit) -> Estimate:
        """Free; at most so many pages a stream."""
        missing = [
            one.server for one in self._listings() if one.search and not self._token(visit, one.server)
        ]
        note = f"no token for {_host(missing[0])}: {self._wanted(missing[0])} is not set" if missing else ""
        return Estimate(requests=len(self._listings()) * (self._most // PAGE + 2), note=note)

    def _listings(self) -> list[_Listing]:
        found = []
        for server in self._servers:
            host = _host(server)
            for tag, params in self._tags:
                more = " ".join(f"{key.removesuffix('[]')}:{value}" for key, value in params)
                found.append(
                    _Listing(
                        stream=f"{host}:#{tag} {more}".strip(),
                        server=server,
                        path=f"/api/v1/timelines/tag/{quote(tag)}",
                        params=params,
                    )
                )
            if self._public:
                found.append(
                    _Listing(
                        stream=f"{host}:public:{self._public}",
                        server=server,
                        path="/api/v1/timelines/public",
                        params=tuple(_TIMELINES[self._public].items()),
                    )
                )
            found += [
                _Listing(
                    stream=f"{host}:search:{query}",
                    server=server,
                    path="/api/v2/search",
                    params=(("q", query), ("type", "statuses")),
                    search=True,
                )
                for query in self._queries
            ]
        found += [
            _Listing(stream=f"{_host(server)}:@{name}", server=server, path="", account=name)
            for name, server in self._accounts
        ]
        return found

    def _read(self, visit: Visit, listing: _Listing) -> Iterator[Page]:
        try:
            door = _Door(visit=visit, listing=listing, token=self._token(visit, listing.server))
            if listing.search and not door.token:
                raise AccessDenied(
                    f"{door.host} searches posts only for its users: set {self._wanted(listing.server)}"
                    f" to a token of {listing.server}/settings/applications with the scope read:search"
                )
            path = door.statuses_of(listing.account) if listing.account else listing.path
        except AccessDenied as error:
            yield Page(stream=listing.stream, fault=str(error))
            return
        except SourceError as error:
            yield Page(stream=listing.stream, fault=told(error))
            return
        yield from read_down(
            visit,
            stream=listing.stream,
            overlap=self._overlap,
            most_posts=self._most,
            enter=(lambda _: "0") if listing.search else partial(_enter, visit),
            ask=partial(_search if listing.search else _timeline, door, path),
        )

    def _variable(self, server: str) -> str:
        first = self._servers and server == self._servers[0]
        return self._token_env.get(server, _KEY if first else f"token_env for {_host(server)}")

    def _wanted(self, server: str) -> str:
        """What has to be set for a token of ``server``."""
        variable, host = self._variable(server), urlsplit(server).hostname
        return f"{_KEY}_HOST={host} and {_KEY}" if variable == _KEY and host not in _OWN else variable

    def _token(self, visit: Visit, server: str) -> str | None:
        # A token is of one server and goes to no other.
        variable = self._variable(server)
        if variable == _KEY and not may_go(visit, _KEY, server=server, own=_OWN):
            return None
        if server in self._token_env or (self._servers and server == self._servers[0]):
            return (visit.secret(variable) or "").strip() or None
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    stream: str
    server: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    search: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """Asks the server of a listing."""

    visit: Visit
    listing: _Listing
    token: str | None = field(repr=False)

    @property
    def host(self) -> str:
        return _host(self.listing.server)

    def get(self, path: str, params: Sequence[tuple[str, str]] = ()) -> Answer:
        # Accounts are read as anyone sees them: a token might show what was not meant for the public.
        use_token = self.token and not self.listing.account
        headers = {"Authorization": f"Bearer {self.token}"} if use_token else None
        url = f"{self.listing.server}{path}"
        try:
            return self.visit.http.get(url, params=tuple(params), headers=headers, gap_seconds=GAP_SECONDS)
        except SourceError as error:
            # 422 is "This method requires an authenticated user", mastodon/documentation issue 942.
            if isinstance(error, AccessDenied) or re.search(r"\b422\b", str(error)):
                raise AccessDenied(self._refused(error)) from error
            raise

    def statuses_of(self, name: str) -> str:
        found = self.json(self.get("/api/v1/accounts/lookup", [("acct", name)]))
        number = word(found.get("id")) if isinstance(found, dict) else None
        if number is None:
            raise SourceError(f"{self.host}: the answer for @{name} has no account id")
        return f"/api/v1/accounts/{quote(number, safe='')}/statuses"

    def json(self, answer: Answer) -> Any:
        return read_json(answer, what=f"{self.host}, {self.listing.stream.split(':', 1)[1]}")

    def _refused(self, error: SourceError) -> str:
        if self.token:
            return f"{self.host} refuses the token for this ({error}); make a new one with the scope read"
        return (
            f"{self.host} shows this only to its users ({error}); set a token for it, or ask another server"
        )


def snowflake(at: datetime) -> int:
    """The least number that a post of ``at`` can have."""
    return int(at.timestamp() * 1000) << 16


def snowflake_time(number: str) -> datetime | None:
    """When a status got its number; None if the server does not number by time."""
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        return None
    milliseconds = int(number) >> 16
    # From 2010 to 2100: anything else is a plain count.
    if not 1_262_304_000_000 < milliseconds < 4_102_444_800_000:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def _enter(visit: Visit, gap: Span) -> str:
    return "" if gap[1] >= visit.now else str(snowflake(gap[1]))


def _timeline(door: _Door, path: str, max_id: str, gap: Span) -> Step[str]:
    asked = [*door.listing.params, ("limit", str(PAGE)), *([("max_id", max_id)] if max_id else [])]
    answer = door.get(path, asked)
    statuses = _statuses(door, door.json(answer))
    keys = tuple(str(status.get("id")) for status in statuses)
    if max_id == str(snowflake(gap[1])):  # has jumped there: does the server number as we think?
        some = keys or tuple(str(one.get("id")) for one in _top(door, path))
        first = snowflake_time(some[0]) if some else None
        if some and (first is None or (keys and first > gap[1])):
            raise SourceError(f"{door.host} does not number posts by time: it cannot be asked for older days")
    return Step(
        found=_converted(statuses),
        keys=keys,
        down_to=_listed_at(statuses[-1]) if statuses else None,
        then=_next(answer, keys) if statuses else None,
    )


def _top(door: _Door, path: str) -> list[dict[str, Any]]:
    return _statuses(door, door.json(door.get(path, [*door.listing.params, ("limit", "1")])))


def _search(door: _Door, path: str, offset: str, gap: Span) -> Step[str]:
    # Newest first; max_id holds the listing still while it is paged through.
    asked = [
        *door.listing.params,
        ("limit", str(PAGE)),
        ("offset", offset),
        ("max_id", str(snowflake(gap[1]))),
    ]
    found = door.json(door.get(path, asked))
    statuses = _statuses(door, found.get("statuses") if isinstance(found, dict) else None)
    return Step(
        found=_converted(statuses),
        keys=tuple(str(status.get("id")) for status in statuses),
        down_to=_listed_at(statuses[-1]) if statuses else None,
        then=str(int(offset) + len(statuses)) if statuses else None,
    )


def _statuses(door: _Door, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise SourceError(f"{door.host} answered with something that is no list of posts")
    return [one for one in value if isinstance(one, dict)]


def _next(answer: Answer, keys: tuple[str, ...]) -> str | None:
    """The number to go on from: of the Link header, else the last of the page."""
    header = answer.headers.get("link")
    if header is None:
        return keys[-1]
    # Only the number is taken: the address itself is the server's word and is not followed.
    found = _NEXT.search(header)
    # No urlsplit: it refuses some addresses.
    return parse_qs(found[1].partition("?")[2]).get("max_id", [keys[-1]])[0] if found else None


def _listed_at(status: dict[str, Any]) -> datetime | None:
    if at := snowflake_time(str(status.get("id"))):
        return at
    try:
        at_ = moment(status.get("created_at"))
    except ValueError:
        return None
    return at_ if isinstance(at_, datetime) else None


def _converted(statuses: list[dict[str, Any]]) -> tuple[Converted, ...]:
    return tuple(attempts(_posts_of, statuses))


def _posts_of(status: dict[str, Any]) -> Iterator[Converted]:
    if status.get("visibility") in ("private", "direct"):
        yield Skipped(reason=NOT_A_POST, why="not public")
        return
    if not format.matches(status):
        raise ValueError("not a status")
    yield from format.convert(status)


def _host(server: str) -> str:
    return urlsplit(server).netloc


def _tags(given: Sequence[str | Mapping[str, Any]]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ValueError('tags must be a list: tags = ["…"]')
    found = []
    for one in given:
        table = {"tag": one} if isinstance(one, str) else one
        if not isinstance(table, Mapping) or not set(table) <= {"tag", "any", "all", "none"}:
            raise ValueError(f"tags: {one!r:.60} is neither a hashtag nor a table of tag, any, all, none")
        further = [
            (f"{key}[]", _tag(value))
            for key in ("any", "all", "none")
            for value in names(table.get(key, ()), option=f"tags.{key}")
        ]
        found.append((_tag(table.get("tag")), tuple(further)))
    return tuple(dict.fromkeys(found))


def _tag(given: object) -> str:
    tag = given.strip().removeprefix("#") if isinstance(given, str) else ""
    if not _TAG.fullmatch(tag):
        raise ValueError(f"tags: {given!r:.60} is no hashtag")
    return tag.lower()


def _account(given: str) -> tuple[str, str]:
    if not (found := _ACCOUNT.fullmatch(given)):
        raise ValueError(f"accounts: {given!r:.60} is not name@server")
    return found[1], hosts([found[2]], option="accounts")[0]


def _tokens(given: Mapping[str, str], servers: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise ValueError('token_env must be a table: token_env = { "example.org" = "EXAMPLE_TOKEN" }')
    found = {}
    for server, variable in given.items():
        address = hosts([server], option="token_env")[0]
        if address not in servers:
            raise ValueError(f"token_env: {server} is not among the servers")
        if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable):
            # Any other may hold the key of something else, and a topic file may be someone else's.
            raise ValueError(f"token_env: {variable!r:.60}: the variable's name must begin with MASTODON_")
        found[address] = variable
    return found
