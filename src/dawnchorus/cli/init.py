"""``dawnchorus init``: what one needs to publish reports of one's own, every day."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from dawnchorus import __version__
from dawnchorus.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from dawnchorus.settings import Topic

KEYS: Final = (
    "X_BEARER_TOKEN",
    "TWITTERAPI_IO_KEY",
    "BLUESKY_HANDLE",
    "BLUESKY_APP_PASSWORD",
    "REDDIT_CLIENT_ID",
    "REDDIT_CLIENT_SECRET",
    "MASTODON_ACCESS_TOKEN",
)
"""Variables that sources take keys from; the workflow fills them, and the model's, from secrets."""

_EXAMPLE_KEY: Final = "OPENAI_API_KEY"
_EXAMPLE: Final = """\
# A language model writes the sentences, if you like; each is checked against the posts it cites. Take away
# the signs before the lines below, put writer = "llm" on a line of its own at the top of this file, and
# install dawnchorus[llm]. The key comes from the environment (for openai: OPENAI_API_KEY) or from a file that
# only you can read: key_file = "model.key" after chmod 600. Try it: dawnchorus models FILE. All keys, and
# other providers down to a model on your own machine: docs/models.md.
#
# [llm]
# provider = "openai"     # or anthropic, deepseek, qwen, moonshot, openrouter, gemini, ollama, vllm, llamacpp
# model = "gpt-4.1-mini"
# run_usd = 0.25          # never more than this for one run,
# day_usd = 1.0           # nor than this for one day (UTC)
"""

