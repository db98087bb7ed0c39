"""Stories as a table for a terminal or a pipe."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dawnchorus.model import Window
from dawnchorus.pipeline.group import Grouped
from dawnchorus.publish.escape import plain

_BARS = "▁▂▃▄▅▆▇█"
_WIDE = 120  # columns from which there is room for words and longer curves
_LINES = 2  # of a headline
_STYLES = {"new": "green", "update": "yellow", "repeat": "dim"}


def console() -> tuple[Console, io.StringIO]:
    """A console that writes to the text beside it, as wide and colourful as standard output is."""
    real, text = Console(), io.StringIO()
    return (
        Console(
            file=text,
            width=real.width,
            force_terminal=real.is_terminal,
            color_system="auto" if real.is_terminal else None,
            highlight=False,
            legacy_windows=False,
        ),
        text,
    )


def story_table(grouped: Grouped, *, tz: str, first: date | None, last: date | None, top: int) -> str:
    """The stories of ``grouped``, best first, the first ``top`` of them (0: all)."""
    shown, text = console()
    wide = shown.width >= _WIDE
    zone = ZoneInfo(tz)
    said = {post: (words, at, day) for post, words, at, day in grouped.texts.iter_rows()}
    start, end = _span([at for _, at, _ in said.values() if at is not None], tz=tz, first=first, last=last)
    bins = 24 if wide else 10
    until = end - timedelta(seconds=1)
    when = f"{start.astimezone(zone):%m-%d %H:%M} – {until.astimezone(zone):%m-%d %H:%M}" if wide else "when"
    columns = (("#", 4), ("story", 0), ("authors" if wide else "by", 7 if wide else 5), ("posts", 6),
               ("first seen", 16 if wide else 11), (when, max(bins, len(when))), ("", 6))  # fmt: skip
    room = max(shown.width - sum(width + 1 for _, width in columns) + 1, 20)
    table = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    for name, width in columns:
        right = name in ("#", "authors", "by", "posts")
        table.add_column(
            name, width=width or room, no_wrap=name != "story", justify="right" if right else "left"
        )
    rows = grouped.stories.head(top) if top else grouped.stories
    for rank, story in enumerate(rows.iter_rows(named=True), start=1):
        headline = _lines(plain(said[story["head"]][0] or "") or "(no words)", shown, room)
        if wide and story["terms"]:
            words = _cut(", ".join(plain(term) for term in story["terms"][:6]), room)
            headline.append(f"\n{words}", style="dim")
        members = [said[post] for post in story["posts"]]
        table.add_row(
            str(rank),
            headline,
            str(story["author_count"]),
            str(story["post_count"]),
            _first_seen(story, [day for _, _, day in members if day], zone=zone, wide=wide),
            sparkline([at for _, at, _ in members if at is not None], start=start, end=end, bins=bins),
            Text(story["status"], style=_STYLES.get(story["status"], "")),
        )
    shown.print(table)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def sparkline(times: Sequence[datetime], *, start: datetime, end: datetime, bins: int) -> str:
    """How many of ``times`` fall into each of ``bins`` equal parts of a span; a blank for none."""
    width = max((end - start).total_seconds(), 1.0)
    counts = np.zeros(bins, np.int64)
    for at in times:
        place = int((at - start).total_seconds() / width * bins)
        if 0 <= place < bins or at == end:
            counts[min(place, bins - 1)] += 1
    most = int(counts.max(initial=0))
    return "".join(_BARS[(len(_BARS) * int(n) - 1) // most] if n else " " for n in counts)


def _span(
    times: Sequence[datetime], *, tz: str, first: date | None, last: date | None
) -> tuple[datetime, datetime]:
    if first is not None and last is not None:
        window = Window(first=first, last=last, tz=tz)
        return window.start.astimezone(UTC), window.end.astimezone(UTC)
    if not times:
        return datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC)
    return min(times), max(*times, min(times) + timedelta(seconds=1))


def _first_seen(story: Mapping[str, Any], days: Sequence[date], *, zone: ZoneInfo, wide: bool) -> str:
    """The day an earlier edition first told it, else the time or day of the earliest post."""
    at = story["first_at"]
    day = story["first_seen"] if story["status"] != "new" else None if at else min(days, default=None)
    if day is not None:
        return f"{day:%Y-%m-%d}" if wide else f"{day:%m-%d}"
    if at is None:
        return ""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M}" if wide else f"{local:%m-%d %H:%M}"


def _lines(words: str, shown: Console, cells: int) -> Text:
    """``words`` in at most two lines of ``cells`` columns."""
    wrapped = [line.plain.rstrip() for line in Text(words).wrap(shown, cells)]
    if len(wrapped) > _LINES:
        # A long word was wrapped whole: of it, too, as much is shown as there is room for.
        wrapped[_LINES - 1 :] = [_cut(f"{wrapped[_LINES - 1]} {wrapped[_LINES]}", cells)]
    return Text("\n".join(wrapped))


def _cut(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` columns of a terminal, where a Chinese character takes two."""
    if cell_len(text) <= cells:
        return text
    return chop_cells(text, cells - 1)[0].rstrip() + "…"
