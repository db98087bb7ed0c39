"""A report as a Jekyll post: front matter in the house's format, then Markdown.

Only Markdown that every reader of it knows, and two elements of HTML that
Markdown has no sign for: ``<small>`` for counts, ``<span>`` for the anchors
of cited posts and for dates, which must not break.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import yaml

from dawnchorus.model import Cost, Report, StageCost
from dawnchorus.publish.escape import keep_dates, plain
from dawnchorus.publish.escape import markdown as escape
from dawnchorus.publish.parts import Entry, Figure, Group, Item, Line, Mark, Page, Part, Table, View
from dawnchorus.publish.threads import reported_stories
from dawnchorus.publish.view import view_of


def render(report: Report, *, assets: Collection[str] = ()) -> str:
    """``report`` as the text of a post; ``assets`` are the pictures in the folder of its permalink."""
    view = view_of(report, assets=assets)
    return f"---\n{_front_matter(report, view)}---\n\n" + "\n\n".join(_body(view)) + "\n"


def _front_matter(report: Report, view: View) -> str:
    window, counts = report.window, report.coverage
    date = f"{window.cutoff:%Y-%m-%d %H:%M:%S %z}"
    stories = reported_stories(report)
    front: dict[str, Any] = {
        "layout": "post",
        "title": report.slug,
        "date": date,
        "posttime": date,
        "heading": view.title,
        "headline": view.headline.text if view.headline else "",
        "description": view.description,
        "lang": report.lang,
        "permalink": f"/{report.slug}/",
        "render_with_liquid": False,  # a second belt: text is escaped so that Liquid finds nothing in it
        "label": report.label,
        "topic": report.topic,
        "window": {
            "from": window.first.isoformat(),
            "to": window.last.isoformat(),
            "tz": window.tz,
            "cutoff": f"{window.cutoff:%Y-%m-%d %H:%M}",
        },
        "coverage": {
            "read": counts.read,
            "in_window": counts.in_window,
            "kept": counts.kept,
            "authors": counts.authors,
            "stories": counts.stories,
            "cited": counts.cited or len(report.cited),
            "withheld": counts.withheld,
            "late": counts.late,
            "line": view.coverage,
            "sources": [
                {"name": source.name, "status": source.status, "posts": source.posts}
                for source in counts.sources
            ],
            "missing": list(view.missing),
        },
        "writer": report.writer,
        "ai_generated": report.ai_generated,
        "cost": _cost(report),
        "threads": list(dict.fromkeys(story["thread"] for story in stories)),
        "stories": stories,
    }
    return yaml.dump(_quoted(front), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))


def _cost(report: Report) -> dict[str, Any]:
    cost = report.cost
    told: dict[str, Any] = _spent(cost)
    if cost.model:
        told["model"] = cost.model
        told["stages"] = {one.stage: _spent(one) for one in cost.stages}
        told["unanswered"] = cost.unanswered
        told["unusable"] = cost.unusable
        told["reasons"] = list(cost.reasons)
        told["stories_quoted"] = len(report.fallback)
    return told


def _spent(cost: Cost | StageCost) -> dict[str, Any]:
    return {
        "calls": cost.calls,
        "tokens_in": cost.tokens_in,
        "tokens_out": cost.tokens_out,
        "money_usd": cost.money_usd,
    }


class _Dumper(yaml.SafeDumper):
    """Safe YAML with every string value in double quotes, as the house writes it."""


class _Quoted(str):
    """A string value, as against a key."""

    __slots__ = ()


_Dumper.add_representer(
    _Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)


def _quoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _quoted(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_quoted(held) for held in value]
    return _Quoted(plain(value)) if isinstance(value, str) else value


def _body(view: View) -> Iterator[str]:
    yield escape(view.first_line)
    yield f"# {escape(view.title)}"
    if view.headline:
        yield _line(view.headline, view)
    yield f"<small>{_text(view.coverage)} · {escape(view.notice)}</small>"
    for line in view.missing:
        yield f"<small>{_text(line)}</small>"
    for part in view.parts:
        yield from _part(part, view)


def _part(part: Part, view: View) -> Iterator[str]:
    yield f"{'#' * part.level} {escape(part.heading)}"
    for group in part.groups:
        yield from _group(group, part, view)
    for figure in part.figures:
        yield from _figure(figure)
    for table in part.tables:
        yield _table(table, view)
    if part.files:
        links = " · ".join(f"[{escape(name)}]({name})" for name in part.files)
        yield f"{escape(part.files_label)}{view.colon}{links}"
    if part.entries:
        yield "\n".join(_entry(entry) for entry in part.entries)


def _group(group: Group, part: Part, view: View) -> Iterator[str]:
    if group.kind in {"ordered", "bullets"}:
        signs = (f"{n}." if group.kind == "ordered" else "-" for n in range(1, len(group.items) + 1))
        yield "\n".join(
            "\n".join([f"{sign} {_item(item, view)}", *_points(item, sign, view)])
            for sign, item in zip(signs, group.items, strict=True)
        )
        return
    sign = "#" * (part.level + 1) + " " if group.kind == "subheading" else ""
    for item in group.items:
        yield sign + _item(item, view)


def _item(item: Item, view: View) -> str:
    tag = f"*{escape(item.tag)}*" if item.tag else ""
    if item.thread:
        tag = f"[{tag}](../threads/{item.thread}/)"
    lead = f"**{_text(item.lead.text)}**{_marks(item.lead, view)}" if item.lead else ""
    text = "".join(line.gap + _line(line, view) for line in item.lines)
    note = f"<small>{escape(item.note)}</small>" if item.note else ""
    return " ".join(filter(None, (tag, lead, text, note)))


def _points(item: Item, sign: str, view: View) -> Iterator[str]:
    for point in item.points:
        yield f"{' ' * len(sign)} - {_line(point, view)}"


def _line(line: Line, view: View) -> str:
    said = _text(line.text)
    return (f"<small>{said}</small>" if line.aside else said) + _marks(line, view)


def _text(text: str) -> str:
    return keep_dates(escape(text))


def _marks(line: Line, view: View) -> str:
    gap = view.mark_gap if line.text and line.marks else ""
    return gap + "".join(_mark(mark) for mark in line.marks)


def _mark(mark: Mark) -> str:
    return f'[&#91;{mark.number}&#93;]({_href(mark.href)} "{escape(mark.title)}")'


def _href(link: str) -> str:
    # Links come from web_link: of all that Markdown or HTML could read otherwise only "&" is left.
    return link.replace("&", "&amp;")


def _figure(figure: Figure) -> Iterator[str]:
    yield f"![{escape(figure.alt)}]({figure.file})"
    yield f"<small>{escape(figure.caption)}</small>"


def _table(table: Table, view: View) -> str:
    rules = ("---:" if at in table.numeric else "---" for at in range(len(table.head)))
    rows = ([_line(cell, view) for cell in row] for row in table.rows)
    lines = [[escape(name) for name in table.head], list(rules), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _entry(entry: Entry) -> str:
    sign = f"{entry.number}. "
    if entry.gone:
        return f'{sign}<span id="post-{entry.number}"></span>*{_text(entry.gone)}*\n'
    name = f" {escape(entry.name)}" if entry.name else ""
    link = f" · [{escape(entry.host)}]({_href(entry.href)})" if entry.href else ""
    return (
        f'{sign}<span id="post-{entry.number}"></span>**{escape(entry.author)}**{name}'
        f" · {escape(entry.network)} · {_text(entry.when)}{link}\n\n"
        f"{' ' * len(sign)}> {escape(entry.text)}\n"
        + "".join(f"\n{' ' * len(sign)}{_page(page)}\n" for page in entry.pages)
    )


def _page(page: Page) -> str:
    return f"<small>{_text(page.name)} · [{escape(page.host)}]({_href(page.href)})</small>"
