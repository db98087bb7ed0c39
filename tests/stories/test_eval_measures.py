"""The measures of evals/stories.py, against cases worked out by hand."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from click.testing import CliRunner

from dawnchorus.cli.stories import command


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


def test_planted_stories_found_and_purity_of_a_case_worked_by_hand(evals):
    # Planted 0: a b c (c copies b); planted 1: d e h; chatter f g, of which g copies f.
    gold = pl.DataFrame(
        {
            "id": list("abcdefgh"),
            "story": [0, 0, 0, 1, 1, -1, -1, 1],
            "dup_root": ["a", "b", "b", "d", "e", "f", "f", "h"],
        }
    )
    # Ours: a b c d together, e and h alone, f g together.
    found = pl.DataFrame({"id": list("abcdefgh"), "story": ["s", "s", "s", "s", None, "t", "t", None]})

    figures = evals.against_planted(gold, found)

    assert figures["largest_found"] == pytest.approx(1 / 2)  # 0 is; of 1 no story of ours has half
    # By posts s 3/4, e, h, t 1; by distinct posts s 2/3, e and h 1, t is chatter.
    assert figures["purity_100"] == pytest.approx((3 / 4 + 1 + 1 + 1) / 4)
    assert figures["strict_purity_100"] == pytest.approx((2 / 3 + 1 + 1 + 0) / 4)


def test_posts_of_one_form_are_one_group_but_no_planted_story(evals):
    gold = pl.DataFrame({"id": list("abcd"), "story": [-2, -2, -2, 3], "dup_root": list("abad")})
    found = pl.DataFrame({"id": list("abcd"), "story": ["s", "s", "s", None]})

    figures = evals.against_planted(gold, found)

    assert figures["purity_100"] == 1
    assert figures["largest_found"] == 1
    assert figures["strict_purity_100"] == 1


def test_evals_measure_what_the_command_prints(evals, tmp_path):
    day = Path(__file__).parents[2] / "src/dawnchorus/demo/posts-2026-03-11.jsonl"
    rows = [json.loads(line) for line in day.read_text(encoding="utf-8").splitlines()]

    printed = CliRunner().invoke(command, [str(day), "--json", "--quiet"]).stdout.splitlines()

    told = {row["id"]: (row["story"], row["thread"]) for row in map(json.loads, printed)}
    found = {row["id"]: (row["story"], row["thread"]) for row in evals.found_in(rows).to_dicts()}
    assert found == told
    assert len(set(told.values())) > 3
