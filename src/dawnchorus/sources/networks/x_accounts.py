"""The cursor of an account on X: its id, which costs money to ask for, and what of its posts was read."""

from __future__ import annotations

import json
from typing import Any


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
