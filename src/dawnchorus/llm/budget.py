"""What may be spent on models, and who keeps the account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from dawnchorus.llm.asking import Completion, Stage, Usage
from dawnchorus.llm.faults import CallFault, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most a run and a day (UTC) may take; None: no limit of that kind."""

    run_usd: float | None = 0.25
    day_usd: float | None = 1.0
    run_tokens: int | None = 200_000  # in and out together
    day_tokens: int | None = None
    run_calls: int | None = 200
    day_calls: int | None = None
    run_seconds: float | None = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Dollars for a million tokens."""

    tokens_in: float
    tokens_out: float
    cached: float | None = None  # of those in that the provider had; None: as others

    def usd(self, *, tokens_in: int, tokens_out: int, cached: int = 0) -> float:
        """Price of a call."""
        cheap = self.tokens_in if self.cached is None else min(self.cached, self.tokens_in)
        fresh = max(tokens_in - cached, 0)
        return (fresh * self.tokens_in + min(cached, tokens_in) * cheap + tokens_out * self.tokens_out) / 1e6


class OverBudget(Exception):
    """The call would take more than a cap allows; one line that says which."""

    def __init__(self, message: str, *, kind: Kind = "over_run") -> None:
        super().__init__(message)
        self.kind: Kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A call about to be made, with the most it can take."""

    key: str  # of its ask
    stage: Stage
    about: str
    model: str
    attempt: int  # from 1
    tokens_in: int
    tokens_out: int
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one run and its day have taken."""

    run: Usage
    day: Usage
    stages: dict[Stage, Usage] = field(default_factory=dict)  # of the run


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer that was paid for already."""

    completion: Completion
    usage: Usage
    own: bool  # of this run, or of those that were killed before it


class CallLog(Protocol):
    """Where every call stands before it leaves. Safe from several threads and processes."""

    def answered(self, key: str) -> Answered | None:
        """The latest answer that was paid for, if there is one."""
        ...

    def failed(self, key: str) -> CallFault | None:
        """What became of the latest attempt whose end is known, if that is no answer."""
        ...

    def send(self, planned: Planned, caps: Caps) -> int:
        """Set aside what ``planned`` can take and commit that it is sent; a number to settle it by.

        Calls that were sent and never settled, because a run was killed, count in full.

        Raises:
            OverBudget: It would pass a cap; nothing was written.
        """
        ...

    def done(self, call: int, completion: Completion, *, tokens_in: int, tokens_out: int, usd: float) -> None:
        """Commit the answer and what it took."""
        ...

    def fail(self, call: int, fault: CallFault) -> None:
        """Commit that there is none; one that may be billed counts in full all the same."""
        ...

    def account(self) -> Account:
        """What this run and this day have taken so far, calls in flight in full."""
        ...
