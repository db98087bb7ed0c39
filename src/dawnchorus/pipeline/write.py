"""From the posts of an edition to its report: stories, sets, terms, draft, check, numbering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast, get_args

import polars as pl

from dawnchorus.errors import UnsupportedClaim
from dawnchorus.model import (
    Block,
    Cost,
    Coverage,
    Fact,
    Lang,
    Measure,
    Report,
    Sentence,
    SourceHealth,
    Story,
    ThreadStatus,
)
from dawnchorus.pipeline.compose import description, number, prune, sentences, titled
from dawnchorus.pipeline.examiner import Examiner
from dawnchorus.pipeline.hours import hourly
from dawnchorus.pipeline.instead import quote_instead
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.models import Models
from dawnchorus.pipeline.prepare import Prepared
from dawnchorus.pipeline.sets import named_sets
from dawnchorus.pipeline.told_before import told_before
from dawnchorus.plugins import load_plugin
from dawnchorus.posts.canonical import with_pages
from dawnchorus.query import parse_query
from dawnchorus.report.briefing import Briefing, Draft, Earlier, Instrument, PostsById, Theme
from dawnchorus.report.check.evidence import EvidenceTable
from dawnchorus.report.check.report import check_report
from dawnchorus.report.health import printable
from dawnchorus.report.instruments import find_instruments, listed_instruments
from dawnchorus.report.outline import first_line, sections, title
from dawnchorus.report.terms import key_terms
from dawnchorus.store.editions import Earlier as EarlierEditions
from dawnchorus.stories.build import build_stories

SCHEMA_VERSION = "1"
_CLOUD_TERMS = 120
_LONGEST_TERM = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the editions of one job in different languages share."""

    prepared: Prepared
    read: int
    bad: pl.DataFrame  # DROPPED, of reading
    health: tuple[SourceHealth, ...]
    stories: tuple[Story, ...]
    threads: pl.DataFrame  # THREADS, of this edition
    mentions: pl.DataFrame  # report.instruments.MENTIONS
    sets: Mapping[str, tuple[str, ...]]
    pages: pl.DataFrame  # of links, see pipeline.addresses


def gather(
    job: Job,
    prepared: Prepared,
    *,
    read: int,
    bad: pl.DataFrame,
    health: tuple[SourceHealth, ...],
    threads: pl.DataFrame,
    pages: pl.DataFrame,
) -> Material:
    """Find stories and count.

    Stories join over ``pages`` that links lead to; all that is counted stands on the links as posted.
    ``threads`` are those that earlier editions left.
    """
    kept = prepared.kept
    built = build_stories(
        with_pages(kept, pages),
        earlier=threads,
        day=job.window.last,
        aliases=job.topic.spellings,
        stop_words=job.topic.all_stop_words,
    )
    stories = tuple(_story(row) for row in built.stories.iter_rows(named=True))
    mentions = find_instruments(kept, watch=job.topic.watch)
    sets = named_sets(
        kept,
        stories=stories,
        themes={theme.id: parse_query(theme.query) for theme in job.topic.section.themes},
        finance=parse_query(job.topic.finance.query),
        mentions=mentions,
        window=job.window,
    )
    return Material(
        prepared=prepared,
        read=read,
        bad=bad,
        health=health,
        stories=stories,
        threads=built.threads,
        mentions=mentions,
        sets=sets,
        pages=pages,
    )


def figures_before(editions: EarlierEditions, *, out: Path | None = None) -> Earlier | None:
    """Figures of the latest of earlier editions, to compare with; with ``out`` also what they said there."""
    if not editions.editions:
        return None
    last = editions.editions[-1]
    day = str(last.first) if last.first == last.last else f"{last.first} – {last.last}"
    told = {lang: told_before(out, editions.editions, lang=lang) for lang in get_args(Lang)} if out else {}
    return Earlier(slug=last.slug, day=day, counts=editions.counts[last.slug], told=told)


