"""What weak signals weigh, fitted on GroundBench: prints the lines of report/check/data/points.toml.

    python -m tools.fit_points [--write] [--sealed]

A sentence that no rule rejects escalates when the points of its signals make 1. The points are the weights
of a logistic regression, none negative, of faults that need meaning (each kind the same weight in all)
against supported sentences and rewordings, over the open thirds; they are scaled so that at most BUDGET of
the supported escalate. A signal that has not fired often stays near the mean (PULL). Half a minute;
scikit-learn is a development dependency. Same sentences, same rules: same points.

Printed too: the area under the ROC curve and the share of faults caught, cross-validated (no scenario is
on both sides); --sealed adds both for the sealed third, in one figure. --write puts the points in place.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from evals.groundbench.ablation import said_and_context
from evals.groundbench.gates import MEANING
from evals.groundbench.scenarios import Sentence, load
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from dawnchorus.report.check import finding
from dawnchorus.report.check.finding import ESCALATED_FROM, Finding
from dawnchorus.report.check.sentence import find_faults

BUDGET = 0.2  # of the supported sentences may escalate
PULL = 1.0  # how hard a weight is drawn to MEAN, in sentences
MEAN = 1.2  # of a weight that nothing is known of, in the logistic regression
FOLDS = 5
LEAST = 0.05  # points below this are noise

HEAD = """\
# What signals of doubt weigh; a sentence escalates at 1 point, and a signal that is not here weighs 1.
# Fitted on the open thirds of GroundBench by tools/fit_points.py: do not edit by hand.
"""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Doubted:
    """Sentences that no rule rejects, and how often each signal fires on them."""

    names: tuple[str, ...]  # of signals
    fired: Floats  # (sentences, signals)
    faulty: Bools  # a fault that needs meaning; else borne out
    kinds: tuple[str, ...]
    scenarios: tuple[str, ...]


def doubted(sentences: Sequence[Sentence], names: Sequence[str] | None = None) -> Doubted:
    """Signals of ``sentences``; those that need no meaning, and the rejected, are left out."""
    kept: list[tuple[Sentence, Counter[str]]] = []
    for sentence in sentences:
        faulty = sentence.group == "faulty" and sentence.kind in MEANING
        if not faulty and sentence.group not in ("supported", "paraphrase"):
            continue
        found = _findings(sentence)
        if all(one.level != "rejected" for one in found):
            kept.append((sentence, Counter(one.weighs_as for one in found)))
    names = names or sorted({name for _, often in kept for name in often})
    return Doubted(
        tuple(names),
        np.array([[often[name] for name in names] for _, often in kept], np.float64),
        np.array([sentence.group == "faulty" for sentence, _ in kept]),
        tuple(sentence.kind for sentence, _ in kept),
        tuple(sentence.id.partition("/")[0] for sentence, _ in kept),
    )


def _findings(sentence: Sentence) -> list[Finding]:
    found = find_faults(*said_and_context(sentence))
    return [one for each in found.by_rule.values() for one in each]


def fit(given: Doubted) -> tuple[Floats, float]:
    """Weights of the signals and the bias of the logistic regression."""
    worth = _worth(given)

    def loss(values: Floats) -> tuple[float, Floats]:
        weights, bias = values[:-1], values[-1]
        margin = np.where(given.faulty, 1, -1) * (given.fired @ weights + bias)
        slope = np.where(given.faulty, -1, 1) * worth / (1 + np.exp(margin))
        away = weights - MEAN
        whole = float(worth @ np.logaddexp(0, -margin) + PULL / 2 * away @ away)
        return whole, np.append(given.fired.T @ slope + PULL * away, slope.sum())

    count = len(given.names)
    start = np.append(np.full(count, MEAN), -1.0)
    bounds = [(0.0, None)] * count + [(None, None)]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 2000})
    return found.x[:-1], float(found.x[-1])


def _worth(given: Doubted) -> Floats:
    """What each sentence counts: faulty and supported alike in all, and each kind of fault alike."""
    kinds = np.array(given.kinds)
    often = {kind: int((given.faulty & (kinds == kind)).sum()) for kind in given.kinds}
    present = sum(count > 0 for count in often.values())
    supported = int((~given.faulty).sum())
    return np.array(
        [
            supported / present / often[kind] if faulty else 1.0
            for kind, faulty in zip(given.kinds, given.faulty, strict=True)
        ]
    )


def scaled(weights: Floats, given: Doubted, *, rejected: int) -> Floats:
    """Points to two digits, with which at most BUDGET of the supported sentences escalate.

    Args:
        weights: Of the logistic regression.
        given: The sentences they were fitted on.
        rejected: Supported sentences that are not in ``given``.
    """
    supported = given.fired[~given.faulty]
    allowed = BUDGET * (len(supported) + rejected)
    sums = supported @ weights
    # A little over a sum, so that those who have just this sum pass.
    for cut in np.unique(np.round(np.concatenate([sums, 1.02 * sums]), 4)):
        if cut > 0:
            points = np.array([_rounded(weight / cut) for weight in weights])
            if (supported @ points >= ESCALATED_FROM).sum() <= allowed:
                return points
    return np.zeros_like(weights)


def _rounded(value: float) -> float:
    return float(f"{value:.2g}") if value >= LEAST else 0.0


def caught(given: Doubted, points: Floats) -> str:
    """Shares that escalate, and the area under the curve, in a line."""
    sums = given.fired @ points
    area = roc_auc_score(given.faulty, sums)
    faulty, supported = (
        float((sums[side] >= ESCALATED_FROM).mean()) for side in (given.faulty, ~given.faulty)
    )
    return f"AUC {area:.3f}, escalated {faulty:.1%} of the faulty, {supported:.1%} of the supported"


def crossed(given: Doubted) -> str:
    """What points catch in scenarios they were not fitted on."""
    sums = np.zeros(len(given.fired))
    for train, test in GroupKFold(FOLDS).split(given.fired, groups=given.scenarios):
        part = _some(given, train)
        sums[test] = given.fired[test] @ scaled(fit(part)[0], part, rejected=0)
    return caught(Doubted(("sum",), sums[:, None], given.faulty, given.kinds, given.scenarios), np.ones(1))


def _some(given: Doubted, rows: NDArray[np.int64]) -> Doubted:
    return Doubted(
        given.names,
        given.fired[rows],
        given.faulty[rows],
        tuple(given.kinds[row] for row in rows),
        tuple(given.scenarios[row] for row in rows),
    )


def by_kind(given: Doubted, points: Floats) -> list[str]:
    """Share of each kind of fault that escalates, a line each."""
    over = given.fired @ points >= ESCALATED_FROM
    kinds = np.array(given.kinds)
    rows = [(kind, over[given.faulty & (kinds == kind)]) for kind in MEANING]
    return [f"#   {kind:<18} {hit.mean():4.0%} of {len(hit)}" for kind, hit in rows if len(hit)]


def lines(given: Doubted, points: Floats) -> list[str]:
    """The file: a signal a line."""
    said = (f'"{name}" = {value:g}' for name, value in zip(given.names, points, strict=True))
    return [HEAD, *said]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the points, and how well they do."""
    parser = argparse.ArgumentParser(prog="python -m tools.fit_points", description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="put the points in place")
    parser.add_argument("--sealed", action="store_true", help="one figure over the sealed third")
    asked = parser.parse_args(arguments)
    every = [one for scenario in load() for one in scenario.sentences if one.group != "derived"]
    shown = [one for one in every if one.third in ("tune", "held")]
    given = doubted(shown)
    supported = sum(one.group != "faulty" for one in shown)
    points = scaled(fit(given)[0], given, rejected=supported - int((~given.faulty).sum()))
    text = "\n".join(lines(given, points)) + "\n"
    print(text)
    print("# fitted:", caught(given, points))
    print("\n".join(by_kind(given, points)))
    print("# cross-validated:", crossed(given))
    if asked.sealed:
        print(
            "# sealed:", caught(doubted([one for one in every if one.third == "sealed"], given.names), points)
        )
    if asked.write:
        Path(finding.__file__).with_name("data").joinpath("points.toml").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
