"""How well the checker tells supported claims from others.

    python evals/grounding.py [DATA_DIR]

Natural sentences (``evals/natural_sentences.jsonl``, invented for this project) are always scored; of DATA_DIR
the sets that are there: ``grounding_wice``, ``grounding_faithbench``, ``grounding_uhgeval_zh``. Exits 1 if a
figure falls under its floor. Rules alone, no model; same input, same figures.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from dawnchorus.model import Window
from dawnchorus.report.check.claims import check_claim

Row = tuple[bool, str, float]  # gold: supported; verdict; score

# WiCE: claims of long Wikipedia sentences over web pages; set on its dev half, see main().
WICE_THRESHOLD = 0.80
FLOORS = {
    "wice balanced accuracy": 0.0,
    "wice auc": 0.0,
}


def auc(rows: list[Row]) -> float:
    """Chance that a supported claim scores above another; ties count half."""
    good = sorted(score for gold, _, score in rows if gold)
    bad = [score for gold, _, score in rows if not gold]
    wins = 0.0
    from bisect import bisect_left, bisect_right  # noqa: PLC0415

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
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        for line in lines:
            yield json.loads(line)


def judged(claim: str, evidence: list[str], gold: bool) -> Row:
    verdict = check_claim(claim, evidence)
    return gold, verdict.verdict, verdict.score


def wice(folder: Path) -> list[Row]:
    """Oracle chunks: a claim counts once per chunk list it comes with."""
    rows = read(folder / "claim_oracle_chunks.dev.jsonl.gz")
    return [judged(row["claim"], [" ".join(row["evidence"])], row["label"] == "supported") for row in rows]


def faithbench(folder: Path) -> list[Row]:
    rows = read(folder / "faithbench.jsonl.gz")
    good = {"Consistent", "Benign"}
    return [judged(row["summary"].strip(), [row["source"]], row["worst-label"] in good) for row in rows]


def uhgeval(folder: Path) -> list[Row]:
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
                    f"  {verdict.verdict:<9} {row['kind']:<16} {row['text']} {[r.detail for r in verdict.reasons]}"
                )
        for held in (False, True):
            total = sum((count for (_, half), count in counts.items() if half == held), Counter())
            number = total.total()
            rejected, escalated = total["rejected"] / number, total["escalated"] / number
            half = "held out" if held else "development"
            print(f"{name:<10} {half:<12} {number:>4}  rejected {rejected:.3f}  escalated {escalated:.3f}")
            figures[f"{name} {half} rejected"] = rejected
            figures[f"{name} {half} escalated"] = escalated
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
        f"{name:<12} {len(rows):>5} claims  BAcc not rejected {strict:.3f}, supported {lenient:.3f}, AUC {ranked:.3f}"
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
        if "-v" in arguments:
            for t in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95):
                print(
                    t,
                    balanced(rows, lambda v, s: v != "rejected" and s >= t),
                    balanced(rows, lambda v, s: s >= t),
                )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
