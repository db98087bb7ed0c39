"""GitHub: releases of repositories, by their public feeds; no key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from dawnchorus.sources.networks.feeds import read_feeds
from dawnchorus.sources.networks.options import hosts
from dawnchorus.sources.networks.paging import names
from dawnchorus.visits import Estimate, Page, Visit

GAP_SECONDS: Final = 1.0
_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")


class GitHub:
    """The newest releases; a feed shows ten."""

    name = "github"

    def __init__(
        self, *, repos: Sequence[str] = (), tags: Sequence[str] = (), server: str = "https://github.com"
    ) -> None:
        """Check the options.

        Args:
            repos: "owner/name" whose releases to read.
            tags: "owner/name" whose tags to read: projects that tag but make no releases.
            server: Where GitHub is asked.

        Raises:
            ValueError: An option is wrong, or there is nothing to read.
        """
        (base,) = hosts([server], option="server")
        self._feeds: dict[str, str] = {}
        for option, given in (("repos", repos), ("tags", tags)):
            for written in names(given, option=option):
                repo = re.sub(r"^https?://github\.com/", "", written).rstrip("/")
                if not _REPO.fullmatch(repo):
                    raise ValueError(f'{option}: {written!r:.80} is no repository; write it as "owner/name"')
                kind = "releases" if option == "repos" else "tags"
                self._feeds[f"{kind}:{repo.lower()}"] = f"{base}/{repo}/{kind}.atom"
        if not self._feeds:
            raise ValueError("nothing to read: give repos or tags")

    def estimate(self, visit: Visit) -> Estimate:
        """A request a repository."""
        return Estimate(requests=len(self._feeds))

    def pages(self, visit: Visit) -> Iterator[Page]:
        """A page a repository."""
        return read_feeds(visit, self._feeds, gap_seconds=GAP_SECONDS)
