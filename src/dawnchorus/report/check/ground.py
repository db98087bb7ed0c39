"""What a sentence stands on and what it says, each read once for all rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from dawnchorus.model import Window
from dawnchorus.report.check.calendar import Days
from dawnchorus.report.check.clocks import Clock, clocks_in
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.fold import fold, squash
from dawnchorus.report.check.moment import Moment
from dawnchorus.report.check.moments import moments_in
from dawnchorus.report.check.number import Number, Span
from dawnchorus.report.check.numerals import numbers_in
from dawnchorus.report.check.shares import parts_of

_HAN = re.compile(r"[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_LINK = re.compile(r"https?://\S+|www\.\S+")

# Without a window and without a time there is no day to read "yesterday" against.
_NO_DAY = date(1000, 6, 15)


def is_chinese(text: str) -> bool:
    """Whether Han characters, or kana, say more of ``text`` than Latin letters (a character counts as 3)."""
    return 3 * len(_HAN.findall(text)) >= len(_LATIN.findall(text)) and _HAN.search(text) is not None


def blank(text: str, spans: Sequence[Span]) -> str:
    """``text`` with the characters of ``spans`` replaced by spaces; positions stay."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


@dataclass(frozen=True)
class Claim:
    """A sentence to be checked. ``text`` is folded; verified quotes are blanked in ``open_text``."""

    text: str
    quoted: tuple[Span, ...] = ()  # spans of verified quotes
    window: Window | None = None
    anchor: date = _NO_DAY  # day that relative dates of the sentence are read against

    def without(self, words: Sequence[str]) -> Claim:
        """The same claim with every whole occurrence of ``words`` blanked."""
        spans = _whole_words(self.open_text, words)
        return replace(self, quoted=(*self.quoted, *spans)) if spans else self

    @cached_property
    def open_text(self) -> str:
        """The text with verified quotes blanked; positions stay."""
        return blank(self.text, self.quoted)

    @cached_property
    def chinese(self) -> bool:
        """Whether its own words are Chinese."""
        return is_chinese(self.open_text)

    @property
    def dated(self) -> bool:
        """Whether its "today" is known: there is a window, or a post with a time."""
        return self.anchor != _NO_DAY

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """Dates of the open text."""
        return moments_in(self.open_text, self.anchor)

    @cached_property
    def clocks(self) -> list[Clock]:
        """Times of day of the open text."""
        return clocks_in(self.open_text)

    @cached_property
    def numbers(self) -> list[Number]:
        """Numbers of the open text that are no dates."""
        timed = [(moment.start, moment.end) for moment in self.moments]
        timed += [(clock.start, clock.end) for clock in self.clocks]
        return numbers_in(self.open_text, skip=timed)


