"""In place of a written sentence on which nobody could decide: the words of the post that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dawnchorus.model import Block, Report, Sentence
from dawnchorus.pipeline.compose import sentences
from dawnchorus.report.briefing import PostRow, PostsById
from dawnchorus.report.check.evidence import evidence_from
from dawnchorus.report.check.nearest import nearest
from dawnchorus.report.desk import quotation
from dawnchorus.report.evidence import QUOTE_COLUMNS, Passage, columns, passage
from dawnchorus.report.phrasing import phrases
from dawnchorus.segment import sentences as sentences_of


def quote_instead(report: Report, posts: PostsById) -> tuple[Report, tuple[Sentence, ...]]:
    """``report`` with a quotation for each written sentence that escalated, and those sentences.

    A quotation is of a cited post, the one that shares most with the sentence: all its words if they are
    short enough, else the sentence of it that does. What the report quotes already is not quoted again; then,
    or if nothing serves, the sentence is left out, and a block may be left with none. Quotations are not
    checked yet.
    """
    doubtful = tuple(one for one in sentences(report) if _is_doubtful(one))
    if not doubtful:
        return report, ()
    told = {(quote.post, quote.text) for one in sentences(report) for quote in one.quotes}

    def instead(sentence: Sentence, *, lead: bool = False) -> Sentence | None:
        words = _words(sentence, report, posts)
        if words is None or (words.post, words.text) in told:
            return None
        told.add((words.post, words.text))
        return quotation(words, str(posts[words.post]["source"]), phrases(report.lang), lead=lead)

    def changed(block: Block) -> Block:
        lead = block.lead
        if lead is not None and _is_doubtful(lead):
            lead = instead(lead, lead=True)
        kept = [instead(one) if _is_doubtful(one) else one for one in block.sentences]
        left = tuple(one for one in kept if one is not None)
        if block.lead is not None and lead is None and all(one.kind == "computed" for one in left):
            left = ()  # counts of nobody knows what
        return replace(block, lead=lead, sentences=left)

    headline = report.headline
    if headline is not None and _is_doubtful(headline):
        headline = instead(headline, lead=True)
    sections = tuple(
        replace(section, blocks=tuple(map(changed, section.blocks))) for section in report.sections
    )
    return replace(report, headline=headline, sections=sections), doubtful


def _is_doubtful(sentence: Sentence) -> bool:
    verdict = sentence.verdict
    return sentence.kind == "written" and verdict is not None and verdict.verdict == "escalated"


def _words(sentence: Sentence, report: Report, posts: PostsById) -> Passage | None:
    """Words of a cited post to quote in place of ``sentence``."""
    found: list[Passage] = []
    for post in sentence.citations:
        if post in posts:
            row = posts[post]
            pieces = [passage(piece, lang=report.lang) for piece in _pieces(row)]
            found += [piece for piece in pieces if piece is not None]
    told = [evidence_from({"id": str(at), "text": one.text}) for at, one in enumerate(found)]
    best = nearest(sentence.text, told)
    return None if best is None else found[int(best.id)]


def _pieces(row: PostRow) -> Iterator[PostRow]:
    """The post, or each sentence of one that is too long to quote, as a post of its own."""
    text = str(row["clean_text"] or "")
    if columns(text) <= QUOTE_COLUMNS:
        yield row
        return
    for piece in sentences_of(text):
        yield {**row, "clean_text": piece}
