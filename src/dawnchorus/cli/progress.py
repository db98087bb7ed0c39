"""What is going on, on stderr: a moving line on a terminal, plain lines elsewhere, nothing if quiet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress


class Plain:
    """A line a step; the implementation of ``pipeline.telling.Teller`` for logs."""

    def step(self, name: str) -> None:
        """A stage begins."""
        click.echo(name, err=True)

    def note(self, line: str) -> None:
        """A line on the input."""
        click.echo(line, err=True)

    def doing(self, line: str) -> None:
        """A line of its own."""
        click.echo(line, err=True)


class Quiet(Plain):
    """Steps are not told; notes on the input are."""

    def step(self, name: str) -> None:
        """Nothing."""

    def doing(self, line: str) -> None:
        """Nothing."""


class Moving(Plain):
    """A bar that moves with each step."""

    def __init__(self, bar: Progress, steps: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=steps)
        self._begun = 0

    def step(self, name: str) -> None:
        """The bar moves on, and names the stage."""
        self._bar.update(self._task, description=name, completed=self._begun)
        self._begun += 1

    def doing(self, line: str) -> None:
        """The bar says it, until the next step."""
        self._bar.update(self._task, description=line)

    def note(self, line: str) -> None:
        """A line above the bar."""
        self._bar.console.print(line, markup=False, highlight=False)


@contextmanager
def progress(*, quiet: bool, steps: int) -> Iterator[Plain]:
    """Give what is told of steps and notes; ``steps`` is how many are to come."""
    if quiet:
        yield Quiet()
    elif sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield Moving(bar, steps)
    else:
        yield Plain()
