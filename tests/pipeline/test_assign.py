"""The short way from files to the story of each post."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dawnchorus.errors import InputError
from dawnchorus.pipeline.assign import assign_posts
from dawnchorus.pipeline.group import Asked, group_posts

EVENTS = (
    (
        "Velmora unveils the Kestrel turbine at the Halden expo",
        "The Kestrel turbine of Velmora unveiled in Halden",
    ),
    ("澜港三号码头今日停摆，吊机系统瘫痪，货主损失数百万元", "吊机系统瘫痪，澜港三号码头停摆一整天"),
    (
        "Ferry strike ends: Aldora crews accept the offer https://news.example/ferry",
        "Aldora ferry crews accept offer",
    ),
)


class Quiet:
    def step(self, name: str) -> None: ...

    def note(self, line: str) -> None: ...

    def doing(self, line: str) -> None: ...


def rows() -> list[dict[str, Any]]:
    start = datetime(2026, 3, 10, 6, tzinfo=UTC)
    texts = [
        f"{text} #{place}" if place % 2 else text for event in EVENTS for place, text in enumerate(event * 3)
    ]
    texts += ["https://only.example/link", "gm", "👩‍🚀 &amp; more", "RT @a0: " + EVENTS[0][0]]
    return [
        {
            "id": f"x:{number}", "source": "x", "author": f"a{number}", "text": text, "like_count": number,
            "created_at": (start + timedelta(minutes=7 * number)).isoformat(),
            "url": f"https://x.example/a{number}/status/{number}",
        }
        for number, text in enumerate(texts)
    ]  # fmt: skip


def written(path: Path, posts: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(post) + "\n" for post in posts), encoding="utf-8")
    return str(path)


def test_stories_are_those_of_the_long_way(tmp_path: Path):
    asked = Asked(inputs=[written(tmp_path / "posts.jsonl", [*rows(), {"id": "bad", "text": ""}])])
    short = assign_posts(asked, tell=Quiet())
    assert short.equals(group_posts(asked, tell=Quiet()).posts)
    assert short["story"].drop_nulls().n_unique() >= 2
    assert dict(short.select("id", "dropped").iter_rows())["bad"] == "no text"


def test_neither_the_order_of_files_nor_that_of_rows_counts(tmp_path: Path):
    posts = rows()
    posts.append({**posts[0], "like_count": 90, "text": posts[0]["text"] + " in full"})  # a later version
    one, other = written(tmp_path / "a.jsonl", posts[:9]), written(tmp_path / "b.jsonl", posts[9:])
    found = assign_posts(Asked(inputs=[one, other]), tell=Quiet()).sort("id")
    turned = [written(tmp_path / "c.jsonl", posts[::-1])]
    assert assign_posts(Asked(inputs=[other, one]), tell=Quiet()).sort("id").equals(found)
    assert assign_posts(Asked(inputs=turned), tell=Quiet()).sort("id").equals(found)
    assert found["id"].is_unique().all()


def test_posts_without_words_are_no_stories(tmp_path: Path):
    posts = [{**row, "text": "https://t.co/a"} for row in rows()[:3]]
    with pytest.raises(InputError, match="none of 3 posts"):
        assign_posts(Asked(inputs=[written(tmp_path / "posts.jsonl", posts)]), tell=Quiet())
