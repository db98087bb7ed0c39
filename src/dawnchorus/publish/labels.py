"""The words that publishing adds to a report, from ``labels.zh.ftl`` and ``labels.en.ftl``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import cast

from fluent.runtime import FluentBundle, FluentResource

from dawnchorus.model import Lang

Label = Callable[..., str]
"""``label(key, **values)``: the words of a key in the report's language, numbers as people write them."""


@cache
def labels(lang: Lang) -> Label:
    """Labels in ``lang``; an unknown key or a missing value is a ``KeyError``."""
    bundle = FluentBundle([lang], use_isolating=False)
    text = files("dawnchorus.publish").joinpath(f"labels.{lang}.ftl").read_text("utf-8")
    bundle.add_resource(FluentResource(text))

    def label(key: str, **values: str | int) -> str:
        pattern = bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        words, errors = bundle.format_pattern(pattern, values)
        if errors:
            raise KeyError(f"{key}: {errors[0]}")
        return cast(str, words)

    return label
