"""Aliases that need no help do none, and no aliases at all do no harm."""

from __future__ import annotations

import pytest

from dawnchorus.stories.features import features


@pytest.mark.parametrize("aliases", [{}, {"B": "A"}, {"obrel": "Obrel"}, {"欧布雷尔": "Obrel"}])
def test_any_table_of_aliases_is_taken(kept, aliases):
    found = features(kept([{"text": "欧布雷尔 recalls valves"}]), aliases=aliases)

    assert ("obrel" in found["feature"].to_list()) == ("欧布雷尔" in aliases)
