"""What is asked of the checker (targets) and what it must not fall under again (floors)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.groundbench.derived import DERIVED_KINDS
from evals.groundbench.measure import Counts, Outcome, Rate, counts
from evals.groundbench.scenarios import FAULTY_KINDS, SUPPORTED_KINDS

# What can be looked up in the posts must be rejected; what needs meaning at least escalated.
LOOKED_UP = (
    *("number", "unit", "date", "foreign_name", "quote_fabricated", "quote_altered", "wrong_post"),
    *("superlative", "sources", "one_as_many", "hint_as_fact", "advice", "trend"),
)
MEANING = tuple(kind for kind in FAULTY_KINDS if kind not in LOOKED_UP)

PASSED = 0.97  # of supported sentences, not rejected
PASSED_OF_KIND = 0.94
NOT_ESCALATED = 0.75
STRICT = 0.90
LENIENT = 0.85
MILLISECONDS = 10.0

FLOORS = Path(__file__).parent / "floors.json"
# A floor stands this far under what was measured: a corrected sentence or two is no loss.
SLACK_SENTENCES = 3
SLACK_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate that should be high, with its target (None: measured only)."""

    name: str  # "number strict", "supported hedge passed"
    rate: Rate
    target: float | None

    @property
    def met(self) -> bool:
        """Whether the target is reached; a figure of nothing reaches it."""
        return self.target is None or not self.rate.number or self.rate.share >= self.target


def caught_strictly(kind: str) -> bool:
    """Whether a fault of this kind counts as caught only when it is rejected."""
    return kind in LOOKED_UP


def passed(counted: Counts) -> Rate:
    """Not rejected."""
    return Rate(counted.number - counted.rejected, counted.number)


def not_escalated(counted: Counts) -> Rate:
    """Rejected or passed at once: needs no judge."""
    return Rate(counted.number - counted.escalated, counted.number)


def figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """All figures of ``outcomes``, in the order of the tables."""

    def counted(*groups: str, kind: str | None = None) -> Counts:
        return counts(
            outcome
            for outcome in outcomes
            if outcome.sentence.group in groups and kind in (None, outcome.sentence.kind)
        )

    found = []
    for group, name in (("supported", "supported"), ("paraphrase", "paraphrases")):
        found.append(Figure(f"{name} passed", passed(counted(group)), PASSED))
        found.append(Figure(f"{name} not escalated", not_escalated(counted(group)), NOT_ESCALATED))
    for kind in SUPPORTED_KINDS:
        rate = passed(counted("supported", kind=kind))
        found.append(Figure(f"supported {kind} passed", rate, PASSED_OF_KIND))
    for kind in LOOKED_UP:
        found.append(Figure(f"{kind} strict", counted("faulty", kind=kind).strict, STRICT))
    for kind in MEANING:
        found.append(Figure(f"{kind} lenient", counted("faulty", kind=kind).lenient, LENIENT))
    for kind in DERIVED_KINDS:
        found.append(Figure(f"derived {kind} lenient", counted("derived", kind=kind).lenient, None))
    return found


def read_floors(path: Path = FLOORS) -> dict[str, float]:
    """Floors by name of their figure."""
    found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return found


def below(found: Sequence[Figure], floors: dict[str, float]) -> list[str]:
    """A line for each figure that has fallen under its floor."""
    return [
        f"{figure.name}: {figure.rate.share:.3f}, floor {floors[figure.name]:.3f}"
        for figure in found
        if figure.name in floors and figure.rate.number and figure.rate.share < floors[figure.name]
    ]


def raised(found: Sequence[Figure], floors: dict[str, float]) -> dict[str, float]:
    """``floors`` lifted to a little under ``found``; none is lowered, that is done by hand and on purpose."""
    lifted = {}
    for figure in found:
        slack = max(SLACK_SENTENCES, SLACK_SHARE * figure.rate.number)
        today = (figure.rate.hits - slack) / figure.rate.number if figure.rate.number else 0.0
        lifted[figure.name] = max(floors.get(figure.name, 0.0), int(1000 * today) / 1000, 0.0)
    return lifted
