"""HTML fragments of posts to the text a reader sees."""

from __future__ import annotations

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser

from dawnchorus.sources.values import link

_BLOCKS = "p, div, li, tr, h1, h2, h3, h4, h5, h6, blockquote, pre, ul, ol, table, section, article, figure"
_NEVER_SHOWN = "script, style, template, noscript, iframe, object, svg, .quote-inline"
_SPACE = re.compile(r"[^\S\n]+")
_INDENT = re.compile(r"[^\S\n]*\n[^\S\n]*")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
# Selecting in a tree 50,000 deep takes seconds; no post is, so beyond this tags are only cut out.
_MOST_TAGS = 10_000
_TAG = re.compile(r"<[a-zA-Z!/]")
_ANY_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&[#a-zA-Z]")


# Python reads no number of more than 4,300 digits; no character has one of more than seven.
_NO_CHARACTER = re.compile(r"&#[0-9]{8,};?")


def decoded(text: str) -> str:
    """``text`` with its entities as characters."""
    return unescape(_NO_CHARACTER.sub("\ufffd", text))


def text_and_links(html: str) -> tuple[str, tuple[str, ...]]:
    """Text of ``html`` with a line per block, and the targets of its links in order.

    Mentions and hashtags of Mastodon are words of the text, not links.
    """
    if not _TAG.search(html) and not _ENTITY.search(html):
        return _INDENT.sub("\n", html).strip(), ()
    if html.count("<") > _MOST_TAGS:
        return decoded(_ANY_TAG.sub(" ", html)).strip(), ()
    tree = LexborHTMLParser(html)
    body = tree.body
    if body is None:
        return "", ()
    targets = [
        found
        for node in body.css("a[href]")
        if not {"mention", "hashtag"} & set((node.attributes.get("class") or "").split())
        and (found := link(node.attributes.get("href")))
    ]
    for node in body.css(_NEVER_SHOWN):
        node.decompose()
    for node in body.css("br"):
        node.insert_before("\ufdd0")
    for node in body.css(_BLOCKS):
        node.insert_before("\ufdd1")
        node.insert_after("\ufdd1")
    return _lines(body.text()), tuple(dict.fromkeys(targets))


def text(html: str) -> str:
    """Text of ``html`` with a line per block."""
    return text_and_links(html)[0]


def _lines(marked: str) -> str:
    # Line breaks of the source mean nothing in HTML; those of <br> and of blocks were marked
    # with noncharacters, which no text may hold.
    flat = _SPACE.sub(" ", marked.replace("\n", " "))
    flat = re.sub(r" ?\ufdd0 ?", "\n", flat)
    flat = re.sub(r"[ \n]*(?:\ufdd1[ \n]*)+", "\n\n", flat)
    return _EMPTY_LINES.sub("\n\n", flat).strip()
