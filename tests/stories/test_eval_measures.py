"""The measures of evals/stories.py, against cases worked out by hand."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def evals() -> ModuleType:
    path = Path(__file__).parents[2] / "evals" / "stories.py"
    spec = importlib.util.spec_from_file_location("evals_stories", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_bcubed_of_a_case_worked_by_hand(evals):
    # Gold {a b c} {d e}; found {a b} {c d e}.
    # Precision: a, b 2/2; c 1/3; d, e 2/3 -> (1 + 1 + 1/3 + 2/3 + 2/3) / 5 = 11/15.
    # Recall: a, b 2/3; c 1/3; d, e 2/2 -> (2/3 + 2/3 + 1/3 + 1 + 1) / 5 = 11/15.
    precision, recall, f1 = evals.bcubed("11122", "xxyyy")

    assert precision == pytest.approx(11 / 15)
    assert recall == pytest.approx(11 / 15)
    assert f1 == pytest.approx(11 / 15)


def test_bcubed_of_all_alone_and_of_all_in_one(evals):
    assert evals.bcubed("1122", "abcd") == pytest.approx((1, 0.5, 2 / 3))
    assert evals.bcubed("1122", "aaaa") == pytest.approx((0.5, 1, 2 / 3))


def test_pairs_of_groups(evals):
    assert evals.pairs_of([["b", "a", "c"], ["d"]]) == {("a", "b"), ("a", "c"), ("b", "c")}


def test_missing_data_is_said_and_exits_2(evals, tmp_path, capsys):
    assert evals.main([str(tmp_path), "--only", "tweet89"]) == 2
    assert "clustering_tweet89/tweet89.jsonl.gz" in capsys.readouterr().err
