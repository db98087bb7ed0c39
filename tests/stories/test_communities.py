"""How groups of posts become one: a large story and its parts."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from dawnchorus.stories.communities import Joining, join_groups
from dawnchorus.stories.neighbours import Spans

PARTS = 40  # each nearest to the large one, which is nearest to one of them at a time
WORDS = 4  # of the story


def groups(parts, *, own):
    """Three posts a group: the story's words, and ``own`` words of each part but the first."""
    rows = []
    for part in range(parts):
        words = [*range(WORDS), *(WORDS + part * own + i for i in range(own if part else 0))]
        rows += [words] * 3
    starts = np.cumsum([0, *map(len, rows)])
    data = np.concatenate([np.full(len(row), len(row) ** -0.5, np.float32) for row in rows])
    terms = np.concatenate([np.asarray(row, np.int32) for row in rows])
    return sparse.csr_matrix((data, terms, starts), shape=(len(rows), WORDS + parts * own))


def joined(matrix):
    labels = np.arange(matrix.shape[0]) // 3
    moments = np.arange(matrix.shape[0], dtype=np.float64)
    evidence = np.full(matrix.shape[1], 4.0, np.float32)
    return join_groups(
        matrix, Spans(moments, moments), labels, evidence=evidence, needed=6.0, how=Joining()
    )  # fmt: skip


def test_a_story_takes_in_all_its_parts_however_many_they_are():
    assert set(joined(groups(PARTS, own=4)).tolist()) == {0}


def test_parts_with_mostly_words_of_their_own_stay_theirs():
    assert len(set(joined(groups(PARTS, own=90)).tolist())) == PARTS
