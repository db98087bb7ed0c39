"""Points of weak signals: what tells faults apart weighs, what does not weighs nothing; the budget holds."""

import numpy as np
import pytest
from tools.fit_points import BUDGET, Doubted, crossed, fit, scaled


@pytest.fixture
def given():
    """A signal of three in five faults, one of every other sentence, and one of sound ones alone."""
    faulty = np.arange(400) % 2 == 0
    number = np.arange(400) // 2
    fired = np.stack([faulty & (number % 5 < 3), number % 2 == 0, ~faulty & (number % 9 == 0)], axis=1)
    kinds = tuple("negation" if fault else "plain" for fault in faulty)
    scenarios = tuple(f"s{one % 20}" for one in number)
    return Doubted(("sign", "noise", "wrong"), fired.astype(float), faulty, kinds, scenarios)


def test_what_tells_faults_apart_weighs_most(given):
    sign, noise, wrong = scaled(fit(given)[0], given, rejected=0)
    assert sign >= 1 > noise > wrong
    assert wrong == 0


def test_no_more_supported_sentences_escalate_than_may(given):
    points = scaled(fit(given)[0], given, rejected=0)
    supported = given.fired[~given.faulty] @ points
    assert (supported >= 1).mean() <= BUDGET


def test_the_same_sentences_give_the_same_points(given):
    first, again = (scaled(fit(given)[0], given, rejected=0).tolist() for _ in range(2))
    assert first == again


def test_what_is_caught_is_told_of_scenarios_that_were_not_fitted_on(given):
    assert crossed(given).startswith("AUC 0.")
