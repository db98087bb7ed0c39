"""Words that mark no story, and words that mark one only weakly, in English, Chinese and Japanese."""

from __future__ import annotations

from importlib.resources import files


def _listed(name: str) -> frozenset[str]:
    return frozenset(files("dawnchorus.stories").joinpath(name).read_text(encoding="utf-8").split())


STOP_WORDS = _listed("stop_words.txt")
"""Lower case; mark nothing."""

COMMON_WORDS = _listed("common_words.txt")
"""Lower case; words of everyday news and talk: posts that share them may still speak of different things."""
