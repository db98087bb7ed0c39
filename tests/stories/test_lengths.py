"""What length does to how near posts are."""

from __future__ import annotations

import numpy as np
import pytest

from dawnchorus.stories.lengths import lifted, lifts


def test_short_posts_are_as_near_as_their_cosine():
    assert lifts(np.array([0, 1, 8, 20]), needed=9.0).tolist() == [1, 1, 1, 1]


def test_longer_posts_are_nearer_than_their_cosine_up_to_a_length():
    found = lifts(np.array([20, 30, 40, 64]), needed=9.0)

    assert found[0] < found[1] < found[2] == found[3] == pytest.approx(2**0.5)


def test_on_small_days_where_little_evidence_makes_neighbours_length_changes_nothing():
    assert lifts(np.array([20, 40, 64]), needed=3.8).tolist() == [1, 1, 1]
    assert 1 < lifts(np.array([40]), needed=6.0)[0] < 2**0.5


def test_no_two_posts_are_nearer_than_the_same_words_make_them():
    lift = lifts(np.array([64, 64]), needed=9.0)

    assert lifted(np.array([[1.0], [0.3]], np.float32), lift, lift[[[1], [0]]]).ravel().tolist() == [
        1,
        pytest.approx(0.6),
    ]
