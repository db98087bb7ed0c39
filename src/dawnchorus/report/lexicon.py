"""What general language says of a word: how common it is, whether it can stand in a list of terms.

Stop words in ``data/`` are made by ``tools/word_data.py``; sources and licences are in ``NOTICE``.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import rjieba

from dawnchorus.frequencies.words import centibels
from dawnchorus.report.tokens import CJK

UNKNOWN = 3e-7
"""Frequency of a word that the lists lack: below their floor of one in a million."""

_NOT_STOP = frozenset(
    {
        "人民",
        "伟大",
        "合理",
        "安全",
        "战斗",
        "社会主义",
        "特殊",
        "现代",
        "处理",
        "移动",
        "保险",
        "反应",
        "巨大",
    }
)
"""In spaCy's list of stop words, but what a day can be about."""

_NO_TERM = re.compile(
    r".?"  # single letters and characters
    r"|[\d.,:/-]+[^\W\d]{0,2}"  # "2025", "4.5", "10x", "275M", "21st"
    r"|[\u3041-\u309f]+"  # hiragana: endings and particles
    r"|[^\W\d]+n't"
    r"|之.*|.*之"  # half a name: "星际之"
    r"|.*_.*"  # handles without "@"
    r"|.{41,}"
)
_CJK = re.compile(f"[{CJK}]")

# Parts of speech by jieba's tags (ICTCLAS). Idioms, unknown words and what jieba takes for English count as
# names: new names are what its dictionary lacks.
_DROPPED_TAGS = tuple("mqrtdpcufyeoz")
_VERBS_AND_ADJECTIVES = {"v", "vd", "vi", "vg", "vq", "a", "ad", "ag", "b", "s", "f"}


@cache
def stop_words() -> frozenset[str]:
    """Case folded words of zh and en that mean nothing alone, chatter of networks, days and months."""
    texts = (_data(name).decode() for name in ("stop_en.txt", "stop_zh.txt", "stop_own.txt"))
    return frozenset(word.casefold() for text in texts for word in text.split()) - _NOT_STOP


def frequency(key: str) -> float:
    """Share of ``key`` (case folded) among the words of general English or Chinese, 0 to 1."""
    return _frequencies().get(key, UNKNOWN)


def is_term(key: str) -> bool:
    """Whether ``key`` (case folded) has the form of a term: no number, single letter or particle."""
    return not _NO_TERM.fullmatch(key.replace("’", "'"))


@cache
def telling(key: str) -> float:
    """How much a word tells when it stands alone, 0 to 1, apart from how often it is used.

    Names and nouns tell what a day is about, verbs and adjectives little. Chinese goes by jieba's part of
    speech. English has no tagger here: common words count less, and whether a word is written as a name is
    for the caller to say.
    """
    if _CJK.search(key):
        tag = rjieba.tag(key, True)
        if len(tag) != 1:
            return 1.0
        kind = str(tag[0][1])
        if kind in _VERBS_AND_ADJECTIVES:
            return 0.5
        return 0.0 if kind[0] in _DROPPED_TAGS and kind not in ("nz", "tg") else 1.0
    return 0.5 if frequency(key) >= 1e-4 else 0.65 if frequency(key) >= 1e-5 else 0.8


@cache
def _frequencies() -> dict[str, float]:
    found: dict[str, float] = {}
    for lang in ("en", "zh"):
        for word, rare in centibels(lang).items():
            found[word] = max(found.get(word, 0.0), 10 ** (-rare / 100))
    return found


def _data(name: str) -> bytes:
    return (resources.files("dawnchorus.report") / "data" / name).read_bytes()
