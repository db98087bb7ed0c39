"""Values no honest platform sends cost at most their row, and never the run."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import polars as pl
import pytest

from dawnchorus.sources.files import read_posts
from dawnchorus.store.archive import add_posts
from dawnchorus.store.archive import read_posts as read_archive
from dawnchorus.tables import POSTS

from .conftest import Bench, rows

COUNTS = ("like_count", "repost_count", "reply_count", "quote_count", "view_count")


def test_counts_beyond_all_platforms_are_unknown(bench: Bench) -> None:
    done = bench.report(rows(**dict.fromkeys(COUNTS, 2**63 - 1)))

    assert done.exit_code == 0, done.stderr


def test_counts_beyond_all_platforms_in_a_table_of_ours_are_unknown(tmp_path: Path) -> None:
    columns = {name: [2**63 - 1, -1, 7] for name in COUNTS} | {"id": ["a", "b", "c"], "text": ["x"] * 3}
    frame = pl.DataFrame(columns).with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in POSTS.items() if name not in columns
    )
    frame.select(POSTS.names()).write_parquet(tmp_path / "p.parquet")

    (batch,) = read_posts([str(tmp_path / "p.parquet")])

    assert [batch.posts[name].to_list() for name in COUNTS] == [[None, None, 7]] * 5


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_time_at_the_end_of_the_calendar_is_a_bad_time(bench: Bench, at: str) -> None:
    done = bench.report(rows(created_at=at))

    assert done.exit_code == 1
    assert "time out of range" in done.stderr
    assert not bench.left


def test_a_time_at_the_end_of_the_calendar_in_a_table_of_ours_costs_its_row(tmp_path: Path) -> None:
    times = pl.Series([10**17, 0], dtype=pl.Int64).cast(pl.Datetime("ms", "UTC"))
    given = {"id": ["a", "b"], "text": ["x", "y"], "created_at": times}
    frame = pl.DataFrame(given).with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in POSTS.items() if name not in given
    )
    frame.select(POSTS.names()).write_parquet(tmp_path / "p.parquet")

    (batch,) = read_posts([str(tmp_path / "p.parquet")])

    assert batch.posts["id"].to_list() == ["b"]
    assert batch.bad["reason"].to_list() == ["bad time"]


@pytest.mark.parametrize("author", ["", "   ", "@", "\u200b", "a\nb", "x" * 300_000, "<b>", "名 字"])
def test_any_author_makes_a_report(bench: Bench, author: str) -> None:
    done = bench.report(rows(author=author, author_name=author))

    assert done.exit_code == 0, done.stderr
    assert bench.made["coverage"]["kept"] == len(rows())


def test_authors_are_one_short_line(tmp_path: Path) -> None:
    given = [" @ann ", "\u202eann\u200b", "a\nb", "@", "é" * 500]
    lines = [json.dumps({"id": str(at), "text": "x", "author": author}) for at, author in enumerate(given)]
    (tmp_path / "p.jsonl").write_text("\n".join(lines), encoding="utf-8")

    authors = [one for batch in read_posts([str(tmp_path / "p.jsonl")]) for one in batch.posts["author"]]

    assert authors == ["ann", "ann", "a b", None, "é" * 200]


@pytest.mark.parametrize("source", ["::", "../../x", "a\nb", "x" * 100_000, "😀" * 90, "~", "."])
def test_any_source_makes_a_report_and_stays_in_the_archive(bench: Bench, source: str) -> None:
    done = bench.report(rows(source=source))

    assert done.exit_code == 0, done.stderr
    archive = bench.out / ".dawnchorus" / "posts"
    assert len(list(archive.glob("source=*/date=*/posts.parquet"))) == 1


def test_sources_with_long_names_keep_apart_in_the_archive(tmp_path: Path) -> None:
    day = {"text": "x", "created_at": "2026-03-10T00:00:00Z"}
    lines = [json.dumps({"id": end, "source": "😀" * 90 + end} | day) for end in "ab"]
    (tmp_path / "p.jsonl").write_text("\n".join(lines), encoding="utf-8")
    posts = pl.concat([batch.posts for batch in read_posts([str(tmp_path / "p.jsonl")])])
    add_posts(tmp_path, posts)
    start = posts["created_at"][0]

    found = read_archive(tmp_path, start=start, end=start.replace(day=11), sources=["😀" * 90 + "b"])

    assert found["id"].to_list() == ["b"]


def test_a_picture_with_line_breaks_in_a_folder_of_posts_is_left_out(bench: Bench) -> None:
    folder = bench.folder / "in"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"\x89PNG\r\x1a\n" + b"id,\r,text" * 50)
    (folder / "b.jsonl").write_text("\n".join(map(json.dumps, rows())), encoding="utf-8")

    done = bench.report(folder)

    assert done.exit_code == 0, done.stderr
    assert "a.png: not posts, left out" in done.stderr


def test_a_socket_is_no_input(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bench.folder)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("sock")
        done = bench.report("sock")

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: sock: cannot be read")


def test_bad_lines_of_standard_input_are_told_the_same_way_each_time(bench: Bench) -> None:
    posts = "\n".join([*map(json.dumps, rows()), "{half"]).encode()

    done = bench.report("-", stdin=posts)

    assert done.exit_code == 0, done.stderr
    assert "standard input:7: not JSON" in (bench.edition / "dropped.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options",
    [
        ("--from", "0001-01-01"),
        ("--to", "9999-12-31"),
        ("--now", "9999-12-31T23:59Z"),
        ("--tz", ""),
        ("--label", ""),
    ],
)
def test_days_and_names_that_cannot_be_are_wrong_use(bench: Bench, options: tuple[str, str]) -> None:
    done = bench.report(rows(), *options)

    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


def test_posts_that_change_while_they_are_read_give_no_edition(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dawnchorus.pipeline import edition  # noqa: PLC0415

    honest = edition.write_report

    def growing(*given: object, **named: object) -> object:
        with (bench.folder / "posts.jsonl").open("a") as file:
            file.write("\n")
        return honest(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(edition, "write_report", growing)

    done = bench.report(rows())

    assert done.exit_code == 1
    assert "changed while it was read" in done.stderr
    assert not bench.left


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_times_beyond_the_calendar_in_a_table_of_others_cost_their_rows(
    tmp_path: Path, zone: str | None
) -> None:
    times = pl.Series([10**17, -(10**17), 1_773_108_000_000, None], dtype=pl.Int64)
    columns = {
        "id": ["a", "b", "c", "d"],
        "text": ["x"] * 4,
        "created_at": times.cast(pl.Datetime("ms", zone)),
    }
    pl.DataFrame(columns).write_parquet(tmp_path / "p.parquet")

    (batch,) = read_posts([str(tmp_path / "p.parquet")])

    assert batch.posts["id"].to_list() == (["c", "d"] if zone else ["d"])
    assert batch.bad["reason"].unique().to_list() == ["bad time"]


@pytest.mark.parametrize(
    "window", [{"tz": "Mars/X"}, {"tz": "../../etc/passwd"}, {"last": "9999-12-31"}, None], ids=str
)
def test_a_report_whose_window_cannot_be_is_no_report(bench: Bench, window: dict[str, str] | None) -> None:
    bench.report(rows())
    report = bench.made
    report["window"].update(window or {})
    draft = bench.folder / "draft.json"
    draft.write_text(json.dumps(report) if window else '{"a":' * 100_000, encoding="utf-8")

    done = bench.run("check", draft, "--posts", bench.folder / "posts.jsonl")

    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {draft}: not a dawnchorus report")
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_zone_of_a_markdown_report_is_wrong_use(bench: Bench) -> None:
    (bench.folder / "r.md").write_text("A valve.", encoding="utf-8")
    bench.report(rows())

    done = bench.run(
        "check", bench.folder / "r.md", "--posts", bench.folder / "posts.jsonl", "--tz", "Mars/X"
    )

    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
