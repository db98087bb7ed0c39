"""Posts before they have ids, counts and links, and how the ones written by hand are read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from demo.hostile import HOSTILE

HERE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
HEADER = re.compile(
    r"^= (?P<key>\w+) (?P<time>\d\d:\d\d) (?P<handle>\S+)(?: ->(?P<reply>\w+))?(?: q:(?P<quote>\w+))?$"
)


@dataclass(frozen=True, kw_only=True)
class Author:
    """An account on one network, or a feed."""

    handle: str
    network: str
    name: str
    followers: int
    lang: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A post before it has an id, counts and links; other posts are named by key."""

    key: str
    at: datetime
    author: Author
    text: str
    reply: str | None = None
    quote: str | None = None
    repost: str | None = None
    day_only: bool = False
    marks: dict[str, bool] = field(default_factory=dict)


def read_authors() -> dict[str, Author]:
    """Accounts of ``authors.tsv`` by handle."""
    rows = [
        line.split("\t") for line in (HERE / "authors.tsv").read_text("utf-8").splitlines() if line[:1] != "#"
    ]
    return {
        handle: Author(handle=handle, network=network, name=name, followers=int(followers), lang=lang)
        for handle, network, name, followers, lang in rows
    }


def read_day(day: str, authors: dict[str, Author]) -> Iterator[Draft]:
    """Posts of one day's file; a time of 00:00 means that only the day is known."""
    blocks = re.split(r"(?m)^(?== )", (HERE / f"{day}.txt").read_text("utf-8"))
    for block in filter(str.strip, blocks):
        head, _, body = block.partition("\n")
        match = HEADER.match(head)
        if match is None or match["handle"] not in authors:
            raise SystemExit(f"{day}.txt: cannot read {head!r}")
        yield Draft(
            key=match["key"],
            at=local(day, match["time"], key=match["key"]),
            author=authors[match["handle"]],
            text=body.strip(),
            reply=match["reply"],
            quote=match["quote"],
            day_only=match["time"] == "00:00",
            marks={"hand": True},
        )


def hostile_posts() -> Iterator[Draft]:
    """Posts that try to break or bend the report."""
    for number, (day, time, handle, name, network, text) in enumerate(HOSTILE):
        lang = "zh" if network == "weibo" else "en"
        author = Author(handle=handle, network=network, name=name, followers=8, lang=lang)
        key = f"h{number:02}"
        yield Draft(key=key, at=local(day, time, key=key), author=author, text=text, marks={"hostile": True})


def local(day: str, time: str, *, key: str) -> datetime:
    """That minute of that day in the demo's zone; the second comes from the key."""
    second = hashlib.sha256(key.encode()).digest()[8] % 60
    return datetime.fromisoformat(f"{day}T{time}:{second:02}").replace(tzinfo=ZONE)
