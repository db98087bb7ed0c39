"""Events of a Jetstream (its first version's JSON), gathered into pages of posts that fit the topic."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from dawnchorus.model import Post
from dawnchorus.query import Query
from dawnchorus.sources.formats import bluesky
from dawnchorus.sources.networks.matching import fitting
from dawnchorus.sources.parse import loads
from dawnchorus.sources.values import BAD_ROW, NO_TEXT, member, refusal
from dawnchorus.visits import Skipped

POST: Final = "app.bsky.feed.post"

DISORDER: Final = timedelta(seconds=10)
"""How far behind another an older event may still come: where replay turns into live, some jump the queue
(bluesky-social/jetstream-legacy issue 42)."""

_CONFIRMED: Final = 3  # events in a row that must be as late: one alone may have a wrong time

REMEMBERED: Final = 30_000
"""Posts, the latest, whose deletion is passed on; of earlier visits a digest of each is kept in a cursor."""

_LATELY: Final = 1_000
_DIGEST: Final = 6  # bytes: of the deletions of a year none is mistaken for another's

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_US: Final = 1_577_836_800_000_000  # 2020: no Bluesky before
_LAST_US: Final = 4_102_444_800_000_000  # 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What came since the last page."""

    posts: tuple[Post, ...]
    skipped: tuple[Skipped, ...]
    gone: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Gatherer:
    """Takes frames in, gives posts that fit ``query`` and ``langs`` out; remembers what it gave.

    ``names`` are the accounts that the query names, by DID; ``earlier`` and ``lately_given`` what
    :meth:`memory` and :meth:`lately` gave the last visit. All deletions of the network would be a flood:
    only those of posts that were given are passed on.
    """

    query: Query | None
    langs: frozenset[str]
    names: Mapping[str, str]
    earlier: str = ""
    lately_given: str = ""
    frames: int = 0  # since the last page
    _digests: dict[bytes, None] = field(default_factory=dict)  # of all posts given, oldest first
    _lately: dict[bytes, None] = field(default_factory=dict)  # of them, those since the last ``memory``
    _recent: deque[int] = field(default_factory=lambda: deque(maxlen=_CONFIRMED))
    _last: dict[str, tuple[str, dict[str, Any] | None]] = field(default_factory=dict)  # id: (rev, event)
    _given: dict[str, tuple[str, str]] = field(default_factory=dict)  # id: (rev, DID), oldest first
    _skipped: list[Skipped] = field(default_factory=list)
    _gone: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lately = _unpacked(self.lately_given)
        self._digests = _unpacked(self.earlier) | self._lately

    def is_full(self) -> bool:
        """Whether ``lately`` has grown so long that ``memory`` should be stored."""
        return len(self._lately) > _LATELY

    def memory(self) -> str:
        """All that the next visit should know of the posts that were given; ``lately`` begins anew."""
        self._lately = {}
        return _packed(self._digests)

    def lately(self) -> str:
        """What was given since the last ``memory``: short, to be stored with each page."""
        return _packed(self._lately)

    def take(self, frame: bytes) -> datetime | None:
        """Look at one frame; the time of its event, None if it is none."""
        self.frames += 1
        try:
            event = loads(frame)
        except ValueError:
            event = None
        at = event.get("time_us") if isinstance(event, dict) else None
        did = event.get("did") if isinstance(event, dict) else None
        if type(at) is not int or not _FIRST_US < at < _LAST_US or not isinstance(did, str):
            self._skipped.append(Skipped(reason=BAD_ROW, why="a frame of the stream that is no event"))
            return None
        self._recent.append(at)
        kind = event.get("kind")
        if kind == "commit" and member(event, "commit", "collection") == POST:
            self._commit(did, event)
        elif kind == "account" and member(event, "account", "status") in ("deleted", "takendown"):
            self._leave(did)
        return moment_of(at)

    def newest(self) -> datetime | None:
        """Time that the stream has reached; None in its first few events."""
        return moment_of(min(self._recent)) if len(self._recent) == _CONFIRMED else None

    def restart(self) -> None:
        """Forget the order: the next frames come from another connection."""
        self._recent.clear()

    def gather(self) -> Gathered:
        """What fits of all that came since the last call."""
        events = [(id, rev, event) for id, (rev, event) in self._last.items() if event is not None]
        skipped, self._skipped = self._skipped, []
        gone, self._gone = self._gone, {}
        self._last, self.frames = {}, 0
        posts = []
        for _, _, event in events:
            try:
                posts += [one for one in bluesky.convert(event) if isinstance(one, Post)]
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                skipped.append(refusal(error))
        revs = {id: (rev, event["did"]) for id, rev, event in events}
        posts = [post for post in posts if self._speaks(post)]
        kept = []
        for post, fits in zip(posts, fitting(self.query, posts, handles=self.names), strict=True):
            if fits and not post.text.strip():
                skipped.append(Skipped(id=post.id, reason=NO_TEXT, why=""))
            elif fits:
                kept.append(post)
                self._given.pop(post.id, None)
                self._given[post.id] = revs[post.id]
                self._digests[_digest(post.id)] = self._lately[_digest(post.id)] = None
        _forget_oldest(self._given)
        _forget_oldest(self._digests)
        return Gathered(posts=tuple(kept), skipped=tuple(skipped), gone=tuple(gone))

    def _commit(self, did: str, event: dict[str, Any]) -> None:
        commit = event["commit"]
        rkey, rev = commit.get("rkey"), commit.get("rev")
        id = bluesky.bsky_id(f"at://{did}/{POST}/{rkey}") if isinstance(rkey, str) else None
        if id is None:
            self._skipped.append(Skipped(reason=BAD_ROW, why="a post of the stream without its key"))
            return
        # Revisions of an account's repository sort by age, so that what is replayed changes nothing.
        rev = rev if isinstance(rev, str) else ""
        known = self._last.get(id) or self._given.get(id)
        if known and (rev or "~") <= known[0]:
            return
        if commit.get("operation") == "delete":
            if id in self._given or _digest(id) in self._digests:
                self._gone[id] = None
                self._given[id] = (rev, did)
            self._last[id] = (rev, None)
            return
        self._gone.pop(id, None)
        self._last[id] = (rev, event)

    def _leave(self, did: str) -> None:
        """An account is gone, and what it said with it."""
        for id, (_, author) in self._given.items():
            if author == did:
                self._gone[id] = None
        for id, (rev, event) in list(self._last.items()):
            if event is not None and event["did"] == did:
                self._last[id] = (rev, None)

    def _speaks(self, post: Post) -> bool:
        # Of a post that names no language, none can be ruled out.
        return not self.langs or not post.lang or post.lang.lower().split("-")[0] in self.langs


