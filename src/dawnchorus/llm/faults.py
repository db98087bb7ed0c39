"""How a call to a model can fail: by what is to be done next, and of what kind the reason is."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "key",  # the server does not take the key
    "unpaid",  # the account has no money or quota left
    "unknown",  # the server does not know the model or the address
    "elsewhere",  # what is there is no such server, or sends elsewhere
    "unreachable",
    "slow",  # no whole answer in time
    "busy",  # a limit of its rate, or a fault of the server's own
    "broken",  # what came is no answer, or broke off
    "question",  # the server does not take this question
    "over_run",  # a budget, in tokens, money, calls or seconds
    "over_day",
    "declined",  # the model refused to answer
    "cut",  # the answer has no end
    "unusable",  # the answer has not the shape that was asked for
    "not_recorded",
]
"""Why an ask came to nothing. Our own words are told by it; those of servers may be anybody's."""


class CallFault(Exception):
    """A call that gave no completion; the message is one line without any secret."""

    billed = True  # whether it may have been paid for: then its reservation counts in full
    kind: Kind = "broken"

    def __init__(self, message: str, *, kind: Kind | None = None) -> None:
        super().__init__(message)
        self.kind = kind or type(self).kind


class TryAgain(CallFault):
    """Another attempt may work, after ``wait`` seconds if the server says."""

    def __init__(
        self, message: str, *, wait: float | None = None, billed: bool = True, kind: Kind | None = None
    ) -> None:
        super().__init__(message, kind=kind)
        self.wait = wait
        self.billed = billed


class NotServed(CallFault):
    """The server will refuse every call like it: key, model name, address, unpaid account."""

    billed = False
    kind: Kind = "elsewhere"


class OptionRefused(CallFault):
    """The server does not take ``option`` ("response_format", "temperature", …)."""

    billed = False
    kind: Kind = "question"

    def __init__(self, message: str, *, option: str) -> None:
        super().__init__(message)
        self.option = option


class NotThisOne(CallFault):
    """This ask cannot be answered (too long, refused by a filter); others can."""

    kind: Kind = "question"

    def __init__(self, message: str, *, billed: bool = False, kind: Kind | None = None) -> None:
        super().__init__(message, kind=kind)
        self.billed = billed
