from __future__ import annotations

import numpy as np
import pytest
from evals.rank import Set, beats, found, interval, recall


@pytest.fixture
def data() -> Set:
    posts = {"one": ["a", "b", "c", "d", "e", "f"], "two": ["g", "h"]}
    return Set(posts, {}, {"one": [{"a", "b"}, {"f"}], "two": [{"h"}]}, 1)


def test_story_is_found_if_any_of_its_posts_is_there():
    assert found([{"a", "b"}, {"f"}, {"z"}], [["x", "b"], ["f"]]) == 2


def test_recall_counts_the_first_groups_and_what_they_show(data):
    ranking = {"one": [["c", "d", "e", "f"], ["b"], ["a"]], "two": [["g"]]}

    assert recall(data, ranking, ["one", "two"], 1).tolist() == [[2, 1, 0, 4 / 6], [1, 0, 0, 0.5]]
    assert recall(data, ranking, ["one"], 2)[:, :3].tolist() == [[2, 2, 1]]


def test_interval_holds_the_recall_and_the_better_one_wins_resampled_days():
    good, bad = np.array([[2, 2, 2, 1], [3, 2, 2, 1.0]]), np.array([[2, 0, 0, 1], [3, 1, 1, 1.0]])

    low, high = interval(good, resamples=200)

    assert low <= 4 / 5 <= high
    assert beats(good, bad, resamples=200) == 1
    assert beats(bad, good, resamples=200) == 0
