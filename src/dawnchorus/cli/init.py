"""``dawnchorus init``: what one needs to publish reports of one's own."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import click

from dawnchorus.errors import UsageError

_BASEURL = re.compile(r"(?:/(?!\.+(?:/|$))[A-Za-z0-9._~-]+)*")


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
    url, baseurl = _origin(site["url"]), _path(site["baseurl"])
    from dawnchorus.publish.files import write_all  # noqa: PLC0415
    from dawnchorus.publish.site import create_site, gitignore  # noqa: PLC0415
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
        url=url,
        baseurl=baseurl,
        workflow=True,
    )
    contents = {f"{topic}.toml": topic_text(topic).encode()}
    ignored = folder / ".gitignore"
    if not ignored.exists() and not ignored.is_symlink():
        contents[ignored.name] = gitignore()
    else:
        click.echo(
            f"{ignored} is there already and was left alone: see that it names "
            "_site/, .jekyll-cache/, posts/ and .dawnchorus/ (the last two hold posts)",
            err=True,
        )
    made += write_all(folder, contents)
    for file in sorted(made):
        click.echo(file)
    click.echo(
        f"Next: put posts into {folder / 'posts'}, then\n"
        f"  dawnchorus report {folder / 'posts'} --topic {path} --from DAY --out {folder}\n"
        f"  jekyll serve --source {folder}",
        err=True,
    )


def _origin(url: str) -> str:
    """``url`` as the origin of a site, in ASCII."""
    from dawnchorus.publish.links import web_link  # noqa: PLC0415

    link = web_link(url)
    parts = urlsplit(link or "")
    if link is None or parts.path != "/" or parts.query or parts.fragment:
        raise UsageError(
            f"--url: {url[:100]!r} is not where a site stands: give http:// or https:// and a host, "
            "as https://example.org; a path below it goes into --baseurl"
        )
    return link.removesuffix("/")


def _path(baseurl: str) -> str:
    if not _BASEURL.fullmatch(baseurl):
        raise UsageError(
            f"--baseurl: {baseurl[:100]!r} is not a path: leave it empty or give one such as /reports, "
            "of letters, digits, '-', '_', '.' and '~', without '/' at its end"
        )
    return baseurl
