"""One visit to one source, in a thread of its own: whatever the plug-in does, it costs that plug-in alone."""

from __future__ import annotations

import re
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, Final, Literal
from urllib.parse import quote, quote_plus

from dawnchorus.errors import DawnchorusError, SourceError
from dawnchorus.model import Post, Window
from dawnchorus.plugins import PagedSource, Source
from dawnchorus.visits import Answer, Http, Page, Visit

SOURCE_PAGE: Final = 500
"""Posts that are stored at once of a source that does not page."""

_LONGEST_REASON: Final = 600
_SHOWN_FAULTS: Final = 3
_KEY: Final = re.compile(r"(?:TOKEN|KEY|SECRET|PASSWORD|PASS|JWT)$", re.IGNORECASE)
_LEAST_KEY: Final = 8  # characters; a shorter one may be a word of posts
_SHORTEST_SECRET: Final = 4  # a shorter one would cut up every message and protects nothing

_HASH: Final = re.compile(r":[0-9a-f]{12}$")  # of options, in the names of streams that would be too long
_ASKED: Final = re.compile(
    r"(?P<host>(?:[\w-]+\.)+[\w-]+(?::\d+)?)(?:/\S*)?: "
)  # as the door begins a message

Store = Callable[[Page], tuple[Post, ...]]
Status = Literal["ok", "empty", "partial", "failed"]


class Secrets:
    """Keys from the environment; remembers what was asked for, so that no message shows it."""

    def __init__(self, get: Callable[[str], str | None]) -> None:
        self._get = get
        self._known: dict[str, str] = {}
        self._sent: set[str] = set()
        self.missing: set[str] = set()

    def __call__(self, name: str) -> str | None:
        """The value without space around it; one that is empty, as unset secrets are in CI, is None."""
        value = (self._get(name) or "").strip() or None
        if value is None:
            self.missing.add(name)
        else:
            self._known[name] = value
        return value

    def note_sent(self, headers: Mapping[str, str]) -> None:
        """Remember what went out as authorization: what a login gave is not in the environment."""
        for name, value in headers.items():
            if name.lower() == "authorization" and (word := value.rpartition(" ")[2]):
                self._sent.add(word)

    def keys(self) -> frozenset[str]:
        """Values that nobody may see, whole; a variable for a name or an address holds none."""
        held = {value for name, value in list(self._known.items()) if _KEY.search(name)}
        return frozenset(value for value in held | set(self._sent) if len(value) >= _LEAST_KEY)

    def redact(self, text: str) -> str:
        """``text`` with the name of its variable in place of every value, however it is written in a URL."""
        forms = {
            form: name
            for name, value in list(self._known.items())
            for form in (value, quote(value, safe=""), quote(value), quote_plus(value))
            if len(value) >= _SHORTEST_SECRET
        }
        forms |= {value: "key" for value in self.keys() if value not in forms}
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, f"[{forms[form]}]")
        return text


