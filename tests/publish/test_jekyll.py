import errno
import os
from dataclasses import replace

import pytest

from dawnchorus.errors import PublishError
from dawnchorus.publish.jekyll import JekyllPublisher
from dawnchorus.publish.report_json import load

SLUG = "twitter_ai_20251121_20251121"


def publish(report, out, pictures):
    return JekyllPublisher().publish(
        report, out=out, assets=pictures, evidence=b'{"id": "x:1"}\n', dropped=b""
    )


def test_an_edition_is_the_files_of_the_contract(zh_report, assets, tmp_path):
    written = publish(zh_report, tmp_path, assets(zh_report))
    assert [p.relative_to(tmp_path).as_posix() for p in written] == [
        f"_posts/2025-11-21-{SLUG}.md",
        f"{SLUG}/report.html",
        f"{SLUG}/report.json",
        f"{SLUG}/evidence.jsonl",
        f"{SLUG}/dropped.jsonl",
        f"{SLUG}/posts_per_hour.svg",
        f"{SLUG}/stories_over_time.svg",
        f"{SLUG}/wordcloud_{SLUG}.jpg",
        "threads/ai-act-pause-20251118/index.html",
        "threads/kestrel-3-20251119/index.html",
    ]
    assert all(path.is_file() for path in written)
    assert load((tmp_path / SLUG / "report.json").read_bytes()) == zh_report


def test_publishing_again_changes_no_byte(zh_report, assets, tmp_path):
    written = publish(zh_report, tmp_path, assets(zh_report))
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in written}
    publish(zh_report, tmp_path, assets(zh_report))
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in written} == before


def test_a_disk_that_fills_up_leaves_the_old_edition(zh_report, assets, tmp_path, monkeypatch):
    written = publish(zh_report, tmp_path, assets(zh_report))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    left = iter(range(2))

    def full(_descriptor):
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PublishError, match="the disk is full"):
        publish(replace(zh_report, title="changed"), tmp_path, assets(zh_report))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert len(before) == len(written)


def test_a_label_that_leads_out_of_the_folder_is_refused(zh_report, tmp_path):
    with pytest.raises(PublishError, match="cannot name an edition"):
        publish(replace(zh_report, slug="../../_config"), tmp_path / "out", {})
    assert not list(tmp_path.iterdir())


def test_a_thread_whose_id_cannot_name_a_folder_gets_a_digest(hostile_report, tmp_path):
    written = publish(hostile_report("../../x", slug="hostile_20251121_20251121"), tmp_path, {})
    (page,) = [path for path in written if "threads" in path.parts]
    assert page.parent.name.startswith("t-")
    assert page.parent.parent == tmp_path / "threads"
