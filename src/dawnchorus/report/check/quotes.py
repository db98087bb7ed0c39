"""Rule: words in quotation marks are a post's own, and of the author the sentence names.

White space, kinds of quote mark, capitals, Traditional characters and a final comma or stop may differ;
"…" may stand for a cut.
Can't tell: whether a cut turns the meaning. ``translated.py`` compares translations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dawnchorus.model import Quote
from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.bylines import byline, names_of, speaking
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.fold import fold, squash
from dawnchorus.report.check.ground import Ground, is_chinese
from dawnchorus.report.check.number import Span
from dawnchorus.report.check.translated import check_translated

_CUT = re.compile(r"\s*[\[(]?(?:\.{3,}|…+)[\])]?\s*")
_SPAN = re.compile(r'"([^"]+)"')
_HANDLE = re.compile(r"(?<![A-Za-z0-9])@([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)")
_LEAD_IN = re.compile(
    r"(?P<name>@[\w.-]+|[A-ZÀ-Þ][\w.'-]*(?:\s[A-ZÀ-Þ][\w.'-]*){0,3})\s?"
    r"(?:说|称|表示|写道|指出|认为|坦言|wrote|writes|said|says|tweeted|posted|told \w+)?\s?(?:道)?[:：,，]?\s?$"  # noqa: E501
)
_LEAD_IN_ZH = re.compile(r"(?:说|称|表示|写道|指出|认为|坦言)\s?(?:道)?[:：,，]?\s?$")
_EDGE = " ,.;:!?，。；：！？、'\""
_SHORT_HAN, _SHORT_WORDS = 5, 2
_SHORTEST_PIECE = 4  # characters a piece between two cuts must have to say anything


@dataclass(frozen=True, slots=True)
class Quoted:
    """What the quotes of a sentence come to."""

    spans: tuple[Span, ...]  # of verified quotes in the folded sentence, and of the names they are given to
    findings: tuple[Finding, ...]


def check_quotes(text: str, quotes: Sequence[Quote], ground: Ground, aliases: Aliases) -> Quoted:
    """Verify declared ``quotes`` and every quoted span of the folded ``text``."""
    spans: list[Span] = []
    findings: list[Finding] = []
    by_id = {item.id: item for item in ground.items}
    for quote in quotes:
        item = by_id.get(quote.post)
        span = find_words(text, quote.text)
        if item is None:
            findings.append(_objection(quote.text, f"quoted post {quote.post} is not among the cited posts"))
        elif not speakers(quote.text, item):
            findings.append(_objection(quote.text, f"words do not stand in post {quote.post}"))
        elif span is None:
            findings.append(_objection(quote.text, "quoted words do not stand in the sentence"))
        elif given := byline(text, quote.text, _said_by(quote.text, item)):
            spans += given
        else:
            spans.append(span)
            findings += _wrong_author(text, quote, item, span, ground)
    names = speaking(text, [name for item in ground.items for name in names_of(item)])
    for match in _SPAN.finditer(_blanked(text, [*spans, *names])):
        content = match.group(1).strip()
        if not content:
            continue
        sources = [item for item in ground.items if speakers(content, item)]
        if sources:
            spans.append(match.span(1))
            named = [span for span, mark in names.items() if mark == match.start()]
            said_by = {name for item in sources for name in _said_by(content, item)}
            if any(
                text[start:end].lstrip("@") in said_by or text[start:end] in said_by for start, end in named
            ):
                spans += named
                continue
            findings += _wrong_speaker(text[: match.start()], content, sources, ground, aliases)
            continue
        findings += _unverified(content, text[: match.start()], ground, aliases)
    return Quoted(tuple(sorted(spans)), tuple(findings))


def speakers(words: str, item: Evidence) -> tuple[str, ...]:
    """Who said ``words`` in a post: its author, or the author it quotes; "" for an unnamed one."""
    found = []
    if says(words, item.text) or says(words, item.raw):
        found.append(item.author or "")
    if item.quoted_text and says(words, item.quoted_text):
        found.append(item.quoted_author or "")
    return tuple(found)


def says(words: str, text: str) -> bool:
    """Whether ``text`` holds ``words`` verbatim, or their pieces between "…" in order."""
    hay = _bare(text).casefold()
    whole = _bare(fold(words).strip(_EDGE)).casefold()
    if not whole or not hay:
        return False
    if whole in hay:
        return True
    pieces = [_bare(piece.strip(_EDGE)).casefold() for piece in _CUT.split(fold(words))]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) < 1 or any(len(piece) < _SHORTEST_PIECE for piece in pieces):
        return False
    position = 0
    for piece in pieces:
        found = hay.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def find_words(text: str, words: str) -> Span | None:
    """Where the folded ``text`` holds ``words``, white space and quote marks aside."""
    places = [index for index, char in enumerate(text) if not char.isspace()]
    hay, needle = _bare(text), _bare(words)
    start = hay.find(needle) if needle else -1
    if start < 0 or len(hay) != len(places):
        return None
    return places[start], places[start + len(needle) - 1] + 1


def _said_by(words: str, item: Evidence) -> tuple[str, ...]:
    """Folded names, as they may stand in a sentence, of whoever said ``words`` in a post."""
    own = names_of(item) if says(words, item.text) or says(words, item.raw) else ()
    quoted = fold(item.quoted_author or "") if item.quoted_text and says(words, item.quoted_text) else ""
    return (*own, quoted) if quoted else own


def _bare(text: str) -> str:
    bare = "".join(fold(text).replace('"', "'").split())
    return bare if bare.isascii() else dictionary().simplified(bare).translate(_variants())


@cache
def _variants() -> dict[int, str]:
    """Characters that are written in two ways beside Simplified and Traditional: 著 for 着."""
    text = (files(__package__) / "data" / "variants_zh.txt").read_text("utf-8")
    rows = [line.split() for line in text.splitlines() if line and line[0] != "#"]
    return {ord(char): kept for kept, *others in rows for char in "".join(others)}


def _blanked(text: str, spans: Sequence[Span]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _objection(words: str, detail: str) -> Finding:
    return Finding(rule="quote", words=words[:80], detail=detail)


def _unverified(content: str, before: str, ground: Ground, aliases: Aliases) -> list[Finding]:
    chinese = is_chinese(content)
    size = len(squash(content)) if chinese else len(content.split())
    if ground.english if chinese else ground.chinese:
        return check_translated(content, ground, aliases, before=before)
    if size <= (_SHORT_HAN if chinese else _SHORT_WORDS) and not _altered(content, ground):
        return [
            Finding(
                rule="quote",
                words=content[:80],
                detail="words in quotation marks do not stand in the cited posts",
                level="escalated",
            )
        ]
    if _is_title(content):
        detail = "a title in quotation marks does not stand so in the cited posts"
        return [
            Finding(rule="quote", words=content[:80], detail=detail, level="escalated", signal="quote.title")
        ]
    return [_objection(content, "quoted words do not stand in the cited posts")]


def _is_title(content: str) -> bool:
    """Whether all longer words have capitals, as in the name of a work or a case: nobody speaks so."""
    words = [word for word in re.findall(r"[A-Za-z]+", content) if len(word) > 3]
    return len(words) > 1 and all(word[0].isupper() for word in words) and content[-1] not in ".!?"


def _altered(content: str, ground: Ground) -> bool:
    """Whether a short quotation holds a word or two characters of the posts beside what they don't hold."""
    hay = _bare(ground.text).casefold()
    if not is_chinese(content):
        words = re.findall(r"[a-z0-9'-]{3,}", content.casefold())
        known = [re.search(rf"\b{re.escape(word)}\b", ground.lower) is not None for word in words]
        return any(known) and not all(known)
    bare = _bare(content)
    known = [bare[at : at + 2] in hay for at in range(len(bare) - 1)]
    return any(known) and not all(known)


