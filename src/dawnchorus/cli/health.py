"""``dawnchorus health``: whether all is well, for monitors, containers and job summaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click


@click.command("health")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--late",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    metavar="HOURS",
    help="How long a run may be overdue or at work.",
)
@click.option("--markdown", is_flag=True, help="A summary with every source instead, for a page.")
def command(file: Path, late: float, markdown: bool) -> int:
    """Ask the FILE that ``dawnchorus run --health FILE`` writes whether all is well.

    Exits with 0 if it is; with 1 if the last run failed, one is overdue or a source failed, a line each.
    """
    from dawnchorus.pipeline.health import complaints, read_health  # noqa: PLC0415

    facts = read_health(file)
    found = complaints(facts, now=datetime.now(UTC), late_seconds=late * 3600)
    for line in _markdown(facts, found) if markdown else found or [_well(facts)]:
        click.echo(line)
    return 1 if found else 0


def _well(facts: Mapping[str, Any]) -> str:
    last = facts["last_run"]
    done = f"{last['edition']} {last['outcome']} at {last['ended']}" if last else "nothing was run yet"
    after = f"; next run {facts['next_run']}" if facts["next_run"] else ""
    return f"{facts['topic']}: {facts['state']}; {done}{after}"


def _markdown(facts: Mapping[str, Any], found: list[str]) -> Iterator[str]:
    last = facts["last_run"]
    yield f"### {_inert(facts['topic'])}: {_inert(last['outcome'] if last else 'nothing was run')}"
    if last:
        yield ""
        yield f"Edition {_inert(last['edition'])}, {last['started']} to {last['ended']}:"
        yield _inert(last["detail"])
    if facts["sources"]:
        yield ""
        yield "| source | state | posts | why |"
        yield "|---|---|---:|---|"
        for one in facts["sources"]:
            yield f"| {_inert(one['name'])} | {one['status']} | {one['posts']} | {_inert(one['reason'])} |"
    if model := facts.get("model"):
        yield ""
        yield (
            f"Language model {_inert(model['name'])}: ${model['usd']:.4f} in the last run,"
            f" ${model['month_usd']:.4f} this month."
        )
    if found:
        yield ""
        yield "What to look at:"
        yield ""
        yield from (f"- {_inert(line)}" for line in found)


def _inert(text: str) -> str:
    """A server's words as text: no markup, no new line, no cell."""
    return "".join(
        char if char.isalnum() or char in " ,-" or ord(char) > 127 else f"&#{ord(char)};"
        for char in " ".join(text.split())
    )
