"""A run that is killed before any of its renames leaves no half edition, and the next run ends the same."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dawnchorus.model import Window
from dawnchorus.pipeline.edition import make_edition
from dawnchorus.pipeline.job import Job
from dawnchorus.settings import parse_topic
from dawnchorus.store.editions import earlier_editions
from dawnchorus.store.manifest import is_whole

DAY = date(2026, 3, 10)
SLUG = "kites_20260310_20260310"
TOPIC = 'names = { en = "Kites" }\nquery = "kite OR kites OR 风筝"'
TEXTS = (
    "Lumenfold opened its kite factory in Varn today: 240 jobs, 3 shifts.",
    "The Lumenfold kite factory in Varn brings 240 jobs, says the council.",
    "流明折叠的风筝工厂今天在瓦恩开工，首批招240人。",
    "I think kites are overpriced this spring.",
    "Wind warning for the coast: keep your kite at home.",
)


class Quiet:
    def step(self, name: str) -> None: ...
    def note(self, line: str) -> None: ...
    def doing(self, line: str) -> None: ...


@pytest.fixture
def job(tmp_path):
    posts = tmp_path / "posts.jsonl"
    rows = (
        {
            "id": f"t:{number}",
            "source": "x" if number % 2 else "mastodon",
            "author": f"author{number}",
            "text": text,
            "created_at": f"2026-03-10T0{number}:00:00Z",
        }
        for number, text in enumerate(TEXTS)
    )
    posts.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")

    def make(out: Path) -> Job:
        topic = parse_topic(TOPIC, file="kites.toml", id="kites")
        return Job(
            inputs=(str(posts),),
            topic=topic,
            label="kites",
            window=Window(first=DAY, last=DAY, tz="UTC"),
            languages=("en",),
            out=out,
            data=out / ".dawnchorus",
            now=datetime(2026, 3, 11, tzinfo=UTC),
            writer=topic.writer,
            publishers=topic.publishers,
        )

    return make


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but the ledger, which tells of each run, and the locks."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "ledger" not in path.name and not path.name.endswith("lock")
    }


def test_a_run_killed_at_any_rename_is_ended_by_the_next(job, tmp_path, killed_at_rename, monkeypatch):
    renames = []
    rename = os.replace
    with monkeypatch.context() as counting:
        counting.setattr(
            os, "replace", lambda *paths, **folders: (renames.append(paths), rename(*paths, **folders))
        )
        make_edition(job(tmp_path / "whole"), tell=Quiet())
    expected = tree(tmp_path / "whole")
    assert is_whole(tmp_path / "whole" / SLUG)
    for number in (len(renames) // 2, len(renames) - 1, len(renames)):
        out = tmp_path / f"killed{number}"
        with pytest.raises(killed_at_rename(number)):
            make_edition(job(out), tell=Quiet())
        monkeypatch.undo()
        make_edition(job(out), tell=Quiet())
        assert tree(out) == expected, (
            f"killed before rename {number} of {len(renames)}: {renames[number - 1][1]}"
        )
        left = earlier_editions(out / ".dawnchorus", label="kites", before=date(2026, 3, 11))
        assert [edition.slug for edition in left.editions] == [SLUG]
