"""Short forms of names that no list need hold: tickers, initials, a name by its last part.

PBoC beside People's Bank of China and OTA beside over-the-air are initials in a row; $VLUM stands for a name
that begins alike and holds its letters in order. Can't tell two names with the same initials apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Ground

_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9']*")
_CASHTAG = re.compile(r"\$([A-Z]{2,6})(?![A-Za-z])")
_LINK_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "de", "la", "du", "des", "der", "to"})
_FEWEST = 2  # initials
_HANDLE = re.compile(r"@([A-Za-z0-9_.-]+)")
_OF_PLACES = ("ian", "an", "n", "ese", "ish", "i", "er", "ers", "s")
_ACRONYM = re.compile(r"[A-Z][A-Za-z]{0,4}[A-Z]")


def short_for(name: str, ground: Ground) -> bool:
    """Whether the posts hold ``name`` in a longer or in a shorter form."""
    text = "\n".join((*ground.texts, *ground.speakers))
    if _ACRONYM.fullmatch(name) and squash(name) in _initials(text):
        return True
    tags = _CASHTAG.findall(text)
    if name[0] == "$":
        bare = name[1:].casefold()
        return any(word[0].isupper() and _holds(word.casefold(), bare) for word in _WORD.findall(text))
    return any(_holds(squash(name), tag.casefold()) for tag in tags)


def initials_told(words: Sequence[str], ground: Ground) -> bool:
    """Whether the posts hold the initials of a name of several words as a word: HF of Hugging Face."""
    initials = "".join(word[0] for word in words if word not in _LINK_WORDS)
    if len(initials) < _FEWEST or not initials.isupper():
        return False
    return re.search(rf"(?<![A-Za-z0-9]){initials}(?![A-Za-z])", ground.text) is not None


def in_handle(word: str, ground: Ground) -> bool:
    """Whether a part of a handle that the posts name is ``word``: Kofi of @kofi_trades."""
    parts = {part for handle in _HANDLE.findall(ground.text) for part in re.split(r"[_.\d-]+", handle)}
    return len(word) > _FEWEST and word.casefold() in {part.casefold() for part in parts}


def handle_of(words: Sequence[str], ground: Ground) -> bool:
    """Whether a handle that the posts name is made of a name of several words: hfuchs of Hannelore Fuchs."""
    if len(words) < _FEWEST:
        return False
    first, last = words[0].casefold(), words[-1].casefold()
    made = {first[0] + last, last + first[0], first + last, last + first, first + last[0]}
    bare = {re.sub(r"[_.\d-]+", "", handle).casefold() for handle in _HANDLE.findall(ground.text)}
    parts = {
        part.casefold() for handle in _HANDLE.findall(ground.text) for part in re.split(r"[_.\d-]+", handle)
    }
    return not made.isdisjoint(bare | parts)


def people_of(name: str, aliases: Aliases) -> tuple[str, ...]:
    """The places that ``name`` may be of, by its ending: Mongolia for Mongolian."""
    found = []
    for ending in _OF_PLACES:
        if name.endswith(ending):
            bare = name.removesuffix(ending)
            found += [bare + more for more in ("", "a", "e", "y") if aliases.pattern.fullmatch(bare + more)]
    return tuple(found)


def _holds(word: str, letters: str) -> bool:
    """Whether ``letters`` stand in ``word`` in their order, the first at its beginning."""
    if len(letters) < _FEWEST or not word.startswith(letters[0]):
        return False
    rest = iter(word)
    return all(letter in rest for letter in letters)


@lru_cache(maxsize=256)
def _initials(text: str) -> frozenset[str]:
    """Initials of names of several words, and of words that hyphens join."""
    found: set[str] = set()
    for part in re.split(r"[.,;:!?()\n\"]", text):
        words = _WORD.findall(part)
        run: list[str] = []
        for word in [*words, ""]:
            if word[:1].isupper():
                run.append(word[0])
            elif word not in _LINK_WORDS or not run:
                found |= _pieces(run)
                run = []
        for chain in re.findall(r"[A-Za-z]+(?:-[A-Za-z]+){2,}", part):
            found.add("".join(word[0] for word in chain.split("-")).casefold())
    return frozenset(found)


def _pieces(initials: list[str]) -> set[str]:
    size = len(initials)
    return {
        "".join(initials[start:end]).casefold()
        for start in range(size)
        for end in range(start + _FEWEST, size + 1)
    }