class CountedHttp:
    """Counts what a visit asks; ``visits.Http``."""

    def __init__(self, http: Http, *, note_sent: Callable[[Mapping[str, str]], object]) -> None:
        self._http, self._note_sent, self.requests = http, note_sent, 0

    def get(self, url: str, **options: Any) -> Answer:
        """See ``visits.Http``."""
        self.requests += 1
        self._note_sent(options.get("headers") or {})
        return self._http.get(url, **options)

    def post(self, url: str, **options: Any) -> Answer:
        """See ``visits.Http``."""
        self.requests += 1
        self._note_sent(options.get("headers") or {})
        return self._http.post(url, **options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a visit went, as far as the source is concerned."""

    status: Status
    posts: int  # distinct ones of the span
    reason: str


class Visiting:
    """A visit at work."""

    def __init__(
        self,
        source: Source | PagedSource,
        visit: Visit,
        *,
        tz: str,
        store: Store,
        redact: Callable[[str], str],
        ended: Callable[[], object],
    ) -> None:
        """Prepare to read ``source``.

        Args:
            source: As the plug-in made it.
            visit: What it may use.
            tz: Zone of the window that a source which does not page is asked for.
            store: Stores a page and gives its usable posts; the next page is asked for when it returns.
            redact: Takes secrets out of a message.
            ended: Called in the thread when it ends by itself.
        """
        self._source, self._visit, self._tz = source, visit, tz
        self._store, self._redact, self._ended = store, redact, ended
        self._lock = threading.Lock()
        self._left = False
        self._begun = monotonic()
        self.seconds = 0.0
        self.done = False
        self.broken: DawnchorusError | None = None  # our own side failed: the disk is full
        self._faults: dict[str, list[str]] = {}  # why, and the streams it does not name itself
        self._sound: set[str] = set()  # streams that were read well
        self._faulty: set[str] = set()
        self._ids: set[str] = set()
        self._counted = 0  # posts whose ids were forgotten
        self._thread = threading.Thread(target=self._run, name=f"visit {source.name!s:.30}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def leave(self, reason: str) -> None:
        """Take nothing more from a source that does not end; its thread ends with the process at last."""
        with self._lock:
            self._left = True
            if not self.done:
                self.seconds = monotonic() - self._begun
                if reason:
                    self._faults.setdefault(reason, [])

    def fault(self, reason: str, stream: str = "") -> None:
        """Note what went wrong and what is to be done; the same is noted once, with all its streams."""
        with self._lock:
            if not self._left:
                streams = self._faults.setdefault(reason, [])
                if stream and stream not in streams:
                    streams.append(stream)

    def forget_ids(self) -> None:
        """Count anew which posts are distinct: a visit that goes on for ever cannot remember all."""
        with self._lock:
            self._counted += len(self._ids)
            self._ids.clear()

    def outcome(self, *, had_posts: bool) -> Outcome:
        """How it went; ``had_posts``: whether the archive has posts of the span from earlier visits."""
        with self._lock:
            faults = [_of_streams(why, streams) for why, streams in self._faults.items()]
            posts = self._counted + len(self._ids)
        if not faults:
            return Outcome(status="ok" if posts or had_posts else "empty", posts=posts, reason="")
        more = f"; and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
        reason = "; ".join(faults[:_SHOWN_FAULTS]) + more
        some = bool(posts or self._sound - self._faulty)
        return Outcome(
            status="partial" if some else "failed", posts=posts, reason=one_line(self._redact(reason))
        )

    def _run(self) -> None:
        try:
            for page in self._pages():
                self._take(page)
        except _LeftError:
            return
        except SourceError as error:
            self.fault(str(error) or type(error).__name__)
        except BaseException as error:  # other people's code, in a thread of its own
            self.fault(_bug(error))
        finally:
            with self._lock:
                self.seconds = self.seconds or monotonic() - self._begun
                self.done = True
            self._ended()

    def _pages(self) -> Iterator[Page]:
        if isinstance(self._source, PagedSource):
            return iter(self._source.pages(self._visit))
        return self._batches(self._source)

    def _batches(self, source: Source) -> Iterator[Page]:
        posts = iter(source.fetch(window_of((self._visit.start, self._visit.end), self._tz)))
        while True:
            batch: list[Post] = []
            fault = None
            try:
                batch.extend(islice(posts, SOURCE_PAGE))
            except BaseException as error:
                fault = error  # what came before it is kept
            if batch:
                yield Page(posts=tuple(batch))
            if fault:
                raise fault
            if len(batch) < SOURCE_PAGE or self._visit.stop():
                return

    def _take(self, page: Page) -> None:
        if not isinstance(page, Page):
            raise TypeError(f"gave a {type(page).__name__} instead of a Page")
        with self._lock:
            if self._left:
                raise _LeftError
            try:
                posts = self._store(page)
            except DawnchorusError as error:
                self.broken = error
                raise _LeftError from error
            start, end = self._visit.start, self._visit.end
            self._ids.update(post.id for post in posts if _touches(post, start, end))
            (self._faulty if page.fault else self._sound).add(page.stream)
        if page.fault:
            self.fault(*_told_of(page.fault, page.stream))


class _LeftError(Exception):
    """Nobody takes pages any more."""


def window_of(span: tuple[datetime, datetime], tz: str) -> Window:
    """The days in ``tz`` that hold ``span``, cut off at its end."""
    zone = Window(first=date(2000, 1, 1), last=date(2000, 1, 1), tz=tz).zone
    first = span[0].astimezone(zone).date()
    last = (span[1] - timedelta(microseconds=1)).astimezone(zone).date()
    return Window(first=first, last=max(first, last), tz=tz, until=span[1])


def one_line(text: str) -> str:
    """``text`` as one printable line of a bearable length."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "…"


def _touches(post: Post, start: datetime, end: datetime) -> bool:
    if post.created_at is not None:
        return start <= post.created_at < end
    return post.day is None or start.date() <= post.day <= end.date()


def _told_of(why: str, stream: str) -> tuple[str, str]:
    """A fault and its stream for people: what the stream's name says the fault need not say again."""
    stream = _HASH.sub("", stream)
    if stream and (asked := _ASKED.match(why)):
        host, rest = asked["host"], why[asked.end() :]
        why = rest if host in stream else f"{host}: {rest}"
    return why, "" if stream in why else stream


def _of_streams(why: str, streams: Sequence[str]) -> str:
    """A fault that many streams share is told once: a network that is down has one reason, not twenty."""
    if not streams:
        return why
    more = f" and {len(streams) - 1} more" if len(streams) > 1 else ""
    return f"{streams[0]}{more}: {why}"


def _bug(error: BaseException) -> str:
    """A fault of a plug-in's code, with its place."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    words = str(error)
    said = f": {words}" if words else ""
    return f"{type(error).__name__}{said}{place}; a fault of the plug-in, tell who keeps it"
