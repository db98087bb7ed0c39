"""Rule: nothing that stands around the sentences of a report says more than they, the outline or the posts.

Headings, titles, names, labels, counts, hours, stories and costs are either given by the outline and the
posts, or plain short text. Can't tell: whether a topic's own names are well chosen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from dawnchorus.model import GONE, Cost, Report, Section, Sentence, StageCost
from dawnchorus.report import outline
from dawnchorus.report.check.advice import check_advice
from dawnchorus.report.check.evidence import EvidenceTable
from dawnchorus.report.check.failure import Failure, failure
from dawnchorus.report.check.ground import Claim

MOST = 2**53
"""Beyond it no count is one: a JSON reader could not even keep it whole."""

_LONGEST_HEADING = 80
_LONGEST_TITLE = 240
_LONGEST_NOTE = 300
_LONGEST_DAY = timedelta(hours=27)
_ROUNDED_USD = 1e-6
_LABEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_STORY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_DROPPED_REASON = re.compile(r"[a-z][a-z -]{0,39}")
_WRITER = re.compile(r"[A-Za-z0-9][\w .:/+-]{0,79}")
_MODEL = re.compile(r"[\w@~][\w .,:/+@~-]{0,203}")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKUP = re.compile(r"[<>{}`|\\]|\]\(|!\[|https?://|www\.|^\s*[#>*+-]\s|\*\*|__", re.IGNORECASE)


def check_frame(report: Report, evidence: EvidenceTable) -> list[Failure]:
    """Objections to all of a checked ``report`` that is neither sentence, set, term nor cited post."""
    return [
        *_names(report),
        *_headings(report),
        *_description(report),
        *_counts(report),
        *_writer(report),
        *_stories(report),
        *_hours(report, evidence),
        *_late(report, evidence),
        *_sources(report),
        *_withheld(report),
        *_terms(report),
    ]


def fault_of_line(text: str, *, longest: int = _LONGEST_HEADING) -> str | None:
    """What keeps ``text`` from being one plain line without markup or advice, None if nothing does."""
    if not text.strip():
        return "is empty"
    if len(text) > longest:
        return f"is longer than {longest} characters"
    if _UNSEEN.search(text):
        return "holds line ends, control or unseen characters"
    if _MARKUP.search(text):
        return "holds markup or a link"
    if check_advice(Claim(text)):
        return "reads as advice to buy or sell"
    return None


def _names(report: Report) -> Iterator[Failure]:
    window = report.window
    for name, value in (("label", report.label), ("topic", report.topic)):
        if not _LABEL.fullmatch(value):
            detail = f"{name} must be 1 to 60 of a-z, 0-9, _ and -, beginning with a letter or digit"
            yield failure(name, value[:80], "structure", detail)
    plain = f"{report.label}_{window.first:%Y%m%d}_{window.last:%Y%m%d}"
    if report.slug not in (plain, f"{plain}_{report.lang}"):
        yield failure(
            "slug", report.slug[:80], "structure", f"slug should be {plain} or {plain}_{report.lang}"
        )
    if window.first > window.last:
        yield failure("window", f"{window.first}", "date", "the window ends before it begins")
    start = window.start.astimezone(UTC)  # clocks of one zone can't be compared on the day they change
    if window.until is not None and not start < window.until.astimezone(UTC) <= start + (
        timedelta(days=1) * ((window.last - window.first).days + 2)
    ):
        yield failure("window", str(window.until), "date", "the cut-off is not in the window")
    if window.since is not None and not timedelta(0) < start - window.since.astimezone(UTC) <= _LONGEST_DAY:
        yield failure("window", str(window.since), "date", "late posts are not those of the day before")
    yield from _titles(report)


def _titles(report: Report) -> Iterator[Failure]:
    window = report.window
    display = report.label.replace("_", " ").replace("-", " ").title()
    lines = {"first_line": outline.first_line(lang=report.lang, display_name=display, window=window)}
    if len(report.names) < 2:
        yield failure("names", "", "structure", "the names of topic and sources are missing")
    else:
        topic, source = report.names[:2]
        lines["title"] = outline.title(lang=report.lang, topic=topic, source=source)
    for name, wanted in lines.items():
        if getattr(report, name) != wanted:
            yield failure(name, getattr(report, name)[:80], "structure", f"{name} should be {wanted:.120}")
    for index, own in enumerate(report.names):
        if fault := fault_of_line(own):
            yield failure(f"names[{index}]", own[:80], "structure", f"a name of the report {fault}")
    if fault := fault_of_line(report.title, longest=_LONGEST_TITLE):
        yield failure("title", report.title[:80], "structure", f"the title {fault}")


def _headings(report: Report) -> Iterator[Failure]:
    wanted = [(id, level) for id, level, _ in outline.OUTLINE]
    if [(section.id, section.level) for section in report.sections] != wanted:
        detail = "sections and their levels are not those of the outline, in its order"
        yield failure("sections", "", "structure", detail)
    headings = {id: names for id, _, names in outline.OUTLINE}
    for section in report.sections:
        yield from _heading(section, headings[section.id].get(report.lang))
        yield from _blocks(section, report)


def _heading(section: Section, wanted: str | None) -> Iterator[Failure]:
    where = f"{section.id}.heading"
    if wanted is not None and section.heading != wanted:
        yield failure(where, section.heading[:80], "structure", f"the heading should be {wanted}")
    elif wanted is None and (fault := fault_of_line(section.heading)):
        yield failure(where, section.heading[:80], "structure", f"the heading {fault}")


def _blocks(section: Section, report: Report) -> Iterator[Failure]:
    status = {story.id: story.status for story in report.stories}
    for index, block in enumerate(section.blocks):
        where = f"{section.id}.blocks[{index}]"
        if block.story is not None and block.story not in status:
            yield failure(where, block.story[:80], "structure", f"story {block.story:.80} does not exist")
        elif block.status is not None and (block.story is None or block.status != status[block.story]):
            known = "unknown" if block.story is None else status[block.story]
            detail = f"marked {block.status}, but its story is {known}"
            yield failure(where, block.status, "structure", detail)


def _printed(report: Report) -> Iterator[Sentence]:
    if report.headline:
        yield report.headline
    for section in report.sections:
        for block in section.blocks:
            if block.lead:
                yield block.lead
            yield from block.sentences


def _description(report: Report) -> Iterator[Failure]:
    known = {"", report.title}
    # Of a sentence that counts posts which were forgotten since, nobody can tell any more.
    passing = ("supported", "escalated") if any(post.gone for post in report.cited) else ("supported",)
    known |= {one.text for one in _printed(report) if one.verdict and one.verdict.verdict in passing}
    if report.description not in known:
        detail = "the description is neither the title nor a sentence that passed"
        yield failure("description", report.description[:80], "structure", detail)


def _counts(report: Report) -> Iterator[Failure]:
    had = report.coverage
    counts = {
        "read": had.read,
        "in_window": had.in_window,
        "kept": had.kept,
        "authors": had.authors,
        "stories": had.stories,
        "cited": had.cited,
        "withheld": had.withheld,
    }
    for name, count in counts.items():
        if not 0 <= count <= MOST:
            yield failure(f"coverage.{name}", _shown(count), "fact", f"{name} can be no count")
    if not had.read >= had.in_window >= had.kept:
        detail = "of the posts read some are in the window, of those some are kept: never more"
        yield failure("coverage.read", _shown(had.read), "fact", detail)
    for reason, count in had.dropped:
        if not _DROPPED_REASON.fullmatch(reason) or fault_of_line(reason):
            yield failure(
                "coverage.dropped", reason[:80], "structure", "no reason for which posts are dropped"
            )
        if not 0 < count <= MOST:
            yield failure("coverage.dropped", reason[:80], "fact", f"{_shown(count)} can be no count")
    if had.kept + sum(count for _, count in had.dropped) != had.read:
        detail = "posts kept and posts dropped do not add up to the posts read"
        yield failure("coverage.dropped", "", "fact", detail)
    several = sum(len(story.posts) > 1 for story in report.stories)
    if had.stories != several:
        yield failure(
            "coverage.stories", _shown(had.stories), "fact", f"stories of two posts or more: {several}"
        )


def _sources(report: Report) -> Iterator[Failure]:
    for source in report.coverage.sources:
        where, name = "coverage.sources", source.name[:80]
        fault = fault_of_line(source.name) or (
            source.reason and fault_of_line(source.reason, longest=_LONGEST_NOTE)
        )
        if fault:
            yield failure(where, name, "structure", f"a source's name or reason {fault}")
        if not 0 <= source.posts <= min(report.coverage.in_window, MOST):
            detail = f"{_shown(source.posts)} posts: more than are in the window, or no count"
            yield failure(where, name, "fact", detail)
        if source.status in ("partial", "failed") and not source.reason:
            yield failure(where, name, "structure", "it was not read in full, and no reason is given")
        if not 0 <= source.failed_runs <= MOST or (source.failed_runs and source.status != "failed"):
            yield failure(where, name, "fact", f"it can't have failed in {_shown(source.failed_runs)} runs")
        since = source.failing_since
        if since is not None and (source.status != "failed" or since.tzinfo is None):
            yield failure(
                where, name, "date", "it is said since when it fails, yet it does not, or no zone is told"
            )


def _shown(count: int) -> str:
    return str(count) if abs(count) <= MOST else "a number beyond measure"


def _writer(report: Report) -> Iterator[Failure]:
    if not _WRITER.fullmatch(report.writer):
        yield failure("writer", report.writer[:80], "structure", "no name of a writer")
    yield from _cost(report.cost)
    if report.writer == "extractive":
        if report.ai_generated:
            yield failure("ai_generated", "", "fact", "the extractive writer uses no language model")
        if report.cost != Cost() or report.fallback:
            detail = "the extractive writer asks no language model, yet the report says what one took or left"
            yield failure("cost", "", "fact", detail)
    ids = {story.id for story in report.stories}
    for story in report.fallback:
        if story not in ids or report.fallback.count(story) > 1:
            yield failure("fallback", story[:80], "structure", "no story of the report, or named twice")
    if report.ai_generated:
        return
    written = [one.text for one in _printed(report) if one.kind == "written"]
    if written:
        detail = "a sentence was written, yet the report says that no language model wrote any"
        yield failure("ai_generated", written[0][:80], "fact", detail)


def _cost(cost: Cost) -> Iterator[Failure]:
    whole = _spent(cost)
    every = [whole, *map(_spent, cost.stages), (cost.unanswered, cost.unusable)]
    if not all(0 <= value <= MOST for values in every for value in values):
        yield failure("cost", "", "fact", "the cost can be no cost: negative or beyond measure")
    elif cost.calls or cost.stages:
        parts = [sum(values) for values in zip(*map(_spent, cost.stages), strict=True)] or [0, 0, 0, 0]
        # Money is rounded stage by stage.
        if list(whole[:3]) != parts[:3] or abs(whole[3] - parts[3]) > _ROUNDED_USD * (len(cost.stages) + 1):
            yield failure("cost.stages", "", "fact", "what the stages took does not add up to the whole")
    if cost.unusable > cost.calls or (cost.reasons and not (cost.unusable or cost.unanswered)):
        yield failure(
            "cost", "", "fact", "answers of no use, or reasons for them, and no calls that they are of"
        )
    if len({one.stage for one in cost.stages}) < len(cost.stages):
        yield failure("cost.stages", "", "structure", "a stage is named twice")
    if cost.model and not _MODEL.fullmatch(cost.model):
        yield failure("cost.model", cost.model[:80], "structure", "no name of a model")
    if not cost.model and cost != Cost():
        yield failure("cost.model", "", "structure", "it has a cost, and the model that took it is not named")


def _spent(cost: Cost | StageCost) -> tuple[float, ...]:
    return cost.calls, cost.tokens_in, cost.tokens_out, cost.money_usd


def _stories(report: Report) -> Iterator[Failure]:
    twice = {name for name, count in Counter(story.id for story in report.stories).items() if count > 1}
    for index, story in enumerate(report.stories):
        where = f"stories[{index}]"
        if not _STORY_ID.fullmatch(story.id) or not _STORY_ID.fullmatch(story.thread) or story.id in twice:
            yield failure(where, story.id[:80], "structure", "no id of a story or thread, or given twice")
        for name, posts, absent in (
            (f"story:{story.id}", story.posts, None),
            (f"new:{story.id}", story.new_posts, story.new_posts),
        ):
            held = report.sets.get(name, absent)
            if held is None or set(held) != set(posts):
                yield failure(where, story.id[:80], "fact", f"its posts are not those of the set {name:.100}")
        if story.head not in story.posts or not set(story.new_posts) <= set(story.posts):
            yield failure(where, story.id[:80], "structure", "its head or a new post is none of its posts")
        if not abs(story.score) <= MOST:  # NaN is beyond measure too
            yield failure(where, story.id[:80], "fact", "its score is beyond measure")
        if story.first_seen is not None and story.first_seen > report.window.last:
            yield failure(where, story.id[:80], "date", "it was first seen after the window")
        if story.peak is not None and not (
            len(story.posts) <= story.peak <= MOST
            and story.peak_day is not None
            and (story.first_seen or date.min) <= story.peak_day <= report.window.last
        ):
            yield failure(
                where, story.id[:80], "fact", "its peak is below its posts, or on no day it was seen"
            )
        if story.before is not None and not 0 <= story.before <= (MOST if story.peak is None else story.peak):
            yield failure(where, story.id[:80], "fact", "it had more posts before than at its peak")


def _hours(report: Report, evidence: EvidenceTable) -> Iterator[Failure]:
    rows = [evidence.row[post] for post in dict.fromkeys(report.sets.get("kept", ())) if post in evidence]
    times = evidence.counted["created_at"].gather(pl.Series(rows, dtype=pl.UInt32)).drop_nulls()
    timely = times.filter(times >= report.window.start.astimezone(UTC))
    counted, stated = _hourly(timely, report.window.zone), dict(report.hourly)
    gone = sum(post not in evidence and bool(GONE.fullmatch(post)) for post in report.sets.get("kept", ()))
    more = {hour: stated.get(hour, 0) - counted.get(hour, 0) for hour in {*stated, *counted}}
    # Posts that were forgotten since were counted in one of the hours, or had no time.
    same = stated == counted if not gone else min(more.values(), default=0) >= 0 <= gone - sum(more.values())
    if not same or len(stated) != len(report.hourly):
        yield failure("hourly", "", "fact", "posts by hour are not those of the posts")


def _hourly(times: pl.Series, zone: ZoneInfo) -> dict[str, int]:
    """Posts by hour from the first to the last, as ISO times of ``zone``."""
    if times.is_empty():
        return {}
    minutes = Counter(times.dt.epoch("s") // 60)
    # An hour of the clocks can last half an hour, or an hour and a half, where they change.
    for quarter in range(min(minutes) // 15, max(minutes) // 15 + 1):
        minutes[max(quarter * 15, min(minutes))] += 0
    counts: dict[str, int] = {}
    for minute, count in minutes.items():
        local = datetime.fromtimestamp(minute * 60, zone)
        hour = f"{local:%Y-%m-%dT%H}:00{_offset(local)}"
        counts[hour] = counts.get(hour, 0) + count
    return counts


def _offset(local: datetime) -> str:
    return local.isoformat()[-6:]


def _late(report: Report, evidence: EvidenceTable) -> Iterator[Failure]:
    """Posts from before the window: only of the day that it looks back to, and told apart."""
    window, ids = report.window, dict.fromkeys(report.sets.get("kept", ()))
    kept = [post for post in ids if post in evidence]
    gone = sum(post not in evidence and bool(GONE.fullmatch(post)) for post in ids)
    seen = evidence.counted.select("created_at", "day")[[evidence.row[post] for post in kept]]
    early = window.first if window.since is None else window.first - timedelta(days=1)
    late = _before(seen, kept, window.start, window.first)
    older = _before(seen, kept, window.since or window.start, early)
    if older:
        yield failure("sets[kept]", min(older), "date", f"{len(older)} posts kept are from before the window")
    stated = report.coverage.late
    if not len(late) <= stated <= len(late) + gone:
        detail = f"{len(late)} posts kept are of the day before, the report says {_shown(stated)}"
        yield failure("coverage.late", _shown(stated), "fact", detail)
    for name, wanted in (("late", late), ("timely", frozenset(kept) - late)):
        told = {post for post in report.sets.get(name, ()) if post in evidence}
        if told != wanted and (late or name in report.sets):
            yield failure(f"sets[{name}]", "", "fact", f"{name} is not the posts that it names")


def _before(seen: pl.DataFrame, ids: list[str], start: datetime, first: date) -> frozenset[str]:
    """Which of ``ids`` are from before an instant, or, if only their day is known, before a day."""
    at, day = pl.col("created_at"), pl.col("day")
    early = seen.select(
        pl.when(at.is_not_null()).then(at < start.astimezone(UTC)).otherwise(day < first).fill_null(False)
    ).to_series()
    return frozenset(pl.Series(ids, dtype=pl.String).filter(early))


def _withheld(report: Report) -> Iterator[Failure]:
    printed = {_said(one) for one in _printed(report)}
    for index, one in enumerate(report.withheld):
        if _said(one) in printed:
            yield failure(f"withheld[{index}]", one.text[:80], "structure", "withheld, yet printed")


def _said(sentence: Sentence) -> tuple[object, ...]:
    return (sentence.text, sentence.citations, tuple(map(astuple, sentence.facts)))


def _terms(report: Report) -> Iterator[Failure]:
    for index, term in enumerate(report.terms):
        if not 0 < term.weight <= MOST:
            yield failure(f"terms[{index}]", term.text[:80], "fact", "its weight is beyond measure")
        if any(_UNSEEN.search(form) or len(form) > _LONGEST_HEADING for form in (term.text, *term.forms)):
            yield failure(
                f"terms[{index}]", term.text[:80], "structure", "no word: too long or unseen characters"
            )
