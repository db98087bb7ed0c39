"""Tasks on a Ray cluster. The only file that knows Ray."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, TypeVar

from dawnchorus.errors import DawnchorusError, UsageError

T = TypeVar("T")
R = TypeVar("R")

_RETRIES = 4  # of a task whose process or machine was lost; its own errors are not tried again


class RayExecutor:
    """Each task is one Ray task; those of a killed worker are run again.

    A task that is alone gets all processors of a machine: the cluster waits for it.

    Args:
        address: Of a cluster, as ``ray.init`` takes it; None for one on this
            machine that ends with the run.
        cpus: Processors of a task.
        local_cpus: Processors of a cluster on this machine, all if None.
    """

    def __init__(self, address: str | None = None, *, cpus: float = 1, local_cpus: int | None = None) -> None:
        try:
            import ray  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise UsageError("--executor ray needs Ray: pip install 'dawnchorus[ray]'") from error
        self._ray: Any = ray
        self._cpus = cpus
        # Ray sets OMP_NUM_THREADS to the processors of a task, to which our kernels keep; Polars has its own.
        environment = {"env_vars": {"POLARS_MAX_THREADS": str(max(1, int(cpus)))}}
        alone: dict[str, Any] = {} if address else {"num_cpus": local_cpus, "include_dashboard": False}
        ray.init(
            address=address, runtime_env=environment, log_to_driver=False, logging_level="error", **alone
        )
        machines = [node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]]
        self._machine = max([cpus, *machines])

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """See ``executor.Executor``."""
        held, work = self._ray.put(function), list(items)
        cpus = self._machine if len(work) == 1 else self._cpus
        run = self._ray.remote(num_cpus=cpus, max_retries=_RETRIES)(_call)
        waiting = [run.remote(held, item) for item in work]
        try:
            found: list[R] = self._ray.get(waiting)
        except self._ray.exceptions.RayTaskError as error:
            for one in waiting:
                self._ray.cancel(one)
            raise error.cause if isinstance(error.cause, Exception) else error from None
        except self._ray.exceptions.RayError as error:  # a worker was lost more often than it is tried
            raise DawnchorusError(f"Ray: {str(error).strip().splitlines()[0]}") from error
        return found

    def __enter__(self) -> RayExecutor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ray.shutdown()


def _call(function: Callable[[T], R], item: T) -> R:
    return function(item)
