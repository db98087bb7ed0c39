"""``dawnchorus report``: posts in, a published report out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from dawnchorus.cli.options import EditionOptions, edition_options, make_job, posts_argument, spooled
from dawnchorus.cli.progress import progress
from dawnchorus.pipeline.telling import counted


@click.command("report")
@posts_argument()
@edition_options
@click.option(
    "--publisher", "publishers", multiple=True, metavar="NAME", help="Default: the topic's, jekyll."
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the site; default: the topic's.")
@click.option("--dry-run", is_flag=True, help="Say what the language model would be asked and cost; no more.")
def command(
    posts: tuple[str, ...], publishers: tuple[str, ...], out: Path | None, dry_run: bool, **given: Any
) -> None:
    """Read POSTS (files, folders, globs, - for standard input) and publish a checked report.

    \b
    dawnchorus report posts.jsonl --topic ai --label twitter_ai \\
        --from 2025-11-21 --tz Asia/Shanghai --lang zh --out site

    Without POSTS it reads what dawnchorus run has fetched into --data, late posts of the day before included.

    Prints the path of each report as one HTML page. Running it again with the same posts changes nothing, but
    for answers that a language model did not give then.
    """
    from dawnchorus.pipeline.edition import make_edition  # noqa: PLC0415
    from dawnchorus.pipeline.forecast import forecast_lines  # noqa: PLC0415
    from dawnchorus.settings import load_topic  # noqa: PLC0415

    options = EditionOptions(**given)
    where = out or load_topic(options.topic).out
    job = make_job(options, posts=posts, out=where, publishers=publishers)
    if dry_run:
        with spooled(posts) as inputs, progress(quiet=options.quiet, steps=3) as tell:
            lines = list(forecast_lines(replace(job, inputs=inputs), data=job.data, tell=tell))
        for line in lines:
            click.echo(line)
        return
    with spooled(posts) as inputs, progress(quiet=options.quiet, steps=8) as tell:
        made = make_edition(replace(job, inputs=inputs), tell=tell)
    for one in made:
        if one.report is None:
            click.echo(f"{one.slug}: nothing to do, it was made from the same posts before", err=True)
        elif not options.quiet:
            click.echo(coverage_line(one.report), err=True)
            if line := model_line(one.report):
                click.echo(line, err=True)
        click.echo(one.page)


def coverage_line(report: Any) -> str:
    """What an edition rests on, for the person who runs the program."""
    found = report.coverage
    dropped = ", ".join(f"{count} {reason}" for reason, count in found.dropped[:6]) or "none"
    return (
        f"{report.slug}: read {found.read}, in the window {found.in_window}, kept {found.kept}, "
        f"stories of two or more posts {found.stories}, cited {found.cited}, withheld {found.withheld}; "
        f"dropped: {dropped}"
    )


def model_line(report: Any) -> str:
    """What the model of a report gave and took; "" if none was asked."""
    cost = report.cost
    if not cost.calls and not cost.unanswered and not report.fallback:
        return ""
    parts = [f"{counted(cost.calls, 'call')} answered, ${cost.money_usd:.4f}"]
    if cost.unusable:
        parts.append(f"{cost.unusable} of them with nothing usable")
    if cost.unanswered:
        parts.append(f"{counted(cost.unanswered, 'call')} without an answer")
    if report.fallback:
        parts.append(f"stories quoted instead: {len(report.fallback)}")
    return f"{report.slug}: {cost.model}: " + "; ".join(parts)
