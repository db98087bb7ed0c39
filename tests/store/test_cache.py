import errno
import os

import polars as pl
import pytest

from dawnchorus.store.cache import StageCache

FRAME = pl.DataFrame({"id": ["a", "风"], "n": [1, None], "l": [["x"], []]})


class Counted:
    """A stage that counts how often it ran."""

    def __init__(self, value: object) -> None:
        self.value = value
        self.runs = 0

    def __call__(self) -> object:
        self.runs += 1
        return self.value


def same(one: object, other: object) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, pl.DataFrame) and isinstance(other, pl.DataFrame):
        return one.equals(other) and one.schema == other.schema
    return one == other


@pytest.mark.parametrize("value", [FRAME, {"a": [1, "风", None]}, (FRAME, {"n": 1}, FRAME[:0]), 3])
def test_a_result_is_made_once_and_comes_back_the_same(tmp_path, value):
    uses = []
    cache = StageCache(tmp_path, told=lambda stage, digest, use: uses.append((stage, digest, use)))
    make = Counted(value)
    first = cache.cached("clean", "d1", make)
    second = cache.cached("clean", "d1", make)
    assert make.runs == 1
    assert same(first, value)
    assert same(second, value)
    assert uses == [("clean", "d1", "made"), ("clean", "d1", "reused")]


def test_another_digest_or_stage_is_made_anew(tmp_path):
    cache, make = StageCache(tmp_path), Counted(FRAME)
    for stage, digest in (("clean", "d1"), ("clean", "d2"), ("rank", "d1")):
        cache.cached(stage, digest, make)
    assert make.runs == 3


@pytest.mark.parametrize("file", ["0.arrow", "entry.json"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "removed"])
def test_a_damaged_entry_is_made_anew(tmp_path, file, damage):
    cache, make = StageCache(tmp_path), Counted(FRAME)
    cache.cached("clean", "d1", make)
    path = tmp_path / "clean" / "d1" / file
    data = bytearray(path.read_bytes())
    if damage == "removed":
        path.unlink()
    else:
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data if damage == "flipped" else data[: len(data) // 2])
    assert same(cache.cached("clean", "d1", make), FRAME)
    assert make.runs == 2
    cache.cached("clean", "d1", make)
    assert make.runs == 2


def test_a_kill_while_storing_leaves_no_entry(tmp_path, killed_at_rename, monkeypatch):
    cache, make = StageCache(tmp_path), Counted(FRAME)
    with pytest.raises(killed_at_rename()):
        cache.cached("clean", "d1", make)
    monkeypatch.undo()
    assert list((tmp_path / "clean").iterdir()) == []
    cache.cached("clean", "d1", make)
    assert make.runs == 2


def test_a_full_disk_costs_the_entry_and_not_the_result(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    uses = []
    cache = StageCache(tmp_path, told=lambda stage, digest, use: uses.append(use))
    assert same(cache.cached("clean", "d1", Counted(FRAME)), FRAME)
    assert uses == ["not stored"]
    assert list((tmp_path / "clean").iterdir()) == []


def test_an_error_of_the_stage_is_not_swallowed(tmp_path):
    def make() -> int:
        raise ValueError("of the stage")

    with pytest.raises(ValueError, match="of the stage"):
        StageCache(tmp_path).cached("clean", "d1", make)


def test_pruning_removes_what_was_longest_unused(tmp_path):
    cache, make = StageCache(tmp_path), Counted(FRAME)
    for number, digest in enumerate(("d1", "d2", "d3")):
        cache.cached("clean", digest, make)
        os.utime(tmp_path / "clean" / digest, (number, number))
    cache.cached("clean", "d1", make)
    size = sum(file.stat().st_size for file in (tmp_path / "clean" / "d1").iterdir())
    assert cache.prune(max_bytes=2 * size) == size
    assert sorted(entry.name for entry in (tmp_path / "clean").iterdir()) == ["d1", "d3"]
    assert cache.prune(max_bytes=0) == 2 * size


def test_pruning_removes_what_killed_runs_left_and_nothing_of_living_ones(tmp_path):
    for name in (".d1.999999999", f".d2.{os.getpid()}"):
        (tmp_path / "clean" / name).mkdir(parents=True)
    StageCache(tmp_path).prune(max_bytes=10**9)
    assert [entry.name for entry in (tmp_path / "clean").iterdir()] == [f".d2.{os.getpid()}"]
