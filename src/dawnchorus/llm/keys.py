"""Where a key comes from, and how it is kept out of everything that is written."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dawnchorus.errors import UsageError

_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{1,39}")
_LONG_AS_A_KEY: Final = 20
_LOOSE: Final = stat.S_IRWXG | stat.S_IRWXO


_ESCAPE: Final = re.compile(
    r"""\\u([0-9a-f]{4})|\\(["\\/])|%([0-9a-f]{2})|&\#x0*([0-9a-f]{1,6});?|&\#0*([0-9]{1,7});?|&(amp|lt|gt|quot);""",
    re.IGNORECASE,
)
_UNSEEN: Final = re.compile(r"[^!-~]")  # no key holds it
_LAYERS: Final = 4  # of escapes in escapes
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}


def _decoded(escape: re.Match[str]) -> str:
    by_four, itself, percent, by_hex, by_number, name = escape.groups()
    if itself or name:
        return itself or _NAMED[name.lower()]
    code = int(by_number) if by_number else int(by_four or percent or by_hex, 16)
    return chr(code) if code < 0x110000 else ""


class Secret:
    """A key that does not print itself."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key, for the header it goes into."""
        return self._value

    def hide(self, text: str) -> str:
        """``text`` without the key; nothing of it where the key stands in escapes."""
        hidden = text.replace(self._value, "…") if self._value else text
        return "…" if self.stands_in(hidden) else hidden

    def stands_in(self, text: str) -> bool:
        """Whether ``text`` holds the key: as it is, in escapes of JSON, HTML or URLs, or of these in turn.

        What is between its letters and cannot be seen is looked through.
        """
        if not self._value:
            return False
        for _ in range(_LAYERS):
            if self._value in text or self._value in _UNSEEN.sub("", text):
                return True
            plain = _ESCAPE.sub(_decoded, text)
            if plain == text:
                return False
            text = plain
        return self._value in _UNSEEN.sub("", text)

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
    check_variable(variable)
    value = (environment(variable) or "").strip()
    if not value:
        raise UsageError(f"no key for the model: set {variable}, or name a file with key_file")
    return Secret(_usable(value, variable))


def check_variable(name: str) -> None:
    """Refuse what cannot name a variable, without telling it: most often it is the key itself.

    Raises:
        UsageError: It is no name.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            "[llm] key_env: not the name of an environment variable; write the name, not the key"
        )


def _from_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        if not path.suffix and len(path.name) >= _LONG_AS_A_KEY:
            told = (
                f"[llm] key_file: cannot be read: {why}; write the path of a file with the key, not the key"
            )
            raise UsageError(told) from None
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
