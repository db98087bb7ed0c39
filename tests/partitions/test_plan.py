"""Posts in partitions give the tables that posts in one piece give."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor as _Pool
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from dawnchorus.cli import main
from dawnchorus.errors import InputError, UsageError
from dawnchorus.pipeline.assign import assign_posts
from dawnchorus.pipeline.executors.local import LocalExecutor
from dawnchorus.pipeline.executors.ray import RayExecutor
from dawnchorus.pipeline.group import Asked
from dawnchorus.pipeline.partitions import nearing, reading, weighing
from dawnchorus.pipeline.partitions.plan import assign_in_parts
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.settings import load_topic
from dawnchorus.stories import cluster, compiled

WORDS = ("harbour", "turbine", "strike", "minister", "vaccine", "orbit", "lithium", "ferry", "verdict")
PLACES = ("Halden", "Ostrava", "横浜", "台北", "Leuven", "Nairobi", "Turku", "蔚山")
ACROSS = (
    "Velmora and Kestrel unveil a turbine at Halden, $VLMR up",
    "澜港：Velmora 与 Kestrel 今日发布新型涡轮机，股价大涨 $VLMR",
    "ベルモラ、Kestrel と新型タービンを発表 $VLMR",
)


class Heard:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def step(self, name: str) -> None: ...

    def note(self, line: str) -> None:
        self.notes.append(line)

    def doing(self, line: str) -> None: ...


def lines(start: datetime) -> list[dict[str, Any]]:
    """Posts of five days: stories, copies, reposts, versions of one id; some with a day only, or no time."""
    rng = np.random.default_rng(6)
    rows: list[dict[str, Any]] = []
    for number in range(420):
        event = int(rng.integers(40))
        about = [WORDS[event % 9], PLACES[event % 8], f"Q{event}", str(1000 + event)]
        words = [
            *about,
            f"Zork{event}",
            f"Mell{event}",
            *(f"w{int(one)}" for one in rng.integers(300, size=4)),
        ]
        at = start + timedelta(minutes=int(rng.integers(5 * 24 * 60)))
        row: dict[str, Any] = {"id": f"x:{number:04}", "source": "x", "author": f"a{number % 50}"}
        row |= {"text": " ".join(rng.permutation(words)), "created_at": at.isoformat()}
        if number % 17 == 0:
            row["created_at"] = at.date().isoformat()
        elif number % 41 == 0:
            del row["created_at"]
        if number % 6 == 5:
            row["text"] = rows[-int(rng.integers(1, 5))]["text"] + (" now" if number % 4 else "")
        if number % 13 == 12:
            row["repost_of"] = f"x:{int(rng.integers(500)):04}"
        if number % 29 == 28:
            row["id"] = rows[-1]["id"]
        if number % 31 == 30:
            row["text"] = "\u200b"
        if number % 37 == 36:
            row["text"] = ACROSS[number % 3]
        rows.append(row)
    return rows


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    rows = lines(datetime(2026, 3, 10, tzinfo=UTC))
    names = []
    for place, part in enumerate((rows[:50], rows[50:330], rows[330:])):
        path = tmp_path / f"{place}.jsonl"
        path.write_text(
            "".join(json.dumps(row) + "\n" for row in part)
            + '{"id": "x:bad", "text": "Ferry", "created_at": "soon"}\n'
        )
        names.append(str(path))
    return names


def parted(inputs: Sequence[str], folder: Path, partitions: int) -> pl.DataFrame:
    shelf = Shelf(str(folder / f"parts{partitions}"))
    asked = Asked(inputs=inputs)
    return pl.concat(
        assign_in_parts(asked, executor=LocalExecutor(), shelf=shelf, partitions=partitions, tell=Heard())
    )


def test_any_number_of_partitions_gives_the_tables_of_one_piece(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for module in (cluster, weighing, nearing):
        monkeypatch.setattr(module, "POSTINGS", 5)  # so that even few posts have more
    for module in (cluster, nearing):
        monkeypatch.setattr(module, "READS", 20)
    monkeypatch.setattr(reading, "_PIECE", 100)
    whole = assign_posts(Asked(inputs=files), tell=Heard())
    assert whole["story"].drop_nulls().n_unique() > 10
    assert whole["duplicate_of"].drop_nulls().len() > 30
    assert {"no text", "bad time"} <= set(whole["dropped"].drop_nulls())
    for partitions in (1, 3, 7):
        assert parted(files, tmp_path, partitions).equals(whole), partitions


def test_posts_of_one_moment_and_posts_without_any_time_are_in_one_slice(tmp_path: Path):
    rows = lines(datetime(2026, 3, 10, tzinfo=UTC))[:120]
    for name, time in (("moment", "2026-03-10T00:00:00Z"), ("never", None)):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps({**row, "created_at": time}) + "\n" for row in rows))
        whole = assign_posts(Asked(inputs=[str(path)]), tell=Heard())
        assert parted([str(path)], tmp_path / name, 3).equals(whole)


def test_a_lone_post_and_posts_that_are_all_the_same(tmp_path: Path):
    for name, count in (("one", 1), ("same", 300)):
        text = "Harbour on fire in Halden, six boats lost"
        rows = [{"id": f"x:{n}", "text": text, "created_at": f"2026-03-1{n % 5}"} for n in range(count)]
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        whole = assign_posts(Asked(inputs=[str(path)]), tell=Heard())
        assert parted([str(path)], tmp_path / name, 4).equals(whole)


def test_what_is_no_post_is_told_in_a_line(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"id": "x:1", "text": "\u200b", "created_at": "2026-03-10"}\n')
    with pytest.raises(InputError, match="no post is left"):
        parted([str(tmp_path / "a.jsonl")], tmp_path, 2)
    with pytest.raises(InputError, match="no such file"):
        parted([str(tmp_path / "b.jsonl")], tmp_path, 2)


def test_days_are_not_cut_out_in_partitions(files: list[str], tmp_path: Path):
    asked = Asked(inputs=files, first=datetime(2026, 3, 10, tzinfo=UTC).date())
    with pytest.raises(UsageError, match="--from"):
        list(
            assign_in_parts(
                asked, executor=LocalExecutor(), shelf=Shelf(str(tmp_path)), partitions=2, tell=Heard()
            )
        )


def test_a_topic_leaves_out_the_same_posts_and_its_query_can_be_sent_to_workers(
    files: list[str], tmp_path: Path
):
    topic = tmp_path / "t.toml"
    topic.write_text('label = "t"\ntz = "UTC"\nquery = "turbine OR 横浜 OR Zork7"\n[names]\nen = "T"\n')
    asked = Asked(inputs=files, topic=load_topic(str(topic)))
    whole = assign_posts(asked, tell=Heard())
    assert "off topic" in set(whole["dropped"])
    found = assign_in_parts(
        asked, executor=Pickling(), shelf=Shelf(str(tmp_path / "p")), partitions=3, tell=Heard()
    )
    assert pl.concat(found).equals(whole)


class Pickling(LocalExecutor):
    """Sends what it runs and what comes of it through pickle, as executors on other machines do."""

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        sent, work = pickle.dumps(function), [pickle.dumps(item) for item in items]
        assert len(sent) + sum(map(len, work)) < 100_000  # no posts
        found = [pickle.loads(sent)(pickle.loads(item)) for item in work]
        return [pickle.loads(pickle.dumps(one)) for one in found]


def test_ray_is_an_extra_and_only_asked_for_by_name(monkeypatch: pytest.MonkeyPatch):
    code = "import sys, dawnchorus.cli.stories, dawnchorus.pipeline.partitions.running, dawnchorus.pipeline.partitions.plan; print('ray' in sys.modules, 'fsspec' in sys.modules)"  # noqa: E501
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"dawnchorus\[ray\]"):
        RayExecutor()


class OneMachine:
    """As much of Ray as the executor uses, on two machines of which one has processors."""

    exceptions = SimpleNamespace(RayTaskError=RuntimeError, RayError=RuntimeError)

    def __init__(self) -> None:
        self.asked: list[float] = []

    def init(self, **options: Any) -> None: ...

    def shutdown(self) -> None: ...

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "Resources": {}}, {"Alive": True, "Resources": {"CPU": 16.0}}]

    def put(self, value: Any) -> Any:
        return value

    def get(self, values: list[Any]) -> list[Any]:
        return values

    def remote(self, *, num_cpus: float, max_retries: int) -> Callable[[Any], Any]:
        assert max_retries > 0
        self.asked.append(num_cpus)
        return lambda run: SimpleNamespace(remote=run)


def test_a_task_that_is_alone_gets_all_processors_of_a_machine(monkeypatch: pytest.MonkeyPatch):
    ray = OneMachine()
    monkeypatch.setitem(sys.modules, "ray", ray)
    with RayExecutor("auto") as executor:
        assert executor.map(str, iter([7])) == ["7"]
        assert executor.map(str, [7, 8, 9]) == ["7", "8", "9"]
    assert ray.asked == [16.0, 1]


def test_kernels_keep_to_the_processors_that_a_task_was_given(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(compiled.os, "cpu_count", lambda: 8)
    seen: set[int] = set()
    monkeypatch.setattr(compiled, "ThreadPoolExecutor", lambda threads: seen.add(threads) or _Pool(threads))
    for given in ("3", "", "0", "64"):
        monkeypatch.setenv("OMP_NUM_THREADS", given)
        compiled.over_all([lambda: 1] * 100)
    assert seen == {3, 8}


def test_a_table_is_there_in_full_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shelf = Shelf(str(tmp_path))
    shelf.write("a/b", {"n": np.arange(3)})

    def killed(frame: pl.DataFrame, path: Path, **_: Any) -> None:
        Path(path).write_bytes(b"PAR1")
        raise KeyboardInterrupt

    monkeypatch.setattr(pl.DataFrame, "write_parquet", killed)
    with pytest.raises(KeyboardInterrupt):
        shelf.write("a/b", {"n": np.arange(5)})
    assert shelf.column("a/b", "n").tolist() == [0, 1, 2]


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_the_command_prints_the_same_lines_in_partitions(files: list[str], capfdbinary: Any):
    assert run("stories", *files, "--json", "-q") == 0
    whole = capfdbinary.readouterr().out
    assert run("stories", *files, "--json", "-q", "--partitions", "3") == 0
    assert capfdbinary.readouterr().out == whole
    assert whole.count(b"\n") > 400


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--partitions", "2"], b"--json"),
        (["--json", "--ray-address", "auto"], b"--executor ray"),
        (["--json", "--executor", "ray", "--ray-address", "auto"], b"--scratch"),
        (["--json", "--partitions", "2", "--from", "2026-03-10"], b"--from"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    files: list[str], capfdbinary: Any, options: list[str], told: bytes
):
    assert run("stories", *files, *options) == 2
    assert told in capfdbinary.readouterr().err
