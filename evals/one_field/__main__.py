"""Are the stories of a day on one field told apart, and each kept whole?

    python -m evals.one_field [--show]

The three days of the demo, read and grouped as for its editions. ``events.json`` names the events of the
originals; posts that tell of several events or of none are not in it. Written by one reader, who saw what the
program had joined. Prints B-cubed precision, recall and F1 of each day; exit 1 if the mean F1 is under its
floor. --show lists each story of ours by its events.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from evals.stories import bcubed
from evals.threads import demo

from dawnchorus.stories.cluster import find_stories

HERE = Path(__file__).parent
FLOOR = 0.79  # of the mean F1; .82 on 2026-11-23


def found_stories() -> dict[str, dict[str, str]]:
    """Of each day the story of each post; a post on its own is its own."""
    topic, days = demo(HERE)
    return {
        str(day): {
            post: story or post
            for post, story in find_stories(kept, aliases=topic.spellings).select("id", "story").iter_rows()
        }
        for day, kept in days
    }


def read_events() -> dict[str, dict[str, str]]:
    """Of each day the event of each post that has one."""
    days: Mapping[str, Mapping[str, list[str]]] = json.loads((HERE / "events.json").read_text("utf-8"))
    return {
        day: {post: event for event, posts in events.items() for post in posts}
        for day, events in days.items()
    }


def main(*, show: bool) -> int:
    found, gold = found_stories(), read_events()
    rows = []
    for day, events in gold.items():
        posts = sorted(events)
        precision, recall, f1 = bcubed([events[post] for post in posts], [found[day][post] for post in posts])
        rows.append({"day": day, "posts": len(posts), "events": len(set(events.values()))})
        rows[-1] |= {"precision": precision, "recall": recall, "f1": f1}
        held: dict[str, Counter[str]] = {}
        for post in posts if show else ():
            held.setdefault(found[day][post], Counter())[events[post]] += 1
        for of in sorted(held.values(), key=lambda of: (-of.total(), sorted(of))):
            print(day, ", ".join(f"{event} {count}" for event, count in of.most_common()))
    with pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, float_precision=3):
        print(pl.DataFrame(rows))
    mean = sum(row["f1"] for row in rows) / len(rows)
    if mean < FLOOR:
        print(f"Error: mean F1 is {mean:.3f}, its floor {FLOOR}", file=sys.stderr)
    return int(mean < FLOOR)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--show", action="store_true", help="list each story of ours by its events")
    sys.exit(main(show=parser.parse_args().show))
