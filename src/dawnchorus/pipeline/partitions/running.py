"""Who runs a plan, in how many parts, and where the parts lie meanwhile."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dawnchorus.errors import InputError, UsageError
from dawnchorus.pipeline.executors.executor import Executor
from dawnchorus.pipeline.executors.local import LocalExecutor
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.sources.inputs import STDIN, find_files

# Of files that are read in one piece, about two million posts in JSON lines; beyond, and of each partition.
_WHOLE_BYTES, _PART_BYTES = 800_000_000, 400_000_000
_PARTS = 16  # on a cluster, where none are asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """See the options of ``dawnchorus stories``; ``partitions`` of None is for us to choose."""

    executor: Literal["local", "ray"] = "local"
    ray_address: str | None = None
    partitions: int | None = None
    scratch: str | None = None  # folder or address that all machines can write to


def parts_needed(running: Running, inputs: Sequence[str]) -> int | None:
    """Into how many parts the work goes; None for a piece.

    Raises:
        InputError: An input is not there.
    """
    if running.partitions:
        return running.partitions
    if running.executor == "ray":
        return _PARTS
    if any("://" in one for one in inputs):
        return 1
    size = 0
    for file in find_files(inputs):
        if file.path != STDIN:
            try:
                size += os.path.getsize(file.path)
            except OSError as error:
                raise InputError(f"{file.name}: cannot be read: {error.strerror}") from error
    return None if size <= _WHOLE_BYTES else -(-size // _PART_BYTES)


@contextmanager
def opened(running: Running) -> Iterator[tuple[Executor, Shelf]]:
    """The executor, and a shelf of its own that is cleared at the end if it is a folder.

    Raises:
        UsageError: Machines of a cluster would not see the same folder.
    """
    scratch = running.scratch
    if running.ray_address and scratch is None:
        raise UsageError("--ray-address needs --scratch, a folder or s3://… that all machines can write to")
    with ExitStack() as stack:
        if scratch and "://" in scratch:
            shelf = Shelf(f"{scratch.rstrip('/')}/dawnchorus-{secrets.token_hex(6)}")
        else:
            if scratch:
                Path(scratch).mkdir(parents=True, exist_ok=True)
            shelf = Shelf(stack.enter_context(tempfile.TemporaryDirectory(prefix="dawnchorus-", dir=scratch)))
        yield _executor(running, stack), shelf


def _executor(running: Running, stack: ExitStack) -> Executor:
    if running.executor == "local":
        return LocalExecutor()
    from dawnchorus.pipeline.executors.ray import RayExecutor  # noqa: PLC0415 - an extra

    return stack.enter_context(RayExecutor(running.ray_address))
