"""A report of before, ours or another's, checked again against posts; and a draft laid out as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from dawnchorus.errors import InputError, PublishError, UnsupportedClaim
from dawnchorus.model import CitedPost, Report, Verdict, Window
from dawnchorus.pipeline.assets import dropped_lines, evidence_lines, pictures
from dawnchorus.pipeline.compose import sentences
from dawnchorus.pipeline.job import SEED
from dawnchorus.pipeline.prepare import keep, read_files
from dawnchorus.pipeline.telling import counted
from dawnchorus.pipeline.withdraw import gone_since
from dawnchorus.plugins import load_plugin
from dawnchorus.publish.report_json import load
from dawnchorus.report.check.claims import check_claim_line
from dawnchorus.report.check.markdown import check_markdown
from dawnchorus.report.check.pointers import pointed
from dawnchorus.report.check.report import CheckedReport, check_report
from dawnchorus.store.editions import earlier_editions
from dawnchorus.store.manifest import write_manifest
from dawnchorus.tables import DROPPED, empty

Tell = Callable[[str], None]
"""Takes one line for the person who runs the program."""


def check_file(
    path: Path, inputs: Sequence[str], *, data: Path | None, tz: str, tell: Tell
) -> list[dict[str, Any]]:
    """Check a report file against posts: a row {"text", "citations", "verdict", "reasons", …} a sentence.

    ``urls`` and ``numbers`` are of the citations as the report lists them; of Markdown there is more, see
    :func:`check_markdown`.

    Args:
        path: report.json of ours, or anybody's Markdown.
        inputs: Files of posts.
        data: Where earlier editions are remembered; None looks where ``path`` was published.
        tz: Zone of dates in Markdown.
        tell: Told what was not looked at.

    Raises:
        InputError: The file is no report, or the posts cannot be read.
    """
    content = _bytes(path)
    if path.suffix.lower() == ".json" or content.lstrip()[:1] == b"{":
        report = _report(path, content)
        earlier = _earlier(report, _beside(path) if data is None else data)
        checked = check_report(report, kept_posts(report, inputs), earlier=earlier)
        cited = {post.id: post for post in report.cited}
        rows = [
            _row(sentence.text, sentence.citations, sentence.verdict, cited)
            for sentence in sentences(checked.report)
            if sentence.verdict is not None
        ]
        if gone := gone_since(report):
            tell(
                f"{report.slug}: {counted(len(gone), 'post')} {'was' if len(gone) == 1 else 'were'} removed "
                "since, by or for the authors: what was counted over them cannot be counted again"
            )
        told = {row["text"] for row in rows}
        about = [failure for failure in checked.failures if failure.text not in told or not failure.text]
        return rows + [
            _row(f"{failure.where}: {failure.text}", (), failure.verdict, cited) for failure in about
        ]
    posts, _ = keep(read_files(inputs).posts.unique("id", keep="last", maintain_order=True), query=None)
    unread: Counter[str] = Counter()
    rows = check_markdown(content.decode("utf-8", "replace"), posts, window=_span(posts, tz), unread=unread)
    parts = [counted(number, kind) for kind, number in unread.items() if number]
    if parts:
        tell(f"not looked at: {', '.join(parts)}")
    if not rows:
        raise InputError(f"{path}: holds no sentence to check; a report is Markdown with links to posts")
    return rows


def check_claim_lines(lines: Iterable[str], *, name: str) -> Iterator[dict[str, Any]]:
    """Check JSON lines of claims: a row {"id", "verdict", "score", "reasons"} each.

    Raises:
        InputError: A line is no claim; it names file and line.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield check_claim_line(line, where=f"{name}:{number}")


