"""``dawnchorus models``: does the language model of a topic work."""

from __future__ import annotations

import click

from dawnchorus.errors import UsageError


@click.command("models")
@click.argument("topic", metavar="TOPIC")
def command(topic: str) -> None:
    """Try the language model that TOPIC names in [llm] with one tiny call, and say in one line what works.

    A few hundred tokens are paid for. Exit code 1 if it does not work.
    """
    from dawnchorus.pipeline.probe import probe  # noqa: PLC0415
    from dawnchorus.settings import load_topic  # noqa: PLC0415

    settings = load_topic(topic).llm
    if settings is None:
        raise UsageError(
            f"{topic}: names no model; add [llm] with model = … and provider = …; see docs/models.md"
        )
    found = probe(settings)
    for one in found:
        click.echo(one.line)
    if not all(one.works for one in found):
        raise SystemExit(1)
