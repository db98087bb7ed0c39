"""``dawnchorus forget``: posts and authors leave the archive, the caches and what was published."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dawnchorus.cli.options import parse_now
from dawnchorus.cli.output import write_lines
from dawnchorus.errors import UsageError

if TYPE_CHECKING:
    from dawnchorus.pipeline.forget import Found

_SHOWN = 10


@click.command("forget")
@click.argument("targets", nargs=-1, metavar="[POST|AUTHOR]...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder of the site; default: this one, if it has an archive, or site.",
)
@click.option("--data", type=click.Path(path_type=Path), help="Archive and caches; default: OUT/.dawnchorus.")
@click.option("--gone", is_flag=True, help="Also all posts that their platforms reported as deleted.")
@click.option("--dry-run", is_flag=True, help="Show what would be removed; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--now", metavar="TIME", help="Take this for the present time.")
def command(
    targets: tuple[str, ...], out: Path | None, data: Path | None, now: str | None, **flags: bool
) -> None:
    """Remove posts or authors from everything that is kept, and publish the editions that cite them again.

    \b
    dawnchorus forget x:1991853674587685240 https://mastodon.social/@ines/115
    dawnchorus forget x:@ines mastodon:@ines@mastodon.social https://bsky.app/profile/ines.example

    Their posts are not let in again. In an edition already published sentences that stand on them are
    withdrawn, and the citation keeps its number and says that the post is gone. Killed, it goes on where it
    was when it is run again, also without arguments.
    """
    from dawnchorus.pipeline.forget import find, forget, gone_targets, unfinished  # noqa: PLC0415
    from dawnchorus.pipeline.targets import Targets, parse_targets  # noqa: PLC0415

    out = out or (Path() if Path(".dawnchorus").is_dir() else Path("site"))
    data = data or out / ".dawnchorus"
    at = parse_now(now)
    if not data.is_dir():
        raise UsageError(f"{data}: no archive there; name its folder with --data, or the site with --out")
    wanted = parse_targets(targets)
    if flags["gone"]:
        deleted = gone_targets(data)
        wanted = Targets(posts=wanted.posts | deleted.posts, authors=wanted.authors)
    if not targets and not flags["gone"] and not unfinished(data):
        raise UsageError("nothing to forget; name posts or authors, or add --gone")
    found = find(wanted, data=data, out=out)
    if flags["gone"] and not targets and not found.ids:
        click.echo("no platform has reported a post as deleted that is kept here", err=True)
    else:
        _tell(found, out)
    if flags["dry_run"]:
        return
    if not flags["yes"]:
        if not sys.stdin.isatty():
            raise UsageError("nobody is there to ask; look with --dry-run, then add --yes")
        click.confirm("Remove them? This cannot be undone", abort=True, err=True)
    write_lines(f"{one.where}: {one.what}\n" for one in forget(found, data=data, out=out, now=at))
    _remind(out)


def _tell(found: Found, out: Path) -> None:
    """What was found, and what will stay."""
    from dawnchorus.pipeline.telling import counted  # noqa: PLC0415

    def say(line: str) -> None:
        click.echo(line, err=True)

    say(f"{counted(len(found.ids), 'post')} found, {found.reposts} of them passed on by others")
    for slug, count in found.editions:
        say(f"{out / slug}: counted or cited {count} of them")
    if not found.ids:
        say("nothing of it is kept here; from now on it is not let in")
    for ids, why in (
        (found.copies, "by others in the same words"),
        (found.mentions, "by others that name an author"),
    ):
        if ids:
            more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
            named = ", ".join(ids[:_SHOWN]) + more
            say(f"stays: {counted(len(ids), 'post')} {why}: {named}; forget by id what must go")


def _remind(out: Path) -> None:
    """What no program can take back here."""
    if (out / "_site").exists():
        click.echo(f"{out / '_site'} was built before: build the site again", err=True)
    click.echo(
        "Not touched: files of posts you keep yourself, backups, the history of a git repository, and copies "
        "that others made of the published site; see docs/privacy.md",
        err=True,
    )
