"""Posts by the hour that clocks of the window's zone show, also where they are changed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import cast

import polars as pl

from dawnchorus.model import Window
from dawnchorus.posts.window import is_late


def hourly(kept: pl.DataFrame, window: Window) -> tuple[tuple[str, int], ...]:
    """Posts by hour of the window in its own zone, hours without posts included.

    None if no time is known; late posts are not of the window.
    """
    times = kept.filter(~is_late(window))["created_at"].drop_nulls()
    counts = Counter(hours_of(times, window.tz))
    if not counts:
        return ()
    first, last = cast("tuple[datetime, datetime]", (times.min(), times.max()))
    # Where clocks change, an hour can be half as long or come twice: quarters of an hour miss none.
    quarters = pl.datetime_range(
        first - timedelta(minutes=first.minute % 15), last, "15m", time_zone="UTC", eager=True
    )
    steps = pl.concat([quarters.cast(times.dtype).filter(quarters >= first), times]).unique().sort()
    every = dict.fromkeys(hours_of(steps, window.tz))
    return tuple((hour, counts.get(hour, 0)) for hour in every)


def hours_of(times: pl.Series, tz: str) -> list[str]:
    """The hour of each time on the clocks of ``tz``, with its offset: "2025-11-21T09:00+08:00"."""
    return times.dt.convert_time_zone(tz).dt.strftime("%Y-%m-%dT%H:00%:z").to_list()
