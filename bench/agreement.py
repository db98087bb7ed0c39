"""How well groups of posts agree with those that are known, for days too long for scikit-learn's measure."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.special import gammaln
from sklearn.metrics import mutual_info_score


def adjusted_mutual_information(true: pl.Series, found: pl.Series) -> float:
    """As ``sklearn.metrics.adjusted_mutual_info_score``; groups of one size share a step.

    That goes through all pairs of groups, which takes hours where most of 100,000 posts stand alone.
    """
    expected = expected_information(sizes(true), sizes(found), len(true))
    most = (entropy(true) + entropy(found)) / 2
    return float((mutual_info_score(true.to_numpy(), found.to_numpy()) - expected) / (most - expected))


def sizes(labels: pl.Series) -> list[tuple[int, int]]:
    """Each size a group has, and how many groups have it."""
    return list(
        labels.value_counts()
        .select("count")
        .to_series()
        .value_counts(name="groups")
        .sort("count")
        .iter_rows()
    )


def entropy(labels: pl.Series) -> float:
    share = labels.value_counts()["count"].to_numpy() / len(labels)
    return float(-(share * np.log(share)).sum())


def expected_information(true: list[tuple[int, int]], found: list[tuple[int, int]], posts: int) -> float:
    """Mutual information that groups of these sizes have by chance (Vinh, Epps & Bailey 2010, eq. 24a)."""
    log_factorial = gammaln(np.arange(posts + 1) + 1.0)
    total = 0.0
    for a, groups_a in true:
        for b, groups_b in found:
            both = np.arange(max(1, a + b - posts), min(a, b) + 1)
            chance = np.exp(
                log_factorial[a] + log_factorial[b] + log_factorial[posts - a] + log_factorial[posts - b]
                - log_factorial[posts] - log_factorial[both] - log_factorial[a - both]
                - log_factorial[b - both] - log_factorial[posts - a - b + both]
            )  # fmt: skip
            total += groups_a * groups_b * float(chance @ (both / posts * np.log(posts * both / (a * b))))
    return total
