"""How far data alone make the checker read a third language: numbers, dates and names in Japanese.

    python -m evals.japanese [--show]

Sentences of sentences.yaml, written by hand before the data that reads them (data/spellings_ja.toml,
data/moments.toml, names/aliases_ja.txt), by the same hand: no part of them was kept unread, so the figures
flatter. Exit 1 if a figure is under its floor. --show lists what was got wrong, with the reasons.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from evals.groundbench.measure import Rate

from dawnchorus.model import Verdict, Window
from dawnchorus.report.check.claims import check_claim

SENTENCES = Path(__file__).parent / "sentences.yaml"
FAULTS = ("number", "date", "name")
MOST_REJECTED = 0.05
"""Of the supported sentences."""
LEAST_REJECTED = 0.85
"""Of the faulty ones, in each kind."""

_WINDOW = Window(first=date(2026, 3, 10), last=date(2026, 3, 10), tz="Asia/Tokyo")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sentence and what became of it."""

    id: str
    kind: str  # "supported" or one of FAULTS
    posts: str  # their language
    text: str
    verdict: Verdict


def outcomes() -> list[Outcome]:
    """All sentences through the checker."""
    entries: list[dict[str, Any]] = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
    return [
        Outcome(entry["id"], kind, entry["posts"][0]["lang"], text, _checked(text, entry["posts"]))
        for entry in entries
        for kind in ("supported", *FAULTS)
        for text in entry[kind]
    ]


def _checked(text: str, posts: Sequence[dict[str, str]]) -> Verdict:
    rows = [
        {
            "id": f"x:{number}",
            "source": "x",
            "author": post["author"],
            "author_name": post["name"],
            "created_at": post["at"],
            "lang": post["lang"],
            "text": post["text"],
        }
        for number, post in enumerate(posts)
    ]
    return check_claim(text, rows, _WINDOW)


def rejected(found: Sequence[Outcome], kind: str, *, posts: str = "") -> Rate:
    """How many sentences of a kind are rejected, on posts of one language or of both."""
    chosen = [one for one in found if one.kind == kind and posts in ("", one.posts)]
    return Rate(sum(one.verdict.verdict == "rejected" for one in chosen), len(chosen))


def below(found: Sequence[Outcome]) -> list[str]:
    """A line for each figure under its floor."""
    alarms = rejected(found, "supported").share
    faults = [f"supported: {alarms:.3f} rejected, at most {MOST_REJECTED}"] if alarms > MOST_REJECTED else []
    for kind in FAULTS:
        share = rejected(found, kind).share
        faults += (
            [f"{kind}: {share:.3f} rejected, at least {LEAST_REJECTED}"] if share < LEAST_REJECTED else []
        )
    return faults


def _table(found: Sequence[Outcome]) -> Iterator[str]:
    yield f"{'rejected, of':<14}{'all':>16}{'on ja posts':>16}{'on en posts':>16}{'escalated':>12}"
    for kind in ("supported", *FAULTS):
        rates = [rejected(found, kind, posts=posts) for posts in ("", "ja", "en")]
        cells = "".join(f"{f'{rate.hits} of {rate.number}, {rate.share:.0%}':>16}" for rate in rates)
        held = sum(one.kind == kind and one.verdict.verdict == "escalated" for one in found)
        yield f"{kind:<14}{cells}{held:>12}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit status."""
    parser = argparse.ArgumentParser(prog="python -m evals.japanese", description=__doc__.split("\n")[0])
    parser.add_argument("--show", action="store_true", help="list what was got wrong")
    asked = parser.parse_args(arguments)
    found = outcomes()
    print("\n".join(_table(found)))
    if asked.show:
        for one in found:
            if (one.verdict.verdict == "rejected") == (one.kind == "supported"):
                why = "; ".join(f"{reason.rule}: {reason.detail}" for reason in one.verdict.reasons)
                print(f"{one.id} {one.kind} {one.verdict.verdict}: {one.text}\n    {why}")
    faults = below(found)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
