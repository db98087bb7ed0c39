"""From stories to threads: words counted a slice at a time and looked at a shard of words at a time.

In one task are only the graph between stories, in which threads are looked
for, and at the end the words that make names.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.pipeline.executors.executor import Executor
from dawnchorus.pipeline.partitions.joining import Shards, read_heads
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.stories.broad import (
    EDGE,
    Level,
    Names,
    choose_threads,
    count_words,
    find_levels,
    hold_words,
    nameable,
    names_of_words,
    well_named,
    word_share,
)
from dawnchorus.stories.communities import lives_of

Rows = NDArray[np.int64]

_NAMES = ("level", "part", "word", "pairs")


def find_threads(shelf: Shelf, plan: Shards, executor: Executor, stage: int) -> None:
    """Head of story and thread of each row, a thread under its first story, -1 for none: ``found/SLICE``."""
    slices = [one.number for one in plan.slices]
    (levels,) = executor.map(partial(cut_stories, shelf, plan), [stage])
    executor.map(partial(deal_words, shelf, plan), slices)
    executor.map(partial(name_parts, shelf, plan, levels), range(plan.count))
    executor.map(partial(hold_names, shelf, plan, levels), slices)
    executor.map(partial(settle_threads, shelf, plan, levels), [stage])


def cut_stories(shelf: Shelf, plan: Shards, stage: int) -> int:
    """Cut the graph between stories ever more coarsely; how many levels there are.

    Of each row ``storied/SLICE`` has the number of its story and the part of the first level that it is in,
    -1 for none.
    """
    heads = read_heads(shelf, plan, stage)
    story = _stories(heads)
    ends = []
    for one in plan.slices:
        edges = shelf.read(f"week/{one.number}").filter(pl.col("cosine") >= EDGE)
        row, other = (story[edges[name].to_numpy()].astype(np.int32) for name in ("row", "other"))
        ends.append((row, other, edges["cosine"].to_numpy()))
    row, other, cosine = (np.concatenate(column) for column in zip(*ends, strict=True))
    del ends
    sizes = np.bincount(story)
    levels = find_levels((row, other, cosine), sizes)
    for number, level in enumerate(levels):
        shelf.write(f"levels/{number}/into", {"into": level.into})
        shelf.write(f"levels/{number}", {"posts": level.posts, "askable": level.askable})
    for one in plan.slices:
        here = story[one.first : one.after]
        shelf.write(f"storied/{one.number}", {"story": here, "part": levels[0].into[here]})
    return len(levels)


def deal_words(shelf: Shelf, plan: Shards, s: int) -> None:
    """Of the words of a slice to their shards how many posts hold each: of each part, and (-1) of all."""
    weights = shelf.read("weights", ["hashes", "frequency"])
    matrix, _ = shelf.read_matrix(f"matrix/{s}", len(weights))
    part = shelf.column(f"storied/{s}", "part")
    wanted = nameable(weights["hashes"].to_numpy(), weights["frequency"].to_numpy())
    posts, held = count_words(matrix, part, wanted, int(part.max(initial=-1)) + 1)
    held = held.tocoo()
    word = np.nonzero(posts)[0]
    counts = pl.DataFrame(
        {
            "word": np.concatenate([word, held.row]),
            "part": np.concatenate([np.full(len(word), -1), held.col]),
            "posts": np.concatenate([posts[word], held.data]),
        }
    )
    for shard in range(plan.count):
        shelf.write(f"counted/{shard}/{s}", counts.filter(pl.col("word") % plan.count == shard))


def name_parts(shelf: Shelf, plan: Shards, levels: int, shard: int) -> None:
    """What the words of a shard can do for the names of parts."""
    counts = pl.concat([shelf.read(f"counted/{shard}/{one.number}") for one in plan.slices])
    word, row = np.unique(counts["word"].to_numpy(), return_inverse=True)
    part, amount = counts["part"].to_numpy(), counts["posts"].to_numpy()
    every, cuts = part < 0, _read_levels(shelf, levels)
    posts = np.bincount(row[every], weights=amount[every], minlength=len(word)).astype(np.int64)
    held = sparse.coo_matrix(
        (amount[~every], (row[~every], part[~every])), shape=(len(word), len(cuts[0].posts))
    )
    share = word_share(shelf.column("weights", "share")[word])
    names = names_of_words(cuts, held.tocsr(), word, posts=posts, share=share)
    shelf.write(f"word_names/{shard}", {name: getattr(names, name) for name in _NAMES})


def hold_names(shelf: Shelf, plan: Shards, levels: int, s: int) -> None:
    """In how many posts of a slice each story holds each word of a name; and when they were said."""
    words = np.unique(_read_names(shelf, plan, _read_levels(shelf, levels)).word)
    matrix, times = shelf.read_matrix(f"matrix/{s}", len(shelf.read("weights", ["frequency"])))
    story = shelf.column(f"storied/{s}", "story")
    lives = times.select(pl.Series("story", story), "start", "end").group_by("story")
    shelf.write(f"lives/{s}", lives.agg(pl.min("start"), pl.max("end")))
    held = hold_words(matrix, words, story, int(story.max(initial=-1)) + 1).tocoo()
    shelf.write(f"held/{s}", {"story": held.row, "word": words[held.col], "posts": held.data})


def settle_threads(shelf: Shelf, plan: Shards, levels: int, stage: int) -> None:
    """Choose the threads."""
    heads = read_heads(shelf, plan, stage)
    story = _stories(heads)
    sizes = np.bincount(story)
    cuts = _read_levels(shelf, levels)
    names = _read_names(shelf, plan, cuts)
    words = np.unique(names.word)
    held = pl.concat([shelf.read(f"held/{one.number}") for one in plan.slices])
    ends = held["story"].to_numpy(), np.searchsorted(words, held["word"].to_numpy())
    spoken = sparse.coo_matrix((held["posts"].to_numpy(), ends), shape=(len(sizes), len(words))).tocsr()
    times = pl.concat([shelf.read(f"lives/{one.number}") for one in plan.slices])
    thread = choose_threads(
        cuts, names, words, spoken, sizes=sizes,
        share=word_share(shelf.column("weights", "share")[words]),
        lives=lives_of(*(times[name].to_numpy() for name in ("story", "start", "end"))),
        window_seconds=plan.how.thread_seconds,
    )  # fmt: skip
    first = np.nonzero(heads == np.arange(len(heads)))[0]
    of = np.where(thread >= 0, first[thread], -1)[story]
    for one in plan.slices:
        here = slice(one.first, one.after)
        shelf.write(f"found/{one.number}", {"head": heads[here], "thread": of[here]})


def _stories(heads: Rows) -> Rows:
    """The number of the story of each row, in order of heads."""
    return (np.cumsum(heads == np.arange(len(heads))) - 1)[heads]


def _read_levels(shelf: Shelf, count: int) -> list[Level]:
    return [
        Level(
            shelf.column(f"levels/{number}/into", "into"),
            *(shelf.column(f"levels/{number}", name) for name in ("posts", "askable")),
        )
        for number in range(count)
    ]


def _read_names(shelf: Shelf, plan: Shards, levels: list[Level]) -> Names:
    """Of the parts that are held together well enough."""
    tables = pl.concat([shelf.read(f"word_names/{shard}") for shard in range(plan.count)])
    return well_named(levels, Names.strongest(*(tables[name].to_numpy() for name in _NAMES)))
