"""Check a report in Markdown, ours or anyone's: which of its sentences stand on posts they link to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import urlsplit

import polars as pl
from markdown_it import MarkdownIt
from markdown_it.token import Token

from dawnchorus.model import Quote, Sentence, Verdict, Window
from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.evidence import Evidence, EvidenceTable
from dawnchorus.report.check.finding import Finding, verdict_of
from dawnchorus.report.check.quotes import speakers
from dawnchorus.report.check.sentence import LONGEST, Context, check_sentence
from dawnchorus.segment import sentences as split_sentences

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKER = "\ue000{}\ue001"  # stands for link n in the running text
_GOES_ON = frozenset("(（,，、;；:：")  # behind a quotation, the sentence is not over
_MARK = re.compile("\ue000(\\d+)\ue001")
_LEAD = "\ue002"  # stands behind a bold lead
_LEAD_ENDS = ("”", "」", '"', "。", ".", "！", "!", "？", "?")
_LABEL_DOT = " · "  # between the words that name a story
_TAG = 8  # characters: a tag such as 新 or "update" may stand before a lead
_BARE_LINK = re.compile(r"https?://[^\s<>\"'）」』】，。]+[^\s<>\"'）」』】，。.,;:!?)\]]")
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
# What reports count of their posts: such a sentence stands on sets that Markdown does not hold.
_COUNTS = re.compile(
    r"\d[\d,.]*\s?(?:[万亿]\s?)?(?:条(?:帖|推|微博|[，。,；;（()）]|\s|$)|位(?:署名)?作者|种语言|个网络|个网站|个话题|个赞"
    r"|(?:posts?|authors?|voices?|languages?|networks?|domains?|stories|story|sites?|reposts?|likes?|tweets?)(?![a-z]))",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"本期|本节|本报告|本话题|表中|上一期|前几期|行情来源|^(?:语言|来源)[:：]|this (?:edition|report|section)|the table|price source|in this thread"  # noqa: E501
    r"|^[^.。!！?？]{1,60}\s?[(（][A-Z0-9.]{1,8}[)）]$"  # a label such as "Nvidia (NVDA)"
    r"|edition before|earlier (?:report|edition)s?|^(?:Languages|Networks):|\S · \S",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“「\"](.+)[”」\"]", re.DOTALL)
_FRAMING = 90  # characters around a quotation that only say who wrote it, where and when
_MARKS = re.compile("(?:\\s*\ue000\\d+\ue001)+")
_MARKS_BEHIND = re.compile(
    "([.。!！?？…][\"”」』’')）]*)((?:\\s*[\\[(（]?\\s*\ue000\\d+\ue001\\s*[,，、]?\\s*[\\])）]?)+)"
)
_NUMBERS_BEHIND = re.compile(r"([.。!！?？][\"”」』’')）]*)((?:\s*\[\d{1,3}(?:\s*[,，、-]\s*\d{1,3})*\])+)")
_EMPTY_BRACKETS = re.compile(r"\s*[\[(（]\s*[,，、\s]*[\])）]")
_SPACE_BEFORE_STOP = re.compile(r"\s+([.。!！?？,，])")
_STOPS = ".。!！?？…\n"
_UNREAD = {
    "heading_open": "heading",
    "table_open": "table",
    "fence": "code block",
    "code_block": "code block",
    "html_block": "HTML block",
}
_HIDDEN = str.maketrans({stop: chr(0xE010 + index) for index, stop in enumerate(_STOPS)})
_SHOWN = str.maketrans({chr(0xE010 + index): stop for index, stop in enumerate(_STOPS)})
_CONTENT = re.compile(r"[^\W\d_]")
_FEWEST_LETTERS = 8  # fewer than this (a Han character counts as 3) is a label, not a sentence


@dataclass(slots=True)
class _Prose:
    """Running text of one paragraph, list item or quotation, links replaced by marks."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    section: str = ""
    anchors: list[str] = field(default_factory=list)
    files: bool = False  # a list of links to files beside the report


def check_markdown(
    text: str,
    posts: pl.DataFrame,
    *,
    window: Window | None = None,
    aliases: Iterable[Iterable[str]] = (),
    names: Iterable[str] = (),
    unread: Counter[str] | None = None,
) -> list[dict[str, object]]:
    """Check the prose sentences of a Markdown report.

    A sentence's citations are its links: to a post's own address (x.com and twitter.com are one), or to
    an anchor or number of a list of cited posts in the same file. Headings, tables, code, pictures, front
    matter, small print and that list are not sentences. Sentences of counts escalate: what they count is
    only in report.json.

    Args:
        text: The report, front matter or not.
        posts: All posts it may stand on, schema POSTS, CLEANED or KEPT.
        window: Days of the report; relative dates are read on the last.
        aliases: Names that are one, beside the standard ones.
        names: Words the report may use of its own.
        unread: Counts the parts that were not looked at, by what they are, in the singular.

    Returns:
        For each sentence in order: ``text``, ``citations`` (post ids), ``verdict`` and ``reasons``
        (each with ``rule``, ``words``, ``detail``).
    """
    evidence = EvidenceTable(posts)
    prose = list(_prose(_FRONT_MATTER.sub("", text), unread := Counter() if unread is None else unread))
    targets = _Targets(posts)
    for part in prose:
        targets.learn(part)
    context = Context(
        evidence=evidence,
        window=window,
        aliases=standard_aliases().extended(aliases),
        names=tuple(names),
    )
    unread["source-list paragraph"] += sum(bool(_CITED_HEADING.search(part.section)) for part in prose)
    return [
        _judged(sentence, targets.resolve(links), bool(links), context)
        for part in prose
        if not _CITED_HEADING.search(part.section)
        for sentence, links in _sentences(part, unread)
    ]


