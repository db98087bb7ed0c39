"""V2EX: the newest and hottest topics of a large Chinese forum of developers; public API v1, no key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dawnchorus.errors import SourceError
from dawnchorus.sources.formats import v2ex as form
from dawnchorus.sources.networks.options import hosts
from dawnchorus.sources.networks.paging import attempts, divide, names, told
from dawnchorus.sources.values import NOT_A_POST
from dawnchorus.sources.web.answers import read_json
from dawnchorus.visits import Estimate, Page, Visit

_LISTS: Final = ("hot", "latest")
GAP_SECONDS: Final = 1.0
"""120 requests an hour and address, by V2EX's own page on its API; a run makes a handful."""


class V2ex:
    """Topics; the lists go no way back, so only what a run sees is read."""

    name = "v2ex"

    def __init__(
        self,
        *,
        lists: Sequence[str] = _LISTS,
        nodes: Sequence[str] = (),
        server: str = "https://www.v2ex.com",
    ) -> None:
        """Check the options.

        Args:
            lists: "hot" (the ten most talked about today), "latest" (the newest topics).
            nodes: Sections of the forum whose newest topics to read too: "ai", "openai", "programmer".
            server: Where V2EX is asked.

        Raises:
            ValueError: An option is wrong, or there is nothing to read.
        """
        self._lists, self._nodes = names(lists, option="lists"), names(nodes, option="nodes")
        if unknown := sorted(set(self._lists) - set(_LISTS)):
            raise ValueError(f'lists: {unknown[0]!r} is none; there are "hot" and "latest"')
        if not (self._lists or self._nodes):
            raise ValueError("nothing to read: give lists or nodes")
        (self._server,) = hosts([server], option="server")

    def estimate(self, visit: Visit) -> Estimate:
        """A request a list and node."""
        return Estimate(requests=len(self._lists) + len(self._nodes), note="only what the lists show now")

    def pages(self, visit: Visit) -> Iterator[Page]:
        """Each list as it is now. There is no cursor: V2EX has no way to ask for what came before."""
        asks: list[tuple[str, str, dict[str, str]]] = [
            (name, f"topics/{name}.json", {}) for name in self._lists
        ]
        asks += [(f"node:{node}", "topics/show.json", {"node_name": node}) for node in self._nodes]
        for stream, path, params in asks:
            what = f"V2EX, {stream}"
            try:
                answer = visit.http.get(f"{self._server}/api/{path}", params=params, gap_seconds=GAP_SECONDS)
                topics = read_json(answer, what=what)
                if not isinstance(topics, list):
                    raise SourceError(f"{what}: the answer is no list; its form may have changed, tell us")
            except SourceError as error:
                yield Page(stream=stream, fault=told(error))
            else:
                posts, skipped = divide(attempts(form.convert, topics))
                gone = tuple(one.id for one in skipped if one.id and one.reason == NOT_A_POST)
                yield Page(posts=posts, skipped=skipped, gone=gone, stream=stream)
            if visit.stop():
                return
