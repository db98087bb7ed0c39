from __future__ import annotations

import random

import pytest

from dawnchorus.stories.build import build_stories
from dawnchorus.tables import ASSIGNED, STORIES, THREADS, empty

ROWS = [
    {"id": "a", "text": "Velmora unveils the Kestrel turbine at Halden https://velmora.example/kestrel"},
    {"id": "b", "text": "@someone the Kestrel turbine of Velmora, wow", "reply_to": "a"},
    {"id": "c", "text": "维尔莫拉 Velmora 发布 Kestrel 风机", "language": "zh"},
    {"id": "d", "text": "KESTREL TURBINE VELMORA!!!", "like_count": 9000},
    {"id": "e", "text": "澜港三号码头今日停摆，吊机系统瘫痪", "language": "zh"},
    {"id": "f", "text": "吊机系统瘫痪，澜港三号码头停摆一整天", "language": "zh"},
    {"id": "g", "text": "澜港三号码头停摆，货主称吊机系统瘫痪", "language": "zh"},
    {"id": "h", "text": "Gutters leaking again, plumber arrives Thursday"},
    {
        "id": "i",
        "text": "Gutters leaking again, plumber arrives Thursday",
        "duplicate_of": "h",
        "duplicate_kind": "exact",
    },
]


@pytest.fixture
def built(kept, day):
    return build_stories(kept(ROWS), earlier=empty(THREADS), day=day)


def test_tables_have_their_schemas(built):
    assert built.assigned.schema == ASSIGNED
    assert built.stories.schema == STORIES
    assert built.threads.schema == THREADS


def test_every_post_is_assigned_once_in_the_order_given(built):
    assert built.assigned["id"].to_list() == [row["id"] for row in ROWS]


def test_stories_hold_the_posts_assigned_to_them(built):
    assigned = dict(built.assigned.select("id", "story").iter_rows())
    for story, posts in built.stories.select("story", "posts").iter_rows():
        assert {assigned[post] for post in posts} in ({story}, {None})


def test_head_is_a_plain_early_post_with_a_link_not_the_loudest(built):
    heads = dict(built.stories.select("story", "head").iter_rows())
    turbine = dict(built.assigned.select("id", "story").iter_rows())["a"]

    assert heads[turbine] == "a"


def test_terms_are_whole_words_names_first(built):
    terms = dict(built.stories.select("head", "terms").iter_rows())

    assert set(terms["a"][:2]) == {"Velmora", "Kestrel"}
    harbour = next(words for head, words in terms.items() if head in "efg")
    assert "码头" in "".join(harbour)
    assert all(len(word) > 1 for word in harbour)
    assert max(map(len, terms.values())) <= 8


def test_copies_count_as_posts_not_as_originals(built):
    row = next(row for row in built.stories.iter_rows(named=True) if "h" in row["posts"])

    assert (row["post_count"], row["original_count"], row["posts"]) == (2, 1, ["h", "i"])


def test_scores_fall(built):
    scores = built.stories["score"].to_list()

    assert scores == sorted(scores, reverse=True)


def test_order_of_rows_changes_no_byte(kept, day, built):
    frame = kept(ROWS)
    for seed in range(3):
        order = list(range(len(frame)))
        random.Random(seed).shuffle(order)
        again = build_stories(frame[order], earlier=empty(THREADS), day=day)
        assert again.stories.equals(built.stories)
        assert again.threads.equals(built.threads)


def test_stop_words_of_the_topic_mark_nothing(kept, day):
    built = build_stories(kept(ROWS), earlier=empty(THREADS), day=day, stop_words=["Kestrel"])

    assert all("Kestrel" not in terms for terms in built.stories["terms"])
