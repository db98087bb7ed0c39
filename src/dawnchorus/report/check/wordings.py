"""Groups of wordings of data files, Chinese | English, looked for in a text of either language.

English is compared without its endings, so that "layoffs" is "layoff"; of wordings that overlap the
longest counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import rjieba

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.stems import base

_TOKEN = re.compile(r"[a-z0-9]+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_NOTHING = re.compile("(?!)")

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Wordings:
    """Keys by their wordings; a wording may be of several keys."""

    han: re.Pattern[str]  # the longest first
    latin: Mapping[str, tuple[Phrase, ...]]  # phrases by their first stem, the longest first
    keys: Mapping[str | Phrase, tuple[str, ...]]

    def found(self, text: str) -> dict[str, str]:
        """Keys that ``text`` has a wording of, each with the first of them as it is written."""
        found: dict[str, str] = {}
        plain = dictionary().simplified(text)
        for match in self.han.finditer(plain):
            # One character is a word of its own only where it stands alone: 桥, but not in 桥本.
            if len(match.group()) > 1 or match.group() in _words(plain):
                for key in self.keys[match.group()]:
                    found.setdefault(key, text[slice(*match.span())])
        tokens = [(match.group(), match.span()) for match in _TOKEN.finditer(text.lower())]
        stems = [base(token) for token, _ in tokens]
        at = 0
        while at < len(stems):
            phrases = self.latin.get(stems[at], ())
            size = next((len(one) for one in phrases if tuple(stems[at : at + len(one)]) == one), 0)
            if size:
                written = text[tokens[at][1][0] : tokens[at + size - 1][1][1]]
                for key in self.keys[tuple(stems[at : at + size])]:
                    found.setdefault(key, written)
            at += size or 1
        return found


def read_wordings(lines: Iterable[tuple[str, str]]) -> Wordings:
    """Wordings of pairs of a key and ``Chinese words | English phrases, with commas``."""
    keys: dict[str | Phrase, dict[str, None]] = {}
    for key, line in lines:
        chinese, _, english = line.partition("|")
        wordings: list[str | Phrase] = [word for word in chinese.split() if not word.isascii()]
        wordings += [tuple(map(base, _TOKEN.findall(phrase))) for phrase in english.lower().split(",")]
        for wording in wordings:
            if wording:
                keys.setdefault(wording, {})[key] = None
    han = sorted((one for one in keys if isinstance(one, str)), key=lambda word: (-len(word), word))
    latin: dict[str, list[Phrase]] = {}
    for phrase in sorted((one for one in keys if not isinstance(one, str)), key=lambda one: (-len(one), one)):
        latin.setdefault(phrase[0], []).append(phrase)
    return Wordings(
        re.compile("|".join(map(re.escape, han))) if han else _NOTHING,
        {first: tuple(phrases) for first, phrases in latin.items()},
        {wording: tuple(found) for wording, found in keys.items()},
    )


@lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for run in _HAN_RUN.findall(text) for word in rjieba.cut(run, True))
