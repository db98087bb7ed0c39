"""``dawnchorus stories``: posts in, the story of each out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dawnchorus.cli.options import check_archive, parse_day, parse_zone, posts_argument, spooled
from dawnchorus.cli.output import write_lines, write_objects
from dawnchorus.cli.progress import progress
from dawnchorus.errors import UsageError


@click.command("stories")
@posts_argument()
@click.option("--json", "as_json", is_flag=True, help="A JSON object a post, in the order they were read.")
@click.option("--topic", metavar="NAME|FILE", help="Leave out what is off this topic; default: keep all.")
@click.option("--from", "first", metavar="DAY", help="First day; default: all days.")
@click.option("--to", "last", metavar="DAY", help="Last day; default: the first.")
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="Zone of the days.")
@click.option("--undated", type=click.Choice(["exclude", "include"]), default="include", show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Archive to read where no POSTS are named.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
def command(posts: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Group POSTS into stories.

    With --json a line a post: {"id", "story", "thread", "duplicate_of", "dropped"}; a story of null means
    the post is on its own. Without it, the stories, best first. Without POSTS the archive in --data is read.
    """
    from dawnchorus.pipeline.group import group_posts, story_lines  # noqa: PLC0415
    from dawnchorus.settings import load_topic  # noqa: PLC0415

    parse_zone(given["tz"])
    first = parse_day(given["first"], "--from") if given["first"] else None
    last = parse_day(given["last"], "--to") if given["last"] else first
    if last and not first:
        raise UsageError("--to without --from; give both")
    topic = load_topic(given["topic"]) if given["topic"] else None
    data = None
    if not posts:
        data = given["data"] or (topic.out if topic else Path()) / ".dawnchorus"
        check_archive(data)
    with spooled(posts) as inputs, progress(quiet=given["quiet"], steps=4) as tell:
        grouped = group_posts(
            inputs,
            data=data,
            topic=topic,
            first=first,
            last=last,
            tz=given["tz"],
            undated=given["undated"],
            tell=tell,
        )
    if as_json:
        write_objects(grouped.posts.iter_rows(named=True))
    else:
        write_lines(story_lines(grouped))
