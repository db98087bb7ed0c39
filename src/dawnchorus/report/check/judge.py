"""A judge over the sentences on which the rules cannot tell.

A judge never raises a verdict over a rule. "supported" (no rule objects) and "rejected" (a rule is sure)
are never shown to it. "escalated" is an open question: without a judge nobody else looked, and the sentence
is not published as it stands. A judge answers the question:

    supported, with one verified span of each cited post     supported: published
    supported, but a span is missing, foreign or no words    rejected: who can't show it has not seen it
    not_supported, or what is no judgement at all            rejected
    unsure, an error, no answer in time                      escalated, as if there were no judge

Of a grave act that no post tells of (grave.py) it is not asked: a judge that obeys a post would lift that
doubt first, and the words of the posts, which stand instead, are as good where it is honest.

Catches a verdict that a post ordered or that a model made up, as far as it comes without words. Can't tell
whether the words of a span mean what the sentence says. The judgement travels with the report, and anyone
can look its spans up again without asking the judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from dawnchorus.model import Judgement, JudgementName, Post, Quote, Reason, Sentence, Verdict, VerdictName
from dawnchorus.plugins import Judge
from dawnchorus.report.check.bylines import names_of
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.fold import fold, squash
from dawnchorus.report.check.quotes import find_words

LEAST_WEIGHT = 10
"""Letters and digits that a span must hold beside names and links; those of CJK scripts count 3."""

_WIDE = re.compile(r"[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_NO_WORDS = re.compile(r"https?://\S+|www\.\S+|[@#][\w.-]+")


def apply_judge(sentence: Sentence, judge: Judge, evidence: Mapping[str, Evidence]) -> Sentence:
    """``sentence`` as checked, with what ``judge`` makes of it if it is a written one that escalated.

    Raises:
        ValueError: It has not been checked yet.
    """
    verdict = sentence.verdict
    if verdict is None:
        raise ValueError("a sentence is checked by the rules before it is judged")
    if sentence.kind != "written" or not is_open(verdict):
        return sentence
    items = [evidence[post] for post in sentence.citations if post in evidence]
    if len(items) < len(sentence.citations):
        return replace(sentence, verdict=_told(verdict, "a cited post is gone, so no judge was asked"))
    name = " ".join(str(getattr(judge, "name", "")).split())[:60] or "of no name"
    try:
        said = judge.judge(sentence.text, tuple(map(as_post, items)))
    except Exception as error:  # whatever other people's code may raise; its text may hold a key
        detail = f"judge {name} gave no answer ({type(error).__name__})"
        return replace(sentence, verdict=_told(verdict, detail))
    if fault := malformed(said):
        return replace(sentence, verdict=_told(verdict, f"judge {name}: {fault}", "rejected"))
    judgement = replace(said, spans=tuple(said.spans), by=name)
    verdict = with_judgement(verdict, judgement, items)
    # Only proven spans are kept: they are words of the cited posts and go when one of those is forgotten.
    return replace(sentence, judgement=judgement if verdict.verdict == "supported" else None, verdict=verdict)


def is_open(verdict: Verdict) -> bool:
    """Whether a judge may answer: the rules looked and cannot tell. At what is too long they did not look."""
    return verdict.verdict == "escalated" and all(one.rule not in _CLOSED for one in verdict.reasons)


_CLOSED = ("structure", "grave")
"""Rules whose doubts no judge lifts: what was not looked at, and what is too grave for its word alone."""


def with_judgement(verdict: Verdict, judgement: Judgement, items: Sequence[Evidence]) -> Verdict:
    """The verdict of the rules together with a judgement: one just given, or one that a report brings along.

    Args:
        verdict: Of the rules; one that is not open stays as it is.
        judgement: Its spans are looked up again.
        items: All the cited posts.
    """
    if not is_open(verdict):
        return verdict
    if judgement.verdict == "supported":
        faults = unproven(judgement.spans, items)
        if not faults:
            return replace(verdict, verdict="supported", reasons=())
        return _told(verdict, f"judge {judgement.by} shows no proof: {faults[0]}", "rejected")
    if judgement.verdict == "not_supported":
        return _told(verdict, f"judge {judgement.by}: the cited posts do not bear it out", "rejected")
    return _told(verdict, f"judge {judgement.by} can't tell either")


def unproven(spans: Sequence[Quote], items: Sequence[Evidence]) -> list[str]:
    """What is wrong with the spans of a judge that says "supported": there must be one of each cited post."""
    by_id = {item.id: item for item in items}
    given = [span.post for span in spans]
    found = [f"words of {post}, which is not cited" for post in given if post not in by_id]
    found += [f"no words of {post}" for post in by_id if post not in given]
    found += [f"words of {post} twice" for post in dict.fromkeys(given) if given.count(post) > 1]
    for span in spans:
        if span.post in by_id:
            found += _no_proof(span, by_id[span.post])
    return found if items else ["no post is cited"]


def _no_proof(span: Quote, item: Evidence) -> list[str]:
    """Whether the words do not stand in the post, or say nothing."""
    texts = [text for text in (item.text, item.raw, item.quoted_text) if text]
    if not any(find_words(fold(text), span.text) for text in texts):
        return [f"its words do not stand in {item.id}"]
    whole = any(squash(span.text) == squash(text) for text in texts)
    if _weight(span.text, item) >= LEAST_WEIGHT or (whole and _weight(span.text, item)):
        return []
    return [f"its words of {item.id} say nothing"]


def _weight(words: str, item: Evidence) -> int:
    """Letters and digits beside links, handles, hashtags and the names of whoever wrote the post."""
    left = _NO_WORDS.sub(" ", fold(words))
    for name in sorted(names_of(item), key=len, reverse=True):
        left = re.sub(re.escape(name), " ", left, flags=re.IGNORECASE)
    return sum(3 if _WIDE.match(char) else 1 for char in squash(left))


def malformed(said: object) -> str:
    """Why an answer is none, "" if it is one. Types are not enforced on other people's code."""
    if not isinstance(said, Judgement):
        return f"a {type(said).__name__} is no judgement"
    if said.verdict not in get_args(JudgementName):
        return "its verdict is none of " + ", ".join(get_args(JudgementName))
    if not isinstance(said.spans, tuple | list) or not all(
        isinstance(span, Quote) and isinstance(span.post, str) and isinstance(span.text, str)
        for span in said.spans
    ):
        return "its spans are no quotes"
    return ""


def _told(verdict: Verdict, detail: str, name: VerdictName = "escalated") -> Verdict:
    reasons = (Reason(rule="judge", words="", detail=detail), *verdict.reasons)
    return replace(verdict, verdict=name, reasons=reasons)


def as_post(item: Evidence) -> Post:
    """The post as a judge is shown it."""
    return Post(
        id=item.id,
        source=item.source,
        text=item.text,
        author=item.author,
        author_name=item.author_name,
        created_at=item.created_at,
        day=item.day,
        lang=item.language,
        url=item.url,
        quoted_author=item.quoted_author,
        quoted_text=item.quoted_text,
    )
