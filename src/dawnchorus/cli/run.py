"""``dawnchorus run``: fetch, then an edition a day, published."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dawnchorus.cli.options import (
    check_encodable,
    make_traffic,
    model_options,
    parse_day,
    parse_languages,
    parse_now,
)
from dawnchorus.cli.progress import progress
from dawnchorus.cli.report import coverage_line, model_line
from dawnchorus.cli.service import check_together, health_of_run, run_every, service_options
from dawnchorus.errors import UsageError

if TYPE_CHECKING:
    from dawnchorus.pipeline.run import Ran


@click.command("run")
@click.argument("topic", metavar="TOPIC")
@click.option("--from", "first", metavar="DAY", help="First day; default: the latest that is closed.")
@click.option("--to", "last", metavar="DAY", help="Last day; default: the first.")
@click.option(
    "--until", metavar="TIME", help="Cut-off of each day, 15:30; default: the topic's, or midnight."
)
@click.option(
    "--lang", "languages", metavar="LANG", multiple=True, help="zh or en; default: all of the topic."
)
@click.option("--label", metavar="NAME", help="Name in titles and file names; default: the topic's.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the site; default: the topic's.")
@click.option("--data", type=click.Path(path_type=Path), help="Archive and ledger; default: OUT/.dawnchorus.")
@click.option("--now", metavar="TIME", help="Take this for the present time.")
@click.option(
    "--no-fetch", is_flag=True, help="Ask no source and open no link: make editions of what the archive has."
)
@click.option("--dry-run", is_flag=True, help="Say what would be fetched, made and paid; do nothing.")
@service_options
@model_options
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
def command(topic: str, **given: Any) -> None:
    """Read the sources of TOPIC (a built-in topic or a TOML file) and publish an edition of each day.

    \b
    dawnchorus run topic.toml                                    the latest day that is closed
    dawnchorus run topic.toml --from 2025-11-01 --to 2025-11-30  thirty editions, in order
    dawnchorus run topic.toml --every day@15:30                  stays, and makes one every day

    A day is closed at its cut-off (--until, else the cutoff of the topic, else midnight at its end) in the
    topic's zone. Posts that were written after the cut-off of the day before, or came to light after its
    edition was made, are picked up once, by the next edition.

    Sources that fail are named in the report; the others go on. What stands already is left as it is; a run
    that was killed goes on where it was. Prints the path of each report as one HTML page. Exit code 1 if a
    day failed, or if no source could be read and the archive has nothing of these days.
    """
    from dawnchorus.settings import check_label, load_topic  # noqa: PLC0415

    check_together(given)
    settings = load_topic(topic)
    for folder in (given["out"], given["data"]):
        if folder is not None:
            check_encodable(folder)
    if given["label"] is not None:
        try:
            check_label(given["label"])
        except ValueError as error:
            raise UsageError(f"--label: {error}") from None
    days = {
        "first": parse_day(given["first"], "--from") if given["first"] else None,
        "last": parse_day(given["last"], "--to") if given["last"] else None,
        "until": parse_clock(given["until"]),
        "label": given["label"],
        "out": given["out"],
        "data": given["data"],
        "now": parse_now(given["now"]),
    }
    languages = parse_languages(given["languages"], settings)
    traffic = make_traffic(**{name: given[name] for name in ("record", "replay", "bridge", "from_ledger")})
    if given["every"] is not None:
        raise SystemExit(
            run_every(
                settings,
                given["every"],
                once=given["once"],
                catch_up_days=given["catch_up"],
                until=days["until"],
                languages=languages,
                label=given["label"],
                out=given["out"],
                data=given["data"],
                fetch=not given["no_fetch"],
                traffic=traffic,
                health=given["health"],
                quiet=given["quiet"],
                now=days["now"] if given["now"] else None,
            )
        )
    from dawnchorus.pipeline.run import plan_run, run_topic  # noqa: PLC0415

    if given["dry_run"]:
        with progress(quiet=given["quiet"], steps=3) as tell:
            lines = list(
                plan_run(
                    settings,
                    languages=languages,
                    fetch=not given["no_fetch"],
                    traffic=traffic,
                    tell=tell,
                    **days,
                )
            )
        for line in lines:
            click.echo(line)
        return
    with (
        health_of_run(
            given["health"], label=given["label"] or settings.label, edition=_asked_for(days)
        ) as end,
        progress(quiet=given["quiet"], steps=9) as tell,
    ):
        ran = run_topic(
            settings,
            languages=languages,
            fetch=not given["no_fetch"],
            traffic=traffic,
            tell=tell,
            **days,
        )
        end(ran)
    _tell(ran, topic, data=given["data"], quiet=given["quiet"])
    raise SystemExit(ran.exit_code)


def _tell(ran: Ran, topic: str, *, data: Path | None, quiet: bool) -> None:
    """What was made, then what was not and why: sources before the days that they left empty."""
    for one in ran.made:
        if one.report is None:
            click.echo(f"{one.slug}: nothing to do, it stands as it would be made", err=True)
        elif not quiet:
            click.echo(coverage_line(one.report), err=True)
            if line := model_line(one.report):
                click.echo(line, err=True)
        click.echo(one.page)
    for source in ran.health:
        if source.reason:
            click.echo(f"{source.name}: {source.status}: {source.reason}", err=True)
    for line in ran.notes:
        click.echo(line, err=True)
    if ran.exit_code and not ran.made and ran.health:
        where = f" --data {shlex.quote(str(data))}" if data else ""
        click.echo(f"How sources did: dawnchorus sources --topic {shlex.quote(topic)}{where}", err=True)


def parse_clock(text: str | None) -> time | None:
    """``--until`` of a run: a time of day.

    Raises:
        UsageError: It is none.
    """
    if text is None:
        return None
    try:
        at = time.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--until: {text!r} is no time of day; write it as 15:30") from None
    if at.tzinfo is not None:
        raise UsageError(f"--until: {text!r} names a zone; a cut-off is in that of the topic: write 15:30")
    return at


def _asked_for(days: Mapping[str, Any]) -> str:
    """Days as they were asked for, for the health file."""
    first, last = days["first"] or days["last"], days["last"] or days["first"]
    if first is None:
        return "the newest day"
    return f"{first}" if first == last else f"{first} to {last}"
