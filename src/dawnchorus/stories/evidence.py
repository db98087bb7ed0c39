"""What sharing terms says for two posts being near for a reason, and how much of it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dawnchorus.stories.communities import Joining

OTHER_POSTS = 10  # taken to speak of other things: of four posts on one event every word is common

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How seldom two posts of the day would share each term by chance, in nats.

    ``full`` is that; ``terms`` is the same with a bound, so that one word alone
    is never enough. ``alone`` is what a term says that one post holds; ``posts``
    and ``groups`` is what two posts and two groups need.
    """

    full: Floats
    terms: Floats
    alone: float
    posts: float
    groups: float


def evidence_of(frequency: NDArray[np.int64], share: Floats, *, size: int, how: Joining) -> Evidence:
    """Evidence of terms that ``frequency`` of ``size`` posts hold; ``share``: see ``terms.Terms``."""
    alone = float(np.log(size + OTHER_POSTS))
    groups = how.chance * alone
    # Pairs grow with the square of the posts, and with them those that meet by chance.
    posts = max(groups, 2 * alone - float(np.log(how.chance_pairs)))
    says = alone - np.log(np.maximum(frequency, 1))
    return Evidence(
        (says * share).astype(np.float32),
        (np.minimum(says, how.word * posts) * share).astype(np.float32),
        alone,
        posts,
        groups,
    )
