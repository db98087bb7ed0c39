"""Some days of the simulated month; the whole of it is run by hand: ``python -m tests.simulation``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import polars as pl
import pytest

from tests.simulation.month import simulate
from tests.simulation.promises import check
from tests.simulation.world import CUTOFF, ZONE, make_world


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    # Clocks are moved on the last of these nights.
    folder = tmp_path_factory.mktemp("month")
    return simulate(folder, seed=4, first=date(2026, 3, 27), days=3, a_day=45, rate=0.1)


def test_every_post_that_could_be_read_is_in_the_archive_once_and_in_one_edition(month):
    figures, breaches = check(month)

    assert breaches == []
    assert figures.due > 80
    assert month.faults.total() >= 10
    assert month.kills.total() >= 2


def _without_a_post(rows: pl.DataFrame) -> pl.DataFrame:
    return rows[1:]


def _with_an_old_text(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(text=pl.lit("Something else."))


def _with_a_stranger(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, rows[:1].with_columns(id=pl.lit("hackernews:1"))])


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (_without_a_post, "missing: hackernews:"),
        (_with_an_old_text, "an old text ('Something else.'): hackernews:"),
        (_with_a_stranger, "never offered, but in the archive: hackernews:1"),
    ],
)
def test_a_damaged_archive_is_noticed(month, harm: Callable[[pl.DataFrame], pl.DataFrame], told: str):
    path = sorted((month.data / "posts" / "source=hackernews").rglob("posts.parquet"))[1]
    before = path.read_bytes()
    try:
        harm(pl.read_parquet(path, hive_partitioning=False)).write_parquet(path)
        assert any(line.startswith(told) for line in check(month)[1])
    finally:
        path.write_bytes(before)


def test_a_post_in_two_partitions_is_noticed(month):
    path = sorted((month.data / "posts" / "source=hackernews").rglob("posts.parquet"))[1]
    copy = path.parent.parent / "date=2026-01-01" / path.name
    copy.parent.mkdir()
    try:
        copy.write_bytes(path.read_bytes())
        assert any(line.startswith("2 times in the archive: hackernews:") for line in check(month)[1])
    finally:
        copy.unlink()
        copy.parent.rmdir()


def test_a_bill_that_the_ledger_lacks_is_noticed(month):
    assert any(line.startswith("X billed $") for line in check(replace(month, billed_usd=99.0))[1])


def test_a_file_that_was_changed_is_noticed(month):
    path: Path = next(month.site.glob("month_*/report.json"))
    before = path.read_bytes()
    try:
        path.write_bytes(before + b" ")
        assert any("is not what the manifest says" in line for line in check(month)[1])
    finally:
        path.write_bytes(before)


def test_the_world_has_all_that_makes_reading_hard():
    first = date(2026, 3, 8)
    world = make_world(seed=1, first=first, days=30, a_day=50)
    offers = [one.offer for one in world]

    assert len({one.id for one in world}) == len(world)
    assert make_world(seed=1, first=first, days=30, a_day=50) == world
    assert {name for one in world for name in one.servers} >= {
        "x",
        "jetstream",
        "mastodon a",
        "feeds",
        "v2ex",
    }
    for found in (
        [one for one in offers if one.created_at.astimezone(ZONE).time() == time()],
        [one for one in offers if one.created_at.astimezone(ZONE).time() == CUTOFF],
        [one for one in offers if one.offered_at > one.created_at],
        [one for one in offers if one.deleted_at],
        [one for one in world if one.edits],
        [one for one in world if one.until],
        [one for one in world if one.is_future],
        [one for one in world if one.is_off_topic],
        [one for one in world if one.later],
        [one for one in world if len(one.servers) > 1],
    ):
        assert found
