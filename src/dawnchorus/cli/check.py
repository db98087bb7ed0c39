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
@click.option("--json", "as_json", is_flag=True, help="A JSON object a sentence.")
def command(report: Path | None, posts: tuple[str, ...], claims: Path | None, **given: Any) -> None:
    """Check every sentence of a report against the posts it cites; exit 1 if one does not pass.

    REPORT.json is one of ours; REPORT.md may be anyone's: Markdown whose sentences link to posts.
    --claims takes JSON lines {"id", "claim", "evidence": [text or post, ...], "window"?}.

    "supported" means that no rule found a fault: numbers, dates, names, quotations and counts stand in the
    posts. It does not mean that what the posts say is true.
    """
    if claims is not None:
        if report is not None:
            raise UsageError("give a report or --claims, not both")
        _check_claims(claims, as_json=given["as_json"])
    elif report is None:
        raise UsageError("nothing to check; give REPORT.json, REPORT.md or --claims FILE")
    elif not posts:
        raise UsageError(f"which posts does {report} rest on? add --posts FILE")
    else:
        _check_report(report, posts, **given)


def _check_report(report: Path, posts: tuple[str, ...], *, data: Path | None, tz: str, as_json: bool) -> None:
    from dawnchorus.pipeline.recheck import check_file  # noqa: PLC0415

    parse_zone(tz)
    with spooled(posts) as inputs:
        rows = check_file(report, inputs, data=data, tz=tz, tell=partial(click.echo, err=True))
    _show(rows, what="sentence", as_json=as_json)


def _check_claims(path: Path, *, as_json: bool) -> None:
    from dawnchorus.pipeline.recheck import check_claim_lines  # noqa: PLC0415

    try:
        with click.open_file(str(path), encoding="utf-8", errors="replace") as lines:
            rows = list(check_claim_lines(lines, name=str(path)))
    except OSError as error:
        raise UsageError(f"--claims: {path}: {error.strerror}") from None
    _show(rows, what="claim", as_json=as_json)


def _show(rows: list[dict[str, Any]], *, what: str, as_json: bool) -> None:
    from dawnchorus.pipeline.telling import counted  # noqa: PLC0415

    if as_json:
        write_objects(rows)
    else:
        write_lines(_told(row) for row in rows if row["verdict"] != "supported")
    failed = sum(row["verdict"] == "rejected" for row in rows)
    unsure = sum(row["verdict"] == "escalated" for row in rows)
    passed = len(rows) - failed - unsure
    click.echo(
        f"{counted(len(rows), what)}: {passed} supported, {unsure} escalated, {failed} rejected", err=True
    )
    if failed or unsure:
        raise SystemExit(1)


def _told(row: dict[str, Any]) -> str:
    why = "; ".join(f"{reason['rule']}: {reason['detail']}" for reason in row["reasons"])
    return f"{row['verdict']:9} {row.get('text', row.get('id'))}\n          {why}\n"
