"""Cosines of long posts, which their length makes smaller than what they share deserves.

A post of fifty words that tells of a matter in five has a small cosine with all
others that do, and Chinese and Japanese posts have two terms a word. So from
twenty terms to forty length does not count: what a cosine is divided by stays as it
is, a coarse form of Singhal, Buckley & Mitra, "Pivoted document length
normalization", SIGIR 1996.
On a small day two posts may be neighbours on little evidence, and their cosine has
to tell what is one story: there it stays as it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SHORT = 20  # terms of a post whose cosines are as they are; most posts have fewer
_LONG = 2.0  # times as many, from which a cosine shrinks with length again
# Nats of evidence that neighbours need on days where cosines stay as they are, and on those where they are
# lifted in full.
_PLAIN, _FULL = 4.0, 8.0

Floats = NDArray[np.float32]


def lifts(sizes: NDArray[np.integer], *, needed: float) -> Floats:
    """What the cosines of posts of so many terms are multiplied by, 1 and more.

    ``needed`` is the evidence that neighbours must share, see ``evidence.Evidence``.
    """
    power = 0.5 * float(np.clip((needed - _PLAIN) / (_FULL - _PLAIN), 0.0, 1.0))
    found: Floats = np.power(np.clip(sizes / _SHORT, 1.0, _LONG), power).astype(np.float32)
    return found


def lifted(cosines: Floats, own: Floats, others: Floats) -> Floats:
    """``cosines`` (posts, k) by the lifts of the posts (posts,) and of their neighbours (posts, k)."""
    found: Floats = np.minimum(cosines * own[:, None] * others, np.float32(1))
    return found
