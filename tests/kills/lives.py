"""Runs that are killed, and the same command again until it is not."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from tests.kills.deaths import PLACES
from tests.kills.edition import Files, Place
from tests.kills.forks import Mother, Running
from tests.kills.promises import Expected, check, is_between, kept, look
from tests.llm.server import ScriptedServer
from tests.llm.whole import TEXTS

Kind = Literal["fresh", "renewed"]
RULES: tuple[dict[str, Any], ...] = (
    {"actor": "lying", "contains": "Marrow"},  # so that there is something to repair and to leave out
    {"fault": "503", "nth": [1], "share": 0.15, "seed": 3},
    {"fault": "slow"},  # so that calls are often in flight
)


@dataclass(frozen=True, kw_only=True)
class Blow:
    """How a run is killed: at its ``after``-th commit, rename or request, or after seconds."""

    kind: str
    after: float


@dataclass(kw_only=True)
class Tally:
    """What came of all lives."""

    lives: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    between: int = 0  # kills that left an edition of old and new files
    requests: int = 0
    again: int = 0  # calls sent again
    breaches: list[str] = field(default_factory=list)


class Lives:
    """Server, program, and what a run that is not disturbed makes; a context manager."""

    rules = RULES

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._number = 0
        self.tally = Tally()

    def __enter__(self) -> Self:
        (self._folder / "server").mkdir()
        self._log = self._folder / "server" / "requests.jsonl"
        self.server = self._stack.enter_context(ScriptedServer(self._folder / "server"))
        self.mother = self._stack.enter_context(Mother("tests.kills.edition:run"))
        self._bases: dict[Kind, Place] = {kind: Place(self._folder / kind) for kind in ("fresh", "renewed")}
        self.expected: dict[Kind, Expected] = {}
        self.counts: dict[Kind, dict[str, int]] = {}  # of commits and renames in a whole run
        self.seconds = 0.0  # of a whole run
        for kind, base in self._bases.items():
            old: Files = {}
            if kind == "renewed":
                base.lay_out(self.server, texts=TEXTS[:-3])
                self._whole(base)
                old = base.files()
            base.lay_out(self.server)
            calm = base.copy_to(self._folder / "calm")
            self.counts[kind] = self._whole(calm)
            self.expected[kind] = Expected(old=old, new=calm.files(), kept=kept(calm), run=1 if old else 0)
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.close()

    def _whole(self, place: Place) -> dict[str, int]:
        self.server.script(*RULES, ledger=place.data / "ledger.sqlite")
        counts = place.folder / "counts.json"
        begun = time.monotonic()
        code = self.mother.start(place.command(counts=str(counts))).wait()
        self.seconds = time.monotonic() - begun
        assert code == 0, place.told
        found: dict[str, int] = json.loads(counts.read_text())
        return found

    def live(self, kind: Kind, blows: Iterable[Blow]) -> Place:
        """One life: killed by each of ``blows`` that meets it, then left in peace."""
        self._number += 1
        place = self._bases[kind].copy_to(self._folder / "life")
        self.server.script(*RULES, ledger=place.data / "ledger.sqlite")
        expected, kills, done = self.expected[kind], 0, []
        for blow in (*blows, None):
            code = self._run(place, blow)
            if code is not None:
                if code != 0:
                    self.tally.breaches.append(f"{kind} {done}: exit code {code}: {place.told}")
                break
            assert blow is not None
            kills += 1
            done.append(blow)
            self.tally.kills[blow.kind] += 1
            self.tally.between += is_between(place, expected)
            self.tally.breaches += [f"{kind} {done}: {line}" for line in look(place, expected)]
        self.tally.breaches += [
            f"{kind} {done}: {line}" for line in check(place, expected, self.server, kills=kills)
        ]
        self.tally.lives += 1
        seen = self.server.seen
        self.tally.requests += len(seen)
        self.tally.again += len(seen) - len({one.digest for one in seen})
        return place

    def _run(self, place: Place, blow: Blow | None) -> int | None:
        place_of_death = blow.kind if blow and blow.kind in PLACES else None
        running = self.mother.start(place.command(place=place_of_death, after=int(blow.after) if blow else 0))
        over = threading.Event()
        waiting = threading.Thread(target=self._strike, args=(running, blow, over)) if blow else None
        if waiting:
            waiting.start()
        code = running.wait()
        over.set()
        if waiting:
            waiting.join()
        return code

    def _strike(self, running: Running, blow: Blow, over: threading.Event) -> None:
        if blow.kind == "time":
            if not over.wait(blow.after):
                running.kill()
        elif blow.kind == "request":
            begun = self._log.stat().st_size
            while not over.wait(0.003):
                with self._log.open("rb") as log:
                    log.seek(begun)
                    if log.read().count(b'{"event": "asked"') >= blow.after:
                        running.kill()
                        return


def every_point(
    counts: dict[str, int], *, places: Sequence[str] = ("committed", "renamed", "rename", "commit")
) -> Iterator[Blow]:
    """Each commit and rename of a whole run."""
    for place in places:
        yield from (Blow(kind=place, after=number) for number in range(1, counts[place] + 1))


def drawn(dice: random.Random, lives: Lives) -> Iterator[Blow]:
    """Blows for a life: later ones come earlier in their run, which has less left to do."""
    far = 1.0
    while dice.random() < 0.95:
        kind = dice.choice(["time", "time", "time", "request", "request", *PLACES])
        if kind == "time":
            yield Blow(kind=kind, after=dice.random() * lives.seconds * far)
        elif kind == "request":
            yield Blow(kind=kind, after=dice.randrange(1, 2 + int(7 * far)))
        else:
            yield Blow(kind=kind, after=dice.randrange(1, 2 + int(28 * far)))
        far *= 0.8


def some(dice: random.Random, lives: Lives, *, kills: int) -> None:
    """Live until there were ``kills``, half of the time where an edition was before."""
    while lives.tally.kills.total() < kills and not lives.tally.breaches:
        left = kills - lives.tally.kills.total()
        blows = (blow for _, blow in zip(range(left), drawn(dice, lives), strict=False))
        lives.live(dice.choice(["fresh", "renewed"]), blows)
