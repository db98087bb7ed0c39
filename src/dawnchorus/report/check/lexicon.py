"""The words that rules look for, by what they do in a sentence: data/lexicon.toml, compiled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Words:
    """Matches any word of one kind, in any language, but not what only looks so."""

    pattern: re.Pattern[str]
    no_pattern: re.Pattern[str] | None = None

    def first(self, text: str) -> str | None:
        """The first of them in ``text``, as written there."""
        match = self.match(text)
        return match.group().strip() if match else None

    def match(self, text: str) -> re.Match[str] | None:
        """The first of them in ``text``; words that only look so are passed over, positions stay."""
        if self.no_pattern is not None:
            text = self.no_pattern.sub(lambda found: "\0" * len(found.group()), text)
        return self.pattern.search(text)


def words(entry: dict[str, Sequence[str]]) -> Words:
    """The words of one entry: ``en`` are whole words, ``any`` any characters, ``no`` only looks like them."""
    no = entry.get("no", ())
    anywhere = (*entry.get("zh", ()), *entry.get("any", ()))
    return Words(_pattern(anywhere, entry.get("en", ())), _pattern((), no) if no else None)


def _pattern(anywhere: Sequence[str], en: Sequence[str]) -> re.Pattern[str]:
    # Longer ones first, so that what is shown is the whole of it.
    parts = [_part(word) for word in _ordered(anywhere)]
    if latin := [_part(word) for word in _ordered(en)]:
        # Letters on neither side; Han characters have no words to be inside of.
        parts.append(rf"(?<![a-z0-9'])(?:{'|'.join(latin)})(?![a-z0-9])")
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def _ordered(words: Sequence[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))


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


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by what they do in a sentence."""

    superlatives: dict[str, Counterpart]  # by kind
    no_superlative: Words  # superlatives in form only
    cause: Counterpart
    proof: Counterpart
    trend: Counterpart
    voices: Counterpart  # many speak, without a number
    persons: Words  # those that speak, as nouns: 专家, users
    trade: Words  # plain advice to buy or sell
    counsel: Counterpart  # what a reader should do
    open: Words  # leaves open whether something happens or happened
    plan: Words  # is to happen
    negation: Words  # not, 没
    denial: Words  # what may amount to one
    speech: Words


@cache
def lexicon() -> Lexicon:
    """The lexicon of data/lexicon.toml, compiled."""
    data = tomllib.loads((files(__package__) / "data" / "lexicon.toml").read_text("utf-8"))

    def plain(name: str) -> Words:
        return words(data[name])

    def pair(name: str) -> Counterpart:
        return Counterpart(words(data[name]), words(data[name]["known"]))

    return Lexicon(
        superlatives={
            name: Counterpart(words(entry), words(entry.get("known", entry)))
            for name, entry in data["superlative"].items()
        },
        no_superlative=plain("no_superlative"),
        cause=pair("cause"),
        proof=pair("proof"),
        trend=pair("trend"),
        voices=pair("voices"),
        persons=plain("persons"),
        trade=plain("trade"),
        counsel=pair("counsel"),
        open=plain("open"),
        plan=plain("plan"),
        negation=plain("negation"),
        denial=plain("denial"),
        speech=plain("speech"),
    )
