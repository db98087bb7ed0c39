"""The tables of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evals.groundbench import gates
from evals.groundbench.derived import DERIVED_KINDS
from evals.groundbench.gates import LOOKED_UP, MEANING
from evals.groundbench.measure import Counts, Outcome, Rate, counts
from evals.groundbench.scenarios import SUPPORTED_KINDS, Sentence, Third

_LABEL, _COLUMN = 32, 30
_Chosen = Callable[[Sentence], bool]
_Cell = Callable[[Counts, float | None], str]


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    chosen: _Chosen
    cell: _Cell
    target: float | None = None
    detail: bool = False  # one kind, not a whole group


def tables(outcomes: Sequence[Outcome], thirds: Sequence[Third]) -> Iterator[str]:
    """Lines of the tables by kind, by language pair and by rule, a column for each of ``thirds``.

    Beside other thirds the sealed one shows whole groups only: its kinds have to be asked for.
    """
    pairs = sorted({outcome.sentence.pair for outcome in outcomes})
    for title, rows in (
        ("n, rejected % [95 %], escalated %", _supported()),
        ("n, rejected % [95 %], or escalated %", _faulty("looked up", LOOKED_UP, _strict, gates.STRICT)),
        ("n, rejected %, or escalated % [95 %]", _faulty("needs meaning", MEANING, _lenient, gates.LENIENT)),
        ("n, rejected %, or escalated % [95 %]", _derived()),
        ("as above, by sentence and posts", _by_pair(pairs)),
    ):
        lines = [line for row in rows if (line := _line(row, outcomes, thirds))]
        if lines:
            yield f"{title:<{_LABEL + 10}}" + "".join(f"{third:<{_COLUMN}}" for third in thirds).rstrip()
            yield from (*lines, "")
    yield from _by_rule(outcomes, thirds)


def _supported() -> Iterator[_Row]:
    for group, name in (("supported", "supported"), ("paraphrase", "paraphrases")):
        yield _Row(name, _in(group), _alarms, 1 - gates.PASSED)
        for kind in SUPPORTED_KINDS:
            target = 1 - gates.PASSED_OF_KIND if group == "supported" else None
            yield _Row(kind, _in(group, kind), _alarms, target, detail=True)


def _faulty(name: str, kinds: Sequence[str], cell: _Cell, target: float) -> Iterator[_Row]:
    yield _Row(name, _in("faulty", *kinds), cell)
    for kind in kinds:
        yield _Row(kind, _in("faulty", kind), cell, target, detail=True)


def _derived() -> Iterator[_Row]:
    yield _Row("derived by code", _in("derived"), _lenient)
    for kind in DERIVED_KINDS:
        yield _Row(kind, _in("derived", kind), _lenient, detail=True)


def _by_pair(pairs: Sequence[str]) -> Iterator[_Row]:
    for name, chosen, cell in (
        (
            "supported, all",
            lambda sentence: sentence.group in ("supported", "paraphrase"),
            _alarms,
        ),
        ("looked up", _in("faulty", *LOOKED_UP), _strict),
        ("needs meaning", _in("faulty", *MEANING), _lenient),
    ):
        for pair in pairs:
            yield _Row(f"{name} {pair}", _of_pair(chosen, pair), cell)


def _in(group: str, *kinds: str) -> _Chosen:
    """Sentences of a group and of ``kinds``, all of them where none is named."""
    return lambda sentence: sentence.group == group and (not kinds or sentence.kind in kinds)


def _of_pair(chosen: _Chosen, pair: str) -> _Chosen:
    return lambda sentence: chosen(sentence) and sentence.pair == pair


def _line(row: _Row, outcomes: Sequence[Outcome], thirds: Sequence[Third]) -> str:
    kept = [outcome for outcome in outcomes if row.chosen(outcome.sentence)]
    if not kept:
        return ""
    cells = []
    for third in thirds:
        mine = counts(outcome for outcome in kept if outcome.sentence.third == third)
        hidden = row.detail and third == "sealed" and len(thirds) > 1
        cells.append("" if hidden else row.cell(mine, row.target) if mine.number else "   –")
    sign = "≤" if row.cell is _alarms else "≥"
    asked = f"{sign} {100 * row.target:.0f}" if row.target is not None else ""
    name = f"  {row.name}" if row.detail else row.name
    return (f"{name:<{_LABEL}} {asked:<9}" + "".join(f"{one:<{_COLUMN}}" for one in cells)).rstrip()


def _alarms(found: Counts, target: float | None) -> str:
    met = found.strict.share <= target if target is not None else None
    return _cell(found, _interval(found.strict), _percent(found.sent_on), met)


def _strict(found: Counts, target: float | None) -> str:
    met = found.strict.share >= target if target is not None else None
    return _cell(found, _interval(found.strict), _percent(found.lenient), met)


def _lenient(found: Counts, target: float | None) -> str:
    met = found.lenient.share >= target if target is not None else None
    return _cell(found, _percent(found.strict), _interval(found.lenient), met)


def _cell(found: Counts, first: str, second: str, met: bool | None) -> str:
    return f"{found.number:>4} {first} {second} {'met' if met else ''}"


def _percent(rate: Rate) -> str:
    return f"{100 * rate.share:5.1f}"


def _interval(rate: Rate) -> str:
    low, high = rate.interval
    return f"{_percent(rate)} {f'[{100 * low:.0f}–{100 * high:.0f}]':<8}"


def _by_rule(outcomes: Sequence[Outcome], thirds: Sequence[Third]) -> Iterator[str]:
    """Which rule speaks first: of sentences wrongly rejected, wrongly escalated, and of faulty ones."""
    good = ("supported", "paraphrase")
    columns = [(verdict, fine) for fine in (True, False) for verdict in ("rejected", "escalated")]
    found: Counter[tuple[str, str, bool]] = Counter()
    for outcome in outcomes:
        if (
            outcome.sentence.third in thirds
            and outcome.sentence.group != "derived"
            and outcome.verdict.reasons
        ):
            fine = outcome.sentence.group in good
            found[outcome.verdict.reasons[0].rule, outcome.verdict.verdict, fine] += 1
    head = "supported: rejected, escalated    faulty: rejected, escalated"
    yield f"{'by rule, first reason':<{_LABEL}}{head}"
    for rule in sorted(
        {rule for rule, _, _ in found}, key=lambda rule: (-found[rule, "rejected", True], rule)
    ):
        first, second, third, fourth = (found[rule, verdict, fine] for verdict, fine in columns)
        yield f"{rule:<{_LABEL}}{first:>19}, {second:>9}    {third:>16}, {fourth:>9}"
