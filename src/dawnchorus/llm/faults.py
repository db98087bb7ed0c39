"""How a call to a model can fail, by what is to be done next."""

from __future__ import annotations


class CallFault(Exception):
    """A call that gave no completion; the message is one line without any secret."""

    billed = True  # whether it may have been paid for: then its reservation counts in full


class TryAgain(CallFault):
    """Another attempt may work, after ``wait`` seconds if the server says."""

    def __init__(self, message: str, *, wait: float | None = None, billed: bool = True) -> None:
        super().__init__(message)
        self.wait = wait
        self.billed = billed


class NotServed(CallFault):
    """The server will refuse every call like it: key, model name, address, unpaid account."""

    billed = False


class OptionRefused(CallFault):
    """The server does not take ``option`` ("response_format", "temperature", …)."""

    billed = False

    def __init__(self, message: str, *, option: str) -> None:
        super().__init__(message)
        self.option = option


class NotThisOne(CallFault):
    """This ask cannot be answered (too long, refused by a filter); others can."""

    billed = False
