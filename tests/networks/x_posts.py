"""A day on X for tests: when it is, invented posts, and the source that reads them."""

from __future__ import annotations

from datetime import timedelta

from dawnchorus.sources.networks.x import X

from .fake_x import snowflake
from .server import at, offer

NOW = at("2026-03-10 12:00")
START = at("2026-03-10 00:00")
TOKEN = {"X_BEARER_TOKEN": "a-bearer-token"}


def posts(number, *, first="2026-03-10 06:00", minutes=1, text="kites fly", **more):
    """Posts a minute apart with the ids X would give them."""
    made = []
    for i in range(number):
        when = at(first) + timedelta(minutes=minutes * i)
        made.append(
            offer(
                snowflake(when, low=i + 1000 * len(text)),
                f"{when:%Y-%m-%d %H:%M}",
                text=f"{text} {i}",
                author=f"ada{i % 7}",
                **more,
            )
        )
    return made


def x(server, **options):
    return X(
        base_url=server.url, **{"queries": ["kites"], "usd_per_run": 100, "usd_per_month": 1000, **options}
    )
