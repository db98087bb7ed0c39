"""``dawnchorus fetch``: read a topic's sources into the archive, no more."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from dawnchorus.cli.options import check_encodable, parse_day, parse_now
from dawnchorus.cli.output import write_lines
from dawnchorus.cli.progress import progress
from dawnchorus.errors import UsageError

if TYPE_CHECKING:
    from dawnchorus.settings import PluginUse, Topic

_LATEST: Final = timedelta(days=2)
_ENDLESS: Final = timedelta(days=3650)


@click.command("fetch")
@click.argument("topic", metavar="TOPIC")
@click.option("--from", "first", metavar="DAY", help="First day; default: the last two days up to now.")
@click.option("--to", "last", metavar="DAY", help="Last day; default: the first.")
@click.option("--until", metavar="TIME", help="Only what was posted before: 15:30 on each day.")
@click.option("--source", "names", multiple=True, metavar="NAME", help="Only this source; repeat for more.")
@click.option("--label", metavar="NAME", help="Whose posts these are; default: the topic's.")
@click.option("--data", type=click.Path(path_type=Path), help="Archive and ledger; default: OUT/.dawnchorus.")
@click.option("--dry-run", is_flag=True, help="Say what it may take and cost, and send nothing.")
@click.option("--follow", is_flag=True, help="Go on with what is new until stopped (Ctrl-C, SIGTERM).")
@click.option("--now", metavar="TIME", help="Take this for the present time.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
def command(topic: str, names: tuple[str, ...], follow: bool, quiet: bool, **given: Any) -> None:
    """Read the sources of TOPIC (a built-in topic or a TOML file) into the archive.

    \b
    dawnchorus fetch topic.toml                              the last two days, what is new of them
    dawnchorus fetch topic.toml --source jetstream --follow  a live source, until it is stopped

    Prints a line a source: how it went, posts it gave, how many were new, and what failed. Exit code 1 only
    if every source failed.

    Pages that posts link to (fetch.links of the topic) are opened by "run", for the posts that it keeps.
    """
    from dawnchorus.pipeline.estimates import estimate_lines, estimate_sources  # noqa: PLC0415
    from dawnchorus.pipeline.fetch import fetch_sources  # noqa: PLC0415
    from dawnchorus.settings import check_label, load_topic  # noqa: PLC0415
    from dawnchorus.store.ledger import Ledger  # noqa: PLC0415
    from dawnchorus.store.visits_log import visits  # noqa: PLC0415

    settings = load_topic(topic)
    uses = _uses(settings, names)
    label = given["label"] or settings.label
    try:
        check_label(label)
    except ValueError as error:
        raise UsageError(f"--label: {error}") from None
    folder: Path = given["data"] or settings.out / ".dawnchorus"
    check_encodable(folder)
    at = parse_now(given["now"])
    span = _span(settings, given["first"], given["last"], given["until"], now=at, follow=follow)
    path = folder / "ledger.sqlite"
    if given["dry_run"]:
        # Not even a ledger is left behind.
        with Ledger(path if path.exists() else Path(":memory:")) as ledger:
            told = estimate_sources(uses, topic=settings, label=label, span=span, now=at, ledger=ledger)
            write_lines(f"{line}\n" for line in estimate_lines(told, ledger=ledger, now=at))
        return
    with Ledger(path) as ledger, progress(quiet=quiet, steps=1) as tell, _told_to_stop(follow) as stopping:
        tell.step(f"{'following' if follow else 'reading'} {', '.join(use.name for use in uses)}")
        health = fetch_sources(
            uses,
            topic=settings,
            label=label,
            span=span,
            now=at,
            data=folder,
            ledger=ledger,
            tell=tell,
            follow=follow,
            stop=stopping.is_set,
        )
        new = {row.name: row.new for row in visits(ledger, label=label, last=1)}
    write_lines(
        f"{one.name:16} {one.status:8} {one.posts:7} posts {new[one.name]:7} new  {one.reason}".rstrip()
        + "\n"
        for one in health
    )
    raise SystemExit(int(all(one.status == "failed" for one in health)))


def _uses(topic: Topic, names: tuple[str, ...]) -> tuple[PluginUse, ...]:
    """The topic's sources, or those of ``names``, with the options the topic has for them."""
    from dawnchorus.settings import PluginUse  # noqa: PLC0415

    if not names and not topic.sources:
        raise UsageError(f"topic {topic.id} names no sources; add [[sources]] to it, or --source NAME")
    known = {use.name for use in topic.sources}
    chosen = tuple(use for use in topic.sources if not names or use.name in names)
    return chosen + tuple(PluginUse(name=name) for name in dict.fromkeys(names) if name not in known)


def _span(
    topic: Topic, first: str | None, last: str | None, until: str | None, *, now: datetime, follow: bool
) -> tuple[datetime, datetime]:
    """From and up to, UTC."""
    from dawnchorus.cli.run import parse_clock  # noqa: PLC0415
    from dawnchorus.pipeline.windows import day_windows  # noqa: PLC0415

    if first is None and last is None and until is None:
        return now - _LATEST, now + _ENDLESS if follow else now
    if follow and (last is not None or until is not None):
        raise UsageError("--follow has no end; leave --to and --until out")
    if first is None and last is None:
        raise UsageError("--until belongs to days; add --from 2025-11-21")
    windows = day_windows(
        parse_day(first, "--from") if first else None,
        parse_day(last, "--to") if last else None,
        tz=topic.tz,
        until=parse_clock(until),
        now=now,
    )
    end = now + _ENDLESS if follow else windows[-1].end.astimezone(UTC)
    return windows[0].start.astimezone(UTC), end


@contextmanager
def _told_to_stop(follow: bool) -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set; a second one ends the program at once.

    Without ``follow`` signals do what they always do: whatever kills a fetch, the next one goes on.
    """
    stopping = threading.Event()
    if not follow:
        yield stopping
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop(number: int, _: object) -> None:
        stopping.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, stop)
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
