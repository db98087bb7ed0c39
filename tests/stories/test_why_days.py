"""Why two posts of different editions go together or do not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dawnchorus.stories.build import build_stories
from dawnchorus.stories.why_days import explain_over_days
from dawnchorus.tables import THREADS, empty

RECALL = (
    "Oradyne recalls Lumo batteries after fires in Tessaly https://oradyne.example/recall",
    "Fires in Tessaly: Oradyne recalls its Lumo batteries",
    "Oradyne recall of Lumo batteries, Tessaly fires blamed",
)
STRIKE = ("Dockers strike in Lankport over pensions", "Lankport dockers on strike, pensions at stake")
GROWS = (
    "Oradyne recall of Lumo batteries grows to 48,000 after Tessaly fires https://oradyne.example/recall",
    "Oradyne now recalls 48,000 Lumo batteries, Tessaly fires",
)
OPERA = ("Bexley Opera loses its roof in the storm", "Storm took the roof off Bexley Opera")


@pytest.fixture
def why(kept, day):
    def rows(name, *stories):
        return kept(
            [{"id": f"{name}{i}{j}", "text": t} for i, s in enumerate(stories) for j, t in enumerate(s)]
        )

    before = build_stories(rows("old", RECALL, STRIKE), earlier=empty(THREADS), day=day - timedelta(days=1))
    today = rows("new", GROWS, OPERA)
    built = build_stories(today, earlier=before.threads, day=day)
    return lambda one, other: explain_over_days(
        today, built, one, other, earlier=before.threads, day=day, aliases={}
    )


def test_story_that_goes_on_is_told_as_one_with_what_it_shares(why, day):
    found = why("new00", "old01")

    assert found.one_story
    assert found.one_thread
    assert [(place.day, place.today) for place in found.places] == [
        (day, True),
        (day - timedelta(days=1), False),
    ]
    assert {"oradyne", "lumo", "tessaly"} <= {word.lower() for word in found.shared}
    assert found.links == ("oradyne.example/recall",)
    assert found.compared.evidence >= found.compared.evidence_needed
    assert "One story over days" in found.verdict
    assert "old01 is in an earlier edition only" in found.verdict


def test_order_of_the_two_posts_does_not_matter(why):
    one, other = why("new00", "old01"), why("old01", "new00")

    assert (one.compared, one.shared, one.places) == (other.compared, other.shared, other.places[::-1])


def test_two_events_are_told_apart_with_the_reason(why):
    found = why("new10", "old00")

    assert not found.one_story
    assert not found.one_thread
    assert found.verdict.startswith("Two stories in two threads")
    assert "share nothing" in found.verdict


def test_two_posts_of_earlier_editions_are_told_by_their_stories(why):
    assert why("old00", "old02").one_story
    assert not why("old00", "old10").one_thread
    assert why("old00", "old10").compared is None


def test_post_that_no_edition_had_is_not_explained(why):
    assert why("new00", "nowhere") is None
