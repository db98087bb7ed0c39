"""``dawnchorus publish``: a drafted report becomes files, if every sentence of it passes once more."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from dawnchorus.cli.options import spooled
from dawnchorus.errors import UsageError


@click.command("publish")
@click.argument("report", type=click.Path(path_type=Path), metavar="REPORT.json")
@click.option("--posts", multiple=True, required=True, metavar="POSTS", help="Posts the report rests on.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the site.")
@click.option("--data", type=click.Path(path_type=Path), help="Earlier editions; default: OUT/.dawnchorus.")
@click.option(
    "--publisher", "publishers", multiple=True, default=("jekyll",), show_default=True, metavar="NAME"
)
def command(
    report: Path, posts: tuple[str, ...], out: Path, data: Path | None, publishers: tuple[str, ...]
) -> None:
    """Check REPORT.json, as ``write`` printed it, against its posts and lay it out as files.

    A sentence that does not pass stops it: nothing unchecked is published.
    """
    from dawnchorus.pipeline.recheck import publish_file  # noqa: PLC0415

    if not posts:
        raise UsageError(f"which posts does {report} rest on? add --posts FILE")
    with spooled(posts) as inputs:
        page = publish_file(
            report,
            inputs,
            out=out,
            data=data or out / ".dawnchorus",
            publishers=publishers,
            tell=partial(click.echo, err=True),
        )
    click.echo(page)
