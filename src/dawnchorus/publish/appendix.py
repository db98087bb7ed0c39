"""The last sections of a report: word cloud, data and method, cited posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from babel.numbers import format_decimal, format_percent

from dawnchorus.model import GONE, TERMS_SHOWN, CitedPost, Report, Sentence, SourceHealth
from dawnchorus.publish.escape import plain
from dawnchorus.publish.faults import reason_in
from dawnchorus.publish.labels import Label
from dawnchorus.publish.links import host, web_link
from dawnchorus.publish.names import language_name, minute, post_time
from dawnchorus.publish.parts import Entry, Figure, Line, Mark, Page, Part, Table
from dawnchorus.wording import network_name

HOURLY_CHART = "posts_per_hour.svg"
OVER_TIME_CHART = "stories_over_time.svg"
DATA_FILES = ("report.html", "report.json", "evidence.jsonl", "dropped.jsonl")

_STAGES = ("story", "repair", "judge", "compose", "headline")  # in the order they are gone through
_CHECKING = ("repair", "judge")
_TERMS_IN_ALT = 12
# Characters of a cited post shown in full; a longer one is cut to what was quoted from it, or at a word.
_CITED_SHOWN = 600


def complete(
    part: Part, report: Report, label: Label, marks: dict[str, Mark], assets: Collection[str]
) -> Part:
    """``part`` with the figures, tables or entries that its section holds beside its blocks."""
    if part.id == "wordcloud":
        tables = (_terms(report, label, marks),) if report.terms else ()
        return replace(part, figures=_cloud(report, label, assets), tables=tables)
    if part.id == "method":
        return replace(
            part,
            figures=_charts(report, label, assets),
            tables=tuple(
                filter(None, (_counts(report, label), _stages(report, label), _sources(report, label)))
            ),
            files=DATA_FILES,
            files_label=label("method-files"),
        )
    return replace(part, entries=tuple(_entry(post, report, label) for post in report.cited))


def forgotten_count(report: Report) -> int:
    """How many of the posts that were counted have been forgotten since."""
    posts = {*report.sets.get("kept", ()), *(post.id for post in report.cited)}
    return sum(GONE.fullmatch(post) is not None for post in posts)


def author_of(post: CitedPost, label: Label) -> str:
    """Handle with "@", else the display name, else the label for none."""
    handle = plain(post.author or "").removeprefix("@")
    return f"@{handle}" if handle else plain(post.author_name or "") or label("author-unknown")


def span(report: Report, label: Label) -> str:
    """The report's window from its first to its last minute, with its zone."""
    window = report.window
    return label(
        "window",
        first=minute(window.start, window),
        last=minute(window.cutoff, window),
        zone=window.tz,
    )


def cloud_file(slug: str) -> str:
    """Name of the word cloud's picture."""
    return f"wordcloud_{slug}.jpg"


def _cloud(report: Report, label: Label, assets: Collection[str]) -> tuple[Figure, ...]:
    file = cloud_file(report.slug)
    if file not in assets:
        return ()
    words = label("comma").join(plain(term.text) for term in report.terms[:_TERMS_IN_ALT])
    alt = label("cloud-alt", terms=words) if words else label("cloud-alt-empty")
    return (Figure(file=file, alt=alt, caption=label("cloud-caption"), kind="cloud"),)


def _terms(report: Report, label: Label, marks: dict[str, Mark]) -> Table:
    rows = []
    for term in report.terms[:TERMS_SHOWN]:
        mark = marks.get(term.example)
        example = Line(text="", marks=(mark,) if mark else ())
        rows.append((Line(text=plain(term.text)), Line(text=_number(term.posts, report)), example))
    head = (label("terms-word"), label("terms-posts"), label("terms-example"))
    if not any(row[2].marks for row in rows):
        return Table(kind="terms", head=head[:2], rows=tuple(row[:2] for row in rows), numeric=frozenset({1}))
    return Table(kind="terms", head=head, rows=tuple(rows), numeric=frozenset({1}))


