"""``dawnchorus check``: are the sentences of a report, or claims, supported by posts."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from dawnchorus.cli.options import parse_zone, spooled
from dawnchorus.cli.output import write_lines, write_objects
from dawnchorus.errors import UsageError


@click.command("check")
@click.argument("report", required=False, type=click.Path(path_type=Path), metavar="[REPORT.json|REPORT.md]")
@click.option(
    "--posts", multiple=True, metavar="POSTS", help="Posts the report rests on; repeat for more files."
)
@click.option(
    "--claims", type=click.Path(path_type=Path, allow_dash=True), help="Check lines of claims instead."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Where earlier editions are remembered; default: .dawnchorus of the site that REPORT.json is in.",
)
@click.option(
    "--tz", default="UTC", show_default=True, metavar="ZONE", help="Zone of dates in a Markdown report."
)
@click.option("--all", "show_all", is_flag=True, help="Show supported sentences too.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a sentence, supported ones too.")
def command(report: Path | None, posts: tuple[str, ...], claims: Path | None, **given: Any) -> None:
    """Check every sentence of a report against the posts it cites.

    REPORT.json is one of ours; REPORT.md may be anyone's. Its citations are links to posts, or [1], [2, 3]
    and notes that a list of links at its end resolves. For a sentence that cites nothing the posts are
    searched: which of them would support it, or what the nearest says instead.
    --claims takes JSON lines {"id", "claim", "evidence": [text or post, ...], "window"?}.

    "supported" means that no rule found a fault: numbers, dates, names, quotations and counts stand in the
    posts. It does not mean that what the posts say is true. Exit status: 0 all are supported; 1 a sentence is
    rejected, escalated or uncited, or a file cannot be read; 2 wrong use.
    """
    if claims is not None:
        if report is not None:
            raise UsageError("give a report or --claims, not both")
        _check_claims(claims, as_json=given["as_json"], show_all=given["show_all"])
    elif report is None:
        raise UsageError("nothing to check; give REPORT.json, REPORT.md or --claims FILE")
    elif not posts:
        raise UsageError(f"which posts does {report} rest on? add --posts FILE")
    else:
        _check_report(report, posts, **given)


def _check_report(report: Path, posts: tuple[str, ...], *, data: Path | None, tz: str, **shown: bool) -> None:
    from dawnchorus.pipeline.recheck import check_file  # noqa: PLC0415

    parse_zone(tz)
    with spooled(posts) as inputs:
        rows = check_file(report, inputs, data=data, tz=tz, tell=partial(click.echo, err=True))
    _show(rows, what="sentence", **shown)


def _check_claims(path: Path, **shown: bool) -> None:
    from dawnchorus.pipeline.recheck import check_claim_lines  # noqa: PLC0415

    try:
        with click.open_file(str(path), encoding="utf-8", errors="replace") as lines:
            rows = list(check_claim_lines(lines, name=str(path)))
    except OSError as error:
        raise UsageError(f"--claims: {path}: {error.strerror}") from None
    _show(rows, what="claim", **shown)


def _show(rows: list[dict[str, Any]], *, what: str, as_json: bool, show_all: bool) -> None:
    from dawnchorus.cli.verdicts import paint, summary, told  # noqa: PLC0415

    if as_json:
        write_objects(rows)
    else:
        colours = paint()
        write_lines(told(row, paint=colours) for row in rows if show_all or row["verdict"] != "supported")
    for line in summary(rows, what):
        click.echo(line, err=True)
    if any(row["verdict"] != "supported" for row in rows):
        raise SystemExit(1)
