"""Listings that go from the newest post down, read into the gaps that earlier visits left.

Servers show posts late: what was read less than ``overlap`` ago is not taken for settled and is
read again by the next visit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from dawnchorus.errors import AccessDenied, NotFound, SourceError
from dawnchorus.sources.networks.paging import AGAIN, divide, told
from dawnchorus.sources.spans import Span, add, from_cursor, gaps, to_cursor
from dawnchorus.sources.values import Converted
from dawnchorus.visits import Page, Visit

Place = TypeVar("Place")

TICK: Final = timedelta(milliseconds=1)
"""The finest step in which the networks order posts; several may share one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[Place]):
    """A page of a listing."""

    found: tuple[Converted, ...]
    keys: tuple[str, ...]  # of what the page lists; a page that lists nothing unseen is a loop
    down_to: datetime | None = None  # time of the last in the order of the listing; None: it lists nothing
    then: Place | None = None  # where the listing goes on; None: it has ended


def read_down(
    visit: Visit,
    *,
    stream: str,
    overlap: timedelta,
    most_posts: int,
    enter: Callable[[Span], Place],
    ask: Callable[[Place, Span], Step[Place]],
    jumps: bool = True,
) -> Iterator[Page]:
    """Read what ``stream`` lacks of the visit's span, newest first; faults end it, with a page.

    Args:
        visit: Its cursor of ``stream`` holds the spans that are settled.
        stream: Name of the listing.
        overlap: How late the server may show a post.
        most_posts: How many listed posts to look at in this visit.
        enter: Where the listing of a gap begins.
        ask: Gets a page of the listing of a gap; raises SourceError.
        jumps: Whether ``enter`` can begin in the past. If not, all gaps are walked as one.
    """
    read = from_cursor(visit.cursors.get(stream))
    todo = gaps(read, (visit.start, min(visit.end, visit.now)))
    if todo and not jumps:
        todo = ((todo[-1][0], max(todo[0][1], visit.now)),)
    left = most_posts
    for gap in todo:
        place: Place | None = enter(gap)
        seen: set[str] = set()
        while place is not None:
            try:
                step = ask(place, gap)
                if step.keys and step.down_to is None:
                    raise SourceError("the listing gives no times: it cannot be told how far it went")
                if step.keys and step.then is not None and seen.issuperset(step.keys):
                    raise SourceError(f"the listing repeats itself at {_minute(step.down_to)}")
            except SourceError as error:
                yield Page(stream=stream, fault=_told(error))
                return
            seen.update(step.keys)
            left -= len(step.keys)
            ended = step.then is None or (step.down_to is not None and step.down_to < gap[0])
            fault = ""
            if not ended and left <= 0:
                fault = f"most_posts = {most_posts} reached at {_minute(step.down_to)}; {AGAIN}, or raise it"
            read = add(read, _settled(gap, step, ended=ended, until=visit.now - overlap))
            posts, skipped = divide(step.found)
            yield Page(posts=posts, skipped=skipped, stream=stream, cursor=to_cursor(read), fault=fault)
            if fault or visit.stop():
                return
            place = None if ended else step.then


def _told(error: SourceError) -> str:
    return str(error) if isinstance(error, AccessDenied | NotFound) else told(error)


def _settled(gap: Span, step: Step[Place], *, ended: bool, until: datetime) -> Span:
    # Another post of the same tick may stand on the page after this one.
    first = gap[0] if ended or step.down_to is None else max(gap[0], step.down_to + TICK)
    return first, min(gap[1], until)


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "its beginning"
