"""Who and what a sentence names, and where a post names the same: for rules on what belongs to whom.

An author of a cited post is mentioned all through it. Can't tell whom "it", "the company" and 该公司 mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.fold import fold, squash
from dawnchorus.report.check.ground import Claim, Ground, is_chinese
from dawnchorus.report.check.names import plain_words
from dawnchorus.report.check.number import Span
from dawnchorus.report.check.proper import Cuts, proper_names, simplified, transcribed_names
from dawnchorus.report.check.sounds import latin_for, means_any, spells, transcribes
from dawnchorus.report.check.statements import author_forms, whole
from dawnchorus.report.check.stems import stem

_RUN = re.compile(r"@?[A-ZÀ-Þ][\w&'-]*(?:\s(?:[A-ZÀ-Þ][\w&'-]*|(?:of|de|von|van|i)(?=\s[A-ZÀ-Þ])))*")
_TITLE = re.compile(r"《([^《》]{2,40})》")
_GENITIVE = re.compile(r"(?:'s|')$")
_SHORT = 3  # letters: shorter Latin names must be words of their own
_PART = 4  # letters of a word that may stand for the whole name


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence."""

    span: Span
    name: str  # as written
    forms: tuple[str, ...]  # squashed, of which any may stand in a post
    author: str = ""  # of cited posts, "" for anybody else

    def own(self, item: Evidence) -> bool:
        """Whether they wrote the post."""
        return bool(self.author) and self.author in (item.author, item.author_name)

    def place(self, text: str) -> int:
        """Where the folded ``text`` names them first, counted in letters; -1 if it does not."""
        return _place(self.name, self.forms, text)


@lru_cache(maxsize=4096)
def _place(name: str, forms: tuple[str, ...], text: str) -> int:
    whole = squash(simplified(text))
    found = []
    for form in forms:
        if form.isascii() and len(form) <= _SHORT:
            if form not in text.casefold():
                found.append(-1)
                continue
            match = re.search(rf"(?<![a-z0-9]){re.escape(form)}(?![a-z0-9])", text.casefold())
            found.append(len(squash(text[: match.start()])) if match else -1)
        else:
            found.append(whole.find(form))
    seen = [place for place in found if place >= 0]
    if seen:
        return min(seen)
    chinese = is_chinese(text)
    if name.isascii() == chinese and _sounds(name, text, chinese=chinese):
        return 0
    return -1


def _sounds(name: str, text: str, *, chinese: bool) -> bool:
    if chinese:
        words = name.split()
        return spells(words, text) or any(transcribes(word, text) for word in words)
    simple = simplified(name)
    return latin_for(simple, text) or (simple in dictionary() and means_any(simple, text.casefold()))


def mentions(claim: Claim, ground: Ground, aliases: Aliases) -> list[Mention]:
    """Names in the open text, in order; none inside another."""
    text = claim.open_text
    found: list[Mention] = []
    for one in _all(text, ground, aliases):
        if all(one.span[1] <= other.span[0] or other.span[1] <= one.span[0] for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.span)


def _all(text: str, ground: Ground, aliases: Aliases) -> Iterator[Mention]:
    plain = simplified(text)
    for item in ground.items:
        who = item.author or item.author_name or ""
        forms = tuple(author_forms(item, aliases))
        for form in sorted(forms, key=lambda form: (-len(form), form)):
            for start, end in whole(simplified(form), plain):
                yield Mention((start, end), plain[start:end], tuple(map(squash, forms)), who)
    for match in _TITLE.finditer(text):
        yield Mention(match.span(), match[1], (squash(simplified(match[1])),))
    cuts = Cuts(plain)
    for match in aliases.pattern.finditer(plain):
        if not match.group().islower() and (match.group()[0].isascii() or cuts.whole(match.span())):
            yield Mention(match.span(), match.group(), aliases.same(match.group()))
    for match in _RUN.finditer(text):
        name = _GENITIVE.sub("", match.group())
        if any(word.casefold() not in plain_words() for word in name.split()) and not _opener(
            text, match, name
        ):
            yield Mention(match.span(), name, tuple(_latin_forms(name, aliases)))
    for name in (*proper_names(plain, ()), *transcribed_names(plain, ())):
        start = plain.find(name)
        yield Mention((start, start + len(name)), name, (name,))


def _opener(text: str, match: re.Match[str], name: str) -> bool:
    """Whether a single capital word only begins a sentence."""
    before = text[: match.start()].rstrip()
    return (
        " " not in name
        and (not before or before[-1] in ".!?:\"'")
        and name[1:].islower()
        and stem(name.casefold()) in dictionary().numbers
    )


def _latin_forms(name: str, aliases: Aliases) -> Iterator[str]:
    yield from (form for form in aliases.same(name.lstrip("@")) if form)
    for word in fold(name).split():
        key = squash(word)
        if len(key) >= _PART and key not in plain_words() and stem(key) not in dictionary().numbers:
            yield key
