"""Rule: every name of a sentence stands in the cited posts, under that name, an alias or as it sounds.

Names are Latin words with capitals, handles, products and versions, cashtags, and Chinese names of
the alias table and of the dictionary. Can't tell: Chinese names it has not heard of (``speakers.py`` asks
for those that are let speak), a name put in another's place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Span
from dawnchorus.report.check.proper import known_proper, proper_names
from dawnchorus.report.check.sounds import means, spells, transcribes
from dawnchorus.report.check.stems import stem

_LATIN_NAME = re.compile(
    r"@[A-Za-z0-9_.-]*[A-Za-z0-9_]|\$[A-Z]{1,6}(?![A-Za-z])|#\w+"
    r"|(?<![A-Za-zÀ-ɏ0-9@$#])[A-Za-zÀ-ɏ0-9]*[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9]*(?:[.&'_-][A-Za-zÀ-ɏ0-9]+)*\+*"
)
_NUMERIC = re.compile(
    r"\d[\d,.]*(?:[KkMBbTxX]|GW|MW|kW|GB|TB|MB|bn|mn|nm|km|kg|mm|ms|am|pm|th|st|nd|rd|s|h)?(?:-[a-z]+)?$"
)
_MONEY = ("$", "€", "£", "¥")  # "HK" of "HK$"
_UNIT = re.compile(r"\d\s?(?:[kMGT]?Wh?|[kMGT]?Hz|[kMGT]?Pa|dB|mAh|eV)$")
_SYLLABLE = 4  # letters: shorter ones may be a single syllable, and those stand everywhere
_ENDING = re.compile(r"(?:'s|s'|')$")


@cache
def plain_words() -> frozenset[str]:
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
        if name.islower() or _lower_word(name, claim, match.start()) or text[match.end() :][:1] in _MONEY:
            continue
        taken.append(match.span())
        if not known_name(name, ground, aliases) and not _heard_alias(name, ground):
            unknown.append((name, _alias_level(name, claim)))
    numbers = [(number.start, number.end) for number in claim.numbers]
    latin = [match for match in _LATIN_NAME.finditer(text) if not _inside(match.start(), taken)]
    for place, match in enumerate(latin):
        # Units belong to numbers, "HK" of "HK$" and "Wh" of "280 Wh/kg" too.
        if (
            _inside(match.start(), numbers)
            or _UNIT.search(text, 0, match.end())
            or text[match.end() :][:1] in _MONEY
        ):
            continue
        level = _latin_level(match.group(), match.start(), claim, ground)
        if level and not heard(place, latin, ground):
            level = _opener_level(place, latin, level, claim, ground)
            if level:
                unknown.append((match.group(), level))
    for name in proper_names(text, taken):
        if not known_proper(name, ground):
            unknown.append((name, "rejected"))
    return unknown


def _inside(place: int, spans: Sequence[Span]) -> bool:
    return any(start <= place < end for start, end in spans)


def heard(place: int, names: Sequence[re.Match[str]], ground: Ground) -> bool:
    """Whether Chinese posts hold the Latin name at ``place``: by its sound or by its meaning."""
    if not ground.chinese:
        return False
    told = "\n".join((*ground.texts, *ground.speakers))
    name = _ENDING.sub("", names[place].group())
    if transcribes(name, told) or (spells([name], told) and len(name) > _SYLLABLE):
        return True
    if all(means(part, told) for part in re.split(r"[-.&_0-9]", name) if part):
        return True
    row = [at for at in (place - 1, place, place + 1) if 0 <= at < len(names)]
    pairs = [(first, second) for first, second in pairwise(row) if _adjoin(names[first], names[second])]
    return any(spells([names[first].group(), names[second].group()], told) for first, second in pairs)


def _adjoin(first: re.Match[str], second: re.Match[str]) -> bool:
    return second.start() - first.end() == 1 and second.group()[0].isupper() and first.group()[0].isupper()


def _opener_level(
    place: int, names: Sequence[re.Match[str]], level: Level, claim: Claim, ground: Ground
) -> Level | None:
    """A word that opens a sentence is no name if the dictionary knows it, unless another name follows."""
    match = names[place]
    if claim.chinese or not _opens(claim.open_text, match.start()):
        return level
    if _lower_word(match.group(), claim, match.start()):
        return "escalated"
    following = names[place + 1] if place + 1 < len(names) else None
    ordinary = stem(match.group().casefold()) in dictionary().numbers
    if following is not None and _adjoin(match, following):
        known = _latin_level(following.group(), following.start(), claim, ground) is None
        return None if known and ordinary else "escalated" if known else "rejected"
    return None if ordinary else "rejected"


def _heard_alias(name: str, ground: Ground) -> bool:
    """Whether the posts hold a name of the alias table in another way: 沪 for Shanghai."""
    if not name.isascii():
        return known_proper(name, ground)
    told = "\n".join(ground.texts)
    return ground.chinese and all(means(part, told) for part in name.split())


def _alias_level(name: str, claim: Claim) -> Level:
    return "escalated" if name.casefold() in plain_words() or squash(name) in plain_words() else "rejected"


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
    if not key or _NUMERIC.fullmatch(name) or key in plain_words():
        return None
    if _in_posts(key, ground):
        return None
    if written[0] in "@$#" or "_" in written:
        return "rejected"
    inner = any(char.isupper() for char in name[1:]) or any(char.isdigit() for char in name)
    if claim.chinese:
        if inner or name[0].isupper():
            return "escalated" if len(name) == 1 or (name.isupper() and len(name) <= 3) else "rejected"
        return "escalated" if len(name) > 2 else None
    if inner:
        parts = [part for part in re.split(r"[-&.']", name) if part]
        if len(parts) > 1 and all(
            _in_posts(squash(part), ground) or part.islower() or squash(part) in plain_words()
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
        return re.search(rf"(?<![a-z0-9]){re.escape(key)}s?(?![a-z])", ground.spaced) is not None
    return key in ground.squashed or (key.endswith("s") and key[:-1] in ground.squashed)


def _opens(text: str, start: int) -> bool:
    """Whether a word begins a sentence or a quotation, where a capital says nothing."""
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?:\"'(-|*"
