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

    After ``GRACE_SECONDS`` it ends anyhow, whatever a call to a server or native code is still waiting for.
    A command that heeds signals itself is left to do so.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():  # only there are signals heeded
        yield stop
        return

    def first(number: int, frame: FrameType | None) -> NoReturn:
        stop.number = number
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        raise KeyboardInterrupt

    # The system writes the number of a signal here at once, even while native code keeps handlers waiting.
    end, begin = os.pipe()
    os.set_blocking(begin, False)

    def count_down() -> None:
        while number := os.read(end, 1):
            if number[0] in _SIGNALS and (stop.number or signal.getsignal(number[0]) is first):
                time.sleep(GRACE_SECONDS)
                stop.number = number[0]
                os.write(2, f"{TOLD}\n".encode())
                os._exit(stop.exit_code)

    before = {number: signal.signal(number, first) for number in _SIGNALS}
    fd_before = signal.set_wakeup_fd(begin, warn_on_full_buffer=False)
    threading.Thread(target=count_down, name="stopping", daemon=True).start()
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(fd_before)
        for number, handler in before.items():
            if signal.getsignal(number) is first:
                signal.signal(number, handler)
        if not stop.number:  # else threads may still be joined, and the time is running
            os.close(begin)
