"""Names of networks and languages as readers know them."""

from __future__ import annotations

from datetime import datetime

from babel import Locale

from dawnchorus.model import CitedPost, Lang, Window


def language_name(code: str, lang: Lang) -> str | None:
    """Name of the language ``code`` in ``lang``, None if it has none."""
    name: str | None = Locale(lang).languages.get(code)
    return name


def post_time(post: CitedPost, window: Window) -> str | None:
    """When ``post`` was written, in the window's zone: to the minute, to the day, or None."""
    if post.created_at is not None:
        return minute(post.created_at, window)
    return None if post.day is None else post.day.isoformat()


def minute(when: datetime, window: Window) -> str:
    """ "2025-11-21 09:14" in the window's zone."""
    return f"{when.astimezone(window.zone):%Y-%m-%d %H:%M}"
