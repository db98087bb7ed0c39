"""Names that the posts of a story share, as a label for it: "Nano Banana Pro", not "Nano · Banana"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from dawnchorus.report.lexicon import frequency, stop_words

_WORD = r"[A-Z]\w*(?:[&’'+.-]\w+)*\+*"
_RUN = re.compile(rf"(?<![\w@#$/.]){_WORD}(?: (?:{_WORD}|\d+(?:\.\d+)*[A-Za-z]*))*")
_TITLE = re.compile(r"[《「『]([^》」』]{2,20})[》」』]")
_INNER = re.compile(r"[A-Z0-9]|[-+.]\w")  # after the first letter: "OpenAI", "o3", "GPT-5.1"
_MIXED = re.compile(r"(?<![\w@#$/.])[a-z]{1,3}\d[\w.-]*\w|(?<![\w@#$/.])[a-z]\d(?!\w)")
_LONGEST = 5  # words of a name
_EVERYDAY = (
    3e-5  # share of general English from which one capital word alone names nothing: "Copy", not "Gemini"
)


def names_of(texts: Sequence[str], *, marks: Sequence[str]) -> list[str]:
    """Names in ``texts``, most marking first, none inside another or of common words.

    A capital at the start of a sentence makes no name unless the word is
    written so elsewhere; in texts in title case only phrases and words with
    capitals or digits inside count.

    Args:
        texts: Cleaned texts of a story's posts.
        marks: Words that mark the story, strongest first; a name that holds one comes first.
    """
    spread: Counter[str] = Counter()
    inside: set[str] = set()
    for text in texts:
        here, sure = _names_in(text)
        spread.update(here)
        inside |= sure
    least = 2 if len(texts) > 2 else 1
    found = [name for name in spread if spread[name] >= least and (name in inside or " " in name)]
    strength = {mark.lower(): len(marks) - at for at, mark in enumerate(marks)}

    def marking(name: str) -> int:
        low = name.lower()
        return max((weight for mark, weight in strength.items() if mark in low or low in mark), default=0)

    found = [name for name in found if marking(name)]
    found.sort(key=lambda name: (-spread[name] * (1 + marking(name)), -len(name), name))
    chosen: list[str] = []
    for name in found:
        words = set(name.lower().split())
        if not any(words & set(other.lower().split()) or name in other or other in name for other in chosen):
            chosen.append(_longest(name, found, spread))
    return chosen


def _names_in(text: str) -> tuple[set[str], set[str]]:
    """Names of one text, and those whose spelling alone makes them one."""
    here: set[str] = set()
    sure: set[str] = set()
    for match in _RUN.finditer(text):
        words = match.group().rstrip(".'’-").split(" ")
        before = text[: match.start()].rstrip(" “\"'‘(（[")
        opens = not before or before[-1] in ".!?。！？\n:：…"
        while words and words[0].casefold() in stop_words():
            words, opens = words[1:], False
        while words and words[-1].casefold() in stop_words():
            words.pop()
        if len(words) > _LONGEST:
            # Title case: no telling where a name begins. Only spellings that are a name's own count.
            words = [word for word in words if _INNER.search(word[1:])]
            here.update(words)
            sure.update(words)
            continue
        name = " ".join(words).removesuffix("'s").removesuffix("’s")
        if len(name) < 2 or name.isdigit() or (len(words) == 1 and _is_everyday(name)):
            continue
        here.add(name)
        if not opens or _INNER.search(words[0][1:]):
            sure.add(name)
    for match in (*_MIXED.finditer(text), *_TITLE.finditer(text)):
        name = match.group(match.lastindex or 0)
        here.add(name)
        sure.add(name)
    return here, sure


def _is_everyday(word: str) -> bool:
    return not _INNER.search(word[1:]) and frequency(word.casefold()) >= _EVERYDAY


def _longest(name: str, found: Sequence[str], spread: Counter[str]) -> str:
    """The longest name that holds ``name`` in at least half of the posts that have it."""
    wider = [
        one for one in found if name != one and f" {name} " in f" {one} " and 2 * spread[one] >= spread[name]
    ]
    return max(wider, key=lambda one: (len(one), one), default=name)
