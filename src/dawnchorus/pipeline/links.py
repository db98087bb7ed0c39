"""Look at the pages that posts link to, most linked first, each once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl

from dawnchorus import __version__
from dawnchorus.model import Window
from dawnchorus.posts.canonical import most_linked
from dawnchorus.sources.web.door import Door, user_agent
from dawnchorus.sources.web.pages import LinkedPage, fetch_pages
from dawnchorus.store.pages import PAGES, add_pages, read_pages
from dawnchorus.visits import Http

MOST_PAGES = 200  # an edition
_STORED_TOGETHER = 40  # what a killed run loses at most


def links_door(contact: str | None) -> Door:
    """The door that addresses out of strangers' posts are opened through: it trusts no host, asks once."""
    return Door(
        user_agent=user_agent(__version__, contact), patience_seconds=5, deadline_seconds=15, attempts=1
    )


def fetch_links(
    posts: pl.DataFrame,
    window: Window,
    *,
    now: datetime,
    data: Path,
    http: Http,
    most: int = MOST_PAGES,
    stop: Callable[[], bool] = lambda: False,
) -> str:
    """Fetch pages that ``posts`` link to and no run has looked at, and remember them under ``data``.

    A page that failed for a passing reason is asked for again by the next run.

    Args:
        posts: CLEANED or KEPT, on topic.
        window: Of the posts; an edition sees pages of its last day and before.
        now: Aware.
        data: Folder of archive and ledger.
        http: See :func:`links_door`.
        most: How many pages at most.
        stop: Whether to end after the pages in hand.

    Returns:
        What was done, in one line; "" for nothing.
    """
    day = window.last
    seen = read_pages(data)
    linked = posts.select(url=pl.col("urls").explode()).drop_nulls().unique()
    earlier = seen.filter(pl.col("day") > day).join(linked, on="url", how="semi")
    if earlier.height:
        add_pages(data, earlier.with_columns(day=pl.lit(day)))
    wanted = most_linked(posts, known=frozenset(seen["url"]), most=most)
    asked = failed = 0
    for first in range(0, len(wanted), _STORED_TOGETHER):
        if stop():
            break
        keys = {address: key for key, address in wanted[first : first + _STORED_TOGETHER]}
        pages = list(fetch_pages(keys, http=http))
        add_pages(data, _rows([page for page in pages if not page.passing], keys, day=day, now=now))
        asked += len(pages)
        failed += sum(bool(page.fault) for page in pages)
    return f"links: {asked} pages asked for, {failed} of them could not be read" if asked else ""


def _rows(pages: list[LinkedPage], keys: dict[str, str], *, day: date, now: datetime) -> pl.DataFrame:
    rows = [
        {
            "url": keys[page.url],
            "day": day,
            "address": page.address,
            "title": page.title,
            "site": page.site,
            "fault": page.fault,
            "fetched_at": now,
        }
        for page in pages
    ]
    return pl.DataFrame(rows, schema=PAGES)