def _charts(report: Report, label: Label, assets: Collection[str]) -> tuple[Figure, ...]:
    figures = []
    zone = report.window.tz
    if HOURLY_CHART in assets:
        hour, posts = max(report.hourly, key=lambda pair: pair[1], default=("", 0))
        alt = label("hourly-alt", hour=plain(hour)[:16].replace("T", " "), posts=posts)
        caption = label("hourly-caption", zone=zone)
        figures.append(Figure(file=HOURLY_CHART, alt=alt, caption=caption, kind="chart"))
    if OVER_TIME_CHART in assets:
        alt, caption = label("over-time-alt"), label("over-time-caption", zone=zone)
        figures.append(Figure(file=OVER_TIME_CHART, alt=alt, caption=caption, kind="chart"))
    return tuple(figures)


def _counts(report: Report, label: Label) -> Table:
    counts, cost, gone = report.coverage, report.cost, forgotten_count(report)
    rows: list[tuple[str, str]] = [
        (label("method-window"), span(report, label)),
        (label("method-read"), _number(counts.read, report)),
        (label("method-in-window"), _number(counts.in_window, report)),
        *(
            (label("method-dropped", reason=_reason(reason, label)), _number(count, report))
            for reason, count in counts.dropped
        ),
        (label("method-kept"), _number(counts.kept, report)),
        (label("method-late"), _number(counts.late, report) if counts.late else ""),
        (label("method-authors"), _number(counts.authors, report)),
        (label("method-languages"), _shares(_languages(report, label), report, label)),
        (
            label("method-networks"),
            _shares([(network_name(n, report.lang), c) for n, c in counts.networks], report, label),
        ),
        (label("method-stories"), _number(counts.stories, report)),
        (label("method-cited"), _number(counts.cited or len(report.cited), report)),
        (label("method-withheld"), _number(counts.withheld, report)),
        *(
            (label("method-withheld-by", reason=reason), _number(count, report))
            for reason, count in withheld_by_reason(report, label)
        ),
        (label("method-forgotten"), _number(gone, report) if gone else ""),
        (label("method-writer"), plain(report.writer)),
        (label("method-model"), plain(cost.model) if cost.calls or cost.unanswered else ""),
        (label("method-cost"), _cost(report, label)),
        (label("method-checking"), _checking(report)),
        (label("method-quoted"), _number(len(report.fallback), report) if report.fallback else ""),
        (
            label("method-unanswered"),
            _number(cost.unanswered, report) if cost.unanswered else "",
        ),
        (label("method-unusable"), _number(cost.unusable, report) if cost.unusable else ""),
        (label("method-lost"), label("comma").join(label(f"lost-{one}") for one in cost.reasons)),
    ]
    return Table(
        kind="coverage",
        head=(label("method-item"), label("method-value")),
        rows=tuple((Line(text=name), Line(text=value)) for name, value in rows if value),
    )


def _reason(reason: str, label: Label) -> str:
    """The label of a reason we know, else the reason as it stands."""
    try:
        return label("reason-" + reason.replace(" ", "-"))
    except LookupError:
        return plain(reason)


def withheld_by_reason(report: Report, label: Label) -> list[tuple[str, int]]:
    """Why sentences were withheld and how many for each reason, the most frequent first.

    A sentence counts once, for its first reason, so that the numbers add up.
    """
    counts = Counter(_objection(sentence, label) for sentence in report.withheld)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _objection(sentence: Sentence, label: Label) -> str:
    reasons = sentence.verdict.reasons if sentence.verdict else ()
    try:
        return label(f"withheld-{reasons[0].rule}") if reasons else label("withheld-other")
    except LookupError:
        return label("withheld-other")


def source_name(source: SourceHealth, report: Report, label: Label) -> str:
    """Name of a source as readers know it."""
    try:
        return label(f"source-called-{source.name}")
    except LookupError:
        return plain(network_name(source.name, report.lang))


def _sources(report: Report, label: Label) -> Table | None:
    rows = [
        tuple(
            Line(text=text)
            for text in (
                source_name(source, report, label),
                label(f"source-{source.status}"),
                _number(source.posts, report),
                reason_in(report.lang, plain(source.reason)),
            )
        )
        for source in report.coverage.sources
    ]
    head = tuple(label(key) for key in ("source-name", "source-status", "source-posts", "source-reason"))
    return Table(kind="sources", head=head, rows=tuple(rows)) if rows else None


