"""Partial results in an object store, and posts out of one."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from dawnchorus.errors import InputError
from dawnchorus.pipeline.assign import assign_posts
from dawnchorus.pipeline.executors.local import LocalExecutor
from dawnchorus.pipeline.group import Asked
from dawnchorus.pipeline.partitions.plan import assign_in_parts
from dawnchorus.pipeline.partitions.shelf import Shelf
from tests.partitions.object_store import ObjectStore
from tests.partitions.test_plan import Heard

TEXTS = (
    "Velmora unveils the Kestrel turbine at the Halden expo",
    "The Kestrel turbine from Velmora was unveiled in Halden",
    "RT @velmora: Velmora unveils the Kestrel turbine at the Halden expo",
    "Gutters leaking again, plumber arrives Thursday afternoon",
)


def written() -> str:
    rows = [
        {"id": f"x:{n}", "text": text, "created_at": f"2026-03-10T0{n}:00:00Z"}
        for n, text in enumerate(TEXTS)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def in_parts(inputs: list[str], shelf: Shelf) -> pl.DataFrame:
    tables = assign_in_parts(
        Asked(inputs=inputs), executor=LocalExecutor(), shelf=shelf, partitions=2, tell=Heard()
    )
    return pl.concat(tables)


def test_partial_results_may_lie_in_an_object_store(tmp_path: Path):
    path = tmp_path / "posts.jsonl"
    path.write_text(written())
    whole = assign_posts(Asked(inputs=[str(path)]), tell=Heard())
    assert whole["story"].drop_nulls().len() == 3
    with ObjectStore() as store:
        options = {
            "aws_endpoint_url": store.address,
            "aws_allow_http": "true",
            "aws_region": "us-east-1",
            "aws_access_key_id": "invented",
            "aws_secret_access_key": "invented",
        }
        assert in_parts([str(path)], Shelf("s3://scratch/run", options)).equals(whole)
        assert len(store.objects) > 50
        assert not store.parts


def test_posts_are_read_out_of_a_store_that_fsspec_knows(tmp_path: Path):
    fsspec = pytest.importorskip("fsspec")
    path = tmp_path / "posts.jsonl"
    path.write_text(written())
    store = fsspec.filesystem("memory")
    store.pipe("/day/a.jsonl", written().encode())
    whole = assign_posts(Asked(inputs=[str(path)]), tell=Heard())
    assert in_parts(["memory://day/*.jsonl"], Shelf(str(tmp_path / "shelf"))).equals(whole)
    with pytest.raises(InputError, match="nothing is there"):
        in_parts(["memory://night/*.jsonl"], Shelf(str(tmp_path / "shelf")))
