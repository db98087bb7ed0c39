"""How groups of posts become one: a large story and its parts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from dawnchorus.stories.communities import Joining, join_groups
from dawnchorus.stories.neighbours import Spans

PARTS = 40  # each nearest to the large one, which is nearest to one of them at a time
WORDS = 4  # of the story
POSTS = (30, 3)  # of the large one, and of each other


def groups(parts, *, own):
    """Posts of the story's words, and of these and ``own`` words in each part but the first; their groups."""
    rows, labels = [], []
    for part in range(parts):
        words = [*range(WORDS), *(WORDS + part * own + i for i in range(own if part else 0))]
        rows += [words] * POSTS[part > 0]
        labels += [part] * POSTS[part > 0]
    starts = np.cumsum([0, *map(len, rows)])
    data = np.concatenate([np.full(len(row), len(row) ** -0.5, np.float32) for row in rows])
    terms = np.concatenate([np.asarray(row, np.int32) for row in rows])
    shape = len(rows), WORDS + parts * own
    return sparse.csr_matrix((data, terms, starts), shape=shape), np.array(labels)


def joined(matrix, labels):
    moments = np.arange(matrix.shape[0], dtype=np.float64)
    evidence = np.full(matrix.shape[1], 4.0, np.float32)
    return join_groups(
        matrix, Spans(moments, moments), labels, evidence=evidence, needed=6.0, how=Joining()
    )  # fmt: skip


@pytest.mark.parametrize("own", [4, 36], ids=["surely near", "one a round"])
def test_a_story_takes_in_all_its_parts_however_many_they_are(own):
    assert set(joined(*groups(PARTS, own=own)).tolist()) == {0}


def test_parts_with_mostly_words_of_their_own_stay_theirs():
    assert len(set(joined(*groups(PARTS, own=90)).tolist())) == PARTS