_DEFAULT_TIME: Final = "15:30"
_BASEURL = re.compile(r"(?:/(?!\.+(?:/|$))[A-Za-z0-9._~-]+)*")


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option(
    "--topic",
    default="ai",
    show_default=True,
    metavar="NAME|FILE",
    help="Built-in topic to begin from, or a topic file of yours to copy.",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Of the site; default: the topic's.")
@click.option("--title", metavar="TEXT", help="Of the site; default: from the topic.")
@click.option("--url", default="http://localhost:4000", show_default=True, help="Where the site will stand.")
@click.option("--baseurl", default="", help="Path of the site below --url, as /reports.")
@click.option(
    "--at",
    metavar="TIME",
    help="Cut-off and time of the daily run, in the topic's zone; 24:00 for whole days; default: 15:30.",
)
def command(
    folder: Path, topic: str, lang: str | None, title: str | None, at: str | None, **site: str
) -> None:
    """Lay out a topic file, a Jekyll site, and what runs and publishes it every day.

    That is a systemd timer, a line for cron and a workflow for GitHub Pages: take one of them.
    Files that are there already are not overwritten.
    """
    url, baseurl = _origin(site["url"]), _path(site["baseurl"])
    from dawnchorus.publish.deploy import deployment  # noqa: PLC0415
    from dawnchorus.publish.files import write_all  # noqa: PLC0415
    from dawnchorus.publish.site import create_site, gitignore  # noqa: PLC0415

    settings, file, text = _topic(topic)
    path = folder / file
    there = path.exists()
    if there and not (Path(topic).exists() and path.samefile(topic)):
        raise UsageError(f"{path} is there already; give another folder, or move it away")
    if there and settings.out.resolve() != folder.resolve():
        raise UsageError(f'{path}: write out = "." in it, so that the site is its folder')
    language = lang or settings.primary
    if language not in settings.names:
        raise UsageError(f"--lang: topic {settings.id} has no names in {language!r}; leave it out")
    made = create_site(
        folder,
        title=title or settings.names[language],  # type: ignore[index]
        lang=language,  # type: ignore[arg-type]
        tz=settings.tz,
        url=url,
        baseurl=baseurl,
        extra=deployment(
            _absolute(folder),
            label=settings.label,
            topic_file=path.name,
            at=_time(at, settings.cutoff, tz=settings.tz),
            tz=settings.tz,
            keys=(*KEYS, *_model_keys(settings)),
            extras="[llm]" if settings.llm or settings.writer.name == "llm" else "",
            version=__version__,
            python=sys.executable,
            user=_user(),
            today=datetime.now(UTC).date(),
        ),
    )
    contents = {} if there else {file: text.encode()}
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
    for one in sorted(made):
        click.echo(one)
    toml, site_folder = shlex.quote(str(path)), shlex.quote(str(folder))
    if settings.sources:
        make = f"dawnchorus run {toml}     # read the topic's sources, make the newest edition"
    else:
        posts = shlex.quote(str(folder / "posts"))
        make = f"dawnchorus report {posts} --topic {toml} --from DAY     # posts that you put there"
        click.echo(
            f"{path} names no sources yet: add them (docs/topics.md), or bring posts of your own", err=True
        )
    click.echo(
        "Next:\n"
        f"  {make}\n"
        f"  jekyll serve --source {site_folder}     # look at it\n"
        f"Every day by itself: {folder / 'deploy'} has a systemd timer and a line for cron,\n"
        f"{folder / '.github'} a workflow for GitHub Pages; each says in its first lines how to install it.",
        err=True,
    )


def _topic(name_or_path: str) -> tuple[Topic, str, str]:
    """The topic, the name of its file, and its text with the folder of that file as the site."""
    from dawnchorus.settings import list_topics, load_topic, parse_topic, topic_text  # noqa: PLC0415

    if name_or_path in list_topics():
        settings, file, text = load_topic(name_or_path), f"{name_or_path}.toml", topic_text(name_or_path)
    elif "/" in name_or_path or name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        settings = load_topic(name_or_path)
        text = path.read_text(encoding="utf-8")
        # It stands in a unit, a crontab and a workflow.
        file = path.name if re.fullmatch(r"\w[\w.-]*\.toml", path.name) else f"{settings.id}.toml"
    else:
        raise UsageError(
            f"--topic: {name_or_path!r:.80} is not built in; there are {', '.join(list_topics())}, "
            "or give the path of a .toml file"
        )
    text = _beside(text)
    if settings.llm is None:
        text = _with_model(text)
    try:
        beside = parse_topic(text, file=file, id=settings.id).out == Path()
    except SettingsError:  # its own was a string of several lines
        beside = False
    if not beside:
        raise UsageError(f'--topic: {name_or_path}: write out = "." on a line of its own in it')
    for use in settings.sources:
        paths = use.options.get("paths", ()) if use.name == "files" else ()
        if here := [one for one in paths if not Path(one).is_absolute()]:
            click.echo(
                f"{file}: {here[0]!r} is looked for in the folder that dawnchorus runs in (that of the site, "
                "by a timer): move what it names there, or write where it is in full",
                err=True,
            )
    return settings, file, text


def _model_keys(settings: Topic) -> tuple[str, ...]:
    """The variable with the key of the topic's language model; if it names none, that of the example."""
    from dawnchorus.llm.endpoints import providers  # noqa: PLC0415

    llm = settings.llm
    if llm is None:
        return (_EXAMPLE_KEY,)
    known = providers().get(llm.provider or "")
    name = llm.key_env or (known.key_env if known and llm.key_file is None else None)
    return (name,) if name else ()


def _with_model(text: str) -> str:
    """``text`` of a topic that names no model, with how to name one."""
    return f"{text.rstrip()}\n\n{_EXAMPLE}"


def _beside(text: str) -> str:
    """``text`` of a topic with ``out = "."`` before its tables: the site is the folder of the topic file."""
    from dawnchorus.toml_lines import key_lines  # noqa: PLC0415

    places = key_lines(text)
    lines = text.split("\n")
    if own := places.get(("out",)):
        lines[own - 1] = 'out = "."'
    else:
        lines.insert(min(places.values(), default=1) - 1, 'out = "."')
    return "\n".join(lines)


def _absolute(folder: Path) -> Path:
    path = folder.absolute()
    if not str(path).isprintable():
        raise UsageError(
            f"{str(path)!a}: the folder has characters that no unit or crontab can hold; choose another"
        )
    return path


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container, of a user without a name
        return str(os.getuid())


def _time(at: str | None, cutoff: time | None, *, tz: str) -> str:
    """``--at`` as "15:30"."""
    from dawnchorus.pipeline.schedule import parse_every  # noqa: PLC0415

    chosen = at or (f"{cutoff:%H:%M}" if cutoff else _DEFAULT_TIME)
    if not re.fullmatch(r"\d\d:\d\d", chosen):
        raise UsageError(
            f"--at: {chosen[:40]!r} is no time of day; write it as 15:30, or 24:00 for whole days"
        )
    try:
        parse_every(f"day@{chosen}", tz=tz)
    except UsageError:
        raise UsageError(
            f"--at: {chosen!r} cannot be; write 00:01 to 23:59, or 24:00 for whole days"
        ) from None
    return chosen


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
