"""The scripted server, once for all tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.llm.server import ScriptedServer


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedServer]:
    with ScriptedServer(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(running_server: ScriptedServer) -> ScriptedServer:
    """Answers soberly until it is given a script."""
    running_server.script()
    return running_server
