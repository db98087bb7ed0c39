"""Keys that a server sends back are not stored: what is stored may be published."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import fields, replace
from typing import Final

from dawnchorus.model import Post
from dawnchorus.visits import Page, Skipped

_FIELDS: Final = tuple(field.name for field in fields(Post))
_WHY: Final = "holds a key of this machine; not kept"


def without_keys(page: Page, keys: Collection[str]) -> Page:
    """``page`` without posts, ids and cursors that hold one of ``keys``, which are cut out of reasons too.

    A post is left out and not mended: its words are quoted as they stand, or not at all. Without its cursor
    the stream is read again.
    """
    if not keys:
        return page
    pattern = re.compile("|".join(map(re.escape, sorted(keys, key=len, reverse=True))))
    if not any(map(pattern.search, _texts(page))):
        return page

    def holds(text: str | None) -> bool:
        return bool(text and pattern.search(text))

    kept = tuple(post for post in page.posts if not any(map(holds, _words(post))))
    left_out = [Skipped(reason="bad row", why=_WHY)] * (len(page.posts) - len(kept))
    return replace(
        page,
        posts=kept,
        skipped=(
            *(
                replace(one, why=pattern.sub("[key]", one.why), id=None if holds(one.id) else one.id)
                for one in page.skipped
            ),
            *left_out,
        ),
        gone=tuple(id for id in page.gone if not holds(id)),
        cursor=None if holds(page.cursor) else page.cursor,
    )


def _texts(page: Page) -> list[str]:
    texts = [page.cursor or "", *page.gone]
    for one in page.skipped:
        texts += [one.why, one.id or ""]
    for post in page.posts:
        texts += _words(post)
    return texts


def _words(post: Post) -> list[str]:
    if not isinstance(post, Post):  # the intake refuses it
        return []
    found = [value for name in _FIELDS if isinstance(value := getattr(post, name), str)]
    return found + [link for link in post.links if isinstance(link, str)]
