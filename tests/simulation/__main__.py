"""``python -m tests.simulation --days 30 --seed 1``: a month for real, with its figures."""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

from tests.simulation.month import simulate
from tests.simulation.promises import check


def main() -> int:
    given = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--days", type=int, default=30)
    given.add_argument("--first", type=date.fromisoformat, default=date(2026, 3, 8))
    given.add_argument("--a-day", type=float, default=50, help="posts a day, about")
    given.add_argument("--rate", type=float, default=0.05, help="faults a request")
    given.add_argument("--kills", type=float, default=0.9, help="share of runs that are killed")
    given.add_argument("--keep", type=Path, help="folder for site and archive; default: none is kept")
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        month = simulate(
            options.keep or Path(folder),
            seed=options.seed,
            first=options.first,
            days=options.days,
            a_day=options.a_day,
            rate=options.rate,
            kills=options.kills,
        )
        simulated = time.monotonic() - begun
        figures, breaches = check(month)
    print(f"seed {options.seed}: {options.days} days in {simulated:.0f} s, {len(month.runs)} runs")
    print(f"  requests {month.requests}; faults {month.faults.total()}: {dict(month.faults.most_common())}")
    print(f"  kills {month.kills.total()}: {dict(month.kills.most_common())}")
    print(f"  posts: {asdict(figures)}")
    print(f"  X billed ${month.billed_usd:.2f}")
    print(f"  seconds a run that was not killed: {sum(month.seconds) / len(month.seconds):.2f}")
    for line in breaches:
        print(f"  BREACH {line}")
    return int(bool(breaches))


if __name__ == "__main__":
    raise SystemExit(main())
