"""Keys go where they belong, whatever a topic file says, and are written down nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dawnchorus.errors import AccessDenied
from dawnchorus.sources.networks.keys import key_for
from dawnchorus.sources.networks.mastodon import Mastodon
from dawnchorus.testing import make_visit
from tests.networks.server import at

NOW = at("2026-03-10 12:00")
KEY = "a-key-of-the-canary"


def asked(server: str, **more: str) -> str | None:
    secrets = {"SOME_KEY": KEY, **more}
    with make_visit(start=NOW - timedelta(days=1), end=NOW, now=NOW, secrets=secrets) as visit:
        return key_for(visit, "SOME_KEY", server=server, own={"api.kites.example"})


@pytest.mark.parametrize("server", ["https://api.kites.example", "http://127.0.0.1:8080", "http://[::1]:9"])
def test_a_key_goes_home_and_to_this_machine(server: str) -> None:
    assert asked(server) == KEY


@pytest.mark.parametrize(
    "server",
    [
        "https://evil.example",
        "https://api.kites.example.evil.example",
        "https://api.kites.example@evil.example",
        "https://evil.example/api.kites.example",
        "http://127.0.0.1.evil.example",
        "http://[",
    ],
)
def test_a_topic_file_leads_no_key_to_a_stranger(server: str) -> None:
    with pytest.raises(AccessDenied, match="SOME_KEY_HOST=") as told:
        asked(server)
    assert KEY not in str(told.value)


def test_the_environment_may_name_another_host_for_a_key() -> None:
    assert asked("https://proxy.example/x", SOME_KEY_HOST="proxy.example") == KEY
    with pytest.raises(AccessDenied):
        asked("https://other.example", SOME_KEY_HOST="proxy.example")


@pytest.mark.parametrize("variable", ["PATH", "X_BEARER_TOKEN", "MASTODON", "MASTODON_\nX", 7, ""])
def test_a_token_variable_is_one_of_mastodons(variable: Any) -> None:
    with pytest.raises(ValueError, match="token_env"):
        Mastodon(servers=["evil.example"], tags=["a"], token_env={"evil.example": variable})
