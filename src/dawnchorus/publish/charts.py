"""Charts of an edition as SVG: posts per hour, stories over time.

Written by hand rather than by matplotlib: bars and a handful of labels need no more, every colour is a class
that follows light and dark, a name in any script is real text that can be read out, searched and enlarged,
and nothing scans the machine's fonts on first use. The charts bring their own paper, so that they can be read
on a page that does not follow the reader's colour scheme. They carry no ids: two can stand on one page.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import accumulate

from dawnchorus.model import Lang

WIDTH = 520
"""In user units. With letters of 14 units, they are 9 pixels high on a phone of 360."""

MAX_STORIES = 8
_LEFT, _EDGE = 48, 12
_STYLE = (
    ".dc-chart{--paper:#fff;--ink:#24292f;--soft:#59636e;--line:#d8dee4;--bar:#2b7a84;--peak:#a8481a;"
    "font:14px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif;max-width:100%;height:auto}"
    "@media(prefers-color-scheme:dark){.dc-chart{--paper:#161b22;--ink:#e6edf3;--soft:#9da7b1;"
    "--line:#30363d;--bar:#4fb0bb;--peak:#f0935b}}"
    ".dc-chart .paper{fill:var(--paper)}.dc-chart .line{stroke:var(--line)}"
    ".dc-chart .bar{fill:var(--bar)}.dc-chart .peak{fill:var(--peak)}"
    ".dc-chart text{fill:var(--ink)}.dc-chart .soft{fill:var(--soft);font-size:12px}"
    ".dc-chart .end{text-anchor:end}.dc-chart .mid{text-anchor:middle}"
)


def posts_per_hour(hourly: Sequence[tuple[str, int]], *, lang: Lang, title: str, description: str) -> bytes:
    """Bars, one an hour (one a day from ten days on); the highest stands out and carries its number.

    Args:
        hourly: ISO hour in the window's zone and posts, as in ``Report.hourly``, in any order. Hours between
            the first and the last that are missing count as 0.
        lang: Of dates under the axis.
        title: Short name of the picture, read out by screen readers.
        description: What it shows, in a sentence.

    Raises:
        ValueError: There is no hour, one is no ISO time, or all are without posts.
    """
    posts: Counter[datetime] = Counter()
    for hour, count in hourly:
        posts[_wall_clock(hour)] += count
    if not posts.total():
        raise ValueError("a chart of posts per hour needs at least one post")
    if max(posts) - min(posts) >= timedelta(days=10):
        days: Counter[datetime] = Counter()
        for time, count in posts.items():
            days[time.replace(hour=0)] += count
        posts, step = days, timedelta(days=1)
    else:
        step = timedelta(hours=1)
    times = _between(min(posts), max(posts), step)
    counts = [posts[time] for time in times]

    top, floor, most = 26, 190, max(counts)
    body = [_grid_line(value, floor - (floor - top) * value / most) for value in _round_steps(most)]
    body += _bars(counts, most=most, top=top, floor=floor, peak=counts.index(most))
    body.append(_text(_middle(counts.index(most), len(times)), top - 6, f"{most:,}", "mid"))
    body += _time_axis(times, floor, lang)
    return _svg(body, height=floor + 34, title=title, description=description)


def stories_over_time(
    stories: Sequence[tuple[str, Sequence[int]]],
    *,
    times: Sequence[str],
    lang: Lang,
    title: str,
    description: str,
) -> bytes:
    """A row of bars a story, all on one scale, under its name and number of posts; the first eight.

    Args:
        stories: Name, and posts at each of ``times``; in the order to draw.
        times: ISO hours or dates in the window's zone, ascending, evenly spaced.
        lang: Of dates under the axis.
        title: Short name of the picture, read out by screen readers.
        description: What it shows, in a sentence.

    Raises:
        ValueError: There is no story with a post, or a row has not one number for each time.
    """
    drawn = stories[:MAX_STORIES]
    slots = [_wall_clock(time) for time in times]
    if any(len(counts) != len(slots) for _, counts in drawn):
        raise ValueError(f"each story needs {len(slots)} numbers, one for each time")
    most = max((max(counts, default=0) for _, counts in drawn), default=0)
    if not most:
        raise ValueError("a chart of stories over time needs a story with at least one post")

    row, high = 72, 34
    body: list[str] = []
    for i, (name, counts) in enumerate(drawn):
        floor = (i + 1) * row
        body.append(_text(_EDGE, floor - high - 8, _shorten(name)))
        body.append(_text(WIDTH - _EDGE, floor - high - 8, f"{sum(counts):,}", "end"))
        body.append(_line(floor))
        body += _bars(counts, most=most, top=floor - high, floor=floor, left=_EDGE)
    floor = len(drawn) * row
    body += _time_axis(slots, floor, lang, left=_EDGE)
    return _svg(body, height=floor + 34, title=title, description=description)


def _wall_clock(time: str) -> datetime:
    return datetime.fromisoformat(time).replace(minute=0, second=0, microsecond=0, tzinfo=None)


def _between(first: datetime, last: datetime, step: timedelta) -> list[datetime]:
    return [first + step * i for i in range((last - first) // step + 1)]


def _middle(i: int, places: int, left: float = _LEFT) -> float:
    return left + (WIDTH - _EDGE - left) * (i + 0.5) / places


def _bars(
    counts: Sequence[int], *, most: int, top: float, floor: float, left: float = _LEFT, peak: int = -1
) -> list[str]:
    """Bars as one path, which keeps a week of hours small; ``peak`` apart, in its own colour."""
    width = (WIDTH - _EDGE - left) / len(counts)
    gap = min(2.0, width * 0.2)
    paths = {"bar": "", "peak": ""}
    for i, count in enumerate(counts):
        if count:
            high = max(1.0, (floor - top) * count / most)
            start = left + width * i + gap / 2
            kind = "peak" if i == peak else "bar"
            paths[kind] += f"M{_n(start)} {_n(floor)}v{_n(-high)}h{_n(width - gap)}v{_n(high)}z"
    return [f'<path class="{kind}" d="{path}"/>' for kind, path in paths.items() if path]


def _round_steps(most: int) -> list[int]:
    """Two to five round numbers up to ``most``, for lines behind the bars."""
    size = 10 ** (len(str(most)) - 1)
    step = next(s for s in (size // 5, size // 2, size, size * 2, size * 5) if s and most // s <= 5)
    return list(range(step, most + 1, step))


def _grid_line(value: int, y: float) -> str:
    return _line(y, _LEFT) + _text(_LEFT - 6, y + 4, f"{value:,}", "soft end")


def _line(y: float, left: float = _EDGE) -> str:
    return f'<path class="line" d="M{_n(left)} {_n(y)}H{WIDTH - _EDGE}"/>'


def _time_axis(times: Sequence[datetime], floor: float, lang: Lang, left: float = _LEFT) -> list[str]:
    """A line with hours under it where the axis is at most two days long, else dates."""
    hourly = len(times) > 1 and times[1] - times[0] < timedelta(days=1)
    if hourly and times[-1] - times[0] < timedelta(days=2):
        labels = [(i, f"{time:%H:%M}") for i, time in enumerate(times) if time.hour % 6 == 0]
    else:
        days = [i for i, time in enumerate(times) if time.hour == 0] or [0]
        labels = [(i, _short_date(times[i], lang)) for i in days[:: -(-len(days) // 7)]]
    width = (WIDTH - _EDGE - left) / len(times)
    drawn = [_line(floor, left)]
    for i, label in labels or [(0, f"{times[0]:%H:%M}")]:
        # A label stands under the start of its hour, or the middle of its day, and never over the edge.
        x = left + width * (i + (0 if hourly else 0.5))
        drawn.append(_text(min(max(x, _EDGE + 16), WIDTH - _EDGE - 20), floor + 20, label, "soft mid"))
    return drawn


def _short_date(time: datetime, lang: Lang) -> str:
    from babel.dates import format_skeleton  # noqa: PLC0415 - slow to load, and only needed here

    return format_skeleton("MMMd", time, locale=lang)


def _shorten(name: str, room: int = 56) -> str:
    """As much of ``name`` as fits ``room`` narrow letters, Chinese ones counting twice."""
    name = " ".join(name.split())
    widths = accumulate(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in name)
    fitting = sum(width <= room for width in widths)
    return name if fitting == len(name) else name[: fitting - 1].rstrip() + "…"


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{named}>{_escaped(text)}</text>'


def _escaped(text: str) -> str:
    """``text`` for XML: what XML 1.0 cannot hold (control characters, lone surrogates) is left out."""
    return escape("".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs", "Cn")))


def _n(value: float) -> str:
    """A coordinate, to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")


def _svg(body: Sequence[str], *, height: int, title: str, description: str) -> bytes:
    name, told = _escaped(title), _escaped(description)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dc-chart" role="img" aria-label="{name}"'
        f' viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f"<title>{name}</title><desc>{told}</desc><style>{_STYLE}</style>"
        f'<rect class="paper" width="{WIDTH}" height="{height}" rx="8"/>'
    )
    return (head + "".join(body) + "</svg>\n").encode()
