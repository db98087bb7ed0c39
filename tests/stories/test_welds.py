"""Few edges of everyday words must not weld small groups into one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from dawnchorus.stories.communities import Joining, edge_communities


def groups(edges: dict[tuple[int, int], float]) -> list[list[int]]:
    pairs = np.array([(max(pair), min(pair)) for pair in edges])
    cosines = np.array(list(edges.values()), np.float32)
    touched, found = edge_communities(pairs[:, 0], pairs[:, 1], cosines, how=Joining())
    return sorted(touched[found == label].tolist() for label in np.unique(found))


def clique(first: int, after: int, cosine: float = 0.5) -> dict[tuple[int, int], float]:
    return dict.fromkeys(combinations(range(first, after), 2), cosine)


@pytest.mark.parametrize("size", [2, 3, 6])
def test_one_edge_does_not_join_two_groups(size):
    edges = clique(0, size) | clique(size, 2 * size) | {(0, size): 0.24}

    assert groups(edges) == [list(range(size)), list(range(size, 2 * size))]


def test_one_edge_does_join_a_post_to_a_group():
    assert groups(clique(0, 4) | {(3, 4): 0.3}) == [[0, 1, 2, 3, 4]]


def test_an_edge_of_each_post_joins_two_groups():
    edges = clique(0, 3) | clique(3, 6) | {(i, i + 3): 0.3 for i in range(3)}

    assert groups(edges) == [[0, 1, 2, 3, 4, 5]]


def test_a_large_story_of_thin_edges_stays_whole():
    edges = {(i, (i + step) % 40): 0.25 for i in range(40) for step in range(1, 9)}

    assert groups(edges) == [list(range(40))]


def test_no_edges_no_groups():
    none = np.zeros(0, np.int64)

    touched, found = edge_communities(none, none, none.astype(np.float32), how=Joining())

    assert not len(touched)
    assert not len(found)


def test_edges_that_chance_would_give_do_not_join_the_stories_of_one_field():
    """Three groups of eight, each with some faint edges to the next: enough to outweigh the nats."""
    stories = [range(first, first + 8) for first in (0, 8, 16)]
    edges = clique(0, 8, 0.3) | clique(8, 16, 0.3) | clique(16, 24, 0.3)
    for one, other in combinations(stories, 2):
        edges |= dict.fromkeys(zip(one[:4], other[:4], strict=True), 0.3)

    assert groups(edges) == [list(story) for story in stories]


def test_one_story_stays_one_though_it_is_all_there_is():
    assert groups(clique(0, 20, 0.3)) == [list(range(20))]
    chain = {(i, i + 1): 0.6 for i in range(11)} | {(i, i + 2): 0.4 for i in range(10)}
    assert groups(chain) == [list(range(12))]
