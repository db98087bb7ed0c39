"""Do the stories that mattered come first? Against what AINews told of each day of 2024.

    python evals/rank.py DATA_DIR [--days alone|after] [--rankings FILE …] [--resamples N]

DATA_DIR holds ``ai_tweets_2024``. A day's input is the tweets with that day in
``issue_days``, cleaned and folded as in ``dawnchorus report``; its reference is
the stories of that day's AINews that link to at least one of them. Of 631
stories (175 days) whose tweet is anywhere in the file these are 492 (160 days);
the others cannot be found from the day's input and are given apart, as missed
("of 631").

A reference story is found if one of its linked tweets is in one of the first k
groups. That is kind to methods that melt a day into a few groups: one group of
everything finds all. So "shown" looks at no more than three posts of a group,
those that stand for it, and "posts" says how much of a day the first k hold.
Intervals are percentiles of resampled days.
Days are judged ``alone``, or ``after`` all days before, as an edition is.

Baselines on the same input: newest post first, our groups by size (newest
first among equals), posts in random order; and from FILE, made by
``_bertopic.py``, BERTopic's topics by size. The best there can be is 1.
Exits 1 below a floor, 2 if data are missing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from dawnchorus.pipeline.prepare import keep, read_files
from dawnchorus.stories.build import build_stories
from dawnchorus.tables import THREADS, empty

Ranking = dict[
    str, list[list[str]]
]  # day -> groups of ids, best first; in each first those that stand for it

AT = (10, 20)
SHOWN = 3
LARGE = 30  # posts of a day whose first twenty groups do not hold nearly all of it anyway
# Reached 2026-11-22: alone .70 and .90, after .72 and .90; the half-width of the intervals is .05 and .04,
# but of the same days a change of words or weights moves no more than .02.
FLOORS = {"alone": {10: 0.72, 20: 0.9}, "after": {10: 0.74, 20: 0.9}}


@dataclass(frozen=True)
class Set:
    posts: dict[str, list[str]]  # day -> ids, newest first
    kept: dict[str, pl.DataFrame]  # day -> KEPT
    wanted: dict[str, list[set[str]]]  # day -> ids in the input that a reference story links to
    elsewhere: int  # reference stories whose tweets are in the file, but on no such day


def read(folder: Path) -> Set:
    rows = _lines(folder / "tweets.jsonl.gz")
    newest = sorted(rows, key=lambda row: (row["created_at"] or "", row["id"]), reverse=True)
    posts: dict[str, list[str]] = defaultdict(list)
    for row in newest:
        for day in row["issue_days"]:
            posts[day].append(row["id"])
    table = read_files([str(folder / "tweets.jsonl.gz")]).posts.sort("created_at", "id", nulls_last=True)
    kept = {day: keep(table.filter(pl.col("id").is_in(ids)), query=None)[0] for day, ids in posts.items()}
    known = {row["id"] for row in rows}
    wanted: dict[str, list[set[str]]] = defaultdict(list)
    elsewhere = 0
    for story in _lines(folder / "reference_ainews/stories.jsonl.gz"):
        linked = {"x:" + tweet["id"] for tweet in story["tweets"]}
        if here := linked & set(posts.get(story["date"], ())):
            wanted[story["date"]].append(here)
        elsewhere += bool(linked & known) and not here
    return Set(dict(posts), kept, dict(wanted), elsewhere)


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def ours(data: Set, *, after: bool) -> tuple[Ranking, Ranking]:
    """Our stories in order, and all groups that we find by size."""
    ranked, sized, past = {}, {}, empty(THREADS)
    for day in sorted(data.posts):
        if not (after or day in data.wanted):
            continue
        built = build_stories(data.kept[day], earlier=past, day=date.fromisoformat(day))
        if after:
            past = pl.concat([past, built.threads])
        ranked[day] = [
            [head, *(post for post in ids if post != head)]
            for head, ids in built.stories.select("head", "posts").iter_rows()
        ]
        place = {post: at for at, post in enumerate(data.posts[day])}
        groups = (
            built.assigned.with_columns(pl.coalesce("story", "id"))
            .group_by("story", maintain_order=True)
            .agg("id")["id"]
            .to_list()
        )
        sized[day] = sorted(groups, key=lambda ids: (-len(ids), min(place[i] for i in ids)))
    return ranked, sized


def found(wanted: Sequence[set[str]], groups: Sequence[Sequence[str]]) -> int:
    """Reference stories with a post in ``groups``."""
    held = {post for group in groups for post in group}
    return sum(not story.isdisjoint(held) for story in wanted)


def recall(data: Set, ranking: Ranking, days: Sequence[str], k: int) -> np.ndarray[Any, Any]:
    """Of each day: reference stories, found, found where shown, share of the posts in the first k groups."""
    rows = []
    for day in days:
        first, wanted = ranking.get(day, [])[:k], data.wanted[day]
        shown = [group[:SHOWN] for group in first]
        share = sum(map(len, first)) / len(data.posts[day])
        rows.append((len(wanted), found(wanted, first), found(wanted, shown), share))
    return np.array(rows, float).reshape(-1, 4)


def interval(rows: np.ndarray[Any, Any], *, resamples: int) -> tuple[float, float]:
    """Of recall: 2.5th and 97.5th percentile over resampled days."""
    picks = np.random.default_rng(0).integers(0, len(rows), (resamples, len(rows)))
    shares = rows[picks, 1].sum(axis=1) / rows[picks, 0].sum(axis=1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return float(low), float(high)


def beats(ours: np.ndarray[Any, Any], other: np.ndarray[Any, Any], *, resamples: int) -> float:
    """Share of resamples of the same days in which ours finds more."""
    picks = np.random.default_rng(0).integers(0, len(ours), (resamples, len(ours)))
    return float((ours[picks, 1].sum(axis=1) > other[picks, 1].sum(axis=1)).mean())


def table(data: Set, rankings: Mapping[str, Ranking], *, first: str, resamples: int) -> dict[int, float]:
    """Print it; recall of ``first`` on all days."""
    reached: dict[int, float] = {}
    selections: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("all days", lambda day: True),
        (f"days of {LARGE} posts and more", lambda day: len(data.posts[day]) >= LARGE),
    )
    for title, chosen in selections:
        days = [day for day in sorted(data.wanted) if chosen(day)]
        total = sum(len(data.wanted[day]) for day in days)
        print(f"\n{title}: {len(days)}, {total} reference stories")
        best = {k: recall(data, rankings[first], days, k) for k in AT}
        for name, ranking in rankings.items():
            cells = []
            for k in AT:
                rows = recall(data, ranking, days, k)
                share = float(rows[:, 1].sum() / total)
                low, high = interval(rows, resamples=resamples)
                cells.append(
                    f"@{k} {share:.3f} ({low:.3f}-{high:.3f}) shown {rows[:, 2].sum() / total:.3f}"
                    f" posts {rows[:, 3].mean():.2f}"
                )
                if name == first and len(days) == len(data.wanted):
                    every = total + data.elsewhere
                    reached[k] = share
                    cells[-1] += f" of {every}: {rows[:, 1].sum() / every:.3f}"
                if name != first:
                    cells[-1] += f" beaten {beats(best[k], rows, resamples=resamples):.3f}"
            print(f"  {name:30} " + "   ".join(cells))
    return reached


def shuffled(data: Set, seed: int) -> Ranking:
    order = np.random.default_rng(seed)
    return {day: [[str(post)] for post in order.permutation(ids)] for day, ids in sorted(data.posts.items())}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure how well stories are ranked.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--days", choices=("alone", "after"), action="append")
    parser.add_argument("--rankings", type=Path, action="append", default=[])
    parser.add_argument("--resamples", type=int, default=2000)
    options = parser.parse_args(arguments)
    folder = options.data / "ai_tweets_2024"
    missing = [path for path in (folder / "tweets.jsonl.gz", *options.rankings) if not path.is_file()]
    if missing:
        print(f"Error: no such file: {', '.join(map(str, missing))}", file=sys.stderr)
        return 2
    data = read(folder)
    low = 0
    for how in options.days or ("alone",):
        ranked, sized = ours(data, after=how == "after")
        name = f"dawnchorus, days {how}"
        rankings: dict[str, Ranking] = {
            name: ranked,
            "largest of our groups first": sized,
            "newest post first": {day: [[post] for post in ids] for day, ids in data.posts.items()},
            "posts in random order": shuffled(data, 0),
        }
        for path in options.rankings:
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                rankings.setdefault(row["method"], {})[row["day"]] = row["groups"]
        reached = table(data, rankings, first=name, resamples=options.resamples)
        for k, floor in FLOORS[how].items():
            if reached[k] < floor:
                low += 1
                print(f"Error: recall at {k} is {reached[k]:.3f}, its floor {floor}", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
