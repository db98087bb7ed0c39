"""Hacker News: stories and comments by time through Algolia's search; Firebase if that is down."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dawnchorus.errors import SourceError
from dawnchorus.sources import spans
from dawnchorus.sources.formats import hackernews as form
from dawnchorus.sources.networks.descending import Step, read_down
from dawnchorus.sources.networks.options import hosts, number
from dawnchorus.sources.networks.paging import attempts, divide, hours, names, told
from dawnchorus.sources.spans import Span
from dawnchorus.sources.values import items, member, word
from dawnchorus.sources.web.answers import read_json
from dawnchorus.visits import Estimate, Page, Visit

_MOST_HITS: Final = 1000
"""Hits that one query shows at most, whatever the page: github.com/algolia/hn-search/issues/230."""

_MOST_ITEMS: Final = 300
"""Stories read one by one when the search is down: about eight hours of them."""

_POINTS_TAKE: Final = timedelta(days=2)
"""In which a story gets its points; comments are looked for under stories as old."""

_STORIES_AT_ONCE: Final = 40  # ids in one query
_LAST_SECOND: Final = 4_102_444_800  # 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """A query that is read on from where it was left."""

    stream: str
    tags: str
    query: str = ""
    points: int = 0
    overlap: timedelta


class HackerNews:
    """Stories, and comments if asked for."""

    name = "hackernews"

    def __init__(
        self,
        *,
        queries: Sequence[str] = (),
        comments: bool = False,
        threads: bool = False,
        min_points: int = 0,
        overlap_hours: float = 6,
        most_posts: int = 20_000,
        search: str = "https://hn.algolia.com",
        items: str = "https://hacker-news.firebaseio.com",
    ) -> None:
        """Check the options.

        Args:
            queries: What to search for, each on its own; none: everything.
            comments: Also comments whose own words match.
            threads: Also all comments under stories that match; needs ``queries``.
            min_points: Least points of a story.
            overlap_hours: How long a post may take to show up.
            most_posts: A stream and run.
            search: Server of the search.
            items: Server of single stories, asked if the search is down.

        Raises:
            ValueError: An option is wrong.
        """
        for option, value in (("comments", comments), ("threads", threads)):
            if not isinstance(value, bool):
                raise ValueError(f"{option}: {value!r:.40} is neither true nor false")
        self._queries = names(queries, option="queries") or ("",)
        if threads and not queries:
            raise ValueError("threads: needs queries; for all comments write comments = true")
        self._comments, self._threads = comments, threads
        self._points = int(number(min_points, option="min_points", most=100_000))
        self._overlap = hours(overlap_hours)
        self._most = int(number(most_posts, option="most_posts", most=1_000_000, least=1))
        (self._search,), (self._items,) = hosts([search], option="search"), hosts([items], option="items")

    def estimate(self, visit: Visit) -> Estimate:
        """A request a listing and gap."""
        wanted = (visit.start, min(visit.end, visit.now))
        streams = [one.stream for one in self._listings()]
        streams += [f"thread:{query}" for query in self._queries if self._threads for _ in range(2)]
        gaps = (spans.gaps(spans.from_cursor(visit.cursors.get(one)), wanted) for one in streams)
        return Estimate(requests=sum(map(len, gaps)), note="one more for each 1,000 posts")

    def pages(self, visit: Visit) -> Iterator[Page]:
        """Stories by query, then comments by query, then comments under the stories."""
        lost: list[_Listing] = []
        for listing in self._listings():
            yield from self._listed(visit, listing, failed=lost)
            if visit.stop():
                return
        if stories := [listing for listing in lost if listing.tags == "story"]:
            yield from self._one_by_one(visit, stories)
        for query in self._queries if self._threads else ():
            yield from self._under_stories(visit, query)
            if visit.stop():
                return

    def _listings(self) -> Iterator[_Listing]:
        for query in self._queries:
            yield self._stories(query)
        for query in self._queries if self._comments else ():
            yield _Listing(stream=f"comment:{query}", tags="comment", query=query, overlap=self._overlap)

    def _stories(self, query: str) -> _Listing:
        return _Listing(
            stream=f"story:{query}" + (f" points>={self._points}" if self._points else ""),
            tags="story",
            query=query,
            points=self._points,
            # A story that is below the mark now may be above it tomorrow.
            overlap=max(self._overlap, _POINTS_TAKE) if self._points else self._overlap,
        )

    def _listed(self, visit: Visit, listing: _Listing, *, failed: list[_Listing]) -> Iterator[Page]:
        def ask(before: int, gap: Span) -> Step[int]:
            try:
                return self._step(visit, listing, gap[0], before)
            except SourceError:
                failed.append(listing)
                raise

        return read_down(
            visit,
            stream=listing.stream,
            overlap=listing.overlap,
            most_posts=self._most,
            enter=_after,
            ask=ask,
        )

    def _step(self, visit: Visit, listing: _Listing, start: datetime, before: int) -> Step[int]:
        hits, more = self._hits(visit, listing, since=math.floor(start.timestamp()), before=before)
        times = _times(hits)
        return Step(
            found=tuple(attempts(form.convert, hits)),
            keys=tuple(word(member(hit, "objectID")) or "" for hit in hits),
            down_to=datetime.fromtimestamp(min(times), UTC) if times else None,
            # The second that the answer ends in may hold more than it shows.
            then=min(times) + 1 if more and times else None,
        )

    def _hits(self, visit: Visit, listing: _Listing, *, since: int, before: int) -> tuple[list[Any], bool]:
        """Hits newest first, and whether there are more."""
        filters = [f"created_at_i>={since}", f"created_at_i<{before}"]
        if listing.points:
            filters.append(f"points>={listing.points}")
        params = {
            "tags": listing.tags,
            "numericFilters": ",".join(filters),
            "hitsPerPage": str(_MOST_HITS),
            "attributesToHighlight": "",
        }
        if listing.query:
            # A near miss ("GPU" for "GPT") is no hit, and quotation marks hold words together.
            params |= {"query": listing.query, "typoTolerance": "false", "advancedSyntax": "true"}
        what = "Hacker News search"
        answer = visit.http.get(f"{self._search}/api/v1/search_by_date", params=params)
        body = read_json(answer, what=what)
        hits, number = member(body, "hits"), member(body, "nbHits")
        if not isinstance(hits, list):
            raise SourceError(f"{what}: the answer holds no hits; its form may have changed, tell us")
        return hits, len(hits) < number if isinstance(number, int) else len(hits) >= _MOST_HITS

    def _under_stories(self, visit: Visit, query: str) -> Iterator[Page]:
        """Comments on stories that match, whatever their own words."""
        stream = f"thread:{query}"
        read = spans.from_cursor(visit.cursors.get(stream))
        for gap in spans.gaps(read, (visit.start, min(visit.end, visit.now))):
            try:
                ids = self._talked_about(visit, query, gap)
            except SourceError as error:
                yield Page(stream=stream, fault=told(error))
                return
            # Which stories there are differs from run to run, so parts of a gap do not count as read.
            part = replace(visit, start=gap[0], end=gap[1], cursors={})
            for first in range(0, len(ids), _STORIES_AT_ONCE):
                some = ",".join(f"story_{id}" for id in ids[first : first + _STORIES_AT_ONCE])
                listing = _Listing(stream=stream, tags=f"comment,({some})", overlap=self._overlap)
                for one in self._listed(part, listing, failed=[]):
                    yield replace(one, cursor=None)
                    if one.fault or visit.stop():
                        return
            read = spans.add(read, (gap[0], min(gap[1], visit.now - self._overlap)))
            yield Page(stream=stream, cursor=spans.to_cursor(read))

    def _talked_about(self, visit: Visit, query: str, gap: Span) -> list[str]:
        """Ids of matching stories that are young enough to be talked about, and are."""
        found: dict[str, None] = {}
        since = math.floor((gap[0] - _POINTS_TAKE).timestamp())
        before: int | None = _after(gap)
        while before is not None:
            hits, more = self._hits(visit, self._stories(query), since=since, before=before)
            times = _times(hits)
            found |= {id: None for hit in hits if member(hit, "num_comments") and (id := _number(hit))}
            then = min(times) + 1 if more and times else None
            before = then if then is not None and then < before else None
        return list(found)

    def _one_by_one(self, visit: Visit, lost: Sequence[_Listing]) -> Iterator[Page]:
        """The newest stories from Firebase. No cursor moves: the search fills the rest in later."""
        stream = lost[0].stream
        try:
            ids = self._ids(visit)
            with ThreadPoolExecutor(2) as pool:
                for first in range(0, len(ids), 50):
                    found = list(pool.map(lambda id: self._item(visit, id), ids[first : first + 50]))
                    gone = tuple(f"hackernews:{item['id']}" for item in found if _is_gone(item))
                    wanted = [item for item in found if isinstance(item, dict) and _is_wanted(item, lost)]
                    posts, skipped = divide(attempts(form.convert, wanted))
                    yield Page(posts=posts, skipped=skipped, gone=gone, stream=stream)
                    times = [at for item in found if type(at := member(item, "time")) is int]
                    if visit.stop() or (times and min(times) < visit.start.timestamp()):
                        return
        except SourceError as error:
            yield Page(stream=stream, fault=told(error))

    def _ids(self, visit: Visit) -> list[int]:
        found: set[int] = set()
        for listing in ("newstories", "topstories"):
            answer = visit.http.get(f"{self._items}/v0/{listing}.json")
            found |= {id for id in items(read_json(answer, what="Hacker News items")) if type(id) is int}
        return sorted(found, reverse=True)[:_MOST_ITEMS]

    def _item(self, visit: Visit, id: int) -> Any:
        return read_json(visit.http.get(f"{self._items}/v0/item/{id}.json"), what="Hacker News items")


def _times(hits: Sequence[Any]) -> list[int]:
    """When the hits were posted, in seconds of the epoch; what is no time of a calendar is left out."""
    return [at for hit in hits if type(at := member(hit, "created_at_i")) is int and 0 < at < _LAST_SECOND]


def _number(hit: Any) -> str | None:
    id = word(member(hit, "objectID"))
    return id if id and id.isascii() and id.isdigit() else None


def _after(gap: Span) -> int:
    return math.ceil(gap[1].timestamp())


def _is_gone(item: Any) -> bool:
    return isinstance(item, dict) and "id" in item and bool(item.get("deleted") or item.get("dead"))


def _is_wanted(item: dict[str, Any], lost: Sequence[_Listing]) -> bool:
    """Whether a story holds all words of one of the queries, about as the search would find it."""
    if _is_gone(item) or item.get("type") not in ("story", "job", "poll"):
        return False
    text = f"{item.get('title') or ''} {item.get('text') or ''} {item.get('url') or ''}".casefold()
    points = item.get("score")
    return any(
        all(part in text for part in one.query.casefold().replace('"', "").split())
        and (not one.points or (isinstance(points, int) and points >= one.points))
        for one in lost
    )
