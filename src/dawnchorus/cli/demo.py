"""``dawnchorus demo``: three days of invented posts become three editions and a site."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import click

from dawnchorus.cli.progress import progress
from dawnchorus.cli.report import coverage_line
from dawnchorus.model import Lang, Window

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

    with as_file(files("dawnchorus.demo")) as folder:
        topic = load_topic(str(folder / "topic.toml"))
        pages = []
        create_site(out, title=topic.display_name, lang="zh", tz=topic.tz)
        for day in DAYS:
            languages: tuple[Lang, ...] = ("zh", "en") if day == DAYS[-1] else ("zh",)
            job = Job(
                inputs=(str(folder / f"posts-{day}.jsonl"),),
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
                made = make_edition(job, tell=tell)
            for one in made:
                if not quiet:
                    unchanged = f"{one.slug}: nothing to do, it is there already"
                    click.echo(coverage_line(one.report) if one.report else unchanged, err=True)
                pages.append(one.page)
    click.echo("Invented posts became these reports:")
    for page in pages:
        click.echo(f"  {page}")
    click.echo(f"As a site: jekyll serve --source {out}")
    click.echo(f"Open first: {pages[len(DAYS) - 1].resolve()}")
