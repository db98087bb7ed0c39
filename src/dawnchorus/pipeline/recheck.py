"""A report of before, ours or another's, checked again against posts; and a draft laid out as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from dawnchorus.errors import InputError, UnsupportedClaim
from dawnchorus.model import Report, Verdict, Window
from dawnchorus.pipeline.assets import dropped_lines, evidence_lines, pictures
from dawnchorus.pipeline.compose import sentences
from dawnchorus.pipeline.job import SEED
from dawnchorus.pipeline.prepare import keep, read_all
from dawnchorus.plugins import load_plugin
from dawnchorus.publish.report_json import load
from dawnchorus.report.check.claims import check_claim
from dawnchorus.report.check.markdown import check_markdown
from dawnchorus.report.check.report import CheckedReport, check_report
from dawnchorus.store.editions import earlier_editions
from dawnchorus.store.manifest import write_manifest
from dawnchorus.tables import DROPPED, empty


def check_file(path: Path, inputs: Sequence[str], *, data: Path | None, tz: str) -> list[dict[str, Any]]:
    """Check a report file against posts: a row {"text", "citations", "verdict", "reasons"} a sentence.

    Raises:
        InputError: The file is no report, or the posts cannot be read.
    """
    content = _bytes(path)
    if path.suffix.lower() == ".json" or content.lstrip()[:1] == b"{":
        report = load(content)
        checked = check_report(report, kept_posts(report, inputs), earlier=_earlier(report, data))
        rows = [
            _row(sentence.text, sentence.citations, sentence.verdict)
            for sentence in sentences(checked.report)
            if sentence.verdict is not None
        ]
        told = {row["text"] for row in rows}
        about = [failure for failure in checked.failures if failure.text not in told]
        return rows + [_row(f"{failure.where}: {failure.text}", (), failure.verdict) for failure in about]
    posts, _ = keep(
        read_all(inputs, (), window=None).posts.unique("id", keep="last", maintain_order=True), query=None
    )
    return check_markdown(content.decode("utf-8", "replace"), posts, window=_span(posts, tz))


def check_claim_lines(lines: Iterable[str], *, name: str) -> Iterator[dict[str, Any]]:
    """Check JSON lines of claims: a row {"id", "verdict", "score", "reasons"} each, see :class:`ClaimLine`.

    Raises:
        InputError: A line is no claim; it names file and line.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=ClaimLine)
        except msgspec.DecodeError as error:
            raise InputError(f"{name}:{number}: no claim: {error}") from None
        window = _claim_window(row.window, f"{name}:{number}")
        verdict = check_claim(row.claim, row.evidence, window=window)
        yield {
            "id": row.id,
            "verdict": verdict.verdict,
            "score": round(verdict.score, 4),
            "reasons": [asdict(reason) for reason in verdict.reasons],
        }


class ClaimLine(msgspec.Struct):
    """A line of ``--claims``."""

    claim: str
    evidence: list[str | dict[str, Any]]
    id: str | int | None = None
    window: dict[str, str] | list[str] | None = None


def _claim_window(given: dict[str, str] | list[str] | None, where: str) -> Window | None:
    """{"from", "to", "tz"} or [from, to]; the zone is UTC unless named."""
    if not given:
        return None
    values = {"from": given[0], "to": given[-1]} if isinstance(given, list) else given
    try:
        first = date.fromisoformat(values["from"])
        last = date.fromisoformat(values.get("to", values["from"]))
    except (KeyError, ValueError):
        raise InputError(
            f'{where}: window is wrong; write {{"from": "2025-11-21", "to": "2025-11-21"}}'
        ) from None
    return Window(first=first, last=last, tz=values.get("tz", "UTC"))


def publish_file(
    path: Path, inputs: Sequence[str], *, out: Path, data: Path, publishers: Sequence[str]
) -> Path:
    """Check a drafted report once more and lay it out as files; return its page.

    Raises:
        UnsupportedClaim: A sentence does not pass; nothing is written.
    """
    report = load(_bytes(path))
    kept = kept_posts(report, inputs)
    checked = check_report(report, kept, earlier=_earlier(report, data))
    _refuse(checked, path)
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
    posts = read_all(inputs, (), window=None).posts.unique("id", keep="last", maintain_order=True)
    wanted = pl.DataFrame({"id": report.sets.get("kept", ())}, schema={"id": pl.String})
    named = wanted.join(posts, on="id", maintain_order="left")
    if named.is_empty() and not wanted.is_empty():
        raise InputError(
            f"none of the {wanted.height} posts of {report.slug} is among those given; name its posts"
        )
    return keep(named.select(posts.columns), query=None)[0]


def _refuse(checked: CheckedReport, path: Path) -> None:
    if checked.failures:
        raise UnsupportedClaim(
            f"{path}: {len(checked.failures)} statements do not pass the check, "
            f"the first: {checked.failures[0]}; see them all: dawnchorus check {path} --posts …"
        )


def _earlier(report: Report, data: Path | None) -> Mapping[str, Mapping[str, int]]:
    if data is None:
        return {}
    return earlier_editions(data, label=report.label, before=report.window.first).counts


def _row(text: str, citations: Sequence[str], verdict: Verdict) -> dict[str, Any]:
    reasons = [asdict(reason) for reason in verdict.reasons]
    return {"text": text, "citations": list(citations), "verdict": verdict.verdict, "reasons": reasons}


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