def publish_file(
    path: Path, inputs: Sequence[str], *, out: Path, data: Path, publishers: Sequence[str], tell: Tell
) -> Path:
    """Check a drafted report once more and lay it out as files; return its page.

    Args:
        path: report.json, as drafted.
        inputs: Files of posts.
        out: Folder of the site.
        data: Where earlier editions are remembered.
        publishers: Names of plug-ins.
        tell: Told if an edition made from other posts is replaced.

    Raises:
        InputError: No report, or the posts cannot be read.
        PublishError: An edition of another language or topic stands in its place.
        UnsupportedClaim: A sentence does not pass; nothing is written.
    """
    report = _report(path, _bytes(path))
    kept = kept_posts(report, inputs)
    checked = check_report(report, kept, earlier=_earlier(report, data))
    _refuse(checked, path)
    _check_place(report, out / report.slug / "report.json", tell)
    assets = pictures(report, kept, seed=SEED)
    written: list[Path] = []
    for name in publishers:
        written += load_plugin("publishers", name).publish(
            checked.report,
            out=out,
            assets=assets,
            evidence=evidence_lines(report),
            dropped=dropped_lines([empty(DROPPED)]),
        )
    files = [file for file in written if file.is_file()]
    write_manifest(out, slug=report.slug, inputs=[path], settings={"drafted": True}, files=files)
    return out / report.slug / "report.html"


def kept_posts(report: Report, inputs: Sequence[str]) -> pl.DataFrame:
    """The posts of ``inputs`` that the report kept, cleaned the way it cleaned them (tables.KEPT).

    Raises:
        InputError: None of them is there.
    """
    posts = read_files(inputs).posts.unique("id", keep="last", maintain_order=True)
    wanted = pl.DataFrame({"id": report.sets.get("kept", ())}, schema={"id": pl.String})
    named = wanted.join(posts, on="id", maintain_order="left")
    if named.is_empty() and not wanted.is_empty():
        raise InputError(
            f"none of the {wanted.height} posts of {report.slug} is among those given; name its posts"
        )
    return keep(named.select(posts.columns), query=None)[0]


def _refuse(checked: CheckedReport, path: Path) -> None:
    if checked.failures:
        count = len(checked.failures)
        raise UnsupportedClaim(
            f"{path}: {counted(count, 'statement')} {'does' if count == 1 else 'do'} not pass the check, "
            f"the first: {checked.failures[0]}; see all: dawnchorus check {path} --posts …"
        )


def _check_place(report: Report, there: Path, tell: Tell) -> None:
    """Whether ``report`` may take the place of what was published under its name."""
    if not there.is_file():
        return
    try:
        other = load(_bytes(there))
    except InputError:
        return  # half an edition, or one of a version before: made again
    for what, old, new in (("language", other.lang, report.lang), ("topic", other.topic, report.topic)):
        if old != new:
            raise PublishError(
                f"{there} is an edition of another {what} ({old}, the draft is {new}); "
                "give another --out, or write the draft with another --label"
            )
    if set(other.sets.get("kept", ())) != set(report.sets.get("kept", ())):
        tell(f"{there.parent}: replaces an edition made from other posts")


def _report(path: Path, content: bytes) -> Report:
    """The report of a file; another file is told from a broken one."""
    if not content.lstrip().startswith(b"{"):
        raise InputError(f"{path} is no report.json; make one with dawnchorus write")
    try:
        return load(content)
    except InputError as error:
        raise InputError(f"{path}: {error}; make one with dawnchorus write") from None


def _beside(path: Path) -> Path | None:
    """Where the editions of a site are remembered, if ``path`` is one of its reports."""
    data = path.absolute().parent.parent / ".dawnchorus"
    return data if data.is_dir() else None


def _earlier(report: Report, data: Path | None) -> Mapping[str, Mapping[str, int]]:
    if data is None:
        return {}
    return earlier_editions(data, label=report.label, before=report.window.first).counts


def _row(
    text: str, citations: Sequence[str], verdict: Verdict, cited: Mapping[str, CitedPost]
) -> dict[str, Any]:
    posts = [cited[post] for post in citations if post in cited]
    texts = {post.number: post.text for post in posts}
    return {
        "text": text,
        "citations": list(citations),
        "urls": [post.url for post in posts],
        "numbers": [post.number for post in posts],
        "verdict": verdict.verdict,
        "reasons": [
            asdict(replace(reason, detail=pointed(reason.detail, texts))) for reason in verdict.reasons
        ],
    }


def _span(posts: pl.DataFrame, tz: str) -> Window | None:
    """The days the posts are of, in the zone of the report."""
    days = posts.select(
        pl.coalesce(pl.col("created_at").dt.convert_time_zone(tz).dt.date(), pl.col("day"))
    ).to_series()
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return None
    return Window(first=first, last=last, tz=tz)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
