"""A date expression, resolved against the day it was written on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dawnchorus.report.check.calendar import Days

Grain = Literal["day", "week", "month", "quarter", "year", "loose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date expression of a folded text, resolved against a day.

    ``spans`` holds every reading ("Friday" is the one before or the one
    after); a loose moment ("recently", 近日) only has to hold the post's day.
    """

    spans: tuple[Days, ...]
    grain: Grain
    relative: bool  # says nothing without the day it was written
    text: str
    start: int
    end: int
