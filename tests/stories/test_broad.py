"""Broad events: threads that hold stories, and ordinary days that must not melt into them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from dawnchorus.stories import broad
from dawnchorus.stories.cluster import find_stories

NAMES = ("Tessaly", "#TessalyFlood")
SCENES = (
    "bridge collapsed ferry stranded passengers rescued helicopter",
    "hospital evacuated generator failed patients moved overnight",
    "vineyards drowned harvest ruined growers demand relief",
    "school gym shelter blankets volunteers cooking soup",
    "mayor resigns dam warning ignored inquiry opened",
    "trains cancelled embankment washed away commuters walking",
)
TRADES = (
    "Oradyne Lumo batteries recalled fires warehouse",
    "Kestrel turbine Velmora Halden expo unveiled",
    "Quillon chess prodigy Marwick champion eleven",
    "Zephyra comet Ostrava telescope photographed tail",
    "Brakka union tram drivers strike Lindholm",
    "Peridot album Saskia Wren charts debut",
)


def told(scenes: tuple[str, ...], *, named: tuple[str, ...], each: int, days: int, seed: int) -> list[dict]:
    """Posts of ``each`` scene, said in other words every time, over ``days``."""
    rng = random.Random(seed)
    start = datetime(2026, 3, 10, tzinfo=UTC)
    filler = [
        f"{a}{b}" for a in ("mor", "tel", "san", "vek", "dru", "pil") for b in ("ana", "ido", "ush", "elt")
    ]
    rows = []
    for number, scene in enumerate(scenes):
        for i in range(each):
            words = [*rng.sample(scene.split(), 5), *rng.sample(filler, 2)]
            rng.shuffle(words)
            name = [rng.choice(named)] if named else []
            at = start + timedelta(hours=24 * days * (number * each + i) / (len(scenes) * each))
            rows.append({"id": f"x:{seed}-{number}-{i:03}", "text": " ".join(name + words), "created_at": at})
    return rows


@pytest.fixture
def flood() -> list[dict]:
    return told(SCENES, named=NAMES, each=12, days=6, seed=1)


@pytest.fixture
def market() -> list[dict]:
    return told(TRADES, named=(), each=8, days=1, seed=2)


def test_broad_event_is_one_thread_of_several_stories(kept, flood, market):
    found = find_stories(kept([*flood, *market]))
    event = found.filter(pl.col("id").str.starts_with("x:1-"))

    thread = event["thread"].drop_nulls().value_counts(sort=True)

    assert thread["count"][0] >= 0.9 * len(event)
    assert event["story"].drop_nulls().n_unique() >= 4


def test_stories_that_share_no_name_stay_their_own_threads(kept, market):
    found = find_stories(kept(market)).drop_nulls("story")

    assert found["story"].n_unique() >= 5
    assert (found["story"] == found["thread"]).all()


def test_thread_holds_whole_stories_and_is_named_after_its_earliest(kept, flood, market):
    frame = kept([*flood, *market])
    found = find_stories(frame).join(frame.select("id", "created_at"), on="id")

    several = found.drop_nulls("story").group_by("story").agg(pl.col("thread").n_unique())
    assert (several["thread"] == 1).all()
    first = found.drop_nulls("story").sort("created_at", "id").group_by("thread", maintain_order=True).first()
    assert (first["thread"] == first["story"]).all()


def test_threads_are_the_same_in_any_order_of_rows(kept, flood, market):
    frame = kept([*flood, *market])
    want = dict(find_stories(frame).select("id", "thread").iter_rows())

    order = np.random.default_rng(3).permutation(len(frame)).tolist()

    assert dict(find_stories(frame[order]).select("id", "thread").iter_rows()) == want


def test_threads_are_the_same_however_few_words_are_looked_at_at_once(kept, flood, market, monkeypatch):
    frame = kept([*flood, *market])
    want = find_stories(frame)

    monkeypatch.setattr(broad, "_COUNTS_AT_ONCE", 7)

    assert find_stories(frame).equals(want)


def test_post_on_its_own_joins_the_thread_whose_name_it_holds(kept, flood, market):
    lone = {"id": "x:lone", "text": "Grandmother watching Tessaly #TessalyFlood quietly, ukulele untouched"}
    other = {"id": "x:other", "text": "Somebody dusting a ukulele nobody has ever touched"}
    found = {row["id"]: row for row in find_stories(kept([*flood, *market, lone, other])).to_dicts()}

    assert found["x:lone"]["thread"] is not None
    assert found["x:other"] == {"id": "x:other", "story": None, "thread": None}


def test_post_of_another_season_does_not_join_though_it_holds_the_name(kept, flood, market):
    def alone(days):
        at = datetime(2026, 3, 10, tzinfo=UTC) + timedelta(days=days)
        post = {"id": "x:9", "text": "Tessaly #TessalyFlood postcards fetch a price", "created_at": at}
        return find_stories(kept([*flood, *market, post])).filter(pl.col("id") == "x:9")["thread"][0]

    assert alone(11) is not None
    assert alone(40) is None
    assert alone(-40) is None


def test_two_events_at_one_time_are_two_threads(kept, flood):
    fire = told(
        tuple(" ".join(reversed(scene.split())) + "ly" for scene in TRADES),
        named=("Corvane", "#CorvaneFire"), each=12, days=6, seed=4,
    )  # fmt: skip
    found = find_stories(kept([*flood, *fire])).drop_nulls("thread")

    events = (
        found.with_columns(event=pl.col("id").str.slice(0, 4))
        .group_by("thread")
        .agg(pl.col("event").n_unique(), pl.len())
    )

    assert (events.filter(pl.col("len") > 20)["event"] == 1).all()
    assert events["len"].max() < 0.6 * len(found)


def test_a_year_is_no_name(kept):
    rows = [
        {"text": f"2026 {text} number {i}", "id": f"x:{n}-{i}"}
        for n, text in enumerate(TRADES)
        for i in range(6)
    ]

    found = find_stories(kept(rows)).drop_nulls("story")

    assert found["thread"].n_unique() == found["story"].n_unique()
