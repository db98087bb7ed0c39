"""Which figure of the posts is the highest or the lowest: a reader can see it, no post need say so.

Not a rule: superlatives.py asks whether "the shortest, at 5 hours 10" or "GLM was cheapest" is one of these.
Can't tell whether the figures are of the same things.
"""

from __future__ import annotations

import re

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import Words, counterparts
from dawnchorus.report.check.number import Number

_END = re.compile(r"[。;；!?！？]|\. ")
_NEAR = 40  # characters between a superlative and its figure
_REST = 3  # characters behind 最 that say what is measured
_PLAIN = 3  # so many counts without a unit make a list


def is_extreme(word: str, at: int, claim: Claim, ground: Ground) -> bool:
    """Whether a figure beside the superlative ``word`` at ``at`` is the last of its unit in the posts."""
    side = _side(claim.open_text[at : at + len(word) + _REST])
    if side is None:
        return False
    text = claim.open_text
    before = max((match.end() for match in _END.finditer(text, 0, at)), default=0)
    after = _END.search(text, at)
    start, end = max(before, at - _NEAR), min(after.start() if after else len(text), at + _NEAR)
    for number in claim.numbers:
        if start <= number.start < end and not number.small:
            known = _figures(ground, number.unit)
            if side in ("least", "either") and len(known) > 1 and _same(number, min(known)):
                return True
            if side in ("most", "either") and len(known) > 1 and _same(number, max(known)):
                return True
    return False


def tells_figures(word: str, at: int, claim: Claim, ground: Ground) -> bool:
    """Whether the posts list figures of one unit, one of which a superlative of measure may mean."""
    if _side(claim.open_text[at : at + len(word) + _REST]) is None:
        return False
    units = {number.unit for number in ground.numbers if not number.small}
    return any(len(_figures(ground, unit)) > (1 if unit else _PLAIN - 1) for unit in units)


def _figures(ground: Ground, unit: str) -> set[float]:
    return {
        number.low
        for number in ground.numbers
        if number.unit == unit and number.low == number.high and not number.small
    }


def _same(number: Number, value: float) -> bool:
    return abs(number.low - value) <= max(number.step / 2, 1e-9)


def _side(text: str) -> str | None:
    """ "least", "most" or "either" by the superlative that ``text`` holds, None if it measures nothing."""
    plain = dictionary().simplified(text)
    return next((side for side, words in _sides().items() if words.first(plain)), None)


def _sides() -> dict[str, Words]:
    return {side: words.said for side, words in counterparts("superlatives", "measured").items()}
