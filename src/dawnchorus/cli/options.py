"""Options that several commands share, and what they mean together."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from zoneinfo import ZoneInfo

import click

from dawnchorus.errors import InputError, UsageError
from dawnchorus.model import Lang, Window, local_instant

if TYPE_CHECKING:
    from dawnchorus.pipeline.job import Job
    from dawnchorus.pipeline.traffic import Traffic
    from dawnchorus.settings import PluginUse, Topic

_FIRST_YEAR, _LAST_YEAR = 1900, 2999

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


MODEL_OPTIONS: tuple[Decorator, ...] = (
    click.option(
        "--record",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Also write all traffic with the language model, without keys, to FILE.",
    ),
    click.option(
        "--replay",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Answer for the language model from what --record wrote.",
    ),
    click.option(
        "--bridge",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Ask the language model through files in DIR (for debugging).",
    ),
    click.option(
        "--from-ledger",
        is_flag=True,
        help="Ask no language model: take the answers that were paid before.",
    ),
)


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which way calls to a language model take."""
    for option in reversed(MODEL_OPTIONS):
        command = option(command)
    return command


def posts_argument(*, required: bool = False) -> Decorator:
    """POSTS...: files, folders, globs, "-"; none: the archive."""
    return click.argument("posts", nargs=-1, required=required, metavar="POSTS...")


def edition_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which topic, which days, which language: as ``report`` and ``write`` take them."""
    options: tuple[Decorator, ...] = (
        click.option("--topic", required=True, metavar="NAME|FILE", help="Built-in topic or a TOML file."),
        click.option("--label", metavar="NAME", help="Name in titles and file names; default: the topic's."),
        click.option("--from", "first", metavar="DAY", help="First day, 2025-11-21."),
        click.option("--to", "last", metavar="DAY", help="Last day; default: the first."),
        click.option("--until", metavar="TIME", help="Cut-off: 15:30 on the last day, or 2025-11-21T15:30."),
        click.option("--tz", metavar="ZONE", help="Zone of the days; default: the topic's."),
        click.option("--lang", "languages", metavar="LANG", multiple=True, help="zh or en; repeat for both."),
        click.option(
            "--undated",
            type=click.Choice(["exclude", "include"]),
            default="exclude",
            show_default=True,
            help="What to do with posts that have no time at all.",
        ),
        click.option("--writer", metavar="NAME", help="Writer to use; default: the topic's."),
        *MODEL_OPTIONS,
        click.option(
            "--data",
            type=click.Path(path_type=Path),
            help="Archive and caches; default: OUT/.dawnchorus.",
        ),
        click.option(
            "--now", metavar="TIME", help="Take this for the present time, to make an edition once more."
        ),
        click.option("--quiet", "-q", is_flag=True, help="No progress on stderr."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionOptions:
    """The values of :func:`edition_options`."""

    topic: str
    label: str | None
    first: str | None
    last: str | None
    until: str | None
    tz: str | None
    languages: tuple[str, ...]
    undated: Literal["exclude", "include"]
    writer: str | None
    record: Path | None
    replay: Path | None
    bridge: Path | None
    from_ledger: bool
    data: Path | None
    now: str | None
    quiet: bool


def make_job(
    options: EditionOptions, *, posts: tuple[str, ...], out: Path, publishers: tuple[str, ...] = ()
) -> Job:
    """The job the options ask for.

    Raises:
        UsageError: An option is wrong; the message says which and how to write it.
    """
    from dawnchorus.pipeline.job import Job  # noqa: PLC0415
    from dawnchorus.settings import check_label, load_topic  # noqa: PLC0415

    topic = load_topic(options.topic)
    data = options.data or out / ".dawnchorus"
    if not posts:
        check_archive(data)
    for folder in (out, options.data):
        if folder is not None:
            check_encodable(folder)
    label = topic.label if options.label is None else options.label
    try:
        check_label(label)
    except ValueError as error:
        raise UsageError(f"--label: {error}") from None
    now = parse_now(options.now)
    return Job(
        inputs=posts,
        topic=topic,
        label=label,
        window=_window(options, topic, now),
        languages=parse_languages(options.languages, topic) or (topic.primary,),
        out=out,
        data=data,
        now=now,
        undated=options.undated,
        writer=_used(options.writer, (topic.writer,)) if options.writer else topic.writer,
        traffic=make_traffic(
            record=options.record,
            replay=options.replay,
            bridge=options.bridge,
            from_ledger=options.from_ledger,
        ),
        publishers=tuple(_used(name, topic.publishers) for name in publishers) or topic.publishers,
    )


def make_traffic(
    *, record: Path | None, replay: Path | None, bridge: Path | None, from_ledger: bool
) -> Traffic:
    """The way that calls to a model take.

    Raises:
        UsageError: Two ways at once.
    """
    from dawnchorus.pipeline.traffic import Traffic  # noqa: PLC0415

    ways = {"--replay": replay, "--bridge": bridge, "--from-ledger": from_ledger}
    chosen = [name for name, value in ways.items() if value]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} both answer for the model; choose one")
    if record and from_ledger:
        raise UsageError("--record has nothing to record with --from-ledger: nothing is sent; leave one out")
    if record and replay and record.absolute() == replay.absolute():
        raise UsageError("--record and --replay are one file; record into another")
    return Traffic(record=record, replay=replay, bridge=bridge, ledger_only=from_ledger)


def check_archive(data: Path) -> None:
    """Refuse a call without POSTS where no archive stands in for them."""
    if not (data / "posts").is_dir():
        raise UsageError(
            f"no posts to read; name files or folders, or fetch posts into {data} first: dawnchorus run TOPIC"
        )


def check_encodable(folder: Path) -> None:
    """Refuse a folder whose name cannot be written down."""
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        raise UsageError(f"{str(folder)!a}: the name is not UTF-8; choose another folder") from None


def _used(name: str, known: tuple[PluginUse, ...]) -> PluginUse:
    """The plug-in ``name`` with the options the topic has for it, if any."""
    from dawnchorus.settings import PluginUse  # noqa: PLC0415

    return next((use for use in known if use.name == name), PluginUse(name=name))


def parse_now(text: str | None) -> datetime:
    """``--now``, or the clock of the machine, in UTC."""
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--now: {text!r} is no time; write it as 2025-11-21T15:30:00+08:00") from None
    if at.tzinfo is None:
        raise UsageError(f"--now: {text!r} has no zone; write it as {text}+00:00")
    _check_year(at, f"--now: {text}")
    return at


def _window(options: EditionOptions, topic: Topic, now: datetime) -> Window:
    tz = topic.tz if options.tz is None else options.tz
    zone = parse_zone(tz)
    if options.first is None and options.last is None:
        raise UsageError("no days given; add --from 2025-11-21 (and --to for more than one day)")
    first = parse_day(cast(str, options.first or options.last), "--from")
    last = parse_day(options.last, "--to") if options.last else first
    if last < first:
        raise UsageError(f"--to {last} is before --from {first}; swap them")
    until = _until(options.until, last, zone)
    if until is None and topic.cutoff is not None:
        until = local_instant(last, topic.cutoff, zone)
    whole = Window(first=first, last=last, tz=tz)
    # In UTC: within one zone Python compares what clocks show, which lies on the day they are changed.
    start, end = whole.start.astimezone(UTC), whole.end.astimezone(UTC)
    if until is not None and not start < until.astimezone(UTC) <= end:
        raise UsageError(f"--until {until:%Y-%m-%dT%H:%M} is not within {first} to {last}")
    if now < end and (until is None or now < until.astimezone(UTC)):
        # The window is still open: what is to come does not count, and the report says until when it read.
        if now <= start:
            raise UsageError(
                f"--from {first} is in the future; it is {now.astimezone(zone):%Y-%m-%d %H:%M} in {tz}"
            )
        until = now.replace(microsecond=0)
    return Window(first=first, last=last, tz=tz, until=until)


def parse_zone(tz: str) -> ZoneInfo:
    """The zone of an IANA name."""
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        raise UsageError(f"--tz: {tz!r} is no time zone; use an IANA name such as Asia/Shanghai") from None


def parse_day(text: str, option: str) -> date:
    """A day as 2025-11-21 or 20251121."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is no day; write it as 2025-11-21") from None
    _check_year(day, f"{option}: {text}")
    return day


