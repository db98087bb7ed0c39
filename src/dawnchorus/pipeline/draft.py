"""A report made in memory: what ``dawnchorus write`` prints."""

from __future__ import annotations

from pathlib import Path

from dawnchorus.errors import InputError
from dawnchorus.model import Report
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.prepare import days_before, keep, none_in_window, prepare_for, read_all
from dawnchorus.pipeline.telling import Teller
from dawnchorus.pipeline.write import figures_before, gather, write_report
from dawnchorus.plugins import load_plugin
from dawnchorus.store.editions import earlier_editions
from dawnchorus.tables import POSTS, THREADS, empty


def draft_report(job: Job, *, data: Path | None, tell: Teller) -> Report:
    """The report of ``job`` in its first language; nothing is written to disk.

    Args:
        job: Its output folder is not used.
        data: Where earlier editions and posts are remembered; None if there are none.
        tell: Told each stage.
    """
    tell.step("read")
    sources = [load_plugin("sources", use.name, options=use.options) for use in job.sources]
    read = read_all(job.inputs, sources, window=job.window)
    tell.step("prepare")
    prepared = prepare_for(job, read.posts)
    if not prepared.in_window:
        raise InputError(none_in_window(read.posts, job))
    before = earlier_editions(data, label=job.label, before=job.window.first) if data else None
    threads = before.threads if before else empty(THREADS)
    usual = days_before(job, data) if data else empty(POSTS)
    background = keep(usual, query=job.topic.parsed_query)[0] if not usual.is_empty() else None
    tell.step("stories")
    material = gather(
        job,
        prepared,
        read=read.posts.height + read.bad.height,
        bad=read.bad,
        health=read.health,
        threads=threads,
    )
    tell.step("write")
    return write_report(
        job,
        material,
        lang=job.languages[0],
        earlier=figures_before(before) if before else None,
        background=background,
    )
