"""Seeded random mixes of faults over whole small runs; two hundred larger ones by ``tests.llm.mixes``."""

from __future__ import annotations

import pytest

from tests.llm.mixes import survive


@pytest.mark.parametrize("seed", range(1000, 1014))
def test_a_mix_of_faults_is_survived(seed, server, tmp_path):
    assert survive(server, tmp_path, seed, quick=True)
