"""Visits that cost money, as a run makes them: one ledger, its budget, cursors, kills, another day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dawnchorus.model import Post
from dawnchorus.plugins import PagedSource
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.spending import Spending, spent_in_month
from dawnchorus.visits import Estimate, Page, Visit

from .visiting import door


@dataclass
class Buyer:
    """What an archive would hold after some runs, and the ledger that pays."""

    folder: Path
    secrets: dict[str, str]
    posts: dict[str, Post] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    runs: int = 0

    @property
    def faults(self) -> dict[str, str]:
        return {page.stream: page.fault for page in self.pages if page.fault}

    def spent_usd(self, now: datetime, account: str = "x") -> float:
        with Ledger(self.folder / "ledger.sqlite") as ledger:
            return spent_in_month(ledger, now).get(account, 0.0)

    def run(self, source: PagedSource, *, pages: int = 10_000, **times: Any) -> list[Page]:
        """Read until the source ends, or is killed when its page number ``pages`` is stored."""
        self.pages = []
        with self._visit(**times) as visit:
            for page in source.pages(visit):
                self.pages.append(page)
                self.posts |= {post.id: post for post in page.posts}
                if page.cursor is not None:
                    self.cursors[page.stream] = page.cursor
                if len(self.pages) >= pages:
                    break
        return self.pages

    def estimate(self, source: PagedSource, **times: Any) -> Estimate:
        with self._visit(**times) as visit:
            return source.estimate(visit)

    def _visit(self, *, start: datetime, now: datetime, end: datetime | None = None, **more: Any) -> _Opened:
        self.runs += 1
        return _Opened(self, {"start": start, "now": now, "end": end or now, **more})


class _Opened:
    def __init__(self, buyer: Buyer, times: dict[str, Any]) -> None:
        self._buyer, self._times = buyer, times

    def __enter__(self) -> Visit:
        buyer, now = self._buyer, self._times["now"]
        self._ledger = Ledger(buyer.folder / "ledger.sqlite")
        self._door = door()
        return Visit(
            http=self._door.__enter__(),
            budget=Spending(self._ledger, fetch=buyer.runs, clock=lambda: now),
            cursors=dict(buyer.cursors),
            query=None,
            secret=buyer.secrets.get,
            **self._times,
        )

    def __exit__(self, *raised: Any) -> None:
        self._door.__exit__(*raised)
        self._ledger.__exit__(None, None, None)
