"""Rule: a sentence has the citations, quotes and facts that its kind needs, and no foreign links.

Catches citations that do not exist or are too many, links and Markdown the posts do not hold, and a
sentence or quotation that ends within a number, address or name of theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from dawnchorus.model import GONE, Sentence
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.ground import Claim, Ground

MOST_CITATIONS = 5

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'）」』]+", re.IGNORECASE)
_MARKDOWN = re.compile(r"\]\([^)\s]*\)|^\s{0,3}#{1,6}\s|```|\{%|\{\{|<[a-zA-Z/][^>]*>")
_ENDS = tuple(".。!！?？")
_FRAMING_LIMIT = 160  # Latin characters outside quotes; a Han character counts as three


def check_structure(
    sentence: Sentence, known: Container[str], *, most: int = MOST_CITATIONS
) -> list[Finding]:
    """Objections to citations, and to what a sentence of its kind lacks."""
    found: list[Finding] = []

    def object_to(words: str, detail: str) -> None:
        found.append(Finding(rule="structure", words=words, detail=detail))

    if not sentence.text.strip():
        object_to("", "the sentence is empty")
    if any(unicodedata.category(char) == "Cc" and char not in "\t\n" for char in sentence.text):
        object_to("", "the sentence holds control characters")
    missing = [post for post in sentence.citations if post not in known and not GONE.fullmatch(post)]
    for post in missing:
        object_to(post, f"cited post {post} does not exist")
    if len(sentence.citations) > most:
        object_to("", f"{len(sentence.citations)} citations, at most {most} can be followed")
    if sentence.kind != "computed" and not sentence.citations:
        object_to("", "no post is cited")
    elif sentence.kind != "computed" and all(map(GONE.fullmatch, sentence.citations)):
        object_to("", "every post it cites was removed since")
    if sentence.kind == "quotation" and not sentence.quotes:
        object_to("", "a quotation without quoted words")
    if sentence.kind == "computed" and not sentence.facts and sentence.text.rstrip().endswith(_ENDS):
        object_to("", "a computed sentence without a fact")
    for quote in sentence.quotes:
        if quote.post not in sentence.citations:
            object_to(quote.text[:80], f"quoted post {quote.post} is not cited")
    return found


def check_links(open_text: str, ground: Ground) -> list[Finding]:
    """Objections to links and markup outside verified quotes."""
    found = []
    links = {link.rstrip("/.") for item in ground.items for link in (*item.urls, item.url or "") if link}
    for match in _LINK.finditer(open_text):
        link = match.group().rstrip("/.,;:!?。，")
        if link not in links and link not in fold("\n".join(item.words for item in ground.items)):
            found.append(
                Finding(rule="structure", words=link, detail=f"link {link} does not stand in the cited posts")
            )
    for match in _MARKDOWN.finditer(open_text):
        markup = match.group().strip()
        if markup not in ground.text and not any(markup in name for name in ground.speakers):
            found.append(
                Finding(
                    rule="structure", words=match.group()[:40], detail="markup that the posts do not hold"
                )
            )
    return found


_MARKS = " .,:;!?。，、；：！？…\"')」』]"
_GOES_ON = re.compile(r"(?<=\d)[.,:]?\d|(?<=\w)(?:\.[a-z0-9]|[_@]\w)")
_TAIL = 12  # characters before the end: enough to know the place in a post by


def check_cut(claim: Claim, ground: Ground) -> list[Finding]:
    """An objection to words that stop within a number, address or handle: "rose 9." of "rose 9.4%"."""
    posts = [fold(item.words) for item in ground.items]
    # Names that words are given to are verified spans as well, but stand in no quotation marks.
    quotations = (claim.text[one:end] for one, end in claim.quoted if '"' in claim.text[end : end + 2])
    ends = [claim.text, *quotations]
    for text in ends:
        tail = text.rstrip(_MARKS)[-_TAIL:]
        if len(tail) < _TAIL // 3 or not tail[-1].isascii():
            continue
        goes_on = [
            _GOES_ON.match(post, place.end())
            for post in posts
            for place in re.finditer(re.escape(tail), post)
        ]
        if goes_on and all(goes_on):
            last = tail.split()[-1]
            detail = f"it stops at {last}, where the words of the post go on"
            return [
                Finding(
                    rule="structure", words=last, detail=detail, level="escalated", signal="structure.cut"
                )
            ]
    return []


def check_framing(open_text: str) -> list[Finding]:
    """A quotation's own words only say who wrote what, when: a long framing needs a judge."""
    size = sum(3 if "\u3400" <= char <= "\u9fff" else 1 for char in open_text if not char.isspace())
    if size <= _FRAMING_LIMIT:
        return []
    return [
        Finding(
            rule="structure",
            words=open_text.strip()[:80],
            detail="the framing says more than who wrote it",
            level="escalated",
        )
    ]
