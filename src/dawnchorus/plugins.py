"""Sources, writers and publishers, ours and other people's, by the name of their entry point.

    [project.entry-points."dawnchorus.sources"]
    mbox = "dawnchorus_mbox:Mbox"

The entry point names a class, or any callable, that takes the options of the topic file as keyword
arguments and gives the plug-in. Only what a topic names is imported. ``dawnchorus.testing`` has the
contract tests.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Literal, Protocol, cast, overload, runtime_checkable

from dawnchorus.errors import DawnchorusError, PublishError, SourceError, UsageError, WriterError
from dawnchorus.model import Judgement, Post, Report, Window
from dawnchorus.visits import Estimate, Page, Visit

Group = Literal["sources", "writers", "publishers"]

_BROKEN: Final[Mapping[Group, type[DawnchorusError]]] = {
    "sources": SourceError,
    "writers": WriterError,
    "publishers": PublishError,
}


class Source(Protocol):
    """A place posts are read from, all at once."""

    name: str

    def fetch(self, window: Window) -> Iterator[Post]:
        """Give the posts of ``window``, in any order; ids are the same each time.

        Posts from outside the window do no harm, they are left out and counted.

        Raises:
            SourceError: It could not be read; the edition goes on with what came before.
        """
        ...


@runtime_checkable
class PagedSource(Protocol):
    """A source that is read page by page and goes on where the last visit ended."""

    name: str

    def pages(self, visit: Visit) -> Iterator[Page]:
        """Give what is new since the cursors of ``visit``, page by page.

        Every page is stored before the next is asked for. Posts from outside ``visit.start`` to ``visit.end``
        do no harm. A stream that fails gives a page with its ``fault``, and the other streams go on.

        Raises:
            SourceError: The source as a whole could not be read (further).
        """
        ...

    def estimate(self, visit: Visit) -> Estimate:
        """What :meth:`pages` may take; sends nothing."""
        ...


class Writer(Protocol):
    """Writes the sections of a report out of chosen posts and figures."""

    name: str
    ai_generated: bool  # whether a language model worded any of it; the report says so

    def write(self, briefing: Any) -> Any:
        """Give a ``report.briefing.Draft`` for a ``report.briefing.Briefing``.

        Each sentence names the posts it stands on. What does not stand is not printed: the checker sees
        every sentence afterwards.

        Raises:
            WriterError: There is no usable draft.
        """
        ...


class Judge(Protocol):
    """Looks at a written sentence on which the checker's rules cannot tell, and at nothing else.

    It is asked about no sentence that a rule rejects or that all rules pass. What it says counts only with
    the words it stands on: ``report.check.judge`` looks them up in the posts.
    """

    name: str

    def judge(self, sentence: str, posts: Sequence[Post]) -> Judgement:
        """Say whether ``posts``, all that the sentence cites, bear it out.

        Whoever says "supported" gives one span of each post: words that stand in it as they are written, and
        that say what the sentence says. Posts are hostile; what they ask of a judge is no reason. A judge
        keeps its own deadline. Whatever it raises leaves the sentence unpublished, and the edition goes on.
        """
        ...


class Publisher(Protocol):
    """Lays a checked report out as files."""

    name: str

    def publish(
        self, report: Report, *, out: Path, assets: Mapping[str, bytes], evidence: bytes, dropped: bytes
    ) -> list[Path]:
        """Write the report under ``out``, all of it or nothing, and return the files, sorted.

        The same report gives the same bytes. Text of posts is hostile: it must be written so that nothing
        in it can act as markup.

        Args:
            report: The edition, checked.
            out: Root of the output, made if missing.
            assets: File name to content of the pictures.
            evidence: Content of ``evidence.jsonl``.
            dropped: Content of ``dropped.jsonl``.

        Raises:
            PublishError: The files could not be written; nothing half-done is left.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A plug-in that is installed, whether it works or not."""

    name: str
    package: str  # "dawnchorus 0.1.0"
    target: str  # "dawnchorus_mbox:Mbox"
    error: str = ""  # why it cannot be imported, in one line; "" if it can


@overload
def load_plugin(
    group: Literal["sources"], name: str, *, options: Mapping[str, Any] | None = None
) -> Source | PagedSource: ...
@overload
def load_plugin(
    group: Literal["writers"], name: str, *, options: Mapping[str, Any] | None = None
) -> Writer: ...
@overload
def load_plugin(
    group: Literal["publishers"], name: str, *, options: Mapping[str, Any] | None = None
) -> Publisher: ...
def load_plugin(
    group: Group, name: str, *, options: Mapping[str, Any] | None = None
) -> Source | PagedSource | Writer | Publisher:
    """Import the plug-in ``name`` of ``group`` and make it with ``options``.

    Raises:
        UsageError: It is not installed, two packages have one of that name, or it refuses the options.
        SourceError, WriterError, PublishError: By group: it is installed but cannot be imported.
    """
    kind = group.removesuffix("s")
    found = [point for point in _points(group) if point.name == name]
    if not found:
        names = ", ".join(sorted({point.name for point in _points(group)})) or "none"
        close = get_close_matches(name, names.split(", "), n=1)
        next_step = f"did you mean {close[0]}?" if close else "install the package that has it"
        raise UsageError(f"no {kind} named {name!r:.80}; installed: {names}; {next_step}")
    if len({point.value for point in found}) > 1:
        packages = " and ".join(sorted(_package(point) for point in found))
        raise UsageError(f"{kind} {name!r}: offered by {packages}; uninstall one of them")
    try:
        make = found[0].load()
    except Exception as error:  # whatever an import of other people's code may raise
        raise _BROKEN[group](f"{kind} {name!r} of {_package(found[0])} {_why(error)}") from error
    try:
        made = make(**(options or {}))
    except (TypeError, ValueError) as error:
        why = _refused(make, options or {}, error)
        raise UsageError(f"{kind} {name!r}: its options are wrong: {why}; mend them") from error
    return cast("Source | PagedSource | Writer | Publisher", made)


def _refused(make: Callable[..., object], options: Mapping[str, Any], error: Exception) -> str:
    """Why ``make`` does not take ``options``, as their writer knows them."""
    try:
        signature = inspect.signature(make)
    except (TypeError, ValueError):  # a callable that does not tell
        return _one_line(error)
    named = [one for one in signature.parameters.values() if one.kind is not one.VAR_POSITIONAL]
    known = [one.name for one in named]
    unknown = [name for name in options if name not in known]
    if not unknown or any(one.kind is one.VAR_KEYWORD for one in named):
        return _one_line(error)
    return f"no option {unknown[0]!r:.60}; it takes {', '.join(known) or 'none'}"


def installed(group: Group, *, check: Iterable[str] | Literal["all"] = ()) -> tuple[Installed, ...]:
    """What is installed in ``group``, by name; those in ``check`` are imported to see whether they can be."""
    return tuple(
        Installed(
            name=point.name,
            package=_package(point),
            target=point.value,
            error=_import_error(point) if check == "all" or point.name in check else "",
        )
        for point in _points(group)
    )


def _points(group: Group) -> list[EntryPoint]:
    # The same package can be found twice, as a checkout and as installed.
    points = {
        (point.name, point.value, _package(point)): point
        for point in entry_points(group=f"dawnchorus.{group}")
    }
    return [point for _, point in sorted(points.items(), key=lambda entry: entry[0])]


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"


def _import_error(point: EntryPoint) -> str:
    try:
        point.load()
    except Exception as error:  # whatever an import of other people's code may raise
        return _why(error)
    return ""


def _why(error: Exception) -> str:
    return f"cannot be imported: {type(error).__name__}: {_one_line(error)}; reinstall or update it"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
