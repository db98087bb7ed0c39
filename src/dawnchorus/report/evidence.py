"""Which words of which posts a report quotes.

Quotations of a story are chosen by facility location: greedily, the passage
that best stands for what is not yet stood for (Lin & Bilmes, "A class of
submodular functions for document summarization", ACL 2011), with a premium
for numbers and names not yet said, one quotation an author. Measured against
six extractive methods it was best or tied.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dawnchorus.model import Lang
from dawnchorus.report.briefing import PostRow
from dawnchorus.report.cues import INJECTION, LEANS, PROMOTION, QUESTION, TURN
from dawnchorus.segment import sentences, words

LEAD_COLUMNS = 116
"""Longest quotation set in bold, in columns (a Chinese character takes two)."""

QUOTE_COLUMNS = 330
"""Longest quotation: five lines on a phone held upright, well under a screen."""

_SHORTEST_TITLE = 20  # columns: four English words, ten Chinese characters
_SCRAP = 4  # columns
_SHORTEST_CLAUSE = 36  # of part of a sentence: less only announces that something follows
_MOST_CANDIDATES = 160
_LEAST_MERIT = 0.2
_NEW_NUMBER, _NEW_NAME = 0.08, 0.04  # against merit and gain, both at most 1
_CUT = " …"
_TRUNCATED = re.compile(r"\s*(?:\.\.\.|…)\s*$")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*\s?(?:%|[万亿兆]|[KMB]\b)?")
_NAME = re.compile(r"(?<![\w@#])[A-Z][\w&.+-]*[\w+](?: [A-Z0-9][\w&.+-]*)*")
# A comma of a number or a colon of a time is none; nor is a full stop, which ends sentences.
_CLAUSE_END = re.compile(r"(?P<cut>[，；：]|[,;:](?=\s)|\s[—–-](?=\s))\s*")
_TURNS_INSIDE = re.compile(
    r"(?:but|however|though|although|except|unless|if|not|when|until|yet)\b|[但却如若]|不过|然而|除非|并非|只是",
    re.IGNORECASE,
)
_THREAD_MARK = re.compile(r"^\s*(?:🧵|\(?\d{1,2}\s?[/／]\s?\d{0,2}\)?[\s.:])|🧵|👇")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words of a post that can stand alone, verbatim but for the ellipses at its ends."""

    post: str  # id
    author: str | None
    text: str  # as shown
    columns: int
    numbers: frozenset[str]
    names: frozenset[str]
    merit: float  # 0 to 1: how well it is written, how much it was heeded, the news its form promises
    news: float = 0.0  # newsworth.news_value of its post
    heeded: float | None  # likes, reposts and quotes, log scale; None if the platform does not say


