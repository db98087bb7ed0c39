"""Words by which posts are told apart: opinion, doubt, praise, sentences that turn or lean.

The lists are in ``data/cues.toml``; those of promotion and of words to programs are ``newsworth``'s.
"""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Any, Final

from dawnchorus import newsworth


def _read() -> dict[str, dict[str, list[str]]]:
    file = resources.files("dawnchorus.report") / "data" / "cues.toml"
    found: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found


_CUES: Final = _read()


def _anywhere(name: str) -> re.Pattern[str]:
    latin, han = "|".join(_CUES[name]["latin"]), "|".join(_CUES[name]["han"])
    return re.compile(rf"\b(?:{latin})\b|{han}", re.IGNORECASE)


def _at_start(name: str) -> re.Pattern[str]:
    latin, han = "|".join(_CUES[name]["latin"]), "|".join(_CUES[name]["han"])
    return re.compile(rf"\W*(?:(?:{latin})\b|{han})", re.IGNORECASE)


OPINION: Final = _anywhere("opinion")
PROMOTION: Final = re.compile(newsworth.PROMOTION)
INJECTION: Final = re.compile(newsworth.INJECTION)
QUESTION: Final = re.compile(newsworth.QUESTION)
TURN: Final = _at_start("turn")
LEANS: Final = _at_start("leans")
DOUBT: Final = tuple(_CUES["doubt"]["words"])
PRAISE: Final = tuple(_CUES["praise"]["words"])
