"""Which way the calls of a run to its language model take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Which way calls take, other than over HTTP, and what is kept of them."""

    record: Path | None = None
    replay: Path | None = None
    bridge: Path | None = None
    ledger_only: bool = False  # nothing is sent: what the ledger has
