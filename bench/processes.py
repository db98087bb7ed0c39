"""How long something takes, and how much memory in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def measured(arguments: Sequence[str], *, log: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak megabytes of ``dawnchorus``; its failure ends us, too."""
    begun = time.perf_counter()
    with log.open("w+", encoding="utf-8") as told:
        child = subprocess.Popen(
            [sys.executable, "-m", "dawnchorus", *arguments], stdout=subprocess.DEVNULL, stderr=told
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            told.seek(0)
            raise SystemExit(told.read())
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / scale


def cpu() -> float:
    """Seconds of CPU so far, of this process and of those it has started that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
