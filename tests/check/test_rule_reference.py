"""docs/rules.md says what the rules say of themselves."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from dawnchorus.report.check.sentence import ALL_RULES

TOOL = Path(__file__).parents[2] / "tools" / "rule_reference.py"


@pytest.fixture(scope="module")
def tool():
    return runpy.run_path(str(TOOL))


def test_page_is_current(tool):
    assert tool["PAGE"].read_text("utf-8") == tool["reference"](), "run python tools/rule_reference.py"


def test_every_rule_has_its_part_with_what_it_catches_and_its_figure(tool):
    page = tool["reference"]()

    for rule in ALL_RULES:
        part = page.partition(f"\n## {rule}\n")[2].partition("\n## ")[0]
        assert ".py`)" in part, rule
        assert "There for: " in part, f"{rule}: run python -m evals.groundbench.ablation --write"
