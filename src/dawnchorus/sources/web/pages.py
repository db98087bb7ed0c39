"""Pages that posts link to: what they are called and where they really are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser
from tld import get_fld

from dawnchorus.errors import AccessDenied, NotFound, SourceError
from dawnchorus.visits import Answer, Http

PAGE_BYTES: Final = 2_000_000  # decompressed; pages of video sites and newspapers pass one megabyte
GAP_SECONDS: Final = 1.0
_WORKERS = 8
_TITLE = 300  # characters
_SITE = 80
_ADDRESS = 2000
# The parser takes quadratic time for deeply nested elements: 0.4 s for this many, and a head has hundreds.
_MOST_TAGS = 10_000
_HEAD_END = re.compile(r"</head\b|<body\b", re.IGNORECASE)
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,30})""", re.IGNORECASE)
# Labels as pages write them; what else Python can decode ("idna", "unicode_escape") is no charset of pages.
_CHARSET = re.compile(
    r"utf-?(?:8|16(?:le|be)?)|gb(?:k|2312|18030)|big5(?:-?hkscs)?|euc-(?:jp|kr|cn)|shift[_-]?jis|"
    r"iso-2022-jp|iso-?8859-\d{1,2}|windows-\d{3,4}|cp\d{3,4}|koi8-[ru]|tis-620|(?:us-)?ascii|latin-?1"
)
# As browsers read them (WHATWG): the label is often the older, smaller set.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
}
# Where those who are not logged in, or not believed to be people, are sent: not the page.
_GATE = re.compile(
    r"//(?:accounts?|auth|captcha|consent|login|signin|sso)\.|"
    r"/(?:captcha|challenge|checkpoint|consent|log[-_]?in|sign[-_]?(?:in|up)|sorry|unsupported)(?:[/?.#]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPage:
    """A page, or why it could not be read."""

    url: str  # as asked for
    address: str | None = None  # where it is: after redirects, and what it names as its own if it may
    title: str | None = None  # one line of plain text
    site: str | None = None  # what it calls its site; any page can claim any name
    fault: str = ""
    passing: bool = False  # whether the fault may be gone another time


def fetch_pages(urls: Iterable[str], *, http: Http) -> Iterator[LinkedPage]:
    """Ask for each of ``urls``, a few at a time, and give the pages in the same order."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        yield from pool.map(lambda url: fetch_page(url, http=http), urls)


def fetch_page(url: str, *, http: Http) -> LinkedPage:
    """Ask for ``url``; a failure is a page with a ``fault``."""
    try:
        answer = http.get(
            url,
            headers={"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"},
            gap_seconds=GAP_SECONDS,
            most_bytes=PAGE_BYTES,
        )
    except (NotFound, AccessDenied) as error:
        return LinkedPage(url=url, fault=str(error))
    except SourceError as error:
        return LinkedPage(url=url, fault=str(error), passing=True)
    return read_page(answer, url=url)


def read_page(answer: Answer, *, url: str) -> LinkedPage:
    """What ``answer`` to a request for ``url`` says of itself; what is no HTML has an address only."""
    if len(answer.url) > _ADDRESS:
        return LinkedPage(url=url, fault="leads to an address without end")
    if _GATE.search(answer.url) and not _GATE.search(url):
        return LinkedPage(url=url, fault="leads to a page to log in or to prove to be a person")
    if _is_front(answer.url) and not _is_front(url) and _site(answer.url) == _site(url):
        return LinkedPage(url=url, fault="leads to the front page: no longer there")
    kind = answer.headers.get("content-type", "").lower()
    if not ("html" in kind or (not kind and answer.body.lstrip()[:1] == b"<")):
        return LinkedPage(url=url, address=answer.url)
    text = _text(answer.body, kind)
    end = found.start() if (found := _HEAD_END.search(text)) else len(text)
    tags = (tag.start() for tag in re.finditer("<", text[:end]))
    tree = LexborHTMLParser(text[: next(islice(tags, _MOST_TAGS, None), end)])
    metas = {
        (meta.attributes.get("property") or meta.attributes.get("name") or "").lower(): meta.attributes.get(
            "content"
        )
        for meta in reversed(tree.css("meta"))  # so that the first counts
    }
    titles = tree.css("title")
    link = tree.css_first('link[rel~="canonical" i]')
    return LinkedPage(
        url=url,
        address=_own(answer.url, link.attributes.get("href") if link else None, metas.get("og:url")),
        title=_line(metas.get("og:title"), _TITLE) or _line(titles[0].text() if titles else None, _TITLE),
        site=_line(metas.get("og:site_name"), _SITE),
    )


def _own(url: str, *claims: str | None) -> str:
    """The first claim of the page at ``url`` to an address that can be its own, else ``url``."""
    for claim in claims:
        try:
            address = urljoin(url, (claim or "").strip())
            parts = urlsplit(address)
        except ValueError:
            continue
        if (
            claim
            and parts.scheme in ("http", "https")
            and "@" not in parts.netloc
            and len(address) <= _ADDRESS
            and address.isprintable()
            and " " not in address
            and _site(address) == _site(url)
            # Many sites give each page the address of the front page; that would make all of them one.
            and (not _is_front(address) or _is_front(url))
            and not _GATE.search(address)
        ):
            return address
    return url


def _site(url: str) -> str:
    """Who can claim the addresses of whom: the registered domain, of hosting sites the customer's own."""
    found = get_fld(url, fail_silently=True, search_private=True)
    return found if isinstance(found, str) else urlsplit(url).netloc


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query


def _text(body: bytes, kind: str) -> str:
    declared = _DECLARED.search(kind.encode("utf-8", "replace")) or _DECLARED.search(body[:4096])
    label = declared[1].decode("ascii").lower() if declared else ""
    for charset in ("utf-8-sig", _WIDER.get(label, label), "gb18030"):
        if charset and (charset in ("utf-8-sig", "gb18030") or _CHARSET.fullmatch(charset)):
            try:
                return body.decode(charset)
            except (UnicodeError, LookupError):
                continue
    known = _CHARSET.fullmatch(label) is not None
    try:
        return body.decode(_WIDER.get(label, label) if known else "utf-8", "replace")
    except LookupError:  # "windows-9999"
        return body.decode("utf-8", "replace")


def _line(text: str | None, most: int) -> str | None:
    """``text`` in one line, composed, without what cannot be seen."""
    line = " ".join(unicodedata.normalize("NFC", (text or "")[: 4 * most]).split())
    line = "".join(letter for letter in line if letter.isprintable())
    return (line if len(line) <= most else line[: most - 1].rstrip() + "…") or None
