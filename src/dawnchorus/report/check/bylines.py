"""Where a sentence names the author of the words it quotes, taken literally: names may be any text.

"Jane Doe wrote: “…”", "a|b: “…”", "“…” — @ines". Done before any pattern looks at the sentence, since a
feed's byline may hold spaces, quote marks, colons or markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.fold import fold, squash
from dawnchorus.report.check.number import Span

_SAYS = r"(?:说|称|表示|写道|指出|认为|坦言|wrote|writes|said|says|tweeted|posted)?\s?(?:道)?\s?[:,，]?\s?"
_BETWEEN = re.compile(_SAYS)  # between a name and the words it speaks, folded
_OPENING = re.compile(rf'\s?{_SAYS}"')
_WROTE = re.compile(r"^\s*(.{1,80}?)\s?(?:写道|wrote|writes|tweeted|posted)\s?[:,]")
_SIGNED = re.compile(r"\s?(?:-{1,2}|\()?\s?")  # between the words and a name that signs them


def names_of(item: Evidence) -> tuple[str, ...]:
    """Folded names that the author of a post goes by, longest first."""
    found = {fold(name) for name in (item.author, item.author_name) if name}
    return tuple(sorted((name for name in found if name), key=lambda name: (-len(name), name)))


def byline(text: str, words: str, names: Iterable[str]) -> tuple[Span, Span] | None:
    """Where the folded ``text`` holds one of ``names`` and the quoted ``words`` it lets speak.

    The name stands right before the words, at most a verb of speech and a colon between, or right
    behind them. A name that holds the words itself is told from them.
    """
    for name in names:
        for start, end in _places(text, name):
            for quoted in _occurrences(text, words):
                if end < quoted[0] and _between(text, end, quoted[0]):
                    return (start, end), quoted
                if quoted[1] < start and _behind(text, quoted[1], start):
                    return (start, end), quoted
    return None


def speaking(text: str, names: Iterable[str]) -> dict[Span, int]:
    """Where one of ``names`` lets a quotation mark speak: its span, and the place of the mark."""
    found: dict[Span, int] = {}
    for name in names:
        for span in _places(text, name):
            match = _OPENING.match(text, span[1])
            if match:
                found[span] = match.end() - 1
    return found


def gives_to_another(framing: str, items: Iterable[Evidence]) -> str | None:
    """Whom the folded words around a quotation let write it, if they name nobody of the cited posts."""
    match = _WROTE.search(framing)
    if match is None or not (who := match[1].strip(" ,.:-@")):
        return None
    key = squash(who)
    known = [
        squash(name)
        for item in items
        for name in (item.author, item.author_name, item.quoted_author, *item.source.split(":"))
        if name
    ]
    if not known or any(name and (name in key or (key and key in name)) for name in known):
        return None
    return who


def _places(text: str, name: str) -> Iterator[Span]:
    """Occurrences of ``name`` that are no part of a longer word, an "@" before it included."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        first = start - text.startswith("@", start - 1) if start else start
        if not (_joins(text, first - 1, first) or _joins(text, end - 1, end)):
            yield first, end
        start = text.find(name, start + 1)


def _joins(text: str, left: int, right: int) -> bool:
    """Whether two neighbours are letters of one word; Han characters always end one."""
    if left < 0 or right >= len(text):
        return False
    return all(text[at].isalnum() and text[at] < "\u2e80" for at in (left, right))


def _occurrences(text: str, words: str) -> Iterator[Span]:
    """Where ``text`` holds ``words``, white space and kinds of quote mark aside."""
    places = [index for index, char in enumerate(text) if not char.isspace()]
    hay = "".join(text[index] for index in places).replace('"', "'")
    needle = "".join(fold(words).split()).replace('"', "'")
    at = hay.find(needle) if needle else -1
    while at >= 0:
        yield places[at], places[at + len(needle) - 1] + 1
        at = hay.find(needle, at + 1)


def _between(text: str, end: int, start: int) -> bool:
    gap = text[end:start].strip()
    return gap[-1:] == '"' and _BETWEEN.fullmatch(gap[:-1].strip()) is not None


def _behind(text: str, end: int, start: int) -> bool:
    gap = text[end:start].strip()
    return gap[:1] == '"' and len(gap) > 1 and _SIGNED.fullmatch(gap[1:].strip()) is not None
