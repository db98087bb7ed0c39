"""A few kills of each kind; hundreds are a matter of ``python -m tests.kills``."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kills.edition import Place
from tests.kills.lives import Blow, Lives, some
from tests.kills.promises import check, look

# Where a run with a model is most easily hurt: of a whole run's 36 commits and some 22 renames.
POINTS = (
    Blow(kind="committed", after=10),  # calls of a round are sent, not all of it is settled
    Blow(kind="renamed", after=12),  # half of the files of an edition are in place
    Blow(kind="rename", after=21),
)


@pytest.mark.parametrize("kind", ["fresh", "renewed"])
def test_a_run_killed_at_a_point_ends_as_if_it_had_not_been(kind, lives: Lives):
    before = lives.tally.kills.total()

    for blow in POINTS:
        lives.live(kind, [blow])

    assert lives.tally.breaches == []
    assert lives.tally.kills.total() == before + len(POINTS)


def test_runs_killed_at_random_end_as_if_they_had_not_been(lives: Lives):
    kills = lives.tally.kills.total() + 9

    some(random.Random(5), lives, kills=kills)

    assert lives.tally.breaches == []
    assert lives.tally.kills.total() == kills


def test_what_was_paid_is_made_again_without_a_request(lives: Lives, place: Place):
    assert lives.mother.start(place.command(place="committed", after=20)).wait() is None
    assert lives.mother.start(place.command()).wait() == 0
    place.site.rename(place.folder / "before")
    lives.server.script({"fault": "500"})

    assert lives.mother.start(place.command("--from-ledger")).wait() == 0
    assert place.files() == lives.expected["fresh"].new
    assert lives.server.seen == []


def test_a_budget_counts_what_kills_cost(lives: Lives, place: Place):
    calls = 5
    place.lay_out(lives.server, run_calls=calls)
    for after in (8, 5, 5):
        lives.mother.start(place.command(place="committed", after=after)).wait()

    assert lives.mother.start(place.command()).wait() == 0
    assert len(lives.server.seen) <= calls
    assert "run it again to ask for what is missing" in place.told


# --- the promises are tests of something ---------------------------------------------------------------


@pytest.fixture
def whole(lives: Lives, place: Place) -> Place:
    assert lives.mother.start(place.command()).wait() == 0
    assert list(check(place, lives.expected["fresh"], lives.server, kills=0)) == []
    return place


def test_what_is_wrong_after_a_kill_is_noticed(lives: Lives, whole: Place):
    expected = lives.expected["fresh"]
    slug = "town_20260310_20260310"
    (whole.site / slug / "report.json").unlink()
    assert sorted(look(whole, expected)) == [
        f"_posts/2026-03-10-{slug}.md is new, {slug}/report.json is not",
        f"{slug}/manifest.json is new, {slug}/report.json is not",
    ]
    assert f"lost: {slug}/report.json" in look(whole, replace(expected, old=expected.new))
    (whole.site / slug / "report.json").write_bytes(b"{")
    assert f"neither old nor new: {slug}/report.json" in look(whole, expected)


def test_what_is_wrong_at_the_end_is_noticed(lives: Lives, whole: Place):
    expected, server = lives.expected["fresh"], lives.server
    (whole.site / ".report.json.part").touch()
    (whole.data / ".posts.parquet.17").touch()
    next((whole.data / "editions").rglob("*.parquet")).write_bytes(b"")
    server.script(ledger=whole.data / "ledger.sqlite")

    found = "\n".join(check(whole, expected, server, kills=0))

    assert "left behind: site/.report.json.part" in found
    assert "left behind: data/.posts.parquet.17" in found
    assert "archive: differs: editions/" in found
    assert "0 requests, " in found


def test_a_call_that_was_paid_twice_is_noticed(lives: Lives, whole: Place):
    _sql(whole.data / "ledger.sqlite", "UPDATE calls SET key = (SELECT MIN(key) FROM calls)")
    assert any("paid twice" in line for line in _checked(lives, whole))


def _checked(lives: Lives, place: Place) -> list[str]:
    return list(check(place, lives.expected["fresh"], lives.server, kills=0))


def _sql(path: Path, statement: str) -> None:
    import sqlite3  # noqa: PLC0415
    from contextlib import closing  # noqa: PLC0415

    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)
