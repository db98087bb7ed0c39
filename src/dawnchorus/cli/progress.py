"""What is going on, on stderr: a moving line on a terminal, plain lines elsewhere, nothing if quiet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(*, quiet: bool, steps: int | None = None) -> Iterator[Callable[[str], None]]:
    """Give a function that is told each step.

    Args:
        quiet: Say nothing.
        steps: How many steps are to come, for the bar; None if not known.
    """
    if quiet:
        yield lambda step: None
    elif sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=steps)
            done = -1

            def tell(step: str) -> None:
                nonlocal done
                done += 1
                bar.update(task, description=step, completed=done)

            yield tell
    else:
        yield lambda step: click.echo(step, err=True)
