"""A source visited as a run would do it: cursors kept, posts kept once, pages remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dawnchorus.model import Post
from dawnchorus.plugins import PagedSource
from dawnchorus.query import Query
from dawnchorus.sources.web.door import Door
from dawnchorus.visits import Page, Visit


class NoBudget:
    """For sources that cost nothing: any use of it fails the test."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a free source asked for its budget: {name}")


@dataclass
class Reader:
    """What an archive would hold after some visits."""

    posts: dict[str, Post] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)

    @property
    def faults(self) -> list[str]:
        return [page.fault for page in self.pages if page.fault]

    def visit(
        self,
        source: PagedSource,
        *,
        start: datetime,
        now: datetime,
        end: datetime | None = None,
        secrets: Mapping[str, str] | None = None,
        query: Query | None = None,
        pages: int = 10_000,
        **more: Any,
    ) -> list[Page]:
        """Visit until the source ends, or is killed after ``pages``."""
        self.pages = []
        with door() as http:
            visit = Visit(
                start=start,
                end=end or now + timedelta(days=1),
                now=now,
                http=http,
                budget=NoBudget(),
                cursors=dict(self.cursors),
                query=query,
                secret=(secrets or {}).get,
                **more,
            )
            for page in source.pages(visit):
                self.pages.append(page)
                self.posts |= {post.id: post for post in page.posts}
                for gone in page.gone:
                    self.posts.pop(gone, None)
                for post in page.posts:
                    self.times[post.id] = self.times.get(post.id, 0) + 1
                if page.cursor is not None:
                    self.cursors[page.stream] = page.cursor
                if len(self.pages) >= pages:
                    break
        return self.pages


@contextmanager
def door(**more: Any) -> Iterator[Door]:
    with Door(
        user_agent="dawnchorus tests",
        trusted_hosts=["127.0.0.1", "localhost"],
        sleep=lambda _: None,
        **{"deadline_seconds": 2, **more},
    ) as opened:
        yield opened