def _judged(text: str, cited: list[str], linked: bool, context: Context) -> dict[str, object]:
    if len(text) > LONGEST:
        return _row(text, cited, check_sentence(Sentence(text=text, kind="written"), context))
    sentence = _sentence(text, cited, context.evidence)
    counts = _COUNTS.search(_QUOTED.sub(" ", text)) is not None
    if counts or _ABOUT_ITSELF.search(_QUOTED.sub(" ", text)):
        # What is quoted is checked even so; names and numbers are the report's own.
        quoted = _QUOTED.search(text)
        bare = replace(sentence, text=quoted[0] if quoted else "-")
        findings = _rejections(check_sentence(bare, context)) if cited else []
        what = "counts" if counts else "what is said of the report itself"
        detail = f"{what} can't be checked from Markdown alone: check report.json"
        verdict = verdict_of(
            [*findings, Finding(rule="fact", words="", detail=detail, level="escalated")], score=0.0
        )
    elif not cited:
        detail = "its links lead to no known post" if linked else "no post is cited"
        verdict = verdict_of([Finding(rule="structure", words="", detail=detail)], score=0.0)
    else:
        verdict = check_sentence(sentence, context)
    return _row(text, cited, verdict)


def _row(text: str, cited: list[str], verdict: Verdict) -> dict[str, object]:
    return {
        "text": text,
        "citations": list(cited),
        "verdict": verdict.verdict,
        "reasons": [
            {"rule": item.rule, "words": item.words, "detail": item.detail} for item in verdict.reasons
        ],
    }


def _rejections(verdict: Verdict) -> list[Finding]:
    """The objections to quoted words of a sentence whose own words are counts."""
    return [
        Finding(rule=item.rule, words=item.words, detail=item.detail)
        for item in verdict.reasons
        if verdict.verdict == "rejected" and item.rule == "quote"
    ]


def _sentence(text: str, cited: list[str], evidence: Mapping[str, Evidence]) -> Sentence:
    """A quotation if its quoted words are a cited post's and little stands around them, else written."""
    match = _QUOTED.search(text)
    if match and len(text) - len(match[1]) <= _FRAMING:
        for post in cited:
            if speakers(match[1], evidence[post]):
                quote = Quote(post=post, text=match[1])
                return Sentence(text=text, kind="quotation", citations=tuple(cited), quotes=(quote,))
    return Sentence(text=text, kind="written", citations=tuple(cited))


def _prose(text: str, unread: Counter[str]) -> Iterator[_Prose]:
    """Paragraph texts of a Markdown document in order, with the heading they stand under."""
    section, level = "", 9
    depth = 0
    titled = False
    heading: int | None = None
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
        unread.update(filter(None, [_UNREAD.get(token.type)]))
        if token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "heading_close":
            heading, titled = None, True
        elif token.type in ("table_open", "table_close"):
            depth += token.nesting
        elif token.type == "inline" and token.children is not None:
            part = _inline(token.children)
            unread["picture"] += sum(child.type == "image" for child in token.children)
            if heading is not None:
                title = _MARK.sub("", part.text).strip()
                # A subheading of the list of cited posts is still part of it.
                if heading <= level or not _CITED_HEADING.search(section):
                    section, level = title, heading
            elif not depth and (kind := _no_prose(token.content, part, titled=titled)):
                unread[kind] += 1
            elif not depth:
                part.section = section
                yield part
        elif token.type == "html_block":
            yield _Prose(section="", anchors=re.findall(r"(?:id|name)=[\"']?([\w-]+)", token.content))


def _no_prose(content: str, part: _Prose, *, titled: bool) -> str | None:
    """What a paragraph is if not prose: small print is captions and notes, a line above headings a title."""
    if content.startswith("<small>") and content.rstrip().endswith("</small>"):
        return "small-print note"
    if part.files:
        return "file list"
    return None if titled or part.links else "title line"


def _marked(part: _Prose, link: re.Match[str]) -> str:
    part.links.append(link[0])
    return _MARKER.format(len(part.links) - 1)


