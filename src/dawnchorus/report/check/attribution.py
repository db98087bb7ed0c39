"""Rule: whoever a sentence lets speak is an author of the cited posts, or is quoted in them."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import entry
from dawnchorus.report.check.names import plain_words
from dawnchorus.report.check.number import Span

_NAME = r"@?[A-Z][\w.&'-]*(?:\s[A-Z][\w.&'-]*){0,3}|@[\w.-]+"


@cache
def _verbs() -> re.Pattern[str]:
    data = tomllib.loads((files(__package__) / "data" / "speech.toml").read_text("utf-8"))
    english = [re.escape(word).replace(r"\*", "[a-z]*") for word in data["en"]]
    return re.compile("|".join([*data["zh"], rf"(?<![a-z])(?:{'|'.join(english)})(?![a-z])"]), re.IGNORECASE)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    verb = f"{entry('speech', 'speech').pattern.pattern}|{_verbs().pattern}"
    follows = re.compile(
        rf"\s?(?:(?:在|于|则|也|还|又|近日|今天|昨天|周[一二三四五六日]|联合|公开|也都|都|均|曾|此前|also|has|had|recently|publicly|later|then)[^，。,.;:\"]{{0,10}})?\s?(?:{verb})",
        re.IGNORECASE,
    )
    before = re.compile(
        r"(?:according to|as told by|as reported by|据|引述|援引"
        r"|[,\"]\s?(?:says|said|writes|wrote|notes|adds|argues))\s?$",
        re.IGNORECASE,
    )
    return follows, before


def lets_speak(text: str, span: Span) -> bool:
    """Whether the folded ``text`` has a verb of speech for the name at ``span``."""
    follows, before = _patterns()
    return (
        follows.match(text, span[1]) is not None
        or before.search(text[max(0, span[0] - 16) : span[0]]) is not None
    )


def check_attribution(claim: Claim, ground: Ground, aliases: Aliases) -> list[Finding]:
    """Objections to speakers that the cited posts do not let speak."""
    text = claim.open_text
    found: list[Finding] = []
    places = {(match.start(), match.end()) for match in aliases.pattern.finditer(text)}
    places |= {match.span() for match in re.finditer(_NAME, text)}
    authors = [span for name in ground.speakers for span in _occurrences(text, name)]
    for start, end in sorted(places):
        name = text[start:end].rstrip(".")
        if name.casefold() in plain_words() or not lets_speak(text, (start, end)):
            continue
        if any(start <= first < end or first <= start < last for first, last in authors):
            continue
        if _speaks(name, ground, aliases):
            continue
        forms = aliases.same(name.lstrip("@"))
        if any(form in ground.squashed for form in forms) and all(name != item.words for item in found):
            told = _tells(text, end)
            found.append(
                Finding(
                    rule="attribution",
                    words=name,
                    detail=f"{name} is named in the cited posts, but not as the one who speaks",
                    level="escalated",
                    signal="attribution.announced" if told else "attribution.speaker",
                )
            )
    return found


def _tells(text: str, end: int) -> bool:
    """Whether the verb is of those that tell a company's deed as its word: 宣布, announced."""
    verb = entry("speech", "announcing").pattern.pattern
    return re.match(rf"\s?[^，。,;]{{0,8}}?(?:{verb})", text[end:], re.IGNORECASE) is not None


def _occurrences(text: str, name: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = text.find(name) if len(name) > 1 else -1
    while at >= 0:
        found.append((at, at + len(name)))
        at = text.find(name, at + len(name))
    return found


def _speaks(name: str, ground: Ground, aliases: Aliases) -> bool:
    forms = [form for form in aliases.same(name.lstrip("@")) if form]
    for item in ground.items:
        for who in (item.author, item.author_name, item.quoted_author, item.source):
            known = squash(who or "")
            if known and any(
                form == known or (len(form) > 2 and form in known) or (len(known) > 3 and known in form)
                for form in forms
            ):
                return True
    # In a post: "Musk says", "per Reuters", "OpenAI: …".
    for text in ground.texts:
        for match in aliases.pattern.finditer(text):
            if squash(match.group()) in forms and _near_speech(text, *match.span()):
                return True
        for match in re.finditer(re.escape(name), text):
            if _near_speech(text, *match.span()):
                return True
    return False


def _near_speech(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 30) : start] + " " + text[end : end + 50]
    return (
        entry("speech", "speech").first(around) is not None
        or _verbs().search(around) is not None
        or re.match(r"\s?(?::|on\b|CEO|'s)", text[end:]) is not None
        or re.search(
            r"(?:(?:per|via|RT)\s@?|(?:from|by)\s@|[-|](?:\s?the)?\s?)$", text[:start][-8:], re.IGNORECASE
        )
        is not None
    )
