"""Rules: who is told as many is many.

"Experts", 纷纷, "farmers say" need three cited authors or posts that say so; a number of voices ("five
employees told", 四位学者) must stand in the posts or not exceed those cited. Can't tell whether the authors
agree with each other, nor whether a post's five are the sentence's five.
"""

from __future__ import annotations

import re
from functools import cache

from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterpart, entry
from dawnchorus.report.check.number import Number

FEWEST_VOICES = 3

# A plural noun, perhaps with a place, and the plural form of a verb: "Farmers in Gujarat now widely say".
_SPEAK = (
    "say|agree|complain|report|believe|doubt|dismiss|warn|expect|think|argue|note|fear|want|worry|call|question|object"
    "|praise|criticise|criticize|describe|claim|insist|predict|welcome|oppose|support|back|consider|urge|suspect|see"
    "|blame|stress|point out|hope|demand|recall|recommend|confirm|admit|deny|wonder|see|ask"
    "|are (?:\\w+ly )?(?:calling"
    "|convinced|saying|complaining|asking|worried|divided|sceptical|skeptical|excited|happy|unhappy|angry"
    "|growing tired)"
)
_MANY_SPEAK = re.compile(
    r"(?<![a-z-])(?P<who>[A-Za-z][a-z]+(?:[^s\W]s|people|men|women|staff|police))"
    r"(?:(?: (?:in|at|of|around|from|near|across|on|with|inside|outside) [^,.;:\"]{1,40}?)?"
    r"(?:,[^,.;]{1,40},)?(?: (?:now|all|also|both|\w+ly|still|already|have|had))* "
    rf"(?:{_SPEAK})(?![a-z]))"
)


def check_voices(claim: Claim, ground: Ground) -> list[Finding]:
    """专家, 纷纷, "many users", "farmers say" need three cited authors, or posts that say so themselves."""
    if len(ground.authors) >= FEWEST_VOICES:
        return []
    words = counterpart("voices", "voices")
    word = words.said.first(claim.open_text) or _many_speak(claim, ground)
    if not word or words.known.first(ground.text):
        return []
    voices = len(ground.authors)
    detail = f"{word}: only {voices} author{'s' * (voices != 1)} cited, {FEWEST_VOICES} needed"
    return [Finding(rule="voices", words=word, detail=detail)]


def _many_speak(claim: Claim, ground: Ground) -> str | None:
    for match in _MANY_SPEAK.finditer(claim.open_text):
        # A capital inside a sentence makes a name: "the Tigers say".
        opens = match.start() == 0 or match["who"][0].islower()
        person = entry("voices", "persons").pattern.fullmatch(match["who"])
        if opens and person and match["who"].casefold() not in ground.lower:
            return match.group()
    return None


def check_sources(claim: Claim, ground: Ground) -> list[Finding]:
    """A number of people or outlets that speak, beyond the authors cited and told by no post."""
    cited = max(len(ground.authors), len(ground.items))
    for number in claim.numbers:
        if (
            number.low != number.high
            or number.low <= cited
            or number.low > _MOST
            or number.unit not in ("", "count")
        ):
            continue
        if not _of_voices(claim.open_text, number) or any(
            known.low <= number.low <= known.high for known in ground.numbers
        ):
            continue
        detail = f"{number.text}: only {cited} cited, and no cited post speaks of {number.text}"
        return [Finding(rule="sources", words=number.text, detail=detail)]
    return []


_MOST = 200
_MEASURE = re.compile(r"\s?(?:多|余)?[位名家个支]?")


@cache
def _persons() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What follows the number of voices: a noun of those that speak, soon a verb of speech."""
    who = entry("voices", "persons").pattern.pattern
    speech = entry("speech", "speech").pattern.pattern
    noun = re.compile(rf"(?:[^,，.。;；\d]{{0,24}}?)(?:{who})", re.IGNORECASE)
    verb = re.compile(
        rf"[^。.;；]{{0,60}}?(?:{speech}|都|回忆|反对|同意|支持|晒|谈|记得|提醒|{_SPEAK})", re.IGNORECASE
    )
    return noun, verb


def _of_voices(text: str, number: Number) -> bool:
    noun, verb = _persons()
    rest = text[number.end :]
    measure = _MEASURE.match(rest)
    found = noun.match(rest, measure.end() if measure else 0)
    return found is not None and verb.match(rest, found.end()) is not None
