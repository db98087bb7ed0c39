"""Words that mark a window against the days before: the word cloud and its table."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dawnchorus.model import Term
from dawnchorus.report import lexicon
from dawnchorus.report.collocations import Pairs, fold_names, join_run, learn_pairs
from dawnchorus.report.tokens import Run, alias_matcher, runs, term_pattern

EARLIER_SHARE = 0.5
"""Share of the earlier days in what is expected of a word, the rest is general language: what is new today
comes first, what the topic is always about stays in sight."""

FLOOR = 0.5
"""Voices expected of any word at least. Without it each name of two posts that nobody used before beats
what the whole day is about; with 2, new names need five voices to be seen."""

ENOUGH = 40
"""A term needs two voices and a score of ``MIN_SCORE``; if fewer pass, words of one voice fill up to here."""

MIN_SCORE = 1.0
"""Standard deviations. Below, lists of 80 to 400 posts fill up with "announced", "simply" and "asked"."""

MOST_READ = 5_000
"""Of more originals, that many are read, evenly spread: what 120 terms stand out by shows in a part, and a
post costs 0.3 ms. ``Term.posts`` is counted over all."""

_READ_IN_FULL = frozenset({"zh", "en", "und", None})
_NO_PLURAL = frozenset({"news", "means", "pros", "goods", "works", "arms", "times", "its", "ins"})

Voices = Mapping[str, set[str]]
"""Who used a word: voices by key."""


@dataclass(frozen=True, slots=True)
class _Read:
    id: str
    voice: str  # author and day, or the post itself
    runs: list[Run]
    shouting: bool  # capitals say nothing in it: a headline in title case


def key_terms(
    posts: pl.DataFrame,
    *,
    background: pl.DataFrame | None,
    stop_words: frozenset[str],
    aliases: Mapping[str, str],
    limit: int = 120,
) -> tuple[Term, ...]:
    """Words and names that mark ``posts`` against ``background`` and general language, not the frequent ones.

    The score is the z-score of the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi &
    Quinn, "Fightin' Words", Political Analysis 16, 2008); the prior is what earlier days and general language
    let expect. Voices are counted, not repetitions: a word counts once for an author and day, once for a
    post without author, never for copies and reposts (``duplicate_of``). Neighbours that belong together are
    one term. Verbs, adjectives and common words count less than names and nouns. Of posts in other languages
    than zh and en only names are read, since there is no list of their common words.

    Args:
        posts: ``tables.KEPT``, the window.
        background: Posts of earlier days with at least the columns of ``tables.POSTS``; None or empty
            leaves general language alone to compare with.
        stop_words: Words to leave out, besides those of zh and en that travel with the package.
        aliases: Surface -> display form; case does not matter.
        limit: Most terms returned.

    Returns:
        Terms, the highest weight first, ties by text. ``posts`` counts the rows of ``posts``, copies
        included, whose ``clean_text`` holds a match of ``tokens.term_pattern`` of the term and of all
        surfaces that ``aliases`` gives that display form, its ``forms``; ``example`` is one of them and
        no copy.
    """
    named = {name: name for name in aliases.values()} | dict(aliases)
    stop = lexicon.stop_words() | {word.casefold() for word in stop_words}
    window = list(_read(posts, named))
    earlier = [] if background is None else list(_read(background, named))
    learned = learn_pairs([(post.voice, post.runs) for post in window], stop=stop)
    window, earlier = _joined(window, learned), _joined(earlier, learned)

    voices = _voices(window)
    fold = {**_plurals(voices), **fold_names(voices, learned)}
    voices, before = _folded(voices, fold), _folded(_voices(earlier), fold)
    forms = _Forms(window)
    candidates = [
        key for key in voices if key not in stop and lexicon.is_term(key) and not _is_contraction(key, stop)
    ]
    scores = _scores(candidates, voices, before, forms.telling)
    ranked = sorted(scores, key=lambda key: (-scores[key], forms.shown(key)))
    best = [key for key in ranked if len(voices[key]) > 1 and scores[key] > MIN_SCORE][:limit]
    least = 2
    if len(best) < min(ENOUGH, limit):
        least = 1
        chosen = set(best)
        best = [*best, *(key for key in ranked if key not in chosen)][: min(ENOUGH, limit)]
    strength = _strength(window, {key: scores[key] for key in best})
    weights = {forms.shown(key): scores[key] for key in best}
    return tuple(_terms(posts, weights, aliases=aliases, strength=strength, least=least))


def _read(posts: pl.DataFrame, aliases: Mapping[str, str]) -> Iterator[_Read]:
    """Originals with their runs of words."""
    columns = posts.columns
    if "duplicate_of" in columns:
        posts = posts.filter(pl.col("duplicate_of").is_null())
    day = pl.coalesce(pl.col("created_at").dt.date(), pl.col("day")).cast(pl.String).fill_null("")
    alone = pl.concat_str(pl.lit("\n"), "id")
    rows = posts.select(
        "id",
        pl.coalesce(pl.concat_str("author", pl.lit("\n"), day), alone),
        pl.col("clean_text" if "clean_text" in columns else "text").fill_null("").alias("said"),
        pl.col("language") if "language" in columns else pl.lit(None, pl.String).alias("language"),
    )
    places = [i * rows.height // MOST_READ for i in range(MOST_READ)]
    rows = rows[places] if rows.height > MOST_READ else rows
    matcher = alias_matcher(aliases)
    near = set(_holding(_lowered(rows["said"]), {"": aliases}).get("", ()))
    for i, (id_, voice, text, language) in enumerate(rows.iter_rows()):
        found = runs(text, aliases=matcher if i in near else None)
        if language not in _READ_IN_FULL:
            # The first word of a sentence is capitalised whatever it is.
            found = [[token for token in run[1:] if not token.text.islower()] for run in found]
        yield _Read(id_, voice, found, _is_title_case(found))


def _is_title_case(found: Sequence[Run]) -> bool:
    long = [token.text for run in found for token in run if len(token.text) > 3 and token.text.isascii()]
    return 2 * sum(not text[0].islower() for text in long) > len(long)


def _joined(posts: Sequence[_Read], learned: Sequence[Pairs]) -> list[_Read]:
    return [
        _Read(post.id, post.voice, [join_run(run, learned) for run in post.runs], post.shouting)
        for post in posts
    ]


def _voices(posts: Sequence[_Read]) -> dict[str, set[str]]:
    voices: defaultdict[str, set[str]] = defaultdict(set)
    for post in posts:
        for run in post.runs:
            for token in run:
                voices[token.key].add(post.voice)
    return voices


def _plurals(voices: Voices) -> dict[str, str]:
    """The rarer of an English singular and its plural -> the other."""
    fold = {}
    for plural, who in voices.items():
        single = plural.removesuffix("s")
        if single in voices and single != plural and len(single) > 2 and plural not in _NO_PLURAL:
            rare, common = (single, plural) if len(who) > len(voices[single]) else (plural, single)
            fold[rare] = common
    return fold


def _folded(voices: Voices, fold: Mapping[str, str]) -> dict[str, set[str]]:
    merged: defaultdict[str, set[str]] = defaultdict(set)
    for key, who in voices.items():
        chain = [key]
        while (target := fold.get(chain[-1])) and target not in chain:
            chain.append(target)
        merged[chain[-1]] |= who
    return merged


def _is_contraction(key: str, stop: frozenset[str]) -> bool:
    head, mark, _ = key.replace("’", "'").partition("'")
    return bool(mark) and head in stop


class _Forms:
    """How each key is written, and whether it is written as a name where that can be told."""

    def __init__(self, posts: Sequence[_Read]) -> None:
        self._all: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._telling: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for post in posts:
            for run in post.runs:
                for i, token in enumerate(run):
                    self._all[token.key][token.text] += 1
                    if i and not post.shouting:
                        self._telling[token.key][token.text] += 1

    def shown(self, key: str) -> str:
        """The most frequent way to write ``key``, out of headlines and beginnings if there is one."""
        forms = self._telling.get(key) or self._all[key]
        return min(forms, key=lambda form: (-forms[form], form))

    def telling(self, key: str) -> float:
        """See ``lexicon.telling``; what is written as a name or is several words counts in full."""
        form = self.shown(key)
        if not form.isascii():
            return lexicon.telling(key)
        inner = any(not char.islower() and char not in "-'" for char in form[1:])
        named = key in self._telling and form[0].isupper()
        return 1.0 if inner or named else lexicon.telling(key)


def _scores(
    keys: Sequence[str],
    voices: Voices,
    before: Voices,
    telling: Callable[[str], float],
) -> dict[str, float]:
    total = sum(map(len, voices.values()))
    total_before = sum(map(len, before.values()))
    scores = {}
    for key in keys:
        rate = lexicon.frequency(key)
        if total_before:
            seen = len(before.get(key, ())) / total_before
            rate = EARLIER_SHARE * seen + (1 - EARLIER_SHARE) * rate
        score = _z_score(len(voices[key]), total, prior=total * rate + FLOOR) * telling(key)
        if score > 0:
            scores[key] = score
    return scores


def _z_score(count: int, total: int, *, prior: float) -> float:
    """Log-odds of a word against its prior in standard deviations; the prior weighs as much as the window."""
    odds = math.log((count + prior) / (2 * total - count - prior))
    expected = math.log(prior / (total - prior))
    return (odds - expected) * math.sqrt(count + prior)


def _strength(posts: Sequence[_Read], scores: Mapping[str, float]) -> dict[str, float]:
    """How much of what marks the window each post holds, for its length."""
    strength = {}
    for post in posts:
        keys = [token.key for run in post.runs for token in run]
        # fsum, because the order of a set differs from run to run.
        strength[post.id] = math.fsum(scores.get(key, 0.0) for key in set(keys)) / math.sqrt(5 + len(keys))
    return strength


def _terms(
    posts: pl.DataFrame,
    weights: Mapping[str, float],
    *,
    aliases: Mapping[str, str],
    strength: Mapping[str, float],
    least: int,
) -> Iterator[Term]:
    surfaces: defaultdict[str, list[str]] = defaultdict(list)
    for surface, name in aliases.items():
        surfaces[name].append(surface)
    texts = posts.select("id", pl.col("clean_text").fill_null("")).rows()
    spoken = {text: [text, *surfaces[text]] for text in weights}
    near = _holding(_lowered(posts["clean_text"].fill_null("")), spoken)
    for text, weight in weights.items():
        pattern = term_pattern(*spoken[text])
        holding = [texts[i][0] for i in near.get(text, ()) if pattern.search(texts[i][1])]
        originals = [id_ for id_ in holding if id_ in strength]
        # A word may have its voices from a form that is not shown: "clusters" beside one "cluster".
        if originals and len(holding) >= least:
            example = min(originals, key=lambda id_: (-strength[id_], id_))
            forms = tuple(sorted({form for form in surfaces[text] if form.strip() and form != text}))
            # On a quiet day words are taken that hardly mark it; their weight is above 0 all the same.
            shown = max(round(weight, 3), 0.001)
            yield Term(text=text, weight=shown, posts=len(holding), example=example, forms=forms)


def _holding(lower: pl.Series, surfaces: Mapping[str, Iterable[str]]) -> dict[str, list[int]]:
    """Places of the texts that hold the first word of a name's surface anywhere, by name: the few that are
    worth a pattern. Finding fixed strings takes a hundredth of the time, all in one pass.
    """
    pairs = [(name, one.split()[0]) for name, some in surfaces.items() for one in some if one.strip()]
    if not pairs:
        return {}
    firsts = pl.DataFrame(pairs, schema={"name": pl.String, "first": pl.String}, orient="row")
    firsts = firsts.with_columns(_lowered(firsts["first"])).unique()
    if firsts.is_empty():
        return {}
    # A list, not a column: of a column one automaton would be built for each text.
    found = lower.str.extract_many(firsts["first"].unique().to_list(), overlapping=True)
    return dict(
        pl.DataFrame({"first": found})
        .with_row_index("place")
        .explode("first")
        .join(firsts, on="first")
        .select("name", "place")
        .unique()
        .sort("place")
        .group_by("name")
        .agg("place")
        .iter_rows()
    )


def _lowered(texts: pl.Series) -> pl.Series:
    """Lower case, with the letters that match i and s once case does not matter as these."""
    return texts.str.to_lowercase().str.replace_many(["ſ", "ı", "i\u0307"], ["s", "i", "i"])
