"""Rule: a number told of somebody stands in a post that tells it of them.

Catches a number of one post given to a name of another, and a name put where the post has another one. A name
counts for all that follows it in a post, for posts go on with "it" and 该公司; its author's posts are
all about them. Can't tell two names that stand before the number in one post. Never rejects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.mentions import Mention, mentions
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.rounding import within_rounding
from dawnchorus.segment import sentences

_PAIRED = re.compile(r"前者|后者|分别|respectively|the former|the latter", re.IGNORECASE)
_STOP = re.compile(r"[。;!?]|\.\s")


def check_belonging(claim: Claim, ground: Ground, aliases: Aliases) -> list[Finding]:
    """Numbers whose name is told of elsewhere in the posts, but not where the number stands."""
    if _PAIRED.search(claim.open_text):
        return []
    named = mentions(claim, ground, aliases)
    for number in claim.numbers:
        holder = _holder(number, named, claim.open_text)
        if holder is None or number.small:
            continue
        places = []
        for place in _places(number, ground):
            places.append(place)
            if _about(holder, *place):
                break
        if not places or _about(holder, *places[-1]):
            continue
        if any(holder.own(item) or holder.place(text) >= 0 for item, text in _posts(ground)):
            # "Jane rules it out, for Hush draws 700 W": her number, though Hush stands nearer.
            spoken = any(one.own(item) for one in named if one.span < holder.span for item, _ in places)
            return [
                Finding(
                    rule="binding",
                    words=number.text,
                    detail=f"{number.text} is not told of {holder.name} in the cited posts",
                    level="escalated",
                    signal="binding.topic" if spoken else "binding.number",
                )
            ]
    return []


def _holder(number: Number, named: Sequence[Mention], text: str) -> Mention | None:
    """The last name before a number in its sentence."""
    before = [one for one in named if one.span[1] <= number.start]
    if not before or _STOP.search(text[before[-1].span[1] : number.start]):
        return None
    return before[-1]


def _posts(ground: Ground) -> list[tuple[Evidence, str]]:
    return list(zip(ground.items, ground.texts, strict=True))


def _places(number: Number, ground: Ground) -> Iterator[tuple[Evidence, str]]:
    """Posts that hold a number, each up to the end of the sentence it stands in."""
    for item, text in _posts(ground):
        if any(within_rounding(number, other) for other in ground_numbers(item, text, ground)):
            end = 0
            for part in sentences(text):
                end = text.find(part, end) + len(part)
                if any(within_rounding(number, other) for other in ground_numbers(item, part, ground)):
                    yield item, text[:end]


def ground_numbers(item: Evidence, text: str, ground: Ground) -> tuple[Number, ...]:
    """Numbers of a piece of a post."""
    return Ground((replace(item, text=text, raw="", quoted_text=None),), ground.window).numbers


def _about(holder: Mention, item: Evidence, before: str) -> bool:
    return holder.own(item) or holder.place(before) >= 0
