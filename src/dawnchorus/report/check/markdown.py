"""Check a report in Markdown, ours or anyone's: which of its sentences stand on posts they cite."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from typing import Any

import polars as pl

from dawnchorus.model import Quote, Sentence, Verdict, Window
from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.evidence import Evidence, EvidenceTable
from dawnchorus.report.check.finding import Finding, verdict_of
from dawnchorus.report.check.passages import Passage, passages
from dawnchorus.report.check.pointers import pointed
from dawnchorus.report.check.proposals import Candidate, Proposal, propose
from dawnchorus.report.check.prose import read_markdown
from dawnchorus.report.check.quotes import speakers
from dawnchorus.report.check.references import References, is_list, mark_last_list
from dawnchorus.report.check.retrieval import PostIndex
from dawnchorus.report.check.sentence import LONGEST, Context, check_sentence

# What reports count of their posts: such a sentence stands on sets that Markdown does not hold.
_OF_POSTS = re.compile(
    r"\d[\d,.]*\s?(?:[万亿]\s?)?(?:条(?:帖|推|微博|[，。,；;（()）]|\s|$)|位(?:署名)?作者|个网络|个话题"
    r"|(?:posts?|authors?|voices?|networks?|stories|story|tweets?)(?![a-z]))",
    re.IGNORECASE,
)
# What they count of their posts as well as what posts tell of others.
_PERHAPS_OF_POSTS = re.compile(
    r"\d[\d,.]*\s?(?:[万亿]\s?)?(?:种语言|个网站|个赞|(?:languages?|domains?|sites?|reposts?|likes?)(?![a-z]))",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"本期|本节|本报告|本话题|表中|上一期|前几期|行情来源|^(?:语言|来源)[:：]|this (?:edition|report|section)|the table|price source|in this thread"  # noqa: E501
    r"|^[^.。!！?？]{1,60}\s?[(（][A-Z0-9.]{1,8}[)）]$"  # a label such as "Nvidia (NVDA)"
    r"|edition before|earlier (?:report|edition)s?|^(?:Languages|Networks):|\S · \S",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"^(?:数据与方法|数据说明|方法|词云(?:分析)?|免责声明"
    r"|data and method|method(?:ology)?|word cloud|disclaimer)$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“「\"](.+)[”」\"]", re.DOTALL)
_FRAMING = 90  # characters around a quotation that only say who wrote it, where and when
_EXCERPT = 280  # characters of a proposed post that are shown


def check_markdown(
    text: str,
    posts: pl.DataFrame,
    *,
    window: Window | None = None,
    aliases: Iterable[Iterable[str]] = (),
    names: Iterable[str] = (),
    unread: Counter[str] | None = None,
) -> list[dict[str, Any]]:
    """Check the prose sentences of a Markdown report.

    A sentence's citations are its links to posts, and the numbers of a list of cited posts in the same file
    or of link definitions and notes. A cell of a table has the citations of its row. Headings, code,
    pictures, front matter, small print, what a report says of its method and the list itself are not
    sentences. Sentences of counts escalate: what they count is only in report.json.

    Args:
        text: The report, front matter or not.
        posts: All posts it may stand on, schema POSTS, CLEANED or KEPT.
        window: Days of the report; relative dates are read on the last.
        aliases: Names that are one, beside the standard ones.
        names: Words the report may use of its own.
        unread: Counts the parts that were not looked at, by what they are, in the singular.

    Returns:
        For each sentence in order: ``text``, ``citations`` (post ids), their ``urls`` and ``numbers``,
        ``verdict``, ``reasons`` (each with ``rule``, ``words``, ``detail``), ``line`` of the file,
        ``section`` and ``uncited``. Those that cite no post are "rejected" and have ``found``,
        ``candidates`` (``id``, ``url``, ``author``, ``text``, ``verdict``, ``reasons``, ``score``) and
        ``together`` (ids), see :mod:`proposals`. Those whose posts do not bear them out have ``instead``:
        such candidates that do.
    """
    unread = Counter() if unread is None else unread
    document = read_markdown(text, unread)
    mark_last_list(document.parts)
    references = References(posts)
    references.define(document.labels)
    for part in document.parts:
        references.learn(part)
    checker = _Checker(posts, references, window, standard_aliases().extended(aliases), tuple(names))
    rows: list[dict[str, Any]] = []
    for part in document.parts:
        if is_list(part):
            unread["source-list paragraph"] += bool(part.text)
        elif any(_METHOD.match(heading.title) for heading in part.headings):
            unread["paragraph on method"] += bool(part.text)
        else:
            rows += map(checker.row, passages(part, unread, numbered=references.numbered))
    return rows


class _Checker:
    """Sentences of one report to rows; posts are indexed when the first sentence cites none."""

    def __init__(
        self,
        posts: pl.DataFrame,
        references: References,
        window: Window | None,
        aliases: Any,
        names: tuple[str, ...],
    ) -> None:
        self._posts = posts
        self._references = references
        self._evidence = EvidenceTable(posts)
        self._context = Context(evidence=self._evidence, window=window, aliases=aliases, names=names)

    @cached_property
    def _index(self) -> PostIndex:
        return PostIndex(self._posts, self._context.aliases)

    def row(self, passage: Passage) -> dict[str, Any]:
        """The row of one sentence."""
        text, cited = passage.text, self._references.resolve(passage.links)
        proposal = None
        if len(text) > LONGEST:
            verdict = check_sentence(Sentence(text=text, kind="written"), self._context)
        elif what := _of_itself(text):
            verdict = self._quoted(text, cited, what)
        elif cited:
            verdict = self._judged(text, cited)
            if verdict.verdict != "supported" and _PERHAPS_OF_POSTS.search(text):
                verdict = self._quoted(text, cited, "counts")
        else:
            proposal = self._proposal(passage)
            if proposal.found == "nothing" and _PERHAPS_OF_POSTS.search(text):
                proposal, verdict = None, self._quoted(text, cited, "counts")
            else:
                what = "its links lead to none of the posts" if passage.links else "no post is cited"
                verdict = verdict_of([Finding(rule="uncited", words="", detail=what)], score=0.0)
        headings = passage.part.headings
        row = {
            "text": text,
            "citations": cited,
            "urls": [self._evidence[post].url for post in cited],
            "numbers": self._references.numbers(cited),
            **self._told(verdict, cited),
            "line": passage.part.line,
            "section": headings[-1].title if headings else "",
            "uncited": proposal is not None,
        }
        if cited and verdict.verdict != "supported" and not _of_itself(text) and len(text) <= LONGEST:
            row["instead"] = self._instead(passage, cited)
        return row if proposal is None else row | self._proposed(proposal)

    def _instead(self, passage: Passage, cited: Sequence[str]) -> list[dict[str, Any]]:
        """Posts that bear a sentence out which those it cites do not: a true sentence under a wrong link."""
        proposal = self._proposal(passage)
        found = [one for one in proposal.candidates if one.verdict.verdict == "supported"]
        return [
            self._candidate(one) for one in found if proposal.found == "supported" and one.post not in cited
        ]

    def _proposal(self, passage: Passage) -> Proposal:
        beside = self._references.resolve(passage.beside)
        return propose(passage.text, self._index, self._judged, beside=beside)

    def _judged(self, text: str, cited: Iterable[str]) -> Verdict:
        return check_sentence(_sentence(text, tuple(cited), self._evidence), self._context)

    def _quoted(self, text: str, cited: list[str], what: str) -> Verdict:
        """Of a sentence that Markdown alone can't bear out: only what it quotes is checked."""
        quoted = _QUOTED.search(text)
        sentence = _sentence(text, tuple(cited), self._evidence)
        bare = replace(sentence, text=quoted[0] if quoted else "-")
        findings = _rejections(check_sentence(bare, self._context)) if cited else []
        detail = f"{what} can't be checked from Markdown alone: check report.json"
        return verdict_of(
            [*findings, Finding(rule="fact", words="", detail=detail, level="escalated")], score=0.0
        )

    def _told(self, verdict: Verdict, cited: Sequence[str]) -> dict[str, Any]:
        numbers = self._references.numbers(cited)
        texts = {at: self._evidence[post].words for at, post in zip(numbers, cited, strict=True)}
        reasons = [asdict(replace(one, detail=pointed(one.detail, texts))) for one in verdict.reasons]
        return {"verdict": verdict.verdict, "reasons": reasons}

    def _proposed(self, proposal: Proposal) -> dict[str, Any]:
        return {
            "found": proposal.found,
            "candidates": [self._candidate(one) for one in proposal.candidates],
            "together": list(proposal.together),
        }

    def _candidate(self, candidate: Candidate) -> dict[str, Any]:
        post = self._evidence[candidate.post]
        return {
            "id": post.id,
            "url": post.url,
            "author": post.author or post.author_name,
            "text": post.text[:_EXCERPT],
            **self._told(candidate.verdict, ()),
            "score": round(candidate.share, 2),
        }


def _of_itself(text: str) -> str:
    """What a report says of itself in ``text``, "" if nothing; names and numbers in it are its own."""
    bare = _QUOTED.sub(" ", text)
    if _OF_POSTS.search(bare):
        return "counts"
    return "what is said of the report itself" if _ABOUT_ITSELF.search(bare) else ""


def _rejections(verdict: Verdict) -> list[Finding]:
    """The objections to quoted words of a sentence whose own words are counts."""
    return [
        Finding(rule=item.rule, words=item.words, detail=item.detail)
        for item in verdict.reasons
        if verdict.verdict == "rejected" and item.rule == "quote"
    ]


def _sentence(text: str, cited: tuple[str, ...], evidence: Mapping[str, Evidence]) -> Sentence:
    """A quotation if its quoted words are a cited post's and little stands around them, else written."""
    match = _QUOTED.search(text)
    if match and len(text) - len(match[1]) <= _FRAMING:
        for post in cited:
            if speakers(match[1], evidence[post]):
                quote = Quote(post=post, text=match[1])
                return Sentence(text=text, kind="quotation", citations=cited, quotes=(quote,))
    return Sentence(text=text, kind="written", citations=cited)
