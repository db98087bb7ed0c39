"""``dawnchorus demo``: three days of invented posts become three editions and a site."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import click

from dawnchorus.cli.progress import progress
from dawnchorus.cli.report import coverage_line
from dawnchorus.model import Lang, Window

TITLE = "Demo Balloons"
TZ = "Asia/Shanghai"
DAYS = (date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12))


@click.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Folder."
)
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
def command(out: Path, quiet: bool) -> None:
    """Make three editions in Chinese and one in English of an invented industry; no key, no network.

    Posts, people, companies and figures are invented and travel with the package. The last line printed
    is the page to open first.
    """
    from dawnchorus.pipeline.edition import make_edition  # noqa: PLC0415
    from dawnchorus.pipeline.job import Job  # noqa: PLC0415
    from dawnchorus.publish.site import create_site  # noqa: PLC0415
    from dawnchorus.settings import load_topic  # noqa: PLC0415

    create_site(out, title=TITLE, lang="zh", tz=TZ)
    topic = load_topic(str(_leave(out, "topic.toml", "balloons.toml")))
    pages = []
    for day in DAYS:
        languages: tuple[Lang, ...] = ("zh", "en") if day == DAYS[-1] else ("zh",)
        job = Job(
            inputs=(str(_leave(out, f"posts-{day}.jsonl", f"posts/posts-{day}.jsonl")),),
            topic=topic,
            label=topic.label,
            window=Window(first=day, last=day, tz=topic.tz),
            languages=languages,
            writer=topic.writer,
            publishers=topic.publishers,
            out=out,
            data=out / ".dawnchorus",
            # The posts are of fixed days, so the clock is too: the demo makes the same bytes on any day.
            now=datetime.combine(DAYS[-1] + timedelta(days=1), datetime.min.time(), tzinfo=UTC),
        )
        with progress(quiet=quiet, steps=8) as tell:
            if not quiet and day == DAYS[-1]:
                tell.note("The posts of this day have three broken rows, to show how such are told:")
            made = make_edition(job, tell=tell)
        for one in made:
            if not quiet:
                unchanged = f"{one.slug}: nothing to do, it is there already"
                click.echo(coverage_line(one.report) if one.report else unchanged, err=True)
            pages.append(one.page)
    click.echo("Invented posts became these reports:")
    for page in pages:
        click.echo(f"  {page}")
    click.echo(
        f"Their posts, some of them hostile on purpose: {out / 'posts'}; the topic: {out / 'balloons.toml'}"
    )
    click.echo(f"As a site, where Jekyll is installed: jekyll serve --source {out}")
    click.echo(f"Open first: {pages[len(DAYS) - 1].resolve()}")


def _leave(out: Path, name: str, path: str) -> Path:
    """Leave a file of the demo under ``out``, for readers to look at and to try the program on."""
    from dawnchorus.publish.files import write_all  # noqa: PLC0415

    [left] = write_all(out, {path: (files("dawnchorus.demo") / name).read_bytes()})
    return left
