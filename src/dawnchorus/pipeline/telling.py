"""How the pipeline says what it does; the command line decides how that is shown."""

from __future__ import annotations

from typing import Protocol


class Teller(Protocol):
    """Told what goes on."""

    def step(self, name: str) -> None:
        """A stage begins."""

    def note(self, line: str) -> None:
        """Something the person who runs the program should know, in one line."""

    def doing(self, line: str) -> None:
        """How far the stage in hand is, in one line that the next one takes the place of."""


def counted(number: int, what: str) -> str:
    """A number and what it counts: "1 heading", "2 headings"."""
    return f"{number:,} {what}{'s' * (number != 1)}"
