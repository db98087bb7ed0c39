"""Reddit: listings of its API, single things, lines of research dumps, and entries of its Atom feeds.

Reddit's names: t1 is a comment, t3 a submission; "fullname" is kind and number, "t3_1abcd".
Texts are Markdown, with &amp; &lt; &gt; as entities unless raw_json=1 was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from dawnchorus.model import Post
from dawnchorus.sources.formats.html import decoded, text_and_links
from dawnchorus.sources.values import (
    NO_ID,
    NOT_A_POST,
    Converted,
    attempt,
    count,
    handle,
    instant,
    items,
    link,
    links,
    member,
    word,
)
from dawnchorus.visits import Skipped

SITE: Final = "https://www.reddit.com"
_FULLNAME = re.compile(r"t[13]_[0-9a-z]+")
_PLACE = re.compile(r"/r/([A-Za-z0-9_]+)/")
_GONE = ("[deleted]", "[removed]")
_OWN_HOSTS = ("reddit.com", "redd.it", "redditmedia.com", "redditstatic.com")
_FOOTER = re.compile(r"\s*submitted by\s+/?u/\S+(?:\s+to\s+r/\S+)?\s+\[link\]\s+\[comments\]\s*$")


def matches(value: Any) -> bool:
    """A listing, a thing in its envelope, or a bare submission or comment."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("kind"), str) and isinstance(data := value.get("data"), dict):
        return (value["kind"] == "Listing" and "children" in data) or (
            value["kind"] in ("t1", "t3") and "created_utc" in data
        )
    return (
        "subreddit" in value
        and "created_utc" in value
        and ("body" in value or ("title" in value and "selftext" in value))
    )


def convert(value: dict[str, Any]) -> Iterator[Converted]:
    """Submissions and comments in ``value``, replies in their threads included."""
    if value.get("kind") == "Listing":
        for child in items(member(value, "data", "children")):
            if matches(child):
                yield from convert(child)
            else:
                yield Skipped(reason=NOT_A_POST, why=f"Reddit {word(member(child, 'kind')) or 'record'}")
        return
    data = value["data"] if isinstance(value.get("data"), dict) else value
    yield from _thing(data)
    if isinstance(replies := data.get("replies"), dict) and matches(replies):
        yield from convert(replies)


def is_feed_entry(key: object) -> bool:
    """Whether an entry of a feed with the id ``key`` is one of Reddit's."""
    return isinstance(key, str) and _FULLNAME.fullmatch(key) is not None


def feed_entry(
    *, key: str, title: str | None, html: str, author: str | None, time: Any, url: str | None
) -> Converted:
    """An entry of a feed of Reddit's; it has no counts."""
    place = _PLACE.search(url or "")
    text, found = text_and_links(html)
    is_comment = key.startswith("t1_")
    about = re.sub(r"^/?u/\S+ on ", "", decoded(title)) if is_comment and title else None
    body = text if is_comment else _FOOTER.sub("", text)
    own = [one for one in found if "/u/" not in one and "/user/" not in one and one != url]
    thread = re.search(r"/comments/([0-9a-z]+)/", url or "")
    return attempt(
        lambda: _post(
            fullname=key,
            place=place[1] if place else None,
            text=body if is_comment else _joined(decoded(title) if title else None, body),
            author=author,
            time=time,
            url=url,
            parent=f"t3_{thread[1]}" if is_comment and thread else None,
            about=about,
            links=tuple(one for one in own if not _is_own(one)),
        )
    )


def _thing(data: dict[str, Any]) -> Iterator[Converted]:
    is_comment = "body" in data
    fullname = word(data.get("name"))
    if fullname is None or not _FULLNAME.fullmatch(fullname):
        number = word(data.get("id"))
        fullname = f"{'t1' if is_comment else 't3'}_{number}" if number else None
    if fullname is None:
        yield Skipped(reason=NO_ID, why="")
        return
    body = data.get("body" if is_comment else "selftext")
    if data.get("removed_by_category") or (is_comment and body in _GONE) or data.get("author") in _GONE:
        yield Skipped(id=f"reddit:{fullname}", reason=NOT_A_POST, why="deleted on Reddit")
        return
    hidden = data.get("score_hidden") is True or data.get("hide_score") is True
    title = word(data.get("title"))
    target = link(data.get("url_overridden_by_dest")) or link(data.get("url"))
    yield attempt(
        lambda: _post(
            fullname=fullname,
            place=word(data.get("subreddit")),
            text=_joined(title, body if isinstance(body, str) and body not in _GONE else ""),
            author=word(data.get("author")),
            time=data.get("created_utc"),
            url=_permalink(data.get("permalink"), fullname),
            score=None if hidden else data.get("score"),
            replies=data.get("num_comments"),
            parent=word(data.get("parent_id")),
            about=word(data.get("link_title")),
            quote=word(data.get("crosspost_parent")),
            links=links([target]) if target and not _is_own(target) else (),
        )
    )


def _post(
    *,
    fullname: str,
    place: str | None,
    text: str,
    author: str | None,
    time: Any,
    url: str | None,
    score: Any = None,
    replies: Any = None,
    parent: str | None = None,
    about: str | None = None,
    quote: str | None = None,
    links: tuple[str, ...] = (),
) -> Post:
    created_at, day = instant(time)
    name = handle(re.sub(r"^/?u/", "", author)) if author else None
    return Post(
        id=f"reddit:{fullname}",
        source=f"reddit:{place.lower()}" if place else "reddit",
        text=text,
        author=name,
        created_at=created_at,
        day=day,
        url=url,
        like_count=count(score),
        reply_count=count(replies),
        reply_to=f"reddit:{parent}" if parent and _FULLNAME.fullmatch(parent) else None,
        quote_of=f"reddit:{quote}" if quote and _FULLNAME.fullmatch(quote) else None,
        # A comment says little without the title of what it is under.
        quoted_text=about,
        links=links,
    )


def _joined(title: str | None, body: str) -> str:
    return "\n\n".join(part for part in (title, body.strip()) if part)


def _permalink(value: object, fullname: str) -> str | None:
    if isinstance(value, str) and value.startswith("/r/"):
        return SITE + value
    return link(value) or (f"{SITE}/comments/{fullname[3:]}/" if fullname.startswith("t3_") else None)


def _is_own(target: str) -> bool:
    """Whether a link leads to Reddit itself: its own thread, a picture it keeps."""
    host = re.sub(r"^https?://", "", target.lower()).partition("/")[0]
    return any(host == own or host.endswith(f".{own}") for own in _OWN_HOSTS)
