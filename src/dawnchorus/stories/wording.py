"""How a story is shown: the words that mark it and the post that stands for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import polars as pl

from dawnchorus.segment import words
from dawnchorus.stories.cluster import without_links
from dawnchorus.stories.marks import names
from dawnchorus.stories.spellings import in_one_spelling
from dawnchorus.stories.stopwords import STOP_WORDS
from dawnchorus.stories.terms import Terms
from dawnchorus.stories.tokens import hash_words

MOST_TERMS = 8
_READ = 24  # posts of a story, the nearest to its centre, whose words are read
_LONGEST_WORD = 8
_NAME = 2.0  # a name marks a story more than a word as rare


def representatives(posts: pl.DataFrame) -> pl.DataFrame:
    """``story`` and ``head``, the id of the post that stands for it.

    Near the centre, with a link, said early, whole and plain; how loud an
    account is does not count.

    Args:
        posts: Originals with ``story`` and ``closeness``, earliest first.
    """
    text = pl.col("clean_text").fill_null("")
    length = text.str.len_chars()
    place = pl.int_range(pl.len()).over("story") / pl.len().over("story")
    fitness = (
        pl.col("closeness")
        + 0.05 * (pl.col("urls").list.len().fill_null(0) > 0).cast(pl.Float64)
        - 0.20 * (pl.col("reply_to").is_not_null() | text.str.starts_with("@")).cast(pl.Float64)
        - 0.10 * place
        - 0.15
        * (length < 20).cast(pl.Float64)
        * (~text.str.contains(r"[\p{Han}\p{Hiragana}\p{Katakana}]")).cast(pl.Float64)
        - 0.10 * text.str.strip_chars().str.ends_with("…").cast(pl.Float64)
        - 0.05 * (text.str.count_matches(r"[#@$]\w") - 3).clip(0, 6).cast(pl.Float64)
        - 0.20
        * (text == text.str.to_uppercase()).cast(pl.Float64)
        * text.str.contains("[A-Z]{4}").cast(pl.Float64)
    )
    return (
        posts.with_columns(fitness=fitness)
        .sort(["fitness", "start", "id"], descending=[True, False, False])
        .group_by("story", maintain_order=True)
        .agg(head=pl.col("id").first())
    )


def marking_terms(
    posts: pl.DataFrame, terms: Terms, *, table: Mapping[str, str], stop_words: Collection[str] = ()
) -> dict[str, list[str]]:
    """Words that mark each story, as a reader would write them: names first, strongest first.

    Args:
        posts: Originals with ``story`` and ``closeness``.
        terms: Of the whole edition; rare words mark more.
        table: Spellings of names that ``terms`` were counted in.
        stop_words: Further words that mark nothing, in lower case.
    """
    stops = STOP_WORDS | {word.lower() for word in stop_words}
    nearest = (
        posts.sort(["closeness", "start", "id"], descending=[True, False, False])
        .group_by("story", maintain_order=True)
        .agg(pl.col("clean_text").head(_READ))
        .with_columns(pl.col("clean_text").list.eval(without_links(pl.element())))
    )
    texts: dict[str, list[str]] = dict(nearest.iter_rows())
    counted = {story: _counted(some, stops) for story, some in texts.items()}
    rarity = _rarity({word for candidates in counted.values() for word in candidates}, terms, table)
    return {story: _strongest(found, rarity, len(texts[story])) for story, found in counted.items()}


def _counted(texts: Sequence[str], stops: Collection[str]) -> dict[str, tuple[str, int, bool]]:
    """Candidates by their lower-case form: most common spelling, posts that hold it, whether a name."""
    spellings: dict[str, Counter[str]] = {}
    named: set[str] = set()
    whole: dict[str, str] = {}
    for text in texts:
        here: dict[str, str] = {}
        for name in names(text):
            parts = name.split(" ")
            while parts and parts[0].lower() in stops:
                parts.pop(0)
            while parts and parts[-1].lower() in stops:
                parts.pop()
            if parts:
                here[" ".join(parts).lower()] = " ".join(parts)
        named.update(here)
        for word in words(text):
            low = word.lower()
            if low not in stops and len(word) > 1 and not low.replace(".", "").replace(",", "").isdigit():
                here.setdefault(low, word)
        for low in here:
            if low not in whole:
                whole[low] = _whole(low, texts) if _is_cjk(low) else ""
        for spelling in {whole[low] or spelling for low, spelling in here.items()}:
            spellings.setdefault(spelling.lower(), Counter())[spelling] += 1
    return {
        low: (min(seen, key=lambda s: (-seen[s], s)), seen.total(), low in named)
        for low, seen in spellings.items()
    }


def _is_cjk(word: str) -> bool:
    return all("\u3040" <= c <= "\u9fff" for c in word)


def _whole(word: str, texts: Sequence[str]) -> str:
    """``word`` with the characters that stand beside it nearly always in ``texts``.

    Short texts give a segmenter little to go by: it finds "王楚" in every "王楚钦".
    """
    while len(word) < _LONGEST_WORD:
        before: Counter[str] = Counter()
        behind: Counter[str] = Counter()
        for text in texts:
            at = text.find(word)
            if at >= 0:
                before[text[at - 1 : at]] += 1
                behind[text[at + len(word) : at + len(word) + 1]] += 1
        total = before.total()
        left, often_left = min(before.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        right, often_right = min(behind.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if total > 2 and right and _is_cjk(right) and often_right >= 0.8 * total:
            word = word + right
        elif total > 2 and left and _is_cjk(left) and often_left >= 0.8 * total:
            word = left + word
        else:
            break
    return word


def _rarity(candidates: Collection[str], terms: Terms, table: Mapping[str, str]) -> dict[str, float]:
    """Inverse document frequency; of a phrase its rarest word's, of a CJK word its rarest pair's."""
    every = sorted(candidates)
    rows, hashes = hash_words(in_one_spelling(pl.Series(every, dtype=pl.String), table))
    rarity = np.zeros(len(every), np.float32)
    if len(terms.hashes):
        place = np.minimum(np.searchsorted(terms.hashes, hashes), len(terms.hashes) - 1)
        known = terms.hashes[place] == hashes
        # Everyday words have a smaller share of a word as evidence; the same holds for marking a story.
        np.maximum.at(rarity, rows[known], terms.idf[place[known]] * np.minimum(terms.share[place[known]], 1))
    return dict(zip(every, rarity.tolist(), strict=True))


def _strongest(
    found: Mapping[str, tuple[str, int, bool]], rarity: Mapping[str, float], size: int
) -> list[str]:
    least = 2 if size > 2 else 1
    weighed = []
    for low, (spelling, posts, is_name) in found.items():
        if posts < least:
            continue
        weight = posts / size * rarity[low] * (_NAME if is_name else 1.0)
        weighed.append((-weight, -len(low), low, spelling, posts))
    chosen: list[tuple[str, str, int]] = []
    for _, _, low, spelling, posts in sorted(weighed):
        # "Banana" says nothing beside "Nano Banana Pro", nor the other way round.
        if any(low in other or other in low for other, _, _ in chosen):
            continue
        chosen.append((low, spelling, posts))
        if len(chosen) == MOST_TERMS:
            break
    return [spelling for _, spelling, _ in chosen]
