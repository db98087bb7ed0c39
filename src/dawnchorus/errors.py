"""Errors, by what the caller does next.

DawnchorusError
├── UsageError          the call is wrong: exit 2
│   └── SettingsError   a topic file is wrong: names file, line and key
├── InputError          the input holds nothing usable: exit 1
├── SourceError         a source could not be read; the edition goes on
│   ├── RateLimited     worth another try after .retry_at (UTC)
│   ├── AccessDenied    key missing or refused: another try will not help
│   ├── NotFound        the server has no such thing
│   └── BudgetSpent     reading on would cost more than allowed
├── LockedError         another run of this topic is at work
├── WriterError         a writer gave no usable draft
├── UnsupportedClaim    a sentence has no evidence; never published
└── PublishError        the report could not be written, nothing half-done is left
"""

from __future__ import annotations

from datetime import datetime


class DawnchorusError(Exception):
    """What went wrong, where, and what to do next, in one line."""

    exit_code = 1


class UsageError(DawnchorusError):
    """The call itself is wrong."""

    exit_code = 2


class SettingsError(UsageError):
    """A topic file is wrong.

    The message names file, line and key.
    """


class InputError(DawnchorusError):
    """The input holds nothing that a report could be made of."""


class SourceError(DawnchorusError):
    """A source could not be read; the edition goes on without it."""


class RateLimited(SourceError):
    """The server wants to be left alone until ``retry_at`` (UTC; None: it does not say)."""

    def __init__(self, message: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class AccessDenied(SourceError):
    """A key is missing or refused; another try will not help."""


class NotFound(SourceError):
    """The server has no such thing, or no longer."""


class BudgetSpent(SourceError):
    """Reading on would cost more than the topic allows."""


class LockedError(DawnchorusError):
    """Another run holds the lock of this topic."""


class WriterError(DawnchorusError):
    """A writer gave no usable draft."""


class UnsupportedClaim(DawnchorusError):
    """A sentence has no evidence and must not be published."""


class PublishError(DawnchorusError):
    """The files of the report could not be written."""
