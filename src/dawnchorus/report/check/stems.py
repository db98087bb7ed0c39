"""English words to stems: "launches", "launched" and "launching" are one, "decision" and "decide" too."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

_VOWELS = frozenset("aeiouy")
# An ending, what stands in its place, and the fewest letters before it. The first that fits is taken.
_PLURALS = (("sses", "ss", 1), ("ies", "y", 2), ("xes", "x", 2), ("ches", "ch", 2), ("shes", "sh", 2))
_DERIVED = (
    *(("ization", "", 4), ("isation", "", 4), ("ational", "at", 3), ("fulness", "", 3), ("iveness", "", 3)),
    *(("ability", "", 4), ("ibility", "", 4), ("ation", "at", 3), ("ition", "it", 3), ("ement", "", 4)),
    *(("ment", "", 4), ("ness", "", 3), ("tion", "t", 3), ("sion", "s", 3), ("ance", "", 4), ("ence", "", 4)),
    *(("able", "", 4), ("ible", "", 4), ("ical", "", 4), ("ally", "", 4), ("ity", "", 4), ("ive", "", 4)),
    *(("ize", "", 4), ("ise", "", 4), ("ful", "", 4), ("ate", "at", 3), ("ant", "", 4), ("ent", "", 5)),
    *(("ial", "", 4), ("al", "", 4), ("ic", "", 4), ("ist", "", 4), ("er", "", 4), ("or", "", 5)),
)


@cache
def _irregular() -> dict[str, str]:
    text = (files(__package__) / "data" / "irregular_en.txt").read_text("utf-8")
    lines = (line.split() for line in text.splitlines() if line and line[0] != "#")
    return {form: word for word, *forms in lines for form in forms}


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a word in lower case. Rough on purpose: it serves to compare, never to show."""
    word = word.replace("'s", "").strip("'-")
    irregular = _irregular()
    if word in irregular:
        word = irregular[word]
    word = _inflected(word)
    word = irregular.get(word, word)
    if len(word) > 5 and word.endswith("ly"):
        word = word[:-2]
    for ending, instead, before in _DERIVED:
        if word.endswith(ending) and len(word) - len(ending) >= before:
            word = word[: -len(ending)] + instead
            break
    if len(word) > 3 and word[-1] in "eyi":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


@lru_cache(maxsize=65536)
def base(word: str) -> str:
    """A word in lower case without endings of number and tense alone: "workers" is "worker", not "work"."""
    irregular = _irregular()
    word = _inflected(irregular.get(word, word))
    word = irregular.get(word, word)
    if len(word) > 4 and word[-1] == "e":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def _inflected(word: str) -> str:
    """Without the endings of number, person and tense."""
    for ending, instead, before in _PLURALS:
        if word.endswith(ending) and len(word) - len(ending) >= before:
            return word[: -len(ending)] + instead
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
    for ending in ("ied", "ing", "ed"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > 2 and not _VOWELS.isdisjoint(rest):
            return rest + "y" if ending == "ied" else rest
    return word
