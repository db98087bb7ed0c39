"""Running text out of Markdown: paragraphs, list items and table cells, with the links that stand in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKER = "\ue000{}\ue001"
"""Stands for link n in the running text."""
MARK = re.compile("\ue000(\\d+)\ue001")
ENDS = ("。", ".", "！", "!", "？", "?", "…", "”", "」", '"', ")", "）")

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]{1,40})\]:[ \t]*(.*(?:\n(?: {4}|\t).*)*)", re.MULTILINE)
_HTML_LINK = re.compile(
    r"<a\s[^<>]{0,300}?href=[\"']?([^\"'\s<>]+)[^<>]{0,300}>((?:(?!</?a[\s>]).){0,300}?)</a>", re.I | re.S
)
_RAISED = re.compile(r"<sup[^<>]{0,200}>\s*\[?(\^?\d{1,3}(?:\s*[,，、–-]\s*\d{1,3})*)\]?\s*</sup>", re.I)
_WIDE_BRACKETS = re.compile(r"[【［](\d{1,3}(?:\s*[,，、–-]\s*\d{1,3})*)(?:†[^】］\n]{0,80})?[】］]")
# To Markdown "[1][2]" is the text 1 with the link 2.
_SIDE_BY_SIDE = re.compile(r"(\[\^?\d{1,3}\])(?=\[\^?\d{1,3}\])")
_LEAD = "\ue002"  # stands behind a bold lead
_LEAD_ENDS = ("”", "」", '"', "。", ".", "！", "!", "？", "?")
_LABEL_DOT = " · "  # between the words that name a story
_TAG = 8  # characters: a tag such as 新 or "update" may stand before a lead
_BARE_LINK = re.compile(r"https?://[^\s<>\"'）」』】，。]+[^\s<>\"'）」』】，。.,;:!?)\]]")
_NUMBERED = re.compile(r"\[?\^?\d{1,3}\]?")
_ANCHOR = re.compile(r"(?:id|name)=[\"']?([\w:.-]+)")
_TITLE = 120  # characters: a longer line above all headings is no title
_UNREAD = {
    "heading_open": "heading",
    "fence": "code block",
    "code_block": "code block",
    "html_block": "HTML block",
}


class Heading(NamedTuple):
    """A heading and its level, 1 to 6."""

    level: int
    title: str


@dataclass(slots=True)
class Part:
    """Running text of one paragraph, list item, quotation or table cell, links replaced by marks."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    headings: tuple[Heading, ...] = ()  # it stands under, the highest first
    line: int = 0  # of the file, from 1; 0 if unknown
    source: str = ""  # as written
    number: int | None = None  # of an item of a numbered list
    anchors: list[str] = field(default_factory=list)
    targets: list[tuple[str, str]] = field(
        default_factory=list
    )  # anchors of raw HTML and the link behind each
    row: list[str] | None = None  # links of its row, if it is a cell of a table
    files: bool = False  # a list of links to files beside the report
    bold: bool = False  # all of it
    listed: bool = False  # an entry of a list of cited posts that has no heading


@dataclass(frozen=True, slots=True)
class Document:
    """A report in Markdown."""

    parts: list[Part]
    labels: Mapping[str, str]  # of links and notes: "1", "^1" -> address or text of the note


def read_markdown(text: str, unread: Counter[str]) -> Document:
    """The parts of a report in order; ``unread`` counts what is no running text, by what it is."""
    front = _FRONT_MATTER.match(text)
    body = text[front.end() :] if front else text
    offset = text[: front.end()].count("\n") if front else 0
    labels = {f"^{match[1]}": match[2] for match in _NOTE.finditer(body)}
    body = _NOTE.sub(lambda match: "\n" * match[0].count("\n"), body)
    body = _RAISED.sub(r"[\1]", _HTML_LINK.sub(r"[\2](<\1>)", body))
    body = _SIDE_BY_SIDE.sub(r"\1 ", _WIDE_BRACKETS.sub(r"[\1]", body))
    env: dict[str, Any] = {}
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(body, env)
    labels |= {label: str(found["href"]) for label, found in env.get("references", {}).items()}
    return Document(parts=list(_parts(tokens, offset, unread)), labels=labels)


@dataclass(slots=True)
class _Place:
    """Where in the document the reader stands."""

    titled: bool  # a heading has been read
    headings: tuple[Heading, ...] = ()
    level: int = 0  # of the heading that is being read, else 0
    numbers: list[int | None] = field(default_factory=list)  # last item of each list that is open
    fresh: bool = False  # the next paragraph opens an item
    row: list[Part] | None = None
    head: bool = False  # of a table

    def move(self, token: Token) -> None:
        """Go on to a token that holds no text itself."""
        match token.type:
            case "heading_open":
                self.level = int(token.tag[1])
            case "heading_close":
                self.level, self.titled = 0, True
            case "ordered_list_open":
                first = token.attrGet("start")
                self.numbers.append(0 if first is None else int(first) - 1)
            case "bullet_list_open":
                self.numbers.append(None)
            case "ordered_list_close" | "bullet_list_close":
                self.numbers.pop()
            case "list_item_open":
                last = self.numbers[-1]
                self.fresh, self.numbers[-1] = True, None if last is None else last + 1
            case "thead_open" | "thead_close":
                self.head = token.nesting > 0
            case "tr_open":
                self.row = []

    def under(self, title: str) -> None:
        """A heading has been read: what follows stands under it."""
        above = (one for one in self.headings if one.level < self.level)
        self.headings = (*above, Heading(self.level, title))


