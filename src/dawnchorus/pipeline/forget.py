"""Posts and authors are forgotten: archive, ledger, caches, memory, and editions already published.

First it is written down what must not come back, as hashes; all that follows takes out whatever matches
them, in any order and any number of times. So a run that is killed has lost nothing that the next one needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from dawnchorus.pipeline.reissue import Edition, editions, reissue
from dawnchorus.pipeline.targets import Targets
from dawnchorus.pipeline.telling import counted
from dawnchorus.posts.links import canonical
from dawnchorus.store.archive import Purged, purge_archive, scan_archive, writing_archive
from dawnchorus.store.arrivals import gone_ids
from dawnchorus.store.cache import StageCache
from dawnchorus.store.forgotten import (
    Forgotten,
    account,
    load_forgotten,
    passed_on_by,
    remember_forgotten,
    settle_forgotten,
)
from dawnchorus.store.intake import Intake
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.lock import hold_lock, lock_path
from dawnchorus.store.purge import purge_editions, purge_ledger, purge_pages

_FIELDS = ("id", "url", "source", "author", "author_name", "text", "repost_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is of the posts and authors that are to be forgotten."""

    ids: frozenset[str]  # of their posts, and of posts that pass them on
    urls: frozenset[str]  # of the same
    targets: Targets
    called: frozenset[str]  # handles and names of the authors, case-folded
    reposts: int  # of ``ids``
    copies: tuple[str, ...]  # ids of posts by others in the same words: they stay
    mentions: tuple[str, ...]  # ids of posts by others that name an author: they stay
    editions: tuple[tuple[str, int], ...]  # published editions that counted some, and how many

    @property
    def posts(self) -> frozenset[str]:
        """Ids and addresses that must not come back."""
        return self.ids | self.urls | self.targets.posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was removed from one place."""

    where: str
    what: str


def gone_targets(data: Path) -> Targets:
    """The posts that platforms reported as deleted since they were read."""
    path = data / "ledger.sqlite"
    if not path.exists():
        return Targets()
    with Ledger(path) as ledger:
        return Targets(posts=gone_ids(ledger))


def find(targets: Targets, *, data: Path, out: Path) -> Found:
    """Look for ``targets`` in the archive and in the editions under ``out``.

    Pages that were fetched and not yet archived are archived first; nothing else is changed.

    Raises:
        DawnchorusError: Something cannot be read.
    """
    _drain(data)
    published = list(editions(out))
    mine = pl.concat([_matching(posts, targets) for posts in _everything(data, published)])
    ids = set(mine["id"])
    words = {_squashed(text) for text in mine["text"].drop_nulls()} - {""}
    passed = {
        f"RT @{author}: {_squashed(text)}"
        for author, text in mine.select("author", "text").iter_rows()
        if author and text
    }
    handles = {author.partition(":")[2] for author in targets.authors}
    named = re.compile(rf"@(?:{'|'.join(map(re.escape, sorted(handles)))})(?![\w-])", re.IGNORECASE)
    reposts: dict[str, str | None] = {}
    copies: set[str] = set()
    mentions: set[str] = set()
    for posts in _everything(data, published) if ids or handles else ():
        for row in posts.filter(~pl.col("id").is_in(ids)).iter_rows(named=True):
            said, passer = _squashed(row["text"] or ""), passed_on_by(row["source"], row["text"] or "")
            if row["repost_of"] in ids or said in passed or passer in targets.authors:
                reposts[row["id"]] = row["url"]
            elif said in words:
                copies.add(row["id"])
            elif handles and named.search(said):
                mentions.add(row["id"])
    called = handles | {
        name.casefold()
        for source, author, name in mine.select("source", "author", "author_name").iter_rows()
        if author and name and account(source, author) in targets.authors
    }
    urls = {url for url in (*mine["url"], *reposts.values()) if url}
    urls |= {same for url in urls if (same := canonical(url))}  # how links to them are remembered
    known = Forgotten().adding(
        posts=ids | set(reposts) | urls, authors=targets.authors, on=datetime.min.date()
    )
    counted = ((edition.slug, edition.holds(known)) for edition in published)
    return Found(
        ids=frozenset(ids | set(reposts)),
        urls=frozenset(urls),
        targets=targets,
        called=frozenset(called),
        reposts=len(reposts),
        copies=tuple(sorted(copies)),
        mentions=tuple(sorted(mentions)),
        editions=tuple((slug, count) for slug, count in counted if count),
    )


def forget(found: Found, *, data: Path, out: Path, now: datetime) -> Iterator[Removed]:
    """Remove what was ``found``, and what an earlier run that was killed has left; tell each place.

    Raises:
        LockedError: An edition is being made in ``out``.
        DawnchorusError: A place cannot be written; run it again.
    """
    thorough = bool(found.ids) or unfinished(data)
    with ExitStack() as locks:
        labels = {edition.report.label for edition in editions(out)}
        for label in sorted(labels | {path.name for path in (data / "editions").glob("*/")}):
            what = f"{label} into {out}"
            locks.enter_context(hold_lock(lock_path(out, label), what=what, since=now))
        with writing_archive(data):
            forgotten = remember_forgotten(
                data, posts=found.posts, authors=found.targets.authors, on=now.date()
            )
            for purged in purge_archive(data):
                yield Removed(
                    where=purged.path.relative_to(data).as_posix(),
                    what=_purged(purged),
                )
        yield from _purge_beside(data, forgotten, called=found.called, thorough=thorough)
        for slug, what in reissue(out, forgotten, data=data):
            yield Removed(where=slug, what=what)
        settle_forgotten(data)


def unfinished(data: Path) -> bool:
    """Whether a run that forgets was killed and is to be completed."""
    return load_forgotten(data).unfinished


def _purge_beside(
    data: Path, forgotten: Forgotten, *, called: frozenset[str], thorough: bool
) -> Iterator[Removed]:
    size = StageCache(data / "cache").clear()
    if size:
        yield Removed(where="cache", what=f"emptied, {size:,} bytes")
    for path, rows in purge_editions(data, forgotten, names=called).items():
        yield Removed(where=path.relative_to(data).as_posix(), what=f"{counted(rows, 'row')} changed")
    if pages := purge_pages(data, forgotten):
        yield Removed(where="pages.parquet", what=f"{counted(pages, 'page')} removed")
    path = data / "ledger.sqlite"
    if path.exists():
        with Ledger(path) as ledger:
            Intake(ledger, data).drain()  # what came meanwhile; the archive does not let it in
            rows = purge_ledger(ledger, path, forgotten, pack=thorough)
        if rows:
            yield Removed(where="ledger.sqlite", what=f"{counted(rows, 'row')} changed, file packed")


def _purged(purged: Purged) -> str:
    parts = (
        (purged.posts, "removed"),
        (purged.quotes, "of others changed that quote or name one"),
    )
    return ", ".join(f"{counted(number, 'post')} {what}" for number, what in parts if number)


def _drain(data: Path) -> None:
    path = data / "ledger.sqlite"
    if path.exists():
        with Ledger(path) as ledger:
            Intake(ledger, data).drain()


def _everything(data: Path, published: list[Edition]) -> Iterator[pl.DataFrame]:
    """Posts of the archive, and those that only an edition still cites."""
    for _, posts in scan_archive(data):
        yield posts.select(_FIELDS)
    rows = [
        {name: getattr(post, name, None) for name in _FIELDS}
        for edition in published
        for post in edition.report.cited
        if post.gone is None
    ]
    yield pl.DataFrame(rows, schema=dict.fromkeys(_FIELDS, pl.String))


def _matching(posts: pl.DataFrame, targets: Targets) -> pl.DataFrame:
    pairs = posts.select("source", "author").drop_nulls().unique()
    mine = pairs.filter([account(*pair) in targets.authors for pair in pairs.iter_rows()])
    by_author = posts.join(mine, on=["source", "author"], how="semi")
    wanted = list(targets.posts)
    named = posts.filter((pl.col("id").is_in(wanted) | pl.col("url").is_in(wanted)).fill_null(False))
    return pl.concat([by_author, named]).unique("id", keep="first", maintain_order=True)


def _squashed(text: str) -> str:
    return " ".join(text.split())
