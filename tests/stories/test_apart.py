"""Which posts leave their group, by what their words say for it and against it."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from dawnchorus.stories.apart import leave_apart

SIZE = 1000  # posts of the day
NOBODY = -1


def left(posts, *, frequency=None, group=None, bridges=()):
    """Groups after ``leave_apart``; a post is its terms by number."""
    width = 1 + max(max(post) for post in posts)
    starts = np.cumsum([0, *map(len, posts)])
    terms = np.concatenate([np.sort(np.asarray(post, np.int32)) for post in posts])
    matrix = sparse.csr_matrix((np.ones(len(terms), np.float32), terms, starts), shape=(len(posts), width))
    across = np.full((len(posts), 1), NOBODY, np.int32)
    for post, other in bridges:
        across[post, 0] = other
    held = np.full(width, 8, np.int64)
    for term, count in (frequency or {}).items():
        held[term] = count
    labels = np.zeros(len(posts), np.int64) if group is None else np.asarray(group)
    share = np.ones(width, np.float32)
    return leave_apart(matrix, labels, across, frequency=held, share=share, size=SIZE).tolist()


def test_posts_that_share_rare_words_stay():
    assert left([[0, 1, 2], [0, 1, 3], [0, 2, 4]]) == [0, 0, 0]


def test_a_post_that_shares_one_word_leaves():
    assert left([[0, 1, 2], [0, 1, 3], [0, 1, 4], [2, *range(10, 30)]]) == [0, 0, 0, 1]


def test_the_same_words_hold_less_where_the_whole_day_says_them():
    common = {0: 400, 1: 400}

    assert left([[0, 1, 2], [0, 1, 3]]) == [0, 0]
    assert left([[0, 1, 2], [0, 1, 3]], frequency=common) == [0, 1]


def test_words_of_its_own_speak_against_a_post_unless_a_bridge_leads_to_the_others():
    posts = [[0, 1, 2], [0, 1, 3], [0, 1, 4], [0, 1, *range(10, 40)]]

    assert left(posts) == [0, 0, 0, 1]
    assert left(posts, bridges=[(3, 1)]) == [0, 0, 0, 0]


def test_a_bridge_to_another_group_does_not_hold():
    posts = [[0, 1, 2], [0, 1, 3], [0, 1, *range(10, 40)], [5, 6, 7], [5, 6, 8]]

    assert left(posts, group=[0, 0, 0, 1, 1], bridges=[(2, 3)]) == [0, 0, 1, 2, 2]


def test_words_that_one_of_many_has_let_nobody_in_but_one_of_few():
    def story(size):
        """Posts that say what the story says, and each three words of its own."""
        return [[0, 1, *range(4 + 3 * i, 7 + 3 * i)] for i in range(size)]

    def stays(size):
        strange = [4, 7, 10]  # of three posts each a word that nobody else has
        return left([*story(size), strange], frequency=dict.fromkeys(strange, 2))[-1] == 0

    assert stays(3)
    assert not stays(60)


def test_no_posts_have_no_groups():
    none = sparse.csr_matrix((0, 3), dtype=np.float32)
    share, frequency = np.ones(3, np.float32), np.ones(3, np.int64)
    across, labels = np.zeros((0, 4), np.int32), np.zeros(0, np.int64)

    assert leave_apart(none, labels, across, frequency=frequency, share=share, size=0).tolist() == []