@dataclass(frozen=True)
class Ground:
    """The cited posts, folded and parsed."""

    items: tuple[Evidence, ...]
    window: Window | None = None
    names: tuple[str, ...] = field(default=())  # words the report may use of its own: topic, sections

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Words of each post, folded, without links."""
        return tuple(fold(_LINK.sub(" ", item.words)) for item in self.items)

    @cached_property
    def text(self) -> str:
        """All posts, a line each."""
        return "\n".join(self.texts)

    @cached_property
    def lower(self) -> str:
        """The same in lower case."""
        return self.text.casefold()

    @cached_property
    def squashed(self) -> str:
        """All words of the posts, their authors, hosts and tags: what names may be taken from."""
        parts: list[str] = []
        for item, text in zip(self.items, self.texts, strict=True):
            parts += [text, item.author or "", item.author_name or "", item.quoted_author or "", item.source]
            parts += [*item.domains, *item.hashtags, *item.urls, item.url or ""]
        return "|".join(squash(part) for part in (*parts, *self.names) if part)

    @cached_property
    def speakers(self) -> tuple[str, ...]:
        """Folded names of authors, quoted authors and sources, as a framing may write them."""
        found: dict[str, None] = {}
        for item in self.items:
            for name in (
                item.author,
                item.author_name,
                item.quoted_author,
                item.source,
                *item.source.split(":"),
            ):
                found[fold(name or "")] = None
        return tuple(name for name in found if name)

    @cached_property
    def spaced(self) -> str:
        """The same in lower case with its spaces: where short names are looked for as whole words."""
        parts = [self.text, *self.names]
        for item in self.items:
            parts += [item.author or "", item.author_name or "", item.quoted_author or "", item.source]
            parts += [*item.domains, *item.hashtags]
        return fold("\n".join(parts)).casefold().replace("u.s.", "us").replace("u.k.", "uk")

    @cached_property
    def chinese(self) -> bool:
        """Whether any post is in Chinese."""
        return any(is_chinese(text) for text in self.texts)

    @cached_property
    def english(self) -> bool:
        """Whether any post is in another language than Chinese."""
        return any(not is_chinese(text) for text in self.texts)

    def speaks(self, *, chinese: bool) -> bool:
        """Whether all posts are in the language of a claim, so that their words can be compared."""
        return not self.english if chinese else not self.chinese

    @cached_property
    def authors(self) -> frozenset[str]:
        """Distinct authors, lower case."""
        return frozenset(item.author.casefold() for item in self.items if item.author)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The window's zone, UTC without a window."""
        return self.window.zone if self.window else ZoneInfo("UTC")

    def day_of(self, item: Evidence) -> date | None:
        """Day of the post in the window's zone."""
        return item.created_at.astimezone(self.zone).date() if item.created_at else item.day

    @cached_property
    def days(self) -> tuple[Days, ...]:
        """The posts' own days. Without a window the zone is unknown, so the days beside count too."""
        found: list[Days] = []
        for item in self.items:
            day = self.day_of(item)
            if day is None:
                continue
            found.append((day, day))
            if self.window is None and item.created_at:
                found += [(near, near) for near in _beside(day)]
        return tuple(found)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """Dates said in the posts, read against each post's own day, in UTC as well as in the zone."""
        found: list[Moment] = []
        for item, text in zip(self.items, self.texts, strict=True):
            day = self.day_of(item) or (self.window.last if self.window else _NO_DAY)
            found += moments_in(text, day)
            universal = item.created_at.astimezone(UTC).date() if item.created_at else day
            if universal != day:
                found += moments_in(text, universal)
        return tuple(found)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Numbers said in the posts, without times of day, days and months."""
        found = [number for text in self.texts for number in said_numbers(text)]
        return (*found, *(part for number in found for part in parts_of(number)))

    @cached_property
    def by_post(self) -> tuple[tuple[Number, ...], ...]:
        """Numbers of each post, years and all."""
        return tuple(tuple(numbers_in(text)) for text in self.texts)


@lru_cache(maxsize=4096)
def said_numbers(text: str) -> tuple[Number, ...]:
    """Numbers of a folded text without times of day, days and months, but with those of "3 days ago"."""
    times = [(clock.start, clock.end) for clock in clocks_in(text)]
    times += [
        (moment.start, moment.end)
        for moment in moments_in(text, _NO_DAY)
        if moment.grain in ("day", "month") and not re.search("前|ago|earlier", moment.text)
    ]
    return tuple(numbers_in(text, skip=times))


def _whole_words(text: str, words: Sequence[str]) -> list[Span]:
    """Where ``words`` stand whole in ``text``, letters large or small, an "@" before them too."""
    # No pattern: names differ from sentence to sentence, and to compile one takes longer than to look.
    hay = text.lower()
    if len(hay) != len(text):
        return []  # a letter that grows in lower case: nothing is blanked
    found: list[Span] = []
    for word in sorted({word.lower() for word in words if word}, key=lambda word: (-len(word), word)):
        start = hay.find(word)
        while start >= 0:
            end = start + len(word)
            inside = hay[start - 1 : start].isascii() and hay[start - 1 : start].isalnum()
            inside = inside or (hay[end : end + 1].isascii() and hay[end : end + 1].isalnum())
            if not inside and all(end <= a or b <= start for a, b in found):
                found.append((start - 1 if hay[start - 1 : start] == "@" else start, end))
            start = hay.find(word, start + 1)
    return sorted(found)


def _beside(day: date) -> tuple[date, ...]:
    return tuple(
        date.fromordinal(ordinal)
        for ordinal in (day.toordinal() - 1, day.toordinal() + 1)
        if 1 <= ordinal <= date.max.toordinal()
    )


def claim_of(text: str, ground: Ground, *, quoted: tuple[Span, ...] = ()) -> Claim:
    """The claim of a folded ``text``; its "today" is the window's last day, else the last post's."""
    days = [day for item in ground.items if (day := ground.day_of(item))]
    anchor = ground.window.last if ground.window else max(days, default=_NO_DAY)
    return Claim(text, quoted, ground.window, anchor)
