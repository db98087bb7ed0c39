"""``dawnchorus sources``: what posts can be read from, and whether it worked of late."""

from __future__ import annotations

from pathlib import Path

import click

from dawnchorus.cli.output import write_lines, write_objects


@click.command("sources")
@click.option("--topic", metavar="NAME|FILE", help="Also show the sources this topic names.")
@click.option("--data", type=click.Path(path_type=Path), help="Also show the last runs remembered there.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
def command(topic: str | None, data: Path | None, as_json: bool) -> None:
    """Show file formats that can be read, installed sources, writers and publishers, and the last runs.

    Exit code 1 if something that is installed or named cannot be used.
    """
    from dawnchorus.pipeline.inventory import inventory  # noqa: PLC0415

    rows = inventory(topic, data)
    if as_json:
        write_objects(rows)
    else:
        write_lines("{kind:10} {name:28} {state:12} {detail}".format(**row).rstrip() + "\n" for row in rows)
    if any(row["state"] in ("broken", "missing") for row in rows):
        raise SystemExit(1)
