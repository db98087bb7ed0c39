"""From a draft to a report: every sentence is checked, what fails is withheld, what stays is numbered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

import polars as pl

from dawnchorus.model import TERMS_SHOWN, Block, CitedPost, LinkedTitle, Report, Section, Sentence, Term
from dawnchorus.report.briefing import PostsById
from dawnchorus.report.check.report import MOST_LINKS
from dawnchorus.report.desk import notice


def prune(report: Report, *, withheld: Iterable[Sentence] = ()) -> Report:
    """Leave out every sentence the checker did not pass; keep it, with the reasons, under ``withheld``.

    A section that loses all it had says so in one line. ``withheld`` are those left out before.
    """
    left_out = list(withheld)
    sections = tuple(_pruned(section, report, left_out) for section in report.sections)
    headline = report.headline if report.headline is not None and _passed(report.headline) else None
    distinct = tuple({sentence.text: sentence for sentence in left_out}.values())
    return replace(report, sections=sections, headline=headline, withheld=distinct)


def _pruned(section: Section, report: Report, withheld: list[Sentence]) -> Section:
    blocks: list[Block] = []
    for block in section.blocks:
        sentences = tuple(sentence for sentence in block.sentences if _passed(sentence))
        lead = block.lead if block.lead is None or _passed(block.lead) else None
        withheld += [one for one in (block.lead, *block.sentences) if one is not None and not _passed(one)]
        # Without the words that say what a block is about, its counts say nothing.
        headless = block.lead is not None and lead is None
        if headless and all(sentence.kind == "computed" for sentence in sentences):
            continue
        if sentences or lead:
            blocks.append(replace(block, sentences=sentences, lead=lead))
    if section.blocks and not blocks:
        blocks = [Block(kind="paragraph", sentences=(notice(report.lang, "withheld-section"),))]
    return replace(section, blocks=tuple(blocks))


def _passed(sentence: Sentence) -> bool:
    return sentence.verdict is not None and sentence.verdict.verdict == "supported"


def sentences(report: Report) -> Iterator[Sentence]:
    """All sentences of a report in print order, the headline first."""
    if report.headline is not None:
        yield report.headline
    for section in report.sections:
        for block in section.blocks:
            if block.lead is not None:
                yield block.lead
            yield from block.sentences


def titled(pages: pl.DataFrame) -> dict[str, LinkedTitle]:
    """Pages (``url``, ``address``, ``title``, ``site``) that have a title, by entry of ``urls`` of posts."""
    rows = pages.drop_nulls(["url", "address", "title"]).select("url", "address", "title", "site")
    return {
        url: LinkedTitle(link=url, address=address, title=title, site=site)
        for url, address, title, site in rows.iter_rows()
    }


def number(report: Report, posts: PostsById, *, pages: Mapping[str, LinkedTitle]) -> Report:
    """Number the cited posts from 1 in order of first citation, with their words and a hash of them.

    Each has those of the ``pages`` that it links to.
    """
    order = list(dict.fromkeys(post for sentence in sentences(report) for post in sentence.citations))
    texts = {post: str(posts[post]["clean_text"]).lower() for post in order}
    terms = tuple(_with_example(term, texts) for term in report.terms)
    # Each word of the table leads to a post: one that is cited anyway, else its own example.
    order = list(dict.fromkeys([*order, *(term.example for term in terms[:TERMS_SHOWN])]))
    cited = tuple(_cited(at, posts[post], pages) for at, post in enumerate(order, start=1))
    coverage = replace(report.coverage, cited=len(cited), withheld=len(report.withheld))
    return replace(report, cited=cited, terms=terms, coverage=coverage)


def _with_example(term: Term, texts: Mapping[str, str]) -> Term:
    """``term`` with a cited post as its example, if one holds it."""
    if term.example in texts:
        return term
    word = term.text.lower()
    return replace(term, example=next((post for post, text in texts.items() if word in text), term.example))


def _cited(number: int, row: Mapping[str, object], pages: Mapping[str, LinkedTitle]) -> CitedPost:
    text, urls = str(row["clean_text"]), cast("Sequence[str]", row["urls"] or ())
    return CitedPost(
        number=number,
        id=str(row["id"]),
        url=row["url"],  # type: ignore[arg-type]
        author=row["author"],  # type: ignore[arg-type]
        author_name=row["author_name"],  # type: ignore[arg-type]
        source=str(row["source"]),
        created_at=row["created_at"],  # type: ignore[arg-type]
        day=row["day"],  # type: ignore[arg-type]
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        links=tuple(pages[url] for url in urls if url in pages)[:MOST_LINKS],
    )


def description(report: Report, limit: int = 200) -> str:
    """One line for previews and feeds: the first sentence of the overview that passed, or the title."""
    for section in report.sections:
        if section.id == "overview":
            for block in section.blocks:
                for sentence in block.sentences:
                    if len(sentence.text) <= limit:
                        return sentence.text
    return report.title
