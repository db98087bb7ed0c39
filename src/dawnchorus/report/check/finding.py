"""What a rule has to say of a sentence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from dawnchorus.model import Reason, Verdict

Level = Literal["rejected", "escalated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One objection: "rejected" where it is plain, "escalated" where a rule can't tell.

    What is escalated counts by the points of its ``signal`` in data/points.toml, 1 if it is not there; a
    sentence escalates at 1 point, so that several weak signs do together what none of them does alone.
    """

    rule: str
    words: str  # of the sentence, "" for the whole
    detail: str  # one plain English sentence
    level: Level = "rejected"
    signal: str = ""  # key in data/points.toml, "" for the rule's name

    @property
    def weighs_as(self) -> str:
        """Its key in data/points.toml."""
        return self.signal or self.rule


ESCALATED_FROM = 0.995


def verdict_of(findings: list[Finding], *, score: float = 1.0) -> Verdict:
    """The worst level wins; reasons keep the order of the rules, rejections first."""
    rejected = [finding for finding in findings if finding.level == "rejected"]
    doubts = [finding for finding in findings if finding.level == "escalated"]
    held = bool(rejected) or sum(points().get(one.weighs_as, 1.0) for one in doubts) >= ESCALATED_FROM
    told = [*rejected, *doubts] if held else []
    reasons = tuple(Reason(rule=item.rule, words=item.words, detail=item.detail) for item in told)
    return Verdict(verdict=told[0].level if told else "supported", score=round(score, 4), reasons=reasons)


@cache
def points() -> dict[str, float]:
    """Points of weak signals, by name."""
    data = tomllib.loads((files(__package__) / "data" / "points.toml").read_text("utf-8"))
    return {name: float(value) for name, value in data.items()}