def _languages(report: Report, label: Label) -> list[tuple[str, int]]:
    unknown = label("language-unknown")
    return [
        (unknown if code == "und" else language_name(code, report.lang) or plain(code), count)
        for code, count in report.coverage.languages
    ]


def _shares(pairs: Iterable[tuple[str, int]], report: Report, label: Label) -> str:
    return label("comma").join(f"{plain(name)} {_number(count, report)}" for name, count in pairs)


def _cost(report: Report, label: Label) -> str:
    cost = report.cost
    if not cost.calls:
        return label("method-cost-unanswered" if cost.unanswered else "method-cost-none")
    return label(
        "method-cost-value",
        calls=cost.calls,
        tokens_in=cost.tokens_in,
        tokens_out=cost.tokens_out,
        money=f"{cost.money_usd:.4f}",
    )


def _checking(report: Report) -> str:
    """Share of the tokens that went into checking what the model had written."""
    cost = report.cost
    whole = cost.tokens_in + cost.tokens_out
    spent = sum(one.tokens_in + one.tokens_out for one in cost.stages if one.stage in _CHECKING)
    return format_percent(spent / whole, locale=report.lang) if whole else ""


def _stages(report: Report, label: Label) -> Table | None:
    rows = [
        (
            Line(text=label(f"stage-{one.stage}")),
            Line(text=_number(one.calls, report)),
            Line(text=_number(one.tokens_in, report)),
            Line(text=_number(one.tokens_out, report)),
            Line(text=f"{one.money_usd:.4f}"),
        )
        for one in sorted(report.cost.stages, key=lambda one: _STAGES.index(one.stage))
    ]
    head = tuple(label(f"stage-{name}") for name in ("name", "calls", "in", "out", "money"))
    return Table(kind="model", head=head, rows=tuple(rows), numeric=frozenset(range(1, 5))) if rows else None


def _number(count: int, report: Report) -> str:
    return format_decimal(count, locale=report.lang)


def _entry(post: CitedPost, report: Report, label: Label) -> Entry:
    author, name = author_of(post, label), plain(post.author_name or "")
    href = web_link(post.url) or ""
    return Entry(
        number=post.number,
        author=author,
        name="" if name.casefold() == author.removeprefix("@").casefold() else name,
        network=plain(network_name(post.source, report.lang)),
        when=post_time(post, report.window) or label("time-unknown"),
        href=href,
        host=host(href),
        text=_words_cited(post, report),
        pages=tuple(_pages(post, label)),
        gone="" if post.gone is None else label("gone-entry", day=post.gone.isoformat()),
    )


def _pages(post: CitedPost, label: Label) -> Iterator[Page]:
    for page in post.links:
        title, site, href = plain(page.title), plain(page.site or ""), web_link(page.address)
        if title and href:
            name = (
                label("linked-page-site", title=title, site=site)
                if site
                else label("linked-page", title=title)
            )
            yield Page(name=name, href=href, host=host(href))


def _words_cited(post: CitedPost, report: Report) -> str:
    text = plain(post.text)
    if len(text) <= _CITED_SHOWN:
        return text
    quoted = [q for q in dict.fromkeys(plain(q) for q in _quotes_of(post.id, report)) if q]
    # A quotation inside a longer one adds nothing.
    quoted = [q for q in quoted if not any(q != other and q in other for other in quoted)]
    shown = " … ".join(quoted) or text
    if len(shown) <= _CITED_SHOWN:
        return shown if shown.endswith("…") else f"{shown} …"
    cut = shown[:_CITED_SHOWN]
    # Chinese has no spaces to cut at; there any character may end the line.
    return (cut.rsplit(" ", 1)[0] if " " in cut[-40:] else cut).rstrip() + " …"


def _quotes_of(post: str, report: Report) -> Iterator[str]:
    for section in report.sections:
        for block in section.blocks:
            for sentence in (*((block.lead,) if block.lead else ()), *block.sentences):
                yield from (quote.text for quote in sentence.quotes if quote.post == post)
