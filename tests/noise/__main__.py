"""Nonsense from a real server through whole editions: none of it may be printed.

    python -m tests.noise --completions 300

A model of random weights is served by llama-cpp-python in a process of its own, first in bytes, then held
to our shapes by its grammar, then in words of the posts of either language. See docs/nightly.md.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from dawnchorus.model import Lang
from tests.noise.editions import Figures, make, words
from tests.noise.server import NoiseServer, has_server, this_python


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """A server, and the language of its words and editions; None: bytes, in editions of either."""

    shaped: bool = True
    lang: Lang | None = None


_KINDS: dict[str, _Kind] = {
    "bytes": _Kind(shaped=False),
    "bytes in shape": _Kind(),
    "English words in shape": _Kind(lang="en"),
    "Chinese words in shape": _Kind(lang="zh"),
}
_CONTEXT = 16_384


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.noise", description=__doc__.splitlines()[0])
    parser.add_argument("--completions", type=int, default=300, help="at least; as many of each kind")
    parser.add_argument(
        "--kind", choices=_KINDS, action="append", help="one of the kinds alone; default: all"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--python", default=this_python(), help="one that has llama-cpp-python[server] and gguf"
    )
    parser.add_argument("--keep", type=Path, help="folder for what is made; default: none is kept")
    given = parser.parse_args()
    if not has_server(given.python):
        print("Skipped: no llama-cpp-python here; pip install --group nightly, or name one with --python")
        return 0
    kinds = {kind: _KINDS[kind] for kind in given.kind or _KINDS}
    seed, breaches = given.seed * 1000, 0
    with tempfile.TemporaryDirectory() as name:
        root = given.keep or Path(name)
        for kind, how in kinds.items():
            figures, began = Figures(), time.monotonic()
            folder = root / kind.replace(" ", "-")
            server = NoiseServer(
                folder,
                python=given.python,
                seed=given.seed,
                context=_CONTEXT,
                shaped=how.shaped,
                words=words(how.lang) if how.lang else (),
            )
            with server:
                while figures.completions * len(kinds) < given.completions:
                    (folder / str(seed)).mkdir()
                    make(server, folder / str(seed), seed, figures, lang=how.lang)
                    seed += 1
            _tell(kind, figures, time.monotonic() - began)
            breaches += len(figures.breaches)
    return int(breaches > 0)


def _tell(kind: str, figures: Figures, seconds: float) -> None:
    print(f"{kind}: {figures.completions} completions in {figures.editions} editions, {seconds:.0f} s")
    print(f"  completions: {dict(figures.ends.most_common())}")
    print(f"  asked as: {dict(figures.forms.most_common())}; refused: {dict(figures.refusals)}")
    print(f"  for: {dict(figures.stages.most_common())}")
    print(f"  tokens {figures.tokens_in:,} in, {figures.tokens_out:,} out, as the server counts")
    print(
        f"  strings said {figures.said:,}; sentences checked and withheld {figures.withheld:,};"
        f" reports {dict(figures.reports)}",
        flush=True,
    )
    for line in figures.breaches:
        print(f"  BREACH {line}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