def _check_year(day: date, what: str) -> None:
    # Days around a window must exist as well, in every zone.
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UsageError(f"{what} is out of range; give a day of {_FIRST_YEAR} to {_LAST_YEAR}")


def _until(text: str | None, last: date, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        at = (
            datetime.fromisoformat(text)
            if "T" in text or " " in text
            else local_instant(last, time.fromisoformat(text), zone)
        )
    except ValueError:
        raise UsageError(f"--until: {text!r} is no time; write 15:30 or 2025-11-21T15:30") from None
    return at if at.tzinfo else local_instant(at.date(), at.time(), zone)


def parse_languages(given: tuple[str, ...], topic: Topic) -> tuple[Lang, ...]:
    """The languages asked for, "zh,en" being two; none if none are.

    Raises:
        UsageError: The topic has no names in one of them.
    """
    asked = [part.strip() for text in given for part in text.split(",") if part.strip()]
    for lang in asked:
        if lang not in topic.names:
            known = ", ".join(topic.names)
            raise UsageError(f"--lang: topic {topic.id} has no names in {lang!r}; it has {known}")
    return cast("tuple[Lang, ...]", tuple(dict.fromkeys(asked)))


@contextlib.contextmanager
def spooled(posts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """``posts`` with "-" and pipes replaced by files that hold what came through them.

    A file can be read twice, hashed and named in the manifest; a pipe cannot.
    """
    from dawnchorus.sources.inputs import SPOOL  # noqa: PLC0415
    from dawnchorus.sources.values import shown  # noqa: PLC0415

    streams = [post for post in posts if post == "-" or (os.path.exists(post) and _is_pipe(post))]
    if not streams:
        yield posts
        return
    with tempfile.TemporaryDirectory(prefix=SPOOL) as folder:
        files = {}
        for number, post in enumerate(dict.fromkeys(streams)):
            files[post] = os.path.join(folder, "stdin" if post == "-" else f"pipe {number}")
            try:
                with click.open_file(post, "rb") as stream, open(files[post], "wb") as file:
                    shutil.copyfileobj(stream, file, 1 << 20)
            except OSError as error:
                raise InputError(f"{shown(post, limit=400)}: cannot be read: {error.strerror}") from error
        yield tuple(files.get(post, post) for post in posts)


def _is_pipe(path: str) -> bool:
    return not (os.path.isfile(path) or os.path.isdir(path))
