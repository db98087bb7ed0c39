"""What a number counts, by the words behind it: valves of "61,000 faulty V2 valves", 阀门 of 61只阀门."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from dawnchorus.report.check.ground import Claim, Ground, is_chinese, said_numbers
from dawnchorus.report.check.number import Number
from dawnchorus.report.check.rounding import within_rounding
from dawnchorus.report.check.stems import base
from dawnchorus.report.check.units import BARE, units

# "of the 12", up to three words that tell more of it, and a plural. A word that opens another phrase ends it.
_OPENS = (
    "(?:an?|the|and|or|but|nor|so|than|then|to|in|on|at|by|for|from|with|as|after|before|since|until|over|under|up"
    "|down|is|are|was|were|be|been|has|had|have|does|did|will|would|can|may|its?|he|she|they|we|you|that|which|who"
    "|this|these|those|last|next|per|versus|vs|times|others?|yes|less|more|across|towards|always|perhaps|out)"
)
_ENGLISH = re.compile(
    r"\s(?:of\s(?:the\s|its\s|their\s|those\s|these\s|all\s)?)?(?:[\d,.]+\s)?"
    rf"(?:(?!{_OPENS}\s)[A-Za-z][\w'-]*\s){{0,3}}?"
    rf"(?!{_OPENS}(?![\w'-]))(?P<noun>people|[a-z][a-z-]*[a-hj-rtv-z]s)(?![\w'-])"
)

_SHOWN = 12  # characters behind a number that tell what it counts


@lru_cache(maxsize=8192)
def counted(text: str, end: int) -> str:
    """What a number of a folded ``text`` that ends at ``end`` counts, to compare; "" if nothing is said."""
    match = units().things.match(text, end)
    if match:
        return match["noun"] or match["word"]
    match = _ENGLISH.match(text, end)
    return base(match["noun"]) if match else ""


def counts_another(number: Number, claim: Claim, ground: Ground) -> str:
    """The words of the posts that count what ``number`` counts and come to another number; "" if none do.

    A number that the posts leave without a noun may count anything: 61 of "60,000 valves made, 61 recalled".
    """
    noun = counted(claim.open_text, number.end) if number.unit in BARE else ""
    if not noun:
        return ""
    others = ""
    for text in ground.texts:
        if is_chinese(text) != claim.chinese:
            continue
        for known in said_numbers(text):
            same = within_rounding(number, known)
            thing = counted(text, known.end) if known.unit in BARE else known.unit
            if same and (thing == noun or (not thing and not is_year(known))):
                return ""
            if not same and thing == noun:
                others = others or text[known.start : known.end].strip()
    return others


def counts_another_kind(number: Number, claim: Claim, ground: Ground) -> str:
    """The words of the posts in which a number of people is one of things, or the other way round; or "".

    Languages may differ: 900 人 is none of "900 chips". A post that leaves open what it counts bears it out.
    """
    kind = _kind(claim.open_text, number.end) if number.unit in BARE else ""
    if not kind:
        return ""
    others = ""
    for text in ground.texts:
        for known in said_numbers(text):
            if known.unit in BARE and within_rounding(number, known):
                if _kind(text, known.end) in ("", kind):
                    return ""
                others = others or text[known.start : known.end + _SHOWN].strip()
    return others


def _kind(text: str, end: int) -> str:
    """Whether a number that ends at ``end`` is of "people" or of "things"; "" if neither is sure."""
    measures, nouns = _kinds()
    after = text[end : end + 2].lstrip()[:1]
    return measures.get(after) or nouns.get(counted(text, end), "")


@cache
def _kinds() -> tuple[dict[str, str], dict[str, str]]:
    """Chinese measure words and stems of English plurals to "people" and "things"."""
    data = tomllib.loads((files(__package__) / "data" / "counted.toml").read_text("utf-8"))
    measures = {word: kind for kind, words in data.items() for word in words["zh"].split()}
    nouns = {base(word.split()[-1]): kind for kind, words in data.items() for word in words["en"].split(", ")}
    return measures, nouns


def is_year(number: Number) -> bool:
    """Whether it may be a year: four digits without a comma, 1900 to 2099."""
    return number.text.isdecimal() and number.text[:2] in ("19", "20") and len(number.text) == 4