def brief(job: Job, material: Material, *, lang: Lang, earlier: Earlier | None) -> Briefing:
    """What a writer is given, but for the model that it may ask."""
    return Briefing(
        lang=lang,
        window=job.window,
        posts=PostsById(material.prepared.kept),
        stories=material.stories,
        sets=material.sets,
        themes=tuple(Theme(id=theme.id, name=theme.names[lang]) for theme in job.topic.section.themes),
        instruments=_instruments(job, material, lang),
        earlier=earlier,
        aliases=job.topic.aliases,
        told=earlier.told.get(lang, {}) if earlier else {},
    )


def write_report(
    job: Job,
    material: Material,
    *,
    lang: Lang,
    earlier: Earlier | None,
    background: pl.DataFrame | None,
    models: Models | None = None,
) -> Report:
    """Have the writer draft the report, check every sentence, leave out what fails.

    Args:
        earlier: Figures of the edition before.
        background: KEPT posts of the days before the window, for the word cloud.
        models: For a writer that asks one.
    """
    topic = job.topic
    source = topic.source_name(lang, label=job.label)
    evidence = EvidenceTable(material.prepared.kept)
    aliases = [(name, *others) for name, others in topic.aliases.items()]
    figures = {earlier.slug: earlier.counts} if earlier else {}
    briefing = brief(job, material, lang=lang, earlier=earlier)
    posts = briefing.posts
    names = (
        topic.names[lang],
        source,
        *(theme.name for theme in briefing.themes),
        *(one.name for one in briefing.instruments),
    )
    examiner = None
    if models is not None:
        examiner = Examiner(evidence, window=job.window, aliases=aliases, names=names, models=models)
        briefing = replace(
            briefing,
            model=models.writer,
            most_written=models.most_written,
            examine=examiner.examine,
            judge=examiner.judge,
        )
    writer = load_plugin("writers", job.writer.name, options=job.writer.options)
    draft = _unmarked(writer.write(briefing), examiner)
    report = Report(
        version=SCHEMA_VERSION,
        slug=job.slug(lang),
        label=job.label,
        topic=topic.id,
        lang=lang,
        window=job.window,
        first_line=first_line(lang=lang, display_name=_display_name(job), window=job.window),
        title=title(lang=lang, topic=topic.names[lang], source=source),
        headline=draft.headline,
        description="",
        writer=writer.name,
        ai_generated=getattr(writer, "ai_generated", True),
        coverage=_coverage(job, material),
        sections=sections(draft.sections, lang=lang, topic_heading=topic.heading(lang)),
        stories=material.stories,
        sets=dict(material.sets),
        cited=(),
        terms=key_terms(
            material.prepared.kept,
            background=background,
            stop_words=topic.all_stop_words,
            aliases=topic.spellings,
            limit=_CLOUD_TERMS,
        ),
        hourly=hourly(material.prepared.kept, job.window),
        names=names,
        fallback=draft.fallback,
        cost=models.cost() if models is not None else Cost(),
    )
    checked = check_report(report, evidence, earlier=figures, aliases=aliases).report
    quoted, doubtful = quote_instead(checked, posts)
    if doubtful:
        checked = check_report(quoted, evidence, earlier=figures, aliases=aliases).report
    pruned = prune(checked, withheld=(*draft.withheld, *doubtful))
    if models is not None:  # none of its sentences may be left, and not all of its stories have a place
        told = {block.story for section in pruned.sections for block in section.blocks}
        pruned = replace(
            pruned,
            ai_generated=any(one.kind == "written" for one in sentences(pruned)),
            fallback=tuple(story for story in pruned.fallback if story in told),
        )
    numbered = number(pruned, posts, pages=titled(material.pages))
    # What is printed is checked as it is printed: numbering, coverage and lists included.
    final = check_report(numbered, evidence, earlier=figures, aliases=aliases)
    if final.failures:
        raise UnsupportedClaim(
            f"{report.slug}: {final.failures[0]}; this is a fault of dawnchorus, please report it"
        )
    return replace(final.report, description=description(final.report))


