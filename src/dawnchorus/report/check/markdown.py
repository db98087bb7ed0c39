"""Check a report in Markdown, ours or anyone's: which of its sentences stand on posts they link to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import polars as pl
from markdown_it import MarkdownIt
from markdown_it.token import Token

from dawnchorus.model import Sentence, Window
from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.evidence import Evidence, evidence_of
from dawnchorus.report.check.finding import Finding, verdict_of
from dawnchorus.report.check.sentence import Context, check_sentence
from dawnchorus.segment import sentences as split_sentences

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKER = "\ue000{}\ue001"  # stands for link n in the running text
_MARK = re.compile("\ue000(\\d+)\ue001")
_NUMBERED = re.compile(r"\[?\d{1,3}\]?")
_PLAIN_CITATION = re.compile(r"\[(\d{1,3}(?:\s*[,，、-]\s*\d{1,3})*)\](?!\()")
_HOST = {
    "twitter.com": "x.com",
    "mobile.twitter.com": "x.com",
    "mobile.x.com": "x.com",
    "fxtwitter.com": "x.com",
    "vxtwitter.com": "x.com",
    "nitter.net": "x.com",
}
_STATUS = re.compile(r"/(?:[^/]+|i/web)/status(?:es)?/(\d+)")
_CITED_HEADING = re.compile(r"引用|参考|来源|cited|references|sources|citations", re.IGNORECASE)
_COUNT_ONLY = re.compile(
    r"\d[\d,.]*\s?(?:[万亿]\s?)?(?:条|位|种|个|篇|名|家|小时|%|倍|posts?\b|authors?\b|voices?\b|languages?\b|networks?\b|domains?\b|stories\b|×|sites?\b|reposts?\b|likes?\b|accounts?\b|tweets?\b)",
    re.IGNORECASE,
)
_CONTENT = re.compile(r"[^\W\d_]")
_FEWEST_LETTERS = 8  # fewer than this (a Han character counts as 3) is a label, not a sentence


@dataclass(slots=True)
class _Prose:
    """Running text of one paragraph, list item or quotation, links replaced by marks."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    section: str = ""
    anchors: list[str] = field(default_factory=list)


def check_markdown(
    text: str,
    posts: pl.DataFrame,
    *,
    window: Window | None = None,
    aliases: Iterable[Iterable[str]] = (),
    names: Iterable[str] = (),
) -> list[dict[str, object]]:
    """Check the prose sentences of a Markdown report.

    A sentence's citations are its links: to a post's own address (x.com and twitter.com are one), or to
    an anchor or number of a list of cited posts in the same file. Headings, tables, code, pictures, front
    matter and that list are not sentences. Whole sentences of counts escalate: what they count is only in
    report.json.

    Returns:
        For each sentence in order: ``text``, ``citations`` (post ids), ``verdict`` and ``reasons``
        (each with ``rule``, ``words``, ``detail``).
    """
    evidence = evidence_of(posts)
    prose = list(_prose(_FRONT_MATTER.sub("", text)))
    targets = _Targets(evidence)
    for part in prose:
        targets.learn(part)
    context = Context(
        evidence=evidence,
        window=window,
        aliases=standard_aliases().extended(aliases),
        names=tuple(names),
    )
    return [
        _judged(sentence, targets.resolve(links), bool(links), context)
        for part in prose
        if not _CITED_HEADING.search(part.section)
        for sentence, links in _sentences(part)
    ]


def _judged(text: str, cited: list[str], linked: bool, context: Context) -> dict[str, object]:
    quoted = _as_quotation(text, cited, context.evidence)
    verdict = check_sentence(quoted, context)
    if not cited:
        if _only_counts(text):
            detail = "counts can't be counted again from Markdown: check report.json"
            verdict = verdict_of(
                [Finding(rule="fact", words="", detail=detail, level="escalated")], score=0.0
            )
        else:
            detail = "its links lead to no known post" if linked else "no post is cited"
            verdict = verdict_of([Finding(rule="structure", words="", detail=detail)], score=0.0)
    return {
        "text": text,
        "citations": list(quoted.citations),
        "verdict": verdict.verdict,
        "reasons": [
            {"rule": item.rule, "words": item.words, "detail": item.detail} for item in verdict.reasons
        ],
    }


def _as_quotation(text: str, cited: list[str], evidence: Mapping[str, Evidence]) -> Sentence:
    return Sentence(text=text, kind="written", citations=tuple(cited))


def _only_counts(text: str) -> bool:
    """Whether a sentence is about numbers of posts, authors and the like."""
    return _COUNT_ONLY.search(text) is not None


def _prose(text: str) -> Iterator[_Prose]:
    """Paragraph texts of a Markdown document in order, with the heading they stand under."""
    section, level = "", 9
    depth = 0
    heading: int | None = None
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
        if token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "heading_close":
            heading = None
        elif token.type == "table_open":
            depth += 1
        elif token.type == "table_close":
            depth -= 1
        elif token.type == "inline" and token.children is not None:
            part = _inline(token.children)
            if heading is not None:
                title = _MARK.sub("", part.text).strip()
                # A subheading of the list of cited posts is still part of it.
                if heading <= level or not _CITED_HEADING.search(section):
                    section, level = title, heading
                continue
            if depth == 0:
                part.section = section
                yield part
        elif token.type == "html_block":
            yield _Prose(section="", anchors=re.findall(r"(?:id|name)=[\"']?([\w-]+)", token.content))


