"""A report made in memory: what ``dawnchorus write`` prints."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from dawnchorus.errors import InputError
from dawnchorus.model import Report
from dawnchorus.pipeline.addresses import known_pages
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.prepare import keep
from dawnchorus.pipeline.stock import days_before, nothing_in, stock_of
from dawnchorus.pipeline.telling import Teller
from dawnchorus.pipeline.write import figures_before, gather, write_report
from dawnchorus.store.editions import earlier_editions
from dawnchorus.store.ledger import Ledger
from dawnchorus.tables import POSTS, THREADS, empty


def draft_report(job: Job, *, data: Path | None, tell: Teller) -> Report:
    """The report of ``job`` in its first language; nothing is written to disk.

    Args:
        job: Its output folder is not used.
        data: Where earlier editions and posts are remembered; None if there are none.
        tell: Told each stage.
    """
    ledger_path = job.data / "ledger.sqlite"
    with Ledger(ledger_path) if ledger_path.exists() else nullcontext() as ledger:
        tell.step("read")
        stock = stock_of(job, ledger)
        job = replace(job, window=stock.window)
        read = stock.read()
        usual = days_before(job, stock, data, ledger) if data else empty(POSTS)
    tell.step("prepare")
    prepared = stock.prepare(job, read.posts)
    if not prepared.in_window:
        raise InputError(nothing_in(job, read))
    before = earlier_editions(data, label=job.label, before=job.window.first) if data else None
    threads = before.threads if before else empty(THREADS)
    usual = usual.join(prepared.taken, on="id", how="anti", maintain_order="left")
    background = keep(usual, query=job.topic.parsed_query)[0] if not usual.is_empty() else None
    tell.step("stories")
    material = gather(
        job,
        prepared,
        read=read.posts.height + read.bad.height,
        bad=read.bad,
        health=(),
        threads=threads,
        pages=known_pages(job),
    )
    tell.step("write")
    return write_report(
        job,
        material,
        lang=job.languages[0],
        earlier=figures_before(before) if before else None,
        background=background,
    )