def _unmarked(draft: Draft, examiner: Examiner | None) -> Draft:
    """``draft`` without marks other than those ``examiner`` gave: a writer does not mark its own work."""

    def bare(sentence: Sentence) -> Sentence:
        judgement = examiner.judgement(sentence) if examiner else None
        return replace(sentence, verdict=None, judgement=judgement)

    def bared(block: Block) -> Block:
        lead = None if block.lead is None else bare(block.lead)
        return replace(block, lead=lead, sentences=tuple(map(bare, block.sentences)))

    headline = None if draft.headline is None else bare(draft.headline)
    sections = {name: tuple(map(bared, blocks)) for name, blocks in draft.sections.items()}
    withheld = examiner.failed(draft.withheld) if examiner else ()
    return replace(draft, headline=headline, sections=sections, withheld=withheld)


def _story(row: Mapping[str, object]) -> Story:
    reasons = cast("list[dict[str, float]]", row["reasons"] or [])
    of = f"story:{row['story']}"
    return Story(
        id=cast(str, row["story"]),
        thread=cast(str, row["thread"]),
        status=cast(ThreadStatus, row["status"]),
        posts=tuple(cast("list[str]", row["posts"])),
        head=cast(str, row["head"]),
        score=cast(float, row["score"]),
        terms=tuple(term for term in cast("list[str]", row["terms"] or []) if len(term) <= _LONGEST_TERM),
        # A place in a list that a source gives counts for the rank, but cannot be counted from posts.
        reasons=tuple(
            Fact(measure=cast(Measure, reason["measure"]), of=of, value=reason["value"])
            for reason in reasons
            if reason["measure"] in get_args(Measure)
        ),
        first_seen=cast("date | None", row["first_seen"]),
        origin=cast(str, row["origin"]),
        before=cast("int | None", row["before"]),
        peak=cast("int | None", row["peak_count"]),
        peak_day=cast("date | None", row["peak_day"]),
        new_posts=tuple(cast("list[str]", row["new_posts"] or [])),
        news=tuple(cast("list[str]", row["news"] or [])),
    )


def _instruments(job: Job, material: Material, lang: Lang) -> tuple[Instrument, ...]:
    """Those mentioned, most posts first; ties by talk of markets, then by symbol."""
    known = listed_instruments(watch=job.topic.watch)
    ranked = (
        material.mentions.group_by("symbol", "kind")
        .agg(posts=pl.col("id").n_unique(), talk=pl.col("market").sum())
        .sort(["posts", "talk", "symbol"], descending=[True, True, False])
    )
    return tuple(
        Instrument(
            symbol=row["symbol"],
            kind=row["kind"],
            name=known[row["symbol"]].name(lang) if row["symbol"] in known else row["symbol"],
        )
        for row in ranked.iter_rows(named=True)
    )


def _coverage(job: Job, material: Material) -> Coverage:
    kept = material.prepared.kept
    dropped = pl.concat([material.bad, material.prepared.dropped])
    network = pl.col("source").str.split(":").list.first().alias("network")
    return Coverage(
        read=material.read,
        in_window=material.prepared.in_window,
        dropped=_counted(dropped, pl.col("reason")),
        kept=kept.height,
        authors=kept["author"].drop_nulls().n_unique(),
        languages=_counted(kept, pl.col("language")),
        networks=_counted(kept, network),
        stories=sum(len(story.posts) > 1 for story in material.stories),
        late=len(material.sets.get("late", ())),
        sources=tuple(replace(one, reason=printable(one.reason)) for one in material.health),
    )


def _counted(frame: pl.DataFrame, value: pl.Expr) -> tuple[tuple[str, int], ...]:
    counts = Counter(frame.select(value).to_series())
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))


def _display_name(job: Job) -> str:
    return job.label.replace("_", " ").replace("-", " ").title()
