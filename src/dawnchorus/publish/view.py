"""One view of a report that every rendering shares.

Order, numbers, times, links and labels are decided here once; ``markdown``
and ``html`` only spell them, so the two cannot drift apart. All text is
already :func:`escape.plain`, none of it is escaped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Literal

from dawnchorus.model import Block, CitedPost, Lang, Report, Section, Sentence
from dawnchorus.publish import appendix
from dawnchorus.publish.escape import plain
from dawnchorus.publish.labels import Label, labels
from dawnchorus.publish.links import web_link
from dawnchorus.publish.names import post_time
from dawnchorus.publish.parts import Group, Item, Line, Mark, Part, View
from dawnchorus.publish.threads import followed_threads

# Keeps a citation on the line of its sentence; narrow, it suits Chinese and Latin text alike.
_MARK_GAP = "\u202f"
# Sections that stand over others and hold nothing themselves.
_UMBRELLAS = {"brief", "detail"}
# Sections whose content does not come from blocks alone.
_APPENDIX = {"wordcloud", "method", "cited"}
# Runs in a row; a single one may be a bad hour.
_LONG_FAILING = 3


def view_of(report: Report, *, assets: Collection[str] = ()) -> View:
    """Lay out ``report``; ``assets`` are the names of the pictures that lie beside it."""
    label = labels(report.lang)
    marks = {post.id: _mark(post, report, label) for post in report.cited}
    threads = followed_threads(report)
    return View(
        slug=report.slug,
        lang={"zh": "zh-Hans", "en": "en"}[report.lang],
        first_line=plain(report.first_line),
        title=plain(report.title),
        headline=None if report.headline is None else _line(report.headline, marks),
        coverage=_coverage(report, label),
        notice=_notice(report, label),
        model=_model(report),
        missing=tuple(_missing(report, label)),
        mark_gap=_MARK_GAP,
        colon=label("colon"),
        contents=label("contents"),
        description=plain(report.description),
        parts=tuple(
            _part(section, report, label=label, marks=marks, threads=threads, assets=assets)
            for section in report.sections
        ),
    )


def _part(
    section: Section,
    report: Report,
    *,
    label: Label,
    marks: dict[str, Mark],
    threads: dict[str, str],
    assets: Collection[str],
) -> Part:
    items = [(block.kind, _item(block, report, label, marks, threads)) for block in section.blocks]
    groups = tuple(
        Group(kind=_group_kind(kind, section), items=tuple(item for _, item in run))
        for kind, run in groupby(items, key=lambda pair: pair[0])
    )
    if not groups and section.id not in _UMBRELLAS | _APPENDIX:
        groups = (Group(kind="paragraphs", items=(Item(lines=(Line(text=label("empty")),)),)),)
    part = Part(id=section.id, level=section.level, heading=plain(section.heading), groups=groups)
    return appendix.complete(part, report, label, marks, assets) if section.id in _APPENDIX else part


def _group_kind(kind: str, section: Section) -> Literal["paragraphs", "ordered", "bullets", "subheading"]:
    if kind == "item":
        return "ordered" if section.id == "key_points" else "bullets"
    return "subheading" if kind == "subheading" else "paragraphs"


def _item(
    block: Block, report: Report, label: Label, marks: dict[str, Mark], threads: dict[str, str]
) -> Item:
    lines = [_line(sentence, marks) for sentence in block.sentences]
    run_on = len(lines)
    if block.kind == "item":
        # Several voices in one run read as one: an item opens with its lead, or its first sentence.
        run_on = 0 if block.lead else 1
        lines[run_on:] = [
            replace(line, aside=_is_size(sentence))
            for line, sentence in zip(lines[run_on:], block.sentences[run_on:], strict=True)
        ]
    return Item(
        lines=tuple(_spaced(lines[:run_on], report.lang)),
        points=tuple(lines[run_on:]),
        lead=None if block.lead is None else _line(block.lead, marks),
        tag=label(block.status) if block.status in {"new", "update"} else "",
        thread=threads.get(block.story or "", "") if block.status == "update" else "",
        note=label("story-quoted") if block.story in report.fallback and block.kind != "subheading" else "",
    )


def _line(sentence: Sentence, marks: dict[str, Mark]) -> Line:
    found = {marks[id].number: marks[id] for id in sentence.citations if id in marks}
    return Line(text=plain(sentence.text), marks=tuple(found.values()))


def _is_size(sentence: Sentence) -> bool:
    """Whether ``sentence`` counts posts, and does not just say which words are new."""
    return sentence.kind == "computed" and any(fact.measure != "containing" for fact in sentence.facts)


def _spaced(lines: list[Line], lang: Lang) -> Iterator[Line]:
    """Sentences with the white space between them: Chinese has none, but after citations."""
    for before, line in zip([None, *lines], lines, strict=False):
        spaced = before is not None and (lang == "en" or before.marks)
        yield replace(line, gap=" ") if spaced else line


def _mark(post: CitedPost, report: Report, label: Label) -> Mark:
    if post.gone is not None:
        title = label("gone-mark", day=post.gone.isoformat())
        return Mark(number=post.number, href=f"#post-{post.number}", title=title)
    when = post_time(post, report.window) or label("time-unknown")
    return Mark(
        number=post.number,
        href=web_link(post.url) or f"#post-{post.number}",
        title=f"{appendix.author_of(post, label)} · {when}",
    )


def _notice(report: Report, label: Label) -> str:
    """Who wrote it, and how much of what it counts is gone."""
    parts = [_written_by(report, label)]
    told = {block.story for section in report.sections for block in section.blocks}
    if quoted := told.intersection(report.fallback):  # others had no place
        parts.append(label("stories-quoted", stories=len(quoted)))
    if report.cost.unanswered:
        parts.append(label("degraded", calls=report.cost.unanswered))
    if gone := appendix.forgotten_count(report):
        parts.append(label("forgotten-since", posts=gone))
    return " · ".join(parts)


def _written_by(report: Report, label: Label) -> str:
    if report.ai_generated:
        return label("by-model", model=_model(report))
    cost = report.cost
    if cost.calls or cost.unanswered or report.fallback:
        return label("model-unused", model=plain(cost.model))
    return label("no-model")


def _model(report: Report) -> str:
    return plain(report.cost.model or report.writer) if report.ai_generated else ""


def _coverage(report: Report, label: Label) -> str:
    counts = report.coverage
    read = label(
        "coverage",
        read=counts.read,
        kept=counts.kept,
        late=label("coverage-late", late=counts.late) if counts.late else "",
        authors=counts.authors,
        stories=counts.stories,
        cited=counts.cited or len(report.cited),
    )
    return f"{appendix.span(report, label)} · {read}"


def _missing(report: Report, label: Label) -> list[str]:
    """What the run could not read, for the front of the report; why stands under data and method."""
    faulty = [source for source in report.coverage.sources if source.status in ("partial", "failed")]
    once: list[str] = []
    since: dict[str, list[str]] = {}  # those that fail run after run, by the day it began
    for one in faulty:
        name = appendix.source_name(one, report, label)
        if one.failed_runs >= _LONG_FAILING and one.failing_since is not None:
            day = f"{one.failing_since.astimezone(report.window.zone):%Y-%m-%d}"
            since.setdefault(day, []).append(name)
        else:
            once.append(label("source-with-status", name=name, status=label(f"source-{one.status}")))
    comma = label("comma")
    lines = [label("sources-missing", sources=comma.join(once))] if once else []
    lines += [label("sources-long-failing", day=day, sources=comma.join(since[day])) for day in sorted(since)]
    return [*lines[:-1], label("sources-why", line=lines[-1])] if lines else []
