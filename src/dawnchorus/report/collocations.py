"""Words that belong together, found by how often they meet: "Nano Banana Pro", "星际之门"."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from dawnchorus.report.tokens import CJK, Run, Token

Pairs = Mapping[str, Mapping[str, float]]
"""Neighbours to join: key of the first -> key of the second -> how strongly they hold together."""

MIN_VOICES = {"name": 2, "han": 3, "plain": 3}
"""A pair met less often proves nothing: two rare words that meet twice have the highest score there is."""

MIN_NPMI = {"name": 0.55, "han": 0.6, "plain": 0.75}
"""Normalised pointwise mutual information (1 = they only occur together) from which a pair is one term.
Set by reading the joins made on seven days of posts about AI and five of Weibo titles."""

ALWAYS_TOGETHER = 0.95
"""The same for two words that only two voices put together: "Alec Radford"."""

_HAN = re.compile(f"[{CJK}]")
_NUMBER = re.compile(r"\d[\d.,]*[a-z]{0,2}")
_INNER = frozenset({"之"})  # a stop word that names are made with: "星际之门"
_MAX_HAN = 8  # characters; longer joins are sentences that were copied


def learn_pairs(
    posts: Sequence[tuple[str, list[Run]]], *, stop: frozenset[str], passes: int = 3
) -> list[Pairs]:
    """Learn which neighbours to join, a pass at a time: pass two joins what pass one made, and so on.

    Args:
        posts: Voice and runs of each post; a voice counts once for a word or a pair.
        stop: Keys that are never part of a name.
        passes: A name has at most ``2 ** passes`` words.
    """
    singles: defaultdict[str, set[str]] = defaultdict(set)
    for voice, found in posts:
        for run in found:
            for token in run:
                singles[token.key].add(voice)
    total = sum(len(run) for _, found in posts for run in found)
    learned: list[Pairs] = []
    made: set[str] | None = None  # what the last pass joined: only next to it can there be more
    for _ in range(passes):
        pairs = _strong_pairs(posts, singles, total, stop=stop, among=made)
        if not pairs:
            break
        learned.append(pairs)
        made = set()
        changed = []
        for voice, found in posts:
            joined = [new for run in found if len(new := _join(run, pairs)) < len(run)]
            for run in joined:
                for token in run:
                    if token.key not in singles or token.key in made:
                        made.add(token.key)
                        singles[token.key].add(voice)
            changed.append((voice, joined))
        posts = changed
    return learned


def join_run(run: Run, learned: Sequence[Pairs]) -> Run:
    """Join the words of ``run`` by all passes that were learned."""
    for pairs in learned:
        run = _join(run, pairs)
    return run


def fold_names(voices: Mapping[str, set[str]], learned: Sequence[Pairs]) -> dict[str, str]:
    """Short and long forms of one name -> the form to show, by who used either alone.

    "Opus" beside twice as much "Opus 4.5" is the same; so is a little "Claude Opus 4.5" beside much
    "Opus 4.5". "Claude" stays apart from "Claude Opus 4.5": it is used without it.
    """
    fold: dict[str, str] = {}
    joins = ((a, b) for pairs in learned for a, tails in pairs.items() for b in tails)
    made = {a + gap + b for a, b in joins for gap in ("", " ")} & voices.keys()
    for long in sorted(made, key=lambda key: (-len(voices[key]), key)):
        for short in sorted(_parts(long) & voices.keys()):
            apart, together = len(voices[short]), len(voices[long])
            if apart < (together if _HAN.search(long) else together / 2):
                fold.setdefault(short, long)
            elif " " in short and together < apart / 2:
                fold.setdefault(long, short)
    return fold


def _parts(name: str) -> set[str]:
    """Beginnings and ends of a name: words, or two and more Chinese characters."""
    if " " in name:
        words = name.split(" ")
        cuts = range(1, len(words))
        return {" ".join(words[:i]) for i in cuts} | {" ".join(words[i:]) for i in cuts}
    return {name[:i] for i in range(2, len(name))} | {name[i:] for i in range(1, len(name) - 1)}


def _join(run: Run, pairs: Pairs) -> Run:
    """Join neighbours, the strongest pair first, from the left where two are as strong."""
    strength: dict[int, float] = {}
    for i, token in enumerate(run[:-1]):
        tails = pairs.get(token.key)
        if tails and (strong := tails.get(run[i + 1].key)):
            strength[i] = strong
    if not strength:
        return run
    heads: set[int] = set()
    for i in sorted(strength, key=lambda i: (-strength[i], i)):
        if not {i - 1, i + 1} & heads:
            heads.add(i)
    joined: Run = []
    for i, token in enumerate(run):
        joined.append(_one(joined.pop(), token) if i - 1 in heads else token)
    return joined


def _one(head: Token, tail: Token) -> Token:
    gap = " " if tail.spaced else ""
    return Token(head.key + gap + tail.key, head.text + gap + tail.text, head.spaced)


def _strong_pairs(
    posts: Sequence[tuple[str, list[Run]]],
    singles: Mapping[str, set[str]],
    total: int,
    *,
    stop: frozenset[str],
    among: set[str] | None,
) -> Pairs:
    stop -= _INNER
    voices: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    kinds: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for voice, found in posts:
        for run in found:
            for a, b, kind in _candidates(run, stop):
                if among is None or a in among or b in among:
                    voices[a, b].add(voice)
                    kinds[a, b][kind] += 1
    strong: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (a, b), both in voices.items():
        kind = min(kinds[a, b], key=lambda k: (-kinds[a, b][k], k))
        if len(both) < MIN_VOICES[kind]:
            continue
        npmi = _npmi(len(both), len(singles[a]), len(singles[b]), total)
        if npmi >= (MIN_NPMI[kind] if len(both) > 2 else ALWAYS_TOGETHER):
            strong[a][b] = npmi
    return strong


def _npmi(both: int, first: int, second: int, total: int) -> float:
    """Normalised pointwise mutual information of two words out of ``total``, -1 to 1."""
    return math.log(both * total / (first * second)) / math.log(total / both)


def _candidates(run: Run, stop: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    for a, b in pairwise(run):
        if a.key in stop or b.key in stop or _NUMBER.fullmatch(a.key):
            continue
        han = bool(_HAN.search(a.text)), bool(_HAN.search(b.text))
        if all(han):
            if not b.spaced and len(a.text) + len(b.text) <= _MAX_HAN:
                yield a.key, b.key, "han"
        elif not any(han) and b.spaced:
            named = a.text[0].isupper(), b.text[0].isupper()
            if _NUMBER.fullmatch(b.key):
                # "Opus 4.5" is a name, "over 40" is not.
                if named[0]:
                    yield a.key, b.key, "name"
            elif named[0] == named[1]:
                # "tried Kestrel" and "Kestrel lands" are no names, however often they are said.
                yield a.key, b.key, "name" if named[0] else "plain"
