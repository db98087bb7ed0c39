"""Options of sources that cost money."""

from __future__ import annotations


def number(value: float, option: str, *, least: float = 0) -> float:
    """An option that is a number of at least ``least``.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < 1e9:
        raise ValueError(f"{option} is {value!r:.40}; give a number of at least {least:g}")
    return value


def address(base_url: str) -> str:
    """An option that is the address of an API, without a slash at its end.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(base_url, str) or not base_url.startswith(("https://", "http://")):
        raise ValueError(f"base_url: {base_url!r:.60} is no address; leave it out for the service itself")
    return base_url.rstrip("/")
