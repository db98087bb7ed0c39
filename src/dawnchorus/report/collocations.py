"""Words that belong together, found by how often they meet: "Nano Banana Pro", "星际之门"."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from dawnchorus.report.tokens import CJK, Run, Token

Pair = tuple[str, str]
Pairs = Mapping[Pair, float]
"""Keys of neighbours to join, with how strongly they hold together."""

MIN_VOICES = 3
"""A pair met less often proves nothing: two rare words that meet twice have the highest score there is."""

MIN_NPMI = {"name": 0.55, "han": 0.6, "plain": 0.75}
"""Normalised pointwise mutual information (1 = they only occur together) from which a pair is one term.
Set by reading the joins made on seven days of posts about AI and five of Weibo titles."""

_HAN = re.compile(f"[{CJK}]")
_NUMBER = re.compile(r"\d[\d.,]*[a-z]{0,2}")
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
    learned: list[Pairs] = []
    for _ in range(passes):
        pairs = _strong_pairs(posts, stop)
        if not pairs:
            break
        learned.append(pairs)
        posts = [(voice, [_join(run, pairs) for run in found]) for voice, found in posts]
    return learned


def join_run(run: Run, learned: Sequence[Pairs]) -> Run:
    """Join the words of ``run`` by all passes that were learned."""
    for pairs in learned:
        run = _join(run, pairs)
    return run


def _join(run: Run, pairs: Pairs) -> Run:
    """Join neighbours, the strongest pair first, from the left where two are as strong."""
    strength = {i: pairs[a.key, b.key] for i, (a, b) in enumerate(pairwise(run)) if (a.key, b.key) in pairs}
    if not strength:
        return run
    heads: set[int] = set()
    for i in sorted(strength, key=lambda i: (-strength[i], i)):
        if not {i - 1, i + 1} & heads:
            heads.add(i)
    joined: Run = []
    for i, token in enumerate(run):
        if i - 1 in heads:
            head = joined.pop()
            gap = " " if token.spaced else ""
            token = Token(head.key + gap + token.key, head.text + gap + token.text, head.spaced)
        joined.append(token)
    return joined


def _strong_pairs(posts: Sequence[tuple[str, list[Run]]], stop: frozenset[str]) -> Pairs:
    singles: defaultdict[str, set[str]] = defaultdict(set)
    pairs: defaultdict[Pair, set[str]] = defaultdict(set)
    kinds: defaultdict[Pair, Counter[str]] = defaultdict(Counter)
    total = 0
    for voice, found in posts:
        for run in found:
            total += len(run)
            for token in run:
                singles[token.key].add(voice)
            for a, b, kind in _candidates(run, stop):
                pairs[a, b].add(voice)
                kinds[a, b][kind] += 1
    strong: dict[Pair, float] = {}
    for (a, b), voices in pairs.items():
        if len(voices) < MIN_VOICES:
            continue
        kind = min(kinds[a, b], key=lambda k: (-kinds[a, b][k], k))
        npmi = math.log(len(voices) * total / (len(singles[a]) * len(singles[b])))
        npmi /= -math.log(len(voices) / total)
        if npmi >= MIN_NPMI[kind]:
            strong[a, b] = npmi
    return strong


def _candidates(run: Run, stop: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    for a, b in pairwise(run):
        if a.key in stop or b.key in stop or _NUMBER.fullmatch(a.key):
            continue
        han = bool(_HAN.search(a.text)), bool(_HAN.search(b.text))
        if all(han):
            if not b.spaced and len(a.text) + len(b.text) <= _MAX_HAN:
                yield a.key, b.key, "han"
        elif not any(han) and b.spaced:
            if _NUMBER.fullmatch(b.key):
                # "Opus 4.5" is a name, "over 40" is not.
                if a.text[0].isupper():
                    yield a.key, b.key, "name"
            else:
                yield a.key, b.key, "name" if a.text[0].isupper() and not b.text[0].islower() else "plain"