def named(post: Post, profile: Mapping[str, Any]) -> Post:
    """``post`` with the names of its account, whose DID it has."""
    handle = profile.get("handle")
    if not isinstance(handle, str) or not handle or handle == "handle.invalid":
        return post
    shown = profile.get("displayName")
    url = post.url and post.url.replace(f"/{post.author}/", f"/{handle}/", 1)
    name = shown.strip() or None if isinstance(shown, str) else None
    return replace(post, author=handle, author_name=name, url=url)


def moment_of(microseconds: int) -> datetime:
    """The instant of a time_us."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds_of(at: datetime) -> int:
    """The time_us of an instant."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def _forget_oldest(known: dict[Any, Any]) -> None:
    while len(known) > REMEMBERED:
        del known[next(iter(known))]


def _digest(id: str) -> bytes:
    return blake2b(id.encode(), digest_size=_DIGEST).digest()


def _packed(digests: Mapping[bytes, None]) -> str:
    return b64encode(b"".join(digests)).decode()


def _unpacked(cursor: str) -> dict[bytes, None]:
    try:
        packed = b64decode(cursor, validate=True)
    except ValueError:  # damaged: what was given is forgotten, nothing worse
        return {}
    return dict.fromkeys(packed[at : at + _DIGEST] for at in range(0, len(packed) - _DIGEST + 1, _DIGEST))
