"""SIGTERM and Ctrl-C: what is under way has a few seconds to be settled, then the process ends."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

GRACE_SECONDS: Final = 4.0
"""A supervisor that asks a process to end gives it some ten seconds before it kills it."""

TOLD: Final = "Interrupted; run the same command again to go on."
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """Which signal has come, if one has."""

    number: int = 0

    @property
    def exit_code(self) -> int:
        """As shells have it for SIGTERM; 1 for Ctrl-C."""
        return 128 + signal.SIGTERM if self.number == signal.SIGTERM else 1


@contextmanager
def heeding_signals() -> Iterator[Stop]:
    """Turn the first SIGTERM or Ctrl-C into a KeyboardInterrupt; the next one ends the process at once.

    After ``GRACE_SECONDS`` it ends anyhow, whatever a thread is still waiting for. A command that heeds
    signals itself is left to do so.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():  # only there are signals heeded
        yield stop
        return

    def end() -> None:
        time.sleep(GRACE_SECONDS)
        os.write(2, f"{TOLD}\n".encode())
        os._exit(stop.exit_code)

    def first(number: int, frame: FrameType | None) -> NoReturn:
        stop.number = number
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        threading.Thread(target=end, name="end", daemon=True).start()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, first) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is first:
                signal.signal(number, handler)
