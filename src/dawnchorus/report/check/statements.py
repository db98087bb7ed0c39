"""The stretches of a sentence that each tell of one author of its posts, and that author's posts.

"A says this, while B finds that" is two statements. A stretch that names no author belongs to the one
before it, unless it brings in somebody else ("but the developer", "neither"); at the beginning to the one
after it, if that only signs it: "It failed, says A".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.fold import fold, squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import entry
from dawnchorus.report.check.names import plain_words
from dawnchorus.report.check.number import Span

_BREAK = re.compile(
    r"[,;:。](?!\d)|(?=而(?!且|是|非)[^,]{2})|(?<![A-Za-z])(?:while|whereas|but|and|although|though)(?![A-Za-z])"
)
_MOST_PARTS = 3  # words of a person's name
_SIGNATURE = 12  # characters beside the name of a stretch that only says who says so
_SHORTEST_PART = 3  # letters of a first name or surname that may stand for the whole


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence tells of one author: where, and whose posts bear it out."""

    spans: tuple[Span, ...]
    name: str  # as written
    place: Span  # of the name
    own: tuple[Evidence, ...]
    others: tuple[Evidence, ...]


def statements(claim: Claim, ground: Ground, aliases: Aliases) -> list[Statement]:
    """Statements of the claim, in order; none with fewer than two authors cited, or two in a stretch."""
    by_author = _by_author(ground)
    if len(by_author) < 2:
        return []
    places = _places(claim.open_text, by_author, aliases)
    if any(claim.open_text.startswith("所", end) for _, end in places):
        return []  # "远不到 OpenClerk 所说的 3.2 小时" tells of both
    found: list[tuple[str, Span, list[Span]]] = []
    waiting: list[Span] = []
    elsewhere = False  # what follows is told of somebody who is no author
    ends = re.compile(r"[;。.!?]?\s*(?:$|[;。])|[;。]")
    says = entry("speech", "speech")
    others_turn = entry("speech", "others_turn").pattern
    for start, end in _stretches(claim.open_text):
        inside = {who: place for place, who in places.items() if start <= place[0] < end}
        if len(inside) > 1:
            return []
        if inside:
            ((who, place),) = inside.items()
            if found and found[-1][0] == who:
                found[-1][2].append((start, end))
            else:
                beside = claim.open_text[start : place[0]] + claim.open_text[place[1] : end]
                signs = len(beside) <= _SIGNATURE and says.first(beside) and ends.match(claim.open_text, end)
                found.append((who, place, [*(waiting if signs else ()), (start, end)]))
            waiting, elsewhere = [], False
        elif not found:
            waiting.append((start, end))
        elif not elsewhere:
            elsewhere = others_turn.match(claim.open_text[start:end]) is not None
            if not elsewhere:
                found[-1][2].append((start, end))
    told = []
    for who, place, spans in found:
        own = by_author[who]
        others = tuple(item for item in ground.items if item not in own)
        told.append(Statement(tuple(spans), claim.open_text[slice(*place)], place, own, others))
    return told


def _by_author(ground: Ground) -> dict[str, tuple[Evidence, ...]]:
    found: dict[str, tuple[Evidence, ...]] = {}
    for item in ground.items:
        if who := item.author or item.author_name:
            found[who] = (*found.get(who, ()), item)
    return found


def _places(text: str, by_author: dict[str, tuple[Evidence, ...]], aliases: Aliases) -> dict[Span, str]:
    """Where the sentence names an author, by handle, name, part of the name or alias."""
    found: dict[Span, str] = {}
    forms: dict[str, set[str]] = {}
    for who, items in by_author.items():
        for form in author_forms(items[0], aliases):
            forms.setdefault(form, set()).add(who)
    for form, authors in sorted(forms.items(), key=lambda item: (-len(item[0]), item[0])):
        if len(authors) > 1:
            continue
        for first, last in whole(form, text):
            if not any(start < last and first < end for start, end in found):
                found[first, last] = next(iter(authors))
    return found


def whole(form: str, text: str) -> Iterator[Span]:
    """Where a name stands in a text, letters large or small, and not inside a longer word."""
    # No pattern: names differ from sentence to sentence, and to compile one takes longer than to look.
    hay, name = (one.replace("İ", "i").lower() for one in (text, form))  # lengths stay
    start = hay.find(name)
    while start >= 0:
        end = start + len(name)
        inside = (name[0].isascii() and _goes_on(hay[start - 1 : start])) or (
            name[-1].isascii() and _goes_on(hay[end : end + 1])
        )
        if not inside:
            yield start, end
        start = hay.find(name, start + 1 if inside else end)


def _goes_on(beside: str) -> bool:
    return beside.isascii() and beside.isalnum()


def author_forms(item: Evidence, aliases: Aliases) -> Iterator[str]:
    """How a sentence may name the author of a post: handle, name, part of a person's name, alias."""
    for name in (fold(item.author or ""), fold(item.author_name or "")):
        if not name:
            continue
        yield name
        keys = aliases.same(name)
        yield from (
            key for key in keys if key and key != squash(name) and (not key.isascii() or len(key) > 3)
        )
        titles = entry("speech", "titles").pattern
        parts = [part for part in re.split(r"[\s(),.]+", name) if part and not titles.fullmatch(part)]
        yield from ([" ".join(parts)] if len(parts) > 1 else ())
        # Of people only: "The Tidewater" and "Bilbao City Council" share words with what they tell of.
        if 1 < len(parts) <= _MOST_PARTS and all(part.casefold() not in plain_words() for part in parts):
            yield from (part for part in parts if len(part) >= _SHORTEST_PART and part[0].isupper())


def _stretches(text: str) -> Iterator[Span]:
    start = 0
    for match in _BREAK.finditer(text):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)
