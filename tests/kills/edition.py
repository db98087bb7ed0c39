"""The run that is killed: ``dawnchorus report`` in two languages with a model, over a small invented day."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.kills import deaths
from tests.llm.server import ScriptedServer
from tests.llm.whole import TEXTS, TOPIC, posts

CONCURRENCY = 3
RUN_USD, RUN_TOKENS = 1.0, 200_000
NOW = "2026-03-11T06:00:00Z"
LABEL = "town"
_LLM = """
[llm]
model = "scripted-1"
base_url = "{url}"
concurrency = {concurrency}
price_in = 1.0
price_out = 4.0
"""
Files = dict[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Command:
    """One start of the program; see ``run`` for what it tells."""

    arguments: list[str]
    told: str  # file that gets its output
    counts: str = ""  # file that gets how many commits and renames there were
    place: str | None = None  # where it ends itself, see ``deaths``
    after: int = 0
    most_bytes: int = 0  # that a file may grow to; 0: any
    pictures: bool = False  # drawn for real; else as many files of a few bytes, which takes no seconds


def run(given: dict[str, Any]) -> int:
    """The program, in this process; returns its exit code."""
    command = Command(**given)
    handle = os.open(command.told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(handle, 1)
    os.dup2(handle, 2)

    from dawnchorus.cli import main  # noqa: PLC0415
    from dawnchorus.llm.rounds import AskedInRounds  # noqa: PLC0415
    from dawnchorus.pipeline import edition  # noqa: PLC0415

    AskedInRounds.__init__.__kwdefaults__["sleep"] = lambda seconds: None
    if not command.pictures:
        edition.pictures = _sketches
    if command.most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (command.most_bytes, command.most_bytes))
    found = deaths.count() if command.counts else {}
    deaths.prepare(command.place, command.after)
    code = 0
    try:
        main(command.arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    if command.counts:
        Path(command.counts).write_text(json.dumps(found))
    return code


def _sketches(report: Any, kept: Any, *, seed: int) -> Files:
    names = (f"wordcloud_{report.slug}.jpg", "posts_per_hour.svg", "stories_over_time.svg")
    return {name: f"{name} {report.headline} {kept.height} {seed}".encode() for name in names}


class Place:
    """A folder with posts, topic, site and archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site, self.data = folder / "site", folder / "data"
        self.posts, self.topic = folder / "posts.jsonl", folder / "town.toml"

    def lay_out(self, server: ScriptedServer, *, texts: tuple[str, ...] = TEXTS, **llm: Any) -> None:
        """Posts and topic, to begin with or in the place of others."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(post, ensure_ascii=False) + "\n" for post in posts(texts)]
        self.posts.write_text("".join(lines), encoding="utf-8")
        settings = _LLM.format(url=server.base_url, concurrency=CONCURRENCY)
        caps: Mapping[str, Any] = {"run_usd": RUN_USD, "run_tokens": RUN_TOKENS, "day_usd": 100.0} | llm
        settings += "".join(f"{name} = {json.dumps(value)}\n" for name, value in caps.items())
        head, theme, rest = TOPIC.partition("[names]")
        self.topic.write_text(head + theme + rest + settings, encoding="utf-8")

    def copy_to(self, other: Path) -> Place:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(other)
        shutil.copytree(self.folder, other)
        return Place(other)

    def arguments(self, *more: str) -> list[str]:
        given = ["report", "posts.jsonl", "--topic", "town.toml", "--from", "2026-03-10", "--writer", "llm"]
        given[1], given[3] = str(self.posts), str(self.topic)
        where = ["--out", str(self.site), "--data", str(self.data), "--now", NOW]
        return [*given, "--lang", "zh", "--lang", "en", *where, *more]

    def command(self, *more: str, **options: Any) -> dict[str, Any]:
        return asdict(Command(arguments=self.arguments(*more), told=str(self.folder / "told.txt"), **options))

    @property
    def told(self) -> str:
        return (self.folder / "told.txt").read_text(encoding="utf-8")

    def files(self) -> Files:
        """The site as readers get it: all files but locks and what is hidden."""
        return {
            str(path.relative_to(self.site)): path.read_bytes()
            for path in sorted(self.site.rglob("*"))
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(self.site).parts)
        }
