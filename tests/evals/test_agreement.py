"""The measure that benches use for long days, against scikit-learn's."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from bench.agreement import adjusted_mutual_information
from sklearn.metrics import adjusted_mutual_info_score


@pytest.mark.parametrize("groups", [3, 40, 900])
def test_adjusted_mutual_information_is_that_of_scikit_learn(groups):
    draw = np.random.default_rng(groups)
    true = draw.zipf(1.5, 1000) % groups
    found = np.where(draw.random(1000) < 0.6, true, draw.integers(0, 300, 1000))

    ours = adjusted_mutual_information(pl.Series(true), pl.Series(found))

    assert ours == pytest.approx(adjusted_mutual_info_score(true, found), abs=1e-9)
    assert 0 < ours < 1
