"""Files that run a topic every day: a systemd timer, a line for cron, a GitHub workflow."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

# Where each template goes. The workflow lies in a plain folder in the package: tools heed ".github".
_PLACES: Final = {
    "daily.yml": ".github/workflows/daily.yml",
    "dawnchorus.service": "deploy/dawnchorus.service",
    "dawnchorus.timer": "deploy/dawnchorus.timer",
    "crontab": "deploy/crontab",
    "requirements.txt": "deploy/requirements.txt",
}
_TOKEN: Final = re.compile(r"@([A-Z]+)@")
_AFTER_MINUTES: Final = 7  # GitHub is latest at the full and half hour


def deployment(
    folder: Path,
    *,
    label: str,
    topic_file: str,
    at: str,
    tz: str,
    keys: Sequence[str],
    extras: str,
    version: str,
    python: str,
    user: str,
    today: date,
) -> dict[str, bytes]:
    """The files, by their path under ``folder``.

    Args:
        folder: Of the site, absolute; the timer and cron run there.
        label: Of the topic.
        topic_file: Name of the topic file in ``folder``.
        at: Cut-off and time of the day: "15:30", or "24:00" for the whole day.
        tz: Zone of ``at``.
        keys: Environment variables with keys, which the workflow takes from secrets.
        extras: Of dawnchorus that the topic needs: "[llm]", or none.
        version: Of dawnchorus, which the workflow installs.
        python: The interpreter that has dawnchorus, absolute.
        user: Whose rights the timer's runs have.
        today: From which day on the clocks' changes count.
    """
    clock = "00:00" if at == "24:00" else at
    values = {
        "AT": at,
        "CLOCK": clock,
        "CRON": utc_cron(time.fromisoformat(clock), tz=tz, today=today),
        "EVERY": f"day@{at}",
        "EXTRAS": extras,
        "FOLDER": _unit_word(str(folder)),
        "KEYS": "\n".join(f"          {key}: ${{{{ secrets.{key} }}}}" for key in keys),
        "LABEL": label,
        "MINUTE": str((int(clock[3:]) + 1) % 60),
        "NAMES": " ".join(keys),
        "PLAINFOLDER": str(folder).replace("%", "%%"),  # systemd takes no quotes there
        "PROGRAM": _unit_word(python),
        "SHELLFOLDER": _cron_word(str(folder)),
        "SHELLPROGRAM": _cron_word(python),
        "TOPIC": topic_file,
        "UNTIL": "" if at == "24:00" else f" --until {at}",
        "USER": user,
        "VERSION": version,
        "ZONE": tz,
    }
    templates = files("dawnchorus.publish").joinpath("deploy")
    return {
        place: _TOKEN.sub(
            lambda found: values[found[1]], templates.joinpath(name).read_text(encoding="utf-8")
        ).encode()
        for name, place in _PLACES.items()
    }


def utc_cron(at: time, *, tz: str, today: date) -> str:
    """A line of cron in UTC that never fires before ``at`` in ``tz``, whatever the clocks do in the year."""
    zone = ZoneInfo(tz)
    moments = (
        datetime.combine(today + timedelta(days=day), at, tzinfo=zone).astimezone(UTC) - _midnight(today, day)
        for day in range(366)
    )
    late = datetime.min + timedelta(days=2) + max(moments) + timedelta(minutes=_AFTER_MINUTES)
    return f"{late.minute} {late.hour} * * *"


def _midnight(today: date, day: int) -> datetime:
    return datetime.combine(today + timedelta(days=day), time(), tzinfo=UTC)


def _unit_word(path: str) -> str:
    """A path as one word of a systemd unit; a plain one stays plain."""
    plain = path.replace("%", "%%")
    if re.fullmatch(r"[\w./%+-]+", plain):
        return plain
    quoted = plain.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{quoted}"'


def _cron_word(path: str) -> str:
    """A path as one word of a shell command in a crontab, where "%" ends the line."""
    return shlex.quote(path).replace("%", "\\%")
