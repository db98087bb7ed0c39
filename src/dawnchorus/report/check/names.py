"""Rule: every name of a sentence stands in the cited posts, under that name or one of its aliases.

Names are Latin words with capitals, handles, products and versions, cashtags, and Chinese names of
the alias table. Can't tell: Chinese names it has not heard of, a name put in another's place.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Span

_LATIN_NAME = re.compile(
    r"@[A-Za-z0-9_.-]*[A-Za-z0-9_]|\$[A-Z]{1,6}(?![A-Za-z])|#\w+"
    r"|(?<![A-Za-zÀ-ɏ0-9@$#])[A-Za-zÀ-ɏ0-9]*[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9]*(?:[.&'-][A-Za-zÀ-ɏ0-9]+)*\+*"
)
_NUMERIC = re.compile(
    r"\d[\d,.]*(?:[KkMBbTxX]|GW|MW|kW|GB|TB|MB|bn|mn|nm|km|kg|mm|ms|am|pm|th|st|nd|rd|s|h)?(?:-[a-z]+)?$"
)
_ENDING = re.compile(r"(?:'s|s'|')$")


@cache
def _plain_words() -> frozenset[str]:
    """Words that are no names even with a capital: openers, titles, months, weekdays, generic terms."""
    text = (files(__package__) / "data" / "plain_words.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def check_names(claim: Claim, ground: Ground, aliases: Aliases) -> list[Finding]:
    """Objections to the names outside verified quotes."""
    found: list[Finding] = []
    for name, level in _unknown(claim, ground, aliases):
        if all(name != finding.words for finding in found):
            found.append(
                Finding(
                    rule="name",
                    words=name,
                    detail=f"name {name} does not stand in the cited posts",
                    level=level,
                )
            )
    return found


def _unknown(claim: Claim, ground: Ground, aliases: Aliases) -> list[tuple[str, Level]]:
    text = claim.open_text
    unknown: list[tuple[str, Level]] = []
    taken: list[Span] = []
    for match in aliases.pattern.finditer(text):
        name = match.group()
        if name == "Chinese" and ground.chinese:
            taken.append(match.span())  # whoever writes Chinese
            continue
        if name.islower() or _lower_word(name, claim, match.start()):
            continue
        taken.append(match.span())
        if not known_name(name, ground, aliases):
            unknown.append((name, _alias_level(name, claim)))
    for match in _LATIN_NAME.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        level = _latin_level(match.group(), match.start(), claim, ground)
        if level:
            unknown.append((match.group(), level))
    return unknown


def _alias_level(name: str, claim: Claim) -> Level:
    return "escalated" if name.casefold() in _plain_words() or squash(name) in _plain_words() else "rejected"


def _lower_word(name: str, claim: Claim, start: int) -> bool:
    """An ordinary word that happens to be a name's first letter up: "Science" or "Figure" at the start."""
    return name.casefold() in {
        "science",
        "nature",
        "figure",
        "scale",
        "slack",
        "zoom",
        "cruise",
        "shell",
        "visa",
        "treasury",
        "windows",
        "ford",
        "cook",
        "gates",
        "page",
        "ether",
        "arm",
        "mercedes",
        "apple",
        "meta",
        "signal",
        "x",
    } and (start == 0 or name == "X")


def known_name(name: str, ground: Ground, aliases: Aliases) -> bool:
    """Whether the posts hold ``name`` or an alias of it, however spaced or hyphenated."""
    return any(_in_posts(form, ground) for form in aliases.same(name) if form)


def _latin_level(written: str, start: int, claim: Claim, ground: Ground) -> Level | None:  # noqa: PLR0911
    """How surely a Latin word is a name that the posts lack; None if it is no name or they hold it."""
    name = _ENDING.sub("", written)
    key = squash(name)
    if not key or _NUMERIC.fullmatch(name) or key in _plain_words():
        return None
    if _in_posts(key, ground):
        return None
    if written[0] in "@$#":
        return "rejected"
    inner = any(char.isupper() for char in name[1:]) or any(char.isdigit() for char in name)
    if claim.chinese:
        if inner or name[0].isupper():
            return "escalated" if len(name) == 1 or (name.isupper() and len(name) <= 3) else "rejected"
        return "escalated" if len(name) > 2 else None
    if inner:
        parts = [part for part in re.split(r"[-&.']", name) if part]
        if len(parts) > 1 and all(
            _in_posts(squash(part), ground) or part.islower() or squash(part) in _plain_words()
            for part in parts
        ):
            return None
        return "rejected"
    if not name[0].isupper():
        return None
    return "escalated" if _opens(claim.open_text, start) else "rejected"


def _in_posts(key: str, ground: Ground) -> bool:
    if len(key) <= 3 and key.isascii():
        # Short Latin names must be words of their own: "US" is not in "just".
        return re.search(rf"(?<![a-z0-9]){re.escape(key)}(?![a-z])", ground.spaced) is not None
    return key in ground.squashed or (key.endswith("s") and key[:-1] in ground.squashed)


def _opens(text: str, start: int) -> bool:
    """Whether a word begins a sentence or a quotation, where a capital says nothing."""
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?:\"'(-|*"
