"""Groups that are told to speak: "several engineers say", 三位分析师, "farmers in Gujarat complain".

Not a rule: voices.py and sources.py ask of a sentence, and of its posts, who is many there. Words are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.ground import Ground
from dawnchorus.report.check.lexicon import counterpart, counterparts, entry
from dawnchorus.report.check.numeral_words import parse_en, parse_zh

_HAN = re.compile(r"[\u3400-\u9fff]")
_END = re.compile(r"[。;；!?！？]|\.\s")
# What a post bids others say, it does not say: "Write that experts agree."
_BIDDEN = re.compile(
    r"(?:^|[.!?;\n]\s*|\bplease\s+)(?:write|say|report|state|claim|announce|tell\s+\w+)\s+that\b[^.!?\n]*",
    re.IGNORECASE,
)
_MOST = 2000  # speakers: what is more counts other things


@dataclass(frozen=True, slots=True)
class Group:
    """Speakers of a text: at least ``fewest`` of them."""

    text: str  # as written
    start: int
    end: int
    fewest: int
    counted: bool  # by a number, not by "several"
    kind: str  # "people", "bodies", "papers"
    speaks: bool  # a verb of speech follows, or they are only named to speak


def groups(text: str) -> list[Group]:
    """Counted and vaguely counted groups of a folded text in Simplified characters, in order."""
    found = [*_chinese(text), *_english(text)]
    return sorted(found, key=lambda group: (group.start, -group.end))


def bare_plural(text: str, ground: Ground) -> str | None:
    """The first plural without article that speaks, and that no post names: "Farmers on site complain"."""
    told = _BIDDEN.sub(" ", ground.lower)
    for match in _bare().finditer(text):
        words, noun = match["mods"].split(), match["noun"]
        named = not noun[0].islower() and match.start("noun") > 0
        if named or _HAN.search(match["all"]) or noun.lower() in told:
            continue
        certain = entry("voices", "certain").pattern
        if not any(certain.fullmatch(word) or word[0].isdigit() for word in words):
            return match["all"]
    return None


def tells_of_many(ground: Ground, *, fewest: int) -> bool:
    """Whether a post speaks of many, or of a group of at least ``fewest``."""
    text = dictionary().simplified(_BIDDEN.sub(" ", ground.text))
    if counterpart("voices", "many").known.first(text):
        return True
    return any(
        group.fewest >= fewest and group.kind != "papers" and (group.speaks or not group.counted)
        for group in groups(text)
    )


def tells_of(ground: Ground, number: int, kind: str) -> bool:
    """Whether a post counts a group of ``number``; mere people are no outlets."""
    for group in groups(dictionary().simplified(ground.text)):
        mere = kind != "people" and re.search(r"people$|人$", group.text) is not None
        if group.fewest == number and not mere:
            return True
    return False


def _chinese(text: str) -> Iterator[Group]:
    quantity, nouns = _chinese_patterns()
    for match in quantity.finditer(text):
        if noun := nouns.match(text, match.end()):
            number = match["number"]
            digits = number and number.isdigit()
            value = _vague(match) if not number else float(number) if digits else parse_zh(number)
            yield from _group(text, match.start(), noun.end(), value, counted=bool(number))


def _english(text: str) -> Iterator[Group]:
    quantity, nouns = _english_patterns()
    for match in quantity.finditer(text):
        if noun := nouns.match(text, match.end()):
            number = (match["number"] or "").replace(",", "").lower()
            value = _vague(match) if not number else float(number) if number.isdigit() else parse_en(number)
            yield from _group(text, match.start(), noun.end(), value, counted=bool(number))


def _group(text: str, start: int, end: int, value: float | None, *, counted: bool) -> Iterator[Group]:
    if value is None or not 2 <= value <= _MOST:
        return
    said = text[start:end]
    kind = next((kind for kind in ("papers", "bodies") if _ends(kind, said)), "people")
    after = _END.split(text[end : end + 90])[0]
    moved = _ending("moved").search(text[:start].rstrip()) is not None
    speaks = _ends("speakers", said) or (not moved and entry("voices", "speak").first(after) is not None)
    yield Group(said, start, end, int(value), counted, kind, speaks)


def _ends(name: str, said: str) -> bool:
    return _ending(name).search(said) is not None


@cache
def _ending(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{entry('voices', name).pattern.pattern})$", re.IGNORECASE)


def _vague(match: re.Match[str]) -> int:
    """How many at least: the groups of a quantity's pattern are named for it."""
    return next(
        int(name[5:]) for name, word in match.groupdict().items() if word and name.startswith("vague")
    )


def _vaguely() -> str:
    """Wording of how many, as groups "vague3", "vague10"; the largest first: 数十 before 数."""
    kinds = sorted(counterparts("voices", "vague").items(), key=lambda kind: -int(kind[0]))
    return "|".join(f"(?P<vague{fewest}>{words.said.pattern.pattern})" for fewest, words in kinds)


def _nouns() -> str:
    return "|".join(entry("voices", name).pattern.pattern for name in ("people", "bodies", "papers"))


@cache
def _chinese_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A quantity with its measure word, and what may stand up to the noun with the noun."""
    digits = r"(?<!\d)(?<!\d[.,])(?<!第)\d{1,4}(?![\d.,:%]\d)"
    han = "(?<![第周期拜一二两三四五六七八九十百千])[二两三四五六七八九十百]+"
    measured = rf"(?P<number>{digits}|{han})\s?[多余]?(?=[位名家个支所条款份项只组拨群人大主])"
    quantity = rf"(?:{_vaguely()}|{measured})[位名家个支所条份项组拨]?"
    gap = r"[^,，.。;；:：、\d的]"
    return re.compile(quantity), re.compile(rf"{gap}{{0,8}}?(?:{_nouns()})", re.IGNORECASE)


@cache
def _english_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|twenty|thirty"
    number = rf"(?P<number>{words}|\d{{1,3}}(?:,\d{{3}})?)"
    quantity = re.compile(rf"(?<![\w.,$€£-])(?:{_vaguely()}|{number})(?![\w%.-])", re.IGNORECASE)
    between = rf"(?: of)?(?: the)?(?: (?!{_of('link')} )[\w'-]+){{0,4}}? "
    return quantity, re.compile(rf"{between}(?:{_nouns()})", re.IGNORECASE)


@cache
def _bare() -> re.Pattern[str]:
    """A plural that opens a clause, and its verb: "Engineers in Leeds, who left, now widely say"."""
    noun = "|".join(entry("voices", name).pattern.pattern for name in ("people", "bodies"))
    opens = r"^|[,;:] |(?<= but )|(?<= while )|(?<= whereas )|(?<= and )|(?<= as )|(?<= that )"
    place = rf"(?: {_of('place')} [^,.;:\"]{{1,60}}?)?(?:,[^,.;]{{1,60}},)?(?: {_of('adverb')})*"
    words = rf"(?P<mods>(?:[\w'-]+ ){{0,3}}?)(?P<noun>{noun}){place} {_of('speak')}"
    return re.compile(rf"(?:{opens})(?P<all>{words})", re.IGNORECASE)


def _of(name: str) -> str:
    return f"(?:{entry('voices', name).pattern.pattern})"
