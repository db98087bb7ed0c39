"""Which cited post holds the words that a reason tells: "the cited posts say $1.6B [2]"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dawnchorus.report.check.fold import fold

_TOLD = re.compile(r"(?P<opening>the cited posts? says? )(?P<words>[^;]+)")


def pointed(detail: str, texts: Mapping[int, str]) -> str:
    """``detail`` with the numbers of the posts behind each of the words that it says are theirs.

    Args:
        detail: A reason; what it tells of posts stands behind "the cited posts say", split by commas.
        texts: Words of the cited posts by the number that readers know them by.
    """
    match = _TOLD.search(detail)
    if not match or not texts:
        return detail
    held = {number: fold(text).casefold() for number, text in texts.items()}
    words = [_with_numbers(word, held) for word in match["words"].split(", ")]
    return detail[: match.start()] + match["opening"] + ", ".join(words) + detail[match.end() :]


def _with_numbers(word: str, texts: Mapping[int, str]) -> str:
    numbers = [number for number, text in texts.items() if fold(word).casefold() in text]
    return f"{word} [{', '.join(map(str, numbers))}]" if numbers else word
