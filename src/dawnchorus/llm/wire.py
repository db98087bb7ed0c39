"""How a request gets to a model and its answer back: over HTTP, through files, or from a recording."""

from __future__ import annotations

from typing import Protocol

from dawnchorus.llm.asking import Completion, Request


class Wire(Protocol):
    """One way to a model. Makes one attempt, tries nothing twice; safe from several threads."""

    def complete(self, request: Request, *, seconds: float) -> Completion:
        """The answer, whole, within ``seconds``.

        Raises:
            CallFault: There is none; its class says what may be done.
        """
        ...

    def close(self) -> None:
        """Let go of connections; what is under way ends at once."""
        ...
