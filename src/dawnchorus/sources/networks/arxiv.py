"""arXiv: what was announced today in categories (feeds), and papers by a search (API); no key.

A paper is shown some days after it was submitted. The daily feed dates papers by their announcement, which
is when people talk of them; the search dates them by their submission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from dawnchorus.errors import SourceError
from dawnchorus.model import Post
from dawnchorus.sources.formats import feeds
from dawnchorus.sources.networks.descending import Step, read_down
from dawnchorus.sources.networks.feed_reading import read_feed
from dawnchorus.sources.networks.options import hosts, number
from dawnchorus.sources.networks.paging import hours, names
from dawnchorus.sources.spans import Span, from_cursor, gaps
from dawnchorus.visits import Estimate, Page, Skipped, Visit

GAP_SECONDS: Final = 3.0
"""One request every three seconds, one connection: info.arxiv.org/help/api/tou.html."""

_PAGE: Final = 100
OVER_LIMIT: Final = "over the limit"
_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]{2,})?")
_FIRST = re.compile(rb"<opensearch:startIndex[^>]*>\s*(\d{1,9})\s*<")
_TOTAL = re.compile(rb"<opensearch:totalResults[^>]*>\s*(\d{1,9})\s*<")


class Arxiv:
    """New papers."""

    name = "arxiv"

    def __init__(
        self,
        *,
        categories: Sequence[str] = (),
        queries: Sequence[str] = (),
        most_papers: int = 200,
        overlap_hours: float = 96,
        feed: str = "https://rss.arxiv.org",
        api: str = "https://export.arxiv.org",
    ) -> None:
        """Check the options.

        Args:
            categories: "cs.CL", read together as one feed; new versions of papers are left out.
            queries: Searches as arXiv writes them: 'cat:cs.CL AND ti:"language model"'.
            most_papers: A day of the categories, and a query and run.
            overlap_hours: How long a paper may take from submission until the search has it.
            feed: Server of the feeds.
            api: Server of the search.

        Raises:
            ValueError: An option is wrong, or there is nothing to read.
        """
        self._categories, self._queries = (
            names(categories, option="categories"),
            names(queries, option="queries"),
        )
        for category in self._categories:
            if not _CATEGORY.fullmatch(category):
                raise ValueError(f'categories: {category!r:.40} is none; write it as "cs.CL"')
        if not (self._categories or self._queries):
            raise ValueError("nothing to read: give categories or queries")
        self._most = int(number(most_papers, option="most_papers", most=2000, least=1))
        self._overlap = hours(overlap_hours)
        (self._feed,), (self._api,) = hosts([feed], option="feed"), hosts([api], option="api")

    def estimate(self, visit: Visit) -> Estimate:
        """A request for the feed, one for each query with something to read."""
        wanted = (visit.start, min(visit.end, visit.now))
        asks = sum(
            bool(gaps(from_cursor(visit.cursors.get(f"query:{one}")), wanted)) for one in self._queries
        )
        return Estimate(
            requests=bool(self._categories) + asks, note="one more for each 100 papers of a query"
        )

    def pages(self, visit: Visit) -> Iterator[Page]:
        """The feed of the categories, then the queries."""
        if self._categories:
            together = "+".join(self._categories)
            yield self._limited(
                read_feed(
                    visit,
                    stream=f"new:{together}",
                    url=f"{self._feed}/rss/{together}",
                    gap_seconds=GAP_SECONDS,
                )
            )
        for query in self._queries:
            if visit.stop():
                return
            yield from self._found(visit, query)

    def _limited(self, page: Page) -> Page:
        """The first papers of ``page``, which are in order of category and number."""
        over = tuple(
            Skipped(id=post.id, reason=OVER_LIMIT, why=f"most_papers = {self._most}")
            for post in page.posts[self._most :]
        )
        return replace(page, posts=page.posts[: self._most], skipped=(*page.skipped, *over))

    def _found(self, visit: Visit, query: str) -> Iterator[Page]:
        def ask(first: int, gap: Span) -> Step[int]:
            answer = visit.http.get(
                f"{self._api}/api/query",
                params={
                    "search_query": f"({query}) AND submittedDate:[{_minute(gap[0])} TO {_minute(gap[1])}]",
                    "start": str(first),
                    "max_results": str(min(_PAGE, self._most)),
                    "sortBy": "submittedDate",
                    "sortOrder": "descending",
                },
                gap_seconds=GAP_SECONDS,
            )
            what = f"arXiv, query {query!r:.60}"
            total = _TOTAL.search(answer.body)
            if b"arxiv.org/api/errors" in answer.body:
                raise SourceError(f"{what}: refused; see info.arxiv.org/help/api/user-manual.html on queries")
            if not feeds.is_feed(answer.body[: feeds.HEAD]) or total is None:
                raise SourceError(f"{what}: a page instead of a feed")
            if feeds.is_cut(answer.body):
                raise SourceError(f"{what}: cut off")
            if (begins := _FIRST.search(answer.body)) and int(begins[1]) != first:
                raise SourceError(
                    f"{what}: repeats itself, a page from {int(begins[1])} where {first} was asked"
                )
            found = tuple(feeds.convert_xml(answer.body, url=answer.url))
            left = int(total[1]) - first - len(found)
            if not found and left > 0:  # it does that when it is busy
                raise SourceError(f"{what}: an empty page where {left} papers are left")
            times = [one.created_at for one in found if isinstance(one, Post) and one.created_at]
            return Step(
                found=found,
                keys=tuple(one.id or "" for one in found),
                down_to=min(times, default=None),
                then=first + len(found) if left > 0 else None,
            )

        return read_down(
            visit,
            stream=f"query:{query}",
            overlap=self._overlap,
            most_posts=self._most,
            enter=lambda gap: 0,
            ask=ask,
        )


def _minute(at: datetime) -> str:
    """As arXiv writes it, in GMT; a range holds both its ends."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M}"
