"""Ordinals as people write them: 第三, "third", 3rd."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from dawnchorus.report.check.numeral_words import EN_WORDS, parse_zh

_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_WORDS = (
    {f"{word}th": int(value) for word, value in EN_WORDS.items() if value in (4, 6, 7, 10, 11) or value > 12}
    | {f"{word[:-1]}ieth": int(value) for word, value in EN_WORDS.items() if word.endswith("ty")}
    | _IRREGULAR
)
_ORDINAL = re.compile(
    r"第(?P<zh>[一二三四五六七八九十百]{1,5}|\d{1,4})(?!方|三方|季|一季|世界|财经)"
    r"|(?<![\w.])(?P<digits>\d{1,4})(?:st|nd|rd|th)(?![\w-])"
    r"|(?:(?<![\w])(?:No\.|number)\s?|#)(?P<rank>\d{1,3})(?![\w.])"
    rf"|(?<![\w-])(?P<en>{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?![\w]|-(?:party|hand|quarter))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinal:
    """A place in a row."""

    value: int
    text: str
    start: int


@lru_cache(maxsize=4096)
def ordinals_in(text: str) -> tuple[Ordinal, ...]:
    """Ordinals of a folded ``text`` in order, "second half" and fractions such as "a third" left out."""
    found = []
    for match in _ORDINAL.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if match["en"] and (
            re.search(
                r"(?:\b(?:a|one|two|three|four|five|half a|per|split|each|every)[\s-])$",
                before,
                re.IGNORECASE,
            )
            or re.match(r"s?\s(?:half|quarter|of the|hand|thoughts?|per)\b|s\b", after, re.IGNORECASE)
        ):
            continue
        value = _value(match)
        if value:
            found.append(Ordinal(value=int(value), text=match.group(), start=match.start()))
    return tuple(found)


def _value(match: re.Match[str]) -> float | None:
    if match["en"]:
        return _WORDS[match["en"].casefold()]
    digits = match["digits"] or match["rank"] or match["zh"]
    return int(digits) if digits.isdecimal() else parse_zh(digits)
