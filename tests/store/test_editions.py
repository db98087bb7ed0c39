from datetime import date

import polars as pl
import pytest

from dawnchorus.model import Window
from dawnchorus.store.editions import earlier_editions, save_edition
from dawnchorus.tables import THREADS, conform


def save(data, day: int, *, threads: tuple[str, ...] = (), kept: int = 1, label: str = "kites"):
    when = date(2026, 3, day)
    frame = conform(
        pl.DataFrame({"thread": list(threads), "story": list(threads), "day": [when] * len(threads)}), THREADS
    )
    return save_edition(
        data,
        slug=f"{label}_{when:%Y%m%d}_{when:%Y%m%d}",
        label=label,
        window=Window(first=when, last=when, tz="UTC"),
        threads=frame,
        counts={"kept": kept, "story:风筝": 2},
    )


def test_only_earlier_editions_of_the_label_are_given_oldest_first(tmp_path):
    for day in (12, 10, 11):
        save(tmp_path, day, threads=("b", "a"), kept=day)
    save(tmp_path, 9, label="other")
    earlier = earlier_editions(tmp_path, label="kites", before=date(2026, 3, 12))
    assert [edition.slug for edition in earlier.editions] == [
        "kites_20260310_20260310",
        "kites_20260311_20260311",
    ]
    assert earlier.editions[0].last == date(2026, 3, 10)
    assert earlier.counts["kites_20260311_20260311"] == {"kept": 11, "story:风筝": 2}
    assert earlier.threads.schema == THREADS
    assert earlier.threads["thread"].to_list() == ["a", "b", "a", "b"]


def test_editions_can_be_bounded_in_the_past(tmp_path):
    for day in (1, 5, 9):
        save(tmp_path, day)
    earlier = earlier_editions(tmp_path, label="kites", before=date(2026, 3, 12), since=date(2026, 3, 5))
    assert [edition.last.day for edition in earlier.editions] == [5, 9]


def test_the_first_edition_has_nothing_before_it(tmp_path):
    earlier = earlier_editions(tmp_path, label="kites", before=date(2026, 3, 10))
    assert (earlier.editions, earlier.counts, earlier.threads.height) == ((), {}, 0)
    assert earlier.threads.schema == THREADS


def test_an_edition_made_again_replaces_the_one_before_with_the_same_bytes(tmp_path):
    path = save(tmp_path, 10, threads=("a", "b"))
    first = path.read_bytes()
    assert save(tmp_path, 10, threads=("b", "a")) == path
    assert path.read_bytes() == first
    save(tmp_path, 10, threads=("c",), kept=7)
    earlier = earlier_editions(tmp_path, label="kites", before=date(2026, 3, 11))
    assert earlier.threads["thread"].to_list() == ["c"]
    assert earlier.counts["kites_20260310_20260310"]["kept"] == 7


def test_a_kill_leaves_the_edition_as_it_was(tmp_path, killed_at_rename):
    save(tmp_path, 10, threads=("a",), kept=1)
    with pytest.raises(killed_at_rename()):
        save(tmp_path, 10, threads=("b",), kept=2)
    earlier = earlier_editions(tmp_path, label="kites", before=date(2026, 3, 11))
    assert earlier.threads["thread"].to_list() == ["a"]
    assert earlier.counts["kites_20260310_20260310"]["kept"] == 1


@pytest.mark.parametrize("damage", ["cut", "foreign"])
def test_a_file_that_cannot_be_read_is_told_and_costs_only_itself(tmp_path, damage):
    save(tmp_path, 10, threads=("a",))
    path = save(tmp_path, 11, threads=("b",))
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:50])
    else:
        pl.DataFrame({"a": [1]}).write_parquet(path)
    earlier = earlier_editions(tmp_path, label="kites", before=date(2026, 3, 12))
    assert earlier.threads["thread"].to_list() == ["a"]
    assert [line.partition(": ")[0] for line in earlier.unreadable] == [str(path)]
