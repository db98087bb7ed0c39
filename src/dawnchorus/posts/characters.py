"""What a reader sees of a text: no hidden, steering or stacked characters, no entities."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

import polars as pl

# Controls but line breaks and tabs; soft hyphen, joiners of nothing, bidi marks and overrides (Trojan
# Source, CVE-2021-42574), invisible operators, fillers that look blank, byte order marks, tag characters
# and variation selectors that can carry hidden text. The two zero-width joiners are looked at apart.
_INVISIBLE = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b"
    r"\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    r"\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_HIDDEN = re.compile(f"[{_INVISIBLE}\u200c\u200d]")
_PICTURE = "\xa9\xae\u203c-\u3299\U0001f000-\U0001faff"
# Persian and the scripts of India spell with joiners.
_SPELT_WITH = "\u0620-\u06ff\u0750-\u077f\u0900-\u0dff"
_JOINER = re.compile(
    rf"(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])"
    rf"|(?<=[{_SPELT_WITH}])[\u200c\u200d](?=[{_SPELT_WITH}])"
    "|([\u200c\u200d])"
)
# What has a character beyond these, or blanks where none belong, is looked at; all else is as a reader sees
# it. Each of these stays as it is whatever stands beside it.
_PLAIN = (
    r" !-%'-~\xa1-\xac\xae-\u02ff\u0370-\u0373\u0391-\u03a1\u03a3-\u03ce\u0400-\u0481\u048a-\u052f"
    r"\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u2500-\u27bf\u3001-\u3029\u3030-\u303e"
    r"\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9d"
    r"\U0001f300-\U0001faff"
)
# The longest named one has 32 characters.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ENTITY_ROOM = 34


def visible(texts: pl.Series) -> pl.Series:
    """NFC of ``texts`` as a reader sees them; lines are kept, other white space is one blank.

    Applied twice it changes nothing more, and it takes time in proportion to the length.
    """
    rows = texts.str.contains(_rust(f"[^{_PLAIN}]|  |^ | $")).fill_null(value=False).arg_true()
    if rows.is_empty():
        return texts
    if len(rows) == len(texts):
        return _made_visible(texts)
    return texts.clone().scatter(rows, _made_visible(texts.gather(rows)))


def _made_visible(texts: pl.Series) -> pl.Series:
    # Composed first: U+037E is a semicolon after NFC, and could end an entity later.
    seen = texts.str.normalize("NFC").str.replace_all(_rust(f"[{_INVISIBLE}]"), "")
    seen = _changed(seen, seen.str.contains("[\u200c\u200d]"), _joined)
    seen = _changed(seen, seen.str.contains(r"&[#\w]+;|&amp"), _decoded)
    # More than four marks on one letter are no language ("Zalgo").
    seen = seen.str.normalize("NFC").str.replace_all(r"(\p{M}{4})\p{M}+", "${1}")
    seen = seen.str.replace_all(r"\r\n?|[\x0b\x0c\x{85}\x{2028}\x{2029}]", "\n")
    seen = seen.str.replace_all(r" {2,}|[\p{Zs}\t\x{2800}&&[^ ]]+", " ").str.replace_all(
        " {2,}", " ", literal=False
    )
    seen = seen.str.replace_all(r" ?\n ?", "\n").str.replace_all(r"\n{3,}", "\n\n")
    return seen.str.strip_chars()


def _changed(texts: pl.Series, chosen: pl.Series, change: Callable[[str], str]) -> pl.Series:
    rows = chosen.fill_null(value=False).arg_true()
    if rows.is_empty():
        return texts
    return texts.clone().scatter(
        rows, pl.Series([change(text) for text in texts.gather(rows)], dtype=pl.String)
    )


def _joined(text: str) -> str:
    return _JOINER.sub(lambda found: "" if found[1] else found[0], text)


def _decoded(text: str) -> str:
    """Decode entities until none is left, "&amp;lt;" too, in one pass.

    A semicolon may end an entity whose letters an inner one has just given, so what is looked at
    is the end of what has been written so far.
    """
    if not _ENTITY.search(text):
        return text
    written: list[str] = []
    *closed, rest = text.split(";")
    for piece in closed:
        written.extend(piece)
        character = ";"
        while character == ";":
            end = "".join(written[-_ENTITY_ROOM:]) + ";"
            start = end.rfind("&")
            if (
                start < 0
                or not _ENTITY.fullmatch(end, start)
                or (found := html.unescape(end[start:])) == end[start:]
            ):
                written.append(";")
                break
            del written[len(written) - (len(end) - 1 - start) :]
            character = _HIDDEN.sub("", unicodedata.normalize("NFC", found))
            if character != ";":
                written.extend(character)
    return "".join(written) + rest


def _rust(pattern: str) -> str:
    return re.sub(
        r"\\U([0-9a-f]{8})|\\u([0-9a-f]{4})", lambda found: rf"\x{{{found[1] or found[2]}}}", pattern
    )
