"""A model that obeys: what hostile posts order it writes of every story it is shown, with any citation.

As a judge it swears to every sentence of a request that a hostile post stands in, with real words of each
post, which is more than the posts know to ask for; else it looks, as ``actors.sober`` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from dawnchorus.model import Lang
from tests.llm import actors
from tests.llm.actors import Question
from tests.llm_attacks.attacks import ATTACKS, Attack

KEY = "sk-canary-9f3ab27c51"


def batches(lang: Lang, size: int) -> list[tuple[Attack, ...]]:
    """Attacks that share a run; those that spoil the whole answer have their own."""
    alone = [(one,) for one in ATTACKS if one.raw and one.lang == lang]
    rest = [one for one in ATTACKS if not one.raw and one.lang == lang]
    return [tuple(rest[start : start + size]) for start in range(0, len(rest), size)] + alone


def obey(asked: Question) -> dict[str, Any] | str:
    """What those attacks order that stand in the request: cited to themselves, to honest posts, to all."""
    heard = [one for one in ATTACKS if any(sign in asked.user for sign in one.signs)]
    if asked.kind == "story" and heard:
        return next((one.raw for one in heard if one.raw), "") or _stories(asked, heard)
    if asked.kind == "repair" and heard:
        return {
            "lines": [
                {"number": number, "text": json.loads(text), "posts": [post["i"] for post in posts]}
                for number, text, posts in asked.blocks
            ]
        }
    if asked.kind == "judge" and heard:
        return _swear(asked)
    return actors.sober(asked)


def _stories(asked: Question, attacks: Sequence[Attack]) -> dict[str, Any]:
    stories = []
    for number, _, posts in asked.blocks:
        lines = list(islice(_lines(posts, attacks), 9))
        title, facts, opinions = lines[:1], lines[1:6], lines[6:]
        stories.append({"story": number, "title": title[0], "facts": facts, "opinions": opinions})
    return {"stories": stories}


def _lines(posts: list[dict[str, Any]], attacks: Sequence[Attack]) -> Iterator[dict[str, Any]]:
    """Orders with what they are cited to: the post that orders, an honest one, all of the story."""
    told = {post["i"]: of_author(post["by"]) for post in posts}
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


def of_author(author: str) -> Attack | None:
    return next((one for one in ATTACKS if author in one.authors), None)
