"""The words of computed sentences: Fluent templates with CLDR plurals, numbers and dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from dawnchorus.model import Lang
from dawnchorus.wording import LOCALES, network_name, templates


class Phrases:
    """The templates of one language, and how it lists, names and dates things.

    ``say(key, **values)`` gives the sentence of a template, see ``wording.templates``.
    """

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self._locale = Locale.parse(LOCALES[lang], sep="-")
        self.say = templates("dawnchorus.report", f"phrases/{lang}.ftl", lang)

    def join(self, items: Sequence[str]) -> str:
        """``items`` as a list in a sentence: "a, b and c"; in Chinese with space around Latin words."""
        text = str(format_list(list(items), locale=self._locale))
        if self.lang != "zh" or len(items) < 2:
            return text
        head, last = text.removesuffix(f"和{items[-1]}"), items[-1]
        if head == text:
            return text
        return f"{head}{' ' * _is_latin(head[-1:])}和{' ' * _is_latin(last[:1])}{last}"

    def clauses(self, items: Sequence[str]) -> str:
        """``items`` one after another, without a conjunction."""
        return ("，" if self.lang == "zh" else ", ").join(items)

    def series(self, items: Sequence[str]) -> str:
        """``items`` that may hold commas themselves."""
        return ("；" if self.lang == "zh" else "; ").join(items)

    def language(self, code: str) -> str:
        """Name of an ISO 639-1 language."""
        return str(self._locale.languages.get(code, code))

    def network(self, source: str) -> str:
        """Name of the network or place of a post's ``source``."""
        return network_name(source, self.lang)

    def time(self, at: datetime, *, with_day: bool) -> str:
        """Time of day of ``at`` in its own zone, after the day where the window has several."""
        clock = f"{at:%H:%M}"
        return f"{self.day(at.date())} {clock}" if with_day else clock

    def is_calendar_word(self, term: str) -> bool:
        """Whether ``term`` is or holds the name of a month or weekday: no name of a story."""
        return any(word.casefold() in _calendar_words() for word in term.split())

    def day(self, day: date) -> str:
        """``day`` as 2025-11-21: the house writes dates in ISO form, in both languages."""
        return str(format_date(day, "yyyy-MM-dd", locale=self._locale))


@cache
def _calendar_words() -> frozenset[str]:
    found: set[str] = set()
    for code in LOCALES.values():
        locale = Locale.parse(code, sep="-")
        for names in (locale.months["format"], locale.days["format"]):
            found.update(
                name.casefold() for width in ("wide", "abbreviated") for name in names[width].values()
            )
    return frozenset(found)


@cache
def phrases(lang: Lang) -> Phrases:
    """The templates of ``lang``, read once."""
    return Phrases(lang)


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
