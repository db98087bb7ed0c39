"""The words that rules look for: one data file a rule, compiled.

In an entry ``zh`` stands anywhere in a text, ``en`` as whole words; "*" at the end is any ending, "…" a
few characters inside a clause, "/" opens a pattern. ``no`` only looks like an entry. ``known`` is wording
of posts that bears the entry out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

_MOST_KNOWN = 512  # texts of which a kind of words remembers where it stands


@dataclass(frozen=True, slots=True)
class Words:
    """Matches any word of one kind, in any language, but not what only looks so."""

    pattern: re.Pattern[str]
    no_pattern: re.Pattern[str] | None = None
    # Sentences cite the same posts, and rules ask the same clause for the same words.
    _known: dict[str, re.Match[str] | None] = field(default_factory=dict, compare=False, repr=False)

    def first(self, text: str) -> str | None:
        """The first of them in ``text``, as written there."""
        match = self.match(text)
        return match.group().strip() if match else None

    def match(self, text: str) -> re.Match[str] | None:
        """The first of them in ``text``; words that only look so are passed over, positions stay."""
        known = self._known
        if text not in known:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[text] = self._match(text)
        return known[text]

    def _match(self, text: str) -> re.Match[str] | None:
        if self.no_pattern is not None:
            text = self.no_pattern.sub(lambda found: "\0" * len(found.group()), text)
        return self.pattern.search(text)


def words(entry: dict[str, Sequence[str]]) -> Words:
    """The words of one entry: ``en`` are whole words, ``any`` any characters, ``no`` only looks like them."""
    no = entry.get("no", ())
    anywhere = (*entry.get("zh", ()), *entry.get("any", ()))
    no_anywhere = [word for word in no if not word.isascii()]
    no_pattern = _pattern(no_anywhere, [word for word in no if word.isascii()]) if no else None
    return Words(_pattern(anywhere, entry.get("en", ())), no_pattern)


def _pattern(anywhere: Sequence[str], en: Sequence[str]) -> re.Pattern[str]:
    # Longer ones first, so that what is shown is the whole of it.
    parts = _parts(_ordered(anywhere))
    if latin := _parts(_ordered(en)):
        # Letters on neither side; Han characters have no words to be inside of.
        parts.append(rf"(?<![a-z0-9'])(?:{'|'.join(latin)})(?![a-z0-9])")
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def _ordered(words: Sequence[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))


def _parts(words: Sequence[str]) -> list[str]:
    """Entries as patterns in their order, those in a row that begin with a character under one look at it."""
    found: list[str] = []
    for plain, run in groupby(words, key=lambda word: word[0] not in "/…[*"):
        if not plain:
            found += map(_part, run)
            continue
        by_first: dict[str, list[str]] = {}
        for word in run:
            by_first.setdefault(word[0].lower(), []).append(_part(word))
        first = "".join(map(re.escape, by_first))
        # A pattern is tried at every place of a text, and almost nowhere does any of its words begin.
        groups = (f"(?:{'|'.join(parts)})" for parts in by_first.values())
        found.append(f"(?=[{first}])(?:{'|'.join(groups)})")
    return found


def _part(word: str) -> str:
    """An entry as a pattern: "…" a few characters of a clause, a last "*" any ending, "/" a pattern."""
    if word.startswith("/"):
        return word[1:]
    escaped = re.escape(word.rstrip("*")).replace("…", r"[^,，.。;；!?]{0,24}?")
    return re.sub(r"\\\[(.*?)\\\]", r"[\1]", escaped) + ("[a-z]*" if word.endswith("*") else "")


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Words of a sentence that need a counterpart in its posts, which may word it more loosely."""

    said: Words
    known: Words


@cache
def entry(file: str, name: str) -> Words:
    """Entry ``name`` of data/``file``.toml."""
    return words(_read(file)[name])


@cache
def counterpart(file: str, name: str) -> Counterpart:
    """Entry ``name`` of data/``file``.toml with what bears it out, of itself if nothing else is given."""
    return _counterpart(_read(file)[name])


@cache
def counterparts(file: str, name: str) -> dict[str, Counterpart]:
    """Entries under ``name`` of data/``file``.toml, by their own names."""
    return {kind: _counterpart(one) for kind, one in _read(file)[name].items()}


def _counterpart(one: dict[str, Any]) -> Counterpart:
    return Counterpart(words(one), words(one.get("known", one)))


@cache
def _read(file: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / f"{file}.toml").read_text("utf-8"))


@cache
def pairs_of(file: str, name: str) -> tuple[tuple[Words, Words], ...]:
    """Entries under ``name`` of data/``file``.toml that have two ends, "one" and "other"."""
    return tuple((words(axis["one"]), words(axis["other"])) for axis in _read(file)[name].values())