def _inline(children: list[Token]) -> _Prose:
    part = _Prose()
    pieces: list[str] = []
    inside: list[str] = []
    start = 0
    for token in children:
        if token.type == "link_open":
            inside.append(str(token.attrGet("href") or ""))
            start = len(pieces)
        elif token.type == "link_close" and inside:
            label = "".join(pieces[start:])
            if (
                _NUMBERED.fullmatch(label.strip())
                or label.strip().startswith(("http", "["))
                or len(label.strip()) <= 2
            ):
                del pieces[start:]
            part.links.append(inside.pop())
            pieces.append(_MARKER.format(len(part.links) - 1))
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif token.type in ("text", "code_inline"):
            pieces.append(token.content)
        elif token.type == "html_inline":
            part.anchors += re.findall(r"(?:id|name)=[\"']?([\w-]+)", token.content)
            href = re.search(r"href=[\"']?([^\"'\s>]+)", token.content)
            if href:
                part.links.append(href.group(1))
                pieces.append(_MARKER.format(len(part.links) - 1))
    part.text = "".join(pieces)
    return part


def _sentences(part: _Prose) -> Iterator[tuple[str, list[str]]]:
    """Sentences with their links; marks that follow a sentence's stop belong to it."""
    # Links behind the full stop move before it, so that the splitter leaves them where they belong.
    text = re.sub(
        "([.。!！?？…][\"”」』’')）]*)((?:\\s*[\\[(（]?\\s*\ue000\\d+\ue001\\s*[,，、]?\\s*[\\])）]?)+)",
        r"\2\1 ",
        part.text,
    )
    text = re.sub(
        r"([.。!！?？][\"”」』’')）]*)((?:\s*\[\d{1,3}(?:\s*[,，、-]\s*\d{1,3})*\])+)", r"\2\1 ", text
    )
    gathered: list[tuple[str, list[str]]] = []
    for piece in split_sentences(text):
        links = [part.links[int(match)] for match in _MARK.findall(piece)]
        bare = _MARK.sub("", piece)
        for numbers in _PLAIN_CITATION.findall(bare):
            links += [f"#{number}" for number in _expanded(numbers)]
        bare = _PLAIN_CITATION.sub("", bare)
        bare = re.sub(r"\s*[\[(（]\s*[,，、\s]*[\])）]", "", bare).strip()
        bare = re.sub(r"\s+([.。!！?？,，])", r"\1", bare)
        size = sum(3 if "\u3400" <= char <= "\u9fff" else 1 for char in bare if _CONTENT.match(char))
        if size < _FEWEST_LETTERS:
            if gathered and links:
                gathered[-1][1].extend(links)
            continue
        gathered.append((bare, links))
    # A quotation of several sentences, or a paragraph with one link at its end, is cited as a whole.
    following: list[str] = []
    for index in range(len(gathered) - 1, -1, -1):
        if gathered[index][1]:
            following = gathered[index][1]
        elif following and index + 1 < len(gathered) and _open_quote(gathered[: index + 1]):
            gathered[index][1].extend(following)
    yield from _joined(gathered)


def _open_quote(before: list[tuple[str, list[str]]]) -> bool:
    text = " ".join(sentence for sentence, _ in before)
    return text.count("“") > text.count("”") or text.count("「") > text.count("」")


def _joined(gathered: list[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    """Join the sentences of one quotation, which are judged as one."""
    held: list[tuple[str, list[str]]] = []
    for item in gathered:
        held.append(item)
        if not _open_quote(held):
            yield (
                " ".join(text for text, _ in held),
                list(dict.fromkeys(link for _, links in held for link in links)),
            )
            held = []
    for text, links in held:
        yield text, links


def _expanded(numbers: str) -> list[int]:
    found: list[int] = []
    for part in re.split(r"[,，、]", numbers):
        first, _, last = part.strip().partition("-")
        found += range(int(first), min(int(last or first), int(first) + 20) + 1)
    return found


class _Targets:
    """Where links lead: to posts, by address or by number or anchor of the list of cited posts."""

    def __init__(self, evidence: Mapping[str, Evidence]) -> None:
        self._by_address: dict[str, str] = {}
        self._by_anchor: dict[str, str] = {}
        self._count = 0
        for item in evidence.values():
            if item.url:
                self._by_address.setdefault(address(item.url), item.id)
            self._by_anchor.setdefault(item.id.casefold(), item.id)

    def learn(self, part: _Prose) -> None:
        """Take in an entry of the list of cited posts: its number or anchor and the post it links to."""
        if not _CITED_HEADING.search(part.section):
            return
        self._count += 1
        post = next(
            (self._by_address[key] for link in part.links if (key := address(link)) in self._by_address), None
        )
        number = re.match(r"\s*\[?(\d{1,3})[\].)、:：]", part.text)
        if post:
            self._by_anchor.setdefault(f"{number.group(1) if number else self._count}", post)
            self._by_anchor.setdefault(f"post-{number.group(1) if number else self._count}", post)
            for anchor in part.anchors:
                self._by_anchor.setdefault(anchor.casefold(), post)

    def resolve(self, links: Iterable[str]) -> list[str]:
        """Post ids of ``links`` in order, each once; links elsewhere are left out."""
        found: dict[str, None] = {}
        for link in links:
            post = (
                self._by_anchor.get(link[1:].casefold())
                if link.startswith("#")
                else self._by_address.get(address(link))
            )
            if post:
                found[post] = None
        return list(found)


def address(url: str) -> str:
    """A link without what does not change its target: scheme, "www.", query of a post, final slash."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").removeprefix("www.")
    host = _HOST.get(host, host)
    status = _STATUS.match(parts.path) if host == "x.com" else None
    if status:
        return f"x.com/status/{status.group(1)}"
    query = f"?{parts.query}" if parts.query and "utm_" not in parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"
