"""``dawnchorus stories``: posts in, the story of each out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dawnchorus.cli.options import check_archive, parse_day, parse_zone, posts_argument, spooled
from dawnchorus.cli.output import write_lines, write_objects, write_table
from dawnchorus.cli.progress import progress
from dawnchorus.errors import UsageError

if TYPE_CHECKING:
    from dawnchorus.pipeline.group import Asked
    from dawnchorus.pipeline.partitions.running import Running
    from dawnchorus.pipeline.telling import Teller


@click.command("stories")
@posts_argument()
@click.option("--json", "as_json", is_flag=True, help="A JSON object a post, in the order they were read.")
@click.option(
    "--why",
    nargs=2,
    metavar="POST POST",
    help="Why two posts, by id or address, are in one story or are not; with --json as an object.",
)
@click.option(
    "--top",
    type=click.IntRange(min=0),
    default=40,
    show_default=True,
    metavar="N",
    help="Stories to list; 0 for all.",
)
@click.option("--topic", metavar="NAME|FILE", help="Leave out what is off this topic; default: keep all.")
@click.option("--from", "first", metavar="DAY", help="First day; default: all days.")
@click.option("--to", "last", metavar="DAY", help="Last day; default: the first.")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="Zone of the days.")
@click.option("--undated", type=click.Choice(["exclude", "include"]), default="include", show_default=True)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Archive to read where no POSTS are named; its earlier editions of --topic tell what is new.",
)
@click.option("--label", metavar="NAME", help="Whose earlier editions to look at; default: the topic's.")
@click.option(
    "--executor",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Who does the work; with --json. See docs/cluster.md.",
)
@click.option("--ray-address", metavar="ADDRESS", help="Of a Ray cluster; default: one on this machine.")
@click.option(
    "--partitions",
    type=click.IntRange(min=1),
    metavar="N",
    help="Parts to do the work in; with --json. Stories are the same in any number.",
)
@click.option(
    "--scratch",
    metavar="DIR|URL",
    help="Where partial results lie, for all machines to see; default: a temporary folder.",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
def command(posts: tuple[str, ...], as_json: bool, why: tuple[str, str] | None, **given: Any) -> None:
    """Group POSTS into stories.

    With --json a line a post: {"id", "story", "thread", "duplicate_of", "dropped"}; a story of null means
    the post is on its own. Without it a table of the stories, best first. Without POSTS the archive in
    --data is read. See docs/stories.md.
    """
    from dawnchorus.pipeline.assign import assign_posts  # noqa: PLC0415
    from dawnchorus.pipeline.group import Asked, group_posts, tell_why  # noqa: PLC0415
    from dawnchorus.settings import load_topic  # noqa: PLC0415

    running = _running(given, alone=bool(why) or not as_json or not posts or bool(given["first"]))
    parse_zone(given["tz"])
    first = parse_day(given["first"], "--from") if given["first"] else None
    last = parse_day(given["last"], "--to") if given["last"] else first
    if last and not first:
        raise UsageError("--to without --from; give both")
    topic = load_topic(given["topic"]) if given["topic"] else None
    data: Path | None = given["data"]
    if not posts:
        data = data or (topic.out if topic else Path()) / ".dawnchorus"
        check_archive(data)
    with spooled(posts) as inputs, progress(quiet=given["quiet"], steps=4) as tell:
        asked = Asked(
            inputs=inputs,
            data=None if posts else data,
            topic=topic,
            first=first,
            last=last,
            tz=given["tz"],
            undated=given["undated"],
            earlier=data,
            label=given["label"] or (topic.label if topic else None),
        )
        if why:
            told = tell_why(asked, why, tell=tell)
        elif as_json:
            if running is not None and _written_in_parts(asked, running, tell=tell):
                return
            assigned = assign_posts(asked, tell=tell)
        else:
            grouped = group_posts(asked, tell=tell)
    if why and as_json:
        write_objects([asdict(told)])
    elif why:
        from dawnchorus.cli.story_why import why_text  # noqa: PLC0415

        write_lines([why_text(told)])
    elif as_json:
        write_table(assigned)
    else:
        from dawnchorus.cli.story_table import story_table  # noqa: PLC0415

        write_lines([story_table(grouped, tz=given["tz"], first=first, last=last, top=given["top"])])
        left = len(grouped.stories) - given["top"]
        if given["top"] and left > 0:
            click.echo(f"and {left} more stories; --top 0 lists all", err=True)


def _running(given: dict[str, Any], *, alone: bool) -> Running | None:
    """How the work is parted; None where it cannot be."""
    from dawnchorus.pipeline.partitions.running import Running  # noqa: PLC0415

    ray = given["executor"] == "ray"
    asked = ray or given["partitions"] or given["scratch"]
    if given["ray_address"] and not ray:
        raise UsageError("--ray-address without --executor ray; give both")
    if asked and alone:
        raise UsageError(
            "--executor, --partitions and --scratch go with POSTS and --json, without --from and --why"
        )
    if alone:
        return None
    return Running(
        executor="ray" if ray else "local",
        ray_address=given["ray_address"],
        partitions=given["partitions"],
        scratch=given["scratch"],
    )


def _written_in_parts(asked: Asked, running: Running, *, tell: Teller) -> bool:
    """Write the stories of posts that are too many for one piece; false if they are not."""
    from dawnchorus.pipeline.partitions.plan import assign_in_parts  # noqa: PLC0415
    from dawnchorus.pipeline.partitions.running import opened, parts_needed  # noqa: PLC0415

    parts = parts_needed(running, asked.inputs)
    if parts is None:
        return False
    with opened(running) as (executor, shelf):
        for table in assign_in_parts(asked, executor=executor, shelf=shelf, partitions=parts, tell=tell):
            write_table(table)
    return True
