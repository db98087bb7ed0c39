"""What posts that were read call for: the rest of their threads, and posts they quote at second hand.

It is bought once: what waits and what was bought is the cursor of its stream, and it is stored before the
page that calls for it, so a killed run loses none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from dawnchorus.errors import BudgetSpent, SourceError
from dawnchorus.sources.networks.x_api import LOOKUP_MOST, RECENT, RECENT_CHARACTERS, Api
from dawnchorus.sources.networks.x_listing import (
    FRESH,
    WEEK,
    Listing,
    Progress,
    fault,
    page_of,
    read_listing,
    whole,
)
from dawnchorus.sources.spans import gaps
from dawnchorus.visits import Page, Visit

_REMEMBERED: Final = 2_000  # the last ones bought; X's recent search ends after a week
_TRIES: Final = 3


class Pending:
    """Ids that wait, each with a text, and ids that are done."""

    def __init__(self, cursor: str | None) -> None:
        self._waiting: dict[str, str] = {}
        self._tries: dict[str, int] = {}
        self._done: dict[str, None] = {}
        try:
            kept: Any = json.loads(cursor or "{}")
            self._waiting = {str(id): str(text) for id, text in kept.get("waiting", {}).items()}
            self._tries = {str(id): int(times) for id, times in kept.get("tries", {}).items()}
            self._done = dict.fromkeys(str(id) for id in kept.get("done", []))
        except (ValueError, TypeError, AttributeError):
            self._waiting, self._tries, self._done = {}, {}, {}

    @property
    def cursor(self) -> str:
        """Everything, as JSON."""
        return json.dumps(
            {"waiting": self._waiting, "tries": self._tries, "done": [*self._done][-_REMEMBERED:]}
        )

    @property
    def waiting(self) -> Mapping[str, str]:
        """Oldest first."""
        return self._waiting

    def add(self, wanted: Mapping[str, str]) -> bool:
        """Put on the list what is new; whether anything was."""
        new = {id: text for id, text in wanted.items() if id not in self._waiting and id not in self._done}
        self._waiting.update(new)
        return bool(new)

    def finish(self, ids: Iterable[str]) -> None:
        """Bought, or bought elsewhere, or not there."""
        for id in ids:
            self._waiting.pop(id, None)
            self._tries.pop(id, None)
            self._done.pop(id, None)
            self._done[id] = None

    def fail(self, ids: Iterable[str]) -> None:
        """Not got; given up after the third time."""
        for id in ids:
            self._tries[id] = self._tries.get(id, 0) + 1
            if self._tries[id] >= _TRIES:
                self.finish([id])


def fetch_quotes(api: Api, pending: Pending, *, visit: Visit, stream: str) -> Iterator[Page]:
    """The posts that wait, by id.

    Raises:
        BudgetSpent: Some still wait.
    """
    while (waiting := list(pending.waiting)) and not visit.stop():
        try:
            asked, found = api.lookup(waiting, what="X, quoted posts")
        except BudgetSpent:
            raise
        except SourceError as error:
            pending.fail(waiting[:LOOKUP_MOST])
            yield Page(stream=stream, cursor=pending.cursor, fault=fault(error))
            return
        pending.finish(asked)
        yield page_of(found, stream=stream, cursor=pending.cursor)


def fetch_threads(api: Api, pending: Pending, *, visit: Visit, stream: str) -> Iterator[Page]:
    """What the authors of the posts that wait wrote in answer to themselves, of the last seven days.

    Raises:
        BudgetSpent: Some still wait.
    """
    now = whole(visit.now)
    wanted = (now - WEEK, now - FRESH)
    while pending.waiting and not visit.stop():
        roots, query = _thread_query(pending.waiting)
        listing = Listing(
            path=RECENT,
            params={"query": query, "sort_order": "recency"},
            what="X, threads",
            endpoint=RECENT,
            token="next_token",
            least=10,
            timed=True,
        )
        progress = Progress(spans=(), settled=now)
        try:
            for found in read_listing(api, listing, progress=progress, wanted=wanted, stop=visit.stop):
                yield page_of(found, stream=stream, cursor=None)
        except BudgetSpent:
            raise
        except SourceError as error:
            pending.fail(roots)
            yield Page(stream=stream, cursor=pending.cursor, fault=fault(error))
            return
        if gaps(progress.spans, wanted):  # told to stop
            return
        pending.finish(roots)
        yield Page(stream=stream, cursor=pending.cursor)


def _thread_query(waiting: Mapping[str, str]) -> tuple[list[str], str]:
    """As many conversations as a query takes, and the query."""
    roots: list[str] = []
    query = ""
    for root, author in waiting.items():
        one = f"(conversation_id:{root} from:{author} is:reply)"
        longer = f"{query} OR {one}" if query else one
        if query and len(longer) > RECENT_CHARACTERS:
            break
        roots.append(root)
        query = longer
    return roots, query
