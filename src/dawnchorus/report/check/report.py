"""Check a whole report: every sentence, and every figure and post that stands beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

import polars as pl

from dawnchorus.model import GONE, Block, CitedPost, LinkedTitle, Report, Section, Sentence
from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.evidence import Evidence, EvidenceTable
from dawnchorus.report.check.facts import Earlier
from dawnchorus.report.check.failure import Failure, failure
from dawnchorus.report.check.fold import folded
from dawnchorus.report.check.frame import check_frame
from dawnchorus.report.check.sentence import Context, check_sentence

MOST_LINKS = 5
"""Pages shown with a cited post; a post that links to more is a list."""

_LONGEST_NAME = 300  # characters of a page's title
_LONGEST_ADDRESS = 2000
_WEB = re.compile(r"https?://[^\s/@]+(?:/\S*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReport:
    """A report with a verdict on every sentence, and what failed, in the report's order."""

    report: Report
    failures: tuple[Failure, ...]

    @property
    def sentences(self) -> int:
        """Sentences checked."""
        return sum(1 for _ in _sentences(self.report))


def check_report(
    report: Report,
    posts: pl.DataFrame | EvidenceTable,
    *,
    earlier: Earlier | None = None,
    aliases: Iterable[Iterable[str]] = (),
    names: Iterable[str] = (),
) -> CheckedReport:
    """Check ``report`` against the posts it was made of.

    Args:
        report: The report; verdicts it may carry are replaced.
        posts: All kept posts, schema KEPT (CLEANED or POSTS leave out what needs their columns);
            as a table of evidence if they are to serve more than one check.
        earlier: Figures of earlier editions, slug -> set name -> ids or how many; a fact's ``basis``
            and ``of`` look up here.
        aliases: Names of the topic that are one, beside the standard ones.
        names: Words the report may use of its own accord: names of topic and sub-themes.

    Returns:
        The report with verdicts, and every sentence, figure or post that did not pass.
    """
    evidence = posts if isinstance(posts, EvidenceTable) else EvidenceTable(posts)
    context = Context(
        evidence=evidence,
        window=report.window,
        sets=report.sets,
        earlier=earlier or {},
        aliases=standard_aliases().extended(aliases),
        names=(*names, *report.names, *_own_words(report)),
    )
    failures: list[Failure] = []

    def checked(sentence: Sentence, where: str) -> Sentence:
        verdict = check_sentence(sentence, context)
        if verdict.verdict != "supported":
            failures.append(Failure(where=where, text=sentence.text, verdict=verdict))
        return replace(sentence, verdict=verdict)

    headline = checked(report.headline, "headline") if report.headline else None
    sections = tuple(_checked_section(section, checked) for section in report.sections)
    done = replace(report, headline=headline, sections=sections)
    failures += _figures(done, evidence)
    failures += check_frame(done, evidence)
    return CheckedReport(report=done, failures=tuple(failures))


def _checked_section(section: Section, checked: Callable[[Sentence, str], Sentence]) -> Section:
    blocks = []
    for index, block in enumerate(section.blocks):
        where = f"{section.id}.blocks[{index}]"
        lead = checked(block.lead, f"{where}.lead") if block.lead else None
        sentences = tuple(
            checked(item, f"{where}.sentences[{at}]") for at, item in enumerate(block.sentences)
        )
        blocks.append(replace(block, lead=lead, sentences=sentences))
    return replace(section, blocks=tuple(blocks))


def _sentences(report: Report) -> Iterator[Sentence]:
    if report.headline:
        yield report.headline
    for section in report.sections:
        for block in section.blocks:
            yield from _of_block(block)


def _of_block(block: Block) -> Iterator[Sentence]:
    if block.lead:
        yield block.lead
    yield from block.sentences


def _own_words(report: Report) -> list[str]:
    """Names that stand in headings and labels, which are the topic's and not a post's."""
    headings = [section.heading for section in report.sections]
    return [report.first_line, report.title, report.label.replace("_", " "), report.topic, *headings]


