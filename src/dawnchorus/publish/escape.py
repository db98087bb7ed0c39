"""Text of posts, made safe to show: nothing in it can act, all of it can be read.

Posts are escaped where they are written out and never repaired as Markdown.
Numeric entities stay inert in Liquid, kramdown and HTML, in every place a
report puts text: block, sentence, quotation, list item, link text, link title
and table cell.
"""

from __future__ import annotations

import re
import string
import unicodedata

# What XML and HTML call white space, and the other characters that break a line.
_BREAKS = re.compile(r"[\t\n\v\f\r \x1c-\x1f\x85\u2028\u2029]+")
# A joiner holds emoji together, and letters of Arabic and Indic scripts apart or together; anywhere
# else it hides differences between words that look the same.
_JOINER = re.compile(
    r"(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
    r"|(?<=[\u0600-\u109f])[\u200c\u200d](?=[\u0600-\u109f])"
)
# Real orthographies stack up to five (Tibetan, Hebrew with cantillation); more is there to cover the page.
_MARKS_AT_MOST = 6
_DATE = re.compile(r"(?<!\d)\d{4}(-|&#45;)\d{2}\1\d{2}(?!\d)")
_ENTITIES = str.maketrans({mark: f"&#{ord(mark)};" for mark in string.punctuation})


def plain(text: str) -> str:
    """One line of ``text`` as a reader sees it.

    Line breaks and runs of spaces become one space. Control and format
    characters (bidirectional overrides, zero-width and tag characters) and
    noncharacters are dropped, a lone surrogate becomes U+FFFD, and stacked
    combining marks are cut. All else stays as it is.
    """
    text = _BREAKS.sub(" ", text)
    if text.isascii():
        return "".join(c for c in text if c >= " " and c != "\x7f").strip()
    joiners = {match.start() for match in _JOINER.finditer(text)}
    shown: list[str] = []
    marks = 0
    for at, char in enumerate(text):
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if kind == "Cs":
            shown.append("\ufffd")
        elif (
            kind == "Cc"
            or (kind == "Cf" and at not in joiners)
            or _is_nonchar(char)
            or marks > _MARKS_AT_MOST
        ):
            continue
        else:
            shown.append(char)
    return _BREAKS.sub(" ", "".join(shown)).strip()


def markdown(text: str) -> str:
    """``text`` as Markdown that shows exactly :func:`plain` of it, and is nothing but text."""
    return plain(text).translate(_ENTITIES)


def keep_dates(escaped: str) -> str:
    """``escaped`` text of Markdown or HTML with its dates in spans that the theme keeps on one line.

    Browsers break a date behind its hyphens; hyphens that do not break would be other characters.
    """
    return _DATE.sub(r'<span class="date">\g<0></span>', escaped)


def _is_nonchar(char: str) -> bool:
    code = ord(char)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
