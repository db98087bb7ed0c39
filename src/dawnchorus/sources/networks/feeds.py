"""Feeds of any site: RSS, RDF, Atom, JSON Feed, by their address or that of a page that has one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final

from dawnchorus.sources.networks.feed_reading import read_feed
from dawnchorus.sources.networks.paging import names
from dawnchorus.sources.values import link
from dawnchorus.visits import Estimate, Page, Visit

AT_ONCE: Final = 6
"""Feeds of different hosts wait for one another's servers; the door keeps to few requests a host."""


class Feeds:
    """What feeds show now; they go no way back."""

    name = "feeds"

    def __init__(self, *, urls: Sequence[str] = ()) -> None:
        """Check the options.

        Args:
            urls: Addresses of feeds, or of pages that have one. "example.com" is https://example.com.

        Raises:
            ValueError: One is no address, or there are none.
        """
        self._urls = tuple(dict.fromkeys(map(_address, names(urls, option="urls"))))
        if not self._urls:
            raise ValueError("nothing to read: give urls")

    def estimate(self, visit: Visit) -> Estimate:
        """A request a feed."""
        return Estimate(requests=len(self._urls), note="a few more where a page's feed is looked for")

    def pages(self, visit: Visit) -> Iterator[Page]:
        """A page a feed, in the order of the topic, however fast their servers are."""
        return read_feeds(visit, {url: url for url in self._urls})


def read_feeds(visit: Visit, feeds: dict[str, str], *, gap_seconds: float = 0.0) -> Iterator[Page]:
    """A page of each of ``feeds`` (stream: address), in their order, a few at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        left = iter(feeds.items())
        while some := list(islice(left, AT_ONCE)):  # no more pages in memory than these
            yield from pool.map(
                lambda one: read_feed(visit, stream=one[0], url=one[1], gap_seconds=gap_seconds), some
            )
            if visit.stop():
                return


def _address(written: str) -> str:
    url = written if "://" in written else f"https://{written}"
    if link(url) is None or " " in url or ("." not in url.partition("://")[2] and "localhost" not in url):
        raise ValueError(f"urls: {written!r:.80} is no web address")
    return url
