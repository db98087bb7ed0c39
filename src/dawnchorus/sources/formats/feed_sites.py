"""Feeds of sites whose entries we know better than a feed says: arXiv's papers, GitHub's releases."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from dawnchorus.model import Post
from dawnchorus.sources.values import NOT_A_POST, Converted
from dawnchorus.visits import Skipped

_PAPER: Final = re.compile(
    r"(?:https?://arxiv\.org/abs/|oai:arXiv\.org:)(?P<paper>[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?"
)
_ANNOUNCED: Final = re.compile(r"arXiv:\S+ Announce Type: (?P<kind>[a-z-]+) *\n?(?:Abstract:)?\s*")
_RELEASE: Final = re.compile(
    r"https://github\.com/(?P<repo>[\w.-]+/[\w.-]+)/releases/tag/(?P<tag>[^?#]+)", re.IGNORECASE
)


def known(post: Post, *, key: str | None, category: str | None = None) -> Converted:
    """``post`` as its site means it; of a site that we don't know it stays as it is.

    Args:
        post: An entry of a feed.
        key: Its id in the feed.
        category: Its first category.
    """
    if paper := _PAPER.fullmatch(key or ""):
        return _paper(post, paper["paper"], category)
    if release := _RELEASE.fullmatch(post.url or ""):
        return _release(post, release["repo"], unquote(release["tag"]))
    return post


def _paper(post: Post, number: str, category: str | None) -> Converted:
    """A paper; its later versions are the same post."""
    title, _, rest = post.text.partition("\n\n")
    if (announced := _ANNOUNCED.match(rest)) and announced["kind"].startswith("replace"):
        return Skipped(id=f"arxiv:{number}", reason=NOT_A_POST, why="new version of a paper")
    abstract = rest[announced.end() :] if announced else rest
    author = post.author.partition(",")[0].strip() if post.author else None
    # Titles and abstracts are folded as they were typed.
    parts = (" ".join(part.split()) for part in (title, abstract))
    return replace(
        post,
        id=f"arxiv:{number}",
        author=author,
        author_name=author,
        source=f"arxiv:{category.lower()}" if category else "arxiv",
        text="\n\n".join(part for part in parts if part),
        url=f"https://arxiv.org/abs/{number}",
        links=tuple(one for one in post.links if "arxiv.org/" not in one),
    )


def _release(post: Post, repo: str, tag: str) -> Post:
    """A release; "v1.2" alone would say nothing."""
    title, separator, rest = post.text.partition("\n\n")
    name = repo.rpartition("/")[2]
    heading = title if name.casefold() in title.casefold() else f"{name} {title or tag}"
    return replace(
        post,
        id=f"github:{repo.lower()}:{tag}",
        source=f"github:{repo.lower()}",
        lang=None,  # the feed tells that of GitHub's own pages
        text=f"{heading}{separator}{rest}".strip(),
    )
