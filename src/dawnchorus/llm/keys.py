"""Where a key comes from, and how it is kept out of everything that is written."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dawnchorus.errors import UsageError

_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_LOOSE: Final = stat.S_IRWXG | stat.S_IRWXO


class Secret:
    """A key that does not print itself."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key, for the header it goes into."""
        return self._value

    def hide(self, text: str) -> str:
        """``text`` without the key."""
        return text.replace(self._value, "…") if self._value else text

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not stored")


def read_key(*, variable: str | None, file: Path | None, environment: Callable[[str], str | None]) -> Secret:
    """The key from ``file`` if one is named, else from the environment; empty if neither is named.

    Raises:
        UsageError: It is not there, or others can read the file.
    """
    if file is not None:
        return Secret(_from_file(file))
    if variable is None:
        return Secret("")
    if not _NAME.fullmatch(variable):
        raise UsageError(
            f"{variable!r:.40}: not the name of an environment variable; write the name, not the key"
        )
    value = (environment(variable) or "").strip()
    if not value:
        raise UsageError(f"no key for the model: set {variable}, or name a file with key_file")
    return Secret(_usable(value, variable))


def _from_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise UsageError(f"{path}: the key cannot be read: {why}") from None
    if mode & _LOOSE:
        raise UsageError(f"{path}: others can read the key; run: chmod 600 {path}")
    if not value:
        raise UsageError(f"{path}: holds no key; write it there, and nothing else")
    return _usable(value, str(path))


def _usable(value: str, where: str) -> str:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise UsageError(f"{where}: holds something that is no key; write the key there, and nothing else")
    return value
