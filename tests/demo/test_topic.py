"""The demo's topic against the demo's posts, through the stages that a report uses."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import polars as pl
import pytest

from dawnchorus.posts.clean import clean
from dawnchorus.query import parse_query
from dawnchorus.settings import Topic, load_topic
from dawnchorus.sources.files import read_posts

FOLDER = resources.files("dawnchorus.demo")


@pytest.fixture(scope="module")
def topic() -> Topic:
    return load_topic(str(FOLDER / "topic.toml"))


@pytest.fixture(scope="module")
def cleaned() -> pl.DataFrame:
    batches = list(read_posts([str(FOLDER / f"posts-2026-03-{day}.jsonl") for day in (10, 11, 12)]))
    assert sum(batch.bad.height for batch in batches) == 3
    return clean(pl.concat(batch.posts for batch in batches))[0]


def test_the_query_keeps_what_was_written_on_the_topic_and_drops_the_chatter(
    topic: Topic, cleaned: pl.DataFrame
) -> None:
    kept = parse_query(topic.query).matches(cleaned)
    share = {
        mark: kept.filter(cleaned["extra"].str.contains(f'"{mark}"')).mean()
        for mark in ("hand", "hostile", "off_topic")
    }

    assert 0.88 <= share["hand"] < 1  # some answers and asides are on no topic
    assert share["hostile"] >= 0.8
    assert share["off_topic"] == 0


def test_every_theme_and_the_section_on_money_find_posts_in_both_languages(
    topic: Topic, cleaned: pl.DataFrame
) -> None:
    chinese = cleaned["clean_text"].str.contains(r"\p{Han}")
    queries = {theme.id: theme.query for theme in topic.section.themes} | {"finance": topic.finance.query}
    assert 3 <= len(topic.section.themes) <= 4

    for query in queries.values():
        found = parse_query(query).matches(cleaned)
        assert (found & chinese).sum() >= 15
        assert (found & ~chinese).sum() >= 15


def test_every_watched_symbol_is_named_by_at_least_three_voices(topic: Topic, cleaned: pl.DataFrame) -> None:
    voices = Counter[str]()
    tagged = (
        cleaned.select("author", pl.col("cashtags").list.unique()).explode("cashtags").unique().drop_nulls()
    )
    voices.update(tagged["cashtags"].to_list())

    assert all(voices[watch.symbol] >= 3 for watch in topic.watch)
    assert set(voices) == {watch.symbol for watch in topic.watch}  # "$1.6K" and "$349" are none


def test_every_name_with_an_alias_occurs_and_so_does_an_alias(topic: Topic, cleaned: pl.DataFrame) -> None:
    text = "\n".join(cleaned["clean_text"].drop_nulls())

    missing = {name for name, others in topic.aliases.items() if not any(other in text for other in others)}
    assert missing | {name for name in topic.aliases if name not in text} == set()
