"""The seam between a plan and who runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Executor(Protocol):
    """Runs tasks.

    A task may be run again after its process was killed, so it must write the
    same when it is, and nothing that others see half written.
    """

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Results of ``function`` for each of ``items``, in their order.

        Function, items and results are small: tables pass through files.
        """
