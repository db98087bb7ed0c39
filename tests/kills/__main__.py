"""``python -m tests.kills --kills 200``: whole runs killed at random; with ``--points`` at each commit."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from tests.kills.lives import Lives, every_point, some


def main() -> int:
    given = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--kills", type=int, default=0, help="at random")
    given.add_argument("--points", choices=["fresh", "renewed"], help="at each commit and rename, one by one")
    given.add_argument("--minutes", type=float, default=600, help="after which no life is begun")
    options = given.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Lives(Path(folder)) as lives:
        print(f"a whole run: {lives.seconds:.1f} s, {lives.counts}", flush=True)
        if options.points:
            for number, blow in enumerate(every_point(lives.counts[options.points])):
                if time.monotonic() - begun < options.minutes * 60:
                    lives.live(options.points, [blow])
                    print(f"{number + 1} {blow} {len(lives.tally.breaches)}", flush=True)
        dice = random.Random(options.seed)
        while lives.tally.kills.total() < options.kills and time.monotonic() - begun < options.minutes * 60:
            some(dice, lives, kills=min(options.kills, lives.tally.kills.total() + 10))
            print(f"{lives.tally.kills.total()} kills, {time.monotonic() - begun:.0f} s", flush=True)
            if lives.tally.breaches:
                break
    tally = lives.tally
    print(f"seed {options.seed}: {tally.lives} lives in {time.monotonic() - begun:.0f} s")
    print(f"  kills {tally.kills.total()}: {dict(tally.kills.most_common())}")
    print(f"  requests {tally.requests}, {tally.again} of them again")
    print(f"  kills between the first and the last file of an edition: {tally.between}")
    for line in tally.breaches:
        print(f"  BREACH {line}")
    return int(bool(tally.breaches))


if __name__ == "__main__":
    raise SystemExit(main())
