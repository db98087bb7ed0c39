"""A sentence that rests on one author alone names that author: if the model did not, code does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dawnchorus.report.briefing import Briefing, PostRow
from dawnchorus.report.tokens import term_pattern

_HANDLE = re.compile(r"[\w.@·-]{1,40}")
_STOPS = ".。!！?？"
_LONGEST_NAME = 40
_SHORTEST_PART = 3  # letters of a Latin name's part, characters of the beginning of a Chinese one
_SHORTEST_HANDLE = 6  # that stands for a name when it is found without its spaces
_SIGNS = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


def with_source(text: str, posts: Sequence[str], briefing: Briefing) -> str:
    """``text``, with its author behind it if ``posts`` have only one and it does not name that one."""
    rows = [briefing.posts[post] for post in posts]
    authors = {row["author"] for row in rows}
    if len(authors) != 1 or None in authors:
        return text
    named = term_pattern(*(name for row in rows for name in _names(row, briefing)))
    source = _shown(rows[0])
    if not source or named.search(text) or any(_spelt(row, text) for row in rows):
        return text
    body = text.rstrip(_STOPS)
    end = text[len(body) :]
    return f"{body}（{source}）{end}" if briefing.lang == "zh" else f"{body} ({source}){end}"


def _spelt(row: PostRow, text: str) -> bool:
    """Whether ``text`` has the author's handle as words, or that of whom the post quotes: "Gravel Pit"."""
    run = "".join(char for char in text.casefold() if char.isalnum())
    handles = [_SIGNS.sub("", str(row[name] or "").casefold()) for name in ("author", "quoted_author")]
    return any(len(handle) >= _SHORTEST_HANDLE and handle in run for handle in handles)


def _names(row: PostRow, briefing: Briefing) -> Iterator[str]:
    """What the author of a post may be called."""
    author, name = str(row["author"]), " ".join(str(row["author_name"] or "").split())
    yield author.split("@", maxsplit=1)[0].split(".", maxsplit=1)[0]
    if not name:
        return
    yield name
    yield (short := re.split(r"[,，(（|·]", name)[0].strip())
    parts = [part for part in re.split(r"[^\w’'-]+", short) if part]
    if parts and parts[0].isascii():
        # Of a person a report says the last name or the first; of a board of three words the last.
        ends = parts if len(parts) == 2 else parts[-1:]
        yield from (part for part in ends if len(part) >= _SHORTEST_PART and part[0].isupper())
    elif han := _HAN.match(short):
        # "海峡空域局发布" is 海峡空域局, "何律师看空域" is 何律师.
        yield from (han.group()[:end] for end in range(_SHORTEST_PART, len(han.group())))
    known = name.casefold()
    for spelling, others in briefing.aliases.items():
        spellings = (spelling, *others)
        if any(term_pattern(one).search(known) for one in spellings):
            yield from spellings


def _shown(row: PostRow) -> str:
    author, name = str(row["author"]), " ".join(str(row["author_name"] or "").split())
    if _HANDLE.fullmatch(author) and not str(row["source"]).startswith("rss"):
        return f"@{author}"
    return name if 0 < len(name) <= _LONGEST_NAME and name.isprintable() else ""
