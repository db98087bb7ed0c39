"""How long a whole report takes and in how much memory, and how its stories stage stands to scikit-learn's.

    python bench/report.py [POSTS ...]

For each number of posts (1,000 and 100,000 unless given): ``dawnchorus report`` on posts of ``generate.py``
in a process of its own, wall and CPU time, peak memory, seconds of each stage out of the ledger. Up to
10,000 posts it runs three times and prints the range; a first run before fills numba's cache. Then the same
texts through TF-IDF and MiniBatchKMeans. Goals on an idle machine of two cores: 1,000 posts within 6 s,
100,000 within 35 s and 900 MB.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from processes import measured

HERE = Path(__file__).parent
SEVERAL = 10_000  # posts up to which a run is repeated
OPTIONS = ["--topic", "headlines", "--from", "2026-01-15", "--tz", "UTC", "--lang", "en", "--out"]


def run(posts: Path, out: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak megabytes of one report."""
    return measured(["report", str(posts), *OPTIONS, str(out)], log=out.with_suffix(".log"))


def stages(out: Path) -> dict[str, float]:
    with sqlite3.connect(out / ".dawnchorus" / "ledger.sqlite") as ledger:
        return dict(ledger.execute("SELECT stage, seconds FROM stages ORDER BY number"))


def alternative(posts: Path) -> float:
    """Seconds that TF-IDF and MiniBatchKMeans take to group the same texts, a group for ten posts."""
    from sklearn.cluster import MiniBatchKMeans  # noqa: PLC0415 - of the group "bench"
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    texts = pl.read_ndjson(posts)["text"].to_list()
    begun = time.perf_counter()
    rows = TfidfVectorizer(min_df=2).fit_transform(texts)
    MiniBatchKMeans(max(2, min(1000, len(texts) // 10)), random_state=0, n_init=1).fit(rows)
    return time.perf_counter() - begun


def main(counts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            path = Path(folder) / f"{count}.jsonl"
            generate = [sys.executable, str(HERE / "generate.py"), str(count), str(path.with_suffix(""))]
            subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
            rounds = 3 if count <= SEVERAL else 1
            if rounds > 1:
                run(path, Path(folder) / f"{count}-first")
            outs = [Path(folder) / f"{count}-{i}" for i in range(rounds)]
            found = [run(path, out) for out in outs]
            wall, cpu, peak = (
                f"{min(each):,.{digits}f}" + (f" to {max(each):,.{digits}f}" if rounds > 1 else "")
                for each, digits in zip(zip(*found, strict=True), (1, 1, 0), strict=True)
            )
            print(f"{count:,} posts: wall {wall} s, CPU {cpu} s, peak {peak} MB")
            seconds = stages(outs[-1])
            print("  " + "  ".join(f"{stage} {value:.1f} s" for stage, value in seconds.items()))
            try:
                other = alternative(path)
            except ImportError:
                print("  no comparison: scikit-learn is not installed (pip install scikit-learn)")
                continue
            ratio = seconds["stories"] / other
            print(f"  TF-IDF + MiniBatchKMeans {other:.1f} s: stories takes {ratio:.2f} times that")


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [1_000, 100_000])
