"""The program as it is called, on invented posts with something wrong in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dawnchorus.cli import main

TEXTS = [
    "Obrel recalls 38,000 V2 vent valves made in November 2025. Free exchange until 30 April.",
    "Recall of 38,000 Obrel V2 vent valves: the seal gets stiff below minus 20, says the letter.",
    "欧布雷尔召回 3.8 万只 V2 泄压阀，2025 年 11 月生产，免费更换至 4 月 30 日。",
    "I think Obrel waited too long: dealers knew about the stiff V2 seal in January. This recall is late.",
    "Swapped 14 V2 valves today, 40 minutes each. Obrel pays for the part of the recall, not the hours.",
    "Anyone got a spare V2 valve in Port Ansel? Asking for a cheese shipment.",
]
TOPIC = """
label = "valves"
languages = ["en", "zh"]
tz = "Asia/Shanghai"
query = "valve OR valves OR recall OR 阀 OR 召回"
[names]
zh = "阀门"
en = "Valves"
"""


def rows(**fields: Any) -> list[dict[str, Any]]:
    """Posts of one day; a field is a value, or a function of the post's number."""
    start = datetime(2026, 3, 10, 2, tzinfo=UTC)
    posts = [
        {
            "id": f"x:{number}",
            "source": "x",
            "author": f"author{number}",
            "text": text,
            "created_at": (start + timedelta(minutes=7 * number)).isoformat(),
            "url": f"https://x.example/author{number}/status/{number}",
        }
        for number, text in enumerate(TEXTS)
    ]
    return [
        post | {name: value(number) if callable(value) else value for name, value in fields.items()}
        for number, post in enumerate(posts)
    ]


class Bench:
    """A folder with a topic, and the program."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "site"
        self.edition = self.out / "valves_20260310_20260310"
        self.topic = folder / "valves.toml"
        self.topic.write_text(TOPIC, encoding="utf-8")

    def run(self, *arguments: object, stdin: bytes = b"") -> Result:
        """Exit code and output; anything but a clean exit is an error of the test."""
        runner = CliRunner()
        with runner.isolation(input=stdin) as streams:
            code = 0
            try:
                main([str(one) for one in arguments])
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0
            out, err = streams[0].getvalue(), streams[1].getvalue()
        return Result(runner, out, err, out + err, None, code, None)

    def report(
        self, posts: list[dict[str, Any]] | bytes | Path | str, *options: object, **given: Any
    ) -> Result:
        """Make the edition of the day of :func:`rows`."""
        if isinstance(posts, list):
            posts = "".join(json.dumps(one) + "\n" for one in posts).encode()
        if isinstance(posts, bytes):
            (self.folder / "posts.jsonl").write_bytes(posts)
            posts = self.folder / "posts.jsonl"
        always = ("--from", "2026-03-10", "--now", "2026-03-20T00:00+08:00", "--out", self.out, "-q")
        return self.run("report", posts, "--topic", self.topic, *always, *options, **given)

    @property
    def made(self) -> dict[str, Any]:
        return json.loads((self.edition / "report.json").read_bytes())

    @property
    def left(self) -> list[str]:
        """Files that readers see."""
        found = (path.relative_to(self.out) for path in self.out.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if ".dawnchorus" not in path.parts)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
