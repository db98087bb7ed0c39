"""Words that mark a window against the days before: the word cloud and its table."""

from __future__ import annotations

import gzip
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import polars as pl

from dawnchorus.model import Term
from dawnchorus.report.collocations import join_run, learn_pairs
from dawnchorus.report.tokens import AliasMatcher, Run, alias_matcher, runs, term_pattern

UNKNOWN_WORD = 3e-7
"""Frequency of a word that wordfreq's small list lacks: below its floor of one in a million."""

EARLIER_WEIGHT = 0.5
"""Share of the earlier days in a word's score, the rest is general language: what is new today comes first,
what the topic is always about stays in sight."""

FLOOR = 0.5

SMALL_WINDOW = 30
"""From this many voices on, a term needs two of them."""

_READ_IN_FULL = frozenset({"zh", "en", "und", None})
_NOT_A_TERM = re.compile(r"[\d.,:]+\w{0,2}|\d+(?:st|nd|rd|th|[kmbx]|bn|mn)|.|[\u3040-\u309f]+")
_CONTENT = frozenset("人民 伟大 合理 安全 战斗 社会主义 特殊 现代 先生 处理 移动 保险 反应 巨大".split())
"""In spaCy's list of stop words, but what a day can be about."""


@dataclass(slots=True)
class _Post:
    id: str
    voice: str
    runs: list[Run]


def key_terms(
    posts: pl.DataFrame,
    *,
    background: pl.DataFrame | None,
    stop_words: frozenset[str],
    aliases: Mapping[str, str],
    limit: int = 120,
) -> tuple[Term, ...]:
    """Words and names that mark ``posts`` against ``background`` and against general language.

    The score is the z-score of the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi &
    Quinn, "Fightin' Words", Political Analysis 16, 2008), general language being the prior. Voices are
    counted, not repetitions: a word counts once for an author and day, once for a post without author,
    and not at all for copies and reposts (``duplicate_of``). Neighbours that belong together are one term.

    Args:
        posts: ``tables.KEPT``, the window.
        background: Posts of earlier days, with at least the columns of ``tables.POSTS``; None or empty
            leaves general language alone to compare with.
        stop_words: Words to leave out, besides those of zh and en that travel with the package.
        aliases: Surface -> display form; case does not matter.
        limit: Most terms returned.

    Returns:
        Terms, the highest weight first, ties by text. ``posts`` counts the rows of ``posts``, copies
        included, whose ``clean_text`` is matched by ``tokens.term_pattern`` of the term and of all
        surfaces that ``aliases`` gives its display form; ``example`` is one of these, no copy.
    """
    matcher = alias_matcher(aliases) if aliases else None
    stop = _stop_words() | {word.casefold() for word in stop_words}
    window = _read(posts, matcher)
    earlier = [] if background is None else _read(background, matcher)
    learned = learn_pairs([(post.voice, post.runs) for post in window], stop=stop)
    for post in (*window, *earlier):
        post.runs = [join_run(run, learned) for run in post.runs]

    folded = _fold_plurals(_voices(window))
    scores = _scores(folded, _voices(earlier), least=2 if len(window) >= SMALL_WINDOW else 1, stop=stop)
    shown = _display_forms(window)
    best = sorted(scores.items(), key=lambda item: (-item[1], shown[item[0]]))[:limit]
    return tuple(Term(text=shown[k], weight=round(w, 3), posts=len(folded[k]), example="") for k, w in best)


def _read(posts: pl.DataFrame, matcher: AliasMatcher | None) -> list[_Post]:
    text = "clean_text" if "clean_text" in posts.columns else "text"
    if "duplicate_of" in posts.columns:
        posts = posts.filter(pl.col("duplicate_of").is_null())
    day = pl.coalesce(pl.col("created_at").dt.date(), pl.col("day")).cast(pl.String)
    voice = pl.concat_str("author", pl.lit("\n"), day.fill_null(""))
    rows = posts.select(
        "id",
        pl.coalesce(voice, pl.concat_str(pl.lit("\n"), "id")).alias("voice"),
        pl.col(text).fill_null("").alias("text"),
        pl.col("language") if "language" in posts.columns else pl.lit(None, pl.String).alias("language"),
    )
    found = []
    for id_, voice_, words, language in rows.iter_rows():
        r = runs(words, aliases=matcher)
        if language not in _READ_IN_FULL:
            r = [[t for t in run[1:] if not t.text.islower()] for run in r]
        found.append(_Post(id_, voice_, r))
    return found


def _voices(posts: Sequence[_Post]) -> dict[str, set[str]]:
    voices: defaultdict[str, set[str]] = defaultdict(set)
    for post in posts:
        for run in post.runs:
            for token in run:
                voices[token.key].add(post.voice)
    return voices


def _fold_plurals(v):
    return v


def _display_forms(posts: Sequence[_Post]) -> dict[str, str]:
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for post in posts:
        for run in post.runs:
            for token in run:
                forms[token.key][token.text] += 1
    return {key: min(c, key=lambda t: (-c[t], t)) for key, c in forms.items()}


def _scores(window, earlier, *, least, stop):
    general = _general_words()
    n = sum(map(len, window.values()))
    n0 = sum(map(len, earlier.values()))
    scores = {}
    for key, voices in window.items():
        if len(voices) < least or key in stop or _NOT_A_TERM.fullmatch(key):
            continue
        f = general.get(key, UNKNOWN_WORD)
        rate = (1 - EARLIER_WEIGHT) * f + EARLIER_WEIGHT * len(earlier.get(key, ())) / n0 if n0 else f
        z = _z(len(voices), n, rate)
        if z > 0:
            scores[key] = z
    return scores


def _z(y: float, n: float, rate: float) -> float:
    prior = n * rate + FLOOR
    odds = math.log((y + prior) / (2 * n - y - prior))
    odds0 = math.log(prior / (n - prior))
    return (odds - odds0) * math.sqrt(y + prior)


@cache
def _stop_words() -> frozenset[str]:
    texts = (_data(name).decode() for name in ("stop_en.txt", "stop_zh.txt", "stop_own.txt"))
    return frozenset(word.casefold() for text in texts for word in text.split()) - _CONTENT


@cache
def _general_words() -> dict[str, float]:
    found: dict[str, float] = {}
    for lang in ("en", "zh"):
        for line in gzip.decompress(_data(f"general_{lang}.txt.gz")).decode().splitlines():
            centibels, words = line.split("\t")
            for word in words.split():
                found[word] = max(found.get(word, 0.0), 10 ** (-int(centibels) / 100))
    return found


def _data(name: str) -> bytes:
    return (resources.files("dawnchorus.report") / "data" / name).read_bytes()
