"""Tasks one after the other in this process; kernels use all processors within each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class LocalExecutor:
    """One task at a time, so that memory holds one partition."""

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """See ``executor.Executor``."""
        return [function(item) for item in items]
