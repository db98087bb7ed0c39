"""Accounts on X: their names, and their cursor: the id, which costs money to ask for, and what was read."""

from __future__ import annotations

import json
import re
from typing import Any

_ACCOUNT = re.compile(r"[A-Za-z0-9_]{1,15}")


def from_cursor_of_account(cursor: str | None) -> tuple[str, str, str]:
    """X's id, name and what was read; "" and "[]" where unknown."""
    try:
        kept: Any = json.loads(cursor or "{}")
        id, name, read = str(kept["id"]), str(kept["name"]), str(kept["read"])
    except (ValueError, TypeError, KeyError):
        return "", "", "[]"
    return (id, name, read) if id.isascii() and id.isdigit() else ("", "", "[]")


def to_cursor_of_account(id: str, name: str, *, read: str) -> str:
    """As JSON; ``read`` is a cursor of ``spans``."""
    return json.dumps({"id": id, "name": name, "read": read})


def account_name(name: str) -> str:
    """``name`` without "@".

    Raises:
        ValueError: X has no such names.
    """
    account = name.removeprefix("@")
    if not _ACCOUNT.fullmatch(account):
        raise ValueError(f"users: {name!r:.40} is no name of an account on X; give it as in x.com/NAME")
    return account