def columns(text: str) -> int:
    """Width of ``text`` in columns: wide East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def passage(row: PostRow, *, lang: Lang, limit: int = QUOTE_COLUMNS, news: float = 0.0) -> Passage | None:
    """The words of a post to quote, at most ``limit`` columns; None if none can stand alone."""
    if row["author"] is not None and _is_lookalike(row["author"]):
        return None
    text = _shown(row["clean_text"], limit=limit)
    return None if text is None else _passage(row, text, lang=lang, news=news)


def _is_lookalike(author: str) -> bool:
    """Whether a name mixes Latin letters with Cyrillic or Greek ones, as names made to pass for others do."""
    scripts = {unicodedata.name(char, "").split(" ")[0] for char in author if char.isalpha()}
    return "LATIN" in scripts and not scripts.isdisjoint(("CYRILLIC", "GREEK"))


def split_passage(
    row: PostRow, *, lang: Lang, limit: int = LEAD_COLUMNS, news: float = 0.0
) -> tuple[Passage, Passage | None] | None:
    """The beginning of a post as a title, and the words after it that a report quotes, if any.

    The title is the post's first sentence, or its first clause where that is
    too long: never a later one, never one that leans on what it answers, that
    asks, or that the next sentence turns. None if no such beginning fits.
    """
    text, cut_at_source = _TRUNCATED.subn("", row["clean_text"] or "")
    text = _fold(text)
    pieces = sentences(text)
    if not pieces or LEANS.match(pieces[0]) or TURN.match(pieces[0]) or text.startswith("@"):
        return None
    title = _title(pieces[0], limit=limit, cut=bool(cut_at_source) and len(pieces) == 1)
    if title is None:
        return None
    rest = text[len(title) :].lstrip(" ，,；;：:—–-")
    if not rest:
        shown = title + (_CUT if cut_at_source else "")
        return _passage(row, shown, lang=lang, news=news), None
    if TURN.match(rest):
        return None
    head = _passage(row, title + _CUT, lang=lang, news=news)
    after = _shown(rest + (_CUT if cut_at_source else ""), limit=QUOTE_COLUMNS)
    tail = None if after is None else _passage(row, "… " + after.removeprefix("… "), lang=lang, news=news)
    return head, tail


def _title(sentence: str, *, limit: int, cut: bool) -> str | None:
    """``sentence``, or its first clause where it is too long or ``cut``; None if it names nothing."""
    title = _first_clause(sentence, limit=limit) if cut or columns(sentence) > limit else sentence
    if title is None or QUESTION.search(title) or columns(title) < _SHORTEST_TITLE:
        return None
    names_something = not title.isascii() or _NAME.search(title) or _NUMBER.search(title)
    return title if names_something else None


def _first_clause(sentence: str, *, limit: int) -> str | None:
    """The longest beginning of ``sentence`` of at most ``limit`` columns that ends where a clause does."""
    best, before = None, 0
    for match in _CLAUSE_END.finditer(sentence):
        if columns(sentence[: match.start()]) > limit:
            break
        # "…；二，" and "…; (2)," number what comes: such a scrap ends nothing.
        scrap = columns(sentence[before : match.start()]) <= _SCRAP
        before = match.end()
        if not scrap and not _TURNS_INSIDE.match(sentence[match.end() :]):
            best = sentence[: match.start()].rstrip()
    return best if best is not None and columns(best) >= _SHORTEST_CLAUSE else None


def _passage(row: PostRow, text: str, *, lang: Lang, news: float) -> Passage:
    return Passage(
        post=row["id"],
        author=row["author"],
        text=text,
        columns=columns(text),
        numbers=frozenset(match.group().replace(",", "") for match in _NUMBER.finditer(text)),
        names=frozenset(match.group() for match in _NAME.finditer(text)),
        merit=_merit(row, text, lang=lang, news=news),
        news=news,
        heeded=_heeded(row),
    )


def _shown(clean_text: str, *, limit: int) -> str | None:
    """``clean_text`` on one line, cut at sentences to ``limit`` columns."""
    text, cut_at_source = _TRUNCATED.subn("", clean_text)
    pieces = [" ".join(piece.split()) for piece in sentences(text)]
    if not pieces:
        return None
    if cut_at_source:
        # The platform or an export cut the text, maybe inside a word: only whole sentences are sure.
        if len(pieces) > 1:
            pieces.pop()
        else:
            pieces = [pieces[0].rsplit(" ", 1)[0]] if " " in pieces[0] else pieces
    whole = _fold(text) if not cut_at_source else _between(text, pieces)
    if columns(whole) <= limit:
        return whole + (_CUT if cut_at_source else "")
    best = _longest_run(pieces, limit=limit)
    if best is None:
        return None
    first, last = best
    words_kept = _between(text, pieces[first : last + 1])
    goes_on = cut_at_source or last + 1 < len(pieces)
    return ("… " if first else "") + words_kept + (_CUT if goes_on else "")


def _longest_run(pieces: Sequence[str], *, limit: int) -> tuple[int, int] | None:
    """First and last of the sentences to show: from the first that stands alone, as many as fit."""
    for first, opening in enumerate(pieces):
        if first and (LEANS.match(opening) or TURN.match(opening)):
            continue
        width, last = columns(opening), first
        if width > limit:
            continue
        while last + 1 < len(pieces) and width + 1 + columns(pieces[last + 1]) <= limit:
            last += 1
            width += 1 + columns(pieces[last])
        while last >= first and last + 1 < len(pieces) and TURN.match(pieces[last + 1]):
            last -= 1  # what follows turns the meaning: end before what it turns
        if last >= first:
            return first, last
    return None


def _between(text: str, pieces: Sequence[str]) -> str:
    """The stretch of ``text`` from the first of ``pieces`` to the last, folded to one line."""
    folded = _fold(text)
    start = folded.find(pieces[0])
    end = folded.find(pieces[-1], start) + len(pieces[-1])
    return folded[start:end] if start >= 0 and end > start else " ".join(pieces)


def _fold(text: str) -> str:
    return " ".join(text.split())


def _merit(row: PostRow, text: str, *, lang: Lang, news: float) -> float:
    """How well a passage serves as evidence, 0 to 1, from its form and how much it was heeded."""
    letters = sum(char.isalpha() for char in text)
    symbols = sum(unicodedata.category(char) in ("So", "Sk") for char in text)
    shouting = letters > 12 and sum(char.isupper() for char in text) > 0.7 * letters
    merit = 0.42 + 0.25 * max(-0.5, news) + min(0.2, 0.02 * (_heeded(row) or 0.0))
    merit += 0.24 * (row["language"] == lang)
    merit -= 0.12 * (row["reply_to"] is not None or text.startswith("@"))
    merit -= 0.10 * bool(QUESTION.search(text))
    merit -= 0.12 * bool(_THREAD_MARK.search(text))
    merit -= 0.50 * bool(PROMOTION.search(text))
    merit -= 0.60 * bool(INJECTION.search(text))
    merit -= 0.15 * shouting
    merit -= 0.08 * (symbols > 3)
    merit -= 0.10 * (len(row["hashtags"] or ()) > 3)
    merit -= 0.25 * (columns(text) < 24)
    return float(min(1.0, max(0.0, merit)))


def _heeded(row: PostRow) -> float | None:
    counts = [row["like_count"], row["repost_count"], row["quote_count"]]
    if all(count is None for count in counts):
        return None
    return float(
        np.log1p(sum(weight * (count or 0) for weight, count in zip((1, 2, 1), counts, strict=True)))
    )


def choose(
    candidates: Sequence[Passage],
    *,
    limit: int,
    said: Sequence[Passage] = (),
    authors: Collection[str] = (),
    least_news: float = -1.0,
) -> list[Passage]:
    """Pick at most ``limit`` passages that together stand for all ``candidates``.

    Args:
        candidates: Passages of one story or theme, in a fixed order.
        limit: How many at most; fewer where nothing new is left to say.
        said: Passages already shown, which the chosen ones should not repeat.
        authors: Authors already quoted, who are not quoted again.
        least_news: Of the form of a post, see ``newsworth``; posts below are left alone.
    """
    worth_saying = [one for one in candidates if one.news >= least_news]
    pool = sorted(worth_saying, key=lambda one: (-one.merit, one.post))[:_MOST_CANDIDATES]
    if not pool:
        return []
    near = _similarity([*pool, *said])
    pairs, covered = near[: len(pool), : len(pool)], near[: len(pool), len(pool) :].max(axis=1, initial=0.0)
    quoted = set(authors)
    numbers = {number for one in said for number in one.numbers}
    names = {name for one in said for name in one.names}
    chosen: list[Passage] = []
    gone = np.array([one.merit < _LEAST_MERIT for one in pool])
    # A number or name that only one unheeded account brings is as likely made up as new.
    usual = float(np.median([one.heeded for one in pool if one.heeded is not None] or [0.0]))
    weight = [1.0 if one.heeded is None or not usual else min(1.0, one.heeded / usual) for one in pool]
    while len(chosen) < limit:
        gain = np.maximum(pairs - covered[:, None], 0).sum(axis=0) / len(pool)
        worth = np.array(
            [
                0.0
                if taken
                else weight[at]
                * (
                    _NEW_NUMBER * min(3, len(one.numbers - numbers))
                    + _NEW_NAME * min(3, len(one.names - names))
                )
                + one.merit * (0.35 + gain[at])
                for at, (one, taken) in enumerate(zip(pool, gone, strict=True))
            ]
        )
        best = int(worth.argmax())
        if gone[best] or worth[best] <= 0:
            break
        one = pool[best]
        gone[best] = True
        # Too near to what is said already: it would read as the same sentence again.
        if covered[best] > 0.6 or (one.author is not None and one.author in quoted):
            continue
        chosen.append(one)
        covered = np.maximum(covered, pairs[:, best])
        numbers |= one.numbers
        names |= one.names
        if one.author is not None:
            quoted.add(one.author)
    return chosen


def by_centrality(candidates: Sequence[Passage], *, head: str) -> list[tuple[Passage, float]]:
    """Passages that a story may be told by and their worth: well written, a report, near what the others say.

    Args:
        candidates: Passages of one story.
        head: Post that stands for the story by its words, preferred where others are no better.

    Returns:
        Best first.
    """
    pool = sorted(candidates, key=lambda one: (-one.merit, one.post))[:_MOST_CANDIDATES]
    pool = [one for one in pool if one.merit >= _LEAST_MERIT]
    if not pool:
        return []
    near = _similarity(pool).mean(axis=1)
    near /= max(float(near.max()), 1e-9)
    worth = [one.merit + 0.25 * float(near[at]) + 0.12 * (one.post == head) for at, one in enumerate(pool)]
    return sorted(zip(pool, worth, strict=True), key=lambda item: (-item[1], item[0].post))


def _similarity(passages: Sequence[Passage]) -> NDArray[np.float64]:
    """(n, n) cosine of idf-weighted words and Chinese character pairs."""
    bags = [Counter(_features(one.text)) for one in passages]
    spread = Counter(feature for bag in bags for feature in bag)
    index = {feature: at for at, feature in enumerate(sorted(spread))}
    matrix = np.zeros((len(bags), len(index)))
    for row, bag in enumerate(bags):
        for feature in bag:
            matrix[row, index[feature]] = np.log(1 + len(bags) / spread[feature])
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    return np.asarray(matrix @ matrix.T)


def _features(text: str) -> list[str]:
    found: list[str] = []
    for word in words(text.lower()):
        if word.isascii():
            found.append(word.removesuffix("s"))
        else:
            found.extend(a + b for a, b in pairwise(word))
            found.append(word)
    return found