def _figures(report: Report, evidence: EvidenceTable) -> list[Failure]:
    """Objections to what stands in the report without a sentence."""
    rows = [evidence.row[post] for post in dict.fromkeys(report.sets.get("kept", ())) if post in evidence]
    kept = evidence.counted[rows]
    gone = len(gone_posts(report, evidence))
    found = [*_sets(report, evidence), *_cited(report, evidence)]
    found += _terms(report, evidence, evidence.folded.gather(rows), gone=gone)
    coverage = report.coverage
    counted: list[tuple[str, object, object]] = [
        ("kept", coverage.kept, len(rows) + gone),
        ("authors", coverage.authors, kept["author"].drop_nulls().n_unique()),
        ("networks", dict(coverage.networks), _counts(kept["network"])),
        ("cited", coverage.cited, len(report.cited)),
        ("withheld", coverage.withheld, len(report.withheld)),
    ]
    if not {"duplicate_of", "language"}.isdisjoint(evidence.posts.columns):
        counted.append(("languages", dict(coverage.languages), _counts(kept["language"])))
    for name, stated, value in counted:
        if stated != value and not (gone and _may_have_been(stated, value, gone)):
            found.append(
                failure(
                    f"coverage.{name}", str(stated), "fact", f"{name} is {value}, the report says {stated}"
                )
            )
    return found


def gone_posts(report: Report, evidence: EvidenceTable) -> frozenset[str]:
    """Aliases of the posts that were kept and have been forgotten since."""
    kept = report.sets.get("kept", ())
    return frozenset(post for post in kept if post not in evidence and GONE.fullmatch(post))


def _may_have_been(stated: object, value: object, gone: int) -> bool:
    """Whether a count, or counts by value, can have been ``stated`` when ``gone`` posts more were there."""
    if isinstance(stated, dict) and isinstance(value, dict):
        more = {name: count - value.get(name, 0) for name, count in stated.items()}
        return value.keys() <= stated.keys() and min(more.values()) >= 0 and sum(more.values()) <= gone
    return isinstance(stated, int) and isinstance(value, int) and value <= stated <= value + gone


def _counts(values: pl.Series) -> dict[str, int]:
    return dict(values.drop_nulls().value_counts().iter_rows())


def _sets(report: Report, evidence: EvidenceTable) -> Iterator[Failure]:
    kept = frozenset(report.sets.get("kept", ()))
    wanted = _by_value(report, evidence)
    gone = gone_posts(report, evidence)
    if "kept" not in report.sets:
        yield failure("sets[kept]", "", "fact", "the report names no kept posts")
    for name, ids in report.sets.items():
        distinct = frozenset(ids)
        missing = distinct.difference(evidence.row) - gone
        strays = distinct - kept - missing
        unknown = [post for post in ids if post in missing]
        outside = [post for post in ids if post in strays]
        if unknown:
            yield failure(f"sets[{name}]", unknown[0], "fact", f"{len(unknown)} posts of {name} do not exist")
        if outside and "kept" in report.sets:
            yield failure(
                f"sets[{name}]", outside[0], "fact", f"{len(outside)} posts of {name} were not kept"
            )
        if name in wanted and distinct - gone != wanted[name]:
            yield failure(f"sets[{name}]", "", "fact", f"{name} is not the posts that it names")
        if len(distinct) != len(ids):
            yield failure(f"sets[{name}]", "", "fact", f"{name} names a post twice")


def _by_value(report: Report, evidence: EvidenceTable) -> dict[str, frozenset[str]]:
    """What the sets "language:…", "network:…" and "domain:…" of a report should be."""
    if {"duplicate_of", "language"}.isdisjoint(evidence.posts.columns):
        return {}  # posts as read: neither languages nor links have been looked at
    ids = [post for post in dict.fromkeys(report.sets.get("kept", ())) if post in evidence]
    kept = evidence.counted[[evidence.row[post] for post in ids]].with_columns(
        id=pl.Series(ids, dtype=pl.String)
    )
    wanted: dict[str, frozenset[str]] = {}
    for kind, values in (
        ("language", kept.select("id", value="language")),
        ("network", kept.select("id", value="network")),
        ("domain", kept.select("id", value="domains").explode("value")),
    ):
        grouped = values.drop_nulls("value").group_by("value").agg("id")
        held = {value: frozenset(posts) for value, posts in grouped.iter_rows()}
        for name in report.sets:
            if name.startswith(f"{kind}:"):
                wanted[name] = held.get(name.partition(":")[2], frozenset())
    return wanted


