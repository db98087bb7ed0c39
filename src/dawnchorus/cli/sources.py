"""``dawnchorus sources``: what posts can be read from, and whether it worked of late."""

from __future__ import annotations

import json
from pathlib import Path

import click


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
    for row in rows:
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            click.echo(f"{row['kind']:10} {row['name']:28} {row['state']:12} {row['detail']}".rstrip())
    if any(row["state"] in ("broken", "missing") for row in rows):
        raise SystemExit(1)
