"""The words that publishing adds to a report, from ``labels.zh.ftl`` and ``labels.en.ftl``."""

from __future__ import annotations

from dawnchorus.model import Lang
from dawnchorus.wording import Say, templates

Label = Say
"""``label(key, **values)``: the words of a key in the report's language, numbers as people write them."""


def labels(lang: Lang) -> Label:
    """Labels in ``lang``; an unknown key or a missing value is a ``KeyError``."""
    return templates("dawnchorus.publish", f"labels.{lang}.ftl", lang)
