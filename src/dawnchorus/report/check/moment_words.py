"""Words for days, weeks, months, quarters and years, out of data/moments.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from dawnchorus.report.check.fold import fold

Period = Literal["week", "month", "quarter", "year"]
_UNITS: tuple[Period, ...] = ("week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class MomentWords:
    """Words that place an event relative to the day they are written on."""

    days: dict[str, int]  # word -> days from the day of writing
    periods: dict[str, tuple[Period, tuple[int, ...]]]  # word -> unit, and periods from the one of writing
    pattern: str  # any of the words above
    loose: str  # any word that only says "about now"
    first: str  # the characters that words of either begin with, those of the alphabet left out


@cache
def moment_words() -> MomentWords:
    """The words of all languages, read once."""
    data = tomllib.loads((files(__package__) / "data" / "moments.toml").read_text("utf-8"))
    days: dict[str, int] = {}
    periods: dict[str, tuple[Period, tuple[int, ...]]] = {}
    loose: list[str] = []
    never: dict[str, str] = {}
    for language in data.values():
        for offset, words in language["days"].items():
            days.update(dict.fromkeys(map(fold, words), int(offset)))
        for unit in _UNITS:
            for offset, words in language.get(unit, {}).items():
                for word in map(fold, words):
                    periods[word] = (unit, (*periods.get(word, (unit, ()))[1], int(offset)))
        never.update(language.get("never_after", {}))
        loose += map(fold, language["loose"]["words"])
    first = "".join(sorted({word[0] for word in (*days, *periods, *loose) if not word[0].isascii()}))
    return MomentWords(days, periods, _any([*days, *periods], never), _any(loose, {}), first)


def _any(words: list[str], never: dict[str, str]) -> str:
    """A pattern of any of ``words``; those that begin as a key of ``never`` not behind its characters."""
    return "|".join(
        rf"(?<![a-z]){re.escape(word)}(?![a-z])"
        if word[0].isascii()
        else _guard(word, never) + re.escape(word)
        for word in sorted(set(words), key=lambda word: (-len(word), word))
    )


def _guard(word: str, never: dict[str, str]) -> str:
    return next((rf"(?<![{chars}])" for start, chars in never.items() if word.startswith(start)), "")
