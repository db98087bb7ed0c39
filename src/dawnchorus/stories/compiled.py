"""How our numba kernels are compiled and spread over threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])
T = TypeVar("T")


def compiled(function: F) -> F:
    """Compile with numba, once per machine; the kernel releases the GIL.

    Kernels fill arrays that they are given and sort by themselves, loop by loop:
    what numba makes of numpy's functions takes seconds to compile.
    """
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def over_all(work: Sequence[Callable[[], T]]) -> list[T]:
    """Results of ``work``, in order, by as many threads as there are processors.

    numba's own parallel loops would not be safe when two editions are made at
    once in one process.
    """
    threads = min(_processors(), len(work))
    if threads <= 1:
        return [one() for one in work]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda one: one(), work))


def over_slices(work: Callable[[int, int], T], size: int, *, least: int = 4096) -> list[T]:
    """Results of ``work(first, after)`` over consecutive slices of ``range(size)``, in order."""
    threads = max(1, min(_processors(), size // least))
    # Four slices a thread: later posts have more neighbours, so equal slices are unequal work.
    count = 4 * threads if threads > 1 else 1
    edges = [size * i // count for i in range(count + 1)]
    return over_all([partial(work, first, after) for first, after in pairwise(edges)])


def _processors() -> int:
    """Those of the machine, or fewer where OMP_NUM_THREADS says so, as Ray does to its tasks."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return min(os.cpu_count() or 1, int(said) if said.isdigit() and int(said) else os.cpu_count() or 1)
