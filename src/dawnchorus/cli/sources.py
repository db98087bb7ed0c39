"""``dawnchorus sources``: what posts can be read from, and whether it worked of late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dawnchorus.cli.options import parse_now
from dawnchorus.cli.output import write_lines, write_objects


@click.command("sources")
@click.option("--topic", metavar="NAME|FILE", help="Also show the sources this topic names.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Also show the last runs remembered there; default: in the topic's site.",
)
@click.option("--now", metavar="TIME", help="Take this for the present time.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
def command(topic: str | None, data: Path | None, now: str | None, as_json: bool) -> None:
    """Show file formats that can be read, installed sources, writers and publishers, and the last runs.

    What needs a hand comes first, then the sources that are read, the last runs, and what is installed.

    With a topic also how its sources are: keys they need (names only), the last visits, the last success,
    money spent this month, and how old their cursors are; and how its language model is. Nothing is sent.

    Exit code 1 if something that is installed or named cannot be used: not installed, broken, without its
    key, or failing for three runs.
    """
    from dawnchorus.pipeline.inventory import inventory  # noqa: PLC0415
    from dawnchorus.pipeline.model_health import model_lines  # noqa: PLC0415
    from dawnchorus.pipeline.source_health import health_lines  # noqa: PLC0415

    rows = inventory(topic, data, now=parse_now(now))
    if as_json:
        write_objects(rows)
    else:
        for row in sorted(rows, key=_place):  # what needs a hand first; stable, so else as it was
            line = "{kind:10} {name:28} {state:12} {detail}".format(**row)
            more = (*health_lines(row), *model_lines(row))
            write_lines([f"{line.rstrip()}\n", *(f"{'':11}{one}\n" for one in more)])
    if any(map(_is_trouble, rows)):
        raise SystemExit(1)


def _is_trouble(row: dict[str, Any]) -> bool:
    return row["state"] in ("broken", "missing", "no key", "failing")


def _place(row: dict[str, Any]) -> int:
    """Trouble, sources that are read, runs, what is installed, formats."""
    if _is_trouble(row):
        return 0
    if "visits" in row or row["kind"] == "model":
        return 1
    return {"run": 2, "format": 4}.get(row["kind"], 3)
