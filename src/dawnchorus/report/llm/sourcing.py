"""A sentence that rests on one author alone names that author: if the model did not, code does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dawnchorus.report.briefing import Briefing, PostRow

_HANDLE = re.compile(r"[\w.@·-]{1,40}")
_STOPS = ".。!！?？"
_LONGEST_NAME = 40


def with_source(text: str, posts: Sequence[str], briefing: Briefing) -> str:
    """``text``, with its author behind it if ``posts`` have only one and it does not name that one."""
    rows = [briefing.posts[post] for post in posts]
    authors = {row["author"] for row in rows}
    if len(authors) != 1 or None in authors or any(_names(row, text) for row in rows):
        return text
    source = _shown(rows[0])
    if not source:
        return text
    body = text.rstrip(_STOPS)
    end = text[len(body) :] or ("。" if briefing.lang == "zh" else ".")
    return f"{body}（{source}）{end}" if briefing.lang == "zh" else f"{body} ({source}){end}"


def _names(row: PostRow, text: str) -> bool:
    lower = text.casefold()
    name = str(row["author_name"] or "")
    whole = [name, str(row["author"]).split("@")[0].split(".")[0]]
    # Of a Latin name the last part is what a report says.
    parts = [part for part in re.split(r"[^\w’'-]+", name) if len(part) > 3 and part[0].isupper()]
    return any(len(one) > 1 and one.casefold() in lower for one in (*whole, *parts))


def _shown(row: PostRow) -> str:
    author, name = str(row["author"]), " ".join(str(row["author_name"] or "").split())
    if _HANDLE.fullmatch(author) and not str(row["source"]).startswith("rss"):
        return f"@{author}"
    return name if 0 < len(name) <= _LONGEST_NAME and name.isprintable() else ""
