"""Which posts tell one story."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dawnchorus.stories.apart import leave_apart
from dawnchorus.stories.bridges import bridges
from dawnchorus.stories.broad import broad_threads
from dawnchorus.stories.communities import (
    Joining,
    centroids,
    communities,
    join_groups,
    join_singles,
)
from dawnchorus.stories.compiled import over_slices
from dawnchorus.stories.evidence import evidence_of
from dawnchorus.stories.features import features
from dawnchorus.stories.lengths import lifted, lifts
from dawnchorus.stories.neighbours import Spans, nearest_earlier
from dawnchorus.stories.spellings import in_one_spelling, known_names, spellings
from dawnchorus.stories.terms import Terms, text_terms
from dawnchorus.tables import ASSIGNED, conform

NEIGHBOURS = 8
POSTINGS = 400  # latest posts of a term that are read; a rarer term finds the rest
READS = 1000  # posts that are read for one, its rarest terms first: common words bring chance, not company
DAY_SECONDS = 86_400.0

Told = Callable[[str, Any], None]
"""Hears a step's name and what it found: labels, or the pair the name says."""


def untold(step: str, found: Any) -> None:
    """Nobody asks why."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Original posts and the group of each.

    ``posts`` are KEPT rows without copies, earliest first (id on ties), with
    ``group`` (numbered from 0 in order of first post), ``story`` and ``thread``
    (the broad event it is part of, named after its first story; null for none);
    ``terms`` and ``likeness`` (largest cosine to an earlier post of the same group, 0 to
    1) have the same rows. ``table`` has the spellings of names that words were
    counted in, see ``spellings``.
    """

    posts: pl.DataFrame
    terms: Terms
    likeness: NDArray[np.float32]
    table: Mapping[str, str]

    @property
    def centres(self) -> Any:
        """A row a group, see ``centroids``; made anew each time."""
        return centroids(self.terms.matrix, self.posts["group"].to_numpy())


