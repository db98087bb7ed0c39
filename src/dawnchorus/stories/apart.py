"""Which posts stand apart from the rest of their group, by what is the likelier: that they belong, or chance.

A post that belongs draws some of its words from those of the others, as often
as they say them, and the rest from the language of the day. What its words say
for that, against all being from the language of the day, is a log likelihood
ratio; it has to outweigh how many other groups the day has to get into by
chance. So no threshold depends on the size of the day or the length of the post.

How often a group says a word is counted with absolute discounting (Ney, Essen &
Kneser, "On structuring probabilistic dependences in stochastic language
modelling", Computer Speech & Language 1994): a group of hundreds holds thousands
of words that one post brought, and any long post meets some of these.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.stories.communities import Labels, in_order, row_sums
from dawnchorus.stories.compiled import compiled

_TAKINGS = 4  # a post may stand apart only once others have left; hardly any does after four
# Share of a post's words that are the group's; measured: evals/stories.py. More would cost long posts.
_OF_GROUP = 0.2
# How much likelier the posts of a group make that one more is of it, as a power of their number: large groups
# draw in more by chance too.
_CROWD = 0.85
# Of so many others the one holder of a word counts half, as what it says of the group; of fewer, more.
_MANY = 10
# Posts of other days that are taken to hold none of the words, as in ``terms``.
_ELSEWHERE = 3000


def leave_apart(
    matrix: Any,
    labels: Labels,
    across: NDArray[np.int32],
    *,
    frequency: NDArray[np.int64],
    share: NDArray[np.float32],
    size: int,
) -> Labels:
    """Take out of each group the posts that stand apart from the rest of it; numbered anew in order.

    Words that the others lack speak against a post, but not if a bridge leads to
    one of them: their language may be another.

    Args:
        matrix: (posts, terms) CSR, columns ascending; which are there counts, not their weights.
        labels: Group of each post, whole groups.
        across: (posts, k) rows that each has a bridge to, -1 for none.
        frequency: (terms,) posts of the day that hold each.
        share: (terms,) how much of a word each is.
        size: Posts of the day.
    """
    held = sparse.csr_matrix((np.ones(matrix.nnz, np.float32), matrix.indices, matrix.indptr), matrix.shape)
    row, slot = np.nonzero(across >= 0)
    other = across[row, slot]
    labels = labels.copy()
    ask = np.bincount(labels)[labels] > 1 if len(labels) else np.zeros(0, np.bool_)
    for _ in range(_TAKINGS):
        rows = np.nonzero(ask)[0]
        if len(rows) == 0:
            break
        groups, inside = np.unique(labels[rows], return_inverse=True)
        sizes = np.bincount(inside)
        total = row_sums(held[rows], inside, len(groups))
        total.sort_indices()
        gain, loss = np.zeros(len(rows)), np.zeros(len(rows))
        _weigh(
            rows, held.indptr.astype(np.int64), held.indices, inside, sizes,
            total.indptr.astype(np.int64), total.indices, total.data, frequency, share, size, gain, loss,
        )  # fmt: skip
        same = labels[row] == labels[other]
        bridged = np.zeros(len(labels), np.bool_)
        bridged[row[same]] = True
        bridged[other[same]] = True
        said = np.where(bridged[rows], gain, gain - loss)
        others = np.maximum(sizes[inside] - 1, 1)
        apart = (sizes[inside] > 1) & (said < np.log(size) - _CROWD * np.log(others))
        labels[rows[apart]] = int(labels.max()) + 1 + np.arange(int(apart.sum()))
        # Only for posts that others have left has anything changed.
        ask[rows] = np.bincount(inside, weights=apart)[inside] > 0
        ask[rows[apart]] = False
    return in_order(labels)


@compiled
def _weigh(  # noqa: PLR0917 - numba takes no keyword-only arguments
    rows: NDArray[np.int64],
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    inside: Labels,
    sizes: Labels,
    total_ptr: NDArray[np.int64],
    total_indices: NDArray[np.int32],
    total: NDArray[np.float32],
    frequency: NDArray[np.int64],
    share: NDArray[np.float32],
    size: int,
    gain: NDArray[np.float64],
    loss: NDArray[np.float64],
) -> None:
    """Fill what shared words of each of ``rows`` say for its group, and what its other words say against."""
    unsaid = -np.log(1.0 - _OF_GROUP)
    for i in range(len(rows)):
        group = inside[i]
        others = sizes[group] - 1
        discount = (others - 1.0) / (others - 1.0 + _MANY)
        for j in range(indptr[rows[i]], indptr[rows[i] + 1]):
            term = indices[j]
            # The counts of a large group are as many as a dictionary has words: search, don't walk.
            at, after = total_ptr[group], total_ptr[group + 1]
            while at < after:
                middle = (at + after) >> 1
                if total_indices[middle] < term:
                    at = middle + 1
                else:
                    after = middle
            holders = total[at] - 1.0  # the post itself is counted
            if holders > 0:
                elsewhere = (frequency[term] - holders) / (size + _ELSEWHERE - others)
                odds = 1.0 - _OF_GROUP + _OF_GROUP * (holders - discount) / others / elsewhere
                gain[i] += share[term] * np.log(odds)
            else:
                loss[i] += share[term] * unsaid