def _parts(tokens: Sequence[Token], offset: int, unread: Counter[str]) -> Iterator[Part]:
    place = _Place(titled=all(token.type != "heading_open" for token in tokens))
    for token in tokens:
        unread.update(filter(None, [_UNREAD.get(token.type)]))
        place.move(token)
        if token.type == "tr_close" and place.row is not None:
            yield from _cells(place.row, unread, head=place.head)
            place.row = None
        elif token.type == "html_block":
            yield Part(targets=_html_targets(token.content))
        elif token.type == "inline" and token.children is not None:
            unread["picture"] += sum(child.type == "image" for child in token.children)
            part = _inline(token.children)
            part.source, part.headings = token.content, place.headings
            part.line = offset + token.map[0] + 1 if token.map else 0
            if place.level:
                place.under(MARK.sub("", part.text).strip())
            elif place.row is not None:
                place.row.append(part)
            elif kind := _no_prose(token.content, part, titled=place.titled):
                unread[kind] += 1
            else:
                part.number = place.numbers[-1] if place.fresh and place.numbers else None
                place.fresh = False
                yield part


def _cells(row: list[Part], unread: Counter[str], *, head: bool) -> Iterator[Part]:
    if head:
        unread["table head"] += 1
        return
    links = [link for part in row for link in part.links]
    for part in row:
        part.row = links
        yield part


def _no_prose(content: str, part: Part, *, titled: bool) -> str | None:
    """What a paragraph is if not prose: small print is captions and notes, a line above headings a title."""
    if content.startswith("<small>") and content.rstrip().endswith("</small>"):
        return "small-print note"
    if part.files:
        return "file list"
    title = (
        not titled
        and not part.links
        and len(part.text) <= _TITLE
        and not part.text.strip().endswith(ENDS[:6])
    )
    return "title line" if title else None


def _html_targets(html: str) -> list[tuple[str, str]]:
    places = [*_ANCHOR.finditer(html)]
    ends = [*(match.start() for match in places), len(html)][1:]
    found = []
    for match, end in zip(places, ends, strict=True):
        link = re.search(r"(?:href=[\"']?|\]\(<)([^\"'\s<>]+)", html[match.end() : end])
        if link:
            found.append((match[1], link[1]))
    return found


def _inline(children: list[Token]) -> Part:
    part = Part()
    pieces: list[str] = []
    inside: list[str] = []
    start = filed = bold = covered = 0
    for token in children:
        if token.type == "link_open":
            inside.append(str(token.attrGet("href") or ""))
            start = len(pieces)
        elif token.type == "link_close" and inside:
            label = "".join(pieces[start:]).strip()
            if _NUMBERED.fullmatch(label) or label.startswith(("http", "[")) or len(label) <= 2:
                del pieces[start:]
            href = inside.pop()
            if not href.startswith("#") and "//" not in href and ":" not in href:
                filed += len(label)
                continue  # a page or file of the report itself, not a source
            _link(part, pieces, href)
        elif token.type == "strong_open":
            bold = len(pieces)
        elif token.type == "strong_close":
            lead = "".join(pieces[bold:]).strip()
            covered += len(lead)
            opens = len("".join(pieces[:bold]).strip()) <= _TAG
            pieces.append(_LEAD if opens and (lead.endswith(_LEAD_ENDS) or _LABEL_DOT in lead) else "")
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif token.type == "text" and not inside:
            pieces.append(_BARE_LINK.sub(partial(_marked, part), token.content))
        elif token.type in ("text", "code_inline"):
            pieces.append(token.content)
        elif token.type == "html_inline":
            part.anchors += _ANCHOR.findall(token.content)
            target = re.search(r"href=[\"']?([^\"'\s>]+)", token.content)
            if target:
                _link(part, pieces, target.group(1))
    part.text = "".join(pieces)
    # A bold lead, with the citations behind it, is a sentence of its own.
    part.text = re.sub(f"{_LEAD}((?:\\s*{MARK.pattern})*)", lambda match: match[1] + "\n", part.text)
    part.files = filed * 2 > len(part.text)
    part.bold = 0 < covered >= len(MARK.sub("", part.text).strip()) - 1
    return part


def _link(part: Part, pieces: list[str], href: str) -> None:
    part.links.append(href)
    pieces.append(MARKER.format(len(part.links) - 1))


def _marked(part: Part, link: re.Match[str]) -> str:
    part.links.append(link[0])
    return MARKER.format(len(part.links) - 1)
