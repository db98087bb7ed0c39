"""Verdicts as people read them on a terminal: the sentence, what is wrong with it, where to look."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import click

Row = dict[str, Any]
Paint = Callable[..., str]
"""``click.style``, or what leaves a text as it is."""

_COLOURS = {"supported": "green", "escalated": "yellow", "rejected": "red", "uncited": "magenta"}
_INDENT = " " * 11
_MOST_REASONS = 3  # of a post that is only proposed
_EXCERPT = 110  # characters of a proposed post


def paint() -> Paint:
    """Colours on a terminal that takes them; none in pipes, nor where NO_COLOR is set (no-color.org)."""
    dull = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty()
    return _plain if dull else click.style


def told(row: Row, *, paint: Paint) -> str:
    """A sentence with its verdict and reasons, and the posts that were proposed for it."""
    state = _state(row)
    where = f"{row['line']}: " if row.get("line") else ""
    sentence = _marked(_printable(str(row.get("text", row.get("id")))), _words(row), paint)
    lines = [f"{paint(f'{state:10}', fg=_COLOURS[state], bold=True)} {paint(where, dim=True)}{sentence}"]
    lines += [_INDENT + line for line in _below(row, paint)]
    return "\n".join(lines) + "\n\n"


def summary(rows: Sequence[Row], what: str) -> Iterator[str]:
    """How many there are of each verdict, and how often each rule objected."""
    from dawnchorus.pipeline.telling import counted  # noqa: PLC0415

    states = Counter(map(_state, rows))
    named = [name for name in _COLOURS if name != "uncited" or states[name]]
    yield f"{counted(len(rows), what)}: {', '.join(f'{states[name]} {name}' for name in named)}"
    rules = Counter(rule for row in rows for rule in {reason["rule"] for reason in row["reasons"]})
    rules.pop("uncited", None)
    if rules:
        order = sorted(rules.items(), key=lambda pair: (-pair[1], pair[0]))
        yield f"by rule: {', '.join(f'{rule} {count}' for rule, count in order)}"
    found = Counter(row["found"] for row in rows if row.get("found"))
    if found:
        parts = [f"{found[name]} {words}" for name, words in _FOUND.items() if found[name]]
        yield f"uncited: {', '.join(parts)}"


_FOUND = {
    "supported": "with a post that would support it",
    "together": "with posts that would together",
    "unsure": "that a rule can't tell",
    "otherwise": "where the nearest post says otherwise",
    "nothing": "that no post speaks of",
}


def _state(row: Row) -> str:
    return "uncited" if row.get("uncited") else str(row["verdict"])


def _words(row: Row) -> list[str]:
    """The words of the sentence that something is wrong with."""
    reasons = list(row["reasons"])
    if row.get("found") in ("otherwise", "unsure"):
        reasons += _nearest(row)["reasons"]
    return [str(reason["words"]) for reason in reasons if reason["words"]]


def _below(row: Row, paint: Paint) -> Iterator[str]:
    yield from dict.fromkeys(_printable(reason["detail"]) for reason in row["reasons"])
    if row["reasons"] and row["verdict"] != "supported":
        cited = zip(row.get("numbers", ()), row.get("urls", ()), row.get("citations", ()), strict=False)
        for number, url, post in cited:
            yield paint(f"[{number}] {_printable(url or post)}", dim=True)
    if row.get("instead"):
        yield paint("another post would support it", fg="green")
        yield from _post(row["instead"][0], paint)
    if row.get("uncited"):
        yield from _proposal(row, paint)


def _proposal(row: Row, paint: Paint) -> Iterator[str]:
    by_id = {one["id"]: one for one in row["candidates"]}
    if row["found"] == "nothing":
        yield paint("no post speaks of it", fg="red")
    elif row["found"] == "together":
        yield paint("would be supported, clause by clause, by", fg="green")
        for post in row["together"]:
            yield from _post(by_id[post], paint)
    elif row["found"] == "supported":
        for number, one in enumerate(one for one in row["candidates"] if one["verdict"] == "supported"):
            yield paint("would be supported by" if number == 0 else "or by", fg="green")
            yield from _post(one, paint)
    else:
        near = _nearest(row)
        said = "; ".join(_printable(reason["detail"]) for reason in near["reasons"][:_MOST_REASONS])
        said = said or f"it speaks of {near['score']:.0%} of the sentence"
        rejected = near["verdict"] == "rejected"
        what = (
            "nearest post says otherwise" if rejected else "nearest post may bear it out, a rule can't tell"
        )
        yield f"{paint(what, fg='red' if rejected else 'yellow')}: {said}"
        yield from _post(near, paint)


def _post(candidate: Row, paint: Paint) -> Iterator[str]:
    text = " ".join(_printable(candidate["text"]).split())
    cut = text if len(text) <= _EXCERPT else text[:_EXCERPT].rstrip() + "…"
    author = f"@{_printable(candidate['author'])}: " if candidate["author"] else ""
    yield f"  {_printable(candidate['url'] or candidate['id'])}"
    yield paint(f"  {author}{cut}", dim=True)


def _nearest(row: Row) -> Row:
    return max(row["candidates"], key=lambda one: float(one["score"]))


def _marked(text: str, words: Iterable[str], paint: Paint) -> str:
    """``text`` with ``words`` standing out wherever they stand, however they are spaced."""
    marked = bytearray(len(text))
    folded, places = _squeezed(text)
    for word in words:
        wanted, _ = _squeezed(word)
        at = folded.find(wanted) if wanted else -1
        while at >= 0:
            first, last = places[at], places[at + len(wanted) - 1]
            marked[first : last + 1] = b"\1" * (last + 1 - first)
            at = folded.find(wanted, at + 1)
    pieces, start = [], 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marked[end] != marked[start]:
            piece = text[start:end]
            pieces.append(paint(piece, fg="red", bold=True, underline=True) if marked[start] else piece)
            start = end
    return "".join(pieces)


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Folded characters without white space, and where each stands in ``text``: reasons tell folded words."""
    from dawnchorus.report.check.fold import fold  # noqa: PLC0415

    pairs = [
        (one, place) for place, char in enumerate(text) for one in fold(char).casefold() if not one.isspace()
    ]
    return "".join(one for one, _ in pairs), [place for _, place in pairs]


def _printable(text: str) -> str:
    """``text`` without characters that a terminal would obey: reports and posts are anybody's."""
    return "".join(char if char.isprintable() else " " for char in text)


def _plain(text: str, **_: object) -> str:
    return text
