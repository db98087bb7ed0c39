"""Bluesky: views of the app's API, and events of the Jetstream.

A post is named by its record key, which is unique but for deliberate forgery.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dawnchorus.model import Post
from dawnchorus.sources.values import (
    NOT_A_POST,
    Converted,
    count,
    handle,
    instant,
    items,
    link,
    member,
    word,
)
from dawnchorus.visits import Skipped  # fmt: skip

_POST = "app.bsky.feed.post"
_NESTING = 3


def matches(value: Any) -> bool:
    """A feed item, a post view, a thread, a flat post with its address, or a Jetstream event."""
    if not isinstance(value, dict):
        return False
    return (
        _is_view(value)
        or _is_view(value.get("post"))
        or _is_view(member(value, "thread", "post"))
        or _is_flat(value)
        or (_is_flat(value.get("post")) and isinstance(value.get("actor"), dict))
        or (isinstance(value.get("did"), str) and "time_us" in value and "kind" in value)
    )


def convert(value: dict[str, Any]) -> Iterator[Converted]:
    """Posts of ``value``: itself, its parents, what it quotes."""
    if "time_us" in value and "kind" in value:
        yield _event(value)
    elif _is_view(member(value, "thread", "post")):
        yield from _thread(value["thread"], nesting=50)
    elif _is_view(value.get("post")):
        yield from _item(value)
    elif _is_view(value):
        yield from _view(value, nesting=_NESTING)
    elif _is_flat(value):
        yield _flat(value, author=value.get("author"))
    else:
        yield _flat(value["post"], author=value.get("actor"))


def bsky_id(uri: object) -> str | None:
    """Our id of "at://did/app.bsky.feed.post/rkey"; None for what is no post."""
    if not isinstance(uri, str) or not uri.startswith("at://"):
        return None
    steps = uri.removeprefix("at://").split("/")
    return f"bsky:{steps[2]}" if len(steps) == 3 and steps[1] == _POST and steps[2] else None


def _is_view(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("record"), dict)
        and bsky_id(value.get("uri")) is not None
    )


def _is_flat(value: Any) -> bool:
    return isinstance(value, dict) and "text" in value and bsky_id(value.get("uri")) is not None


def _item(item: dict[str, Any]) -> Iterator[Converted]:
    """A place in a feed: a post, why it is there, and what it answers."""
    found = list(_view(item["post"], nesting=_NESTING))
    reason = item.get("reason")
    post = found[0]
    if str(member(reason, "$type")).endswith("#reasonRepost") and isinstance(post, Post):
        yield from _repost(reason, post)
    yield from found
    for key in ("parent", "root"):
        if _is_view(above := member(item, "reply", key)):
            yield from _view(above, nesting=_NESTING)


def _repost(reason: Any, post: Post) -> Iterator[Converted]:
    """A repost has no words of its own; it is a post that passes another on."""
    by = handle(member(reason, "by", "handle")) or word(member(reason, "by", "did"))
    created_at, day = instant(member(reason, "indexedAt"))
    uri = member(reason, "uri")
    key = uri.rsplit("/", 1)[-1] if isinstance(uri, str) else f"{post.id.removeprefix('bsky:')}:{by}"
    yield Post(
        id=f"bsky:repost:{key}",
        source="bluesky",
        text=f"RT @{post.author}: {post.text}",
        author=by,
        author_name=word(member(reason, "by", "displayName")),
        created_at=created_at,
        day=day,
        lang=post.lang,
        url=post.url,
        repost_of=post.id,
        links=post.links,
    )


def _thread(node: Any, *, nesting: int) -> Iterator[Converted]:
    if nesting and _is_view(member(node, "post")):
        yield from _thread(node.get("parent"), nesting=nesting - 1)
        yield from _view(node["post"], nesting=_NESTING)
        for answer in items(node.get("replies")):
            yield from (
                _thread({**answer, "parent": None}, nesting=nesting - 1) if isinstance(answer, dict) else ()
            )


def _view(view: dict[str, Any], *, nesting: int) -> Iterator[Converted]:
    quoted_view = _quoted_view(view)
    quoted: list[Converted] = []
    if nesting and quoted_view is not None:
        quoted = list(_view(quoted_view, nesting=nesting - 1))
    first = quoted[0] if quoted else None
    yield _post(view, quoted=first if isinstance(first, Post) else None)
    yield from quoted


def _quoted_view(view: dict[str, Any]) -> dict[str, Any] | None:
    for embed in [view.get("embed"), *items(view.get("embeds"))]:
        record = member(embed, "record")
        for one in (member(record, "record"), record):  # recordWithMedia has one layer more
            if isinstance(one, dict) and isinstance(one.get("value"), dict) and bsky_id(one.get("uri")):
                return {**one, "record": one["value"]}
    return None


def _post(view: dict[str, Any], *, quoted: Post | None) -> Post:
    record = view["record"]
    author = _account(view.get("author"))
    own = str(bsky_id(view["uri"]))
    did = view["uri"].removeprefix("at://").split("/")[0]
    created_at, day = instant(record.get("createdAt") or view.get("indexedAt"))
    text = record.get("text")
    return Post(
        id=own,
        source="bluesky",
        text=text if isinstance(text, str) else "",
        author=author or did,
        author_name=word(member(view, "author", "displayName")),
        created_at=created_at,
        day=day,
        lang=word(next(iter(items(record.get("langs"))), None)),
        url=_permalink(author or did, own),
        like_count=count(view.get("likeCount")),
        repost_count=count(view.get("repostCount")),
        reply_count=count(view.get("replyCount")),
        quote_count=count(view.get("quoteCount")),
        reply_to=bsky_id(member(record, "reply", "parent", "uri")),
        quote_of=quoted.id if quoted else _quoted_id(record),
        quoted_author=quoted.author if quoted else None,
        quoted_text=quoted.text if quoted else None,
        links=_links(record, view.get("embed")),
    )


def _account(author: Any) -> str | None:
    name = handle(member(author, "handle"))
    return None if name == "handle.invalid" else name  # what Bluesky says when a domain is gone


def _permalink(account: str, own: str) -> str:
    return f"https://bsky.app/profile/{account}/post/{own.removeprefix('bsky:')}"


def _quoted_id(record: dict[str, Any]) -> str | None:
    embedded = member(record, "embed", "record")
    return bsky_id(member(embedded, "uri")) or bsky_id(member(embedded, "record", "uri"))


def _links(record: dict[str, Any], embed: Any) -> tuple[str, ...]:
    """Links of facets (where the text is cut) and cards."""
    found = [
        member(feature, "uri")
        for facet in items(record.get("facets"))
        for feature in items(member(facet, "features"))
    ]
    for one in (record.get("embed"), embed):
        found += [member(one, "external", "uri"), member(one, "media", "external", "uri")]
    return tuple(dict.fromkeys(known for one in found if (known := link(one))))


def _event(event: dict[str, Any]) -> Converted:
    """A Jetstream event: a post if it creates or edits one."""
    commit = event.get("commit")
    if member(commit, "collection") != _POST or member(commit, "operation") == "delete":
        what = member(commit, "collection") or event.get("kind")
        return Skipped(reason=NOT_A_POST, why=f"{what} event")
    uri = f"at://{event['did']}/{_POST}/{member(commit, 'rkey')}"
    record = member(commit, "record")
    if not isinstance(record, dict):
        return Skipped(reason=NOT_A_POST, why="event without its record")
    return _post({"uri": uri, "record": record}, quoted=None)


def _flat(post: dict[str, Any], *, author: Any) -> Post:
    """A post as other programs keep it: uri, text and author on one level."""
    own = str(bsky_id(post["uri"]))
    account = _account(author) or post["uri"].removeprefix("at://").split("/")[0]
    created_at, day = instant(post.get("created_at") or post.get("createdAt"))
    quoted = post.get("quote") or post.get("quoted_post")
    return Post(
        id=own,
        source="bluesky",
        text=post["text"] if isinstance(post["text"], str) else "",
        author=account,
        author_name=word(member(author, "display_name") or member(author, "displayName")),
        created_at=created_at,
        day=day,
        lang=word(post.get("lang")) or word(next(iter(items(post.get("langs"))), None)),
        url=_permalink(account, own),
        like_count=count(post.get("like_count", post.get("likeCount"))),
        repost_count=count(post.get("repost_count", post.get("repostCount"))),
        reply_count=count(post.get("reply_count", post.get("replyCount"))),
        reply_to=bsky_id(member(post.get("reply_to"), "uri")),
        quote_of=bsky_id(member(quoted, "uri")),
        quoted_author=_account(member(quoted, "author")),
        quoted_text=member(quoted, "text") if isinstance(member(quoted, "text"), str) else None,
        links=tuple(
            dict.fromkeys(
                one
                for target in (
                    member(post, "external_link", "uri") or member(post, "external_link", "url"),
                    member(post, "embed", "uri"),
                    member(post, "embed", "external", "uri"),
                )
                if (one := link(target))
            )
        ),
    )
