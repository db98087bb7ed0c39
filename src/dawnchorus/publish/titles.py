"""Titles out of sentences: the words a heading or a list shows, and the rest that follows in plain weight."""

from __future__ import annotations

import re
import unicodedata

TITLE_COLUMNS = 80
"""Widest title, in columns (a Chinese character takes two)."""

_SHORTEST = 24  # columns: a clause shorter than this names nothing
_SHORTEST_END = 6  # columns: the last clause of a title is more than the number of a list
_MARGIN = 4  # columns kept for " …" and a closing quotation mark
_SENTENCE = re.compile(r"[。！？][」』”’]*|[.!?][”’\"]*(?=\s)")
_CLAUSE = re.compile(r"[，；、：]|[,;:](?=\s)|\s(?=[—–-]\s)")
_WORD = re.compile(r"\s|(?<=[\u3040-\u30ff\u3400-\u9fff])(?=[\u3040-\u30ff\u3400-\u9fff])")
# What begins so turns the words before it: a title must not stop there.
_TURNS = re.compile(
    r"\W*(?:但|不过|然而|却|只是|可是|并非|(?:but|however|yet|except|unless|although|though|not)\b)",
    re.IGNORECASE,
)


def split_title(text: str) -> tuple[str, str]:
    """``text`` as a title of at most :data:`TITLE_COLUMNS` columns, and what it leaves out, or "".

    A longer text is cut at the last sentence that fits, else at the last
    clause, else between words; "…" stands on both sides of the cut, and a
    quotation that is cut is closed and opened again.
    """
    if _columns(text) <= TITLE_COLUMNS:
        return text, ""
    cut = _cut(text)
    head, tail = text[:cut].rstrip(" ,;:，；、："), text[cut:].lstrip()
    quoted = head.count("“") > head.count("”")
    return f"{head} …{'”' if quoted else ''}", f"{'“' if quoted else ''}… {tail}"


def _cut(text: str) -> int:
    """Where the title ends."""
    widest = _fitting(text, TITLE_COLUMNS - _MARGIN)
    least = _fitting(text, _SHORTEST)
    for ends in (_SENTENCE, _CLAUSE, _WORD):
        begin, good = 0, 0
        for match in ends.finditer(text, 0, widest + 1):
            at = match.end()
            whole = ends is _WORD or _columns(text[begin : match.start()]) >= _SHORTEST_END
            if least <= at <= widest and whole and not _TURNS.match(text, at):
                good = at
            begin = at
        if good:
            return good
    return widest


def _fitting(text: str, columns: int) -> int:
    """How many characters of ``text`` fit into ``columns``."""
    width = 0
    for at, char in enumerate(text):
        width += _columns(char)
        if width > columns:
            return at
    return len(text)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
