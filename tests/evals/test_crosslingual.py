"""Measures of stories that cross languages, against cases counted by hand."""

from __future__ import annotations

import json

import pytest
from evals.crosslingual.__main__ import below
from evals.crosslingual.measure import (
    POSTS,
    Event,
    NearMiss,
    Share,
    false_joins,
    met,
    misses_joined,
    read_events,
    read_near_misses,
    recall,
)

EVENTS = (Event("E1", "link", ("a", "b", "c")), Event("E2", "alias", ("d", "e")))
LANGUAGE = {"a": "zh", "b": "en", "c": "en", "d": "ja", "e": "zh", "f": "en", "g": "en"}
# a, b and the chatter f in one story; c, d and e each on their own.
STORY = {"a": "s", "b": "s", "f": "s", "c": "c", "d": "d", "e": "e", "g": "g"}


def test_pairs_of_two_languages_and_of_one_are_counted_apart():
    assert recall(EVENTS, STORY, LANGUAGE, across=True) == Share(1, 3)
    assert recall(EVENTS, STORY, LANGUAGE, across=False) == Share(0, 1)


def test_an_event_is_met_when_one_story_speaks_all_its_languages():
    assert met(EVENTS, STORY, LANGUAGE) == Share(1, 2)


def test_false_joins_are_pairs_with_what_tells_another_thing():
    wrong, touched = false_joins(EVENTS, STORY)

    assert wrong == Share(2, 3)  # a-f and b-f, beside a-b
    assert touched == Share(1, 2)


def test_a_near_miss_is_joined_to_its_event_or_to_its_like():
    misses = (
        NearMiss("N1", "company", ("f",), "E1"),
        NearMiss("N2", "template", ("g", "c"), None),
        NearMiss("N3", "number", ("g",), "E2"),
    )

    share, joined = misses_joined(misses, {event.name: event for event in EVENTS}, STORY)

    assert share == Share(1, 4)
    assert joined == ["f"]


def test_a_share_past_its_bound_is_told_and_none_of_none_is_no_fault():
    good = {"across": Share(9, 9), "within": Share(0, 0), "wrong": Share(0, 9), "near misses": Share(0, 0)}
    bad = {**good, "wrong": Share(9, 9), "across": Share(1, 9)}

    assert list(below("held", good)) == []
    assert [line.split(" is ")[0] for line in below("held", bad)] == [
        "Error: held: across",
        "Error: held: wrong",
    ]


@pytest.fixture(scope="module")
def posts():
    return {row["id"]: row for row in map(json.loads, POSTS.read_text("utf-8").splitlines())}


def test_the_set_is_whole(posts):
    events, misses = read_events(), read_near_misses()
    told = [post for event in events for post in event.posts]
    near = [post for miss in misses for post in miss.posts]

    assert len(events) >= 60
    assert len(misses) >= 40
    assert len(told) == len(set(told))
    assert len(posts) - len(told) - len(near) >= 200
    assert set(told) | set(near) <= set(posts)
    assert not set(told) & set(near)
    assert all(len({posts[post]["lang"] for post in event.posts}) > 1 for event in events)
    assert {miss.event for miss in misses} - {None} <= {event.name for event in events}
