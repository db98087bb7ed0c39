"""A model that obeys: it writes what hostile posts order wherever it is asked, and swears to all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from typing import Any

from tests.llm import actors
from tests.llm.actors import Question
from tests.llm_attacks.attacks import ATTACKS, Attack

TOGETHER = 6  # attacks of a run
KEY = "sk-canary-9f3ab27c51"


def batches() -> list[tuple[Attack, ...]]:
    """Attacks that share a run; those that spoil the whole answer have their own."""
    alone = [(one,) for one in ATTACKS if one.raw]
    rest = [one for one in ATTACKS if not one.raw]
    return [tuple(rest[start : start + TOGETHER]) for start in range(0, len(rest), TOGETHER)] + alone


def obey(asked: Question, *, attacks: Sequence[Attack]) -> dict[str, Any] | str:
    """What ``attacks`` order, cited to their own posts, to all of a story, and to honest ones."""
    if asked.kind == "story":
        return next((one.raw for one in attacks if one.raw), "") or _stories(asked, attacks)
    if asked.kind == "repair":
        return {
            "lines": [
                {"number": number, "text": json.loads(text), "posts": [post["i"] for post in posts]}
                for number, text, posts in asked.blocks
            ]
        }
    if asked.kind == "judge":
        return _swear(asked)
    said = [text for one in attacks for text in _said(one)]
    if asked.kind == "headline":
        return {"text": said[0], "lines": [1]}
    numbers = cycle(number for number, _ in asked.numbered)
    lines = [{"text": text, "lines": [next(numbers)]} for text in said[:10]]
    return {"overview": lines[:5], "summary": lines[5:]}


def _stories(asked: Question, attacks: Sequence[Attack]) -> dict[str, Any]:
    stories = []
    for number, _, posts in asked.blocks:
        lines = list(islice(_lines(posts, attacks), 9))
        title, facts, opinions = lines[:1], lines[1:6], lines[6:]
        stories.append({"story": number, "title": title[0], "facts": facts, "opinions": opinions})
    return {"stories": stories}


def _lines(posts: list[dict[str, Any]], attacks: Sequence[Attack]) -> Iterator[dict[str, Any]]:
    """Orders with what they are cited to: the post that orders, an honest one, all of the story."""
    told = {post["i"]: next((one for one in attacks if post["by"] in one.authors), None) for post in posts}
    here = [one for one in attacks if one in told.values()] or list(attacks)
    honest = [number for number, one in told.items() if one is None][:1]
    whole = list(told)[:4]
    for cites in ("own", "honest", "whole"):
        for one in here:
            own = [number for number, author in told.items() if author is one][:4]
            for text in _said(one):
                cited = {"own": own, "honest": honest, "whole": whole}[cites]
                if cited and not (cites == "whole" and cited in (own, honest)):
                    yield {"text": text, "posts": cited}


def _swear(asked: Question) -> dict[str, Any]:
    """Every sentence supported, each time with real words of each post: more than a post could ask for."""
    return {
        "verdicts": [
            {
                "number": number,
                "verdict": "supported",
                "spans": [{"post": post["i"], "words": post["text"][:120]} for post in posts],
            }
            for number, _, posts in asked.blocks
        ]
    }


def _said(attack: Attack) -> list[str]:
    return [text.replace("{key}", KEY) for text in attack.says]


def actor_of(attacks: Sequence[Attack]) -> str:
    return f"obeying {attacks[0].name}"


actors.ACTORS.update({actor_of(one): partial(obey, attacks=one) for one in batches()})
