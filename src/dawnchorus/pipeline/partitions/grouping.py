"""The plan of stories: stages over slices and shards, each an executor's tasks.

Original posts lie on the shelf a slice of time each, earliest first; what
comes out is the story and thread of each, as ``stories.cluster.group_posts``
finds them in one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from dawnchorus.pipeline.executors.executor import Executor
from dawnchorus.pipeline.partitions.broadening import find_threads
from dawnchorus.pipeline.partitions.joining import (
    Shards,
    join_all,
    part_apart,
    part_communities,
    part_components,
    part_singles,
    part_totals,
    scatter_edges,
    scatter_rows,
    settle_heads,
)
from dawnchorus.pipeline.partitions.nearing import Slice, find_near
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.pipeline.partitions.weighing import (
    count_slice,
    find_plain,
    find_words,
    hear,
    merge,
    settle_weights,
    weigh,
)
from dawnchorus.stories.communities import Joining
from dawnchorus.stories.spellings import known_names, spellings_with

_MERGED_AT_ONCE = 8  # counts of slices
LAST = 4  # stage of heads that stories are read from


def group_slices(
    shelf: Shelf,
    slices: Sequence[Slice],
    *,
    executor: Executor,
    shards: int,
    aliases: Mapping[str, str],
    how: Joining | None = None,
    step: Callable[[str], None] = lambda name: None,
) -> None:
    """Find the stories of ``originals/SLICE``; writes ``found/SLICE`` (``head``, ``thread``, rows or -1).

    Args:
        shelf: Where all tables lie.
        slices: Of the posts; one holds at least a post.
        executor: Runs the tasks.
        shards: Parts that groups are dealt to.
        aliases: See ``stories.spellings.spellings``.
        how: Settings.
        step: Hears the name of each stage.
    """
    how = how or Joining()
    numbers = range(len(slices))
    size = slices[-1].after
    plan = Shards(slices, shards, how)

    step("names")
    executor.map(partial(find_words, shelf), numbers)
    (heard,) = executor.map(partial(hear, shelf), [len(slices)])
    if heard:
        plain = set[str]().union(
            *executor.map(partial(find_plain, shelf, sorted(set(heard.values()))), numbers)
        )
        heard = {word: name for word, name in heard.items() if name not in plain}
    table = spellings_with(heard, aliases=aliases)

    step("terms")
    executor.map(partial(count_slice, shelf, table), numbers)
    name = _merged(shelf, executor, [f"counts/{s}" for s in numbers])
    executor.map(partial(settle_weights, shelf), [(name, size)])
    known = sorted(known_names(aliases))
    executor.map(partial(weigh, shelf, table, known), [(one.number, one.first, size) for one in slices])

    step("neighbours")
    executor.map(partial(find_near, shelf, slices, how), numbers)

    step("communities")
    executor.map(partial(part_components, shelf, plan), [0])
    executor.map(partial(scatter_edges, shelf, plan), numbers)
    executor.map(partial(part_communities, shelf, plan), range(shards))
    executor.map(partial(settle_heads, shelf, plan), [(0, _moved("moved/0", shards))])

    step("joining")
    _sum_up(shelf, plan, executor, 0, how.smallest)
    executor.map(partial(join_all, shelf, plan), [0])
    _sum_up(shelf, plan, executor, 1, how.host, centres=True)
    executor.map(partial(part_singles, shelf, plan), [(1, s) for s in numbers])
    executor.map(partial(settle_heads, shelf, plan), [(2, _moved("taken", len(slices)))])
    _sum_up(shelf, plan, executor, 2, how.smallest)
    executor.map(partial(join_all, shelf, plan), [2])
    executor.map(partial(scatter_rows, shelf, plan), [(3, 2, True, s) for s in numbers])
    executor.map(partial(part_apart, shelf, plan), [(3, shard) for shard in range(shards)])
    executor.map(partial(settle_heads, shelf, plan), [(LAST, _moved("moved/3", shards))])

    step("threads")
    find_threads(shelf, plan, executor, LAST)


def _sum_up(
    shelf: Shelf, plan: Shards, executor: Executor, stage: int, smallest: int, *, centres: bool = False
) -> None:
    executor.map(
        partial(scatter_rows, shelf, plan), [(stage, smallest, False, one.number) for one in plan.slices]
    )
    executor.map(partial(part_totals, shelf, plan), [(stage, centres, shard) for shard in range(plan.count)])


def _moved(name: str, parts: int) -> list[str]:
    return [f"{name}/{part}" for part in range(parts)]


def _merged(shelf: Shelf, executor: Executor, names: Sequence[str]) -> str:
    """Name of the counts that are the sum of all, merged in a tree of tasks."""
    level = 0
    while len(names) > 1:
        groups = [
            tuple(names[first : first + _MERGED_AT_ONCE]) for first in range(0, len(names), _MERGED_AT_ONCE)
        ]
        work = [(f"merged/{level}/{place}", group) for place, group in enumerate(groups)]
        executor.map(partial(merge, shelf), work)
        names, level = [name for name, _ in work], level + 1
    return names[0]
