"""Words and sentences of posts in any script, Chinese and Japanese included.

Words are for term lists, the word cloud and names; matching of posts uses
hashed character bigrams instead (``stories.terms``), which need no dictionary.
"""

from __future__ import annotations

import re

import rjieba

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KANA = r"\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_TOKEN = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    rf"|(?P<kana>[{_KANA}]+)"
    r"|(?P<word>[^\W_\u3040-\u30ff\u3400-\u9fff]+(?:[.'’&+_-][^\W_\u3040-\u30ff\u3400-\u9fff]+)*\+*)"
)

# A full stop ends a sentence only before white space and something that can begin one: "3.5", "v2.0"
# and "e.g. this" stay whole. What follows in brackets belongs to the sentence before.
_BOUNDARY = re.compile(
    r"(?<=[。！？!?…])[」』”’\"')）】]*+(?=\s*[^\s(（])"
    r"|(?<=[.])[”’\"')]*+(?=\s+[^a-z\s(（])"
    r"|\n+"
)
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|Mr|Mrs|Ms|Dr|Prof|Inc|Ltd|Co|Corp|No|St|approx|U\.S|[A-Z])\.$"
)


def words(text: str) -> list[str]:
    """Words of ``text`` in order, as written; punctuation and emoji are left out.

    Chinese is cut by jieba's model (hidden Markov model on), kana runs stay whole.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "han":
            found.extend(rjieba.cut(match.group(), True))
        else:
            found.append(match.group())
    return found


def sentences(text: str) -> list[str]:
    """Sentences of ``text`` in order, each a stripped substring of it, none empty."""
    found: list[str] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        piece = text[start : match.end()].strip()
        if piece and not (_ABBREVIATION.search(piece) and "\n" not in match.group()):
            found.append(piece)
            start = match.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found