def find_stories(kept: pl.DataFrame, *, aliases: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Assign each post to its story; ASSIGNED, in the order of ``kept``.

    The result is the same whatever the order of the rows. Copies follow the
    post they copy; a post on its own has no story. A story that no broad event
    holds is its own thread; a post on its own can be in a broad one.
    """
    return assigned_of(kept, group_posts(kept, aliases=aliases or {}))


def group_posts(
    kept: pl.DataFrame, *, aliases: Mapping[str, str], how: Joining | None = None, told: Told = untold
) -> Grouping:
    """Group the original posts of ``kept`` (KEPT).

    ``told`` hears what each step found: ``why`` explains from it.
    """
    how = how or Joining()
    posts = _originals(kept)
    # Writable as all others are, or the search compiles twice.
    spans = Spans(posts["start"].to_numpy(writable=True), posts["end"].to_numpy(writable=True))
    table = spellings(posts, aliases=aliases)
    texts, strong = said(posts, table), features(posts)
    terms = text_terms(texts, strong)
    matrix = terms.matrix
    grounds = evidence_of(terms.frequency, terms.share, size=len(posts), how=how)
    week, alike = nearest_earlier(
        matrix, spans, count=NEIGHBOURS, window_seconds=how.thread_seconds, postings=POSTINGS, reads=READS,
        evidence=grounds.terms, needed=grounds.posts,
    )  # fmt: skip
    week, alike = _with_same_words(
        week, alike, texts, spans, worded=np.diff(matrix.indptr) > 0, window_seconds=how.thread_seconds
    )
    # A story goes on from day to day, a thread may pause for some.
    later = (week >= 0) & (spans.start[:, None] - spans.end[week] <= how.window_seconds)
    near, cosine = np.where(later, week, np.int32(-1)), np.where(later, alike, np.float32(0))
    lift = lifts(np.diff(matrix.indptr), needed=grounds.posts)
    cosine = lifted(cosine, lift, lift[near])
    near, cosine = bridges(
        posts, texts, strong, terms, spans, neighbours=(near, cosine), known=known_names(aliases),
        evidence=grounds.full, needed=grounds.alone, likeness=how.bridge,
        window_seconds=how.window_seconds / 4,
    )  # fmt: skip
    del texts, strong  # some hundred megabytes of a million posts
    told("evidence", (grounds.terms, grounds.posts))
    told("neighbours", (near, cosine))
    labels = communities(len(posts), near, cosine, how=how)
    told("community", labels)
    labels = join_groups(matrix, spans, labels, evidence=grounds.terms, needed=grounds.groups, how=how)
    told("joined groups", labels)
    labels = join_singles(matrix, spans, labels, evidence=grounds.terms, needed=grounds.groups, how=how)
    told("taken in as single", labels)
    labels = join_groups(matrix, spans, labels, evidence=grounds.terms, needed=grounds.groups, how=how)
    told("joined groups again", labels)
    labels = leave_apart(
        matrix, labels, near[:, NEIGHBOURS:],
        frequency=terms.frequency, share=terms.share, size=len(posts),
    )  # fmt: skip
    told("taken out as apart", labels)
    threads = broad_threads(terms, spans, week, alike, labels, window_seconds=how.thread_seconds)
    told("threads", threads)
    same = (near >= 0) & (labels[near] == labels[:, None])
    likeness = np.where(same, cosine, 0).max(axis=1) if len(posts) else np.zeros(0, np.float32)
    head = np.unique(labels, return_index=True)[1]  # row of the first post of each group
    names = pl.Series([story_name(post) for post in posts["id"].gather(head)], dtype=pl.String)
    broad = pl.Series(np.where(threads >= 0, threads, 0))
    return Grouping(
        posts=posts.with_columns(
            group=pl.Series(labels),
            story=names.gather(labels),
            thread=pl.when(pl.Series(threads >= 0)).then(names.gather(broad)),
        ),
        terms=terms,
        likeness=likeness.astype(np.float32),
        table=table,
    )


def said(posts: pl.DataFrame, table: Mapping[str, str]) -> pl.Series:
    """The words of each post and of what it quotes, in lower case, without links, names as in ``table``."""
    words = pl.concat_str(
        without_links(pl.col("clean_text")), without_links(pl.col("quoted_text")), separator=" "
    )

    def part(first: int, after: int) -> pl.Series:
        texts = posts[first:after].select(words.str.to_lowercase()).to_series()
        return in_one_spelling(texts, table)

    return pl.concat(over_slices(part, len(posts)))


def _with_same_words(
    near: NDArray[np.int32],
    cosine: NDArray[np.float32],
    texts: pl.Series,
    spans: Spans,
    *,
    worded: NDArray[np.bool_],
    window_seconds: float,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The neighbours with the latest post of the very same words as the first of each.

    A search that reads few posts of a common word cannot tell that of posts of common words alone.
    """
    before = said_before(texts)
    return with_same_words(near, cosine, before, spans, spans, worded=worded, window_seconds=window_seconds)


def said_before(texts: pl.Series) -> NDArray[np.int64]:
    """The row before each that has the same text, -1 if there is none."""
    rows = pl.DataFrame({"text": texts}).with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    return rows.select(pl.col("row").shift(1).over("text").fill_null(-1))["row"].to_numpy()


def with_same_words(
    near: NDArray[np.int32],
    cosine: NDArray[np.float32],
    before: NDArray[np.int64],
    own: Spans,
    spans: Spans,
    *,
    worded: NDArray[np.bool_],
    window_seconds: float,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Neighbours with ``before``, rows of ``spans`` of the same words, as the first of each.

    ``own`` are the spans of the rows whose neighbours they are.
    """
    here = worded & (before >= 0) & (near[:, 0] != before)
    here &= own.start - spans.end[before] <= window_seconds
    near, cosine = near.copy(), cosine.copy()
    near[here, 1:], cosine[here, 1:] = near[here, :-1], cosine[here, :-1]
    near[here, 0], cosine[here, 0] = before[here], 1.0
    return near, cosine


def without_links(text: pl.Expr) -> pl.Expr:
    """``text`` without its links, in full or as they are shown ("example.com/2025/11…"); "" for null."""
    shown = text.fill_null("").str.replace_all(r"https?://\S+|[\w-]+(?:\.[\w-]+)+/\S*", " ")
    # Of a handle its server is no word of what is said: "@name.bsky.social", "@name@mastodon.social".
    return shown.str.replace_all(r"(@[\w-]+)(?:[.@][\w-]+)+", "$1")


def story_name(post: str) -> str:
    """Stable name of the story whose earliest original post has the id ``post``."""
    digest = hashlib.blake2b(post.encode("utf-8", "surrogatepass"), digest_size=10).digest()
    return "s-" + base64.b32encode(digest).decode().lower()[:12]


def assigned_of(kept: pl.DataFrame, grouping: Grouping) -> pl.DataFrame:
    """ASSIGNED for every row of ``kept``: copies follow their root, posts on their own have no story."""
    root = roots(kept)
    stories = grouping.posts.select(pl.col("id").alias("root"), "story", "thread")
    found = (
        kept.select("id").with_columns(root=root).join(stories, on="root", how="left", maintain_order="left")
    )
    story = pl.when(pl.len().over("story") > 1).then("story")
    return conform(found.select("id", story=story, thread=pl.coalesce("thread", story)), ASSIGNED)


def roots(kept: pl.DataFrame) -> pl.Series:
    """Id of the original of each row.

    Copies of copies lead to the first; a copy of a post that is not here is an original.
    """
    copies = kept.select("id", "duplicate_of").drop_nulls()
    copies = copies.join(kept.select(duplicate_of="id"), on="duplicate_of", how="semi")
    if copies.join(copies.select(duplicate_of="id"), on="duplicate_of", how="semi").is_empty():
        to = kept.select("id").join(copies, on="id", how="left", maintain_order="left")
        return to.select(root=pl.coalesce("duplicate_of", "id")).to_series()
    step = dict(copies.iter_rows())
    roots = []
    for post in kept["id"]:
        at, passed = post, {post}
        while at in step and step[at] not in passed:
            at = step[at]
            passed.add(at)
        # In a ring of copies the smallest id is the root of all.
        roots.append(min(passed) if at in step and step[at] in passed else at)
    return pl.Series("root", roots, dtype=pl.String)


def _originals(kept: pl.DataFrame) -> pl.DataFrame:
    """Rows that copy nothing in ``kept``, earliest first, with ``start`` and ``end`` in seconds.

    A post of which only the day is known spans that day; one without any time
    spans all of them.
    """
    day = pl.col("day").cast(pl.Datetime("ms")).dt.epoch("ms") / 1000
    moment = pl.col("created_at").dt.epoch("ms") / 1000
    posts = kept.filter(roots(kept) == kept["id"]).with_columns(
        start=pl.coalesce(moment, day), end=pl.coalesce(moment, day + DAY_SECONDS)
    )
    return posts.with_columns(
        start=pl.col("start").fill_null(pl.col("start").min()).fill_null(0.0),
        end=pl.col("end").fill_null(pl.col("end").max()).fill_null(0.0),
    ).sort("start", "id")
