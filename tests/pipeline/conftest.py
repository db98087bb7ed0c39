"""A day of invented posts, and jobs to make editions of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dawnchorus.model import Window
from dawnchorus.pipeline.job import Job
from dawnchorus.settings import parse_topic

DAY = date(2026, 3, 10)
TOPIC = """
label = "valves"
languages = ["zh", "en"]
tz = "Asia/Shanghai"
query = "valve OR valves OR recall OR 阀 OR 召回 OR Obrel OR 欧布雷尔"
[names]
zh = "阀门"
en = "Valves"
[[section.themes]]
id = "recall"
names = { zh = "召回", en = "Recalls" }
query = "recall OR 召回"
"""


class Told:
    """Keeps what the pipeline says."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.notes: list[str] = []
        self.progress: list[str] = []

    def step(self, name: str) -> None:
        self.steps.append(name)

    def note(self, line: str) -> None:
        self.notes.append(line)

    def doing(self, line: str) -> None:
        self.progress.append(line)


@pytest.fixture
def told() -> Told:
    return Told()


def post(number: int, text: str, *, day: date = DAY, **fields: Any) -> dict[str, Any]:
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(minutes=7 * number)
    return {
        "id": f"x:{day:%m%d}{number:03}",
        "source": "x",
        "author": f"author{number}",
        "text": text,
        "created_at": at.isoformat().replace("+00:00", "Z"),
        "url": f"https://x.example/author{number}/status/{day:%m%d}{number:03}",
        "like_count": 10 + number,
    } | fields


def posts_of(day: date = DAY) -> list[dict[str, Any]]:
    texts = [
        "Obrel recalls 38,000 V2 vent valves made in November 2025. Free exchange until 30 April.",
        "Recall of 38,000 Obrel V2 vent valves: the seal gets stiff below minus 20, says the letter.",
        "欧布雷尔召回 3.8 万只 V2 泄压阀，2025 年 11 月生产，免费更换至 4 月 30 日。",
        "V2 召回：我看换了材料再说，换批号没用。欧布雷尔 3.8 万只阀，都是同一种密封圈。",
        "I think Obrel waited too long: dealers knew of the stiff V2 seal in January. A late recall.",
        "Swapped 14 V2 valves today, 40 minutes each. The recall pays for parts, not for the hours.",
        "Ferry to Lowen Bay is late again, 40 minutes.",
        "RT @author0: Obrel recalls 38,000 V2 vent valves made in November 2025. Free exchange "
        "until 30 April.",
        "Obrel shares fell 4% on the recall, analysts at Marrow put the cost at $12 million. #valves",
        "Anyone got a spare V2 valve in Port Ansel? Asking for a cheese shipment.",
    ]
    return [post(number, text, day=day) for number, text in enumerate(texts)]


@pytest.fixture
def write_posts(tmp_path: Path) -> Callable[..., Path]:
    def write(posts: list[dict[str, Any]], name: str = "posts.jsonl") -> Path:
        path = tmp_path / name
        path.write_text(
            "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in posts), encoding="utf-8"
        )
        return path

    return write


@pytest.fixture
def job(tmp_path: Path, write_posts: Callable[..., Path]) -> Callable[..., Job]:
    def make(*paths: Path, **changes: Any) -> Job:
        topic = parse_topic(TOPIC, file="valves.toml", id="valves")
        made = Job(
            inputs=tuple(map(str, paths or (write_posts(posts_of()),))),
            topic=topic,
            label="valves",
            window=Window(first=DAY, last=DAY, tz="Asia/Shanghai"),
            languages=("zh",),
            writer=topic.writer,
            publishers=topic.publishers,
            out=tmp_path / "site",
            data=tmp_path / "data",
            now=datetime(2026, 3, 20, tzinfo=UTC),
        )
        return replace(made, **changes)

    return make
