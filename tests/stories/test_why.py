"""Why two posts are in one story or are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.stories.test_cluster import BATTERY, PORT, TURBINE

from dawnchorus.stories.cluster import find_stories
from dawnchorus.stories.why import explain


@pytest.fixture
def day_of_three(kept, chatter):
    return kept([{"text": text} for text in (*TURBINE, *BATTERY, *PORT, *chatter)])


def test_posts_of_one_story_are_told_what_they_share_and_which_step_united_them(day_of_three):
    why = explain(day_of_three, "x:00000", "x:00001", aliases={})

    assert why.together
    assert {"kestrel", "velmora", "halden"} <= {one.term for one in why.shared}
    assert why.evidence == pytest.approx(sum(one.evidence for one in why.shared))
    assert why.cosine == pytest.approx(sum(one.cosine for one in why.shared), abs=1e-5)
    assert why.evidence >= why.evidence_needed
    assert "came together" in why.verdict
    assert why.steps[-1].together


def test_it_says_what_the_grouping_says_of_every_pair(day_of_three):
    assigned = find_stories(day_of_three)
    story = dict(assigned.select("id", "story").iter_rows())
    posts = day_of_three["id"].to_list()
    for one, other in zip(posts, posts[3:] + posts[:3], strict=True):
        why = explain(day_of_three, one, other, aliases={})
        assert why.stories == (story[one], story[other])
        assert why.together == (story[one] is not None and story[one] == story[other])


def test_characters_of_chinese_and_links_are_named(kept, chatter):
    link = "https://velmora.example/q3"
    rows = [{"text": f"Record quarter {link}"}, {"text": f"澜港码头停摆 {link}", "language": "zh"}]
    frame = kept([*rows, *({"text": text} for text in chatter)])

    why = explain(frame, "x:00000", "x:00001", aliases={})
    [found] = [one for one in why.shared if one.kind == "link"]
    assert found.term == "velmora.example/q3"
    assert found.posts == 2

    port = kept([{"text": text} for text in (*PORT, *chatter)])
    kinds = {one.kind for one in explain(port, "x:00000", "x:00001", aliases={}).shared}
    assert "characters" in kinds


def test_posts_that_share_nothing_are_told_so(day_of_three):
    why = explain(day_of_three, "x:00000", "x:00007", aliases={})

    assert not why.together
    assert why.shared == ()
    assert why.path == ()
    assert "share nothing" in why.verdict


def test_posts_far_apart_in_time_are_told_so(kept, chatter):
    at = datetime(2026, 3, 10, tzinfo=UTC)
    early = [{"text": text, "created_at": at + timedelta(minutes=i)} for i, text in enumerate(TURBINE)]
    late = [
        {"text": text, "created_at": at + timedelta(days=40, minutes=i)} for i, text in enumerate(TURBINE)
    ]
    frame = kept([*early, *late, *({"text": text} for text in chatter)])

    why = explain(frame, "x:00000", "x:00005", aliases={})

    assert not why.together
    assert why.hours_apart > 900
    assert "hours apart" in why.verdict


def test_a_path_leads_from_neighbour_to_neighbour(day_of_three):
    why = explain(day_of_three, "x:00000", "x:00003", aliases={})

    assert [why.path[0].post, why.path[-1].post] == ["x:00000", "x:00003"]
    assert why.path[0].cosine is None
    assert all(0 < (link.cosine or 0) <= 1.001 for link in why.path[1:])


def test_copies_go_where_their_original_goes(kept, chatter):
    rows = [{"text": text} for text in (*TURBINE, *chatter)]
    copy = {"text": TURBINE[0], "duplicate_of": "x:00000", "duplicate_kind": "repost"}
    frame = kept([*rows, copy])
    last = frame["id"][-1]

    why = explain(frame, last, "x:00000", aliases={})

    assert why.together
    assert why.copies_of == ("x:00000", None)
    assert "copy" in why.verdict
    assert explain(frame, last, "x:00001", aliases={}).together