def _wrong_author(text: str, quote: Quote, item: Evidence, span: Span, ground: Ground) -> list[Finding]:
    """A handle before or after a quote must be one of those who said the words."""
    framing = text[: span[0]] + " " + text[span[1] :]
    handles = {match.group(1).casefold().rstrip(".") for match in _HANDLE.finditer(framing)}
    said_by = {name.casefold().lstrip("@") for name in speakers(quote.text, item) if name}
    others = {other.author.casefold() for other in ground.items if other.author}
    if not handles or handles & said_by or not said_by:
        if handles and not said_by:
            return [_attribution(sorted(handles)[0], "the post has no author")]
        return []
    # "@a quotes @b": the post's author may be named for words that the post quotes.
    if item.author and item.author.casefold() in handles and item.author.casefold() in others:
        return []
    return [_attribution("@" + sorted(handles)[0], f"the words are by @{sorted(said_by)[0]}")]


def _wrong_speaker(
    before: str, content: str, sources: Sequence[Evidence], ground: Ground, aliases: Aliases
) -> list[Finding]:
    """The name right before a quotation must be of somebody who said the words."""
    shown = _named_before(before, aliases)
    name = squash(shown)
    said_by = [
        squash(who)
        for item in sources
        for who in (*speakers(content, item), item.author_name or "", item.author or "")
        if who
    ]
    if (
        not name
        or not said_by
        or any(form in who or who in form for form in aliases.same(shown) for who in said_by)
    ):
        return []
    # A surname or a first name of one who said it.
    if any(name in squash(item.text) and item.quoted_text for item in sources):
        return []
    if _is_author(name, ground) or shown[0] == "@":
        return [_attribution(shown, f"the words are by {sources[0].author_name or sources[0].author}")]
    detail = (
        f"the words are by {sources[0].author_name or sources[0].author}, {shown} may only be quoted there"
    )
    return [Finding(rule="attribution", words=shown, detail=detail, level="escalated")]


def _named_before(before: str, aliases: Aliases) -> str:
    """The name that lets a quotation speak, "" if there is none."""
    latin = _LEAD_IN.search(before[-80:])
    if latin:
        return latin.group("name")
    verb = _LEAD_IN_ZH.search(before)
    names = [
        match.group() for match in aliases.pattern.finditer(before) if verb and match.end() == verb.start()
    ]
    return names[-1] if names else ""


def _is_author(name: str, ground: Ground) -> bool:
    return any(
        name == squash(who)
        for item in ground.items
        for who in (item.author or "", item.author_name or "")
        if who
    )


def _attribution(words: str, detail: str) -> Finding:
    return Finding(rule="attribution", words=words, detail=detail)
