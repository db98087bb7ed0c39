"""A published report without the posts that were forgotten since.

Sentences that stand on them are withdrawn in their place; all others keep their words, and all counts stay
as they were printed: to count again would say of that day what nobody saw on it, and the sets a count was
taken over still have their size, a forgotten post in them having become an alias.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import polars as pl

from dawnchorus.model import (
    GONE,
    Block,
    CitedPost,
    LinkedTitle,
    Reason,
    Report,
    Section,
    Sentence,
    Story,
    Term,
    Verdict,
)
from dawnchorus.pipeline.compose import sentences
from dawnchorus.report.check.evidence import EvidenceTable
from dawnchorus.report.check.sentence import Context, check_sentence
from dawnchorus.report.desk import notice
from dawnchorus.store.forgotten import Forgotten
from dawnchorus.tables import CLEANED, conform

Holds = Callable[[Sequence[str], Collection[str]], str | None]
"""``holds(forms, ids)``: the first of the posts ``ids`` that holds one of the ``forms`` of a word."""


def withdraw(report: Report, forgotten: Forgotten, *, holds: Holds) -> Report:
    """``report`` without what was forgotten; the same report if nothing of it was, or if it is gone already.

    Args:
        report: As published.
        forgotten: What is to be gone.
        holds: Looks into the posts that are left, to see which words of the cloud others use as well.
    """
    gone = _gone(report, forgotten)
    if not gone and not any(_leads_to(page, forgotten) for post in report.cited for page in post.links):
        return report
    return _Withdrawal(report, gone, forgotten=forgotten, holds=holds).done()


def gone_since(report: Report) -> frozenset[str]:
    """Aliases of the posts of ``report`` that have been forgotten since it was published."""
    posts = {*report.sets.get("kept", ()), *(post.id for post in report.cited)}
    return frozenset(post for post in posts if GONE.fullmatch(post))


def _gone(report: Report, forgotten: Forgotten) -> dict[str, date]:
    """Which posts that the report names were forgotten, and when."""
    named = {post for ids in report.sets.values() for post in ids}
    named |= {post for story in report.stories for post in (*story.posts, *story.new_posts)}
    found = {post: day for post in named if (day := forgotten.post(post))}
    for one in report.cited:
        day = forgotten.post(one.id, one.url) or forgotten.author(one.source, one.author)
        if day is not None and one.gone is None:
            found[one.id] = day
    return found


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of authors of whom nothing is left in the report."""

    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, people: Iterable[CitedPost], *, others: Sequence[str]) -> _Names:
        """Handles after "@", and handles and display names where no text of ``others`` has them as a word.

        An account may be called like the company that all the others write about.
        """
        people = list(people)
        handles = {post.author for post in people if post.author}
        bare = handles | {post.author_name for post in people if post.author_name}
        own = {name for name in bare if name.strip() and not any(map(_word(name, "@").search, others))}
        forms = [*(f"@{re.escape(name)}" for name in handles), *map(re.escape, own)]
        # Longest first: a name may begin with another.
        forms.sort(key=lambda form: (-len(form), form))
        return cls(re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE) if forms else None)

    def within(self, *texts: str) -> bool:
        """Whether one of ``texts`` names one of them."""
        return self.pattern is not None and any(self.pattern.search(text) for text in texts)


def _word(name: str, before: str) -> re.Pattern[str]:
    """``name`` as a word of its own that has none of ``before`` in front."""
    return re.compile(rf"(?<![\w{before}]){re.escape(name)}(?!\w)", re.IGNORECASE)