def _inline(children: list[Token]) -> _Prose:
    part = _Prose()
    pieces: list[str] = []
    inside: list[str] = []
    start = filed = bold = 0
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
            href = inside.pop()
            if not href.startswith("#") and "//" not in href and ":" not in href:
                filed += len(label)
                continue  # a page or file of the report itself, not a source
            part.links.append(href)
            pieces.append(_MARKER.format(len(part.links) - 1))
        elif token.type == "strong_open":
            bold = len(pieces)
        elif token.type == "strong_close":
            lead = "".join(pieces[bold:]).strip()
            opens = len("".join(pieces[:bold]).strip()) <= _TAG
            pieces.append(_LEAD if opens and (lead.endswith(_LEAD_ENDS) or _LABEL_DOT in lead) else "")
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif token.type == "text" and not inside:
            pieces.append(_BARE_LINK.sub(partial(_marked, part), token.content))
        elif token.type in ("text", "code_inline"):
            pieces.append(token.content)
        elif token.type == "html_inline":
            part.anchors += re.findall(r"(?:id|name)=[\"']?([\w-]+)", token.content)
            target = re.search(r"href=[\"']?([^\"'\s>]+)", token.content)
            if target:
                part.links.append(target.group(1))
                pieces.append(_MARKER.format(len(part.links) - 1))
    part.text = "".join(pieces)
    # A bold lead, with the citations behind it, is a sentence of its own.
    part.text = re.sub(f"{_LEAD}((?:\\s*{_MARK.pattern})*)", lambda match: match[1] + "\n", part.text)
    part.files = filed * 2 > len(part.text)
    return part


def _sentences(part: _Prose, unread: Counter[str]) -> Iterator[tuple[str, list[str]]]:
    """Sentences with their links; a quotation is not cut, marks behind a stop belong to what is before."""
    text = _MARKS_BEHIND.sub(r"\2\1 ", _held_together(part.text))
    text = _NUMBERS_BEHIND.sub(r"\2\1 ", text)
    gathered: list[tuple[str, list[str]]] = []
    for piece in split_sentences(text):
        links = [part.links[int(match)] for match in _MARK.findall(piece)]
        bare = _MARK.sub("", piece).translate(_SHOWN)
        for numbers in _PLAIN_CITATION.findall(bare):
            links += [f"#{number}" for number in _expanded(numbers)]
        bare = _PLAIN_CITATION.sub("", bare)
        bare = _EMPTY_BRACKETS.sub("", bare).strip()
        bare = _SPACE_BEFORE_STOP.sub(r"\1", bare)
        size = sum(3 if "\u3400" <= char <= "\u9fff" else 1 for char in bare if _CONTENT.match(char))
        if size >= _FEWEST_LETTERS:
            gathered.append((bare, list(dict.fromkeys(links))))
        else:
            unread["label"] += bool(bare)
            if gathered:
                gathered[-1][1].extend(links)
    yield from gathered


def _held_together(text: str) -> str:
    """``text`` with the stops inside quotations hidden from the splitter, and a line end behind quotations
    that are sentences of their own."""
    spans = _quotations(text)
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        pieces += [text[position:start], text[start:end].translate(_HIDDEN)]
        position = end
        behind = _MARKS.match(text, end)
        after = behind.end() if behind else end
        rest = text[after:].lstrip()
        apart = after >= len(text) or text[after].isspace() or text[after] == "@"
        if apart and not (rest[:1].islower() or rest[:1] in _GOES_ON):
            pieces += [text[end:after], "\n"]
            position = after
    return "".join([*pieces, text[position:]])


def _quotations(text: str) -> list[tuple[int, int]]:
    """Outermost quotations; if their marks do not pair up, all from the first to the last mark is one."""
    found: list[tuple[int, int]] = []
    depth = start = 0
    for index, char in enumerate(text):
        if char in "“「":
            start = index if depth == 0 else start
            depth += 1
        elif char in "”」" and depth:
            depth -= 1
            if depth == 0:
                found.append((start, index + 1))
    if depth:
        last = max(text.rfind("”"), text.rfind("」"))
        return (
            [(found[0][0] if found and found[0][0] < start else start, last + 1)] if last > start else found
        )
    return found


def _expanded(numbers: str) -> list[int]:
    found: list[int] = []
    for part in re.split(r"[,，、]", numbers):
        first, _, last = part.strip().partition("-")
        found += range(int(first), min(int(last or first), int(first) + 20) + 1)
    return found


class _Targets:
    """Where links lead: to posts, by address or by number or anchor of the list of cited posts."""

    def __init__(self, posts: pl.DataFrame) -> None:
        self._by_address: dict[str, str] = {}
        self._by_anchor: dict[str, str] = {}
        self._count = 0
        self._anchored = False
        for post, url in posts.select("id", "url").iter_rows():
            if url:
                self._by_address.setdefault(address(url), post)
            self._by_anchor.setdefault(post.casefold(), post)

    def learn(self, part: _Prose) -> None:
        """Take in an entry of the list of cited posts: its number or anchor and the post it links to."""
        if not _CITED_HEADING.search(part.section):
            return
        # Where entries have anchors, what stands under them (words and links of strangers) is no entry.
        self._anchored |= bool(part.anchors)
        if self._anchored and not part.anchors:
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
