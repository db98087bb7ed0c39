"""Whether posts fit a topic's query before they are stored, for streams of which most is off topic.

A first look that lets through a little more than the edition's own: nothing is cleaned, and the
language is not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from dawnchorus.model import Post
from dawnchorus.query import And, Field, Node, Not, Or, Query, Term

_SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "clean_text": pl.String,
    "quoted_text": pl.String,
    "lang": pl.String,
    "author": pl.String,
    "urls": pl.List(pl.String),
}
# Characters that the cleaning takes out of words.
_HIDDEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_SIGILS: Final[tuple[tuple[Field, str, str], ...]] = (
    ("hashtag", "hashtags", r"[#＃](\w+)"),
    ("account", "mentions", r"[@＠]([\w.@-]*\w)"),
    ("cashtag", "cashtags", r"[$＄]([A-Za-z][A-Za-z._]{0,11})"),
)


def first_look(query: Query | None) -> Query | None:
    """``query`` without what only the edition can tell: the language; None lets everything in."""
    root = _wide(query.root) if query else None
    return Query(query.text, root) if query and root is not None else None


def fitting(query: Query | None, posts: Sequence[Post], *, handles: Mapping[str, str]) -> list[bool]:
    """Whether each of ``posts`` may fit.

    Args:
        query: As :func:`first_look` gives it.
        posts: As they came.
        handles: Account to the name that the query may have for it.
    """
    if query is None or not posts:
        return [True] * len(posts)
    rows = [
        (post.text, post.quoted_text, post.lang, handles.get(post.author or "", post.author), post.links)
        for post in posts
    ]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    text = pl.col("clean_text").str.replace_all(_HIDDEN, "")
    wanted = fields(query.root)
    found = frame.with_columns(text).with_columns(
        _found(pattern, upper=field == "cashtag").alias(column)
        if field in wanted
        else pl.lit([], pl.List(pl.String)).alias(column)
        for field, column, pattern in _SIGILS
    )
    if "domain" in wanted:
        written = pl.col("clean_text").str.extract_all(r"(?i)https?://\S+")
        found = found.with_columns(pl.concat_list("urls", written).alias("urls"))
    return query.matches(found).to_list()


def fields(node: Node) -> frozenset[Field]:
    """What the terms of ``node`` look at."""
    if isinstance(node, Term):
        return frozenset([node.field])
    inner = (node.node,) if isinstance(node, Not) else node.nodes
    return frozenset().union(*(fields(one) for one in inner))


def accounts(node: Node) -> frozenset[str]:
    """Names of the accounts in ``node``, lower case."""
    if isinstance(node, Term):
        return frozenset([node.value] if node.field == "account" else [])
    inner = (node.node,) if isinstance(node, Not) else node.nodes
    return frozenset().union(*(accounts(one) for one in inner))


def _wide(node: Node) -> Node | None:
    """``node`` or something that more fits; None if anything may."""
    if isinstance(node, Term):
        return None if node.field == "lang" else node
    if isinstance(node, Not):
        return None if "lang" in fields(node.node) else node
    parts = [_wide(one) for one in node.nodes]
    known = tuple(part for part in parts if part is not None)
    if isinstance(node, Or):
        return Or(known) if len(known) == len(parts) else None
    return And(known) if len(known) > 1 else next(iter(known), None)


def _found(pattern: str, *, upper: bool) -> pl.Expr:
    word = pl.element().str.slice(1)
    folded = word.str.to_uppercase() if upper else word.str.normalize("NFKC").str.to_lowercase()
    return pl.col("clean_text").str.extract_all(pattern).list.eval(folded)
