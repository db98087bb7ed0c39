"""Server, program and undisturbed runs, once for all tests here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills.edition import Place
from tests.kills.lives import Lives


@pytest.fixture(scope="session")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    with Lives(tmp_path_factory.mktemp("lives")) as lives:
        yield lives


@pytest.fixture
def place(lives: Lives, tmp_path: Path) -> Place:
    """Posts and topic, no site yet."""
    place = Place(tmp_path / "place")
    place.lay_out(lives.server)
    lives.server.script(*lives.rules, ledger=place.data / "ledger.sqlite")
    return place
