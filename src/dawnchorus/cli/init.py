"""``dawnchorus init``: what one needs to publish reports of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from dawnchorus.errors import UsageError


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option(
    "--topic", default="ai", show_default=True, metavar="NAME", help="Built-in topic to begin from."
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Of the site; default: the topic's.")
@click.option("--title", metavar="TEXT", help="Of the site; default: from the topic.")
@click.option("--url", default="http://localhost:4000", show_default=True, help="Where the site will stand.")
@click.option("--baseurl", default="", help="Path of the site below --url, as /reports.")
def command(folder: Path, topic: str, lang: str | None, title: str | None, **site: str) -> None:
    """Lay out a topic file, a Jekyll site and a workflow that publishes it with GitHub Pages.

    Files that are there already are not overwritten.
    """
    from dawnchorus.publish.files import write_all  # noqa: PLC0415
    from dawnchorus.publish.site import create_site  # noqa: PLC0415
    from dawnchorus.settings import list_topics, load_topic, topic_text  # noqa: PLC0415

    if topic not in list_topics():
        raise UsageError(f"--topic: {topic!r} is not built in; there are {', '.join(list_topics())}")
    settings = load_topic(topic)
    path = folder / f"{topic}.toml"
    if path.exists():
        raise UsageError(f"{path} is there already; give another folder, or move it away")
    language = lang or settings.primary
    made = create_site(
        folder,
        title=title or settings.names[language],  # type: ignore[index]
        lang=language,  # type: ignore[arg-type]
        tz=settings.tz,
        url=site["url"],
        baseurl=site["baseurl"],
        workflow=True,
    )
    made += write_all(folder, {f"{topic}.toml": topic_text(topic).encode()})
    for file in sorted(made):
        click.echo(file)
    click.echo(
        f"Next: put posts into {folder / 'posts'}, then\n"
        f"  dawnchorus report {folder / 'posts'} --topic {path} --from DAY --out {folder}\n"
        f"  jekyll serve --source {folder}",
        err=True,
    )
