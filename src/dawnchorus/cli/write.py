"""``dawnchorus write``: the drafted and checked report as JSON, nothing published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from dawnchorus.cli.options import EditionOptions, edition_options, make_job, posts_argument, spooled
from dawnchorus.cli.output import write_bytes
from dawnchorus.cli.progress import progress
from dawnchorus.errors import UsageError


@click.command("write")
@posts_argument()
@edition_options
def command(posts: tuple[str, ...], **given: Any) -> None:
    """Draft a report on POSTS and print it as JSON, to look at, check and publish later.

    \b
    dawnchorus write posts.jsonl --topic ai --from 2025-11-21 > draft.json
    dawnchorus check draft.json --posts posts.jsonl
    dawnchorus publish draft.json --posts posts.jsonl --out site

    Without POSTS it reads what dawnchorus run has fetched into --data. A language model's answers are kept in
    the ledger of --data, so that they are paid once; without it nothing of them is kept.
    """
    from dawnchorus.pipeline.draft import draft_report  # noqa: PLC0415
    from dawnchorus.publish.report_json import dump  # noqa: PLC0415
    from dawnchorus.settings import load_topic  # noqa: PLC0415

    options = EditionOptions(**given)
    # A draft has no OUT of its own; what was fetched lies in that of the topic.
    job = make_job(options, posts=posts, out=Path() if posts else load_topic(options.topic).out)
    if len(job.languages) > 1:
        raise UsageError("--lang: a draft is in one language; run it once for each")
    data = options.data if posts else job.data
    with spooled(posts) as inputs, progress(quiet=options.quiet, steps=4) as tell:
        report = draft_report(replace(job, inputs=inputs), data=data, tell=tell)
    write_bytes(dump(report))
