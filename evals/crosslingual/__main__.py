"""Do posts about one event in Chinese, English and Japanese become one story?

    python -m evals.crosslingual [--part tune|held] [--show]

Posts, events and near misses of this folder, all invented, written before the code that joins them; read and
grouped as by ``dawnchorus stories``, without a topic or aliases of one. Prints shares by
what joins an event (its bridge) for both parts; exit 1 if one is under its floor. --show lists what was got
wrong in the part to tune by, or in --part.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence

from evals.crosslingual.measure import (
    PARTS,
    POSTS,
    Event,
    Share,
    false_joins,
    met,
    misses_joined,
    read_events,
    read_near_misses,
    recall,
    wrong_pairs,
)

from dawnchorus.pipeline.prepare import keep, read_files
from dawnchorus.stories.cluster import find_stories

# Of both parts alike; what was reached on 2026-11-22 stands in README.md. Negative: a ceiling.
FLOORS = {"across": 0.74, "within": 0.52, "wrong": -0.25, "near misses": -0.38}

Stories = Mapping[str, str]


def found_stories(path: str = str(POSTS)) -> dict[str, str]:
    """Story of each post; a post on its own is its own story."""
    kept, _ = keep(read_files([path]).posts, query=None)
    return {post: story or post for post, story in find_stories(kept).select("id", "story").iter_rows()}


def figures(part: str, story: Stories, language: Mapping[str, str]) -> dict[str, Share]:
    """All shares of a part."""
    events = read_events()
    here = [event for event in events if event.part == part]
    misses = [miss for miss in read_near_misses() if miss.part == part]
    wrong, touched = false_joins(here, story)
    return {
        "across": recall(here, story, language, across=True),
        "met": met(here, story, language),
        "within": recall(here, story, language, across=False),
        "wrong": wrong,
        "touched": touched,
        "near misses": misses_joined(misses, {event.name: event for event in events}, story)[0],
    }


def below(part: str, shares: Mapping[str, Share]) -> Iterator[str]:
    """A line for each share past its floor or ceiling."""
    for name, floor in FLOORS.items():
        value = shares[name].value
        if not shares[name].number:
            continue
        if (value if floor >= 0 else -value) < floor:
            yield f"Error: {part}: {name} is {value:.3f}, its bound {abs(floor)}"


def _table(story: Stories, language: Mapping[str, str]) -> Iterator[str]:
    heads = ("pairs across languages", "events met", "wrong pairs")
    yield f"{'bridge':<12}" + "".join(f"{f'{part}: {head}':>30}" for part in PARTS for head in heads)
    events = read_events()
    for bridge in dict.fromkeys(event.bridge for event in events):
        cells = []
        for part in PARTS:
            here = [event for event in events if event.bridge == bridge and event.part == part]
            cells += [
                recall(here, story, language, across=True), met(here, story, language),
                false_joins(here, story)[0],
            ]  # fmt: skip
        yield f"{bridge:<12}" + "".join(f"{cell!s:>30}" for cell in cells)
    yield ""
    yield f"{'near misses':<12}" + "".join(f"{part:>20}" for part in PARTS)
    misses, by_name = read_near_misses(), {event.name: event for event in events}
    for kind in dict.fromkeys(miss.kind for miss in misses):
        cells = [
            misses_joined([m for m in misses if m.kind == kind and m.part == part], by_name, story)[0]
            for part in PARTS
        ]
        yield f"{kind:<12}" + "".join(f"{cell!s:>20}" for cell in cells)
    yield ""


def _errors(part: str, events: Sequence[Event], story: Stories, text: Mapping[str, str]) -> Iterator[str]:
    for event in events:
        groups: dict[str, list[str]] = {}
        for post in event.posts:
            groups.setdefault(story[post], []).append(text[post])
        if len(groups) > 1:
            yield f"{event.name} {event.bridge}"
            yield from (f"    {'  +  '.join(told)}" for told in groups.values())
    for name, post, other in wrong_pairs(events, story):
        yield f"{name} joined wrongly: {text[post]}  +  {text[other]}"
    misses = [miss for miss in read_near_misses() if miss.part == part]
    for post in misses_joined(misses, {event.name: event for event in read_events()}, story)[1]:
        yield f"near miss joined: {text[post]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.crosslingual", description=(__doc__ or "").split("\n", maxsplit=1)[0]
    )
    parser.add_argument("--part", choices=PARTS, default="tune", help="whose errors --show lists")
    parser.add_argument("--show", action="store_true", help="list what was got wrong")
    asked = parser.parse_args(arguments)
    rows = [json.loads(line) for line in POSTS.read_text("utf-8").splitlines()]
    language = {row["id"]: row["lang"] for row in rows}
    story = found_stories()
    print("\n".join(_table(story, language)))
    faults = []
    for part in PARTS:
        shares = figures(part, story, language)
        print(f"{part}: " + "; ".join(f"{name} {share}" for name, share in shares.items()))
        faults += below(part, shares)
    if asked.show:
        here = [event for event in read_events() if event.part == asked.part]
        print("\n".join(_errors(asked.part, here, story, {row["id"]: row["text"] for row in rows})))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
