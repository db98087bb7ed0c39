"""Types for what models answer: what is meant plainly is taken, what is broken costs itself alone.

The JSON Schema that a model is shown stays the strict one.
"""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from typing import Annotated, Final, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

T = TypeVar("T")

_MOST: Final = 500  # items of a list that are looked at; nobody asks for nearly as many
_NUMBER: Final = re.compile(r"\s*\[?\s*(\d{1,6})\s*\]?\s*", re.ASCII)


def _whole(items: object, validate: ValidatorFunctionWrapHandler) -> list[object]:
    found: list[object] = []
    for item in islice(items if isinstance(items, list) else [items], _MOST):
        with suppress(ValidationError):
            found += validate([item])
    return found


def _whole_if_any(items: object, validate: ValidatorFunctionWrapHandler) -> object:
    return _whole(items, validate) or validate(items[:1] if isinstance(items, list) else items)


def _numbers(value: object) -> object:
    return [_number(one) for one in value] if isinstance(value, list) else [_number(value)]


def _number(value: object) -> object:
    found = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    if found:
        return int(found[1])
    return None if isinstance(value, bool) else value


Each = Annotated[list[T], WrapValidator(_whole_if_any)]
"""A list whose broken items are left out; there must be one, and if it has items, one that is whole."""

Some = Annotated[list[T], WrapValidator(_whole), Field(default_factory=list)]
"""A list whose broken items are left out; it may be missing. A single item is a list of one."""

Numbers = Annotated[list[int], BeforeValidator(_numbers)]
"""Whole numbers: ``[1, 2]``, also as ``1``, ``"1"``, ``["1"]`` or ``["[1]"]``."""
