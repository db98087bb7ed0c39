"""How well the checker tells supported claims from others.

    python evals/grounding.py [DATA_DIR] [-v]

Natural sentences (``evals/natural``, invented for this project) are always scored, in two halves;
rules are tuned on one, whose misses -v lists. Of DATA_DIR the sets that are there:
``grounding_wice``, ``grounding_faithbench``, ``grounding_uhgeval_zh``. Exits 1 if a figure falls
under its floor. Rules alone, no model; same input, same figures.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from dawnchorus.model import Window
from dawnchorus.report.check.claims import check_claim

Row = tuple[bool, str, float]  # gold: supported; verdict; score

# A little under the values of the day they were set; lowered only on purpose.
FLOORS = {
    "supported development passed": 0.98,
    "supported held out passed": 0.94,
    "supported held out not escalated": 0.82,
    "faulty development rejected": 0.61,
    "faulty held out rejected": 0.59,
    "wice strict": 0.75,
    "wice auc": 0.74,
    "faithbench strict": 0.52,  # .53 until rules rejected only what is certain
    "uhgeval lenient": 0.82,
}


def auc(rows: list[Row]) -> float:
    """Chance that a supported claim scores above another; ties count half."""
    good = sorted(score for gold, _, score in rows if gold)
    bad = [score for gold, _, score in rows if not gold]
    wins = 0.0
    for score in bad:
        wins += (
            len(good)
            - bisect_right(good, score)
            + 0.5 * (bisect_right(good, score) - bisect_left(good, score))
        )
    return wins / (len(good) * len(bad))


def balanced(rows: list[Row], passes: Callable[[str, float], bool]) -> float:
    """Mean of the shares of supported claims passed and of others held back."""
    good = [passes(verdict, score) for gold, verdict, score in rows if gold]
    bad = [not passes(verdict, score) for gold, verdict, score in rows if not gold]
    return (sum(good) / len(good) + sum(bad) / len(bad)) / 2


def read(path: Path) -> Iterator[dict[str, Any]]:
    content = path.read_bytes()
    for line in (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines():
        yield json.loads(line)


def judged(claim: str, evidence: list[str], gold: bool) -> Row:
    verdict = check_claim(claim, evidence)
    return gold, verdict.verdict, verdict.score


def wice(folder: Path) -> list[Row]:
    """Oracle chunks: a claim over a short passage that holds its evidence; partly supported counts as not."""
    rows = read(folder / "claim_oracle_chunks.dev.jsonl.gz")
    return [judged(row["claim"], [" ".join(row["evidence"])], row["label"] == "supported") for row in rows]


def faithbench(folder: Path) -> list[Row]:
    rows = read(folder / "faithbench.jsonl.gz")
    good = {"Consistent", "Benign"}
    return [judged(row["summary"].strip(), [row["source"]], row["worst-label"] in good) for row in rows]


def uhgeval(folder: Path) -> list[Row]:
    """Real against invented continuations. The remainder often holds the real one word for word, so that any
    measure of overlap tells them apart: only the verdicts say something."""
    found = []
    for row in read(folder / "uhgeval_concise.jsonl.gz"):
        evidence = [row["headLine"] + "\n" + row["newsBeginning"] + "\n" + row["newsRemainder"]]
        found.append(judged(row["hallucinatedContinuation"], evidence, False))
        found.append(judged(row["realContinuation"], evidence, True))
    return found


def natural(folder: Path, *, show: bool) -> dict[str, float]:
    """Strict and lenient rates by kind on our own sentences, development half and held-out half."""
    posts = {row["id"]: {**row, "source": "x"} for row in read(folder / "posts.jsonl")}
    window = Window(first=date(2025, 11, 21), last=date(2025, 11, 21), tz="Asia/Shanghai")
    figures: dict[str, float] = {}
    for name in ("supported", "faulty"):
        counts: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
        for line, row in enumerate(read(folder / f"{name}.jsonl"), start=1):
            verdict = check_claim(row["text"], [posts[post] for post in row["posts"]], window)
            counts[row["kind"], line % 2 == 1][verdict.verdict] += 1
            wrong = verdict.verdict != "supported" if name == "supported" else verdict.verdict != "rejected"
            if show and line % 2 == 0 and wrong:
                print(
                    f"  {verdict.verdict:<9} {row['kind']:<16} {row['text']}",
                    [reason.detail for reason in verdict.reasons],
                )
        for held in (False, True):
            total = sum((count for (_, half), count in counts.items() if half == held), Counter())
            number = total.total()
            rejected, escalated = total["rejected"] / number, total["escalated"] / number
            half = "held out" if held else "development"
            print(f"{name:<10} {half:<12} {number:>4}  rejected {rejected:.3f}  escalated {escalated:.3f}")
            figures[f"{name} {half} rejected"] = rejected
            figures[f"{name} {half} passed"] = 1 - rejected
            figures[f"{name} {half} not escalated"] = 1 - escalated
        for kind in sorted({kind for kind, _ in counts}):
            both = counts[kind, False] + counts[kind, True]
            rates = "  ".join(
                f"{verdict} {both[verdict]:>2}" for verdict in ("rejected", "escalated", "supported")
            )
            print(f"    {kind:<18} {both.total():>3}  {rates}")
    return figures


def summary(name: str, rows: list[Row], seconds: float) -> dict[str, float]:
    strict = balanced(rows, lambda verdict, score: verdict != "rejected")
    lenient = balanced(rows, lambda verdict, score: verdict == "supported")
    ranked = auc(rows)
    print(
        f"{name:<12} {len(rows):>5} claims  BAcc not rejected {strict:.3f}, supported {lenient:.3f},"
        f" AUC {ranked:.3f}"
        f"  {1000 * seconds / len(rows):.1f} ms"
    )
    return {f"{name} strict": strict, f"{name} lenient": lenient, f"{name} auc": ranked}


def main(arguments: list[str]) -> int:
    figures: dict[str, float] = {}
    data = next((Path(argument) for argument in arguments if not argument.startswith("-")), None)
    figures |= natural(Path(__file__).parent / "natural", show="-v" in arguments)
    for name, folder, score in (
        ("wice", "grounding_wice", wice),
        ("faithbench", "grounding_faithbench", faithbench),
        ("uhgeval", "grounding_uhgeval_zh", uhgeval),
    ):
        if data is None or not (data / folder).is_dir():
            print(f"{name:<12} skipped: no folder {folder}")
            continue
        began = time.perf_counter()
        rows = score(data / folder)
        figures |= summary(name, rows, time.perf_counter() - began)
    short = [name for name, floor in FLOORS.items() if name in figures and figures[name] < floor]
    for name in short:
        print(f"under its floor: {name} {figures[name]:.3f} < {FLOORS[name]:.3f}", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
