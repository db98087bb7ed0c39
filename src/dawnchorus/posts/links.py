"""Links of posts: found in text, made comparable, shown short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from courlan import extract_domain, normalize_url

_LINK = re.compile(
    r"""(?<![A-Za-z0-9_])https?://[\w.\-:@%\[\]]+(?:[/?#][!#-;=?-\[\]_a-z~]*)?""", re.IGNORECASE
)
# The permalink of a picture, as X writes it into the text.
_PICTURE = r"pic\.(?:twitter|x)\.com/\w+"
# What is left of a link where the platform has cut the text.
_CUT_LINK = re.compile(r"(?<!\S)https?(?::[^\s…]{0,60})?…$")
_EDGE_PICTURES = re.compile(rf"^(?:{_PICTURE}\s+)+|(?:(?<!\S){_PICTURE}\s*)+$")

# fmt: off
_SHORTENERS = frozenset({
    "bit.ly", "buff.ly", "dlvr.it", "goo.gl", "ift.tt", "is.gd", "lnkd.in", "ow.ly", "shorturl.at",
    "t.cn", "t.co", "t.ly", "tinyurl.com", "trib.al", "url.cn", "wp.me", "youtu.be",
})
# Beyond what courlan knows.
_TRACKING = frozenset({
    "_hsenc", "_hsmi", "amp", "cmpid", "feature", "guccounter", "mkt_tok", "ncid", "ocid", "outputtype",
    "share_id", "sharer", "si", "smid", "spm", "sr_share", "taid",
})
# fmt: on
_X_MIRRORS = re.compile(
    r"(?:(?:mobile\.)?twitter\.com|(?:fx|vx|fixup)?(?:twitter|x)\.com|fixvx\.com|xcancel\.com|nitter\.[a-z.]+)$"
)
_MOBILE = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_AMP_WRAPPER = re.compile(
    r"^(?:google\.[a-z.]+/amp|[a-z0-9-]+\.cdn\.ampproject\.org/[acv])/(?:s/)?(?=[^/]+\.)"
)
# What most links are: nothing in them has to be decoded or left out.
_PLAIN = re.compile(r"https?://((?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62})((?:/[A-Za-z0-9_-]+)*)/?")
LONGEST = 2000  # characters; what is longer is no link to read
_SHOWN_PATH = 24  # characters


@lru_cache(maxsize=1 << 16)
def canonical(url: str) -> str | None:
    """One form for all links to a page, None if it is no link to a page of the public web.

    https, without tracking, "www.", mobile or AMP forms and fragment; names in other scripts as
    punycode; mirrors of X as x.com. It serves comparison and need not open in a browser.
    """
    if len(url) > LONGEST:
        return None
    port = None
    if (plain := _PLAIN.fullmatch(url)) and "xn--" not in url:
        host, path, query = plain[1], plain[2], ""
    else:
        try:
            parts = urlsplit(normalize_url(url.strip()))
            host = (parts.hostname or "").encode("idna").decode().rstrip(".")
            port, path, query = parts.port, parts.path, parts.query
        except (ValueError, AttributeError):  # UnicodeError is a ValueError
            return None
        if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9_.-]+\.[a-z][a-z0-9-]+", host):
            return None
    host = _MOBILE.sub("", host)
    if wrapped := _AMP_WRAPPER.match(host + path):
        return canonical("https://" + (host + path)[wrapped.end() :])
    path = re.sub(r"(?:/amp/?|\.amp)$", "", path).rstrip("/")
    host, path, query = _known_site(host, path, query)
    pairs = [pair for pair in parse_qsl(query) if pair[0].lower() not in _TRACKING]
    return f"https://{host}{f':{port}' if port else ''}{path}{'?' + urlencode(pairs) if pairs else ''}"


def _known_site(host: str, path: str, query: str) -> tuple[str, str, str]:
    if _X_MIRRORS.match(host):
        host, path, query = "x.com", re.sub(r"/(?:photo|video)/\d+$", "", path), ""
    elif host == "youtu.be":
        host, path, query = "youtube.com", "/watch", f"v={path[1:]}"
    elif host == "youtube.com" and (video := re.match(r"/(?:shorts|live|embed)/([\w-]+)", path)):
        path, query = "/watch", f"v={video[1]}"
    elif host == "youtube.com":
        query = urlencode([pair for pair in parse_qsl(query) if pair[0] in ("v", "list")])
    elif host.endswith(".reddit.com"):
        host, query = "reddit.com", ""
    elif host == "arxiv.org":
        path = re.sub(r"^/(?:pdf|html|abs)/(.+?)(?:v\d+)?(?:\.pdf)?$", r"/abs/\1", path)
    return host, path, query


# One link that ends the text and is as plain as can be: whole link, host, path.
LAST_LINK = r"(?:^|\s)(https?://((?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62})((?:/[A-Za-z0-9_-]+)*)/?)$"


@lru_cache(maxsize=1 << 16)
def plain_host(host: str) -> str | None:
    """``host`` as canonical links have it; None if more of the link changes than the host and "/amp"."""
    known = _MOBILE.sub("", host)
    by_path = _X_MIRRORS.match(known) or known.endswith((".reddit.com", ".cdn.ampproject.org"))
    if by_path or known.startswith("google.") or known in ("youtu.be", "youtube.com", "arxiv.org"):
        return None
    return None if "xn--" in known else known


def domain(link: str) -> str | None:
    """Who publishes a canonical ``link``: its registered domain; None for link shorteners."""
    return _registered(re.split("[/?:]", link.removeprefix("https://"), maxsplit=1)[0])


@lru_cache(maxsize=1 << 16)
def _registered(host: str) -> str | None:
    registered = extract_domain(f"https://{host}") or host
    return None if registered in _SHORTENERS else registered


def find_links(text: str) -> Iterator[tuple[int, int]]:
    """Where links stand in ``text``, without the punctuation that follows them."""
    for found in _LINK.finditer(text):
        if len(found[0]) > LONGEST:
            continue
        link = found[0].rstrip(".,;:!?'*_~&-")
        while link.endswith((")", "]")) and link.count(link[-1]) > link.count(
            "(" if link[-1] == ")" else "["
        ):
            link = link[:-1].rstrip(".,;:!?'")
        yield found.start(), found.start() + len(link)


def without_links(text: str) -> tuple[str, list[str]]:
    """Cut links off both ends of ``text``, show those inside it short, and list all.

    Returns:
        The text, stripped, and the links as written, in order. What looks like a link but leads
        nowhere stays as written.
    """
    text = _CUT_LINK.sub("", text).rstrip()
    spans = [(start, end) for start, end in find_links(text) if canonical(text[start:end])]
    links = [text[start:end] for start, end in spans]
    first, last = 0, len(text)
    while spans and not text[first : spans[0][0]].strip():
        first = spans.pop(0)[1]
    while spans and not text[spans[-1][1] : last].strip():
        last = spans.pop()[0]
    pieces: list[str] = []
    for start, end in spans:
        pieces += [text[first:start], _shown(text[start:end])]
        first = end
    shown = "".join([*pieces, text[first:last]])
    return _EDGE_PICTURES.sub("", shown).strip(), links


def _shown(link: str) -> str:
    parts = urlsplit(link)
    host = (parts.hostname or "").encode("idna").decode().removeprefix("www.")
    path = parts.path.rstrip("/")
    shown = path[:_SHOWN_PATH].split("//")[0]
    return host + shown + ("…" if shown != path or parts.query else "")
