"""Posts to stories alone, without a report: what ``dawnchorus stories`` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.model import Window
from dawnchorus.pipeline.prepare import Read, keep, prepare, read_files
from dawnchorus.pipeline.stock import whole_archive
from dawnchorus.pipeline.telling import Teller
from dawnchorus.posts.window import once_each
from dawnchorus.settings import Topic
from dawnchorus.store.editions import earlier_editions
from dawnchorus.stories.build import Stories, build_stories
from dawnchorus.stories.features import link_key
from dawnchorus.stories.why import Why, explain
from dawnchorus.stories.why_days import OverDays, explain_over_days
from dawnchorus.tables import THREADS, empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which posts to group: see the options of ``dawnchorus stories``."""

    inputs: Sequence[str]
    data: Path | None = None  # archive to read instead of inputs
    topic: Topic | None = None  # None: every post is kept
    first: date | None = None  # None: all days
    last: date | None = None
    tz: str = "UTC"
    undated: Literal["exclude", "include"] = "include"
    earlier: Path | None = None  # archive whose editions of ``label`` tell what is new
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Every post that was read with its story or the reason it has none, and the stories, best first."""

    posts: pl.DataFrame  # id, story, thread, duplicate_of, dropped
    stories: pl.DataFrame  # tables.STORIES
    texts: pl.DataFrame  # id, clean_text, created_at, day of the kept posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Why two posts are in one story or are not, and their texts."""

    posts: tuple[str, str]
    dropped: tuple[str | None, str | None]  # the reason; then there is no ``why``
    why: Why | None
    texts: Mapping[str, str]  # of all posts that ``why`` names
    over_days: OverDays | None = None  # instead of ``why`` if only an earlier edition had one of them


def group_posts(asked: Asked, *, tell: Teller) -> Grouped:
    """Read posts and find the stories of those of a window, or of all of them.

    Raises:
        InputError: There is no post to group.
    """
    read, kept, dropped = _prepared(asked, tell=tell)
    if kept.is_empty():
        raise InputError(f"none of {read.posts.height} posts is left to group; see --topic, --from and --to")
    tell.step("stories")
    built = _built(asked, kept, _earlier(asked, tell=tell))
    reasons = dropped.unique("id", keep="first", maintain_order=True).select("id", dropped="reason")
    every = (
        read.posts.select("id")
        .unique("id", keep="first", maintain_order=True)
        .join(built.assigned, on="id", how="left", maintain_order="left")
        .join(kept.select("id", "duplicate_of"), on="id", how="left", maintain_order="left")
        .join(reasons, on="id", how="left", maintain_order="left")
        .with_columns(
            dropped=pl.when(pl.col("id").is_in(kept["id"].implode())).then(None).otherwise("dropped")
        )
    )
    bad = read.bad.filter(pl.col("id").is_not_null()).select("id", dropped="reason")
    return Grouped(
        posts=pl.concat([every, bad], how="diagonal").select(
            "id", "story", "thread", "duplicate_of", "dropped"
        ),
        stories=built.stories,
        texts=kept.select("id", "clean_text", "created_at", "day"),
    )


def _earlier(asked: Asked, *, tell: Teller) -> pl.DataFrame:
    """THREADS rows of the editions before; none without an archive, a label and a day."""
    if asked.earlier is None or asked.label is None or asked.first is None:
        return empty(THREADS)
    editions = earlier_editions(asked.earlier, label=asked.label, before=asked.first)
    for line in editions.unreadable:
        tell.note(line)
    return editions.threads


def _built(asked: Asked, kept: pl.DataFrame, earlier: pl.DataFrame) -> Stories:
    topic = asked.topic
    return build_stories(
        kept,
        earlier=earlier,
        day=asked.last or _last_day(kept),
        aliases=topic.spellings if topic else {},
        stop_words=topic.all_stop_words if topic else (),
    )


def tell_why(asked: Asked, names: tuple[str, str], *, tell: Teller) -> Told:
    """Why two posts, named by id or address, are in one story or are not.

    Raises:
        InputError: One of them was not read.
    """
    read, kept, dropped = _prepared(asked, tell=tell)
    earlier = _earlier(asked, tell=tell)
    had = set(earlier["post_ids"].explode().drop_nulls())
    posts = (
        names[0] if names[0] in had else _named(read.posts, names[0]),
        names[1] if names[1] in had else _named(read.posts, names[1]),
    )
    reasons = dict(dropped.select("id", "reason").iter_rows())
    here = set(kept["id"])
    for post in posts:
        if post in had:
            reasons[post] = "not of these days: only an earlier edition has it"
    out = tuple(None if post in here else reasons.get(post, "left out") for post in posts)
    texts = dict(read.posts.filter(pl.col("id").is_in(posts)).select("id", "text").iter_rows())
    aliases = asked.topic.spellings if asked.topic else {}
    if any(out):
        tell.step("stories")
        over = explain_over_days(
            kept, _built(asked, kept, earlier), *posts,
            earlier=earlier, day=asked.last or _last_day(kept), aliases=aliases,
        )  # fmt: skip
        if over:
            return Told(posts=posts, dropped=(None, None), why=None, texts=texts, over_days=over)
        return Told(posts=posts, dropped=(out[0], out[1]), why=None, texts=texts)
    tell.step("stories")
    why = explain(kept, *posts, aliases=aliases)
    shown = {*posts, *filter(None, why.copies_of), *(link.post for link in why.path)}
    texts = dict(kept.filter(pl.col("id").is_in(shown)).select("id", "clean_text").iter_rows())
    return Told(posts=posts, dropped=(None, None), why=why, texts=texts)


def _prepared(asked: Asked, *, tell: Teller) -> tuple[Read, pl.DataFrame, pl.DataFrame]:
    """What was read, KEPT and DROPPED."""
    tell.step("read")
    read = read_files(asked.inputs) if asked.data is None else whole_archive(asked.data)
    tell.step("prepare")
    wanted = asked.topic.parsed_query if asked.topic else None
    if asked.first is not None and asked.last is not None:
        window = Window(first=asked.first, last=asked.last, tz=asked.tz)
        prepared = prepare(read.posts, window=window, query=wanted, undated=asked.undated, now=None)
        return read, prepared.kept, prepared.dropped
    kept, lost = keep(once_each(read.posts).sort("created_at", "day", "id", nulls_last=True), query=wanted)
    return read, kept, pl.concat(lost)


def _named(posts: pl.DataFrame, name: str) -> str:
    """Id of the post that ``name`` is the id or the address of; the network may be left off an id."""
    ids = posts.select("id", "url").unique("id", maintain_order=True)
    native = pl.col("id").str.split_exact(":", 1).struct.field("field_1")
    for same in (
        pl.col("id") == name,
        pl.col("url") == name,
        link_key(pl.col("url")) == link_key(pl.lit(name)),
        native == name,
    ):
        found = ids.filter(same)["id"].to_list()
        if len(found) == 1:
            return str(found[0])
        if found:
            raise InputError(f"--why: {name!a} may be {found[0]!a} or {found[1]!a}; give the id in full")
    raise InputError(
        f"--why: none of {ids.height} posts has the id or address {name!a}; see the ids with --json"
    )


def _last_day(kept: pl.DataFrame) -> date:
    days = kept.select(pl.coalesce(pl.col("created_at").dt.date(), pl.col("day"))).to_series()
    last = days.max()
    return last if isinstance(last, date) else date(1970, 1, 1)  # no post has a day: any will do
