"""How long a server asks to be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Until when a limit holds, as the networks name it: X and GitHub (epoch), Mastodon (ISO 8601), Reddit
# (seconds from now); Bluesky (epoch).
_RESETS = ("x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")
_EPOCH_FROM = 1e8  # a smaller number is seconds from now
_LONGEST = timedelta(days=366)


def asked_wait(headers: Mapping[str, str], *, now: datetime, resets: bool) -> timedelta | None:
    """How long to wait from ``now`` (aware); None if ``headers`` (any case) do not say.

    ``resets``: whether a limit was hit; many servers tell with every answer when theirs begins anew.
    Moments are compared with the server's own ``Date``, where it sends one: clocks differ.
    """
    told = {name.lower(): value.strip() for name, value in headers.items()}
    reference = _moment(told.get("date", "")) or now
    for name in ("retry-after", *(_RESETS if resets else ())):
        wait = _wait(told.get(name, ""), reference)
        if wait is not None:
            return min(max(wait, timedelta()), _LONGEST)
    return None


def _wait(text: str, now: datetime) -> timedelta | None:
    try:
        number = float(text)
    except ValueError:
        at = _moment(text)
        return None if at is None else at - now
    try:
        return timedelta(seconds=number - now.timestamp() if number > _EPOCH_FROM else number)
    except (OverflowError, ValueError):  # beyond a calendar, or "nan"
        return None


def _moment(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = parse(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None
