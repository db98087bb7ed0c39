"""Posts and authors that must never come back: ``DATA/forgotten.json``.

It holds keyed hashes of ids, addresses and accounts, no word of a post and no name. The key lies beside
them: it keeps the hashes of two installations from being joined and makes the names that stand in
published reports for forgotten posts meaningless to readers, but whoever holds DATA can test a guess.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.model import GONE
from dawnchorus.store.atomic import write_bytes
from dawnchorus.tables import POSTS

_VERSION = 1
_PASSED_ON = r"^RT @([^\s:]+):"  # how reposts begin, see sources.formats


def account(source: str, author: str) -> str:
    """An author as ``network:handle``: ``x:ines``, whatever the case and the place within the network."""
    return f"{source.partition(':')[0]}:{author.removeprefix('@')}".casefold()


def passed_on_by(source: str, text: str) -> str | None:
    """Whose post ``text`` passes on, as :func:`account` gives it; None if it does not say."""
    match = re.match(_PASSED_ON, text)
    return account(source, match[1]) if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was forgotten, as hashes, with the day it was."""

    salt: bytes = b""
    posts: Mapping[str, date] = field(default_factory=dict)  # of ids and addresses
    authors: Mapping[str, date] = field(default_factory=dict)  # of accounts
    unfinished: bool = False  # a purge was begun and has not ended

    @property
    def known(self) -> bool:
        """Whether anything was forgotten at all."""
        return bool(self.posts or self.authors)

    def post(self, *names: str | None) -> date | None:
        """When the post with one of these ids or addresses was forgotten; None if it was not."""
        return self._first(self.posts, names) if self.posts else None

    def author(self, source: str, author: str | None) -> date | None:
        """When the author was forgotten; None if not."""
        if not self.authors or not author:
            return None
        return self._first(self.authors, (account(source, author),))

    def alias(self, id: str) -> str:
        """The name that stands for a forgotten post: "gone:" and a hash; an alias stays itself."""
        return id if GONE.fullmatch(id) else f"gone:{self._hash(id)}"

    def adding(self, *, posts: Collection[str], authors: Collection[str], on: date) -> Forgotten:
        """With ids and addresses of posts, and accounts as :func:`account` gives them; what is held stays."""
        new = replace(self, salt=self.salt or secrets.token_bytes(32))
        return replace(
            new,
            posts={**{new._hash(name): on for name in posts}, **self.posts},
            authors={**{new._hash(name): on for name in authors}, **self.authors},
        )

    def without(self, posts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """POSTS without what was forgotten, and the rows that were left out.

        Left out are forgotten posts, all posts of forgotten authors, and posts that pass either on. A post
        that quotes or answers one stays, without the words and the name quoted and without unknown fields.
        """
        if not self.known or posts.is_empty():
            return posts, posts.clear()
        gone = self._gone(posts)
        return self._unquoted(posts.filter(~gone)), posts.filter(gone)

    def _gone(self, posts: pl.DataFrame) -> pl.Series:
        named = pl.any_horizontal(
            posts[column].is_in(self._held(posts[column])) for column in ("id", "url", "repost_of")
        )
        passed_on = pl.concat_str(pl.col("source"), pl.lit("\0"), pl.col("text").str.extract(_PASSED_ON, 1))
        by = pl.concat_str(pl.col("source"), pl.lit("\0"), pl.col("author"))
        written = self._by(posts, by) | self._by(posts, passed_on)
        return posts.select(named.fill_null(False)).to_series() | written

    def _unquoted(self, posts: pl.DataFrame) -> pl.DataFrame:
        quoted = pl.concat_str(pl.col("source"), pl.lit("\0"), pl.col("quoted_author"))
        quotes = posts["quote_of"].is_in(self._held(posts["quote_of"])).fill_null(False)
        quotes |= self._by(posts, quoted)
        answers = posts["reply_to"].is_in(self._held(posts["reply_to"])).fill_null(False)
        links = self._held(posts["links"].explode().drop_nulls())
        if not (quotes.any() or answers.any() or links):
            return posts
        names = {
            id: self.alias(id)
            for column in ("quote_of", "reply_to")
            for id in self._held(posts[column])
            if id is not None
        }
        return posts.with_columns(
            pl.col("quote_of", "reply_to").replace(names),
            pl.when(~quotes).then(pl.col("quoted_author", "quoted_text")),
            extra=pl.when(~(quotes | answers)).then(pl.col("extra")),
            links=pl.col("links").list.filter(~pl.element().is_in(links)),
        ).select(POSTS.names())

    def _held(self, names: pl.Series) -> list[str]:
        return [name for name in names.drop_nulls().unique() if self.post(name)]

    def _by(self, posts: pl.DataFrame, who: pl.Expr) -> pl.Series:
        """Rows of which ``who``, source and name with NUL between, is a forgotten author."""
        if not self.authors:
            return pl.repeat(False, posts.height, eager=True)
        people = posts.select(who.alias("who")).to_series()
        held = [one for one in people.drop_nulls().unique() if self.author(*one.split("\0", 1))]
        return people.is_in(held).fill_null(False)

    def _first(self, held: Mapping[str, date], names: Iterable[str | None]) -> date | None:
        return next((held[hashed] for name in names if name and (hashed := self._hash(name)) in held), None)

    def _hash(self, name: str) -> str:
        return blake2b(name.encode("utf-8", "surrogatepass"), key=self.salt, digest_size=16).hexdigest()


def load_forgotten(data: Path) -> Forgotten:
    """What was forgotten in ``data``.

    Raises:
        InputError: The file is there and cannot be read: without it what was forgotten would come back.
    """
    path = data / "forgotten.json"
    try:
        held = json.loads(path.read_bytes())
        if held["version"] != _VERSION:
            raise ValueError(f"version {held['version']}")
        return Forgotten(
            salt=bytes.fromhex(held["salt"]),
            posts={str(name): date.fromisoformat(day) for name, day in held["posts"].items()},
            authors={str(name): date.fromisoformat(day) for name, day in held["authors"].items()},
            unfinished=bool(held["unfinished"]),
        )
    except FileNotFoundError:
        return Forgotten()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{path}: not readable ({type(error).__name__}); it keeps forgotten posts away: bring it back "
            "from a backup, or remove it and forget again"
        ) from error


def remember_forgotten(
    data: Path, *, posts: Collection[str] = (), authors: Collection[str] = (), on: date
) -> Forgotten:
    """Put down what was forgotten, see :meth:`Forgotten.adding`; the caller holds the archive's lock.

    It is ``unfinished`` until :func:`settle_forgotten`.
    """
    found = load_forgotten(data).adding(posts=posts, authors=authors, on=on)
    _write(data, replace(found, unfinished=True))
    return found


def settle_forgotten(data: Path) -> None:
    """Note that nothing of what was forgotten is left."""
    _write(data, replace(load_forgotten(data), unfinished=False))


def _write(data: Path, held: Forgotten) -> None:
    days: dict[str, dict[str, str]] = {
        name: {hashed: day.isoformat() for hashed, day in sorted(marks.items())}
        for name, marks in (("posts", held.posts), ("authors", held.authors))
    }
    text = json.dumps(
        {"version": _VERSION, "salt": held.salt.hex(), "unfinished": held.unfinished, **days}, indent=1
    )
    write_bytes(data / "forgotten.json", f"{text}\n".encode())
