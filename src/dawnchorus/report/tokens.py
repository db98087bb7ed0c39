"""Words of a post in runs, as term lists count them: no links, handles or emoji, names by alias joined."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from dawnchorus import segment

CJK = r"\u3040-\u9fff"
"""Range of a character class: kana, bopomofo and Han, which are written without spaces. One range, since
Python needs 15 ms to compile a class of more, and there is a pattern for each term."""

_LABEL = r"[a-z0-9-]{1,63}"
_UNSPOKEN = re.compile(
    r"https?://\S+|www\.\S+"
    rf"|\b[\w.+-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,8}}"
    r"|[@＠][\w.-]+"
    rf"|\b{_LABEL}(?:\.{_LABEL}){{1,8}}/\S*"
    rf"|\b{_LABEL}(?:\.{_LABEL}){{0,8}}\.(?:com|org|net|cn|io|dev|gov|edu)\b",
    re.IGNORECASE,
)
"""Links, mail addresses, handles, bare hosts. "x.ai" and "Character.AI" are names more often than hosts.
Lengths are those of RFC 1035 and 5321: without them, 50,000 letters "a" take a quarter of a minute."""

_POSSESSIVE = re.compile(r"['’][sS]$")


class Token(NamedTuple):
    """A word: what it is counted as, how it is written, whether a space stands before it."""

    key: str  # case folded, without possessive
    text: str
    spaced: bool


Run = list[Token]
"""Words with nothing or one space between them, in order: what a name can be made of."""

AliasMatcher = Callable[[str], Iterator[tuple[str, str | None]]]
"""Cuts a text into pieces and the display form of each piece that is an alias, else None."""


def term_pattern(*surfaces: str) -> re.Pattern[str]:
    """A pattern that finds any of ``surfaces`` as a word of its own, the longest first.

    Case does not matter and a space stands for any white space. An end that is a letter or digit of a
    script with spaces must not touch another one ("AI" is in "AI大模型", not in "said"), and an end that is
    a digit must not go on after a point or comma ("GPT-5" is not in "GPT-5.1"). Chinese and kana have no
    such ends: "星际之门" is in "新星际之门".
    """
    bodies = sorted((s for s in surfaces if s.strip()), key=lambda s: (-len(s), s))
    return re.compile("|".join(map(_bounded, bodies)) or r"(?!)")


def _bounded(surface: str) -> str:
    body = r"\s+".join(map(re.escape, surface.split()))
    first, last = surface.strip()[0], surface.strip()[-1]
    before = rf"(?<![^\W_{CJK}])" if _has_edge(first) else ""
    before += r"(?<!\d[.,])" if first.isdecimal() else ""
    after = rf"(?![^\W_{CJK}])" if _has_edge(last) else ""
    after += r"(?![.,]\d)" if last.isdecimal() else ""
    # Case does not matter for the body alone: under that flag the ranges around it take 10 ms to compile.
    return rf"{before}(?i:{body}){after}"


def _has_edge(char: str) -> bool:
    return char.isalnum() and not re.match(f"[{CJK}]", char)


def alias_matcher(aliases: Mapping[str, str]) -> AliasMatcher:
    """Find the surfaces of ``aliases`` as :func:`term_pattern` does."""
    shown = {" ".join(surface.casefold().split()): name for surface, name in aliases.items()}
    pattern = term_pattern(*aliases)

    def pieces(text: str) -> Iterator[tuple[str, str | None]]:
        end = 0
        for match in pattern.finditer(text):
            yield text[end : match.start()], None
            # Case folding may change a letter's length or lose a rare match: then it is no alias.
            yield match.group(), shown.get(" ".join(match.group().casefold().split()))
            end = match.end()
        yield text[end:], None

    return pieces


def runs(text: str, *, aliases: AliasMatcher | None = None) -> list[Run]:
    """Runs of words of ``text``; punctuation, emoji, links and line ends part them."""
    found: list[Run] = []
    for line in _UNSPOKEN.sub("\n", text).splitlines():
        run: Run = []
        gap = ""  # what stands between the last word and the next
        for piece, name in aliases(line) if aliases else ((line, None),):
            at = 0
            for word in (piece,) if name else segment.words(piece):
                start = piece.index(word, at)
                gap += piece[at:start]
                at = start + len(word)
                if run and gap not in ("", " "):
                    found.append(run)
                    run = []
                shown = name or (_POSSESSIVE.sub("", word) if word[-1] in "sS" else word)
                run.append(Token(shown.casefold(), shown, gap == " "))
                # A possessive ends a name: "Google's Gemini" is two.
                gap = "'" if shown != word and not name else ""
            gap += piece[at:]
        if run:
            found.append(run)
    return found