class _Withdrawal:
    def __init__(
        self, report: Report, gone: Mapping[str, date], *, forgotten: Forgotten, holds: Holds
    ) -> None:
        self._report, self._gone, self._holds, self._forgotten = report, gone, holds, forgotten
        self._alias = {post: forgotten.alias(post) for post in gone}
        kept = [post for post in report.cited if post.id not in gone]
        left = {(post.source, post.author) for post in kept}
        lost = [post for post in report.cited if post.id in gone and (post.source, post.author) not in left]
        self._people = {name.casefold() for post in lost for name in (post.author, post.author_name) if name}
        self._names = _Names.of(lost, others=[*(post.text for post in kept), *report.names])
        self._context = Context(
            evidence=EvidenceTable(_evidence(kept)),
            window=report.window,
            names=(*report.names, report.first_line, report.title),
        )

    def done(self) -> Report:
        report = self._report
        before = {sentence.text for sentence in sentences(report)}
        headline = None if report.headline is None else self._sentence(report.headline)
        changed = replace(
            report,
            headline=headline,
            sections=tuple(self._section(section) for section in report.sections),
            stories=tuple(self._story(story) for story in report.stories),
            sets=self._sets(),
            cited=tuple(self._cited(post) for post in report.cited),
            terms=tuple(term for term in map(self._term, report.terms) if term is not None),
            withheld=tuple(self._sentence(one) or self._unsaid(one) for one in report.withheld),
        )
        printed = {sentence.text for sentence in sentences(changed)}
        withdrawn = report.description in before - printed
        return replace(changed, description=report.title) if withdrawn else changed

    def _section(self, section: Section) -> Section:
        return replace(section, blocks=tuple(self._block(block) for block in section.blocks))

    def _block(self, block: Block) -> Block:
        """What is withdrawn is said once in a block, in its place."""
        lead = None if block.lead is None else self._sentence(block.lead)
        told = block.lead is not None and lead is None
        if told:
            lead = self._notice(cast(Sentence, block.lead))
        kept: list[Sentence] = []
        for sentence in block.sentences:
            left = self._sentence(sentence)
            if left is not None:
                kept.append(left)
            elif not told:
                kept.append(self._notice(sentence))
                told = True
        return replace(block, lead=lead, sentences=tuple(kept))

    def _sentence(self, sentence: Sentence) -> Sentence | None:
        """``sentence`` with aliases for what is gone, or None if it must go."""
        lost = [post for post in sentence.citations if post in self._gone]
        if any(quote.post in self._gone for quote in sentence.quotes):
            return None
        if sentence.kind != "quotation" and self._tells_of_them(sentence):
            return None
        if not lost:
            return sentence
        if sentence.kind == "quotation":
            return None
        left = self._written(sentence) if sentence.kind == "written" else sentence
        citations = tuple(self._alias.get(post, post) for post in sentence.citations)
        return left and replace(left, citations=citations)

    def _written(self, sentence: Sentence) -> Sentence | None:
        """``sentence`` if the posts that are left bear it out without a judge."""
        rest = tuple(post for post in sentence.citations if post not in self._gone)
        verdict = check_sentence(replace(sentence, citations=rest), self._context)
        if not rest or verdict.verdict != "supported":
            return None
        # What a judge pointed at may be words of the post that is gone.
        return replace(sentence, verdict=verdict, judgement=None)

    def _tells_of_them(self, sentence: Sentence) -> bool:
        if self._names.within(sentence.text, *(word for fact in sentence.facts for word in fact.words)):
            return True
        tops = (str(fact.value) for fact in sentence.facts if fact.basis == "author")
        return any(name.casefold() in self._people for name in tops)

    def _notice(self, sentence: Sentence) -> Sentence:
        lost = tuple(self._alias[post] for post in sentence.citations if post in self._gone)
        return replace(notice(self._report.lang, "withdrawn"), citations=lost)

    def _unsaid(self, sentence: Sentence) -> Sentence:
        """In place of a sentence that was withheld and whose words must go: it still counts."""
        detail = "what it stood on was removed by or for its author; its words were not kept"
        verdict = Verdict(
            verdict="rejected", score=0.0, reasons=(Reason(rule="forgotten", words="", detail=detail),)
        )
        lost = tuple(self._alias.get(post, post) for post in sentence.citations)
        return Sentence(text="", kind=sentence.kind, citations=lost, verdict=verdict)

    def _story(self, story: Story) -> Story:
        return replace(
            story,
            posts=self._aliased(story.posts),
            head=self._alias.get(story.head, story.head),
            new_posts=self._aliased(story.new_posts),
            terms=tuple(term for term in story.terms if not self._names.within(term)),
            news=tuple(word for word in story.news if not self._names.within(word)),
        )

    def _sets(self) -> dict[str, tuple[str, ...]]:
        counted = {
            name for one in sentences(self._report) for fact in one.facts for name in (fact.of, fact.within)
        }
        return {
            name: self._aliased(posts)
            for name, posts in self._report.sets.items()
            # A site only the forgotten post linked to may be its author's own.
            if not (
                name.startswith("domain:") and name not in counted and posts and set(posts) <= set(self._gone)
            )
        }

    def _aliased(self, posts: Sequence[str]) -> tuple[str, ...]:
        return tuple(self._alias.get(post, post) for post in posts)

    def _cited(self, post: CitedPost) -> CitedPost:
        if post.id not in self._gone:
            return replace(post, links=tuple(page for page in post.links if not self._is_theirs(page)))
        return CitedPost(
            number=post.number,
            id=self._alias[post.id],
            url=None,
            author=None,
            author_name=None,
            source=post.source.partition(":")[0],
            created_at=None,
            day=None,
            text="",
            sha256="",
            gone=self._gone[post.id],
        )

    def _is_theirs(self, page: LinkedTitle) -> bool:
        """Whether a page is a forgotten post, or names whoever wrote one: such pages have its words."""
        return _leads_to(page, self._forgotten) or self._names.within(page.title, page.site or "")

    def _term(self, term: Term) -> Term | None:
        """A word of the cloud, with another post as its example; None if only what is gone used it."""
        forms = (term.text, *term.forms)
        if self._names.within(*forms):
            return None
        if term.example not in self._gone:
            return term
        kept = [post for post in self._report.sets.get("kept", ()) if post not in self._gone]
        cited = [
            post.id for post in self._report.cited if post.id not in self._gone and _says(post.text, forms)
        ]
        example = next(iter(cited), None) or self._holds(forms, kept)
        return None if example is None else replace(term, example=example)


def _leads_to(page: LinkedTitle, forgotten: Forgotten) -> bool:
    return forgotten.post(page.link, page.address) is not None


def _says(text: str, forms: Iterable[str]) -> bool:
    low = text.casefold()
    return any(form.casefold() in low for form in forms)


def _evidence(cited: Sequence[CitedPost]) -> pl.DataFrame:
    rows = [
        {
            "id": post.id,
            "source": post.source,
            "text": post.text,
            "clean_text": post.text,
            "author": post.author,
            "author_name": post.author_name,
            "created_at": post.created_at,
            "day": post.day,
            "url": post.url,
        }
        for post in cited
    ]
    return conform(
        pl.DataFrame(rows, schema={name: CLEANED[name] for name in (rows[0] if rows else ())}), CLEANED
    )
