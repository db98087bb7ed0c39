"""The words of computed sentences: Fluent templates with CLDR plurals, numbers and dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from fluent.runtime import FluentBundle, FluentResource

from dawnchorus.model import Lang

LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}

NETWORKS = {
    "x": "X",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "hackernews": "Hacker News",
    "reddit": "Reddit",
    "rss": "RSS",
    "weibo": "Weibo",
    "weibo-hot": "Weibo",
}
"""Names of networks as they write themselves; others are shown as they stand in the data."""

_LOCAL_NETWORKS = {"zh": {"weibo": "微博", "weibo-hot": "微博热搜"}, "en": {"weibo-hot": "Weibo hot search"}}


class Phrases:
    """The templates of one language.

    A template that lacks a value is a bug and raises, so that no sentence is
    published with a hole in it.
    """

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self._locale = Locale.parse(LOCALES[lang])
        self._bundle = FluentBundle([str(self._locale).replace("_", "-")], use_isolating=False)
        source = (files("dawnchorus.report") / "phrases" / f"{lang}.ftl").read_text(encoding="utf-8")
        self._bundle.add_resource(FluentResource(source))

    def say(self, key: str, **values: object) -> str:
        """The sentence of template ``key``; numbers among ``values`` are shown as CLDR has them."""
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        text, problems = self._bundle.format_pattern(pattern, values)
        if problems:
            raise problems[0]
        return str(text)

    def join(self, items: Sequence[str]) -> str:
        """``items`` as a list in a sentence: "a, b and c"."""
        return str(format_list(list(items), locale=self._locale))

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
        """Name of the network a post's ``source`` belongs to: "reddit:localllama" is Reddit."""
        network, _, place = source.partition(":")
        name = _LOCAL_NETWORKS[self.lang].get(network) or NETWORKS.get(network, network)
        if network == "reddit" and place:
            return f"Reddit r/{place}"
        return place if network == "rss" and place else name

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
        locale = Locale.parse(code)
        for names in (locale.months["format"], locale.days["format"]):
            found.update(
                name.casefold() for width in ("wide", "abbreviated") for name in names[width].values()
            )
    return frozenset(found)


@cache
def phrases(lang: Lang) -> Phrases:
    """The templates of ``lang``, read once."""
    return Phrases(lang)
