"""Random mixes of faults over whole runs, by seed.

    python -m tests.llm.mixes --runs 200 [--from SEED]

Each run ends published, published degraded, or with one line; in its budget, with no sentence that the
checker does not pass; and a second run of the same edition, now with a sound server, ends published and
pays for nothing twice.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from dawnchorus.llm.asking import Completion
from dawnchorus.llm.structured import Unusable, value_of
from dawnchorus.report.judging.model_judge import JudgeAnswer
from dawnchorus.report.llm.answers import ComposeAnswer, HeadlineAnswer, RepairAnswer, StoryAnswer
from tests.llm.actors import ACTORS
from tests.llm.faults import FAULTS
from tests.llm.server import ScriptedServer
from tests.llm.whole import SMALL, TEXTS, Outcome, check, run

_SLOW = ("hang", "drip", "drip-headers", "slow")  # a third of a second each
_FINAL = ("401", "402", "403", "404", "429-quota", "redirect")  # the run is over for the model
_SHAPES: dict[str, type[BaseModel]] = {
    "story": StoryAnswer,
    "repair": RepairAnswer,
    "judge": JudgeAnswer,
    "compose": ComposeAnswer,
    "headline": HeadlineAnswer,
}


@dataclass(frozen=True, kw_only=True)
class Mix:
    """What one seed stands for."""

    rules: tuple[dict[str, Any], ...]
    texts: tuple[str, ...]
    languages: tuple[Any, ...]
    llm: dict[str, Any]


def draw(seed: int, *, quick: bool) -> Mix:
    dice = random.Random(seed)
    usual = [fault for fault in FAULTS if fault not in _SLOW + _FINAL]
    faults = dice.sample(usual, dice.randint(2, 8))
    if dice.random() < 0.3:
        faults.append(dice.choice(_FINAL))
    if dice.random() < (0.1 if quick else 0.4):
        faults.append(dice.choice(_SLOW))
    mix = [{"fault": fault, "seconds": dice.choice([0.3, 2, 30, 500])} for fault in faults]
    mix += [{"actor": actor} for actor in dice.sample(sorted(ACTORS), dice.randint(1, 4))]
    llm: dict[str, Any] = {"concurrency": dice.randint(1, 6), "call_seconds": 0.3}
    if dice.random() < 0.5:
        # From less than one call to more than all need.
        llm |= {"run_tokens": dice.randint(2_000, 60_000)}
    if dice.random() < 0.3:
        llm |= {"run_usd": dice.uniform(0.001, 0.05)}
    if dice.random() < 0.3:
        llm |= {"run_calls": dice.randint(0, 8)}
    if dice.random() < 0.2:
        llm |= {"judge": "scripted-2", "judge_price_in": 2.0, "judge_price_out": 8.0}
    if dice.random() < 0.2:
        llm |= {"form": dice.choice(["schema", "object", "prompt"])}
    languages = dice.choice([("en",), ("zh",)] if quick else [("en",), ("zh",), ("en", "zh"), ("zh", "en")])
    share = dice.choice([0.15, 0.4, 0.7, 1.0])
    return Mix(
        rules=({"mix": mix, "share": share, "seed": seed},),
        texts=SMALL if quick else tuple(dice.sample(TEXTS, dice.randint(2, len(TEXTS)))),
        languages=languages,
        llm=llm,
    )


def survive(server: ScriptedServer, folder: Path, seed: int, *, quick: bool) -> str:
    """Run the mix of ``seed``, and then again with a sound server; how the first run ended."""
    mix = draw(seed, quick=quick)
    made: dict[str, Any] = {"texts": mix.texts, "languages": mix.languages}
    outcome = run(server, folder, *mix.rules, **made, llm=mix.llm)
    check(outcome, caps=mix.llm)
    if not quick:
        _again(server, folder, made, outcome)
    if outcome.error:
        return "refused in one line"
    return "published, degraded" if outcome.degraded else "published"


def _again(server: ScriptedServer, folder: Path, made: dict[str, Any], before: Outcome) -> None:
    # What was of no use is asked for again, and all of a report that has no sentence of the model.
    whole = all(report.ai_generated for report in before.reports)
    paid = {row["key"] for row in before.calls if whole and row["state"] == "done" and _is_of_use(row)}
    after = run(server, folder, **made, llm={"run_tokens": 500_000})
    assert not after.error
    new = after.calls[len(before.calls) :]
    assert not paid & {row["key"] for row in new}, "paid twice"
    check(after, caps={"run_tokens": 700_000, "run_usd": 3.0, "run_calls": 400})


def _is_of_use(row: dict[str, Any]) -> bool:
    try:
        return bool(value_of(Completion(**json.loads(row["completion"])), _SHAPES[row["stage"]]))
    except Unusable:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--from", type=int, default=0, dest="first")
    given = parser.parse_args()
    ends: Counter[str] = Counter()
    met: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, ScriptedServer(Path(name)) as server:
        for seed in range(given.first, given.first + given.runs):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    ends[survive(server, Path(folder), seed, quick=False)] += 1
                except BaseException:
                    print(f"seed {seed}: {draw(seed, quick=False)}", flush=True)
                    raise
            met.update(seen.fault or seen.actor for seen in server.seen)
            if seed % 20 == 19:
                print(f"{seed + 1 - given.first} runs, {time.monotonic() - began:.0f} s", flush=True)
    print("; ".join(f"{end}: {count}" for end, count in ends.most_common()))


if __name__ == "__main__":
    main()
