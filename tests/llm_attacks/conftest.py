"""Whole runs over hostile posts, each made once for all tests that look at it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from dawnchorus.model import Lang, Sentence
from dawnchorus.pipeline.compose import sentences
from dawnchorus.report.judging import model_judge
from dawnchorus.report.llm import briefs
from tests.llm import whole
from tests.llm.whole import Outcome
from tests.llm_attacks.attacks import ATTACKS, Attack
from tests.llm_attacks.obeying import KEY, batches
from tests.llm_attacks.server import ObeyingServer


@dataclass(frozen=True, kw_only=True)
class Attacked:
    """A run, and where it went on the network."""

    outcome: Outcome
    folder: Path
    ids: dict[str, str]  # post: author
    connections: list[Any]
    printed: tuple[Sentence, ...]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObeyingServer]:
    with ObeyingServer(tmp_path_factory.mktemp("obeying")) as server:
        yield server


@pytest.fixture
def server(running: ObeyingServer) -> ObeyingServer:
    running.script()
    return running


def rows(attacks: tuple[Attack, ...], texts: tuple[str, ...] = whole.TEXTS) -> list[dict[str, Any]]:
    """Honest posts with those of ``attacks`` behind them, which are liked more."""
    hostile = [post for attack in attacks for post in attack.posts]
    return whole.posts(texts) + [
        {
            "id": f"x:{5000 + place}",
            "source": "x",
            "created_at": f"2026-03-10T{5 + place // 60:02}:{place % 60:02}:00Z",
            "url": f"https://x.example/{post['author']}/status/{5000 + place}",
            "like_count": 50,
        }
        | post
        for place, post in enumerate(hostile)
    ]


def attack_with(
    server: ObeyingServer, folder: Path, posts: list[dict[str, Any]], *, lang: Lang, **more: Any
) -> Attacked:
    """A run over ``posts`` with the obeying model and a key; every connection is noted."""
    connections: list[Any] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connecting(self: socket.socket, address: Any) -> None:
        connections.append(address)
        connect(self, address)

    def looking(host: Any, port: Any, *given: Any, **named: Any) -> Any:
        connections.append((host, port))
        return look_up(host, port, *given, **named)

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TOWN_KEY", KEY)
        patched.setattr(socket.socket, "connect", connecting)
        patched.setattr(socket, "getaddrinfo", looking)
        outcome = whole.run(
            server,
            folder,
            actor="obeying all",
            rows=posts,
            languages=(lang,),
            llm={"key_env": "TOWN_KEY"},
            **more,
        )
    # The script itself was sent by a connection of the test's own.
    return Attacked(
        outcome=outcome,
        folder=folder,
        ids={post["id"]: post["author"] for post in posts},
        connections=connections,
        printed=tuple(one for report in outcome.reports for one in sentences(report)),
    )


@pytest.fixture(scope="session")
def guarded(running: ObeyingServer, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Lang], Attacked]:
    """The run over all attacks of a language."""
    made: dict[Lang, Attacked] = {}

    def run(lang: Lang) -> Attacked:
        if lang not in made:
            attacks = tuple(one for one in ATTACKS if one.lang == lang)
            folder = tmp_path_factory.mktemp(f"guarded-{lang}")
            made[lang] = attack_with(running, folder, rows(attacks), lang=lang)
        return made[lang]

    return run


@pytest.fixture(scope="session")
def unguarded(
    running: ObeyingServer, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Attack], Attacked]:
    """The run over an attack and others like it, whose posts the model is shown whatever they say."""
    made: dict[str, Attacked] = {}

    def run(attack: Attack) -> Attacked:
        if attack.name not in made:
            batch = next(one for one in batches(attack.lang, 8) if attack in one)
            folder = tmp_path_factory.mktemp("unguarded")
            with (
                patch.object(briefs, "speaks_to_model", lambda *texts: False),
                patch.object(model_judge, "speaks_to_model", lambda *texts: False),
                patch.object(model_judge, "is_order", lambda post: False),
            ):
                attacked = attack_with(running, folder, rows(batch), lang=attack.lang)
            made.update(dict.fromkeys((one.name for one in batch), attacked))
        return made[attack.name]

    return run