def _cited(report: Report, evidence: EvidenceTable) -> Iterator[Failure]:
    listed = {post.id for post in report.cited}
    for index, post in enumerate(report.cited):
        where = f"cited[{index}]"
        if post.gone is not None:
            yield from _cited_gone(post, where, number=index + 1)
            continue
        item = evidence.get(post.id)
        if item is None:
            yield failure(where, post.id, "structure", f"cited post {post.id} does not exist")
            continue
        if sha256(post.text.encode("utf-8", "surrogatepass")).hexdigest() != post.sha256:
            yield failure(where, post.id, "structure", "sha256 is not that of the text")
        if post.text not in (item.text, item.raw):
            yield failure(where, post.id, "quote", f"text of cited post {post.id} is not the post's")
        for field in ("url", "author", "author_name", "source", "created_at", "day"):
            if (getattr(post, field) or None) != (getattr(item, field) or None):  # "" is no name
                yield failure(
                    where, post.id, "attribution", f"{field} of cited post {post.id} is not the post's"
                )
        if post.number != index + 1:
            yield failure(where, str(post.number), "structure", f"number {post.number} should be {index + 1}")
        yield from _pages(post, item if "urls" in evidence.posts.columns else None, where)
    for sentence in _sentences(report):
        for cited in sentence.citations:
            if cited in evidence and cited not in listed:
                listed.add(cited)
                yield failure("cited", cited, "structure", f"post {cited} is cited but not listed")


def _pages(cited: CitedPost, post: Evidence | None, where: str) -> Iterator[Failure]:
    """Pages stand under a post that links to them; ``post`` is None if its links are not known."""
    if len(cited.links) > MOST_LINKS:
        yield failure(where, cited.id, "structure", f"{len(cited.links)} pages, at most {MOST_LINKS}")
    for page in cited.links:
        if post is not None and page.link not in post.urls:
            yield failure(where, page.link[:80], "structure", "a page that the post does not link to")
        yield from _page(page, where)


def _page(page: LinkedTitle, where: str) -> Iterator[Failure]:
    """What a page is called, only the page knows; where it is, and that the name is one, can be told."""
    if not _WEB.fullmatch(page.address) or len(page.address) > _LONGEST_ADDRESS:
        yield failure(where, page.address[:80], "structure", "the address of a page is no web address")
    for name in (page.title, page.site):
        if name is not None and (not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable()):
            yield failure(where, name[:80], "structure", "the name of a page is not one short plain line")


def _cited_gone(post: CitedPost, where: str, *, number: int) -> Iterator[Failure]:
    """Of a post that was forgotten only its number, an alias, its network and the day may be left."""
    left = (
        *(post.url, post.author, post.author_name, post.created_at, post.day, post.text, post.sha256),
        post.links,
    )
    if not GONE.fullmatch(post.id) or any(left) or ":" in post.source:
        yield failure(
            where, post.id, "structure", f"cited post {post.id} is said to be gone, yet it is told of"
        )
    if post.number != number:
        yield failure(where, str(post.number), "structure", f"number {post.number} should be {number}")


def _terms(report: Report, evidence: EvidenceTable, kept: pl.Series, *, gone: int) -> Iterator[Failure]:
    written = [(index, form) for index, term in enumerate(report.terms) for form in (term.text, *term.forms)]
    forms = pl.DataFrame(written, schema={"term": pl.UInt32, "form": pl.String}, orient="row")
    forms = forms.with_columns(folded(forms["form"])).unique().filter(pl.col("form") != "")
    examples = [evidence[term.example].text if term.example in evidence else "" for term in report.terms]
    own = _holding(folded(pl.Series(examples, dtype=pl.String)), forms).filter(
        pl.col("row") == pl.col("term")
    )
    shown = set(own["term"])
    holding = dict(_holding(kept, forms).group_by("term").len().iter_rows())
    for index, term in enumerate(report.terms):
        if index not in shown:
            yield failure(
                f"terms[{index}]", term.text, "fact", f"post {term.example} does not hold {term.text}"
            )
        # How words are cut is the writer's business: a cut word can't be in more posts than its letters.
        if not 1 <= term.posts <= holding.get(index, 0) + gone:
            yield failure(
                f"terms[{index}]",
                term.text,
                "fact",
                f"{term.text} is in {holding.get(index, 0)} posts, the report says {term.posts}",
            )


def _holding(texts: pl.Series, forms: pl.DataFrame) -> pl.DataFrame:
    """Which texts (``row``) hold a form of which ``term`` anywhere, each pair once."""
    # A list, since of a column one automaton is built for each text; and none may be empty.
    found = texts.str.extract_many(["\0", *forms["form"].unique()], overlapping=True)
    return (
        pl.DataFrame({"form": found})
        .with_row_index("row")
        .explode("form")
        .join(forms, on="form")
        .select("row", "term")
        .unique()
    )
