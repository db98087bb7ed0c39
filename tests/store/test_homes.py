"""A post that comes again with another date or place stays where the archive has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dawnchorus.model import Post
from dawnchorus.store.archive import scan_archive
from dawnchorus.store.forgotten import remember_forgotten
from dawnchorus.store.intake import Intake
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.purge import purge_ledger
from dawnchorus.visits import Page

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
FIRST = Post(
    id="github:kites/wind:v1",
    source="github:kites/wind",
    text="Wind v1",
    created_at=NOW - timedelta(days=9, milliseconds=1),
)


@pytest.fixture
def intake(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        yield Intake(ledger, tmp_path)


def read(tmp_path) -> list[tuple[str, datetime, str]]:
    frames = [posts for _, posts in scan_archive(tmp_path)]
    return pl.concat(frames).select("source", "created_at", "text").rows()


def add(intake, *posts: Post, label: str = "kites", drain: bool = True):
    taken = intake.add(Page(posts=posts), label=label, source="github", at=NOW)
    if drain:
        intake.drain()
    return taken


@pytest.mark.parametrize("drain", [True, False])
def test_an_edited_entry_with_a_new_date_is_one_post_on_its_first_day(tmp_path, intake, drain):
    add(intake, FIRST, drain=drain)
    edited = replace(FIRST, text="Wind v1, 修订", created_at=NOW - timedelta(days=1))
    taken = add(intake, edited, label="other")
    assert read(tmp_path) == [("github:kites/wind", FIRST.created_at, "Wind v1, 修订")]
    assert taken.posts[0].created_at == FIRST.created_at


def test_a_post_that_another_listing_files_elsewhere_stays_where_it_is(tmp_path, intake):
    paper = replace(FIRST, id="arxiv:2603.1", source="arxiv:cs.cl")
    add(intake, paper, replace(paper, source="arxiv:cs.ai", created_at=NOW))
    assert [row[:2] for row in read(tmp_path)] == [("arxiv:cs.cl", paper.created_at)]


def test_posts_that_are_not_the_same_have_each_their_own_time(tmp_path, intake):
    posts = [replace(FIRST, id=f"rss:{n}", created_at=NOW - timedelta(hours=n)) for n in range(1200)]
    add(intake, *posts)
    assert sorted(at for _, at, _ in read(tmp_path)) == sorted(post.created_at for post in posts)


def test_a_time_that_becomes_known_is_taken(tmp_path, intake):
    add(intake, replace(FIRST, created_at=None))
    add(intake, FIRST)
    add(intake, replace(FIRST, created_at=NOW))
    assert FIRST.created_at in [at for _, at, _ in read(tmp_path)]
    assert NOW not in [at for _, at, _ in read(tmp_path)]


def test_a_forgotten_post_is_named_here_no_more(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        add(Intake(ledger, tmp_path), FIRST, replace(FIRST, id="github:kites/wind:v2"))
        forgotten = remember_forgotten(tmp_path, posts=[FIRST.id], on=NOW.date())
        assert purge_ledger(ledger, path, forgotten) == 1
        assert ledger.rows("SELECT id FROM homes") == [("github:kites/wind:v2",)]
