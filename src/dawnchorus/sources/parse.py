"""JSON of strangers to Python values: nothing in it crashes us or goes on.

orjson reads what is well-formed. What it refuses is read once more by the
standard library, which takes lone surrogates, control characters, NaN and
numbers without bound; those are then made harmless.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

import orjson

_SURROGATE = re.compile("[\ud800-\udfff]")
REPLACEMENT: Final = "\ufffd"
_MOST_DIGITS: Final = 40


def loads(data: bytes) -> Any:
    """The value of one JSON text.

    Invalid UTF-8 and lone surrogates become U+FFFD; NaN, infinite numbers and
    whole ones of more than 40 digits None; of a key written twice the last counts.

    Raises:
        ValueError: It is no JSON, or nested too deep.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        text = data.decode("utf-8", "replace")
    try:
        return harmless(LENIENT.decode(text))
    except RecursionError:
        raise ValueError("nested too deep") from None


def harmless(value: Any) -> Any:
    """``value`` with no lone surrogate in any string.

    Raises:
        RecursionError: It is nested too deep.
    """
    if isinstance(value, str):
        return _SURROGATE.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [harmless(one) for one in value]
    if isinstance(value, dict):
        return {harmless(key): harmless(one) for key, one in value.items()}
    return value


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _bounded(text: str) -> int | None:
    # Beyond 4,300 digits Python refuses the whole text; no platform's numbers have more than 20.
    return int(text) if len(text) <= _MOST_DIGITS else None


LENIENT: Final = json.JSONDecoder(
    strict=False, parse_constant=lambda _: None, parse_float=_finite, parse_int=_bounded
)
"""Decodes what orjson will not; strings may hold lone surrogates."""
