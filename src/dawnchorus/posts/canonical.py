"""Links of posts by the pages they lead to, once those have been asked where they really are."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from dawnchorus.posts.clean import MOST_CHARACTERS
from dawnchorus.posts.links import canonical, domain, find_links

# They show nothing to those who are not logged in; their addresses are canonical as they are.
_CLOSED = ("x.com", "facebook.com", "instagram.com", "linkedin.com", "threads.net", "threads.com")
_STEPS = 3  # from a short link over another to the page


def most_linked(posts: pl.DataFrame, *, known: Collection[str], most: int) -> list[tuple[str, str]]:
    """Links worth a look, those of most posts first: ``urls`` entry, and the address as it was written.

    Args:
        posts: CLEANED, or more columns.
        known: Entries of ``urls`` that need no look.
        most: How many at most.
    """
    counted = (
        posts.select(key=pl.col("urls").explode())
        .drop_nulls()
        .group_by("key")
        .len()
        .filter(~pl.col("key").is_in(list(known)))
        .sort(["len", "key"], descending=[True, False])
    )
    keys = [key for key in counted["key"].to_list() if domain(key) not in _CLOSED][:most]
    wanted = dict.fromkeys(keys, "")
    linking = posts.filter(pl.col("urls").list.eval(pl.element().is_in(keys)).list.any())
    for text, links in linking.sort("id").select(pl.col("text", "links")).iter_rows():
        cut = (text or "")[:MOST_CHARACTERS]
        for address in (*(links or ()), *(cut[start:end] for start, end in find_links(cut))):
            key = canonical(address)
            if key in wanted and not wanted[key]:
                wanted[key] = address
    # What cannot be found in the text again (entities, hidden characters) opens as it is compared.
    return [(key, address or key) for key, address in wanted.items()]


def with_pages(posts: pl.DataFrame, pages: pl.DataFrame) -> pl.DataFrame:
    """Name in ``urls`` the pages that links lead to; links that lead to one page stand once.

    ``domains`` stay those of the links as they were posted: what a report counts, anyone must be able to
    count again who has the posts.

    Args:
        posts: CLEANED, or more columns.
        pages: ``url``, an entry of ``urls``, and ``address``, where it leads or null.
    """
    leads = {}
    for url, address in pages.select("url", "address").iter_rows():
        target = canonical(address or "")
        if target and target != url:
            leads[url] = target
    if not leads:
        return posts
    ends = {url: _end(url, leads) for url in leads}
    page = pl.element().replace_strict(ends, default=pl.element())
    return posts.with_columns(pl.col("urls").list.eval(page.unique(maintain_order=True)))


def _end(url: str, leads: dict[str, str]) -> str:
    for _ in range(_STEPS):
        if url not in leads:
            break
        url = leads[url]
    return url
