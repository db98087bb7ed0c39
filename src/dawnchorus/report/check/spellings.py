"""Notation of further languages, turned into the one that the readers of numbers and days know.

A language more is one file more, data/spellings_<language>.toml; it is used on texts that hold its script.
So 先週金曜日, 16億ドル and 令和8年 are read as 上周五, 16亿美元 and 2026年, without a line of code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_NUMERAL = r"(?<=[\d〇零一二三四五六七八九十百千万亿兆数多半几])"


@dataclass(frozen=True, slots=True)
class Spelling:
    """What one language writes in other ways."""

    script: re.Pattern[str]  # its characters: other texts stay as they are
    steps: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]

    def respell(self, text: str) -> str:
        """The folded ``text`` in the notation that is read."""
        if not self.script.search(text):
            return text
        for pattern, written in self.steps:
            text = pattern.sub(written, text)
        return text


def respell(text: str) -> str:
    """The folded ``text`` with the notation of every language that has a file."""
    if text.isascii():
        return text
    for spelling in _spellings():
        text = spelling.respell(text)
    return text


@cache
def _spellings() -> tuple[Spelling, ...]:
    folder = files(__package__) / "data"
    names = sorted(one.name for one in folder.iterdir() if one.name.startswith("spellings_"))
    return tuple(_spelling(tomllib.loads((folder / name).read_text("utf-8"))) for name in names)


def _spelling(data: Mapping[str, Any]) -> Spelling:
    eras: dict[str, int] = data.get("eras", {})
    steps: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = []
    if eras:
        pattern = re.compile(rf"({_any(eras)})\s?(元|\d{{1,3}})(?=年)")
        steps.append((pattern, lambda found: _year(eras[found[1]], found[2])))
    for before, words in ((r"", data.get("words", {})), (_NUMERAL, data.get("after_numbers", {}))):
        written = {word: known for known, others in words.items() for word in others}
        if written:
            steps.append((re.compile(f"{before}(?:{_any(written)})"), _lookup(written)))
    steps += [(re.compile(one["find"]), one["write"]) for one in data.get("patterns", ())]
    return Spelling(re.compile(data["script"]), tuple(steps))


def _year(before_first: int, number: str) -> str:
    return str(before_first + (1 if number == "元" else int(number)))


def _lookup(written: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda found: written[found.group()]


def _any(words: Mapping[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
