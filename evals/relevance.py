"""How well a plain query finds the posts of an event known only by its name.

    python evals/relevance.py DATA_DIR

DATA_DIR holds relevance_crisislex_t6/tweets.jsonl.gz, lines {"id", "text", "label_event",
"label_on_topic"}. The queries were written from the names of the events alone, before any post was
looked at, and stay so. Exit 1 below a floor, 2 without the data.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from dawnchorus.posts.clean import clean
from dawnchorus.posts.relevance import keep_relevant
from dawnchorus.query import parse_query
from dawnchorus.tables import POSTS, conform

QUERIES = {
    "2012_Sandy_Hurricane": "sandy OR hurricane* OR #hurricane* OR #sandy*",
    "2013_Queensland_Floods": "flood* OR queensland OR #qldflood* OR #bigwet",
    "2013_Alberta_Floods": "flood* OR alberta OR calgary OR #abflood* OR #yycflood*",
}
# F1, set 2026-11-22 a little under what was measured: .920, .967, .943.
FLOORS = {"2012_Sandy_Hurricane": 0.91, "2013_Queensland_Floods": 0.96, "2013_Alberta_Floods": 0.93}
PLACE = "relevance_crisislex_t6/tweets.jsonl.gz"


def main(data: Path) -> int:
    if not (data / PLACE).exists():
        print(f"no data: {data / PLACE} is not there", file=sys.stderr)
        return 2
    rows = pl.read_ndjson(data / PLACE, infer_schema_length=None).unique(
        "id", keep="first", maintain_order=True
    )
    low = []
    for event, query in QUERIES.items():
        told = rows.filter(pl.col("label_event") == event)
        posts, _ = clean(conform(told.select("id", "text"), POSTS))
        kept, _ = keep_relevant(posts, parse_query(query))
        on = set(told.filter(pl.col("label_on_topic") == "on-topic")["id"])
        found = set(kept["id"])
        precision, recall = len(on & found) / len(found), len(on & found) / len(on)
        f1 = 2 * precision * recall / (precision + recall)
        scores = f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
        print(f"{event:24} {len(told):6} posts  {scores}  floor {FLOORS[event]:.2f}")
        low += [event] if f1 < FLOORS[event] else []
    for event in low:
        print(f"below the floor: {event}", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) if len(sys.argv) == 2 else print(__doc__, file=sys.stderr) or 2)
